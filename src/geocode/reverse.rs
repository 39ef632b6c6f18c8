//! From a place to the nearest numbered door. Which ward and parcel hold the place is a question
//! for polygons and so for the store; who asks may hand in the ward's code.

use rstar::primitives::GeomWithData;
use rstar::{PointDistance, RTree};

use super::answer::{Hit, HitKind, MatchType};
use super::rank::Tables;
use super::ways::{House, NONE, WayKind, Ways};
use crate::geometry::{GroundScale, World, distance_m};

/// A door on the grid; `f64` because squared distances of grid integers do not fit 64 bits.
type Door = GeomWithData<[f64; 2], u32>;

/// The numbered doors in a tree.
#[derive(Debug, Default)]
pub struct Doors {
    tree: RTree<Door>,
}

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

impl Doors {
    /// Plants the tree.
    pub fn build(ways: &Ways) -> Self {
        let numbered = ways.houses.iter().enumerate().filter(|(_, house)| !ways.number(house).is_empty());
        let doors = numbered.map(|(i, house)| Door::new([house.at.x as f64, house.at.y as f64], i as u32));
        Self { tree: RTree::bulk_load(doors.collect()) }
    }

    /// What is near.
    pub fn reverse(&self, query: &ReverseQuery, tables: Tables) -> Nearby {
        let mut addresses = Vec::new();
        let mut nearest_street = None;
        for (away_m, house) in self.nearest(query, tables.ways) {
            let mut hit = tables.house(house);
            hit.distance_m = Some(away_m);
            hit.confidence = confidence(away_m);
            hit.match_type = if away_m < 30.0 { MatchType::Exact } else { MatchType::Fallback };
            if nearest_street.is_none()
                && house.way != NONE
                && tables.ways.all[house.way as usize].kind != WayKind::Hamlet
            {
                nearest_street = Some((house.way, house.ward, away_m));
            }
            addresses.push(hit);
        }
        let given = query.street_id.and_then(|id| tables.ways.street_by_id(id));
        let street = match (given, nearest_street) {
            (Some(street), _) => Some(tables.way(street, None)),
            (None, Some((street, ward, away_m))) => {
                let mut hit = tables.way(street, (ward != NONE).then_some(ward));
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

    /// The nearest doors in metres on the ground. The tree measures grid steps, which are 0.6 % longer
    /// from west to east than from north to south, so it is asked a little beyond the last one.
    fn nearest<'a>(&self, query: &ReverseQuery, ways: &'a Ways) -> Vec<(f64, &'a House)> {
        const STRETCH: f64 = 1.01;
        let limit = query.limit.max(1);
        let shortest_step_m = GroundScale::at(query.at).y_m;
        let from = [query.at.x as f64, query.at.y as f64];
        let mut found: Vec<(f64, &House)> = Vec::with_capacity(limit + 1);
        for door in self.tree.nearest_neighbor_iter(from) {
            let at_least_m = door.distance_2(&from).sqrt() * shortest_step_m / STRETCH;
            let horizon_m = if found.len() == limit { found[limit - 1].0 } else { query.max_distance_m };
            if at_least_m > horizon_m {
                break;
            }
            let house = &ways.houses[door.data as usize];
            let away_m = distance_m(query.at, house.at);
            if away_m <= query.max_distance_m {
                let place = found.partition_point(|(known_m, _)| *known_m <= away_m);
                found.insert(place, (away_m, house));
                found.truncate(limit);
            }
        }
        found
    }

    /// How many doors it holds.
    pub fn len(&self) -> usize {
        self.tree.size()
    }
}

/// 1 at the door, a half at 50 m.
fn confidence(away_m: f64) -> f64 {
    ((50.0 / (50.0 + away_m)) * 1000.0).round() / 1000.0
}
