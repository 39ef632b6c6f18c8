//! From layers and a tile address to the bytes of a tile.
//!
//! A block of rows is brought to tile units at once, then each row is drawn from those; the buffers stay
//! with the thread. No float, no lock, no copy of a geometry on the way.

use std::cell::RefCell;

use time::Date;

use super::encode::{Commands, LayerWriter};
use super::labels::LabelPoints;
use super::painter::{Mended, Painter};
use super::tags::Tagger;
use crate::filter::Filter;
use crate::generalise::{Level, Mosaic, Patch};
use crate::geometry::planar::GridPoint;
use crate::geometry::{EXTENT, ShapeKind, TileId};
use crate::store::{BlockScan, Feature, FeatureId, Field, Layer, Outline, Value, is_in_force};

/// Changes whenever the same rows would be drawn otherwise; part of every ETag.
pub const RENDERER_VERSION: u32 = 4;

/// One layer as it is to be drawn.
pub struct Drawing<'a> {
    /// Its name in the tile.
    pub name: &'a str,
    /// Its rows.
    pub layer: &'a Layer,
    /// The columns that come along, with their names.
    pub columns: Vec<(usize, Field)>,
    /// Which rows are drawn; all without one.
    pub filter: Option<&'a Filter>,
    /// The columns the filter counts.
    pub filter_columns: Vec<usize>,
    /// What is drawn of the rows.
    pub content: Content<'a>,
    /// Only rows in force on this day; all without one.
    pub day: Option<Day>,
    /// Rows that were not in force when the layer was loaded, and what is drawn of them.
    pub others: Option<(&'a Layer, Content<'a>)>,
}

/// A day, and the columns that say from when and until when a row is in force.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// In Viet Nam.
    pub day: Date,
    /// First day, and the day after the last.
    pub columns: [Option<usize>; 2],
}

/// What is drawn of a layer's rows.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// Each as it is.
    Rows,
    /// Each, simplified.
    Level(&'a Level),
    /// United by ward and use; the columns are ward, use, count.
    Mosaic(Option<&'a Mosaic>),
    /// A point for the label of each.
    Labels(&'a LabelPoints),
}

/// A tile and what drawing it took.
#[derive(Debug, Default)]
pub struct Drawn {
    /// The tile; empty where nothing lies in it.
    pub bytes: Vec<u8>,
    /// What had to be done to shapes.
    pub mended: Mended,
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
            let keys = drawing.columns.iter().map(|(_, field)| field.name.as_str());
            desk.writer.finish(drawing.name, keys, &mut drawn.bytes);
        }
        drawn.mended = desk.painter.mended;
        drawn
    })
}

impl Drawing<'_> {
    /// Whether some rows may be left out.
    fn is_choosy(&self) -> bool {
        self.day.is_some() || self.filter.is_some()
    }

    fn keeps(&self, feature: &Feature<'_>) -> bool {
        let value =
            |column: usize| self.filter_columns.get(column).map_or(Value::Null, |&c| feature.value(c));
        let is_in_force = self.day.is_none_or(|Day { day, columns }| {
            let [from, to] = columns.map(|column| column.and_then(|c| feature.value(c).as_date()));
            is_in_force(from, to, day)
        });
        is_in_force && self.filter.is_none_or(|filter| filter.keeps(value))
    }
}

/// The buffers of one thread.
#[derive(Default)]
struct Desk {
    painter: Painter,
    commands: Commands,
    writer: LayerWriter,
    /// The vertices of a block in tile units.
    units: Vec<GridPoint>,
    /// The ids of a block's rows.
    ids: Vec<i64>,
    tagger: Tagger,
}

impl Desk {
    fn draw(&mut self, drawing: &Drawing<'_>, tile: TileId) {
        self.writer.begin();
        self.content(drawing, drawing.layer, drawing.content, tile);
        if let Some((layer, content)) = drawing.others {
            self.content(drawing, layer, content, tile);
        }
    }

    fn content(&mut self, drawing: &Drawing<'_>, layer: &Layer, content: Content<'_>, tile: TileId) {
        match content {
            Content::Rows => self.rows(drawing, layer, tile),
            Content::Level(level) => self.level(drawing, level, tile),
            Content::Mosaic(mosaic) => {
                mosaic
                    .iter()
                    .flat_map(|mosaic| mosaic.tile(tile))
                    .for_each(|patch| self.patch(drawing, &patch));
            }
            Content::Labels(points) => self.labels(drawing, layer, points, tile),
        }
    }

    fn rows(&mut self, drawing: &Drawing<'_>, layer: &Layer, tile: TileId) {
        // a block is scanned or not for what is in it, never for what lies beside it in the block
        let (view, reach) = (tile.buffered_bounds(), tile.drawn_bounds());
        let mut last: Option<BlockScan<'_>> = None;
        layer.scan(&reach, |_, block| {
            if last.is_none_or(|last| !last.shares_columns(&block)) {
                self.tagger.begin(&drawing.columns, &block);
            }
            last = Some(block);
            self.tagger.next_block();
            block.ids_into(&mut self.ids);
            block.vertices_into(&mut self.units, |p| tile.project(p));
            self.painter.begin_block(&self.units, view.contains_box(&block.bounds()));
            for (place, row) in block.rows() {
                self.row(drawing, &block, place, row);
            }
        });
    }

    fn row(&mut self, drawing: &Drawing<'_>, block: &BlockScan<'_>, place: usize, outline: Outline<'_>) {
        if drawing.is_choosy() && !drawing.keeps(&block.feature(place, outline)) {
            return;
        }
        self.painter.draw(outline, &self.units, &mut self.commands);
        if !self.commands.is_empty() {
            let id = self.ids.get(place).map_or(0, |&id| id as FeatureId);
            self.tagger.tag(&drawing.columns, block, place, &mut self.writer);
            self.writer.feature(id, outline.kind, self.commands.bytes());
        }
    }

    fn level(&mut self, drawing: &Drawing<'_>, level: &Level, tile: TileId) {
        for shape in level.in_box(&tile.buffered_bounds()) {
            let Some(feature) = drawing.layer.by_id(shape.id()).filter(|row| drawing.keeps(row)) else {
                continue;
            };
            self.commands.clear();
            let outline = shape.rings().map(|ring| ring.points().map(|p| tile.project(p)));
            match feature.kind() {
                ShapeKind::Polygon => self.painter.area(outline, &mut self.commands),
                ShapeKind::Line => outline.for_each(|line| self.painter.line(line, &mut self.commands)),
                ShapeKind::Point => self.painter.points(outline.flatten(), &mut self.commands),
            }
            if !self.commands.is_empty() {
                self.tag(drawing, &feature);
                self.writer.feature(feature.id(), feature.kind(), self.commands.bytes());
            }
        }
    }

    fn patch(&mut self, drawing: &Drawing<'_>, patch: &Patch<'_>) {
        let value = |column: usize| match column {
            0 => Value::Text(patch.ward),
            1 => Value::Text(patch.use_code),
            2 => Value::Int(i64::from(patch.count)),
            _ => Value::Null,
        };
        if !drawing.filter.is_none_or(|filter| filter.keeps(value)) {
            return;
        }
        for (key, (column, _)) in drawing.columns.iter().enumerate() {
            if let Some(index) = self.writer.value(value(*column)) {
                self.writer.tag(key, index);
            }
        }
        self.writer.feature(patch.id, ShapeKind::Polygon, patch.geometry);
    }

    fn labels(&mut self, drawing: &Drawing<'_>, layer: &Layer, points: &LabelPoints, tile: TileId) {
        layer.scan(&tile.label_bounds(), |shard, block| {
            for (place, outline) in block.rows() {
                let row = block.feature(place, outline);
                let Some(at) = points.get(shard, block.first_row() + place, &row) else { continue };
                let (x, y) = tile.project(at);
                // half-open, so that a label on a border is in one tile only
                let is_here = (0..EXTENT).contains(&x) && (0..EXTENT).contains(&y);
                if is_here && drawing.keeps(&row) {
                    self.commands.clear();
                    self.commands.points(&[(x, y)]);
                    self.tag(drawing, &row);
                    self.writer.feature(row.id(), ShapeKind::Point, self.commands.bytes());
                }
            }
        });
    }

    fn tag(&mut self, drawing: &Drawing<'_>, feature: &Feature<'_>) {
        for (key, (column, _)) in drawing.columns.iter().enumerate() {
            if let Some(index) = self.writer.value(feature.value(*column)) {
                self.writer.tag(key, index);
            }
        }
    }
}
