//! A code of any kind → a place as a Feature.

use serde_json::{Value, json};

use super::super::geocoding::{Place, PlaceKind, feature};
use super::super::problem::Problem;
use super::refusal::Refusal;
use crate::geocode::codes::{Code, DoorFound, compact, in_groups};
use crate::geocode::{Hit, Query, Reading};
use crate::geometry::World;
use crate::planning::Parcel;
use crate::town::Town;

/// Readings of a code beside the first.
const MAX_READINGS: usize = 20;

/// What a code leads to.
pub(super) enum Found {
    Place(Value),
    /// A retired door code: the one to use.
    Moved(String),
}

/// Looks a code up.
pub(super) fn of_code(town: &Town, code: &str) -> Result<Found, Problem> {
    match town.index().find_door(code) {
        DoorFound::Here(door) => return Ok(Found::Place(of_hit(*door))),
        DoorFound::Moved(door) => {
            return Ok(Found::Moved(in_groups(door.door_code.as_deref().unwrap_or_default())));
        }
        DoorFound::Gone(retired) => return Err(Refusal::gone(&retired).problem()),
        DoorFound::Unknown => {}
    }
    let answer = town.index().search(&Query { limit: MAX_READINGS, ..Query::new(code) });
    let features: Vec<Value> = match &answer.reading {
        Reading::Code(Code::Plus { code, at, .. } | Code::Geohash { code, at }) => around(town, code, *at),
        Reading::Code(Code::Ward(_) | Code::NationalPlaceId | Code::PostAddress) => {
            answer.hits.into_iter().map(of_hit).collect()
        }
        Reading::Coordinates(places) => places
            .iter()
            .map(|place| {
                let at = place.at.to_lnglat();
                let system = place.system.map_or_else(String::new, |system| format!(" ({system})"));
                let label = format!("{:.6}, {:.6}{system}", at.lat, at.lng);
                feature(&Place::point(town, PlaceKind::Coordinates, &label, place.at))
            })
            .collect(),
        Reading::Code(Code::Door(_) | Code::ShortPlus(_))
        | Reading::Text
        | Reading::Parcel(_)
        | Reading::TextOrParcel(_) => Vec::new(),
    };
    let mut features = features.into_iter();
    let Some(mut first) = features.next() else { return Err(unknown(town, code)) };
    let rest: Vec<Value> = features.collect();
    if !rest.is_empty() {
        first["also"] = json!(rest);
    }
    Ok(Found::Place(first))
}

fn of_hit(hit: Hit) -> Value {
    feature(&Place::from(hit))
}

/// The cell of a code, the door at it and the parcel around it.
fn around(town: &Town, code: &str, at: World) -> Vec<Value> {
    let mut features = vec![feature(&Place::point(town, PlaceKind::Code, code, at))];
    features.extend(town.door_at(at).map(of_hit));
    let parcels = town.snapshot().layer("parcels");
    let parcel = parcels.and_then(|layer| layer.covering(at).next().map(|row| Parcel::new(layer, row)));
    features.extend(parcel.map(|parcel| feature(&Place::parcel(town, &parcel))));
    features
}

/// Nine symbols get the reason why they are no door's code; other texts are told what a code is.
fn unknown(town: &Town, code: &str) -> Problem {
    if compact(code).chars().count() == 9 {
        return Refusal::unknown(town.index(), code).problem();
    }
    Problem::not_found(
        "no place has this code; codes are a door code, a Plus Code, 12 characters of geohash, 12, 10 or 5 digits, or coordinates; names are for /v1/search",
    )
}
