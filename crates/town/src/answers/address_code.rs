//! What a code of any kind leads to: a door, a ward, a cell, a point.

use super::codes::door_at;
use super::place::{Place, PlaceKind};
use super::search::coordinates;
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::codes::{Code, compact, in_groups};
use crate::geocode::{DoorFound, RetiredCode};
use crate::geocode::{Hit, Index, Query, Reading};
use crate::geometry::World;
use crate::planning::Parcel;
use crate::town::Town;

/// Readings of a code beside the first.
const MAX_READINGS: usize = 20;

/// What does this code lead to?
#[derive(Debug, Clone)]
pub struct AddressByCode {
    /// As typed.
    pub code: String,
}

/// What a code leads to.
#[derive(Debug)]
pub enum CodeFound {
    /// One place, or the readings of a code that has several, the likeliest first; never none.
    Places(Vec<Place>),
    /// A retired door code: the one to use, in groups.
    Moved(String),
    /// A door code that was retired, and nothing took its place.
    Gone(RetiredCode),
    /// Nine symbols that are no door's code here.
    UnknownDoor(NearCodes),
    /// No code that is known.
    Unknown,
}

/// Codes of doors, in groups, that are one typo away from one that was typed.
pub type NearCodes = Vec<String>;

impl Question for AddressByCode {
    type Answer = CodeFound;

    fn cost(&self, _: &Town) -> Cost {
        if Index::is_projected(&self.code) { Cost::Heavy } else { Cost::Light }
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> CodeFound {
        match town.index().find_door(&self.code) {
            DoorFound::Here(door) => return CodeFound::Places(vec![Place::from(*door)]),
            DoorFound::Moved(door) => return CodeFound::Moved(code_in_groups(&door)),
            DoorFound::Gone(retired) => return CodeFound::Gone(retired),
            DoorFound::Unknown => {}
        }
        let places = self.places(town, budget);
        if !places.is_empty() {
            return CodeFound::Places(places);
        }
        if compact(&self.code).chars().count() == 9 {
            return CodeFound::UnknownDoor(near_codes(town, &self.code));
        }
        CodeFound::Unknown
    }
}

impl AddressByCode {
    /// The places of a code that is no door's.
    fn places(&self, town: &Town, budget: &RowBudget) -> Vec<Place> {
        let query = Query { limit: MAX_READINGS, ..Query::new(&self.code) };
        let answer = town.index().search_within(&query, budget);
        match &answer.reading {
            Reading::Code(Code::Plus { code, at, .. } | Code::Geohash { code, at }) => {
                cell(town, code, *at, budget)
            }
            Reading::Code(Code::Ward(_) | Code::NationalPlaceId | Code::PostAddress) => {
                answer.hits.into_iter().map(Place::from).collect()
            }
            Reading::Coordinates(places) => {
                places.iter().map(|place| coordinates(town, place, budget)).collect()
            }
            Reading::Code(Code::Door(_) | Code::ShortPlus(_))
            | Reading::Text
            | Reading::Crossing(_)
            | Reading::Parcel(_)
            | Reading::TextOrParcel(_) => Vec::new(),
        }
    }
}

/// The cell of a code, the door at it and the parcel around it.
fn cell(town: &Town, code: &str, at: World, budget: &RowBudget) -> Vec<Place> {
    let mut places = vec![Place::point(town, PlaceKind::Code, code, at, budget)];
    places.extend(door_at(town, at, budget).map(Place::from));
    let parcels = town.snapshot().layer("parcels");
    let parcel = parcels
        .and_then(|layer| layer.counted(budget).covering(at).next().map(|row| Parcel::new(layer, row)));
    places.extend(parcel.map(|parcel| Place::parcel(town, &parcel)));
    places
}

/// Codes of doors that are one typo away from a text.
pub(super) fn near_codes(town: &Town, code: &str) -> NearCodes {
    let near = town.index().doors_near(code).into_iter().filter_map(|door| door.door_code);
    near.map(|code| in_groups(&code)).collect()
}

/// A door's code in groups; empty where it has none.
pub(super) fn code_in_groups(door: &Hit) -> String {
    in_groups(door.door_code.as_deref().unwrap_or_default())
}
