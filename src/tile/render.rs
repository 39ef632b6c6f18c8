//! From layers and a tile address to the bytes of a tile.

use mvt::{GeomData, GeomType, Tile};

use super::clip::{Unit, clean_ring, clip_line, clip_ring, holds, twice_area};
use super::encode::{GeometryWriter, TileError, add_tag, begin_feature};
use super::{EXTENT, TileId};
use crate::geometry::ShapeKind;
use crate::store::{Feature, Layer, Revision};

/// Changes whenever the same rows would be drawn otherwise; part of every ETag.
pub const RENDERER_VERSION: u32 = 1;

/// What a tile of these layers depends on: known without drawing it.
pub fn revision<'a>(layers: impl IntoIterator<Item = &'a Layer>, tile: TileId) -> Revision {
    let bounds = tile.buffered_bounds();
    layers.into_iter().fold(Revision(u64::from(RENDERER_VERSION)), |sum, layer| {
        // order counts: layers are drawn in it
        sum.named(layer.id()).plus(layer.revision_in(&bounds))
    })
}

/// Draws the layers in one tile; `None` where nothing lies in it.
pub fn render<'a>(
    layers: impl IntoIterator<Item = &'a Layer>,
    tile: TileId,
) -> Result<Option<Vec<u8>>, TileError> {
    let mut out = Tile::new(EXTENT as u32);
    let mut painter = Painter { tile, ring: Vec::new(), scratch: Vec::new() };
    for layer in layers {
        let mut drawn = out.create_layer(layer.id());
        for feature in layer.in_box(&tile.buffered_bounds()) {
            let Some(geometry) = painter.geometry(&feature)? else { continue };
            let mut row = begin_feature(drawn, feature.id(), geometry);
            for (field, value) in layer.fields().iter().zip(feature.values()) {
                add_tag(&mut row, &field.name, value);
            }
            drawn = row.into_layer();
        }
        if drawn.num_features() > 0 {
            out.add_layer(drawn)?;
        }
    }
    if out.num_layers() == 0 { Ok(None) } else { Ok(Some(out.to_bytes()?)) }
}

/// Brings features into one tile, with buffers used again for each.
struct Painter {
    tile: TileId,
    ring: Vec<Unit>,
    scratch: Vec<Unit>,
}

impl Painter {
    fn geometry(&mut self, feature: &Feature<'_>) -> Result<Option<GeomData>, TileError> {
        match feature.kind() {
            ShapeKind::Point => self.points(feature),
            ShapeKind::Line => self.lines(feature),
            ShapeKind::Polygon => self.polygons(feature),
        }
    }

    fn points(&mut self, feature: &Feature<'_>) -> Result<Option<GeomData>, TileError> {
        let mut writer = GeometryWriter::new(GeomType::Point);
        for p in feature.rings().flat_map(|ring| ring.points()) {
            let at = self.tile.project(p);
            if holds(at) {
                writer.point(at)?;
            }
        }
        writer.finish()
    }

    fn lines(&mut self, feature: &Feature<'_>) -> Result<Option<GeomData>, TileError> {
        let mut writer = GeometryWriter::new(GeomType::Linestring);
        for line in feature.rings() {
            self.ring.clear();
            self.ring.extend(line.points().map(|p| self.tile.project(p)));
            self.ring.dedup();
            let mut failed = None;
            if self.ring.len() > 1 {
                clip_line(&self.ring, |piece| failed = writer.line(piece).err().or(failed.take()));
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
        writer.finish()
    }

    fn polygons(&mut self, feature: &Feature<'_>) -> Result<Option<GeomData>, TileError> {
        let mut writer = GeometryWriter::new(GeomType::Polygon);
        let mut outer_is_gone = true;
        for ring in feature.rings() {
            if ring.is_hole && outer_is_gone {
                continue;
            }
            self.ring.clear();
            self.ring.extend(ring.points().map(|p| self.tile.project(p)));
            clip_ring(&mut self.ring, &mut self.scratch);
            clean_ring(&mut self.ring);
            let area = twice_area(&self.ring);
            if !ring.is_hole {
                outer_is_gone = area == 0;
            }
            if area == 0 {
                continue;
            }
            // rounding can turn a very flat ring over
            if (area > 0) == ring.is_hole {
                self.ring.reverse();
            }
            writer.ring(&self.ring)?;
        }
        writer.finish()
    }
}
