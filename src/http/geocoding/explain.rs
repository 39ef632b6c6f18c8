//! How an answer came about: what each part of the text was taken for, and how sure that is.

use super::json::Object;
use super::text::may_be_repeated;
use crate::answers::Place;
use crate::geocode::MatchType;

/// The account of one place. A part that may be a person's number is not repeated.
pub(super) fn explain(place: &Place) -> Object {
    let part = |part: &crate::geocode::Part| {
        let is_repeated = may_be_repeated(&part.typed, [place]);
        let mut account = Object::new();
        account
            .set("typed", is_repeated.then_some(&part.typed))
            .put("role", part.role)
            .set("name", is_repeated.then_some(&part.name))
            .put("is_former", part.is_former);
        account
    };
    let mut account = Object::new();
    account
        .nest_all("parts", place.parts.iter().map(part))
        .set("via_former", place.via_former.as_ref())
        .put("score", f64::from((place.score * 1000.0).round()) / 1000.0)
        .put("confidence", place.confidence)
        .put("match_type", match_type(place.match_type));
    account
}

/// Pelias's word.
pub(in crate::http) fn match_type(match_type: MatchType) -> &'static str {
    match match_type {
        MatchType::Exact => "exact",
        MatchType::Interpolated => "interpolated",
        MatchType::Fallback => "fallback",
    }
}
