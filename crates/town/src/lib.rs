//! A town as it is served: configuration, sources, tiles, plans, and the answers to questions. `ARCHITECTURE.md` shows the rooms.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod answers;
pub mod config;
pub mod planning;
pub mod source;
pub mod tile;
pub mod town;

// the rooms below, so that a path reads the same in every crate
pub use bandoso_base::{accents, cost, database, geometry, letters, privacy, schema, table};
pub use bandoso_geocode::geocode;
pub use bandoso_store::{filter, generalise, store};
