//! Streets as rows and doors with their numbers: odd on the left, even on the right, in steps of a
//! house front along the street; in an alley the chain of numbers that leads there (`36/45/2`).

use geo_types::{Coord, MultiLineString, Point};
use rustc_hash::{FxHashMap, FxHashSet};

use super::layout::Area;
use super::names::NameDeck;
use super::network::Class;
use super::survey::Surveyor;
use super::ward::{DoorPlace, StreetPlan};
use crate::geometry::CrsError;
use crate::schema::Street;

/// Metres of street a number stands for.
const FRONT_M: f64 = 5.0;

/// How doors on a street are addressed.
#[derive(Debug, Clone)]
struct Sign {
    /// The street named in the address: that which the outermost alley leaves.
    street_id: i64,
    /// The alley's own row.
    own_id: i64,
    /// `36/45` in an alley.
    chain: Option<String>,
}

/// The signs of a ward's streets and the numbers already used.
#[derive(Debug, Default)]
pub struct Signs {
    signs: Vec<Option<Sign>>,
    houses: FxHashMap<(u32, u32), u32>,
}

/// Rows of the roads between wards, one for each new ward they touch: id by (street, new ward).
pub type BorderIds = FxHashMap<(u32, &'static str), i64>;

/// The roads between the wards of an area.
pub fn border_streets(
    area: &Area,
    first_id: i64,
    dataset_id: i32,
    unit_of: impl Fn(&str) -> i32,
    surveyor: &Surveyor,
) -> Result<(Vec<Street>, BorderIds), CrsError> {
    let mut beside: FxHashMap<(u32, u32), &'static str> = FxHashMap::default();
    let mut units: Vec<&'static str> = Vec::new();
    for ward in &area.wards {
        for (i, &a) in ward.ring.iter().enumerate() {
            beside.insert((a, ward.ring[(i + 1) % ward.ring.len()]), ward.seed.new);
        }
        if !units.contains(&ward.seed.new) {
            units.push(ward.seed.new);
        }
    }
    let (mut rows, mut ids) = (Vec::new(), BorderIds::default());
    for (street, path) in area.network.streets.iter().enumerate() {
        let Some(name) = area.names[street] else { continue };
        for unit in &units {
            let mut runs: Vec<Vec<Coord>> = Vec::new();
            let mut is_running = false;
            for (k, pair) in path.ids.windows(2).enumerate() {
                let touches =
                    [(pair[0], pair[1]), (pair[1], pair[0])].iter().any(|e| beside.get(e) == Some(unit));
                if touches && !is_running {
                    runs.push(vec![path.vertices[k]]);
                }
                if touches && let Some(run) = runs.last_mut() {
                    run.push(path.vertices[k + 1]);
                }
                is_running = touches;
            }
            if runs.is_empty() {
                continue;
            }
            let street_id = first_id + rows.len() as i64;
            ids.insert((street as u32, *unit), street_id);
            let lines = runs.iter().map(|run| surveyor.line(run)).collect::<Result<_, _>>()?;
            rows.push(Street {
                street_id,
                dataset_id,
                name: name.name.to_owned(),
                kind: name.kind.to_owned(),
                parent_id: None,
                unit_id: unit_of(unit),
                line: Some(MultiLineString(lines)),
            });
        }
    }
    Ok((rows, ids))
}

/// Where a ward's streets get their ids and names from.
pub struct StreetNaming<'a> {
    pub first_id: i64,
    pub dataset_id: i32,
    pub unit_id: i32,
    pub new_ward: &'static str,
    pub border_ids: &'a BorderIds,
}

impl Signs {
    /// Names a ward's streets; parents come before the alleys that leave them.
    pub fn put_up(
        plan: &StreetPlan,
        naming: &StreetNaming<'_>,
        deck: &mut NameDeck,
        surveyor: &Surveyor,
    ) -> Result<(Self, Vec<Street>), CrsError> {
        let mut signs: Vec<Option<Sign>> = Vec::with_capacity(plan.network.streets.len());
        let mut rows = Vec::new();
        let mut mouths = FxHashSet::default();
        for (i, path) in plan.network.streets.iter().enumerate() {
            if i < plan.first_inner {
                let id = naming.border_ids.get(&(i as u32, naming.new_ward));
                signs.push(id.map(|&id| Sign { street_id: id, own_id: id, chain: None }));
                continue;
            }
            if path.class == Class::Path || path.is_water {
                signs.push(None);
                continue;
            }
            let own_id = naming.first_id + rows.len() as i64;
            let parent = path.mouth.filter(|_| path.class == Class::Alley);
            let parent = parent.and_then(|m| signs[m.street as usize].clone().map(|sign| (m, sign)));
            let (sign, name, kind, parent_id) = match parent {
                Some((mouth, above)) => {
                    let mut number = slot(mouth.at_m, mouth.on_left);
                    while !mouths.insert((mouth.street, number)) {
                        number += 2;
                    }
                    let chain = above.chain.map_or_else(|| number.to_string(), |c| format!("{c}/{number}"));
                    let sign = Sign { street_id: above.street_id, own_id, chain: Some(chain) };
                    (sign, number.to_string(), "alley", Some(above.own_id))
                }
                None => {
                    let is_named = matches!(path.class, Class::Main | Class::Street);
                    let name =
                        if is_named { deck.street(naming.new_ward) } else { deck.numbered(naming.new_ward) };
                    (Sign { street_id: own_id, own_id, chain: None }, name, "street", None)
                }
            };
            signs.push(Some(sign));
            rows.push(Street {
                street_id: own_id,
                dataset_id: naming.dataset_id,
                name,
                kind: kind.to_owned(),
                parent_id,
                unit_id: naming.unit_id,
                line: Some(MultiLineString(vec![surveyor.line(&path.vertices)?])),
            });
        }
        Ok((Self { signs, houses: FxHashMap::default() }, rows))
    }

    /// The number and street of a door; `None` where no named street passes.
    pub fn number(&mut self, door: &DoorPlace) -> Option<(String, i64)> {
        let (street, at_m, on_left) = door.street?;
        let sign = self.signs.get(street as usize)?.as_ref()?;
        let number = slot(at_m, on_left);
        let houses = self.houses.entry((street, number)).or_default();
        *houses += 1;
        // houses put in between get a letter, the third sometimes bis
        let house = match *houses {
            1 => number.to_string(),
            2 if number.is_multiple_of(10) => format!("{number} Bis"),
            n => format!("{number}{}", char::from(b'A' + (n - 2).min(25) as u8)),
        };
        let number = sign.chain.as_ref().map_or_else(|| house.clone(), |chain| format!("{chain}/{house}"));
        Some((number, sign.street_id))
    }
}

fn slot(at_m: f64, on_left: bool) -> u32 {
    2 * (at_m / FRONT_M) as u32 + if on_left { 1 } else { 2 }
}

/// Puts a door on the map.
pub fn door_point(surveyor: &Surveyor, at: Coord) -> Result<Point, CrsError> {
    Ok(surveyor.points(&[at])?.first().map_or(Point(at), |&c| Point(c)))
}
