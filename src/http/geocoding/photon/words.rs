//! Places in Photon's words.
//!
//! The province is the `state`; the ward, the municipality left after 2025, the `city`; hamlets are the
//! `locality`; the old district is the `district` where the text named an old unit. There are no `osm_id`s:
//! the source is not OpenStreetMap.

use super::filters::layer;
use crate::answers::{Place, PlaceKind};
use crate::geocode::HitKind;
use crate::http::geocoding::explain::explain;
use crate::http::geocoding::json::{Object, point};
use crate::http::geocoding::osm;
use crate::http::geocoding::text::{joined, unmatched};

/// How to word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub is_english: bool,
    /// Give doors a `name`, for clients that show no number (Leaflet).
    pub names_addresses: bool,
    pub debugs: bool,
}

/// The answer.
pub(super) fn collection(places: &[Place], style: &Style) -> Object {
    let mut collection = Object::new();
    collection
        .put("type", "FeatureCollection")
        .nest_all("features", places.iter().filter_map(|place| feature(place, style)));
    if style.debugs {
        let mut debug = Object::new();
        debug.nest_all("raw_data", places.iter().map(explain));
        collection.nest("properties", debug);
    }
    collection
}

fn feature(place: &Place, style: &Style) -> Option<Object> {
    let mut feature = Object::new();
    feature
        .put("type", "Feature")
        .nest("properties", properties(place, style))
        .nest("geometry", point(place.lon_lat()?));
    Some(feature)
}

fn properties(place: &Place, style: &Style) -> Object {
    let is = |kinds: &[HitKind]| kinds.iter().any(|kind| place.kind == PlaceKind::Known(*kind));
    let is_unit = is(&[HitKind::Ward, HitKind::FormerWard, HitKind::FormerDistrict]);
    let is_province = is(&[HitKind::Province, HitKind::FormerProvince]);
    let name = match place.is_address() {
        true => style
            .names_addresses
            .then(|| joined([place.housenumber.as_deref(), place.street.as_deref()], " "))
            .filter(|name| !name.is_empty()),
        false => Some(place.name.clone()),
    };
    // what a place is is not said again as where it lies
    let hamlet = place.hamlet.as_deref().filter(|_| !is(&[HitKind::Hamlet]));
    let street = place.street.as_deref().filter(|_| place.is_address());
    let (osm_key, osm_value) = osm::tag(place).unzip();
    let mut properties = Object::new();
    properties
        .set("osm_key", osm_key)
        .set("osm_value", osm_value)
        .put("type", layer(place.kind))
        .set("housenumber", place.housenumber.as_deref())
        .set("name", name)
        .set("street", street)
        .set("locality", hamlet)
        .set("district", place.district_asked())
        .set("city", place.ward.as_deref().filter(|_| !is_unit && !is_province))
        .set("state", place.province.as_deref().filter(|_| !is_province))
        .put("country", osm::country(style.is_english))
        .set("postcode", place.postal_code.as_deref())
        .put("countrycode", "VN");
    let extra = extra(place);
    if !extra.is_empty() {
        properties.nest("extra", extra);
    }
    // north-west, south-east
    properties.set("extent", place.bbox().map(|[w, s, e, n]| [w, n, e, s]));
    properties
}

/// What Photon has no key for.
fn extra(place: &Place) -> Object {
    let unit_code = || match place.kind {
        PlaceKind::Known(HitKind::Ward) => place.ward_code.clone(),
        PlaceKind::Known(HitKind::Province) => place.province_code.clone(),
        _ => None,
    };
    let mut extra = Object::new();
    extra
        .set("code", place.door_code_in_groups().or_else(unit_code))
        .set("parcel", place.parcel_id)
        .set("old_address", place.label_old.as_deref())
        .set("distance", place.distance_m.map(|metres| metres.round() as i64))
        .set("direction", place.direction)
        .set("interpolated", place.is_interpolated().then_some(true))
        .set("across_border", place.is_across_border.then_some(true))
        .set("unmatched", unmatched(place))
        .set("border_wards", Some(&place.border_wards).filter(|wards| !wards.is_empty()));
    extra
}
