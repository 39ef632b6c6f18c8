//! Places in the words of addok and BAN.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::geojson::{CollectionType, Direction, FeatureType, Point, Position};

/// What was found, as addok says it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct BanAnswer {
    r#type: CollectionType,
    version: BanVersion,
    features: Vec<BanFeature>,
    attribution: String,
    licence: String,
    /// Of a search: its text, unless it may hold somebody's number.
    query: Option<String>,
    /// The filters that were given.
    filters: Option<BTreeMap<String, String>>,
    center: Option<Position>,
    #[schema(minimum = 1)]
    limit: u64,
}

/// Why nothing was looked for, as addok says it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct BanRefusal {
    #[schema(min_length = 1)]
    title: String,
    description: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum BanVersion {
    Draft,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct BanFeature {
    r#type: FeatureType,
    geometry: Point,
    properties: BanProperties,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum BanType {
    Housenumber,
    Street,
    Locality,
    Poi,
    Municipality,
    District,
    Province,
    Parcel,
    Zone,
    Point,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct BanProperties {
    label: String,
    #[schema(minimum = 0, maximum = 1)]
    score: f64,
    housenumber: Option<String>,
    id: String,
    r#type: BanType,
    name: String,
    postcode: Option<String>,
    /// The code of the ward.
    #[schema(pattern = "^[0-9]{5}$")]
    citycode: Option<String>,
    oldcitycode: Option<String>,
    /// The ward.
    city: Option<String>,
    oldcity: Option<String>,
    /// The province and its code.
    context: Option<String>,
    /// The old district.
    district: Option<String>,
    locality: Option<String>,
    street: Option<String>,
    /// Metres from the asked place.
    distance: Option<i64>,
    direction: Option<Direction>,
    /// The number is in no table: its place lies between two that are.
    interpolated: Option<bool>,
    /// It lies in another ward than the asked place, and stands behind what does not.
    across_border: Option<bool>,
    /// Words of the text that this does not explain.
    #[schema(min_items = 1)]
    unmatched: Option<Vec<String>>,
    /// Wards in which the asked place may lie as well, as exactly as borders are drawn.
    border_wards: Option<Vec<String>>,
}

/// Whether the dialect answers.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct BanHealth {
    status: BanHealthy,
}

#[derive(ToSchema)]
#[schema(rename_all = "UPPERCASE")]
enum BanHealthy {
    Healthy,
}
