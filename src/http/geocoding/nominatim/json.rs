//! A place in Nominatim's three forms of JSON.

use super::address::{address, bounding_box, display_name, extra_tags};
use super::details::{Details, LICENCE};
use super::rank::{address_type, category, importance, place_id, rank};
use crate::answers::{Place, seven_decimals};
use crate::http::geocoding::geocodejson;
use crate::http::geocoding::json::{Object, point};

/// `json` and `jsonv2`, which name the first half of the tag otherwise.
pub(super) fn plain(place: &Place, details: &Details, class: &str) -> Object {
    let [lon, lat] = place.lon_lat().unwrap_or_default();
    let (key, value) = category(place);
    let mut object = Object::new();
    object
        .put("place_id", place_id(place))
        .put("licence", LICENCE)
        .put("lat", format!("{lat:.7}"))
        .put("lon", format!("{lon:.7}"))
        .put(class, key)
        .put("type", value);
    describe(&mut object, place, details);
    object.put("boundingbox", bounding_box(place).map(|degrees| format!("{degrees:.7}")));
    object
}

/// A feature of `geojson`; the box is always there, MapLibre's example takes the middle from it.
pub(super) fn feature(place: &Place, details: &Details) -> Object {
    let (key, value) = category(place);
    let mut properties = Object::new();
    properties
        .put("place_id", place_id(place))
        .put("place_rank", rank(place))
        .put("category", key)
        .put("type", value)
        .put("importance", importance(place));
    name(&mut properties, place, details);
    let [south, north, west, east] = bounding_box(place).map(seven_decimals);
    let mut feature = Object::new();
    feature
        .put("type", "Feature")
        .nest("properties", properties)
        .put("bbox", [west, south, east, north])
        .nest("geometry", point(place.lon_lat().unwrap_or_default()));
    feature
}

/// A feature of `geocodejson`.
pub(super) fn geocode_feature(place: &Place, details: &Details) -> Object {
    let (key, value) = category(place);
    let mut geocoding = Object::new();
    geocoding.put("place_id", place_id(place)).put("osm_key", key).put("osm_value", value);
    let label = display_name(place, details.is_english);
    geocodejson::describe(&mut geocoding, place, &label, details.has_address, details.is_english);
    if details.has_extra_tags {
        geocoding.nest("extra", object_of(&extra_tags(place)));
    }
    geocodejson::feature(place, geocoding)
}

fn describe(object: &mut Object, place: &Place, details: &Details) {
    object.put("place_rank", rank(place)).put("importance", importance(place));
    name(object, place, details);
}

fn name(object: &mut Object, place: &Place, details: &Details) {
    let name = if place.is_address() { "" } else { &place.name };
    object
        .put("addresstype", address_type(place))
        .put("name", name)
        .put("display_name", display_name(place, details.is_english));
    if details.has_address {
        object.nest("address", object_of(&address(place, details.is_english)));
    }
    if details.has_extra_tags {
        object.nest("extratags", object_of(&extra_tags(place)));
    }
    if details.has_names {
        let mut names = Object::new();
        names.set("name", (!name.is_empty()).then_some(name));
        object.nest("namedetails", names);
    }
}

fn object_of<T: AsRef<str>>(pairs: &[(&'static str, T)]) -> Object {
    let mut object = Object::new();
    for (key, value) in pairs {
        object.put(key, value.as_ref());
    }
    object
}
