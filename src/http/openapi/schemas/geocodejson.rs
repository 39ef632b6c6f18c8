//! GeocodeJSON 0.1.0, in which `/v1` and Nominatim's dialect answer on request.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::ToSchema;

use super::geojson::{CollectionType, Direction, FeatureType, Point};

/// GeocodeJSON 0.1.0.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GeocodeJson {
    r#type: CollectionType,
    geocoding: GeocodeJsonHead,
    features: Vec<GeocodeJsonFeature>,
}

#[derive(ToSchema)]
enum GeocodeJsonVersion {
    #[schema(rename = "0.1.0")]
    V0,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct GeocodeJsonHead {
    version: GeocodeJsonVersion,
    attribution: String,
    licence: String,
    /// The text of the search, unless it may hold somebody's number.
    query: Option<String>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct GeocodeJsonFeature {
    r#type: FeatureType,
    properties: GeocodeJsonProperties,
    /// Null for a unit whose border nobody drew.
    #[schema(required = true)]
    geometry: Option<Point>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct GeocodeJsonProperties {
    geocoding: GeocodeJsonPlace,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum GeocodeJsonType {
    House,
    Street,
    Locality,
    District,
    City,
    State,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct GeocodeJsonPlace {
    /// In Nominatim's dialect.
    place_id: Option<u64>,
    osm_key: Option<String>,
    osm_value: Option<String>,
    r#type: GeocodeJsonType,
    /// Metres from the asked place.
    accuracy: Option<i64>,
    label: String,
    name: Option<String>,
    housenumber: Option<String>,
    street: Option<String>,
    /// Khu phố, tổ, ấp, thôn.
    locality: Option<String>,
    postcode: Option<String>,
    /// The ward.
    city: Option<String>,
    /// The old district, where the text named an old unit.
    district: Option<String>,
    /// The province.
    state: Option<String>,
    country: Option<String>,
    country_code: Option<String>,
    admin: Option<GeocodeJsonAdmin>,
    geohash: Option<String>,
    extra: Option<ExtraTags>,
    /// In the native dialect, as `/v1/place` takes it.
    id: Option<String>,
    #[schema(pattern = "^[0-9]{5}$")]
    ward_code: Option<String>,
    label_old: Option<String>,
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

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct GeocodeJsonAdmin {
    /// The province.
    level4: Option<String>,
    /// The ward.
    level6: Option<String>,
}

/// What OpenStreetMap would keep as further tags: all texts.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ExtraTags {
    /// As `/nominatim/lookup` takes it.
    id: String,
    code: Option<String>,
    ward_code: Option<String>,
    parcel: Option<String>,
    old_address: Option<String>,
    distance: Option<String>,
    direction: Option<Direction>,
    /// `yes` where the number is in no table: its place lies between two that are.
    interpolated: Option<String>,
    /// Words of the text that this does not explain, with `; ` between.
    unmatched: Option<String>,
    /// Wards in which the asked place may lie as well, as exactly as borders are drawn, with `; ` between.
    border_wards: Option<String>,
}
