//! How a place and its numbers stand in the cells of a table.

use super::pipeline::Status;
use crate::answers::{Found, HEAVY_ROWS, Place, Question, Search};
use crate::cost::RowBudget;
use crate::http::geocoding::{readable, unmatched};
use crate::town::Town;

/// The places of one text, best first, as a single search finds them.
pub(super) struct Places {
    pub places: Vec<Place>,
    pub is_ambiguous: bool,
    /// A better place may be missing.
    pub is_cut: bool,
}

/// Readings of a text that are looked at: the best, the next, and some that are as likely.
const READINGS: usize = 5;

/// Searches as a single search does; `None` where the text cannot be searched.
pub(super) fn find(town: &Town, text: &str, ask: impl FnOnce(&mut Search)) -> Option<Places> {
    let mut wanted = Search::new(readable(text).ok()?, READINGS);
    ask(&mut wanted);
    let found = wanted.answer(town, &RowBudget::new(HEAVY_ROWS));
    let Found { mut places, is_ambiguous, is_cut, .. } = found;
    prefer_located(&mut places);
    found.problem.is_none().then_some(Places { places, is_ambiguous, is_cut })
}

/// Of places that are as likely as the first one, one whose position is known comes first: the country has many wards
/// of a name, and a town knows where its own lies.
fn prefer_located(places: &mut [Place]) {
    /// Differences that are none.
    const AS_LIKELY: f64 = 0.005;
    let Some(first) = places.first().filter(|first| first.point.is_none()) else { return };
    let least = first.confidence - AS_LIKELY;
    let located = places.iter().position(|place| place.point.is_some() && place.confidence >= least);
    if let Some(at) = located {
        places[..=at].rotate_right(1);
    }
}

/// A place that nobody can go to is not found, whatever else is known of it.
pub(super) fn status_of(place: &Place) -> Status {
    if place.point.is_some() { Status::Ok } else { Status::NotFound }
}

/// The cells of a row for which nothing was found, in so many columns, the last of them the status and the one before
/// it whether the search was cut.
pub(super) fn nothing(columns: usize, is_cut: bool) -> Vec<String> {
    let mut cells = vec![String::new(); columns.saturating_sub(2)];
    cells.push(is_cut.to_string());
    cells
}

/// The words of the text that a place does not explain.
pub(super) fn unmatched_words(place: &Place) -> String {
    unmatched(place).unwrap_or_default().join("|")
}

/// Latitude and longitude with seven decimals, as everywhere; empty where nobody knows the place.
pub(super) fn degrees(place: &Place) -> (String, String) {
    let decimal = |degrees: f64| degrees.to_string();
    place.lon_lat().map_or_else(Default::default, |[lng, lat]| (decimal(lat), decimal(lng)))
}

/// A score as answers show it.
pub(super) fn decimal(score: f64) -> String {
    ((score * 1000.0).round() / 1000.0).to_string()
}
