//! Places in Pelias's words, with keys of our own beside them.

use serde_json::{Map, Value, json};

use crate::accents::without_accents;
use crate::answers::{Place, PlaceKind, plus_code_of};
use crate::geocode::HitKind;
use crate::geocode::codes::geohash;
use crate::http::geocoding::explain::{explain, match_type};
use crate::http::geocoding::json::{Object, point};
use crate::http::geocoding::layers;
use crate::http::geocoding::osm;
use crate::http::geocoding::text::{may_be_repeated, unmatched};

/// A feature; `details` are what only one answer says of it.
pub(super) fn feature(place: &Place, details: Option<&Value>, is_english: bool, explains: bool) -> Object {
    let mut properties = properties(place, is_english);
    if let Some(Value::Object(details)) = details {
        for (key, value) in details.iter().filter(|(_, value)| !value.is_null()) {
            properties.put(key, value);
        }
    }
    if explains {
        properties.nest("explain", explain(place));
    }
    let mut feature = Object::new();
    feature.put("type", "Feature");
    match place.lon_lat() {
        Some(lon_lat) => feature.nest("geometry", point(lon_lat)),
        // a unit nobody drew
        None => feature.put("geometry", ()),
    };
    feature.nest("properties", properties).set("bbox", place.bbox());
    feature
}

fn properties(place: &Place, is_english: bool) -> Object {
    let source_id = place.id.split_once(':').map_or(place.id.as_str(), |(_, id)| id);
    let mut properties = Object::new();
    properties
        .put("id", &place.id)
        .put("gid", format!("bandoso:{}", place.id))
        .put("layer", layers::of(place.kind))
        .put("source", "bandoso")
        .put("source_id", source_id)
        .put("name", &place.name)
        .set("housenumber", place.housenumber.as_deref())
        .set("street", place.street.as_deref())
        .set("postalcode", place.postal_code.as_deref())
        .put("confidence", (place.confidence * 1000.0).round() / 1000.0)
        .put("match_type", match_type(place.match_type))
        // Pelias gives kilometres
        .set("distance", place.distance_m.map(|metres| metres.round() / 1000.0))
        .set("direction", place.direction)
        .set("across_border", place.is_across_border.then_some(true))
        .set("border_wards", Some(&place.border_wards).filter(|wards| !wards.is_empty()))
        .put("accuracy", if place.bounds.is_none() { "point" } else { "centroid" })
        .put("country", osm::country(is_english))
        .put("country_a", "VNM")
        .set("region", place.province.as_deref())
        .set("region_a", place.province_code.as_deref())
        .set("county", place.district_asked())
        .set("locality", place.ward.as_deref())
        .set("neighbourhood", place.hamlet.as_deref())
        .put("label", &place.label)
        .put("label_ascii", without_accents(&place.label))
        .set("label_old", place.label_old.as_deref())
        .set("label_old_ascii", place.label_old.as_deref().map(without_accents))
        .set("ward_code", place.ward_code.as_deref())
        .set("via_former", place.via_former.as_deref())
        .set("former_code", place.former_code.as_deref())
        .set("address_id", place.address_id)
        .set("street_id", place.street_id)
        .set("parcel_id", place.parcel_id);
    if !place.successors.is_empty() {
        let successors = place.successors.iter().map(|successor| {
            let mut one = Object::new();
            one.put("code", &successor.code)
                .put("label", &successor.label)
                .put("extent", if successor.is_whole { "whole" } else { "part" })
                .set("share", successor.share);
            one
        });
        properties.nest_all("successors", successors);
    }
    properties.set("match", taken_for(place)).set("door_code", place.door_code_in_groups());
    if let Some(codes) = codes(place) {
        properties.nest("codes", codes);
    }
    properties
}

/// What each part of the text was taken for and what nothing was made of; a number that may be a person's is not
/// repeated.
fn taken_for(place: &Place) -> Option<Map<String, Value>> {
    let repeated = place.parts.iter().filter(|part| may_be_repeated(&part.name, [place]));
    let mut parts: Map<String, Value> = repeated
        .map(|part| (part.role.to_owned(), json!({ "name": part.name, "is_former": part.is_former })))
        .collect();
    parts.extend(unmatched(place).map(|words| ("unmatched".to_owned(), json!(words))));
    (!parts.is_empty()).then_some(parts)
}

/// Codes of address_pages, and those that follow from the place alone.
fn codes(place: &Place) -> Option<Object> {
    let has_codes =
        matches!(place.kind, PlaceKind::Known(HitKind::Address) | PlaceKind::Coordinates | PlaceKind::Code);
    let at = place.point.filter(|_| has_codes)?;
    let mut codes = Object::new();
    codes
        .set("plus_code", plus_code_of(at))
        .put("geohash", geohash(at.to_lnglat(), 12))
        .set("door_code", place.door_code_in_groups())
        .set("national_place_id", place.national_place_id.as_deref())
        .set("post_address_code", place.post_address_code.as_deref());
    Some(codes)
}
