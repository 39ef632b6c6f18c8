//! From a code to what has it: the part of [`Index`] that answers codes instead of words.

use crate::cost::RowBudget;
use crate::geocode::codes::door_code::{self, compact};
use crate::geocode::codes::plus_text::PlusText;
use crate::geocode::codes::{Code, plus_code};
use crate::geocode::index::retired_codes::RetiredCode;
use crate::geocode::search::weights::Weights;
use crate::geocode::{Answer, Focus, Hit, HitKind, Index, MatchType, Query, Reading};
use crate::geometry::{World, WorldBox};

/// A retired code may lead to one that was retired later; longer chains would be a circle.
const LONGEST_CHAIN: usize = 16;

/// What is known of a door code.
#[derive(Debug, Clone, PartialEq)]
pub enum DoorFound {
    /// The door that has it.
    Here(Box<Hit>),
    /// It was retired; this door has its place now.
    Moved(Box<Hit>),
    /// It was retired and nothing took its place.
    Gone(RetiredCode),
    /// It was never given here.
    Unknown,
}

impl Index {
    /// The address with this door code, hyphens or not.
    pub fn door(&self, code: &str) -> Option<Hit> {
        let code = <[u8; 9]>::try_from(compact(code).as_bytes()).ok()?;
        self.ways.house_by_door_code(&code).map(|house| self.tables().house(&house))
    }

    /// What became of a door code: its door, the door that has its place, or that it is gone.
    pub fn find_door(&self, code: &str) -> DoorFound {
        if let Some(hit) = self.door(code) {
            return DoorFound::Here(Box::new(hit));
        }
        let Some(retired) = self.retired.get(code) else { return DoorFound::Unknown };
        let mut next = retired.successor.clone();
        for _ in 0..LONGEST_CHAIN {
            let Some(code) = next else { break };
            if let Some(hit) = self.door(&code) {
                return DoorFound::Moved(Box::new(hit));
            }
            next = self.retired.get(&code).and_then(|retired| retired.successor);
        }
        DoorFound::Gone(retired)
    }

    /// The doors that have a code, street by street in the order of their numbers; of one ward of today where
    /// its code is given.
    pub fn coded_doors<'a>(&'a self, ward_code: Option<&'a str>) -> impl Iterator<Item = Hit> + 'a {
        let doors = self.ways.houses.iter().map(|house| self.tables().house(&house));
        let doors = doors.filter(|door| door.door_code.is_some());
        doors.filter(move |door| ward_code.is_none() || door.ward_code.as_deref() == ward_code)
    }

    /// Doors whose code is one typo away from a text that is no code of a door.
    pub fn doors_near(&self, text: &str) -> Vec<Hit> {
        let near = door_code::near(text);
        near.iter()
            .filter_map(|code| self.door(code.as_str()))
            .map(|hit| Hit { match_type: MatchType::Fallback, confidence: 0.5, ..hit })
            .collect()
    }

    pub(in crate::geocode) fn search_code(&self, code: Code, query: &Query, budget: &RowBudget) -> Answer {
        let hits: Vec<Hit> = match &code {
            Code::Ward(digits) => self.wards_and_postal_codes(digits),
            Code::Door(door) => match self.find_door(door) {
                DoorFound::Here(hit) | DoorFound::Moved(hit) => vec![*hit],
                DoorFound::Gone(_) => Vec::new(),
                DoorFound::Unknown => self.doors_near(door),
            },
            Code::NationalPlaceId | Code::PostAddress => {
                let digits: String = query.text.chars().filter(char::is_ascii_digit).collect();
                let houses = self.ways.houses_by_number_code(&digits);
                houses.into_iter().map(|house| self.tables().house(&house)).collect()
            }
            Code::ShortPlus(short) => {
                return match self.recover(short, query.focus, budget) {
                    Some(code) => Answer::none(Reading::Code(code)),
                    None => self.search_text(query, &Weights::USUAL, budget),
                };
            }
            Code::Plus { .. } | Code::Geohash { .. } => Vec::new(),
        };
        // What only looks like a door code may be a name: "duong12ab".
        if hits.is_empty() && matches!(code, Code::Door(_)) {
            let answer = self.search_text(query, &Weights::USUAL, budget);
            if !answer.hits.is_empty() {
                return answer;
            }
        }
        let hits = hits.into_iter().filter(|hit| query.admits(hit)).take(query.limit).collect();
        Answer { hits, ..Answer::none(Reading::Code(code)) }
    }

    /// Wards that have or had the code, then wards whose doors carry it as their postal code.
    fn wards_and_postal_codes(&self, digits: &str) -> Vec<Hit> {
        let tables = self.tables();
        let mut hits: Vec<Hit> = Vec::new();
        for unit in self.units.by_code(digits) {
            let steps = self.units.today(unit);
            if steps.is_empty() {
                hits.push(tables.unit(unit));
            }
            for step in steps {
                let mut hit = tables.unit(step.to);
                if step.to != unit {
                    tables.set_via(&mut hit, unit);
                }
                if !hits.iter().any(|known| known.id == hit.id) {
                    hits.push(hit);
                }
            }
        }
        for &ward in self.postal.wards(digits) {
            let postal = Hit { postal_code: Some(digits.to_owned()), ..tables.unit(ward) };
            match hits.iter_mut().find(|known| known.id == postal.id) {
                Some(known) => known.postal_code = postal.postal_code,
                None => hits.push(postal),
            }
        }
        hits
    }

    /// A short Plus Code made full by the place named beside it, else by where the person looks, else by
    /// the middle of the wards that are loaded.
    fn recover(&self, short: &PlusText, focus: Option<Focus>, budget: &RowBudget) -> Option<Code> {
        let near = match short.place.is_empty() {
            true => focus.map(|focus| focus.at).or_else(|| self.middle())?,
            false => self
                .search_text(&Query { focus, ..Query::new(&short.place) }, &Weights::USUAL, budget)
                .place()?,
        };
        let code = plus_code::recover(&short.code, near.to_lnglat())?;
        let cell = plus_code::decode(&code)?;
        Some(Code::Plus { code, at: cell.middle(), bounds: cell.bounds() })
    }

    /// The middle of the wards of today that have a shape.
    fn middle(&self) -> Option<World> {
        let mut bounds = WorldBox::EMPTY;
        let wards = self.units.all.iter().filter(|unit| unit.is_present).filter_map(|unit| unit.bounds);
        wards.for_each(|ward| bounds.include_box(&ward));
        (!bounds.is_empty()).then(|| bounds.center())
    }
}

impl Answer {
    /// Where the best hit lies that is somewhere; a street is as good as a ward.
    fn place(&self) -> Option<World> {
        let is_wide = |hit: &&Hit| hit.kind != HitKind::Address;
        self.hits.iter().filter(is_wide).chain(&self.hits).find_map(|hit| hit.point)
    }
}
