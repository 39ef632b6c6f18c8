//! Vector tiles from a snapshot: addresses, clipping, encoding, TileJSON.
//!
//! Pure functions of layers and a tile address; HTTP, caching and compression are elsewhere.
//! Here and now every feature is drawn as it is at every zoom of its layer.

mod clip;
mod encode;
mod id;
mod render;
mod tilejson;

pub use encode::TileError;
pub use id::{TileId, TileIdError};
pub use render::{RENDERER_VERSION, render, revision};
pub use tilejson::tilejson;

/// Tile units along a side, the extent every client knows.
pub const EXTENT: i32 = 4096;

/// Units drawn beyond each side, so that outlines do not show the seam between tiles.
pub const BUFFER: i32 = 64;
