//! What lies on a place, and the parcels a text asks for: questions for shapes and sheets, which the geocoder leaves
//! to the layers.

use super::Town;
use crate::cost::RowBudget;
use crate::geocode::Hit;
use crate::geocode::codes::ParcelQuery;
use crate::geometry::World;
use crate::planning::{Parcel, ParcelNumber, SheetsOf};
use crate::store::{Feature, Layer};

impl Town {
    /// Code of the ward that holds a place; of the smallest box where several do.
    pub fn ward_code_at(&self, at: World, budget: &RowBudget) -> Option<&str> {
        let (units, ward) = self.covering("units", at, budget)?;
        ward.value(units.field("code")?).as_text()
    }

    /// The parcel that holds a place; the smallest box where several do.
    pub fn parcel_at(&self, at: World, budget: &RowBudget) -> Option<Parcel<'_>> {
        self.covering("parcels", at, budget).map(|(layer, row)| Parcel::new(layer, row))
    }

    /// The area of a layer that holds a place; the smallest box where several do.
    fn covering(&self, layer: &str, at: World, budget: &RowBudget) -> Option<(&Layer, Feature<'_>)> {
        let layer = self.snapshot().layer(layer)?;
        let size = |row: &Feature<'_>| {
            let bounds = row.bounds();
            let (width, height) = (bounds.max.x - bounds.min.x, bounds.max.y - bounds.min.y);
            (i128::from(width) * i128::from(height), row.id())
        };
        let mut rows = layer.counted(budget).covering(at);
        let first = rows.next()?;
        // the size of the only one is nobody's question
        let row = match rows.next() {
            Some(second) => [first, second].into_iter().chain(rows).min_by_key(size)?,
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
        let mut pairs = vec![(query.sheet.as_deref(), query.number.as_str())];
        if let Some(sheet) = query.sheet.as_deref().filter(|_| query.may_be_swapped) {
            pairs.push((Some(query.number.as_str()), sheet));
        }
        let in_all =
            |(sheet, number)| sheets.iter().map(move |&sheets_of| ParcelNumber { sheet, number, sheets_of });
        let wanted: Vec<ParcelNumber<'_>> = pairs.into_iter().flat_map(in_all).collect();
        match near {
            Some(at) => index.find_near(layer, &wanted, at, limit, budget),
            None => index.find(layer, &wanted, limit, budget),
        }
    }
}
