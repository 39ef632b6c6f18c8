//! Answers of our own: parcels, what is planned on them, codes, units.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::ToSchema;

use super::geojson::{Bbox, CollectionType, FeatureType, MultiPolygon};

/// Parcels, at most 50.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Parcels {
    r#type: CollectionType,
    #[schema(max_items = 50)]
    features: Vec<Parcel>,
    /// There is more than one answer looks at; the answer may not be kept.
    truncated: Option<bool>,
}

/// A parcel.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Parcel {
    r#type: FeatureType,
    id: u64,
    bbox: Bbox,
    geometry: MultiPolygon,
    properties: ParcelFacts,
}

/// What is known of a parcel.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct ParcelFacts {
    parcel_id: u64,
    /// Số tờ.
    #[schema(required = true)]
    sheet: Option<String>,
    /// Số thửa.
    #[schema(required = true)]
    number: Option<String>,
    /// The unit that surveyed the sheet, by the name it had then.
    #[schema(required = true)]
    survey_unit: Option<NamedUnit>,
    /// The ward of today.
    #[schema(required = true)]
    unit: Option<NamedUnit>,
    uses: Vec<ParcelUse>,
    #[schema(required = true)]
    registered_area_m2: Option<f64>,
    #[schema(minimum = 0)]
    measured_area_m2: f64,
    #[schema(required = true)]
    official_id: Option<String>,
}

/// A unit by its code and with its name.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct NamedUnit {
    #[schema(pattern = "^[0-9]{2,5}$")]
    code: String,
    label: String,
}

/// One use of a parcel, with the name of its code.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct ParcelUse {
    code: String,
    #[schema(required = true)]
    name_vi: Option<String>,
    #[schema(required = true)]
    name_en: Option<String>,
    #[schema(required = true)]
    colour: Option<String>,
    #[schema(required = true)]
    area_m2: Option<f64>,
}

/// Every plan that reaches a parcel, with its zones on it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ParcelPlanning {
    parcel: ParcelFacts,
    /// The day the answer is of.
    #[schema(format = Date)]
    at: String,
    plans: Vec<PlanOnParcel>,
    truncated: Option<bool>,
}

/// A column as it stands in the town's table.
#[derive(ToSchema)]
#[serde(untagged)]
enum Cell {
    Text(String),
    Number(f64),
    Flag(bool),
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum Covers {
    Full,
    Partial,
    None,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanOnParcel {
    id: u64,
    #[schema(required = true)]
    kind: Option<Cell>,
    #[schema(required = true)]
    name: Option<Cell>,
    #[schema(required = true)]
    number: Option<Cell>,
    #[schema(required = true)]
    date: Option<Cell>,
    #[schema(required = true)]
    scale: Option<Cell>,
    #[schema(required = true)]
    status: Option<Cell>,
    #[schema(required = true)]
    authority: Option<Cell>,
    covers: Covers,
    zones: Vec<ZoneOnParcel>,
    /// Zones whose part is thinner than the two maps agree.
    slivers: Vec<ZoneOnParcel>,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct ZoneOnParcel {
    code: String,
    #[schema(required = true)]
    name: Option<String>,
    #[schema(required = true)]
    colour: Option<String>,
    #[schema(minimum = 0)]
    area_m2: f64,
    /// Of the parcel's measured area.
    #[schema(minimum = 0)]
    share: f64,
    /// The share of the registered area.
    #[schema(required = true)]
    legal_area_m2: Option<f64>,
}

/// All codes of a point.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CodesOfPoint {
    #[schema(minimum = -90, maximum = 90)]
    lat: f64,
    #[schema(minimum = -180, maximum = 180)]
    lon: f64,
    #[schema(required = true)]
    plus_code: Option<String>,
    #[schema(required = true)]
    plus_code_11: Option<String>,
    /// Short beside the name of its ward.
    #[schema(required = true)]
    plus_code_short: Option<String>,
    #[schema(min_length = 12, max_length = 12)]
    geohash: String,
    #[schema(required = true)]
    vn2000: Option<Vn2000>,
    #[schema(required = true)]
    ward: Option<NamedUnit>,
    /// The door within ten metres.
    #[schema(required = true)]
    door: Option<DoorAtPoint>,
}

/// In the system of the province's own maps; X is the northing, as in Vietnamese practice.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct Vn2000 {
    epsg: u32,
    central_meridian: f64,
    x: f64,
    y: f64,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct DoorAtPoint {
    label: String,
    #[schema(required = true)]
    label_old: Option<String>,
    #[schema(required = true)]
    door_code: Option<String>,
    #[schema(required = true)]
    national_place_id: Option<String>,
    #[schema(required = true)]
    post_address_code: Option<String>,
    #[schema(required = true)]
    postal_code: Option<String>,
    #[schema(required = true)]
    ward_code: Option<String>,
    #[schema(required = true)]
    former_ward_code: Option<String>,
    #[schema(required = true)]
    parcel_id: Option<i64>,
    #[schema(required = true)]
    distance_m: Option<f64>,
}

/// Units of today, or with `direction=old` those before the reform.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ConvertedUnits {
    /// Several units of today are possible and nothing in the text decides between them.
    ambiguous: bool,
    /// The likeliest first.
    units: Vec<ConvertedUnit>,
    truncated: Option<bool>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum Relation {
    Unchanged,
    Renamed,
    Merged,
    Split,
    Unknown,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct ConvertedUnit {
    #[schema(required = true)]
    old: Option<NamedUnit>,
    /// None where no source says where the old unit's ground is today.
    #[schema(required = true)]
    new: Option<NamedUnit>,
    relation: Relation,
    /// Of the old unit's area, where known.
    #[schema(required = true)]
    share: Option<f64>,
}
