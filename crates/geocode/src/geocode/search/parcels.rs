//! Parcels a text asks for: the numbers are read by [`codes`], the units they may have been surveyed in are found here.

use rustc_hash::FxHashSet;

use crate::cost::RowBudget;
use crate::geocode::codes::{self, ParcelKey, ParcelQuery, ParcelWords};
use crate::geocode::index::Index;
use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::UnitIndex;
use crate::geocode::search::answer::{Answer, HitKind, MatchType};
use crate::geocode::search::ranking;
use crate::geocode::search::weights::Weights;

/// Two numbers without words may be anything: a parcel is one thing more that they may be.
const SLASH_CONFIDENCE: f64 = 0.6;

/// The units a text names, and how much of it does.
pub(super) struct NamedUnits {
    pub units: Vec<UnitIndex>,
    /// Weight of the words that name them, and of all words.
    pub read: f64,
    pub all: f64,
}

impl Index {
    /// The parcel of `thửa 123 tờ 45 phường Hiệp Tân`.
    pub(super) fn worded_parcel(&self, words: ParcelWords, budget: &RowBudget) -> ParcelQuery {
        let named = self.named_units(&words.rest, budget);
        // sheet and number were read
        let own = 2.0;
        let share_read = (own + named.read) / (own + named.all);
        ParcelQuery { pairs: words.pairs, unit_ids: self.ids_of(named.units), share_read }
    }

    /// The parcel of `25645-8-173`; `None` where no unit has or had that code.
    pub(super) fn keyed_parcel(&self, key: ParcelKey) -> Option<ParcelQuery> {
        let units = self.units.by_code(&key.unit_code);
        (!units.is_empty()).then(|| ParcelQuery {
            pairs: vec![key.pair],
            unit_ids: self.ids_of(units),
            share_read: 1.0,
        })
    }

    /// `45/123`, alone or with nothing but a unit, when no house has that number.
    pub(super) fn maybe_parcel(
        &self,
        text: &str,
        answer: &Answer,
        budget: &RowBudget,
    ) -> Option<ParcelQuery> {
        let words = codes::slash_pair(text)?;
        let is_taken = answer.hits.first().is_some_and(|hit| {
            matches!(hit.kind, HitKind::Address | HitKind::Street | HitKind::Alley)
                && (hit.match_type != MatchType::Fallback || hit.has_other_number)
                && !words.rest.is_empty()
        });
        // beside a parcel's numbers a text names its unit and nothing else: other words are of an address
        let is_letter = |c: char| c.is_alphabetic();
        let has_other_words = answer
            .hits
            .first()
            .is_some_and(|hit| hit.unmatched.iter().any(|words| words.contains(is_letter)));
        if is_taken || has_other_words {
            return None;
        }
        let names_unit = words.rest.is_empty();
        let query = self.worded_parcel(words, budget);
        let share_read = query.share_read * SLASH_CONFIDENCE;
        (names_unit || !query.unit_ids.is_empty()).then_some(ParcelQuery { share_read, ..query })
    }

    /// The units that the rest of a text names: the unit itself, and what stood on the ground of a ward of today,
    /// since sheets keep their old numbers.
    pub(super) fn named_units(&self, text: &str, budget: &RowBudget) -> NamedUnits {
        let mut units: Vec<UnitIndex> = Vec::new();
        if !text.chars().any(char::is_alphanumeric) {
            return NamedUnits { units, read: 0.0, all: 0.0 };
        }
        let (reading, found) = self.interpret(text, false, None, &Weights::USUAL, budget);
        let best = found.first().map_or(0.0, |best| best.score);
        for candidate in found.iter().take_while(|c| c.score > best - 0.3).take(8) {
            match (candidate.via, candidate.target) {
                (Some(former), _) => units.extend([former, candidate.ward.unwrap_or(former)]),
                (None, ranking::Target::Unit(unit)) => {
                    units.push(unit);
                    let ground = &self.units[unit].lineage;
                    let is_ward = |unit| self.units[unit].level == Level::Ward;
                    units.extend(ground.iter().map(|(u, _)| *u).filter(|u| is_ward(*u)));
                }
                _ => units.extend(candidate.ward),
            }
        }
        let mut seen = FxHashSet::default();
        units.retain(|unit| seen.insert(*unit));
        let read = found.first().map_or(0.0, |best| reading.weight_of(best.mask));
        NamedUnits { units, read: f64::from(read), all: f64::from(reading.total_weight()) }
    }

    fn ids_of(&self, units: Vec<UnitIndex>) -> Vec<i32> {
        units.into_iter().map(|unit| self.units[unit].id).collect()
    }
}
