//! What a browser is given: the map page, styles, glyphs, sprites, number plates. `ARCHITECTURE.md` shows the rooms.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod page;
pub mod plate;

// the rooms below, so that a path reads the same in every crate
pub use bandoso_base::{accents, cost, database, geometry, letters, privacy, schema, table};
pub use bandoso_geocode::geocode;
