//! What Nominatim says of a kind of place: category, ranks, importance, its own id.

use xxhash_rust::xxh3::xxh3_64;

use crate::answers::{Place, PlaceKind};
use crate::geocode::HitKind;
use crate::http::geocoding::osm;

/// Key and value of OpenStreetMap.
pub(super) fn category(place: &Place) -> (&'static str, &'static str) {
    osm::tag(place).unwrap_or(("place", "locality"))
}

/// How coarse it is: 30 a door, 4 a country.
pub(super) fn rank(place: &Place) -> u8 {
    let PlaceKind::Known(kind) = place.kind else { return 30 };
    match kind {
        HitKind::Address => 30,
        HitKind::Street | HitKind::Alley => 26,
        HitKind::Hamlet => 22,
        HitKind::Landmark => 30,
        HitKind::Ward | HitKind::FormerWard => 19,
        HitKind::FormerDistrict => 12,
        HitKind::Province | HitKind::FormerProvince => 8,
    }
}

/// Nominatim's default, by the rank alone.
pub(super) fn importance(place: &Place) -> f64 {
    ((0.40001 - f64::from(rank(place)) / 75.0) * 1e5).round() / 1e5
}

/// The key of `address` it would stand under.
pub(super) fn address_type(place: &Place) -> &'static str {
    let PlaceKind::Known(kind) = place.kind else { return "place" };
    match kind {
        HitKind::Address | HitKind::Landmark => "place",
        HitKind::Street | HitKind::Alley => "road",
        HitKind::Hamlet => osm::hamlet(&place.name),
        HitKind::Ward | HitKind::FormerWard => ward_type(&place.name),
        HitKind::FormerDistrict => "county",
        HitKind::Province | HitKind::FormerProvince => province_type(&place.name),
    }
}

/// Phường, xã, thị trấn, đặc khu.
pub(super) fn ward_type(name: &str) -> &'static str {
    if name.starts_with("Xã ") {
        "village"
    } else if name.starts_with("Thị trấn ") {
        "town"
    } else if name.starts_with("Đặc khu ") {
        "municipality"
    } else {
        "suburb"
    }
}

/// A city under the central government, or a tỉnh.
pub(super) fn province_type(name: &str) -> &'static str {
    if name.starts_with("Thành phố ") { "city" } else { "state" }
}

/// 53 bits, which every client's numbers hold.
pub(super) fn place_id(place: &Place) -> u64 {
    xxh3_64(place.id.as_bytes()) >> 11
}
