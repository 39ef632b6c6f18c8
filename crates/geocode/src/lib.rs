//! The index of addresses and the search in it. `ARCHITECTURE.md` shows the rooms.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod geocode;

// the rooms below, so that a path reads the same in every crate
pub use bandoso_base::{accents, cost, database, geometry, letters, privacy, schema, table};
