//! Fewer vertices for small scales: what a zoom cannot show is left out before a tile is drawn, once,
//! when a layer is loaded.
//!
//! Areas are simplified by their borders, so neighbours stay neighbours; lines one by one, the
//! lesser ones left out where many lie together: [`Levels`]. Parcels are united by ward and use: [`DissolvedTiles`].

mod arcs;
mod coverage;
mod dissolve;
mod level;
mod levels;
mod lines;
mod pack;
mod paths;
#[cfg(test)]
mod tests;
mod visvalingam;

pub use dissolve::{DissolvedTiles, Region};
pub use level::{Level, Outline, Simplified};
pub use levels::Levels;

use crate::geometry::World;

/// log2 of the units along a side of a tile.
const TILE_BITS: u32 = 12;

/// log2 of the grid steps in one tile unit.
fn unit_shift(zoom: u8) -> u32 {
    (World::BITS - TILE_BITS).saturating_sub(u32::from(zoom))
}

/// Twice the area in grid steps of this many square tile units.
fn twice_area_of(square_units: u64, zoom: u8) -> u64 {
    (2 * square_units) << (2 * unit_shift(zoom))
}
