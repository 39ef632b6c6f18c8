//! The files a land office has, read row by row. `ARCHITECTURE.md` shows the rooms.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod formats;

// the rooms below, so that a path reads the same in every crate
pub use bandoso_base::{database, geometry, letters, privacy, table};
