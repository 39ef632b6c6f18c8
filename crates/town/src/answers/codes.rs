//! The codes of a place: what follows from where it is, and in which ward.

use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::codes::{geohash, plus_code, vn2000_pair};
use crate::geocode::{Hit, ReverseQuery};
use crate::geometry::{EpsgCode, LngLat, World};
use crate::schema::{central_meridian, provincial_system};
use crate::town::{Town, UnitName};

/// Metres within which a door is at a place.
const AT_THE_DOOR_M: f64 = 10.0;

/// Codes of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceCodes {
    /// Where.
    pub at: LngLat,
    /// About 14 m on a side.
    pub plus_code: Option<String>,
    /// About 3 m on a side.
    pub plus_code_11: Option<String>,
    /// Short beside the name of its ward: `74MG+J3 Phường Thanh Điền, Tỉnh Tây Ninh`.
    pub plus_code_short: Option<String>,
    /// Twelve characters: some centimetres.
    pub geohash: String,
    /// In the system of the province's own maps.
    pub vn2000: Option<Vn2000Pair>,
    /// The ward of today around the place.
    pub ward: Option<UnitName>,
}

/// A place in VN-2000, named as in Vietnamese practice: X is the northing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vn2000Pair {
    /// The system.
    pub system: EpsgCode,
    /// Its central meridian, degrees east.
    pub meridian: f64,
    /// Northing.
    pub x_m: f64,
    /// Easting.
    pub y_m: f64,
}

/// Which codes has a place?
#[derive(Debug, Clone, Copy)]
pub struct CodesAt {
    /// Where.
    pub at: World,
}

/// The codes of a place, and the door that is at it.
#[derive(Debug)]
pub struct CodesFound {
    /// What follows from where it is.
    pub codes: PlaceCodes,
    /// No farther than ten metres.
    pub door: Option<Hit>,
}

impl Question for CodesAt {
    type Answer = CodesFound;

    /// May make a PROJ handle: 15 ms.
    fn cost(&self, _: &Town) -> Cost {
        Cost::Heavy
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> CodesFound {
        CodesFound { codes: codes_at(town, self.at, budget), door: door_at(town, self.at, budget) }
    }
}

/// The codes of a place. May make a PROJ handle.
pub(super) fn codes_at(town: &Town, place: World, budget: &RowBudget) -> PlaceCodes {
    let at = place.to_lnglat();
    let units = town.snapshot().layer("units");
    let around =
        units.and_then(|layer| layer.counted(budget).covering(place).next().map(|ward| (layer, ward)));
    let column = |name: &str| around.and_then(|(layer, ward)| ward.value(layer.field(name)?).as_text());
    let ward = column("code").map(|code| town.units().present(code));
    let plus_code = plus_code::encode(at, 10);
    let middle = around.map(|(_, ward)| ward.point_on().to_lnglat());
    let short = plus_code.as_deref().zip(middle).and_then(|(code, near)| plus_code::shorten(code, near));
    PlaceCodes {
        at,
        plus_code_11: plus_code::encode(at, 11),
        plus_code_short: short.zip(ward.as_ref()).map(|(code, ward)| format!("{code} {}", ward.label)),
        plus_code,
        geohash: geohash(at, 12),
        vn2000: column("province_code")
            .and_then(provincial_system)
            .and_then(|system| in_system(place, system)),
        ward,
    }
}

/// The door at a place, if there is one.
pub(super) fn door_at(town: &Town, place: World, budget: &RowBudget) -> Option<Hit> {
    let query = ReverseQuery { limit: 1, max_distance_m: AT_THE_DOOR_M, ..ReverseQuery::at(place) };
    town.index().reverse_within(&query, budget).addresses.into_iter().next()
}

fn in_system(place: World, system: EpsgCode) -> Option<Vn2000Pair> {
    let (y_m, x_m) = vn2000_pair(place, system)?;
    Some(Vn2000Pair { system, meridian: central_meridian(system)?, x_m, y_m })
}
