//! The last word of the ranking: what the query says of the ward outweighs a name that also stands elsewhere.

use super::super::input::Level;
use super::super::interpret::Interpretation;
use super::super::units::Units;
use super::{Candidate, Taken, Target, VAGUE};

/// What a street loses for each token that names a ward it does not lie in.
const ELSEWHERE: f32 = 0.9;

/// Holds streets and doors to the ward the query names: where a ward and what is above it are both named, or
/// a ward with its kind, a street of the same name somewhere else is not what was meant, however much of its
/// name is explained; only a door that bears the very number may still be. Districts give way where
/// something more exact was asked for.
pub(super) fn to_the_ward(found: &mut [Candidate], reading: &Interpretation, units: &Units) {
    let named = found
        .iter()
        .filter(|candidate| matches!(candidate.target, Target::Unit(_)) && candidate.ward.is_some())
        .filter(|candidate| is_sure(candidate, reading, units))
        .max_by(|a, b| a.score.total_cmp(&b.score))
        .map(|ward| (ward.mask, ward.score));
    let all: f32 = reading.total_weight();
    for candidate in found {
        match (candidate.target, named) {
            (Target::Unit(unit), _) => {
                let is_district = units.all.get(unit as usize).is_some_and(|u| u.level == Level::District);
                if is_district && reading.weight_of(candidate.mask) < all - 0.9 {
                    candidate.score -= VAGUE;
                }
            }
            (target, Some((mask, score))) => {
                let missing = reading.weight_of(mask & !candidate.mask);
                candidate.score -= ELSEWHERE * missing;
                if missing >= 0.9 && !matches!(target, Target::House(_)) {
                    candidate.score = candidate.score.min(score - 2.0 * VAGUE);
                }
            }
            (_, None) => {}
        }
    }
}

/// Whether a ward is named together with what is above it, or with its kind.
fn is_sure(candidate: &Candidate, reading: &Interpretation, units: &Units) -> bool {
    let of_unit = |part: &(u64, Taken)| match part.1 {
        Taken::Unit(unit) => units.all.get(unit as usize).map(|unit| 1u8 << unit.level as u8),
        _ => None,
    };
    let levels = candidate.parts.iter().filter_map(of_unit).fold(0u8, |levels, level| levels | level);
    let own = candidate.parts.first().map_or(0, |part| part.0);
    levels.count_ones() >= 2 || reading.has_type_word(own)
}
