//! From a text to hits: the way of a query, and the way back from a place.
//!
//! `docs/how-a-search-works.md` traces one text through these files.

pub mod answer;
pub mod code;
mod description;
mod found;
mod interpretation;
mod look_up;
mod number;
mod ranking;
pub mod reverse;
mod street_label;
mod typos;
pub mod weights;

use answer::{Answer, Focus, Hit, HitKind, MAX_CHARS, MatchType, Problem, Query, Reading};
use interpretation::Interpretation;
use ranking::{Candidate, Tables};
use reverse::{Nearby, ReverseQuery};
use weights::Weights;

use super::codes::{self, ParcelQuery, Place, Shape};
use super::index::Index;
use super::index::gazetteer::Level;
use super::index::indices::UnitIndex;
use crate::cost::RowBudget;
use crate::geometry::World;

/// Rows that are read to describe a hit: the door, its street, its units of today and of before.
const ROWS_OF_A_HIT: u64 = 8;

impl Index {
    /// Answers a text however long that takes: for imports and benches. Requests bring a budget.
    pub fn search(&self, query: &Query) -> Answer {
        self.search_within(query, &RowBudget::unlimited())
    }

    /// Whether a text is a pair of VN-2000 metres: reading it makes PROJ handles, which takes longer than all rows.
    pub fn is_projected(text: &str) -> bool {
        matches!(codes::shape(text), Shape::Metres(..))
    }

    /// Answers a text: an address, a name, a code, coordinates, a parcel. Every reading that is weighed and
    /// every hit that is described counts against the budget.
    pub fn search_within(&self, query: &Query, budget: &RowBudget) -> Answer {
        if query.text.chars().count() > MAX_CHARS {
            return Answer::refused(Problem::TooLong);
        }
        if !query.text.chars().any(char::is_alphanumeric) {
            return Answer::refused(Problem::Empty);
        }
        match codes::shape(query.text) {
            Shape::Code(code) => self.search_code(code, query, budget),
            Shape::Degrees(at) => {
                Answer::none(Reading::Coordinates(vec![Place { at: World::from_lnglat(at), system: None }]))
            }
            Shape::Metres(a, b) => Answer::none(Reading::Coordinates(self.likely(a, b, query.focus))),
            Shape::Parcel(words) => {
                let unit_ids = self.survey_units(&words.rest, budget);
                Answer::none(Reading::Parcel(ParcelQuery {
                    sheet: words.sheet,
                    number: words.number,
                    unit_ids,
                    may_be_swapped: false,
                }))
            }
            Shape::Text => {
                let mut answer = self.search_text(query, &Weights::USUAL, budget);
                if let Some(parcel) = self.maybe_parcel(query.text, &answer, budget) {
                    answer.reading = Reading::TextOrParcel(parcel);
                }
                answer
            }
        }
    }

    /// The nearest doors, their street, and the ward handed in, however long that takes.
    pub fn reverse(&self, query: &ReverseQuery) -> Nearby {
        self.reverse_within(query, &RowBudget::unlimited())
    }

    /// The same; every door that is looked at counts against the budget.
    pub fn reverse_within(&self, query: &ReverseQuery, budget: &RowBudget) -> Nearby {
        self.doors.reverse(query, self.tables(), budget)
    }

    fn tables(&self) -> Tables<'_> {
        Tables { names: &self.names, units: &self.units, ways: &self.ways, popular: &self.popular }
    }

    /// Answers a text that is no code by other weights than the usual ones: for measuring what each is worth.
    pub fn search_weighted(&self, query: &Query, weights: &Weights) -> Answer {
        self.search_text(query, weights, &RowBudget::unlimited())
    }

    /// Answers a text that is no code.
    fn search_text(&self, query: &Query, weights: &Weights, budget: &RowBudget) -> Answer {
        let (reading, found) = self.interpret(query.text, query.is_prefix, query.focus, weights, budget);
        let tables = self.tables();
        let is_ambiguous = is_ambiguous(&found, weights);
        let best = found.first().map_or(0.0, |best| best.score);
        let weighty = found.iter().take_while(|found| found.score > 0.3_f32.max(best * 0.5));
        let mut hits: Vec<Hit> = Vec::new();
        let (mut given, mut implied): (Vec<&Candidate>, Vec<&Candidate>) = (Vec::new(), Vec::new());
        // also where the budget ends, the best of what was weighed is described
        let mut described = 0;
        let mut may_describe = || {
            described += 1;
            budget.look_at(ROWS_OF_A_HIT) || described <= query.limit
        };
        let mut take = |candidate: &Candidate| {
            if !may_describe() {
                return false;
            }
            let hit = tables.describe(candidate, &reading);
            // a province and the one it was made of may have one name
            let is_said = |known: &Hit| known.label == hit.label && is_province(known) && is_province(&hit);
            let is_news = hits.len() < query.limit && query.admits(&hit) && !hits.iter().any(is_said);
            if is_news {
                hits.push(hit);
            }
            is_news
        };
        for candidate in weighty {
            // the ward of a street or door that is given already says nothing new: it comes last
            if candidate.is_implied_by(&given) {
                implied.push(candidate);
            } else if take(candidate) {
                given.push(candidate);
            }
            if given.len() == query.limit {
                break;
            }
        }
        for candidate in implied {
            take(candidate);
        }
        Answer { hits, ambiguous: is_ambiguous, ..Answer::none(Reading::Text) }
    }

    /// Reads and ranks; looks for typos only when words stay unexplained.
    fn interpret(
        &self,
        text: &str,
        is_prefix: bool,
        focus: Option<Focus>,
        weights: &Weights,
        budget: &RowBudget,
    ) -> (Interpretation, Vec<Candidate>) {
        let mut reading = Interpretation::read(text, is_prefix, &self.names, weights, budget);
        let mut found = ranking::candidates(&reading, self.tables(), focus, budget);
        let explained = found.first().map_or(0, |best| best.mask);
        let unexplained = (0..reading.tokens.len().min(64))
            .filter(|&i| {
                explained >> i & 1 == 0 && reading.weights[i] > 0.25 && reading.tokens[i].key.len() > 1
            })
            .fold(0, |mask, i| mask | 1 << i);
        if unexplained != 0 && reading.find_typos(unexplained, &self.names, budget) {
            found = ranking::candidates(&reading, self.tables(), focus, budget);
        }
        (reading, found)
    }

    /// The places a VN-2000 pair may mean: those in a known ward's box where boxes are known,
    /// the nearest to the focus first.
    fn likely(&self, a: f64, b: f64, focus: Option<Focus>) -> Vec<Place> {
        let mut places = codes::vn2000_places(a, b);
        let is_in_a_ward = |place: &&Place| self.ward_boxes.iter().any(|bounds| bounds.contains(place.at));
        let inside: Vec<Place> = places.iter().filter(is_in_a_ward).copied().collect();
        if !inside.is_empty() {
            places = inside;
        }
        if let Some(focus) = focus {
            let away = |place: &Place| crate::geometry::distance_m(focus.at, place.at);
            places.sort_by(|a, b| away(a).total_cmp(&away(b)));
        }
        places
    }

    /// The units a parcel may have been surveyed in, by the rest of its text: the unit named, and
    /// what stood on the ground of a ward of today, since sheets keep their old numbers.
    fn survey_units(&self, text: &str, budget: &RowBudget) -> Vec<i32> {
        if !text.chars().any(char::is_alphanumeric) {
            return Vec::new();
        }
        let (_, found) = self.interpret(text, false, None, &Weights::USUAL, budget);
        let best = found.first().map_or(0.0, |best| best.score);
        let mut units: Vec<UnitIndex> = Vec::new();
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
        let mut seen = rustc_hash::FxHashSet::default();
        units.retain(|unit| seen.insert(*unit));
        units.into_iter().map(|unit| self.units[unit].id).collect()
    }

    /// `45/123`, alone or with nothing but a unit, when no house has that number.
    fn maybe_parcel(&self, text: &str, answer: &Answer, budget: &RowBudget) -> Option<ParcelQuery> {
        let (sheet, number, rest) = codes::slash_pair(text)?;
        let is_taken = answer.hits.first().is_some_and(|hit| {
            matches!(hit.kind, HitKind::Address | HitKind::Street | HitKind::Alley)
                && hit.match_type != MatchType::Fallback
                && !rest.is_empty()
        });
        if is_taken {
            return None;
        }
        let unit_ids = self.survey_units(&rest, budget);
        let names_unit = rest.is_empty() || !unit_ids.is_empty();
        names_unit.then_some(ParcelQuery { sheet: Some(sheet), number, unit_ids, may_be_swapped: true })
    }
}

fn is_province(hit: &Hit) -> bool {
    matches!(hit.kind, HitKind::Province | HitKind::FormerProvince)
}

/// Whether the best two fit equally well, or the best is one part of a split unit that nothing
/// else decides.
fn is_ambiguous(found: &[Candidate], weights: &Weights) -> bool {
    let Some((best, rest)) = found.split_first() else { return false };
    rest.iter()
        .take_while(|other| other.score > best.score - weights.same_score)
        .any(|other| other.ward != best.ward || best.ward.is_none())
}
