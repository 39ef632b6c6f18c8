//! Places and shapes: the integer world grid everything is held on, reading shapes from the
//! binary forms databases send, coordinate systems (VN-2000), and measures.
//!
//! Nothing here knows layers, files or HTTP.

mod crs;
mod crs_name;
mod geohash;
mod hilbert;
mod measure;
pub mod planar;
mod shape;
mod tile_id;
mod vn2000;
mod world;

pub use crs::{CrsError, EpsgCode, MAX_EDGE_M, Projector, SourceSystems, SystemDefinition, Transformer};
pub use crs_name::{EXCHANGED_ORIGINS, NamedSystem, SystemDoubt, UnknownSystem, system_named};
pub use geohash::GEOHASH_DIGITS;
pub use hilbert::hilbert_key;
pub use measure::{GroundScale, area_m2, distance_m, distance_to_shape_m, nearest_on_shape};
pub use shape::{Ring, Shape, ShapeError, ShapeKind};
pub use tile_id::{BUFFER, EXTENT, TileId, TileIdError};
pub use vn2000::{VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM};
pub use world::{LngLat, World, WorldBox};
