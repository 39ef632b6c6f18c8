//! Writing a Mapbox Vector Tile 2.1 with the `mvt` crate, and guarding what the crate lets through.
//!
//! The crate (0.15) enforces no MUST rule and leaves out the MoveTo of a ring that begins where the
//! ring before it ended (`complete_geom` forgets only one of its two points). So rings come here
//! clean and wound, and such a ring is written from its second vertex.

use mvt::{Feature as MvtFeature, GeomData, GeomEncoder, GeomType, Layer as MvtLayer};
use thiserror::Error;

use super::clip::Unit;
use crate::store::Value;

/// A tile that could not be written. It names no row: the caller counts it.
#[derive(Debug, Error)]
#[error("the tile could not be encoded")]
pub struct TileError(#[from] mvt::Error);

/// Collects the geometry of one feature.
pub(super) struct GeometryWriter {
    encoder: GeomEncoder<i32>,
    last: Option<Unit>,
    is_empty: bool,
}

impl GeometryWriter {
    pub fn new(kind: GeomType) -> Self {
        Self { encoder: GeomEncoder::new(kind), last: None, is_empty: true }
    }

    /// Adds a clean open ring of at least three points.
    pub fn ring(&mut self, ring: &[Unit]) -> Result<(), TileError> {
        let start = usize::from(ring.len() > 1 && ring.first().copied() == self.last);
        for &(x, y) in ring[start..].iter().chain(&ring[..start]) {
            self.encoder.add_point(x, y)?;
        }
        self.last = if start == 1 { ring.first().copied() } else { ring.last().copied() };
        self.encoder.complete_geom()?;
        self.is_empty = false;
        Ok(())
    }

    /// Adds a path of at least two different points.
    pub fn line(&mut self, line: &[Unit]) -> Result<(), TileError> {
        for &(x, y) in line {
            self.encoder.add_point(x, y)?;
        }
        self.encoder.complete_geom()?;
        self.is_empty = false;
        Ok(())
    }

    /// Adds a point.
    pub fn point(&mut self, (x, y): Unit) -> Result<(), TileError> {
        self.encoder.add_point(x, y)?;
        self.is_empty = false;
        Ok(())
    }

    /// The geometry, or nothing where nothing was added.
    pub fn finish(self) -> Result<Option<GeomData>, TileError> {
        if self.is_empty { Ok(None) } else { Ok(Some(self.encoder.encode()?)) }
    }
}

/// Starts a feature with its id.
pub(super) fn begin_feature(layer: MvtLayer, id: u64, geometry: GeomData) -> MvtFeature {
    let mut feature = layer.into_feature(geometry);
    feature.set_id(id);
    feature
}

/// Adds an attribute; NULL is left out, a date is its ISO text.
pub(super) fn add_tag(feature: &mut MvtFeature, name: &str, value: Value<'_>) {
    match value {
        Value::Null => {}
        Value::Bool(b) => feature.add_tag_bool(name, b),
        Value::Int(n) => match u64::try_from(n) {
            Ok(n) => feature.add_tag_uint(name, n),
            Err(_) => feature.add_tag_sint(name, n),
        },
        Value::Float(x) => feature.add_tag_double(name, x),
        Value::Date(day) => feature.add_tag_string(name, &day.to_string()),
        Value::Text(text) => feature.add_tag_string(name, text),
        Value::Coined(text) => feature.add_tag_string(name, text.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geozero::mvt::{Message, Tile};

    /// Command integers of a tile's only feature.
    fn commands(geometry: GeomData) -> Vec<u32> {
        let tile = mvt::Tile::new(4096);
        let layer = tile.create_layer("t");
        let layer = begin_feature(layer, 1, geometry).into_layer();
        let mut tile = tile;
        tile.add_layer(layer).unwrap();
        Tile::decode(tile.to_bytes().unwrap().as_slice()).unwrap().layers[0].features[0].geometry.clone()
    }

    fn moves(geometry: &[u32]) -> usize {
        let (mut at, mut moves) = (0, 0);
        while at < geometry.len() {
            let (id, count) = (geometry[at] & 7, geometry[at] >> 3);
            moves += usize::from(id == 1);
            at += 1 + if id == 7 { 0 } else { 2 * count as usize };
        }
        moves
    }

    #[test]
    fn a_ring_that_begins_where_the_last_one_ended_still_gets_its_move_to() {
        let mut writer = GeometryWriter::new(GeomType::Polygon);
        writer.ring(&[(0, 0), (10, 0), (10, 10)]).unwrap();
        writer.ring(&[(10, 10), (20, 10), (20, 20), (10, 20)]).unwrap();
        writer.ring(&[(10, 10), (5, 30), (4, 20)]).unwrap();
        let geometry = commands(writer.finish().unwrap().unwrap());
        assert_eq!(moves(&geometry), 3, "{geometry:?}");
    }

    #[test]
    fn the_crate_itself_still_forgets_the_move_to() {
        // when this fails, the crate is mended and the guard above can go
        let mut encoder = GeomEncoder::<i32>::new(GeomType::Polygon);
        for ring in [[(0, 0), (10, 0), (10, 10)], [(10, 10), (20, 10), (20, 20)]] {
            ring.iter().for_each(|&(x, y)| encoder.add_point(x, y).unwrap());
            encoder.complete_geom().unwrap();
        }
        assert_eq!(moves(&commands(encoder.encode().unwrap())), 1);
    }
}
