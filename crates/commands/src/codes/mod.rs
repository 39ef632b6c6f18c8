//! The register of door codes: every address gets one, once, and none is ever given to another.
//!
//! What a code looks like is `geocode::codes`' matter; what becomes of a code whose address goes is kept by the
//! source itself (`migrations/0008_door_codes.sql`, `crates/base/src/schema/geopackage.sql`). Here: giving codes out.

mod assign;
mod geopackage;
mod postgis;
mod random_source;

pub use assign::{AssignError, Assigned, Assignment, Progress, assign};
