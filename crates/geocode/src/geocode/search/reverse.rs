//! From a place to the nearest numbered door. Which ward and parcel hold the place is a question
//! for polygons and so for the store; who asks may hand in the ward's code.

use crate::cost::RowBudget;
use crate::geocode::index::indices::HouseIndex;
use crate::geocode::index::nearest::Nearest;
use crate::geocode::index::streets::WayKind;
use crate::geocode::search::answer::{Hit, HitKind, MatchType};
use crate::geocode::search::ranking::Tables;
use crate::geometry::World;

/// What is near a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// The nearest numbered doors with their distances: those of the ward that was handed in, then the others, each
    /// nearest first. Where none of the nearest is in the ward, the nearest that is comes before them.
    pub addresses: Vec<Hit>,
    /// The street of the first of these doors that is on one, with the distance to that door.
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
    /// Code of the ward that holds the place, from the store's polygons: its doors come first.
    pub ward_code: Option<&'a str>,
}

impl ReverseQuery<'_> {
    /// One door within a kilometre.
    pub fn at(at: World) -> Self {
        Self { at, limit: 1, max_distance_m: 1000.0, ward_code: None }
    }
}

impl Nearest {
    /// What is near.
    pub fn reverse(&self, query: &ReverseQuery, tables: Tables, budget: &RowBudget) -> Nearby {
        let houses = &tables.ways.houses;
        let ward = query.ward_code.and_then(|code| tables.units.present_by_code(code));
        let is_own = |door: HouseIndex| ward.is_none() || houses.get(door).ward == ward;
        let nearest = |limit: usize, accepts: &dyn Fn(HouseIndex) -> bool| {
            self.find(houses, query.at, limit, query.max_distance_m, budget, accepts)
        };
        let doors = nearest(query.limit, &|_| true);
        let (mut sorted, across): (Vec<_>, Vec<_>) = doors.into_iter().partition(|(_, door)| is_own(*door));
        if sorted.is_empty() && !across.is_empty() {
            sorted = nearest(1, &is_own);
        }
        sorted.extend(across);
        let mut addresses = Vec::new();
        let mut street = None;
        for (away_m, door) in sorted {
            let house = houses.get(door);
            let mut hit = tables.house(&house);
            hit.distance_m = Some(away_m);
            hit.confidence = confidence(away_m);
            hit.match_type = if away_m < 30.0 { MatchType::Exact } else { MatchType::Fallback };
            let way = house.way.filter(|&way| matches!(tables.ways[way].kind, WayKind::Street(_)));
            if let (None, Some(way)) = (&street, way) {
                street = Some(Hit { distance_m: Some(away_m), ..tables.way(way, house.ward) });
            }
            addresses.push(hit);
        }
        let ward = ward.map(|ward| tables.unit(ward)).filter(|hit| hit.kind == HitKind::Ward);
        Nearby { addresses, street, ward }
    }
}

/// 1 at the door, a half at 50 m.
fn confidence(away_m: f64) -> f64 {
    ((50.0 / (50.0 + away_m)) * 1000.0).round() / 1000.0
}
