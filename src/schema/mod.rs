//! The tables of our own schema as Rust values, and writing them in either physical form:
//! PostGIS (`migrations/`) or GeoPackage (`geopackage.sql`). The demo town and `import` write
//! through here; reading is the job of `source`.

mod records;
mod reference;

pub use records::*;
pub use reference::{NationalUnits, REFORM, ReferenceError, land_uses, national_units};
