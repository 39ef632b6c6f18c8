//! The last word of the ranking: what the query says of the ward outweighs a name that also stands elsewhere.

use std::ops::Range;

use super::super::input::Level;
use super::super::interpret::{Found, Interpretation, mask_of};
use super::super::names::{Bearer, Posting};
use super::super::units::Units;
use super::{Candidate, Part, Tables, Taken, Target, VAGUE};

/// What a street loses for each token that names a ward it does not lie in.
const ELSEWHERE: f32 = 0.9;

/// What a candidate loses that leaves the province at the end of the text unexplained, and the district before.
const OUTSIDE_PROVINCE: f32 = 0.8;
const OUTSIDE_DISTRICT: f32 = 0.5;

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
                    candidate.score -= 2.0 * VAGUE;
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

/// Holds everything to the province, and to the district before it, whose name is a whole part at the end of a
/// text of several.
pub(super) fn to_the_end(found: &mut [Candidate], reading: &Interpretation, tables: Tables) {
    let mut end = reading.tokens.len();
    for (level, loss) in [(Level::Province, OUTSIDE_PROVINCE), (Level::District, OUTSIDE_DISTRICT)] {
        let Some(part) = reading.part_before(end).filter(|part| part.start > 0) else { return };
        if names_whole(&part, level, reading, tables) {
            let mask = mask_of(&part);
            let outside = found.iter_mut().filter(|candidate| candidate.mask & mask == 0);
            outside.for_each(|candidate| candidate.score -= loss);
            end = part.start;
        } else if level == Level::District {
            return;
        }
    }
}

/// Whether a part of the text is nothing but the name of a unit of this level, with or without its kind.
fn names_whole(part: &Range<usize>, level: Level, reading: &Interpretation, tables: Tables) -> bool {
    let is_of_level = |posting: &Posting| matches!(posting.bearer, Bearer::Unit(unit) if tables.units.all[unit as usize].level == level);
    reading.mentions.iter().any(|mention| {
        let worded = mention.type_words.iter().map(|word| word.from);
        mention.found == Found::Exact
            && mention.tokens.end == part.end
            && worded.chain([mention.tokens.start]).min() == Some(part.start)
            && (!mention.is_number || !mention.type_words.is_empty())
            && tables.names.postings(mention.keys.clone()).iter().any(is_of_level)
    })
}

/// Whether a ward is named together with what is above it, or with its kind.
fn is_sure(candidate: &Candidate, reading: &Interpretation, units: &Units) -> bool {
    let of_unit = |part: Part| match part.1 {
        Taken::Unit(unit) => units.all.get(unit as usize).map(|unit| 1u8 << unit.level as u8),
        _ => None,
    };
    let levels = candidate.parts().filter_map(of_unit).fold(0u8, |levels, level| levels | level);
    let own = candidate.parts().next().map_or(0, |part| part.0);
    levels.count_ones() >= 2 || reading.has_type_word(own)
}
