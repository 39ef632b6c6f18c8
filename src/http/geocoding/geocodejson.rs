//! GeocodeJSON 0.1.0: a FeatureCollection whose features say the same everywhere, under `geocoding`.

use super::json::{Object, point};
use super::osm;
use crate::answers::{Place, PlaceKind};
use crate::geocode::HitKind;
use crate::geocode::codes::geohash;

/// The envelope; `query` where it may be said again.
pub(super) fn collection(features: impl IntoIterator<Item = Object>, query: Option<&str>) -> Object {
    let mut geocoding = Object::new();
    geocoding
        .put("version", "0.1.0")
        .put("attribution", "bandoso")
        .put("licence", "see /catalog")
        .set("query", query);
    let mut collection = Object::new();
    collection.put("type", "FeatureCollection").nest("geocoding", geocoding).nest_all("features", features);
    collection
}

/// A feature of what [`describe`] wrote.
pub(super) fn feature(place: &Place, geocoding: Object) -> Object {
    let mut properties = Object::new();
    properties.nest("geocoding", geocoding);
    let mut feature = Object::new();
    feature.put("type", "Feature").nest("properties", properties);
    match place.lon_lat() {
        Some(lon_lat) => feature.nest("geometry", point(lon_lat)),
        None => feature.put("geometry", ()),
    };
    feature
}

/// Writes what the specification has keys for.
pub(super) fn describe(
    geocoding: &mut Object,
    place: &Place,
    label: &str,
    has_address: bool,
    is_english: bool,
) {
    let name = place.name.as_str();
    geocoding
        .put("type", kind(place))
        .set("accuracy", place.distance_m.map(|metres| metres.round() as i64))
        .put("label", label)
        .set("name", (!place.is_address()).then_some(name));
    if !has_address {
        return;
    }
    let is = |kind: HitKind| place.kind == PlaceKind::Known(kind);
    let mut admin = Object::new();
    admin.set("level4", place.province.as_deref()).set("level6", place.ward.as_deref());
    geocoding
        .set("housenumber", place.housenumber.as_deref())
        .set("street", place.street.as_deref().filter(|_| place.is_address()))
        .set("locality", place.hamlet.as_deref().filter(|_| !is(HitKind::Hamlet)))
        .set("postcode", place.postal_code.as_deref())
        .set("city", place.ward.as_deref().filter(|_| !is(HitKind::Ward)))
        .set("district", place.district_asked())
        .set("state", place.province.as_deref().filter(|_| !is(HitKind::Province)))
        .put("country", osm::country(is_english))
        .put("country_code", "vn")
        .nest("admin", admin)
        .set("geohash", place.point.map(|at| geohash(at.to_lnglat(), 12)));
}

/// One of house, street, locality, district, city, state.
fn kind(place: &Place) -> &'static str {
    let PlaceKind::Known(kind) = place.kind else { return "locality" };
    match kind {
        HitKind::Address => "house",
        HitKind::Street | HitKind::Alley => "street",
        HitKind::Hamlet | HitKind::Landmark => "locality",
        HitKind::FormerDistrict => "district",
        HitKind::Ward | HitKind::FormerWard => "city",
        HitKind::Province | HitKind::FormerProvince => "state",
    }
}
