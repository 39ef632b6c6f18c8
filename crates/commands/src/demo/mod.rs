//! The demo town: two areas of real wards (names, codes, what became of the old ones) with invented
//! shapes, parcels, streets and addresses. Deterministic: the same seed and size give the same town.
//!
//! Nothing in it is a real place and nobody lives there; its datasets are marked as generated.

mod codebook;
mod datasets;
mod doors;
mod former_names;
mod landmarks;
mod layout;
mod lots;
mod names;
mod network;
mod plane;
mod plans;
mod random;
mod roads;
mod survey;
#[cfg(test)]
mod tests;
mod town;
mod town_file;
mod uses;
mod ward;

pub use town::{RECORDED_AT, Step, TownError, TownOptions, TownReport, examples, write_town};
pub use town_file::town_file;
