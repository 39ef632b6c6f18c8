//! Nominatim's parameters, with its words for what is wrong with them.

use crate::answers::PlaceKind;
use crate::geocode::HitKind;
use crate::geometry::{LngLat, World, WorldBox};
use crate::http::geocoding::parameters::{Parameters, numbers};
use crate::http::geocoding::refusal::Refusal;

const LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 50;

fn not_a_number(name: &str) -> Refusal {
    Refusal::bad_request(format!("Parameter '{name}' must be a number."))
}

/// A number that must be there.
pub(super) fn degrees(asked: &Parameters, name: &str) -> Result<f64, Refusal> {
    let degrees = asked.number(name).map_err(|_| not_a_number(name))?;
    degrees.ok_or_else(|| Refusal::bad_request(format!("Parameter '{name}' missing.")))
}

/// A whole number that may be there.
pub(super) fn whole(asked: &Parameters, name: &str) -> Result<Option<i64>, Refusal> {
    asked.whole(name).map_err(|_| not_a_number(name))
}

/// How many answers.
pub(super) fn limit(asked: &Parameters) -> Result<usize, Refusal> {
    Ok(whole(asked, "limit")?.unwrap_or(LIMIT).clamp(1, MAX_LIMIT) as usize)
}

/// Every boolean but `0` is yes.
pub(super) fn flag(asked: &Parameters, name: &str) -> Option<bool> {
    asked.given(name).map(|value| value != "0")
}

/// The middle of the `viewbox`, and with `bounded` the box, by any two corners.
pub(super) fn focus_and_box(asked: &Parameters) -> Result<(Option<World>, Option<WorldBox>), Refusal> {
    let Some(text) = asked.first(&["viewbox", "viewboxlbrt"]) else { return Ok((None, None)) };
    let [x1, y1, x2, y2] = numbers(text)
        .ok_or_else(|| Refusal::bad_request("Bounding box parameter 'viewbox' must be four numbers."))?;
    let corner = |lng: f64, lat: f64| {
        World::from_lnglat(LngLat { lng: lng.clamp(-180.0, 180.0), lat: lat.clamp(-90.0, 90.0) })
    };
    let mut bounds = WorldBox::of(corner(x1, y1));
    bounds.include(corner(x2, y2));
    let is_bounded = flag(asked, "bounded").unwrap_or(false);
    Ok((Some(bounds.center()), is_bounded.then_some(bounds)))
}

/// The kinds of `featureType` and `layer`; all where neither says anything.
pub(super) fn kinds(asked: &Parameters) -> Option<Vec<PlaceKind>> {
    let known = |kinds: &[HitKind]| Some(kinds.iter().map(|kind| PlaceKind::Known(*kind)).collect());
    match asked.get("featureType") {
        Some("country") => return known(&[]),
        Some("state") => return known(&[HitKind::Province]),
        Some("city") => return known(&[HitKind::Ward]),
        Some("settlement") => return known(&[HitKind::Province, HitKind::Ward, HitKind::Hamlet]),
        _ => {}
    }
    let mut layers = asked.list("layer").peekable();
    // there is no other layer
    let leaves_addresses_out = layers.peek().is_some() && !layers.any(|layer| layer == "address");
    if leaves_addresses_out { Some(Vec::new()) } else { None }
}
