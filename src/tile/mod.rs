//! Vector tiles from a snapshot: addresses, drawing, encoding, TileJSON.
//!
//! Pure functions of layers and a tile address; HTTP and compression are elsewhere.

mod clip;
mod encode;
mod id;
mod painter;
mod render;
mod tilejson;
mod value;

#[cfg(test)]
mod tests;

pub use id::{TileId, TileIdError};
pub use painter::Mended;
pub use render::{Drawing, Drawn, RENDERER_VERSION, render, revision};
pub use tilejson::tilejson;

/// Tile units along a side, the extent every client knows.
pub const EXTENT: i32 = 4096;

/// Units drawn beyond each side, so that outlines do not show the seam between tiles.
pub const BUFFER: i32 = 64;
