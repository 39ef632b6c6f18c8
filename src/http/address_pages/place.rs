//! A place's codes as JSON.

use serde_json::{Value, json};

use crate::answers::{CodesFound, PlaceCodes};
use crate::geocode::Hit;
use crate::geocode::codes::in_groups;

/// All codes of a point, and those of the door that is at it.
pub(super) fn codes_of(found: CodesFound) -> Value {
    let PlaceCodes { at: degrees, plus_code, plus_code_11, plus_code_short, geohash, vn2000, ward } =
        found.codes;
    let seven_decimals = |v: f64| (v * 1e7).round() / 1e7;
    let millimetres = |v: f64| (v * 1e3).round() / 1e3;
    let vn2000 = vn2000.map(|pair| {
        json!({
            "epsg": pair.system.0,
            "central_meridian": pair.meridian,
            "x": millimetres(pair.x_m),
            "y": millimetres(pair.y_m),
        })
    });
    json!({
        "lat": seven_decimals(degrees.lat),
        "lon": seven_decimals(degrees.lng),
        "plus_code": plus_code,
        "plus_code_11": plus_code_11,
        "plus_code_short": plus_code_short,
        "geohash": geohash,
        "vn2000": vn2000,
        "ward": ward,
        "door": found.door.as_ref().map(door),
    })
}

fn door(hit: &Hit) -> Value {
    json!({
        "label": hit.label,
        "label_old": hit.label_old,
        "door_code": hit.door_code.as_deref().map(in_groups),
        "national_place_id": hit.national_place_id,
        "post_address_code": hit.post_address_code,
        "postal_code": hit.postal_code,
        "ward_code": hit.ward_code,
        "former_ward_code": hit.former_code,
        "parcel_id": hit.parcel_id,
        "distance_m": hit.distance_m.map(|metres| (metres * 10.0).round() / 10.0),
    })
}
