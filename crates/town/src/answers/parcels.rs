//! Parcels by place, by sheet and number, by id.

use serde::Serialize;

use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geometry::{LngLat, World};
use crate::planning::{Parcel, ParcelNumber, SheetsOf};
use crate::store::Feature;
use crate::town::{Town, UnitName};

/// More would be a way to list a town's parcels.
const MAX_PARCELS: usize = 50;

/// Which parcels cover a place?
#[derive(Debug, Clone, Copy)]
pub struct ParcelsAt {
    /// Where.
    pub at: World,
}

/// Which parcels bear a number on a sheet?
#[derive(Debug, Clone)]
pub struct ParcelsByNumber {
    /// Code of a ward of today, or of the unit that surveyed the sheet.
    pub unit: Option<String>,
    /// Số tờ.
    pub sheet: String,
    /// Số thửa.
    pub number: String,
}

/// Which parcel has this id?
#[derive(Debug, Clone, Copy)]
pub struct ParcelById {
    /// As answers and tiles give it.
    pub parcel_id: u64,
}

/// Parcels, no more than an answer gives.
#[derive(Debug)]
pub struct ParcelsFound {
    /// Each with its shape.
    pub parcels: Vec<ParcelShape>,
    /// More was to be looked at than one answer may cost.
    pub is_cut: bool,
}

/// Why there is no parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoParcel {
    /// The source has none at all.
    NoLayer,
    /// None has this id.
    Unknown,
}

/// One use of a parcel with the name of its code.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NamedUse {
    pub code: String,
    pub name_vi: Option<String>,
    pub name_en: Option<String>,
    pub colour: Option<String>,
    pub area_m2: Option<f64>,
}

/// What is known of a parcel.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ParcelFacts {
    pub parcel_id: u64,
    pub sheet: Option<String>,
    pub number: Option<String>,
    pub survey_unit: Option<UnitName>,
    pub unit: Option<UnitName>,
    pub uses: Vec<NamedUse>,
    pub registered_area_m2: Option<f64>,
    pub measured_area_m2: f64,
    pub official_id: Option<String>,
}

/// Rings of longitude and latitude: polygons, their rings, the vertices of each.
pub type Coordinates = Vec<Vec<Vec<[f64; 2]>>>;

/// A parcel with its shape in degrees.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelShape {
    /// What is known of it.
    pub facts: ParcelFacts,
    /// West, south, east, north.
    pub bbox: [f64; 4],
    /// Outer rings counter-clockwise on the map, as RFC 7946 wants, section 3.1.6: the other way round than tiles.
    pub coordinates: Coordinates,
}

impl Question for ParcelsAt {
    type Answer = ParcelsFound;

    fn cost(&self, _: &Town) -> Cost {
        Cost::Light
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> ParcelsFound {
        let Some(layer) = town.snapshot().layer("parcels") else { return ParcelsFound::none() };
        let rows = layer.counted(budget).covering(self.at).take(MAX_PARCELS);
        let parcels = rows.map(|row| ParcelShape::of(town, &Parcel::new(layer, row))).collect();
        ParcelsFound { parcels, is_cut: budget.is_cut() }
    }
}

impl Question for ParcelsByNumber {
    type Answer = ParcelsFound;

    fn cost(&self, _: &Town) -> Cost {
        Cost::Light
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> ParcelsFound {
        let (Some(layer), Some(index)) = (town.snapshot().layer("parcels"), town.parcels()) else {
            return ParcelsFound::none();
        };
        let wanted = ParcelNumber {
            sheet: Some(self.sheet.trim()),
            number: self.number.trim(),
            sheets_of: self.unit.as_deref().map_or(SheetsOf::Any, SheetsOf::Either),
        };
        let found = index.find(layer, &[wanted], MAX_PARCELS, budget);
        let parcels = found.iter().map(|parcel| ParcelShape::of(town, parcel)).collect();
        ParcelsFound { parcels, is_cut: budget.is_cut() }
    }
}

impl Question for ParcelById {
    type Answer = Result<ParcelShape, NoParcel>;

    fn cost(&self, _: &Town) -> Cost {
        Cost::Light
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> Self::Answer {
        parcel_by_id(town, self.parcel_id, budget).map(|parcel| ParcelShape::of(town, &parcel))
    }
}

/// The parcel with this id.
pub(super) fn parcel_by_id<'a>(
    town: &'a Town,
    parcel_id: u64,
    budget: &RowBudget,
) -> Result<Parcel<'a>, NoParcel> {
    let layer = town.snapshot().layer("parcels").ok_or(NoParcel::NoLayer)?;
    let row = layer.counted(budget).by_id(parcel_id).ok_or(NoParcel::Unknown)?;
    Ok(Parcel::new(layer, row))
}

impl ParcelsFound {
    fn none() -> Self {
        Self { parcels: Vec::new(), is_cut: false }
    }
}

impl ParcelFacts {
    pub(super) fn of(town: &Town, parcel: &Parcel<'_>) -> Self {
        let uses = parcel.uses().into_iter().map(|part| {
            let name = town.codes().land_use(part.code, town.today());
            let (name_vi, name_en, colour) = match name {
                Some(name) => (Some(name.name_vi), Some(name.name_en), name.colour),
                None => (None, None, None),
            };
            NamedUse { code: part.code.to_owned(), name_vi, name_en, colour, area_m2: part.area_m2 }
        });
        Self {
            parcel_id: parcel.feature().id(),
            sheet: parcel.sheet().map(str::to_owned),
            number: parcel.number().map(str::to_owned),
            survey_unit: parcel.survey_unit().map(|code| town.units().former(code)),
            unit: parcel.unit().map(|code| town.units().present(code)),
            uses: uses.collect(),
            registered_area_m2: parcel.registered_area_m2(),
            measured_area_m2: to_square_decimetres(parcel.measured_area_m2()),
            official_id: parcel.official_id().map(|id| id.into_owned()),
        }
    }
}

impl ParcelShape {
    fn of(town: &Town, parcel: &Parcel<'_>) -> Self {
        let feature = parcel.feature();
        Self {
            facts: ParcelFacts::of(town, parcel),
            bbox: feature.bounds().to_degrees(),
            coordinates: coordinates(&feature),
        }
    }
}

fn coordinates(feature: &Feature<'_>) -> Coordinates {
    let mut polygons: Coordinates = Vec::new();
    for ring in feature.rings() {
        let mut line: Vec<[f64; 2]> = ring.points().map(|p| to_degrees(p.to_lnglat())).collect();
        line.reverse();
        line.extend(line.first().copied());
        match polygons.last_mut() {
            Some(polygon) if ring.is_hole => polygon.push(line),
            _ => polygons.push(vec![line]),
        }
    }
    polygons
}

/// Nine decimals: a tenth of a millimetre, finer than the grid.
fn to_degrees(at: LngLat) -> [f64; 2] {
    [at.lng, at.lat].map(|v| (v * 1e9).round() / 1e9)
}

pub(super) fn to_square_decimetres(area_m2: f64) -> f64 {
    (area_m2 * 100.0).round() / 100.0
}
