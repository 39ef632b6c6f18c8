//! A place in Nominatim's parts of an address, in the order they are answered.
//!
//! A phường is a `suburb` and a `city_district`, a xã a `village`, a tỉnh the `state`, a city under the
//! central government the `city`; the old district is the `county` where the text named an old unit.

use super::rank::{province_type, ward_type};
use crate::answers::{Place, PlaceKind};
use crate::geocode::HitKind;
use crate::http::geocoding::osm;
use crate::http::geocoding::text::{joined, unmatched};

/// Keys and values; the country always.
pub(super) fn address(place: &Place, is_english: bool) -> Vec<(&'static str, &str)> {
    let is_road = matches!(place.kind, PlaceKind::Known(HitKind::Street | HitKind::Alley));
    let road = if is_road { Some(place.name.as_str()) } else { place.street.as_deref() };
    let mut parts: Vec<(&'static str, Option<&str>)> = vec![
        ("house_number", place.housenumber.as_deref()),
        ("road", road),
        (place.hamlet.as_deref().map_or("hamlet", osm::hamlet), place.hamlet.as_deref()),
    ];
    if let Some(ward) = place.ward.as_deref() {
        let kind = ward_type(ward);
        parts.push((kind, Some(ward)));
        if kind == "suburb" {
            parts.push(("city_district", Some(ward)));
        }
    }
    let province = place.province.as_deref();
    parts.extend([
        ("county", place.district_asked()),
        (province.map_or("state", province_type), province),
        ("postcode", place.postal_code.as_deref()),
        ("country", Some(osm::country(is_english))),
        ("country_code", Some("vn")),
    ]);
    parts.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The parts in one line, with commas.
pub(super) fn display_name(place: &Place, is_english: bool) -> String {
    let country = Some(osm::country(is_english));
    if !place.is_address() {
        return joined([Some(place.label.as_str()), country], ", ");
    }
    let parts =
        [&place.housenumber, &place.street, &place.hamlet, &place.ward, &place.province, &place.postal_code];
    joined(parts.into_iter().map(Option::as_deref).chain([country]), ", ")
}

/// What OpenStreetMap would keep as further tags: all texts.
pub(super) fn extra_tags(place: &Place) -> Vec<(&'static str, String)> {
    let tags = [
        ("id", Some(place.id.clone())),
        ("code", place.door_code_in_groups()),
        ("ward_code", place.ward_code.clone()),
        ("parcel", place.parcel_id.map(|id| id.to_string())),
        ("old_address", place.label_old.clone()),
        ("distance", place.distance_m.map(|metres| format!("{}", metres.round()))),
        ("direction", place.direction.map(str::to_owned)),
        ("interpolated", place.is_interpolated().then(|| "yes".to_owned())),
        ("unmatched", unmatched(place).map(|words| words.join("; "))),
        ("border_wards", Some(place.border_wards.join("; ")).filter(|wards| !wards.is_empty())),
    ];
    tags.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// South, north, west, east, as Nominatim orders them: a door has five metres on each side.
pub(super) fn bounding_box(place: &Place) -> [f64; 4] {
    const HALF: f64 = 0.00005;
    let [lon, lat] = place.lon_lat().unwrap_or_default();
    match place.bbox() {
        Some([w, s, e, n]) => [s, n, w, e],
        None => [lat - HALF, lat + HALF, lon - HALF, lon + HALF],
    }
}
