//! What lies on a place, and the parcels a text asks for: questions for shapes and sheets, which the geocoder leaves
//! to the layers.

use super::Town;
use crate::cost::RowBudget;
use crate::geocode::Hit;
use crate::geocode::codes::{ParcelPair, ParcelQuery};
use crate::geometry::{GroundScale, ShapeKind, World, WorldBox};
use crate::planning::{Parcel, ParcelNumber, SheetsOf};
use crate::store::{Feature, Layer};

/// The wards at a place.
#[derive(Debug, Default)]
pub struct WardsAt<'a> {
    /// The one that holds it; where none does, the nearest whose border may lie off so far.
    pub own: Option<Feature<'a>>,
    /// Others that may hold it, nearest first with metres: their borders are drawn no more exactly.
    pub others: Vec<(Feature<'a>, f64)>,
}

impl Town {
    /// Code of the ward that holds a place; of the smallest box where several do.
    pub fn ward_code_at(&self, at: World, budget: &RowBudget) -> Option<&str> {
        let (_, ward) = self.covering("units", at, budget)?;
        self.ward_code(&ward)
    }

    /// The code of a row of the wards.
    pub fn ward_code<'a>(&'a self, ward: &Feature<'a>) -> Option<&'a str> {
        ward.value(self.snapshot().layer("units")?.field("code")?).as_text()
    }

    /// The wards that hold a place or, as far as their borders can be trusted, may hold it.
    pub fn wards_at(&self, at: World, budget: &RowBudget) -> WardsAt<'_> {
        let Some(layer) = self.snapshot().layer("units") else { return WardsAt::default() };
        let layer = layer.counted(budget);
        let away = |ward| measured(ward, at);
        let mut wards: Vec<_> = match self.border_tolerances.widest_m() {
            0.0 => layer.covering(at).map(away).collect(),
            widest_m => {
                let reach = (widest_m / GroundScale::at(at).y_m).ceil() as i64;
                let near = layer.in_box(&WorldBox::of(at).grown(reach));
                near.filter(|row| row.kind() == ShapeKind::Polygon).map(away).collect()
            }
        };
        wards.sort_by(|(a_m, a, _), (b_m, b, _)| a_m.total_cmp(b_m).then(a.cmp(b)));
        let mut wards = wards.into_iter().map(|(away_m, _, ward)| (ward, away_m));
        let tolerance_m = |ward: &Feature<'_>| self.border_tolerances.of(ward);
        let Some((own, _)) = wards.next().filter(|(ward, away_m)| *away_m <= tolerance_m(ward)) else {
            return WardsAt::default();
        };
        // two wards share a border, and the coarser drawing of it decides
        let own_tolerance_m = tolerance_m(&own);
        let others = wards.filter(|(ward, away_m)| *away_m <= tolerance_m(ward).max(own_tolerance_m));
        WardsAt { own: Some(own), others: others.collect() }
    }

    /// The parcel that holds a place; the smallest box where several do.
    pub fn parcel_at(&self, at: World, budget: &RowBudget) -> Option<Parcel<'_>> {
        self.covering("parcels", at, budget).map(|(layer, row)| Parcel::new(layer, row))
    }

    /// The area of a layer that holds a place; the smallest box where several do.
    fn covering(&self, layer: &str, at: World, budget: &RowBudget) -> Option<(&Layer, Feature<'_>)> {
        let layer = self.snapshot().layer(layer)?;
        let mut rows = layer.counted(budget).covering(at);
        let first = rows.next()?;
        // the size of the only one is nobody's question
        let row = match rows.next() {
            Some(second) => [first, second].into_iter().chain(rows).min_by_key(box_size)?,
            None => first,
        };
        Some((layer, row))
    }

    /// Up to `limit` parcels that a text names by number, in the units it names; of any unit where it names none.
    /// Those nearest to a place first, if one is given.
    pub fn parcels_of(
        &self,
        query: &ParcelQuery,
        near: Option<World>,
        limit: usize,
        budget: &RowBudget,
    ) -> Vec<Parcel<'_>> {
        let (Some(layer), Some(index)) = (self.snapshot().layer("parcels"), self.parcels()) else {
            return Vec::new();
        };
        let units: Vec<Hit> = query.unit_ids.iter().filter_map(|&id| self.index().unit(id)).collect();
        let mut sheets: Vec<SheetsOf<'_>> = units
            .iter()
            .filter_map(|unit| match (&unit.former_code, &unit.ward_code) {
                (Some(code), _) => Some(SheetsOf::Surveyed(code)),
                (None, Some(code)) => Some(SheetsOf::Today(code)),
                (None, None) => None,
            })
            .collect();
        if query.unit_ids.is_empty() {
            sheets.push(SheetsOf::Any);
        }
        let mut wanted: Vec<ParcelNumber<'_>> = Vec::new();
        for ParcelPair { sheet, number } in &query.pairs {
            wanted.extend(sheets.iter().map(|&sheets_of| ParcelNumber {
                sheet: sheet.as_deref(),
                number,
                sheets_of,
            }));
        }
        match near {
            Some(at) => index.find_near(layer, &wanted, at, limit, budget),
            None => index.find(layer, &wanted, limit, budget),
        }
    }
}

/// A row with metres to it, and what orders rows that are equally near.
fn measured(row: Feature<'_>, at: World) -> (f64, (i128, u64), Feature<'_>) {
    (row.distance_m(at), box_size(&row), row)
}

/// Orders areas by the size of their boxes; the same on every replica.
fn box_size(row: &Feature<'_>) -> (i128, u64) {
    let bounds = row.bounds();
    let (width, height) = (bounds.max.x - bounds.min.x, bounds.max.y - bounds.min.y);
    (i128::from(width) * i128::from(height), row.id())
}
