//! The simplified shapes of a layer for one zoom, as they lie in memory and as a renderer reads
//! them: by box or by id, without copying.
//!
//! Vertices are whole tile units of the level's zoom, arcs are held once, rings are chains of arcs.
//! Attributes stay in the layer, under the same ids.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::arcs::ArcRef;
use super::unit_shift;
use crate::geometry::{World, WorldBox};
use crate::store::{CellRevisions, CellSums, Extent, FeatureId, Revision};

/// Rows under one entry of the tree; rows come in Hilbert order, so few are near each other.
const ROWS_A_BLOCK: usize = 16;

/// A path as a chain of arcs.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArcChain {
    /// Index after its last link.
    pub end: u32,
    /// An inner ring of the polygon whose outer ring came before.
    pub is_hole: bool,
    /// A line or a set of points: the last vertex of its arc counts too.
    pub is_open: bool,
}

/// A feature of the level.
#[derive(Debug, Clone, Copy)]
pub(super) struct LevelRow {
    pub id: FeatureId,
    /// Index after its last chain.
    pub end: u32,
    /// West, north, east, south in tile units.
    pub bounds: [u32; 4],
}

type BlockEntry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// What a zoom shows of a layer.
#[derive(Debug, Default)]
pub struct Level {
    pub(super) zoom: u8,
    /// Arc after arc, in tile units.
    pub(super) vertices: Vec<[u32; 2]>,
    /// Arc to the index after its last vertex.
    pub(super) arc_ends: Vec<u32>,
    pub(super) links: Vec<ArcRef>,
    pub(super) chains: Vec<ArcChain>,
    pub(super) rows: Vec<LevelRow>,
    by_id: Vec<u32>,
    tree: RTree<BlockEntry>,
    /// What it shows where, as a number.
    revisions: CellRevisions,
}

/// Levels below the level's own zoom at which its revisions are still told apart.
const REVISION_LEVELS_BELOW: u8 = 3;

impl Level {
    /// A level without rows.
    pub(super) fn new(zoom: u8) -> Self {
        Self { zoom, ..Self::default() }
    }

    /// Makes the indexes, once all rows are there.
    pub(super) fn index(mut self) -> Self {
        self.by_id = (0..self.rows.len() as u32).collect();
        self.by_id.sort_unstable_by_key(|&row| self.rows[row as usize].id);
        let blocks = self.rows.chunks(ROWS_A_BLOCK).enumerate().map(|(block, rows)| {
            let mut bounds = WorldBox::EMPTY;
            rows.iter().for_each(|row| bounds.include_box(&self.bounds_of(row)));
            GeomWithData::new(Rectangle::from_aabb(envelope(&bounds)), block as u32)
        });
        self.tree = RTree::bulk_load(blocks.collect());
        self
    }

    /// Notes what it shows where, with the revisions of the layer's rows: their attributes are drawn too.
    pub(super) fn revise(&mut self, rows: &FxHashMap<FeatureId, Revision>) {
        let mut sums = CellSums::new(self.zoom + REVISION_LEVELS_BELOW);
        let mut bytes: Vec<u8> = Vec::new();
        for row in 0..self.rows.len() {
            let shape = Simplified { level: self, row };
            bytes.clear();
            for outline in shape.rings() {
                bytes.extend([0xff, u8::from(outline.is_hole), u8::from(outline.is_open)]);
                for p in outline.points() {
                    bytes.extend(p.x.to_le_bytes());
                    bytes.extend(p.y.to_le_bytes());
                }
            }
            let attributes = rows.get(&shape.id()).copied().unwrap_or_default();
            sums.add(&shape.bounds(), attributes.then(xxh3_64(&bytes)));
        }
        self.revisions = sums.finish();
    }

    /// Of what it shows in the box, shapes and attributes; of some near it too.
    pub fn revision_in(&self, bounds: &WorldBox) -> Revision {
        self.revisions.in_box(bounds).then(u64::from(self.zoom))
    }

    /// The zoom it was made for; it serves coarser ones too where they would show little less.
    pub fn zoom(&self) -> u8 {
        self.zoom
    }

    /// How many features it shows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it shows none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Vertices it holds; a border that two areas share counts once.
    pub fn vertex_count(&self) -> usize {
        self.vertices.len()
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.vertices.capacity() * size_of::<[u32; 2]>()
            + (self.arc_ends.capacity() + self.by_id.capacity()) * size_of::<u32>()
            + self.links.capacity() * size_of::<ArcRef>()
            + self.chains.capacity() * size_of::<ArcChain>()
            + self.rows.capacity() * size_of::<LevelRow>()
            + self.revisions.bytes()
            + self.tree.size() * size_of::<BlockEntry>() * 3 / 2
    }

    /// What it shows in the box, in row order of the layer.
    pub fn in_box<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Simplified<'a>> + use<'a> {
        let bounds = *bounds;
        let mut blocks: Vec<u32> =
            self.tree.locate_in_envelope_intersecting(envelope(&bounds)).map(|entry| entry.data).collect();
        // the tree's own order is no promise
        blocks.sort_unstable();
        let rows = blocks.into_iter().flat_map(|block| {
            let first = block as usize * ROWS_A_BLOCK;
            first..(first + ROWS_A_BLOCK).min(self.rows.len())
        });
        rows.map(|row| Simplified { level: self, row }).filter(move |s| s.bounds().intersects(&bounds))
    }

    /// How much [`Level::in_box`] would read; counting ends beyond the limit.
    pub fn extent_in(&self, bounds: &WorldBox, limit: Extent) -> Extent {
        let mut sum = Extent::default();
        for entry in self.tree.locate_in_envelope_intersecting(envelope(bounds)) {
            if !sum.is_within(limit) {
                break;
            }
            let first = entry.data as usize * ROWS_A_BLOCK;
            let last = (first + ROWS_A_BLOCK).min(self.rows.len());
            let links = self.links.get(self.links_before(first)..self.links_before(last)).unwrap_or_default();
            let vertices: usize = links.iter().map(|link| self.arc(link.arc()).len()).sum();
            sum = sum.plus(Extent {
                rows: (last - first) as u64,
                bytes: (vertices * size_of::<[u32; 2]>()) as u64,
            });
        }
        sum
    }

    /// Links of the rows before this one.
    fn links_before(&self, row: usize) -> usize {
        let chains = row.checked_sub(1).and_then(|row| self.rows.get(row)).map_or(0, |row| row.end as usize);
        chains.checked_sub(1).and_then(|chain| self.chains.get(chain)).map_or(0, |chain| chain.end as usize)
    }

    /// The feature with this id, unless it is not shown at this zoom.
    pub fn shape(&self, id: FeatureId) -> Option<Simplified<'_>> {
        let at = self.by_id.binary_search_by_key(&id, |&row| self.rows[row as usize].id).ok()?;
        Some(Simplified { level: self, row: self.by_id[at] as usize })
    }

    pub(super) fn arc(&self, arc: usize) -> &[[u32; 2]] {
        let start = if arc == 0 { 0 } else { self.arc_ends[arc - 1] as usize };
        &self.vertices[start..self.arc_ends[arc] as usize]
    }

    fn bounds_of(&self, row: &LevelRow) -> WorldBox {
        let [west, north, east, south] = row.bounds;
        WorldBox { min: self.world([west, north]), max: self.world([east, south]) }
    }

    fn world(&self, [x, y]: [u32; 2]) -> World {
        let shift = unit_shift(self.zoom);
        World { x: i64::from(x) << shift, y: i64::from(y) << shift }
    }
}

/// A feature as a zoom shows it.
#[derive(Debug, Clone, Copy)]
pub struct Simplified<'a> {
    level: &'a Level,
    row: usize,
}

impl<'a> Simplified<'a> {
    /// The feature's id in the layer.
    pub fn id(&self) -> FeatureId {
        self.level.rows[self.row].id
    }

    /// The box around what is shown.
    pub fn bounds(&self) -> WorldBox {
        self.level.bounds_of(&self.level.rows[self.row])
    }

    /// Its lines or rings, the largest part first; each outer ring is followed by its holes.
    pub fn rings(&self) -> impl Iterator<Item = Outline<'a>> + use<'a> {
        let level = self.level;
        let first = if self.row == 0 { 0 } else { level.rows[self.row - 1].end as usize };
        (first..level.rows[self.row].end as usize).map(move |chain| {
            let start = if chain == 0 { 0 } else { level.chains[chain - 1].end as usize };
            let ArcChain { end, is_hole, is_open } = level.chains[chain];
            Outline { level, links: &level.links[start..end as usize], is_hole, is_open }
        })
    }
}

/// One line or ring of a feature, or all its points, as a zoom shows it.
#[derive(Debug, Clone, Copy)]
pub struct Outline<'a> {
    level: &'a Level,
    links: &'a [ArcRef],
    /// An inner ring of the polygon whose outer ring came before.
    pub is_hole: bool,
    is_open: bool,
}

impl<'a> Outline<'a> {
    /// Its vertices; a ring is open: its last vertex is not its first.
    pub fn points(&self) -> impl Iterator<Item = World> + Clone + use<'a> {
        let Self { level, links, is_open, .. } = *self;
        let units = links.iter().flat_map(move |link| {
            let arc = level.arc(link.arc());
            // an arc of a ring ends where the next begins
            let count = if is_open { arc.len() } else { arc.len() - 1 };
            (0..count).map(move |i| if link.is_reversed() { arc[arc.len() - 1 - i] } else { arc[i] })
        });
        units.map(move |unit| level.world(unit))
    }
}

fn envelope(bounds: &WorldBox) -> AABB<[f64; 2]> {
    let corner = |p: World| [p.x as f64, p.y as f64];
    AABB::from_corners(corner(bounds.min), corner(bounds.max))
}
