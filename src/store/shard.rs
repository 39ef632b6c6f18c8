//! A shard: the rows of one layer in one cell of the map, and how they lie in memory.
//!
//! Rows stand in Hilbert order in blocks of up to 64; a block has an origin and its vertices are
//! 32-bit offsets from it, so a feature costs eight bytes a vertex and the `rstar` tree holds one
//! entry a block. [`Feature`] is the only way in.

use std::sync::Arc;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use rustc_hash::FxHashSet;

use super::{Column, Revision, Value};
use crate::geometry::{Ring, ShapeKind, World, WorldBox};

/// Tile feature id and API id: a positive integer below 2^53, so that browsers keep it exact.
pub type FeatureId = u64;

/// Where a feature's rings, vertices and box begin.
const ROWS_A_BLOCK: usize = 64;

/// A feature with an extent beyond this does not fit 32-bit offsets (2,500 km on the equator).
pub(super) const MAX_EXTENT: i64 = u32::MAX as i64;

#[derive(Debug)]
struct Block {
    first_row: u32,
    origin: World,
    bounds: WorldBox,
}

type BlockEntry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Rows packed together; never changed once built.
#[derive(Debug)]
pub(super) struct Base {
    ids: Vec<FeatureId>,
    kinds: Vec<ShapeKind>,
    /// Row to its box, as offsets from the block's origin: west, north, east, south.
    boxes: Vec<[u32; 4]>,
    /// Row to the index after its last ring.
    ring_ends: Vec<u32>,
    /// Ring to the index after its last vertex.
    rings: Vec<Ring>,
    vertices: Vec<[u32; 2]>,
    columns: Vec<Column>,
    blocks: Vec<Block>,
    tree: RTree<BlockEntry>,
    /// Rows in order of their id.
    by_id: Vec<u32>,
    bounds: WorldBox,
    revision: Revision,
}

/// Rows handed to [`Base::build`], in their final order.
pub(super) struct Rows<'a> {
    /// Row numbers of the loader, in Hilbert order.
    pub order: &'a [u32],
    pub ids: &'a [FeatureId],
    pub kinds: &'a [ShapeKind],
    pub boxes: &'a [WorldBox],
    /// Row to the index after its last ring.
    pub ring_ends: &'a [u32],
    /// Row to the index after its last vertex.
    pub vertex_ends: &'a [u64],
    /// `end` counted from the row's first vertex.
    pub rings: &'a [Ring],
    pub vertices: &'a [World],
    pub columns: &'a [Column],
}

impl Base {
    pub fn build(rows: &Rows<'_>) -> Self {
        let count = rows.order.len();
        let mut base = Self {
            ids: rows.order.iter().map(|&r| rows.ids[r as usize]).collect(),
            kinds: rows.order.iter().map(|&r| rows.kinds[r as usize]).collect(),
            boxes: Vec::with_capacity(count),
            ring_ends: Vec::with_capacity(count),
            rings: Vec::new(),
            vertices: Vec::new(),
            columns: rows.columns.iter().map(|c| c.gather(rows.order)).collect(),
            blocks: blocks_of(rows),
            tree: RTree::new(),
            by_id: (0..count as u32).collect(),
            bounds: WorldBox::EMPTY,
            revision: Revision::default(),
        };
        for block in 0..base.blocks.len() {
            let origin = base.blocks[block].origin;
            for row in base.rows_of(block) {
                base.push_shape(rows, rows.order[row] as usize, origin);
            }
            base.bounds.include_box(&base.blocks[block].bounds);
        }
        base.rings.shrink_to_fit();
        base.vertices.shrink_to_fit();
        base.by_id.sort_unstable_by_key(|&row| base.ids[row as usize]);
        base.tree = RTree::bulk_load(base.blocks.iter().enumerate().map(block_entry).collect());
        base.revision =
            (0..count).fold(Revision::default(), |sum, row| sum.plus(Revision::of_row(&base.feature(row))));
        base
    }

    fn push_shape(&mut self, rows: &Rows<'_>, from: usize, origin: World) {
        let offset = |p: World| [(p.x - origin.x) as u32, (p.y - origin.y) as u32];
        let bounds = rows.boxes[from];
        let ([west, north], [east, south]) = (offset(bounds.min), offset(bounds.max));
        self.boxes.push([west, north, east, south]);
        let start = |ends: &[u32]| if from == 0 { 0 } else { ends[from - 1] as usize };
        let first_vertex = if from == 0 { 0 } else { rows.vertex_ends[from - 1] as usize };
        let base_vertex = self.vertices.len() as u32;
        for ring in &rows.rings[start(rows.ring_ends)..rows.ring_ends[from] as usize] {
            self.rings.push(Ring { end: base_vertex + ring.end, is_hole: ring.is_hole });
        }
        self.ring_ends.push(self.rings.len() as u32);
        let vertices = &rows.vertices[first_vertex..rows.vertex_ends[from] as usize];
        self.vertices.extend(vertices.iter().map(|&p| offset(p)));
    }

    fn rows_of(&self, block: usize) -> std::ops::Range<usize> {
        let end = self.blocks.get(block + 1).map_or(self.ids.len(), |b| b.first_row as usize);
        self.blocks[block].first_row as usize..end
    }

    fn feature(&self, row: usize) -> Feature<'_> {
        let block = self.blocks.partition_point(|b| b.first_row as usize <= row) - 1;
        Feature { base: self, row, origin: self.blocks[block].origin }
    }

    /// Features whose box meets the box, in row order.
    fn in_box<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a> {
        let bounds = *bounds;
        let mut blocks: Vec<u32> =
            self.tree.locate_in_envelope_intersecting(envelope(&bounds)).map(|entry| entry.data).collect();
        // the tree's own order is no promise; row order makes tiles equal on every replica
        blocks.sort_unstable();
        blocks.into_iter().flat_map(move |block| {
            let block = block as usize;
            let origin = self.blocks[block].origin;
            let is_inside = bounds.contains_box(&self.blocks[block].bounds);
            self.rows_of(block)
                .map(move |row| Feature { base: self, row, origin })
                .filter(move |f| is_inside || f.bounds().intersects(&bounds))
        })
    }

    fn by_id(&self, id: FeatureId) -> Option<Feature<'_>> {
        let at = self.by_id.binary_search_by_key(&id, |&row| self.ids[row as usize]).ok()?;
        Some(self.feature(self.by_id[at] as usize))
    }

    /// Blocks by distance from the point, nearest first, with the square of the distance of their
    /// boxes in grid steps.
    fn blocks_from(&self, at: World) -> impl Iterator<Item = (f64, usize)> {
        self.tree
            .nearest_neighbor_iter_with_distance_2([at.x as f64, at.y as f64])
            .map(|(entry, distance2)| (distance2, entry.data as usize))
    }

    fn bytes(&self) -> usize {
        self.ids.capacity() * 8
            + self.kinds.capacity()
            + self.boxes.capacity() * 16
            + self.ring_ends.capacity() * 4
            + self.rings.capacity() * size_of::<Ring>()
            + self.vertices.capacity() * 8
            + self.columns.iter().map(Column::bytes).sum::<usize>()
            + self.blocks.capacity() * size_of::<Block>()
            + self.tree.size() * size_of::<BlockEntry>() * 3 / 2
            + self.by_id.capacity() * 4
    }
}

/// Cuts the rows into blocks of at most 64 whose extent fits 32-bit offsets.
fn blocks_of(rows: &Rows<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::with_capacity(rows.order.len() / ROWS_A_BLOCK + 1);
    for (row, &from) in rows.order.iter().enumerate() {
        let bounds = rows.boxes[from as usize];
        if let Some(block) = blocks.last_mut() {
            let mut grown = block.bounds;
            grown.include_box(&bounds);
            let fits = grown.max.x - grown.min.x <= MAX_EXTENT && grown.max.y - grown.min.y <= MAX_EXTENT;
            if fits && row - (block.first_row as usize) < ROWS_A_BLOCK {
                block.bounds = grown;
                block.origin = grown.min;
                continue;
            }
        }
        blocks.push(Block { first_row: row as u32, origin: bounds.min, bounds });
    }
    blocks
}

fn envelope(bounds: &WorldBox) -> AABB<[f64; 2]> {
    let corner = |p: World| [p.x as f64, p.y as f64];
    AABB::from_corners(corner(bounds.min), corner(bounds.max))
}

fn block_entry((index, block): (usize, &Block)) -> BlockEntry {
    GeomWithData::new(Rectangle::from_aabb(envelope(&block.bounds)), index as u32)
}

/// Rows changed since the base was packed, and the ids they replace. Empty until the change feed.
#[derive(Debug)]
pub(super) struct Delta {
    rows: Base,
    removed: FxHashSet<FeatureId>,
}

/// One cell's rows: a packed base, a small delta over it, and what they add up to.
#[derive(Debug, Clone)]
pub(super) struct Shard {
    base: Arc<Base>,
    delta: Option<Arc<Delta>>,
}

impl Shard {
    pub fn new(base: Base) -> Self {
        Self { base: Arc::new(base), delta: None }
    }

    fn parts(&self) -> impl Iterator<Item = &Base> {
        std::iter::once(self.base.as_ref()).chain(self.delta.as_deref().map(|d| &d.rows))
    }

    /// Whether a row of the base was replaced or deleted.
    fn is_removed(&self, feature: &Feature<'_>) -> bool {
        self.delta.as_deref().is_some_and(|delta| {
            std::ptr::eq(feature.base, self.base.as_ref()) && delta.removed.contains(&feature.id())
        })
    }

    pub fn bounds(&self) -> WorldBox {
        let mut bounds = WorldBox::EMPTY;
        self.parts().for_each(|base| bounds.include_box(&base.bounds));
        bounds
    }

    pub fn rows(&self) -> usize {
        self.parts().map(|base| base.ids.len()).sum::<usize>()
            - self.delta.as_deref().map_or(0, |delta| delta.removed.len())
    }

    pub fn revision(&self) -> Revision {
        self.parts().fold(Revision::default(), |sum, base| sum.plus(base.revision))
    }

    pub fn bytes(&self) -> usize {
        self.parts().map(Base::bytes).sum()
    }

    pub fn in_box<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a> {
        let bounds = *bounds;
        self.parts().flat_map(move |base| base.in_box(&bounds)).filter(|f| !self.is_removed(f))
    }

    pub fn by_id(&self, id: FeatureId) -> Option<Feature<'_>> {
        self.parts().find_map(|base| base.by_id(id).filter(|f| !self.is_removed(f)))
    }

    pub fn all(&self) -> impl Iterator<Item = Feature<'_>> {
        self.parts()
            .flat_map(|base| (0..base.ids.len()).map(|row| base.feature(row)))
            .filter(|f| !self.is_removed(f))
    }

    /// Calls `visit` for features nearest block first; `visit` gets the square of the distance of
    /// the block's box in grid steps and says whether to go on.
    pub fn visit_from<'a>(&'a self, at: World, mut visit: impl FnMut(f64, Option<Feature<'a>>) -> bool) {
        for base in self.parts() {
            for (distance2, block) in base.blocks_from(at) {
                if !visit(distance2, None) {
                    break;
                }
                let origin = base.blocks[block].origin;
                for row in base.rows_of(block) {
                    let feature = Feature { base, row, origin };
                    if !self.is_removed(&feature) {
                        visit(distance2, Some(feature));
                    }
                }
            }
        }
    }
}

/// One row of a layer, seen where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Feature<'a> {
    base: &'a Base,
    row: usize,
    origin: World,
}

/// One line or ring of a feature, or all its points.
#[derive(Debug, Clone, Copy)]
pub struct RingView<'a> {
    origin: World,
    vertices: &'a [[u32; 2]],
    /// An inner ring of the polygon whose outer ring came before.
    pub is_hole: bool,
}

impl<'a> RingView<'a> {
    /// Its vertices; a ring is open: its last vertex is not its first.
    pub fn points(&self) -> impl ExactSizeIterator<Item = World> + Clone + use<'a> {
        let origin = self.origin;
        self.vertices
            .iter()
            .map(move |v| World { x: origin.x + i64::from(v[0]), y: origin.y + i64::from(v[1]) })
    }
}

impl<'a> Feature<'a> {
    /// Stable id, unique in the layer.
    pub fn id(&self) -> FeatureId {
        self.base.ids[self.row]
    }

    /// Points, lines or areas.
    pub fn kind(&self) -> ShapeKind {
        self.base.kinds[self.row]
    }

    /// The box around it.
    pub fn bounds(&self) -> WorldBox {
        let [west, north, east, south] = self.base.boxes[self.row].map(i64::from);
        WorldBox {
            min: World { x: self.origin.x + west, y: self.origin.y + north },
            max: World { x: self.origin.x + east, y: self.origin.y + south },
        }
    }

    /// Its lines or rings; each outer ring is followed by its holes.
    pub fn rings(&self) -> impl Iterator<Item = RingView<'a>> + use<'a> {
        let (base, origin) = (self.base, self.origin);
        let first = if self.row == 0 { 0 } else { base.ring_ends[self.row - 1] as usize };
        (first..base.ring_ends[self.row] as usize).map(move |ring| {
            let start = if ring == 0 { 0 } else { base.rings[ring - 1].end as usize };
            RingView {
                origin,
                vertices: &base.vertices[start..base.rings[ring].end as usize],
                is_hole: base.rings[ring].is_hole,
            }
        })
    }

    /// The value of the layer's column with this index.
    pub fn value(&self, column: usize) -> Value<'a> {
        self.base.columns.get(column).map_or(Value::Null, |c| c.get(self.row))
    }

    /// All values in the order of the layer's fields.
    pub fn values(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let (columns, row) = (&self.base.columns, self.row);
        columns.iter().map(move |c| c.get(row))
    }

    /// A point that stands for it: the middle vertex of a line, the middle of the box where the area covers
    /// it, else the first vertex.
    pub fn point_on(&self) -> World {
        let center = self.bounds().center();
        let line = self.rings().next().map(|ring| ring.points());
        let vertex = |at: usize| line.clone().and_then(|mut points| points.nth(at)).unwrap_or(center);
        match self.kind() {
            ShapeKind::Polygon if self.covers(center) => center,
            ShapeKind::Line => vertex(line.as_ref().map_or(0, |points| points.len() / 2)),
            _ => vertex(0),
        }
    }

    /// Whether the point lies in the area (even-odd, the edge counts as the crossing rule has it).
    pub fn covers(&self, at: World) -> bool {
        if self.kind() != ShapeKind::Polygon || !self.bounds().contains(at) {
            return false;
        }
        let mut is_inside = false;
        for ring in self.rings() {
            let mut points = ring.points();
            let Some(first) = points.next() else { continue };
            let mut a = first;
            for b in points.chain(std::iter::once(first)) {
                if (a.y > at.y) != (b.y > at.y) {
                    // left of the edge a→b, in integers: exact
                    let cross = i128::from(b.x - a.x) * i128::from(at.y - a.y)
                        - i128::from(at.x - a.x) * i128::from(b.y - a.y);
                    if (cross > 0) == (b.y > a.y) {
                        is_inside = !is_inside;
                    }
                }
                a = b;
            }
        }
        is_inside
    }
}
