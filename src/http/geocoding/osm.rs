//! What OpenStreetMap would call a kind of place: the words Photon's and Nominatim's clients know.
//!
//! The source says no more than "street", so `highway` is `road`: the tag for a road of unknown class.

use crate::accents::without_accents;
use crate::answers::{Place, PlaceKind};
use crate::geocode::HitKind;

/// The country's name in the language asked for.
pub(super) fn country(is_english: bool) -> &'static str {
    if is_english { "Vietnam" } else { "Việt Nam" }
}

/// Key and value; none for what OpenStreetMap does not map.
pub(super) fn tag(place: &Place) -> Option<(&'static str, &'static str)> {
    let kind = match place.kind {
        PlaceKind::Known(kind) => kind,
        PlaceKind::Parcel => return Some(("place", "plot")),
        PlaceKind::Zone | PlaceKind::Coordinates | PlaceKind::Code => return None,
    };
    Some(match kind {
        HitKind::Address => ("place", "house"),
        HitKind::Street | HitKind::Alley => ("highway", "road"),
        HitKind::Hamlet => ("place", hamlet(&place.name)),
        HitKind::Landmark => ("place", "locality"),
        _ => ("boundary", "administrative"),
    })
}

/// Khu phố and tổ dân phố are parts of a town, ấp and thôn stand by themselves.
pub(super) fn hamlet(name: &str) -> &'static str {
    let first = without_accents(name).to_lowercase();
    if first.starts_with("khu") || first.starts_with("to ") { "neighbourhood" } else { "hamlet" }
}

/// Whether a list of countries leaves Viet Nam in; an empty one does.
pub(super) fn has_viet_nam<'a>(countries: impl Iterator<Item = &'a str>) -> bool {
    let mut countries = countries.peekable();
    let is_viet_nam = |name: &str| {
        let bare: String = without_accents(name).to_lowercase().split_whitespace().collect();
        matches!(bare.as_str(), "vn" | "vnm" | "vietnam")
    };
    countries.peek().is_none() || countries.any(is_viet_nam)
}
