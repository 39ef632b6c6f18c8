//! Places known by name, with invented names: in every ward a market, a school, a health station and a pagoda,
//! and in every ward of today an office of its people's committee, each on the largest parcel whose use fits.
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

const WORDS: &str = include_str!("../../../../data/demo/landmark_words.csv");

/// What kind of place stands on land of which uses, the best first, and the words before its name. Small towns lack
/// land of some kinds; there culture (DVH), community (DKV) and worship (TIN) make room.
const SORTS: [(&str, &[&str], &str); 5] = [
    ("market", &["TMD"], "Chợ"),
    (OFFICE, &["TSC", "DVH"], "Trụ sở UBND phường"),
    ("school", &["DGD", "DVH"], "Trường Tiểu học"),
    ("hospital", &["DYT", "DKV"], "Trạm Y tế"),
    ("religious", &["TON", "TIN"], "Chùa"),
];
const OFFICE: &str = "office";

/// The parcels of a ward on which a landmark may stand.
#[derive(Debug, Default)]
pub struct Sites(Vec<Site>);

#[derive(Debug)]
struct Site {
    land_use: &'static str,
    area_m2: f64,
    at: Coord,
}

impl Sites {
    /// Takes a parcel into account.
    pub fn offer(&mut self, draft: &Draft) {
        let Some(&land_use) = draft.uses.first() else { return };
        if SORTS.iter().any(|(_, uses, _)| uses.contains(&land_use)) {
            self.0.extend(inside(draft).map(|at| Site { land_use, area_m2: draft.area_m2, at }));
        }
    }

    /// The largest parcel with the first of these uses that any has; no other landmark gets it.
    fn take(&mut self, uses: &[&str]) -> Option<Coord> {
        let largest = |land_use: &&str| {
            let fits = self.0.iter().enumerate().filter(|(_, site)| site.land_use == *land_use);
            fits.max_by(|(_, a), (_, b)| a.area_m2.total_cmp(&b.area_m2)).map(|(at, _)| at)
        };
        let best = uses.iter().find_map(largest)?;
        Some(self.0.swap_remove(best).at)
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
        mut sites: Sites,
        around: &Around<'_>,
        surveyor: &Surveyor,
    ) -> Result<Vec<Landmark>, CrsError> {
        let word = self.next_word();
        let mut landmarks = Vec::new();
        for (kind, uses, before) in SORTS {
            let is_office = kind == OFFICE;
            if is_office && self.with_office.contains(&around.unit_id) {
                continue;
            }
            let Some(at) = sites.take(uses) else { continue };
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
                at: door_point(surveyor, at)?,
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
