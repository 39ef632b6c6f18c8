//! What lies on a place, and the parcels a text asks for: questions for shapes and sheets, which the geocoder leaves
//! to the layers.

use super::Town;
use crate::geocode::Hit;
use crate::geocode::codes::ParcelQuery;
use crate::geometry::World;
use crate::planning::{Parcel, SheetsOf};
use crate::store::{Feature, Layer};

impl Town {
    /// Code of the ward that holds a place; of the smallest box where several do.
    pub fn ward_code_at(&self, at: World) -> Option<&str> {
        let (units, ward) = self.covering("units", at)?;
        ward.value(units.field("code")?).as_text()
    }

    /// The parcel that holds a place; the smallest box where several do.
    pub fn parcel_at(&self, at: World) -> Option<Parcel<'_>> {
        self.covering("parcels", at).map(|(layer, row)| Parcel::new(layer, row))
    }

    /// The area of a layer that holds a place; the smallest box where several do.
    fn covering(&self, layer: &str, at: World) -> Option<(&Layer, Feature<'_>)> {
        let layer = self.snapshot().layer(layer)?;
        let size = |row: &Feature<'_>| {
            let bounds = row.bounds();
            let (width, height) = (bounds.max.x - bounds.min.x, bounds.max.y - bounds.min.y);
            (i128::from(width) * i128::from(height), row.id())
        };
        let mut rows = layer.covering(at);
        let first = rows.next()?;
        // the size of the only one is nobody's question
        let row = match rows.next() {
            Some(second) => [first, second].into_iter().chain(rows).min_by_key(size)?,
            None => first,
        };
        Some((layer, row))
    }

    /// The parcels a text names by sheet and number, in the units it names; all with these numbers where it names none.
    pub fn parcels_of(&self, query: &ParcelQuery) -> Vec<Parcel<'_>> {
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
        let mut found: Vec<Parcel<'_>> = Vec::new();
        for (sheet, number) in pairs {
            for &sheets_of in &sheets {
                for parcel in index.find(layer, sheet, number, sheets_of) {
                    if !found.iter().any(|known| known.feature().id() == parcel.feature().id()) {
                        found.push(parcel);
                    }
                }
            }
        }
        found
    }
}
