//! The tables of our own schema as Rust values, and writing them in either physical form:
//! PostGIS (`migrations/`) or GeoPackage (`geopackage.sql`). The demo town and `import` write
//! through here; reading is the job of `source`.

mod district_streets;
mod earlier;
mod geopackage;
mod migrate;
mod national_table;
mod parcel_number;
mod postgis;
mod records;
mod reference;
mod rows;
mod unit_codes;
mod unit_ids;
mod vn2000;
mod wkb;
mod writer;

pub use district_streets::{DistrictStreet, district_streets};
pub use migrate::{MigrateError, MigrationReport, SeedError, migrate, seed_reference};
pub use national_table::ReferenceError;
pub use parcel_number::parcel_number;
pub use records::*;
pub use reference::{NationalUnits, REFORM, land_uses, national_units};
pub use rows::SchemaRow;
pub use unit_codes::{
    PROVINCE_DIGITS, UNIT_KINDS, WARD_DIGITS, with_zeros, without_point_zero, without_unit_kind,
};
pub use vn2000::{central_meridian, meridian_words, provincial_system, system_name};
pub use writer::{SchemaWriter, WriteError};
