//! A place again, by the id an answer gave it: `address:17`, `bandoso:street:3`, `parcel:9`.

use super::find::Wanted;
use super::place::{Place, PlaceKind};
use super::text::{joined, readable};
use crate::geocode::{Hit, HitKind, ReverseQuery};
use crate::geometry::World;
use crate::planning::Parcel;
use crate::town::Town;

/// The place with this id, if there is one.
pub(super) fn by_id(town: &Town, id: &str) -> Option<Place> {
    let id = id.trim();
    let id = id.strip_prefix("bandoso:").unwrap_or(id);
    let (kind, key) = id.split_once(':')?;
    match kind {
        "landmark" => town.index().landmark(key.parse().ok()?).map(Place::from),
        "address" => town.index().address(key.parse().ok()?).map(Place::from),
        "unit" => town.index().unit(key.parse().ok()?).map(Place::from),
        "parcel" => {
            let layer = town.snapshot().layer("parcels")?;
            let feature = layer.by_id(key.parse().ok()?)?;
            Some(Place::parcel(town, &Parcel::new(layer, feature)))
        }
        "street" => match key.split_once(':') {
            // a number between two known ones: found again as it was found first
            Some((street_id, number)) => {
                let street = street(town, street_id.parse().ok()?)?;
                search(town, format!("{number} {}", street.label), HitKind::Address, id)
            }
            None => street(town, key.parse().ok()?).map(Place::from),
        },
        "hamlet" => {
            let (ward_code, name) = key.split_once(':')?;
            let ward = town.index().ward(ward_code)?;
            let text = joined([Some(name), Some(ward.name), ward.province], ", ");
            search(town, text, HitKind::Hamlet, id)
        }
        "point" => Wanted::new(readable(key).ok()?, 1).find(town).places.into_iter().next(),
        _ => None,
    }
}

/// The street with this id, in its first ward: looking around nowhere names the street handed in.
fn street(town: &Town, street_id: i64) -> Option<Hit> {
    let nowhere = ReverseQuery::at(World { x: 0, y: 0 });
    town.index().reverse(&ReverseQuery { street_id: Some(street_id), max_distance_m: 0.0, ..nowhere }).street
}

fn search(town: &Town, text: String, kind: HitKind, id: &str) -> Option<Place> {
    let text = readable(&text).ok()?;
    let wanted = Wanted { kinds: Some(vec![PlaceKind::Known(kind)]), ..Wanted::new(text, 10) };
    wanted.find(town).places.into_iter().find(|place| place.id == id)
}
