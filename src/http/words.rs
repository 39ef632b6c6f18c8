//! Places as GeoJSON features in Pelias's words, with keys of our own beside them.

use serde_json::{Map, Value, json};

use crate::geocode::codes::{geohash, plus_code};
use crate::geocode::{Hit, HitKind, MatchType};
use crate::geometry::{World, WorldBox};
use crate::planning::Parcel;
use crate::town::Town;

/// The envelope around features.
pub(super) fn envelope(features: Vec<Value>, is_ambiguous: bool) -> Value {
    let mut geocoding = Map::from_iter([
        ("version".to_owned(), json!("0.2")),
        ("attribution".to_owned(), json!("/catalog")),
        ("engine".to_owned(), json!({ "name": "bandoso", "version": env!("CARGO_PKG_VERSION") })),
    ]);
    if is_ambiguous {
        geocoding.insert("ambiguous".to_owned(), json!(true));
    }
    let mut answer = json!({ "geocoding": geocoding, "type": "FeatureCollection", "features": features });
    if let Some(bbox) = bbox_around(&answer["features"]) {
        answer["bbox"] = json!(bbox);
    }
    answer
}

fn bbox_around(features: &Value) -> Option<[f64; 4]> {
    let mut around: Option<[f64; 4]> = None;
    for feature in features.as_array()? {
        let point: Option<[f64; 2]> = serde_json::from_value(feature["geometry"]["coordinates"].clone()).ok();
        let bbox: Option<[f64; 4]> = serde_json::from_value(feature["bbox"].clone()).ok();
        let Some([w, s, e, n]) = bbox.or(point.map(|[x, y]| [x, y, x, y])) else { continue };
        around = Some(around.map_or([w, s, e, n], |a| [a[0].min(w), a[1].min(s), a[2].max(e), a[3].max(n)]));
    }
    around
}

/// A hit of the geocoder.
pub(super) fn hit(hit: &Hit) -> Value {
    let layer = layer_of(hit.kind);
    let mut properties = Properties::new(&hit.id, layer, &hit.name, &hit.label);
    properties.set("label_old", &hit.label_old);
    properties.set("housenumber", &hit.housenumber);
    properties.set("street", &hit.street);
    properties.set("neighbourhood", &hit.hamlet);
    properties.set("locality", &hit.ward);
    properties.set("ward_code", &hit.ward_code);
    properties.set("region", &hit.province);
    properties.set("region_a", &hit.province_code);
    properties.set("postalcode", &hit.postal_code);
    properties.set("via_former", &hit.via_former);
    properties.set("former_code", &hit.former_code);
    properties.set("address_id", &hit.address_id);
    properties.set("street_id", &hit.street_id);
    properties.set("parcel_id", &hit.parcel_id);
    properties.set("confidence", &Some((hit.confidence * 1000.0).round() / 1000.0));
    properties.set("match_type", &Some(match_type(hit.match_type)));
    properties.set("accuracy", &Some(if hit.kind == HitKind::Address { "point" } else { "centroid" }));
    // Pelias gives kilometres
    properties.set("distance", &hit.distance_m.map(|m| (m.round()) / 1000.0));
    if !hit.successors.is_empty() {
        let successors: Vec<Value> = hit
            .successors
            .iter()
            .map(|s| json!({ "code": s.code, "label": s.label, "extent": if s.is_whole { "whole" } else { "part" }, "share": s.share }))
            .collect();
        properties.set("successors", &Some(successors));
    }
    let parts: Map<String, Value> = hit
        .parts
        .iter()
        .map(|part| (part.role.to_owned(), json!({ "name": part.name, "is_former": part.is_former })))
        .collect();
    if !parts.is_empty() {
        properties.set("match", &Some(parts));
    }
    properties.set("door_code", &hit.door_code.as_deref().map(in_groups));
    if hit.kind == HitKind::Address
        && let Some(at) = hit.point
    {
        let mut codes = codes(at);
        codes["door_code"] = json!(hit.door_code.as_deref().map(in_groups));
        codes["national_place_id"] = json!(hit.national_place_id);
        codes["post_address_code"] = json!(hit.post_address_code);
        properties.set("codes", &Some(codes));
    }
    feature(hit.point, hit.bounds, properties)
}

/// A parcel, named by its sheet and number.
pub(super) fn parcel(town: &Town, parcel: &Parcel<'_>) -> Value {
    let row = parcel.feature();
    let (sheet, number) = (parcel.sheet().unwrap_or("?"), parcel.number().unwrap_or("?"));
    let name = format!("Thửa {number}, tờ {sheet}");
    let unit = parcel.unit().map(|code| town.units().present(code));
    let surveyed = parcel.survey_unit().map(|code| town.units().former(code));
    let labelled =
        |unit: &Option<crate::town::UnitName>| unit.as_ref().map(|unit| format!("{name}, {}", unit.label));
    let label = labelled(&unit).unwrap_or_else(|| name.clone());
    let mut properties = Properties::new(&format!("parcel:{}", row.id()), "parcel", &name, &label);
    properties.set("label_old", &labelled(&surveyed).filter(|old| *old != label));
    properties.set("parcel_id", &Some(row.id()));
    properties.set("ward_code", &parcel.unit());
    properties.set("confidence", &Some(1.0));
    properties.set("match_type", &Some("exact"));
    feature(Some(row.point_on()), Some(row.bounds()), properties)
}

/// A place that is only a point: coordinates, a Plus Code, a geohash.
pub(super) fn point(town: &Town, label: &str, at: World, layer: &str) -> Value {
    let mut properties = Properties::new(&format!("point:{label}"), layer, label, label);
    let ward = town.snapshot().layer("units").and_then(|units| {
        let code = units.field("code")?;
        units.covering(at).next().and_then(|ward| ward.value(code).as_text())
    });
    properties.set("ward_code", &ward);
    properties.set("locality", &ward.map(|code| town.units().present(code).label));
    properties.set("codes", &Some(codes(at)));
    properties.set("confidence", &Some(1.0));
    properties.set("match_type", &Some("exact"));
    feature(Some(at), None, properties)
}

/// Codes that follow from the place alone.
fn codes(at: World) -> Value {
    let degrees = at.to_lnglat();
    json!({ "plus_code": plus_code::encode(degrees, 10), "geohash": geohash(degrees, 12) })
}

/// `XXXXXXXXX` as it is shown: `XXX-XXX-XXX`.
fn in_groups(code: &str) -> String {
    let groups: Vec<&str> =
        (0..code.len()).step_by(3).filter_map(|i| code.get(i..(i + 3).min(code.len()))).collect();
    groups.join("-")
}

fn feature(at: Option<World>, bounds: Option<WorldBox>, properties: Properties) -> Value {
    let seven_decimals = |v: f64| (v * 1e7).round() / 1e7;
    let geometry = at.map(|at| {
        let degrees = at.to_lnglat();
        json!({ "type": "Point", "coordinates": [seven_decimals(degrees.lng), seven_decimals(degrees.lat)] })
    });
    let mut feature = json!({ "type": "Feature", "geometry": geometry, "properties": properties.0 });
    if let Some(bounds) = bounds.filter(|bounds| !bounds.is_empty()) {
        feature["bbox"] = json!(bounds.to_degrees().map(seven_decimals));
    }
    feature
}

/// Properties without nulls.
struct Properties(Map<String, Value>);

impl Properties {
    fn new(id: &str, layer: &str, name: &str, label: &str) -> Self {
        let mut properties = Self(Map::new());
        properties.set("id", &Some(id));
        properties.set("gid", &Some(format!("bandoso:{id}")));
        properties.set("layer", &Some(layer));
        properties.set("source", &Some("bandoso"));
        properties.set("name", &Some(name));
        properties.set("label", &Some(label));
        properties.set("country", &Some("Việt Nam"));
        properties.set("country_a", &Some("VNM"));
        properties
    }

    fn set<T: serde::Serialize>(&mut self, key: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), json!(value));
        }
    }
}

fn layer_of(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Address => "address",
        HitKind::Street | HitKind::Alley => "street",
        HitKind::Hamlet => "hamlet",
        HitKind::Landmark => "landmark",
        HitKind::Ward => "ward",
        HitKind::FormerWard => "former_ward",
        HitKind::FormerDistrict => "former_district",
        HitKind::Province => "province",
        HitKind::FormerProvince => "former_province",
    }
}

fn match_type(match_type: MatchType) -> &'static str {
    match match_type {
        MatchType::Exact => "exact",
        MatchType::Interpolated => "interpolated",
        MatchType::Fallback => "fallback",
    }
}
