//! A parcel as people ask for it: by a place on the map, by sheet and number.
//!
//! Sheet and number are a key only together with the unit whose sheets were numbered: since the
//! 2025 mergers the same pair stands several times in one ward, and all of them are given.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use crate::geometry::area_m2;
use crate::store::{Feature, FeatureId, Layer, Value};

/// One use of a parcel, with its part of the area where the register has it.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelUse<'a> {
    /// Three letters.
    pub code: &'a str,
    /// Of this use.
    pub area_m2: Option<f64>,
}

/// A parcel's row with its columns named.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    feature: Feature<'a>,
    columns: Columns,
}

/// Where the standard columns stand; a foreign table may lack some.
#[derive(Debug, Clone, Copy)]
struct Columns {
    survey_unit: Option<usize>,
    sheet: Option<usize>,
    number: Option<usize>,
    uses: Option<usize>,
    use_areas_m2: Option<usize>,
    registered_area_m2: Option<usize>,
    unit: Option<usize>,
    official_id: Option<usize>,
}

impl Columns {
    fn of(layer: &Layer) -> Self {
        Self {
            survey_unit: layer.field("survey_unit"),
            sheet: layer.field("sheet"),
            number: layer.field("number"),
            uses: layer.field("uses"),
            use_areas_m2: layer.field("use_areas_m2"),
            registered_area_m2: layer.field("registered_area_m2"),
            unit: layer.field("unit"),
            official_id: layer.field("official_id"),
        }
    }
}

impl<'a> Parcel<'a> {
    /// Names the columns of a row of the parcel layer.
    pub fn new(layer: &Layer, feature: Feature<'a>) -> Self {
        Self { feature, columns: Columns::of(layer) }
    }

    fn text(&self, column: Option<usize>) -> Option<&'a str> {
        self.feature.value(column?).as_text()
    }

    /// Its row.
    pub fn feature(&self) -> Feature<'a> {
        self.feature
    }

    /// Code of the unit whose sheets were numbered from 1; an old ward, mostly.
    pub fn survey_unit(&self) -> Option<&'a str> {
        self.text(self.columns.survey_unit)
    }

    /// Number of the map sheet (số tờ).
    pub fn sheet(&self) -> Option<&'a str> {
        self.text(self.columns.sheet)
    }

    /// Number on the sheet (số thửa).
    pub fn number(&self) -> Option<&'a str> {
        self.text(self.columns.number)
    }

    /// Code of the ward it lies in today.
    pub fn unit(&self) -> Option<&'a str> {
        self.text(self.columns.unit)
    }

    /// Mã định danh thửa đất, where the land office gave one.
    pub fn official_id(&self) -> Option<Cow<'a, str>> {
        self.feature.value(self.columns.official_id?).to_text()
    }

    /// Area on the certificate.
    pub fn registered_area_m2(&self) -> Option<f64> {
        self.feature.value(self.columns.registered_area_m2?).as_float()
    }

    /// Area of its shape on the ellipsoid.
    pub fn measured_area_m2(&self) -> f64 {
        area_m2(self.feature.rings().map(|ring| ring.points()), &self.feature.bounds())
    }

    /// `ONT+CLN` with `300+1250.5` taken apart.
    pub fn uses(&self) -> Vec<ParcelUse<'a>> {
        let Some(codes) = self.text(self.columns.uses) else { return Vec::new() };
        let areas: Vec<Option<f64>> = self
            .columns
            .use_areas_m2
            .and_then(|column| self.feature.value(column).to_text())
            .map(|areas| areas.split('+').map(|area| area.parse().ok()).collect())
            .unwrap_or_default();
        codes
            .split('+')
            .enumerate()
            .map(|(i, code)| ParcelUse { code, area_m2: areas.get(i).copied().flatten() })
            .collect()
    }
}

/// Which unit's sheets are meant. Before and after the reform codes are two name spaces: 25633 was
/// Hiệp Tân and is Thanh Điền.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetsOf<'a> {
    /// Any unit's.
    Any,
    /// Those the unit with this code numbered.
    Surveyed(&'a str),
    /// Those that lie in today's ward with this code.
    Today(&'a str),
    /// A bare code: either.
    Either(&'a str),
}

/// Parcels by sheet and number: a sorted array of hashes, 16 bytes a parcel.
#[derive(Debug)]
pub struct ParcelIndex {
    entries: Vec<(u64, FeatureId)>,
}

impl ParcelIndex {
    /// Indexes a layer; `None` where it has no sheets and numbers.
    pub fn build(layer: &Layer) -> Option<Self> {
        let (sheet, number) = (layer.field("sheet")?, layer.field("number")?);
        let mut entries: Vec<(u64, FeatureId)> = layer
            .all()
            .filter_map(|f| {
                Some((hash(as_key(&f.value(sheet))?.as_ref(), as_key(&f.value(number))?.as_ref()), f.id()))
            })
            .collect();
        entries.sort_unstable();
        Some(Self { entries })
    }

    /// All parcels with this sheet and number. Without a sheet every parcel is looked at.
    pub fn find<'a>(
        &self,
        layer: &'a Layer,
        sheet: Option<&str>,
        number: &str,
        sheets_of: SheetsOf<'_>,
    ) -> Vec<Parcel<'a>> {
        let columns = Columns::of(layer);
        let is_wanted = |parcel: &Parcel<'_>| {
            sheet.is_none_or(|sheet| parcel.has(columns.sheet, sheet))
                && parcel.has(columns.number, number)
                && match sheets_of {
                    SheetsOf::Any => true,
                    SheetsOf::Surveyed(code) => parcel.survey_unit() == Some(code),
                    SheetsOf::Today(code) => parcel.unit() == Some(code),
                    SheetsOf::Either(code) => [parcel.survey_unit(), parcel.unit()].contains(&Some(code)),
                }
        };
        let parcel = |feature| Parcel { feature, columns };
        match sheet {
            None => layer.all().map(parcel).filter(is_wanted).collect(),
            Some(sheet) => {
                let wanted = hash(sheet, number);
                let start = self.entries.partition_point(|&(hash, _)| hash < wanted);
                let same_hash = self.entries[start..].iter().take_while(|&&(hash, _)| hash == wanted);
                same_hash.filter_map(|&(_, id)| layer.by_id(id)).map(parcel).filter(is_wanted).collect()
            }
        }
    }
}

impl Parcel<'_> {
    fn has(&self, column: Option<usize>, wanted: &str) -> bool {
        column.is_some_and(|c| as_key(&self.feature.value(c)).as_deref() == Some(wanted))
    }
}

/// Sheets and numbers are text with us, but whole numbers in many a town's table.
fn as_key<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(_) | Value::Coined(_) => value.to_text(),
        Value::Int(n) => Some(n.to_string().into()),
        _ => None,
    }
}

fn hash(sheet: &str, number: &str) -> u64 {
    let mut key = String::with_capacity(sheet.len() + number.len() + 1);
    key.push_str(sheet);
    key.push('\u{1f}');
    key.push_str(number);
    xxh3_64(key.as_bytes())
}
