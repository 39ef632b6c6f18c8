//! How a place and its numbers stand in the cells of a table.

use crate::answers::{HEAVY_ROWS, Place, Question, Search};
use crate::cost::RowBudget;
use crate::http::geocoding::readable;
use crate::town::Town;

/// The places of one text, best first, as a single search finds them.
pub(super) struct Found {
    pub places: Vec<Place>,
    pub is_ambiguous: bool,
}

/// Searches as a single search does; `None` where the text cannot be searched.
pub(super) fn find(town: &Town, text: &str, ask: impl FnOnce(&mut Search)) -> Option<Found> {
    let mut wanted = Search::new(readable(text).ok()?, 2);
    ask(&mut wanted);
    let found = wanted.answer(town, &RowBudget::new(HEAVY_ROWS));
    found.problem.is_none().then_some(Found { places: found.places, is_ambiguous: found.is_ambiguous })
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
