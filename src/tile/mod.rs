//! Vector tiles from a snapshot: addresses, clipping, encoding, compression, the cache, TileJSON.
//!
//! Drawing is a pure function of layers and a tile address; HTTP is elsewhere.
//! Here and now every feature is drawn as it is at every zoom of its layer.

mod cache;
mod clip;
mod compress;
mod encode;
mod id;
mod render;
mod tilejson;
mod version;

pub use cache::{PackedTile, Share, TileCache, TileKey};
pub use compress::{CompressError, Encoding, compress};
pub use encode::TileError;
pub use id::{TileId, TileIdError};
pub use render::{RENDERER_VERSION, render, revision};
pub use tilejson::tilejson;
pub use version::configuration_version;

/// Tile units along a side, the extent every client knows.
pub const EXTENT: i32 = 4096;

/// Units drawn beyond each side, so that outlines do not show the seam between tiles.
pub const BUFFER: i32 = 64;
