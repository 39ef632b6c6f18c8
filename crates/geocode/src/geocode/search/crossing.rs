//! Corners: both streets of `Hùng Vương giao Bà Triệu`, in pairs that may meet. Where they meet, the lines say, which
//! the geocoder does not know.

use crate::cost::RowBudget;
use crate::geocode::index::Index;
use crate::geocode::search::answer::{Answer, Hit, HitKind, MatchType, Query, Reading};
use crate::geocode::search::weights::Weights;
use crate::geocode::text::crossing;
use crate::geocode::text::fold;
use crate::geocode::text::street_name::worded_street;

/// Streets of one name that are looked at for each side of a corner.
const STREETS_OF_A_NAME: usize = 12;
/// A street without its corner explains half of what was asked.
const OF_ONE_STREET: f64 = 0.5;

impl Index {
    /// Both streets of a corner, and which of them may cross; `None` where the text names no two streets.
    pub(super) fn crossing(&self, query: &Query, budget: &RowBudget) -> Option<Answer> {
        let words = crossing::read(query.text)?;
        let firsts = self.streets_of(&words.first, &words.place, query, budget);
        let seconds = self.streets_of(&words.second, &words.place, query, budget);
        let (first, second) = (firsts.first()?.clone(), seconds.first()?.clone());
        let mut pairs: Vec<(Hit, Hit)> = Vec::new();
        for one in &firsts {
            for other in seconds.iter().filter(|other| other.id != one.id && may_meet(one, other)) {
                pairs.push((one.clone(), other.clone()));
            }
        }
        pairs.truncate(query.limit);
        let alone = |hit: Hit| Hit {
            match_type: MatchType::Fallback,
            confidence: hit.confidence * OF_ONE_STREET,
            ..hit
        };
        // the streets that meet, else the best of each name
        let (first, second) = pairs.first().cloned().unwrap_or((first, second));
        let hits = [first, second].map(alone).into_iter().filter(|hit| query.admits(hit)).take(query.limit);
        Some(Answer { hits: hits.collect(), ..Answer::none(Reading::Crossing(pairs)) })
    }

    /// The streets of exactly this name in a place. One of the two may belong to the ward next to it.
    fn streets_of(&self, name: &str, place: &str, query: &Query, budget: &RowBudget) -> Vec<Hit> {
        let here = self.streets_named(name, &format!("{name}, {place}"), query, budget);
        match here.is_empty() && !place.is_empty() {
            true => {
                let doubt = |hit: Hit| Hit { match_type: MatchType::Fallback, ..hit };
                self.streets_named(name, name, query, budget).into_iter().map(doubt).collect()
            }
            false => here,
        }
    }

    /// The streets among the hits of a text that every word of a name names.
    fn streets_named(&self, name: &str, text: &str, query: &Query, budget: &RowBudget) -> Vec<Hit> {
        let kinds = [HitKind::Street];
        let wanted = Query { text, kinds: &kinds, limit: STREETS_OF_A_NAME, is_prefix: false, ..*query };
        let bare = |text: &str| fold::key(worded_street(text).map_or(text, |street| street.name));
        let key = bare(name);
        let mut found = self.search_text(&wanted, &Weights::USUAL, budget).hits;
        found.retain(|hit| {
            let mut parts = hit.parts.iter().filter(|part| part.role == "street");
            parts.any(|part| bare(&part.typed) == key)
        });
        found
    }
}

/// Whether the boxes of two streets meet.
fn may_meet(one: &Hit, other: &Hit) -> bool {
    one.bounds.zip(other.bounds).is_some_and(|(one, other)| one.intersects(&other))
}
