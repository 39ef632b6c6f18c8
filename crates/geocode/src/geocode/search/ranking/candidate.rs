//! A reading of the query: the thing meant, and what each run of tokens was taken for.

use std::rc::Rc;

use crate::geocode::index::indices::{FormIndex, HouseIndex, UnitIndex, WayIndex};
use crate::geocode::search::answer::MatchType;
use crate::geocode::search::found::Found;
use crate::geocode::search::interpretation::Interpretation;
use crate::geocode::search::number::Kept;
use crate::geocode::search::ranking::support::Support;
use crate::geometry::World;

/// What a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A unit of today, or a former district or province, or a former ward without successor.
    Unit(UnitIndex),
    Way(WayIndex),
    House(HouseIndex),
    /// A number between two known ones: the way, the number asked for, and where it would be.
    Between {
        way: WayIndex,
        number: u32,
        at: World,
    },
}

/// Tokens, what they were taken for, and how that name was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RolePart {
    pub mask: u64,
    pub role: TokenRole,
    pub found: Found,
    /// A word or two with other accents than the name has: *thửa* is not Thứa, *bán đất* not Bàn Đạt.
    pub is_other_word: bool,
}

/// The tokens of the number of a door, and how the door's own number keeps to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberPart {
    pub mask: u64,
    pub kept: Kept,
}

impl RolePart {
    /// The number of a door.
    fn number(number: NumberPart) -> Self {
        Self { mask: number.mask, role: TokenRole::Number, found: Found::Exact, is_other_word: false }
    }

    /// The unit that is named, where one is.
    pub fn unit(&self) -> Option<UnitIndex> {
        match self.role {
            TokenRole::Unit(unit) => Some(unit),
            TokenRole::Way(_) | TokenRole::Number => None,
        }
    }

    /// Whether a letter was put right to read it so.
    pub fn is_corrected(&self) -> bool {
        matches!(self.found, Found::Typo | Found::TwoTypos)
    }
}

/// A reading of the query with its score.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub target: Target,
    /// The former ward by which a present one was found.
    pub via: Option<UnitIndex>,
    /// Present ward, where one is known.
    pub ward: Option<UnitIndex>,
    pub score: f32,
    /// Tokens explained.
    pub mask: u64,
    pub at: Option<World>,
    /// The name it was found by, where that is not its own.
    pub called: Option<FormIndex>,
    /// What names the thing itself.
    pub(super) own: RolePart,
    pub(super) number: Option<NumberPart>,
    pub(super) hamlet: Option<RolePart>,
    pub(super) support: Rc<Support>,
}

impl Candidate {
    /// Whether a part is what names the thing itself.
    pub fn is_own(&self, part: RolePart) -> bool {
        self.own == part
    }

    /// What the tokens were taken for: the thing itself first.
    pub fn parts(&self) -> impl Iterator<Item = RolePart> {
        let around = self.support.parts.iter().copied();
        let number = self.number.map(RolePart::number);
        std::iter::once(self.own).chain(around).chain(number).chain(self.hamlet)
    }

    /// Whether the door has another number than the text: its parts turned round, or without its letter.
    pub fn has_other_number(&self) -> bool {
        self.number.is_some_and(|number| number.kept == Kept::InPart)
    }

    /// Tokens that the place says as they were typed.
    pub fn understood(&self) -> u64 {
        let in_part = self.number.filter(|number| number.kept == Kept::InPart);
        self.mask & !in_part.map_or(0, |number| number.mask)
    }

    /// Whether it is the ward of a street or door given before, in whose surroundings all that it explains is named.
    pub fn is_implied_by(&self, given: &[&Self]) -> bool {
        let is_ward = matches!(self.target, Target::Unit(_)) && self.ward.is_some();
        let tells = |better: &&Self| {
            better.ward == self.ward
                && !matches!(better.target, Target::Unit(_))
                && self.mask & !better.support.mask == 0
        };
        is_ward && given.iter().any(tells)
    }

    /// How the place was found.
    pub fn match_type(&self, reading: &Interpretation) -> MatchType {
        let is_whole =
            reading.other_addresses.is_none() && reading.weight_of(self.mask) >= reading.total_weight() - 0.7;
        match self.target {
            Target::Between { .. } => MatchType::Interpolated,
            _ if is_whole && !self.has_other_number() && !self.parts().any(|part| part.is_corrected()) => {
                MatchType::Exact
            }
            _ => MatchType::Fallback,
        }
    }
}

/// What tokens were taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRole {
    Unit(UnitIndex),
    Way(WayIndex),
    Number,
}
