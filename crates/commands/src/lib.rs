//! What the commands do beside serving: import, export, verify, door codes, the demo town. `ARCHITECTURE.md` shows the rooms.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod codes;
pub mod demo;
pub mod export;
pub mod import;
pub mod verify;

// the rooms below, so that a path reads the same in every crate
pub use bandoso_base::{accents, cost, database, geometry, letters, privacy, schema, table};
pub use bandoso_formats::formats;
pub use bandoso_geocode::geocode;
pub use bandoso_store::{filter, generalise, store};
pub use bandoso_town::{answers, config, planning, source, tile, town};
