//! A door by its code, with all that its page and its plate say.

use super::address_code::{NearCodes, code_in_groups, near_codes};
use super::codes::{PlaceCodes, codes_at};
use super::parcels::parcel_by_id;
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::Hit;
use crate::geocode::{DoorFound, RetiredCode};
use crate::town::Town;

/// Which door has this code, and what is known of it?
#[derive(Debug, Clone)]
pub struct DoorByCode {
    /// As typed.
    pub code: String,
    /// Whether the codes of its place and its parcel are part of the answer.
    pub wants_facts: bool,
}

/// What became of a door code.
#[derive(Debug)]
pub enum DoorAnswer {
    /// The door that bears it, or that has the place of one that bore it.
    Door(Box<DoorFacts>),
    /// It was retired, and nothing took its place.
    Gone(RetiredCode),
    /// It was never given here; doors whose code is one typo away.
    Unknown(NearCodes),
}

/// A door.
#[derive(Debug)]
pub struct DoorFacts {
    /// Its names, units and codes.
    pub door: Hit,
    /// Its code as it is written.
    pub code: String,
    /// The codes of its place, where that is known and they are wanted.
    pub codes: Option<PlaceCodes>,
    /// `Thửa 57, tờ 2`, where that is known and wanted.
    pub parcel: Option<String>,
    /// Whether any data set of the town is invented.
    pub is_generated: bool,
}

impl Question for DoorByCode {
    type Answer = DoorAnswer;

    /// The codes of its place may take a PROJ handle.
    fn cost(&self, _: &Town) -> Cost {
        if self.wants_facts { Cost::Heavy } else { Cost::Light }
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> DoorAnswer {
        let door = match town.index().find_door(&self.code) {
            DoorFound::Here(door) | DoorFound::Moved(door) => *door,
            DoorFound::Gone(retired) => return DoorAnswer::Gone(retired),
            DoorFound::Unknown => return DoorAnswer::Unknown(near_codes(town, &self.code)),
        };
        let at = door.point.filter(|_| self.wants_facts);
        let parcel_id = door.parcel_id.filter(|_| self.wants_facts);
        DoorAnswer::Door(Box::new(DoorFacts {
            code: code_in_groups(&door),
            codes: at.map(|at| codes_at(town, at, budget)),
            parcel: parcel_id.and_then(|id| parcel_name(town, id, budget)),
            is_generated: town.is_generated(),
            door,
        }))
    }
}

/// `Thửa 57, tờ 2`.
fn parcel_name(town: &Town, id: i64, budget: &RowBudget) -> Option<String> {
    let parcel = parcel_by_id(town, id.try_into().ok()?, budget).ok()?;
    Some(format!("Thửa {}, tờ {}", parcel.number()?, parcel.sheet()?))
}
