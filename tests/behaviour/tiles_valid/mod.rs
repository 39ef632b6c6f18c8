//! How it is shown: every polygon of every tile is valid, nothing is lost, nothing drawn twice.
//!
//! The real binary draws; geozero decodes, `geo` and GEOS (through PostGIS) judge, so that no line of our
//! own writer or validator takes part in the verdict. A fixed part of the tiles is looked into unless
//! `BANDOSO_FULL_SWEEP` is set.

mod decode;
mod filters;
mod judge;
mod large_town;
mod nasty;
pub mod sweep;
mod town;
mod wards;
