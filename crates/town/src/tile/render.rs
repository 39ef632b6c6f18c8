//! From layers and a tile address to the bytes of a tile.
//!
//! A block of rows is brought to tile units at once, then each row is drawn from those; the buffers stay
//! with the thread. No float, no lock, no copy of a geometry on the way.

use std::cell::RefCell;

use time::Date;

use super::encode::{Commands, LayerWriter};
use super::labels::LabelPoints;
use super::painter::{Painter, RepairStatistics};
use super::scratch::KEPT_BYTES;
use super::selection::{Candidates, Limits, Rank};
use super::tags::Tagger;
use crate::filter::Filter;
use crate::generalise::{DissolvedTiles, Level, Region};
use crate::geometry::planar::GridPoint;
use crate::geometry::{EXTENT, ShapeKind, TileId};
use crate::store::{BlockScan, Extent, Feature, FeatureId, Field, Layer, Outline, Value, is_in_force};

/// Changes whenever the same rows would be drawn otherwise; part of every ETag.
pub const RENDERER_VERSION: u32 = 5;

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
    pub historical: Option<(&'a Layer, Content<'a>)>,
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
    DissolvedTiles(Option<&'a DissolvedTiles>),
    /// A point for the label of each.
    Labels(&'a LabelPoints),
}

/// A tile and what drawing it took.
#[derive(Debug, Default)]
pub struct Drawn {
    /// The tile; empty where nothing lies in it.
    pub bytes: Vec<u8>,
    /// What had to be done to shapes.
    pub repairs: RepairStatistics,
    /// Rows looked at.
    pub rows: u64,
    /// Whether there are so many that it was not drawn.
    pub is_refused: bool,
    /// Features that are not in it because it would be too large ([`Limits`]).
    pub left_out: u64,
}

/// Draws the layers in one tile.
pub fn render<'a>(drawings: impl IntoIterator<Item = Drawing<'a>>, tile: TileId) -> Drawn {
    render_within(drawings, tile, Limits::OF_TILES)
}

/// Draws the layers in one tile no larger than these limits.
pub fn render_within<'a>(
    drawings: impl IntoIterator<Item = Drawing<'a>>,
    tile: TileId,
    limits: Limits,
) -> Drawn {
    thread_local! {
        static SCRATCH: RefCell<RenderScratch> = RefCell::default();
    }
    let drawings: Vec<Drawing<'_>> = drawings.into_iter().collect();
    SCRATCH.with_borrow_mut(|scratch| {
        let drawn = scratch.draw_all(&drawings, tile, limits);
        scratch.shrink();
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

impl Drawing<'_> {
    /// How much there is to read for this tile; counting ends beyond the limit.
    pub fn extent(&self, tile: TileId, limit: Extent) -> Extent {
        let of = |layer: &Layer, content: Content<'_>| match content {
            Content::Rows => layer.extent_in(&tile.drawn_bounds(), limit),
            Content::Level(level) => level.extent_in(&tile.buffered_bounds(), limit),
            Content::DissolvedTiles(dissolved) => {
                dissolved.map_or_else(Extent::default, |dissolved| dissolved.extent_of(tile))
            }
            Content::Labels(_) => layer.extent_in(&tile.label_bounds(), limit),
        };
        let own = of(self.layer, self.content);
        self.historical.map_or(own, |(layer, content)| own.plus(of(layer, content)))
    }
}

/// The buffers of one thread.
#[derive(Default)]
struct RenderScratch {
    painter: Painter,
    commands: Commands,
    writer: LayerWriter,
    /// The vertices of a block in tile units.
    units: Vec<GridPoint>,
    /// The ids of a block's rows.
    ids: Vec<i64>,
    tagger: Tagger,
    pass: Pass,
}

/// One way through the rows of a tile: what it may draw, and how far it is.
struct Pass {
    limits: Limits,
    /// The highest rank that is drawn.
    highest: Rank,
    /// Where features are only measured.
    candidates: Option<Candidates>,
    /// Bytes of the layers that are done.
    bytes: usize,
    features: usize,
    rows: u64,
    left_out: u64,
    /// Whether it exceeded the limits and draws no further.
    is_over: bool,
    /// Whether it did so by its rows.
    is_refused: bool,
}

impl Default for Pass {
    fn default() -> Self {
        Self::new(Limits::OF_TILES)
    }
}

impl Pass {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            highest: Rank::LAST,
            candidates: None,
            bytes: 0,
            features: 0,
            rows: 0,
            left_out: 0,
            is_over: false,
            is_refused: false,
        }
    }

    /// Counts rows that are about to be looked at; false where the pass ends here.
    fn looks_at(&mut self, rows: usize) -> bool {
        if self.is_over {
            return false;
        }
        self.rows += rows as u64;
        self.is_refused = self.rows > self.limits.rows;
        self.is_over = self.is_refused;
        !self.is_over
    }

    /// Whether a feature is drawn that lies in the tile.
    #[inline]
    fn draws(&mut self, kind: ShapeKind, id: FeatureId) -> bool {
        let is_in = self.highest == Rank::LAST || Rank::of(kind, id) <= self.highest;
        self.left_out += u64::from(!is_in);
        is_in && !self.is_over
    }
}

impl RenderScratch {
    fn draw_all(&mut self, drawings: &[Drawing<'_>], tile: TileId, limits: Limits) -> Drawn {
        let drawn = self.pass(drawings, tile, Pass::new(limits));
        if self.pass.is_over { self.draw_first(drawings, tile, limits) } else { drawn }
    }

    /// Draws what comes first of a tile that exceeds the limits.
    fn draw_first(&mut self, drawings: &[Drawing<'_>], tile: TileId, limits: Limits) -> Drawn {
        let measuring = Pass { candidates: Some(Candidates::default()), ..Pass::new(limits) };
        let rows = self.pass(drawings, tile, measuring).rows;
        if self.pass.is_refused {
            return Drawn { rows, is_refused: true, ..Drawn::default() };
        }
        let (mut candidates, all) = (self.pass.candidates.take().unwrap_or_default(), self.pass.features);
        // some for names of layers and keys, and for values that a feature now brings which another would have brought
        let mut room = limits.bytes / 16 * 15;
        loop {
            let Some(highest) = candidates.highest_within(limits.features, room) else {
                return Drawn { rows, left_out: all as u64, ..Drawn::default() };
            };
            let drawn = self.pass(drawings, tile, Pass { highest, ..Pass::new(limits) });
            if !self.pass.is_over {
                return drawn;
            }
            room = room / 4 * 3;
        }
    }

    /// Goes through the rows once.
    fn pass(&mut self, drawings: &[Drawing<'_>], tile: TileId, pass: Pass) -> Drawn {
        self.pass = pass;
        self.painter.repairs = RepairStatistics::default();
        let mut bytes = Vec::new();
        for drawing in drawings {
            self.pass.bytes = bytes.len();
            self.draw(drawing, tile);
            if self.pass.is_over {
                break;
            }
            let keys = drawing.columns.iter().map(|(_, field)| field.name.as_str());
            self.writer.finish(drawing.name, keys, &mut bytes);
        }
        self.pass.is_over |= bytes.len() > self.pass.limits.bytes;
        let Pass { rows, left_out, is_refused, .. } = self.pass;
        Drawn { bytes, repairs: self.painter.repairs, rows, is_refused, left_out }
    }

    /// Writes a feature with the shape in `geometry` and the tags given since the last one, or measures it.
    #[inline]
    fn put(&mut self, id: FeatureId, kind: ShapeKind) {
        self.writer.feature(id, kind, self.commands.bytes());
        self.written(id, kind);
    }

    #[inline]
    fn written(&mut self, id: FeatureId, kind: ShapeKind) {
        let pass = &mut self.pass;
        pass.features += 1;
        if let Some(candidates) = &mut pass.candidates {
            let bytes = self.writer.take_measure().try_into().unwrap_or(u32::MAX);
            candidates.push(Rank::of(kind, id), bytes, pass.limits.features);
            return;
        }
        let bytes = pass.bytes + self.writer.bytes();
        pass.is_over |= pass.features > pass.limits.features || bytes > pass.limits.bytes;
    }

    /// Gives back what a large tile took and a usual one does not.
    fn shrink(&mut self) {
        self.pass.candidates = None;
        self.writer.shrink();
        self.commands.shrink();
        self.painter.shrink();
        self.tagger.shrink();
        self.units.shrink_to(KEPT_BYTES / size_of::<GridPoint>());
        self.ids.shrink_to(KEPT_BYTES / size_of::<i64>());
    }

    fn draw(&mut self, drawing: &Drawing<'_>, tile: TileId) {
        self.writer.begin();
        self.content(drawing, drawing.layer, drawing.content, tile);
        if let Some((layer, content)) = drawing.historical {
            self.content(drawing, layer, content, tile);
        }
    }

    fn content(&mut self, drawing: &Drawing<'_>, layer: &Layer, content: Content<'_>, tile: TileId) {
        match content {
            Content::Rows => self.rows(drawing, layer, tile),
            Content::Level(level) => self.level(drawing, level, tile),
            Content::DissolvedTiles(dissolved) => {
                dissolved
                    .iter()
                    .flat_map(|dissolved| dissolved.tile(tile))
                    .for_each(|region| self.region(drawing, &region));
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
            if !self.pass.looks_at(self.ids.len()) {
                return;
            }
            block.vertices_into(&mut self.units, |p| tile.project(p));
            self.painter.begin_block(&self.units, view.contains_box(&block.bounds()));
            for (place, row) in block.rows() {
                self.row(drawing, &block, place, row);
            }
        });
    }

    fn row(&mut self, drawing: &Drawing<'_>, block: &BlockScan<'_>, place: usize, outline: Outline<'_>) {
        let id = self.ids.get(place).map_or(0, |&id| id as FeatureId);
        if drawing.is_choosy() && !drawing.keeps(&block.feature(place, outline)) {
            return;
        }
        self.painter.draw(outline, &self.units, &mut self.commands);
        if !self.commands.is_empty() && self.pass.draws(outline.kind, id) {
            self.tagger.tag(&drawing.columns, block, place, &mut self.writer);
            self.put(id, outline.kind);
        }
    }

    fn level(&mut self, drawing: &Drawing<'_>, level: &Level, tile: TileId) {
        for shape in level.in_box(&tile.buffered_bounds()) {
            if !self.pass.looks_at(1) {
                return;
            }
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
            if !self.commands.is_empty() && self.pass.draws(feature.kind(), feature.id()) {
                self.tag(drawing, &feature);
                self.put(feature.id(), feature.kind());
            }
        }
    }

    fn region(&mut self, drawing: &Drawing<'_>, region: &Region<'_>) {
        let value = |column: usize| match column {
            0 => Value::Text(region.ward),
            1 => Value::Text(region.use_code),
            2 => Value::Int(i64::from(region.count)),
            _ => Value::Null,
        };
        let is_kept = self.pass.looks_at(1) && drawing.filter.is_none_or(|filter| filter.keeps(value));
        if !is_kept || !self.pass.draws(ShapeKind::Polygon, region.id) {
            return;
        }
        for (key, (column, _)) in drawing.columns.iter().enumerate() {
            if let Some(index) = self.writer.value(value(*column)) {
                self.writer.tag(key, index);
            }
        }
        self.writer.feature(region.id, ShapeKind::Polygon, region.geometry);
        self.written(region.id, ShapeKind::Polygon);
    }

    fn labels(&mut self, drawing: &Drawing<'_>, layer: &Layer, points: &LabelPoints, tile: TileId) {
        layer.scan(&tile.label_bounds(), |shard, block| {
            if !self.pass.looks_at(block.len()) {
                return;
            }
            for (place, outline) in block.rows() {
                let row = block.feature(place, outline);
                let Some(at) = points.get(shard, block.first_row() + place, &row) else { continue };
                let (x, y) = tile.project(at);
                // half-open, so that a label on a border is in one tile only
                let is_here = (0..EXTENT).contains(&x) && (0..EXTENT).contains(&y);
                if is_here && drawing.keeps(&row) && self.pass.draws(ShapeKind::Point, row.id()) {
                    self.commands.clear();
                    self.commands.points(&[(x, y)]);
                    self.tag(drawing, &row);
                    self.put(row.id(), ShapeKind::Point);
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
