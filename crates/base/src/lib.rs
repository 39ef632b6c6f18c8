//! What every room stands on: geometry on the world grid, the logical schema, databases, letters, tables, privacy. `ARCHITECTURE.md` shows the rooms.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod accents;
pub mod cost;
pub mod database;
pub mod geometry;
pub mod letters;
pub mod privacy;
pub mod schema;
pub mod table;
