//! From a place to the nearest numbered door. Which ward and parcel hold the place is a question
//! for polygons and so for the store; who asks may hand in the ward's code.

use crate::cost::RowBudget;
use crate::geocode::index::nearest::Nearest;
use crate::geocode::index::streets::WayKind;
use crate::geocode::search::answer::{Hit, HitKind, MatchType};
use crate::geocode::search::ranking::Tables;
use crate::geometry::World;

/// What is near a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// The nearest numbered doors, nearest first, each with its distance.
    pub addresses: Vec<Hit>,
    /// The street of the nearest door, with the distance to that door.
    pub street: Option<Hit>,
    /// The ward whose code was handed in.
    pub ward: Option<Hit>,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct ReverseQuery<'a> {
    /// Where.
    pub at: World,
    /// At most this many doors.
    pub limit: usize,
    /// Doors farther away are not named.
    pub max_distance_m: f64,
    /// Code of the ward that holds the place, from the store's polygons.
    pub ward_code: Option<&'a str>,
    /// The nearest street, from the store's lines; without it the nearest door's street is given.
    pub street_id: Option<i64>,
}

impl ReverseQuery<'_> {
    /// One door within a kilometre.
    pub fn at(at: World) -> Self {
        Self { at, limit: 1, max_distance_m: 1000.0, ward_code: None, street_id: None }
    }
}

impl Nearest {
    /// What is near.
    pub fn reverse(&self, query: &ReverseQuery, tables: Tables, budget: &RowBudget) -> Nearby {
        let mut addresses = Vec::new();
        let mut nearest_street = None;
        let houses = &tables.ways.houses;
        for (away_m, door) in self.find(houses, query.at, query.limit, query.max_distance_m, budget) {
            let house = houses.get(door);
            let mut hit = tables.house(&house);
            hit.distance_m = Some(away_m);
            hit.confidence = confidence(away_m);
            hit.match_type = if away_m < 30.0 { MatchType::Exact } else { MatchType::Fallback };
            if nearest_street.is_none()
                && let Some(way) = house.way
                && matches!(tables.ways[way].kind, WayKind::Street(_))
            {
                nearest_street = Some((way, house.ward, away_m));
            }
            addresses.push(hit);
        }
        let given = query.street_id.and_then(|id| tables.ways.street_by_id(id));
        let street = match (given, nearest_street) {
            (Some(street), _) => Some(tables.way(street, None)),
            (None, Some((street, ward, away_m))) => {
                let mut hit = tables.way(street, ward);
                hit.distance_m = Some(away_m);
                Some(hit)
            }
            (None, None) => None,
        };
        let ward = query
            .ward_code
            .and_then(|code| tables.units.present_by_code(code))
            .map(|ward| tables.unit(ward))
            .filter(|hit| hit.kind == HitKind::Ward);
        Nearby { addresses, street, ward }
    }
}

/// 1 at the door, a half at 50 m.
fn confidence(away_m: f64) -> f64 {
    ((50.0 / (50.0 + away_m)) * 1000.0).round() / 1000.0
}
