//! From a text to hits: the way of a query, and the way back from a place.
//!
//! `docs/how-a-search-works.md` traces one text through these files.

pub mod answer;
pub mod code;
mod confidence;
mod crossing;
mod description;
pub mod evidence;
mod found;
mod founded;
mod interpretation;
mod look_up;
mod number;
mod parcels;
mod projected;
mod ranking;
pub mod reverse;
mod street_label;
mod typos;
pub mod weights;

use answer::{Answer, Focus, Hit, HitKind, MAX_CHARS, Problem, Query, Reading};
use founded::Grounds;
use interpretation::Interpretation;
use ranking::{Candidate, Tables};
use reverse::{Nearby, ReverseQuery};
use weights::Weights;

use super::codes::{self, Code, Place, Shape};
use super::index::Index;
use super::text::fold::plain_signs;
use crate::cost::RowBudget;
use crate::geometry::World;

/// Rows that are read to describe a hit: the door, its street, its units of today and of before.
const ROWS_OF_A_HIT: u64 = 8;
/// So many readings, no further behind the best than this, say which words are names as typed.
const NEXT_BEST: usize = 4;
const NEAR: f32 = 0.5;

impl Index {
    /// Answers a text however long that takes: for imports and benches. Requests bring a budget.
    pub fn search(&self, query: &Query) -> Answer {
        self.search_within(query, &RowBudget::unlimited())
    }

    /// Whether a text is a pair of VN-2000 metres: reading it makes PROJ handles, which takes longer than all rows.
    pub fn is_projected(text: &str) -> bool {
        matches!(codes::shape(&plain_signs(text)), Shape::Metres(_))
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
        let text = plain_signs(query.text);
        let query = &Query { text: &text, ..*query };
        match codes::shape(query.text) {
            Shape::Code(code) => {
                let is_number_of_a_place = code == Code::NationalPlaceId;
                let answer = self.search_code(code, query, budget);
                let parcel = (is_number_of_a_place && answer.hits.is_empty())
                    .then(|| codes::parcel_key_of_digits(&digits_of(query.text)))
                    .flatten()
                    .and_then(|key| self.keyed_parcel(key));
                parcel.map_or(answer, |parcel| Answer::none(Reading::Parcel(parcel)))
            }
            Shape::Degrees(at) => {
                let place = Place { at: World::from_lnglat(at), system: None, confidence: 1.0 };
                Answer::none(Reading::Coordinates(vec![place]))
            }
            Shape::Metres(metres) => {
                let places = self.likely_places(&metres, query.focus, budget);
                match places {
                    Some(places) => {
                        let ambiguous = places.len() > 1;
                        Answer { ambiguous, ..Answer::none(Reading::Coordinates(places)) }
                    }
                    None => self.search_words(query, budget),
                }
            }
            Shape::ParcelKey(key) => match self.keyed_parcel(key) {
                Some(parcel) => Answer::none(Reading::Parcel(parcel)),
                None => self.search_words(query, budget),
            },
            Shape::Parcel(words) => Answer::none(Reading::Parcel(self.worded_parcel(words, budget))),
            Shape::Text => self.search_words(query, budget),
        }
    }

    /// Answers a text that is no code: a corner, names, or two numbers with a slash that may be a parcel.
    fn search_words(&self, query: &Query, budget: &RowBudget) -> Answer {
        if let Some(answer) = self.crossing(query, budget) {
            return answer;
        }
        let mut answer = self.search_text(query, &Weights::USUAL, budget);
        if let Some(parcel) = self.maybe_parcel(query.text, &answer, budget) {
            answer.reading = Reading::TextOrParcel(parcel);
        }
        answer
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
        Tables {
            names: &self.names,
            units: &self.units,
            ways: &self.ways,
            popular: &self.popular,
            district_streets: &self.district_streets,
        }
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
            let mut hit = tables.describe(candidate, &found, &reading);
            for words in &mut hit.unmatched {
                if let Some(typed) = as_typed(words, query.text) {
                    *words = typed.to_owned();
                }
            }
            // two wards are not both likely
            if let Some(first) = hits.first().filter(|first| first.ward_code != hit.ward_code) {
                hit.confidence = hit.confidence.min(1.0 - first.confidence);
            }
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
        let is_doubtful = hits.first().is_some_and(Hit::is_doubtful);
        Answer { hits, ambiguous: is_ambiguous || is_doubtful, ..Answer::none(Reading::Text) }
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
        // what the next best explain as typed is no slip: a street that is known in another ward than the one named
        let best = found.first().map_or(0.0, |best| best.score);
        let near = found.iter().take(NEXT_BEST).take_while(|next| next.score >= best - NEAR);
        let explained = near.fold(0, |mask, next| mask | next.mask);
        let unexplained = (0..reading.tokens.len().min(64))
            .filter(|&i| {
                explained >> i & 1 == 0 && reading.weights[i] > 0.25 && reading.tokens[i].key.len() > 1
            })
            .fold(0, |mask, i| mask | 1 << i);
        if unexplained != 0 && reading.find_typos(unexplained, &self.names, budget) {
            found = ranking::candidates(&reading, self.tables(), focus, budget);
        }
        let grounds = Grounds::of(&reading);
        found.retain(|candidate| grounds.hold(candidate));
        (reading, found)
    }
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Words in lower case as the text has them; `None` where signs stand between them there.
fn as_typed<'a>(words: &str, text: &'a str) -> Option<&'a str> {
    let is_same = |typed: char, wanted: char| typed.to_lowercase().eq(std::iter::once(wanted));
    let count = words.chars().count();
    text.char_indices().find_map(|(from, _)| {
        let rest = text.get(from..)?;
        let is_there =
            words.chars().zip(rest.chars()).filter(|(wanted, typed)| is_same(*typed, *wanted)).count()
                == count;
        let to = rest.char_indices().nth(count).map_or(rest.len(), |(to, _)| to);
        if is_there { rest.get(..to) } else { None }
    })
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
