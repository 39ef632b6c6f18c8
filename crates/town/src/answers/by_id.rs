//! Places again, by the ids that answers gave them: `address:17`, `bandoso:street:3`, `parcel:9`.

use super::place::{Place, PlaceKind};
use super::search::Search;
use super::text::readable;
use super::zones::zone_by_id;
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::{HitKind, Index};
use crate::planning::Parcel;
use crate::town::Town;

/// Which places have these ids? Unknown ids are left out.
#[derive(Debug, Clone)]
pub struct PlacesById {
    /// As answers gave them.
    pub ids: Vec<String>,
}

impl Question for PlacesById {
    type Answer = Vec<Place>;

    fn cost(&self, _: &Town) -> Cost {
        let is_projected = |id: &String| Index::is_projected(id.rsplit(':').next().unwrap_or_default());
        if self.ids.iter().any(is_projected) { Cost::Heavy } else { Cost::Light }
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> Vec<Place> {
        self.ids.iter().filter_map(|id| by_id(town, id, budget)).collect()
    }
}

/// The place with this id, if there is one.
fn by_id(town: &Town, id: &str, budget: &RowBudget) -> Option<Place> {
    let id = id.trim();
    let id = id.strip_prefix("bandoso:").unwrap_or(id);
    let (kind, key) = id.split_once(':')?;
    match kind {
        "landmark" => town.index().landmark(key.parse().ok()?).map(Place::from),
        "address" => town.index().address(key.parse().ok()?).map(Place::from),
        "unit" => town.index().unit(key.parse().ok()?).map(Place::from),
        "parcel" => {
            let layer = town.snapshot().layer("parcels")?;
            let feature = layer.counted(budget).by_id(key.parse().ok()?)?;
            Some(Place::parcel(town, &Parcel::new(layer, feature)))
        }
        "street" => match key.split_once(':') {
            // a number between two known ones: found again as it was found first
            Some((street_id, number)) => {
                let wards = town.index().street_in_each_ward(street_id.parse().ok()?);
                wards.iter().find_map(|street| found_again(town, number, &street.label, id, budget))
            }
            None => town.index().street(key.parse().ok()?).map(Place::from),
        },
        "hamlet" => {
            let (ward_code, name) = key.split_once(':')?;
            town.index().hamlet(ward_code, name).map(Place::from)
        }
        "zone" => zone_by_id(town, key.parse().ok()?, budget),
        "point" => {
            let search = Search::new(readable(key).ok()?, 1);
            search.answer(town, budget).places.into_iter().next()
        }
        _ => None,
    }
}

/// A door that is in no table, on a street in one of its wards.
fn found_again(town: &Town, number: &str, street: &str, id: &str, budget: &RowBudget) -> Option<Place> {
    let text = readable(&format!("{number} {street}")).ok()?;
    let search = Search { kinds: Some(vec![PlaceKind::Known(HitKind::Address)]), ..Search::new(text, 10) };
    search.answer(town, budget).places.into_iter().find(|place| place.id == id)
}
