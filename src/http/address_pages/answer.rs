//! A code of any kind → a place as a Feature.

use serde_json::{Value, json};

use super::super::geocoding::feature;
use super::super::problem::Problem;
use super::refusal::Refusal;
use crate::answers::CodeFound;

/// What a code leads to, in the words of an answer.
pub(super) enum Worded {
    /// A Feature, with other readings of the code under `also`.
    Place(Value),
    /// A retired door code: the one to use.
    Moved(String),
}

/// Words what a code leads to. Nine symbols get the reason why they are no door's code; other texts are told what
/// a code is.
pub(super) fn of_code(found: CodeFound, code: &str) -> Result<Worded, Problem> {
    let places = match found {
        CodeFound::Places(places) => places,
        CodeFound::Moved(code) => return Ok(Worded::Moved(code)),
        CodeFound::Gone(retired) => return Err(Refusal::gone(&retired).problem()),
        CodeFound::UnknownDoor(near) => return Err(Refusal::unknown(near, code).problem()),
        CodeFound::Unknown => Vec::new(),
    };
    let mut features = places.iter().map(feature);
    let Some(mut first) = features.next() else { return Err(no_code()) };
    let rest: Vec<Value> = features.collect();
    if !rest.is_empty() {
        first["also"] = json!(rest);
    }
    Ok(Worded::Place(first))
}

fn no_code() -> Problem {
    Problem::not_found(
        "no place has this code; codes are a door code, a Plus Code, 12 characters of geohash, 12, 10 or 5 digits, or coordinates; names are for /v1/search",
    )
}
