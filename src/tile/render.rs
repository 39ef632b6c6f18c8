//! From layers and a tile address to the bytes of a tile.
//!
//! A block of rows is brought to tile units at once, then each row is drawn from those; the buffers stay
//! with the thread. No float, no lock, no copy of a geometry on the way.

use std::cell::RefCell;

use super::TileId;
use super::encode::{Commands, LayerWriter};
use super::painter::{Mended, Painter};
use crate::filter::Filter;
use crate::geometry::planar::GridPoint;
use crate::store::{BlockScan, Layer, Revision, ScanRow};

/// Changes whenever the same rows would be drawn otherwise; part of every ETag.
pub const RENDERER_VERSION: u32 = 2;

/// One layer as it is to be drawn.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    /// Its name in the tile.
    pub name: &'a str,
    /// Its rows.
    pub layer: &'a Layer,
    /// The columns that come along, ascending.
    pub columns: &'a [usize],
    /// Which rows are drawn; all without one.
    pub filter: Option<&'a Filter>,
}

/// A tile and what drawing it took.
#[derive(Debug, Default)]
pub struct Drawn {
    /// The tile; empty where nothing lies in it.
    pub bytes: Vec<u8>,
    /// What had to be done to shapes.
    pub mended: Mended,
}

/// What a tile of these layers depends on: known without drawing it.
pub fn revision<'a>(layers: impl IntoIterator<Item = &'a Layer>, tile: TileId) -> Revision {
    let bounds = tile.buffered_bounds();
    layers.into_iter().fold(Revision(u64::from(RENDERER_VERSION)), |sum, layer| {
        // order counts: layers are drawn in it
        sum.named(layer.id()).plus(layer.revision_in(&bounds))
    })
}

/// Draws the layers in one tile.
pub fn render<'a>(drawings: impl IntoIterator<Item = Drawing<'a>>, tile: TileId) -> Drawn {
    thread_local! {
        static DESK: RefCell<Desk> = RefCell::default();
    }
    DESK.with_borrow_mut(|desk| {
        let mut drawn = Drawn::default();
        desk.painter.mended = Mended::default();
        for drawing in drawings {
            desk.draw(&drawing, tile);
            let keys = drawing.columns.iter().filter_map(|&column| drawing.layer.fields().get(column));
            desk.writer.finish(drawing.name, keys.map(|field| field.name.as_str()), &mut drawn.bytes);
        }
        drawn.mended = desk.painter.mended;
        drawn
    })
}

/// The buffers of one thread.
#[derive(Default)]
struct Desk {
    painter: Painter,
    commands: Commands,
    writer: LayerWriter,
    /// The vertices of a block in tile units.
    units: Vec<GridPoint>,
    known: KnownValues,
}

impl Desk {
    fn draw(&mut self, drawing: &Drawing<'_>, tile: TileId) {
        self.writer.begin();
        let view = tile.buffered_bounds();
        let mut last_shard = None;
        drawing.layer.scan(&view, |shard, block| {
            if last_shard != Some(shard) {
                self.known.begin(drawing.columns, &block);
                last_shard = Some(shard);
            }
            block.vertices_into(&mut self.units, |p| tile.project(p));
            let is_inside = view.contains_box(&block.bounds());
            for row in block.rows() {
                self.row(drawing, &block, row, is_inside);
            }
        });
    }

    fn row(&mut self, drawing: &Drawing<'_>, block: &BlockScan<'_>, row: ScanRow<'_>, is_inside: bool) {
        if drawing.filter.is_some_and(|filter| !filter.keeps(|column| row.feature.value(column))) {
            return;
        }
        let kind = row.feature.kind();
        self.painter.draw(kind, row.rings(), &self.units, is_inside, &mut self.commands);
        if !self.commands.is_empty() {
            self.known.tag(drawing.columns, block, row.row, &mut self.writer);
            self.writer.feature(row.feature.id(), kind, self.commands.bytes());
        }
    }
}

/// Values of this tile by their codes in the dictionaries of a shard, so that a text is looked up once.
#[derive(Default)]
struct KnownValues {
    /// For each column: code to index + 1, or 0 where it was not met yet.
    indexes: Vec<Vec<u32>>,
}

impl KnownValues {
    fn begin(&mut self, columns: &[usize], block: &BlockScan<'_>) {
        self.indexes.resize(self.indexes.len().max(columns.len()), Vec::new());
        for (&column, indexes) in columns.iter().zip(&mut self.indexes) {
            indexes.clear();
            indexes.resize(block.columns().get(column).map_or(0, |c| c.distinct()), 0);
        }
    }

    /// Gives the next feature the values of a row.
    #[inline]
    fn tag(&mut self, columns: &[usize], block: &BlockScan<'_>, row: usize, writer: &mut LayerWriter) {
        for (key, (&column, indexes)) in columns.iter().zip(&mut self.indexes).enumerate() {
            let Some(column) = block.columns().get(column) else { continue };
            let value = match column.code(row).and_then(|code| indexes.get_mut(code)) {
                None => writer.value(column.get(row)),
                Some(known) => {
                    if *known == 0 {
                        *known = writer.value(column.get(row)).map_or(0, |index| index + 1);
                    }
                    known.checked_sub(1)
                }
            };
            let Some(value) = value else { continue };
            writer.tag(key, value);
        }
    }
}
