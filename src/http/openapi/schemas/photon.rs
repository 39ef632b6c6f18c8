//! Places in Photon's words.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::ToSchema;

use super::geojson::{CollectionType, Direction, FeatureType, Point};
use super::pelias::Explanation;

/// What was found, as Photon says it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PhotonAnswer {
    r#type: CollectionType,
    features: Vec<PhotonFeature>,
    /// With `debug=1`.
    properties: Option<PhotonDebug>,
}

/// Why nothing was looked for, as Photon says it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PhotonRefusal {
    #[schema(min_length = 1)]
    message: String,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PhotonDebug {
    raw_data: Vec<Explanation>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PhotonFeature {
    r#type: FeatureType,
    properties: PhotonProperties,
    geometry: Point,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum PhotonType {
    House,
    Street,
    Locality,
    District,
    City,
    County,
    State,
    Country,
    Other,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PhotonProperties {
    osm_key: Option<String>,
    osm_value: Option<String>,
    r#type: PhotonType,
    housenumber: Option<String>,
    name: Option<String>,
    street: Option<String>,
    /// Khu phố, tổ, ấp, thôn.
    locality: Option<String>,
    /// The old district, where the text named an old unit.
    district: Option<String>,
    /// The ward.
    city: Option<String>,
    /// The province.
    state: Option<String>,
    country: String,
    postcode: Option<String>,
    countrycode: String,
    extra: Option<PhotonExtra>,
    /// West, north, east, south.
    #[schema(min_items = 4, max_items = 4)]
    extent: Option<Vec<f64>>,
}

/// What Photon has no key for.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PhotonExtra {
    /// Of a door, or of a unit.
    code: Option<String>,
    parcel: Option<u64>,
    old_address: Option<String>,
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

/// What Photon says of itself.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PhotonStatus {
    status: String,
    #[schema(format = DateTime)]
    import_date: String,
    version: String,
    git_commit: String,
}
