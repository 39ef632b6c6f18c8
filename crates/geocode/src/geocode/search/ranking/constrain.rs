//! The last step of the ranking: what the query says of province, district and ward outweighs a name that also
//! exists elsewhere.

use std::ops::Range;

use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::UnitIndex;
use crate::geocode::index::names::{NameTarget, Posting};
use crate::geocode::index::units::Units;
use crate::geocode::search::found::Found;
use crate::geocode::search::interpretation::{Interpretation, Mention, mask_of};
use crate::geocode::search::ranking::{Candidate, RolePart, Tables, Target};
use crate::geocode::text::words::{Kinds, TypeWord};

/// Lowers streets and doors outside of the ward the query names: where a ward and what is above it are both named, or
/// a ward with its kind, a street of the same name somewhere else is not what was meant, however much of its
/// name is explained; only a door with the very number may still be. Districts lose where
/// something more exact was asked for.
pub(super) fn to_ward(found: &mut [Candidate], reading: &Interpretation, units: &Units) {
    let named = found
        .iter()
        .filter(|candidate| matches!(candidate.target, Target::Unit(_)) && candidate.ward.is_some())
        .filter(|candidate| is_sure(candidate, reading, units))
        // the first of equally good ones, in the order of their ids
        .min_by(|a, b| b.score.total_cmp(&a.score))
        .map(|ward| (ward.mask, ward.score));
    let weights = &reading.ranking;
    let all: f32 = reading.total_weight();
    for candidate in found {
        match (candidate.target, named) {
            (Target::Unit(unit), _) => {
                let is_district = units.get(unit).is_some_and(|u| u.level == Level::District);
                if is_district && reading.weight_of(candidate.mask) < all - 0.9 {
                    candidate.score -= 2.0 * weights.district_penalty;
                }
            }
            (target, Some((mask, score))) => {
                let missing = reading.weight_of(mask & !candidate.mask);
                candidate.score -= weights.outside_ward_penalty * missing;
                let is_very_door = matches!(target, Target::House(_)) && !candidate.has_other_number();
                if missing >= 0.9 && !is_very_door {
                    candidate.score = candidate.score.min(score - 2.0 * weights.district_penalty);
                }
            }
            (_, None) => {}
        }
    }
}

/// Lowers everything outside of the province whose name is a whole part at the end of a text of several, and of the
/// district before it.
pub(super) fn to_end_of_text(found: &mut [Candidate], reading: &Interpretation, tables: Tables) {
    let outside = |found: &mut [Candidate], part: &Range<usize>, loss: f32| {
        let mask = mask_of(part);
        found
            .iter_mut()
            .filter(|candidate| candidate.mask & mask == 0)
            .for_each(|outside| outside.score -= loss);
    };
    let before = |end: usize| reading.part_before(end).filter(|part| part.start > 0);
    let called = |part: &Range<usize>, level: Level| units_called(part, level, reading, tables);
    let Some(last) = before(reading.tokens.len()) else { return };
    if called(&last, Level::Province).is_empty() {
        return;
    }
    outside(found, &last, reading.ranking.outside_province_penalty);
    let Some(part) = before(last.start) else { return };
    if !called(&part, Level::District).is_empty() {
        outside(found, &part, reading.ranking.outside_district_penalty);
    }
}

/// So many of the best readings as typed are held against those with a letter put right.
const MAX_AS_TYPED: usize = 16;

/// Puts a reading with a letter put right behind those as typed that explain the same parts.
pub(super) fn corrected(found: &mut [Candidate]) {
    let is_corrected = |candidate: &Candidate| candidate.parts().any(|part| part.is_corrected());
    let mut as_typed: Vec<(u64, f32)> =
        found.iter().filter(|c| !is_corrected(c)).map(|c| (c.mask, c.score)).collect();
    as_typed.sort_by(|a, b| b.1.total_cmp(&a.1));
    as_typed.truncate(MAX_AS_TYPED);
    for candidate in found.iter_mut().filter(|c| is_corrected(c)) {
        let before = as_typed.iter().filter(|(mask, _)| candidate.mask & !mask == 0).map(|(_, score)| *score);
        if let Some(before) = before.min_by(f32::total_cmp) {
            candidate.score = candidate.score.min(before - f32::EPSILON * 8.0);
        }
    }
}

/// The units of this level whose name is all that a part of the text is, with or without a word of its level.
fn units_called(
    part: &Range<usize>,
    level: Level,
    reading: &Interpretation,
    tables: Tables,
) -> Vec<UnitIndex> {
    let kinds = match level {
        Level::Province => Kinds::PROVINCES,
        Level::District => Kinds::DISTRICTS,
        Level::Ward => Kinds::WARDS,
    };
    let is_whole = |mention: &&Mention| {
        let is_bare = !mention.is_number && mention.tokens.start == part.start;
        let is_worded = |word: &TypeWord| word.from == part.start && word.kinds.meets(kinds);
        mention.found == Found::Exact
            && mention.tokens.end == part.end
            && (is_bare || mention.type_words.iter().any(is_worded))
    };
    let of_level = |posting: &Posting| match posting.target {
        NameTarget::Unit(unit) if tables.units[unit].level == level => Some(unit),
        _ => None,
    };
    let whole = reading.mentions.iter().filter(is_whole);
    let mut called: Vec<UnitIndex> =
        whole.flat_map(|mention| tables.names.postings(mention.keys)).filter_map(of_level).collect();
    called.sort_unstable();
    called.dedup();
    called
}

/// Whether a ward is named together with what is above it, or with its kind.
fn is_sure(candidate: &Candidate, reading: &Interpretation, units: &Units) -> bool {
    let of_unit = |part: RolePart| Some(1u8 << units.get(part.unit()?)?.level as u8);
    let levels = candidate.parts().filter_map(of_unit).fold(0u8, |levels, level| levels | level);
    let own = candidate.parts().next().map_or(0, |part| part.mask);
    levels.count_ones() >= 2 || reading.has_type_word(own)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::cost::RowBudget;
    use crate::geocode::index::indices::{TableIndex, WayIndex};
    use crate::geocode::index::names::NamesBuilder;
    use crate::geocode::search::ranking::TokenRole;
    use crate::geocode::search::weights::Weights;

    fn named(target: Target, ward: usize, mask: u64) -> Candidate {
        let role = match target {
            Target::Way(way) => TokenRole::Way(way),
            _ => TokenRole::Unit(UnitIndex::new(ward)),
        };
        Candidate {
            target,
            via: None,
            ward: Some(UnitIndex::new(ward)),
            score: 3.0,
            mask,
            at: None,
            called: None,
            own: RolePart { mask, role, found: Found::Exact, is_other_word: false },
            number: None,
            hamlet: None,
            support: Rc::default(),
        }
    }

    #[test]
    fn of_two_wards_named_as_surely_the_first_binds() {
        let names = NamesBuilder::default().build();
        let text = "Lê Lợi, phường Một, phường Hai";
        let reading = Interpretation::read(text, false, &names, &Weights::USUAL, &RowBudget::unlimited());
        let unit = |ward: usize, mask: u64| named(Target::Unit(UnitIndex::new(ward)), ward, mask);
        let street = |ward: usize, mask: u64| named(Target::Way(WayIndex::new(ward)), ward, 0b11 | mask);
        let (one, two) = (0b1100, 0b11_0000);
        let mut found = [unit(1, one), unit(2, two), street(1, one), street(2, two)];
        to_ward(&mut found, &reading, &Units::default());
        assert!(found[2].score > found[3].score, "{found:?}");
    }
}
