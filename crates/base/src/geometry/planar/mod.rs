//! Polygons on an integer grid: validity, repair, union, clipping and a point well inside.
//!
//! Vector tiles and simplified shapes live on whole units, and only there can a promise about them
//! be exact: what is valid in floating point may cross itself once rounded. So everything here is
//! decided in integers, except the pole, which is a place to write a name and no geometry.
//!
//! y grows downwards, as in a tile. Rings are open (the last vertex is not the first again); an
//! exterior ring has a positive area by the shoelace formula and a hole a negative one (MVT 2.1,
//! 4.3.4.4). Lines and points are not here.

mod clip;
mod faces;
mod pairs;
mod pole;
mod repair;
mod ring;
mod rings;
mod salvage;
mod valid;

#[cfg(test)]
mod tests;

pub use clip::along;
pub use pole::pole_of_inaccessibility;
pub use repair::{Outcome, Repairer};
pub use ring::{clean_ring, twice_area};
pub use rings::Rings;
pub use valid::Validator;

/// A point of the grid: x to the right, y down.
pub type GridPoint = (i32, i32);

/// How far from the origin a coordinate may be. Within it every product of two differences fits 64
/// bits, and the overlay asks for no less.
pub const REACH: i32 = 1 << 29;
