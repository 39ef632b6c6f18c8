//! Places in Nominatim's words, in its three forms of JSON.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::ToSchema;

use super::geocodejson::{ExtraTags, GeocodeJson};
use super::geojson::{Bbox, CollectionType, FeatureType, Point};

/// A list of places in the form that `format` names; `jsonv2` where it names none.
#[derive(ToSchema)]
#[serde(untagged)]
pub(in crate::http) enum NominatimList {
    Places(Vec<NominatimPlace>),
    GeoJson(NominatimGeoJson),
    GeocodeJson(GeocodeJson),
}

/// One place in the form that `format` names, or none.
#[derive(ToSchema)]
#[serde(untagged)]
pub(in crate::http) enum NominatimOne {
    Json(NominatimJson),
    JsonV2(NominatimJsonV2),
    GeoJson(NominatimGeoJson),
    GeocodeJson(GeocodeJson),
    Nothing(NominatimNothing),
}

/// A place in `json` or `jsonv2`.
#[derive(ToSchema)]
#[serde(untagged)]
pub(in crate::http) enum NominatimPlace {
    Json(NominatimJson),
    JsonV2(NominatimJsonV2),
}

/// A place in `json`.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NominatimJson {
    place_id: u64,
    licence: String,
    lat: String,
    lon: String,
    class: String,
    r#type: String,
    place_rank: u8,
    importance: f64,
    addresstype: String,
    /// Empty for a door.
    name: String,
    display_name: String,
    address: Option<NominatimAddress>,
    extratags: Option<ExtraTags>,
    namedetails: Option<NameDetails>,
    /// South, north, west, east.
    #[schema(min_items = 4, max_items = 4)]
    boundingbox: Vec<String>,
}

/// A place in `jsonv2`.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NominatimJsonV2 {
    place_id: u64,
    licence: String,
    lat: String,
    lon: String,
    category: String,
    r#type: String,
    place_rank: u8,
    importance: f64,
    addresstype: String,
    /// Empty for a door.
    name: String,
    display_name: String,
    address: Option<NominatimAddress>,
    extratags: Option<ExtraTags>,
    namedetails: Option<NameDetails>,
    /// South, north, west, east.
    #[schema(min_items = 4, max_items = 4)]
    boundingbox: Vec<String>,
}

/// Places in `geojson`.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NominatimGeoJson {
    r#type: CollectionType,
    licence: String,
    features: Vec<NominatimFeature>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct NominatimFeature {
    r#type: FeatureType,
    properties: NominatimProperties,
    bbox: Bbox,
    geometry: Point,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct NominatimProperties {
    place_id: u64,
    place_rank: u8,
    category: String,
    r#type: String,
    importance: f64,
    addresstype: String,
    name: String,
    display_name: String,
    address: Option<NominatimAddress>,
    extratags: Option<ExtraTags>,
    namedetails: Option<NameDetails>,
}

/// The parts of an address. A ward is a `suburb` and `city_district` (phường), `village` (xã), `town` or
/// `municipality`; a province a `state` or `city`.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct NominatimAddress {
    house_number: Option<String>,
    road: Option<String>,
    hamlet: Option<String>,
    neighbourhood: Option<String>,
    suburb: Option<String>,
    city_district: Option<String>,
    village: Option<String>,
    town: Option<String>,
    municipality: Option<String>,
    county: Option<String>,
    state: Option<String>,
    city: Option<String>,
    postcode: Option<String>,
    country: String,
    country_code: String,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct NameDetails {
    name: Option<String>,
}

/// Nothing is there: status 200, as Nominatim has it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NominatimNothing {
    error: NominatimNone,
}

#[derive(ToSchema)]
enum NominatimNone {
    #[schema(rename = "Unable to geocode")]
    UnableToGeocode,
}

/// Why nothing was looked for, as Nominatim says it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NominatimRefusal {
    error: NominatimError,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct NominatimError {
    #[schema(minimum = 400, maximum = 599)]
    code: u16,
    #[schema(min_length = 1)]
    message: String,
}

/// What Nominatim says of itself.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NominatimStatus {
    /// 0 is well.
    status: u16,
    message: String,
    #[schema(format = DateTime)]
    data_updated: String,
    software_version: String,
    database_version: String,
}

/// Nominatim cannot answer yet.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NominatimNotReady {
    status: u16,
    message: String,
}
