//! Places in Pelias's words: what the native API answers.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::ToSchema;

use super::geocodejson::GeocodeJson;
use super::geojson::{Bbox, CollectionType, Direction, FeatureType, Point};

/// Pelias's envelope, or GeocodeJSON where `format` asks for it.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "no value of it is made")]
pub(in crate::http) enum PeliasOrGeocodeJson {
    Pelias(PeliasAnswer),
    GeocodeJson(GeocodeJson),
}

/// What was found, in Pelias's envelope.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PeliasAnswer {
    geocoding: PeliasHead,
    r#type: CollectionType,
    features: Vec<PeliasFeature>,
    bbox: Option<Bbox>,
}

/// Why nothing was looked for, in Pelias's envelope.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PeliasRefusal {
    geocoding: PeliasRefusalHead,
    r#type: CollectionType,
    #[schema(max_items = 0)]
    features: Vec<PeliasFeature>,
}

#[derive(ToSchema)]
enum PeliasVersion {
    #[schema(rename = "0.2")]
    V0,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PeliasHead {
    version: PeliasVersion,
    attribution: String,
    query: PeliasQuery,
    /// What was read otherwise than it was written.
    #[schema(min_items = 1)]
    warnings: Option<Vec<String>>,
    engine: PeliasEngine,
    /// Milliseconds since 1970.
    timestamp: u64,
    /// Several places are possible and nothing in the text decides between them.
    ambiguous: Option<bool>,
    /// There is more than one answer looks at; the answer may not be kept.
    truncated: Option<bool>,
    /// With `explain=1`: as what the text was read.
    reading: Option<String>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PeliasRefusalHead {
    version: PeliasVersion,
    attribution: String,
    warnings: Option<Vec<String>>,
    /// What to change.
    #[schema(min_items = 1)]
    errors: Vec<String>,
    engine: PeliasEngine,
    timestamp: u64,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PeliasEngine {
    name: String,
    author: String,
    version: String,
}

/// What was asked. A text that may hold somebody's number is not said again.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PeliasQuery {
    text: Option<String>,
    #[schema(minimum = 1, maximum = 40)]
    size: Option<u64>,
    #[schema(rename = "point.lat")]
    point_lat: Option<f64>,
    #[schema(rename = "point.lon")]
    point_lon: Option<f64>,
    #[schema(rename = "focus.point.lat")]
    focus_lat: Option<f64>,
    #[schema(rename = "focus.point.lon")]
    focus_lon: Option<f64>,
    lang: Option<String>,
}

/// A place.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PeliasFeature {
    r#type: FeatureType,
    /// Null for a unit whose border nobody drew.
    #[schema(required = true)]
    geometry: Option<Point>,
    properties: PeliasProperties,
    bbox: Option<Bbox>,
}

/// The place a code leads to.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PlaceOfCode {
    r#type: FeatureType,
    #[schema(required = true)]
    geometry: Option<Point>,
    properties: PeliasProperties,
    bbox: Option<Bbox>,
    /// Other readings of the same code.
    #[schema(min_items = 1)]
    also: Option<Vec<PeliasFeature>>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
enum PeliasLayer {
    Address,
    Street,
    Hamlet,
    Venue,
    Ward,
    FormerWard,
    FormerDistrict,
    Province,
    FormerProvince,
    Parcel,
    Zone,
    Coordinates,
    Code,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum MatchType {
    Exact,
    Interpolated,
    Fallback,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum Accuracy {
    Point,
    Centroid,
}

/// What is known of a place. What is not known is missing.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PeliasProperties {
    /// `address:17`, as `/v1/place` takes it.
    id: String,
    gid: String,
    layer: PeliasLayer,
    source: String,
    source_id: String,
    name: String,
    housenumber: Option<String>,
    street: Option<String>,
    postalcode: Option<String>,
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    match_type: MatchType,
    /// Kilometres from the asked place.
    #[schema(minimum = 0)]
    distance: Option<f64>,
    direction: Option<Direction>,
    /// It lies in another ward than the asked place, and stands behind what does not.
    across_border: Option<bool>,
    /// Wards in which the asked place may lie as well, as exactly as borders are drawn.
    border_wards: Option<Vec<String>>,
    accuracy: Accuracy,
    country: String,
    country_a: String,
    /// The province.
    region: Option<String>,
    region_a: Option<String>,
    /// The old district, where the text named an old unit.
    county: Option<String>,
    /// The ward of today.
    locality: Option<String>,
    /// Khu phố, tổ, ấp, thôn.
    neighbourhood: Option<String>,
    label: String,
    label_ascii: String,
    /// As before the reform of 1 July 2025.
    label_old: Option<String>,
    label_old_ascii: Option<String>,
    #[schema(pattern = "^[0-9]{5}$")]
    ward_code: Option<String>,
    /// The old unit the text named.
    via_former: Option<String>,
    former_code: Option<String>,
    address_id: Option<i64>,
    street_id: Option<i64>,
    parcel_id: Option<u64>,
    /// The units of today on the ground of an old one.
    #[schema(min_items = 1)]
    successors: Option<Vec<SuccessorUnit>>,
    /// What each part of the text was taken for, and what nothing was made of.
    r#match: Option<MatchedParts>,
    door_code: Option<String>,
    codes: Option<PeliasCodes>,
    explain: Option<Explanation>,
    /// Of a zone: its code.
    code: Option<String>,
    /// Of a zone: the colour of its code.
    colour: Option<String>,
    /// Of a zone: its plan.
    plan: Option<PlanOfZone>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum Extent {
    Whole,
    Part,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct SuccessorUnit {
    code: String,
    label: String,
    extent: Extent,
    /// Of the old unit's area, where known.
    #[schema(minimum = 0, maximum = 1)]
    share: Option<f64>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct MatchedParts {
    housenumber: Option<TakenFor>,
    street: Option<TakenFor>,
    hamlet: Option<TakenFor>,
    landmark: Option<TakenFor>,
    ward: Option<TakenFor>,
    district: Option<TakenFor>,
    province: Option<TakenFor>,
    /// Words of the text that this does not explain.
    #[schema(min_items = 1)]
    unmatched: Option<Vec<String>>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct TakenFor {
    name: String,
    /// Whether it is a unit that is no more, or a name its street bears no longer.
    is_former: bool,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PeliasCodes {
    plus_code: Option<String>,
    geohash: String,
    door_code: Option<String>,
    national_place_id: Option<String>,
    post_address_code: Option<String>,
}

/// How an answer came about.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Explanation {
    parts: Vec<ExplainedPart>,
    via_former: Option<String>,
    score: f64,
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    match_type: MatchType,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct ExplainedPart {
    typed: Option<String>,
    role: String,
    name: Option<String>,
    is_former: bool,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanOfZone {
    id: u64,
    #[schema(required = true)]
    kind: Option<String>,
    #[schema(required = true)]
    name: Option<String>,
    #[schema(required = true)]
    number: Option<String>,
    #[schema(required = true)]
    status: Option<String>,
}
