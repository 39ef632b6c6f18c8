//! A parcel: a row of the parcel layer with its standard columns named.

use std::borrow::Cow;

use crate::geometry::area_m2;
use crate::schema::parcel_number;
use crate::store::{Feature, Layer, Value};

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
pub(super) struct Columns {
    survey_unit: Option<usize>,
    pub sheet: Option<usize>,
    pub number: Option<usize>,
    uses: Option<usize>,
    use_areas_m2: Option<usize>,
    registered_area_m2: Option<usize>,
    unit: Option<usize>,
    official_id: Option<usize>,
}

impl Columns {
    pub fn of(layer: &Layer) -> Self {
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

    /// The same of many rows of one layer, whose columns are looked for once.
    pub(super) fn with_columns(feature: Feature<'a>, columns: Columns) -> Self {
        Self { feature, columns }
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

impl Parcel<'_> {
    /// Whether a column holds this number, which is in its canonical form.
    pub(super) fn has(&self, column: Option<usize>, wanted: &str) -> bool {
        column.is_some_and(|c| as_key(&self.feature.value(c)).as_deref() == Some(wanted))
    }
}

/// The canonical form of a sheet or number. They are text with us, but whole numbers in many a town's table.
pub(super) fn as_key<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    match value {
        Value::Text(text) => Some(parcel_number(text)),
        Value::ComputedText(_) => value.to_text().map(|text| parcel_number(&text).into_owned().into()),
        Value::Int(n) => Some(n.to_string().into()),
        _ => None,
    }
}
