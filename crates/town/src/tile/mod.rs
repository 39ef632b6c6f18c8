//! Vector tiles from a snapshot: addresses, drawing, both formats, compression, the cache, TileJSON.
//!
//! Drawing is a pure function of layers and a tile address; HTTP is elsewhere.

mod cache;
mod clip;
mod compress;
mod derived;
mod encode;
mod integers;
mod labels;
mod map_layer;
mod mlt;
mod painter;
mod render;
mod scratch;
mod selection;
mod tags;
mod tilejson;
mod value;
mod version;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod revision_tests;
#[cfg(test)]
mod small_town;
#[cfg(test)]
mod tests;

pub use crate::geometry::{BUFFER, EXTENT, TileId, TileIdError};
pub use cache::{PackedTile, Share, TileCache, TileFormat, TileKey};
pub use compress::{CompressError, Encoding, compress};
pub use derived::{Derivation, DeriveEvent};
pub use labels::LabelPoints;
pub use map_layer::{MapLayer, ZoomRange, map_layers};
pub use mlt::{TranscodeError, to_mlt};
pub use painter::RepairStatistics;
pub use render::{Content, Day, Drawing, Drawn, RENDERER_VERSION, render, render_within};
pub use selection::Limits;
pub use tilejson::tilejson;
pub use version::version_of;
