//! One struct a table, in the order the tables must be written. Field meanings and the rules a row
//! must obey stand beside the columns in `migrations/`.

use geo_types::{MultiLineString, MultiPolygon, Point};
use time::{Date, OffsetDateTime};

use crate::geometry::EpsgCode;

/// A shape in WGS 84 (longitude, latitude) and, where it was surveyed in another system, the
/// untouched vertices in that system.
#[derive(Debug, Clone, PartialEq)]
pub struct Surveyed<G> {
    /// Degrees, longitude first.
    pub wgs84: G,
    /// Easting and northing as delivered.
    pub source: Option<(EpsgCode, G)>,
}

/// Half-open: `from` is the first day it holds, `to` the first day it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// `None`: since before records begin.
    pub from: Option<Date>,
    /// `None`: still valid.
    pub to: Option<Date>,
}

/// `dataset`: a file or delivery.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0001_reference.sql and 0012")]
pub struct Dataset {
    pub dataset_id: i32,
    pub name: String,
    pub srid: EpsgCode,
    pub source: String,
    pub is_public: bool,
    pub is_generated: bool,
    pub imported_at: OffsetDateTime,
    pub tolerance_m: Option<f64>,
}

/// `land_use`: a code with the period in which it meant this.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0001_reference.sql")]
pub struct LandUse {
    pub code: String,
    pub validity: Validity,
    pub name_vi: String,
    pub name_en: String,
    /// `#rrggbb`
    pub colour: Option<String>,
}

/// `unit` with its `unit_version` rows, `unit_alias` rows and shape.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0002_units.sql")]
pub struct Unit {
    pub unit_id: i32,
    /// `province`, `district` or `ward`.
    pub level: &'static str,
    pub validity: Validity,
    pub versions: Vec<UnitVersion>,
    /// `(alias, what, source)`, `what` being `name` or `code`.
    pub aliases: Vec<(String, &'static str, String)>,
}

/// `unit_version`: a unit's code, kind and name for a time.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0002_units.sql")]
pub struct UnitVersion {
    pub code: String,
    pub kind: String,
    /// Without the kind: `Hòa Thành`.
    pub name: String,
    pub parent_id: Option<i32>,
    pub validity: Validity,
}

/// `unit_link`: what became of an old unit.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0002_units.sql")]
pub struct UnitLink {
    pub old_unit_id: i32,
    pub new_unit_id: i32,
    /// `false`: only a part went there.
    pub is_whole: bool,
    pub share: Option<f64>,
    pub legal_basis: String,
}

/// `unit_area`: the shape of a unit.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0002_units.sql")]
pub struct UnitArea {
    pub unit_id: i32,
    pub dataset_id: i32,
    pub shape: Surveyed<MultiPolygon>,
}

/// `parcel`: a thửa đất.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0003_land.sql")]
pub struct Parcel {
    pub parcel_id: i64,
    pub dataset_id: i32,
    pub survey_unit_id: i32,
    pub sheet: String,
    pub number: String,
    pub lineage: i32,
    pub uses: Vec<String>,
    pub use_areas_m2: Option<Vec<f64>>,
    pub registered_area_m2: Option<f64>,
    pub unit_id: i32,
    pub official_id: Option<String>,
    pub shape: Surveyed<MultiPolygon>,
    pub validity: Validity,
}

/// `parcel_lineage`: which parcel came from which.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0003_land.sql")]
pub struct ParcelLineage {
    pub old_parcel_id: i64,
    pub new_parcel_id: i64,
    /// `split`, `merger`, `new_sheet` or `resurvey`.
    pub how: &'static str,
    pub happened_on: Date,
}

/// `plan`: a land-use or urban plan and what it covers.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0003_land.sql")]
pub struct Plan {
    pub plan_id: i64,
    pub dataset_id: i32,
    /// `land_use`, `general`, `zoning` or `detailed`.
    pub kind: String,
    pub name: String,
    pub scale: Option<i32>,
    pub number: String,
    pub decided_on: Option<Date>,
    pub authority: String,
    /// `draft`, `in_force` or `replaced`.
    pub status: String,
    pub period: Validity,
    pub covers: MultiPolygon,
    pub validity: Validity,
}

/// `plan_zone`, `plan_line` or `plan_point`, by the type of its shape.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0003_land.sql")]
pub struct PlanFeature<G> {
    pub id: i64,
    pub plan_id: i64,
    pub code: String,
    pub name: String,
    pub shape: Surveyed<G>,
}

/// `street`: a street or an alley of one.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0004_addresses.sql")]
pub struct Street {
    pub street_id: i64,
    pub dataset_id: i32,
    pub name: String,
    /// `street`, `alley`, `national_road` or `provincial_road`.
    pub kind: String,
    pub parent_id: Option<i64>,
    pub unit_id: i32,
    /// `None`: known by name only.
    pub line: Option<MultiLineString>,
}

/// `address`: a door. No field can hold a person.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0004_addresses.sql")]
pub struct Address {
    pub address_id: i64,
    pub dataset_id: i32,
    pub door_code: Option<String>,
    pub number: Option<String>,
    pub street_id: Option<i64>,
    pub hamlet: Option<String>,
    pub unit_id: i32,
    pub former_unit_id: Option<i32>,
    pub former_place: Option<String>,
    pub parcel_id: Option<i64>,
    pub national_place_id: Option<String>,
    pub post_address_code: Option<String>,
    pub postal_code: Option<String>,
    pub at: Point,
    pub validity: Validity,
}

/// `landmark`: a place known by its name.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0009_landmarks.sql")]
pub struct Landmark {
    pub landmark_id: i64,
    pub dataset_id: i32,
    pub name: String,
    /// One of [`Landmark::KINDS`].
    pub kind: Option<String>,
    /// With `;` between them.
    pub other_names: Option<String>,
    pub unit_id: i32,
    pub at: Point,
}

impl Landmark {
    /// What a landmark may be.
    pub const KINDS: [&str; 8] =
        ["market", "school", "hospital", "office", "religious", "park", "station", "post_office"];
}

/// `former_street_name`: what a street was called before.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0009_landmarks.sql")]
pub struct FormerStreetName {
    pub street_id: i64,
    pub dataset_id: i32,
    pub name: String,
    pub valid_to: Option<Date>,
    pub legal_basis: String,
}
