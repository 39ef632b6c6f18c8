//! Places known by name, with invented names: in every ward a market, a school, a health station and a pagoda,
//! each on the largest parcel whose use fits, and in every ward of today an office of its people's committee.
//!
//! No dice are thrown: what else the town has stays what it was.

use geo_types::Coord;

use super::doors::door_point;
use super::names::lines;
use super::plane::{contains, frame};
use super::survey::Surveyor;
use super::ward::Draft;
use crate::geometry::CrsError;
use crate::schema::Landmark;

const WORDS: &str = include_str!("../../data/demo/landmark_words.csv");

/// What kind of place stands on land of which use, and the words before its name.
const SORTS: [(&str, &str, &str); 5] = [
    ("market", "TMD", "Chợ"),
    ("school", "DGD", "Trường Tiểu học"),
    ("hospital", "DYT", "Trạm Y tế"),
    ("religious", "TON", "Chùa"),
    (OFFICE, "TSC", "Trụ sở UBND phường"),
];
const OFFICE: &str = "office";

/// The largest parcel of a ward for each sort.
#[derive(Debug, Default)]
pub struct Sites([Option<Site>; SORTS.len()]);

#[derive(Debug, Clone, Copy)]
struct Site {
    area_m2: f64,
    at: Coord,
}

impl Sites {
    /// Takes a parcel into account.
    pub fn offer(&mut self, draft: &Draft) {
        let main_use = draft.uses.first().copied();
        for ((_, land_use, _), best) in SORTS.iter().zip(&mut self.0) {
            let is_larger = best.is_none_or(|best| draft.area_m2 > best.area_m2);
            if Some(*land_use) == main_use && is_larger {
                *best = inside(draft).map(|at| Site { area_m2: draft.area_m2, at }).or(*best);
            }
        }
    }
}

/// The middle of a parcel, or its door where the middle is outside or in a hole, which is another parcel.
fn inside(draft: &Draft) -> Option<Coord> {
    let part = draft.shape.0.first()?;
    let outer = &part.exterior().0;
    let middle = outer.first().map(|_| frame(outer).centre)?;
    let is_in = contains(outer, middle) && !part.interiors().iter().any(|hole| contains(&hole.0, middle));
    if is_in { Some(middle) } else { draft.door.map(|door| door.at) }
}

/// The ward landmarks lie in.
pub struct Around<'a> {
    pub dataset_id: i32,
    pub unit_id: i32,
    /// Today's, without its kind.
    pub name: &'a str,
}

/// Gives landmarks their ids and names, each name once.
#[derive(Debug, Default)]
pub struct LandmarkDeck {
    wards: usize,
    placed: i64,
    with_office: Vec<i32>,
}

impl LandmarkDeck {
    /// The landmarks of the next ward; of the parts of one ward of today only the first has an office.
    pub fn place(
        &mut self,
        sites: &Sites,
        around: &Around<'_>,
        surveyor: &Surveyor,
    ) -> Result<Vec<Landmark>, CrsError> {
        let word = self.next_word();
        let mut landmarks = Vec::new();
        for ((kind, _, before), site) in SORTS.into_iter().zip(&sites.0) {
            let Some(site) = site else { continue };
            let is_office = kind == OFFICE;
            if is_office && self.with_office.contains(&around.unit_id) {
                continue;
            }
            if is_office {
                self.with_office.push(around.unit_id);
            }
            self.placed += 1;
            landmarks.push(Landmark {
                landmark_id: self.placed,
                dataset_id: around.dataset_id,
                name: format!("{before} {}", if is_office { around.name } else { &word }),
                kind: Some(kind.to_owned()),
                other_names: is_office
                    .then(|| format!("UBND phường {0};Ủy ban nhân dân phường {0}", around.name)),
                unit_id: around.unit_id,
                at: door_point(surveyor, site.at)?,
            });
        }
        Ok(landmarks)
    }

    fn next_word(&mut self) -> String {
        let words: Vec<&str> = lines(WORDS).filter_map(|cells| cells.first().copied()).collect();
        let (at, round) = (self.wards % words.len().max(1), self.wards / words.len().max(1));
        self.wards += 1;
        let word = words.get(at).copied().unwrap_or_default();
        if round == 0 { word.to_owned() } else { format!("{word} {}", round + 1) }
    }
}
