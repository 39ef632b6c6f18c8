//! Revisions by cell of the tile grid: what a tile is drawn from, as a number, without looking at rows.
//!
//! A row is counted in the cells its box touches, at the finest level whose cells are at least as large as
//! the box: at most four cells (a loose quadtree). A cell holds the wrapping sum of the hashes of its rows, so the
//! order of rows does not count and one row's change is a subtraction and an addition. Beside these sums stand
//! those of each cell with everything below it; so the revision of a box is read from about a hundred cells at
//! most, whether the box is a tile of zoom 6 or of zoom 18.
//!
//! What lies beside the box, in a cell that the box touches, counts too: a revision may change though nothing in
//! the box did, and never the other way round.

use rustc_hash::FxHashMap;

use super::Revision;
use crate::geometry::{World, WorldBox};

/// The finest cells: 76 m at the equator, a few tens of parcels of a town.
pub const FINEST_CELL_LEVEL: u8 = 19;

/// log2 of the cells that are looked at along the longer side of a box, at least half of them inside.
const CELLS_ACROSS_BITS: u32 = 4;

/// log2 of the cells along the side of a chunk.
const CHUNK_BITS: u32 = 4;
const CHUNK_SIDE: u32 = 1 << CHUNK_BITS;

/// Sums on their way into [`CellRevisions`]; those of several parts of a layer are put together at the end.
#[derive(Debug)]
pub struct CellSums {
    finest: u8,
    /// By level and cell.
    sums: FxHashMap<(u8, Cell), u64>,
}

/// The column and row of a cell in its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Cell {
    x: u32,
    y: u32,
}

impl Cell {
    fn parent(self) -> Self {
        Self { x: self.x >> 1, y: self.y >> 1 }
    }

    fn chunk(self) -> Self {
        Self { x: self.x >> CHUNK_BITS, y: self.y >> CHUNK_BITS }
    }

    /// Its place in its chunk, row by row.
    fn place(self) -> u32 {
        (self.y % CHUNK_SIDE) * CHUNK_SIDE + self.x % CHUNK_SIDE
    }
}

/// The cells of a level that a box touches, from the first to the last in both directions.
#[derive(Debug, Clone, Copy)]
struct CellRange {
    first: Cell,
    last: Cell,
}

impl CellRange {
    fn of(bounds: &WorldBox, level: u8) -> Self {
        let shift = World::BITS - u32::from(level);
        let cell = |p: World| {
            let along = |v: i64| (v.clamp(0, World::SIZE - 1) >> shift) as u32;
            Cell { x: along(p.x), y: along(p.y) }
        };
        Self { first: cell(bounds.min), last: cell(bounds.max) }
    }

    fn cells(self) -> impl Iterator<Item = Cell> {
        let Self { first, last } = self;
        (first.y..=last.y).flat_map(move |y| (first.x..=last.x).map(move |x| Cell { x, y }))
    }
}

/// The finest level at which a box of this size touches at most two cells in each direction.
fn level_of(bounds: &WorldBox, finest: u8) -> u8 {
    let fitting = World::BITS.saturating_sub(ceil_log2(longer_side(bounds)));
    finest.min(fitting as u8)
}

fn longer_side(bounds: &WorldBox) -> u64 {
    let side = (bounds.max.x - bounds.min.x).max(bounds.max.y - bounds.min.y);
    u64::try_from(side).unwrap_or(0)
}

fn ceil_log2(n: u64) -> u32 {
    u64::BITS - n.saturating_sub(1).leading_zeros()
}

impl CellSums {
    /// No rows; cells down to `finest`.
    pub fn new(finest: u8) -> Self {
        Self { finest, sums: FxHashMap::default() }
    }

    /// Counts a row with this box.
    pub fn add(&mut self, bounds: &WorldBox, row: Revision) {
        if bounds.is_empty() {
            return;
        }
        let level = level_of(bounds, self.finest);
        for cell in CellRange::of(bounds, level).cells() {
            let sum = self.sums.entry((level, cell)).or_default();
            *sum = sum.wrapping_add(row.0);
        }
    }

    /// Counts the rows of another part.
    pub fn absorb(&mut self, other: Self) {
        for (cell, part) in other.sums {
            let sum = self.sums.entry(cell).or_default();
            *sum = sum.wrapping_add(part);
        }
    }

    /// Sorted for looking up.
    pub fn finish(self) -> CellRevisions {
        let levels = usize::from(self.finest) + 1;
        let mut own: Vec<FxHashMap<Cell, u64>> = vec![FxHashMap::default(); levels];
        for ((level, cell), sum) in self.sums {
            own[usize::from(level)].insert(cell, sum);
        }
        let mut with_below: Vec<LevelSums> = Vec::with_capacity(levels);
        let mut below: FxHashMap<Cell, u64> = FxHashMap::default();
        for own in own.iter().rev() {
            let mut sums = own.clone();
            for (cell, part) in below {
                let sum = sums.entry(cell.parent()).or_default();
                *sum = sum.wrapping_add(part);
            }
            with_below.push(LevelSums::pack(&sums));
            below = sums;
        }
        with_below.reverse();
        CellRevisions { own: own.iter().map(LevelSums::pack).collect(), with_below }
    }
}

/// The revisions of a set of shapes with attributes by cell, immutable.
#[derive(Debug, Default)]
pub struct CellRevisions {
    /// By level: the rows that are counted at it.
    own: Vec<LevelSums>,
    /// By level: these and those of all finer levels.
    with_below: Vec<LevelSums>,
}

impl CellRevisions {
    /// Of everything whose box meets the box, and of some that lies near it.
    pub fn in_box(&self, bounds: &WorldBox) -> Revision {
        let Some(finest) = self.own.len().checked_sub(1) else { return Revision::default() };
        if bounds.is_empty() {
            return Revision::default();
        }
        let fitting = (World::BITS + CELLS_ACROSS_BITS).saturating_sub(ceil_log2(longer_side(bounds)));
        let level = finest.min(fitting as usize);
        let coarser = self.own[..level].iter().zip(0u8..);
        let sum = coarser.map(|(sums, level)| sums.sum(CellRange::of(bounds, level)));
        let sum = sum.fold(0u64, u64::wrapping_add);
        let here = self.with_below[level].sum(CellRange::of(bounds, level as u8));
        Revision(sum.wrapping_add(here))
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.own.iter().chain(&self.with_below).map(LevelSums::bytes).sum()
    }
}

/// The sums of the cells of one level that have any.
#[derive(Debug, Default)]
struct LevelSums {
    chunks: FxHashMap<Cell, Chunk>,
    /// Chunk by chunk, in each row by row.
    sums: Vec<u64>,
}

/// 16 × 16 cells: which of them have a sum, and the place of the first.
#[derive(Debug, Clone, Copy, Default)]
struct Chunk {
    is_there: [u64; 4],
    first: u32,
}

impl LevelSums {
    fn pack(sums: &FxHashMap<Cell, u64>) -> Self {
        let mut order: Vec<(Cell, u32, u64)> =
            sums.iter().map(|(cell, &sum)| (cell.chunk(), cell.place(), sum)).collect();
        order.sort_unstable();
        let mut packed = Self { chunks: FxHashMap::default(), sums: Vec::with_capacity(order.len()) };
        for cells in order.chunk_by(|a, b| a.0 == b.0) {
            let mut chunk = Chunk { first: packed.sums.len() as u32, ..Chunk::default() };
            for &(_, place, sum) in cells {
                chunk.is_there[place as usize / 64] |= 1 << (place % 64);
                packed.sums.push(sum);
            }
            packed.chunks.insert(cells[0].0, chunk);
        }
        packed.chunks.shrink_to_fit();
        packed
    }

    #[inline]
    fn sum(&self, range: CellRange) -> u64 {
        if self.sums.is_empty() {
            return 0;
        }
        let chunks = CellRange { first: range.first.chunk(), last: range.last.chunk() };
        let mut sum = 0u64;
        for at in chunks.cells() {
            let Some(chunk) = self.chunks.get(&at) else { continue };
            let corner = Cell { x: at.x << CHUNK_BITS, y: at.y << CHUNK_BITS };
            let within = |v: u32, corner: u32| v.saturating_sub(corner).min(CHUNK_SIDE - 1);
            let (west, east) = (within(range.first.x, corner.x), within(range.last.x, corner.x));
            let (north, south) = (within(range.first.y, corner.y), within(range.last.y, corner.y));
            for row in north..=south {
                let places = chunk.places(row, west, east);
                let sums = self.sums.get(places).unwrap_or_default();
                sum = sums.iter().fold(sum, |sum, &part| sum.wrapping_add(part));
            }
        }
        sum
    }

    fn bytes(&self) -> usize {
        self.sums.capacity() * size_of::<u64>() + self.chunks.capacity() * (size_of::<(Cell, Chunk)>() + 1)
    }
}

impl Chunk {
    /// Where the sums of a row of cells stand, from one column to another.
    #[inline]
    fn places(&self, row: u32, west: u32, east: u32) -> std::ops::Range<usize> {
        const ROWS_A_WORD: u32 = u64::BITS / CHUNK_SIDE;
        let word = (row / ROWS_A_WORD) as usize;
        let before: u32 = self.is_there[..word].iter().map(|word| word.count_ones()).sum();
        let shift = row % ROWS_A_WORD * CHUNK_SIDE;
        let bits = self.is_there[word];
        let up_to = |column: u32| {
            let mask = 1u64.checked_shl(shift + column).map_or(u64::MAX, |bit| bit - 1);
            (bits & mask).count_ones()
        };
        let start = self.first + before;
        (start + up_to(west)) as usize..(start + up_to(east + 1)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn around(x: i64, y: i64, side: i64) -> WorldBox {
        WorldBox { min: World { x, y }, max: World { x: x + side, y: y + side } }
    }

    /// Rows near one place, from points to boxes of kilometres.
    fn rows() -> impl Strategy<Value = Vec<(WorldBox, u64)>> {
        let row = (0i64..1 << 24, 0i64..1 << 24, 0u32..25, any::<u64>());
        let row = row
            .prop_map(|(x, y, bits, hash)| (around((50 << 30) + x, (29 << 30) + y, (1 << bits) - 1), hash));
        proptest::collection::vec(row, 1..40)
    }

    fn revisions(rows: &[(WorldBox, u64)]) -> CellRevisions {
        let mut sums = CellSums::new(FINEST_CELL_LEVEL);
        rows.iter().for_each(|(bounds, hash)| sums.add(bounds, Revision(*hash)));
        sums.finish()
    }

    proptest! {
        #[test]
        fn a_row_that_meets_the_box_is_always_counted(
            rows in rows(), which in any::<prop::sample::Index>(), change in 1u64..,
            x in 0i64..1 << 24, y in 0i64..1 << 24, bits in 10u32..30,
        ) {
            let mut others = rows.clone();
            let changed = which.index(rows.len());
            others[changed].1 = others[changed].1.wrapping_add(change | 1);
            let view = around((50 << 30) + x, (29 << 30) + y, (1 << bits) - 1);
            let (before, after) = (revisions(&rows).in_box(&view), revisions(&others).in_box(&view));
            if rows[changed].0.intersects(&view) {
                prop_assert_ne!(before, after);
            }
        }

        #[test]
        fn rows_far_away_are_not_counted(rows in rows(), hash in any::<u64>(), bits in 10u32..24) {
            let side = (1i64 << bits) - 1;
            let view = around(50 << 30, 29 << 30, side);
            let far = around((50 << 30) + side + (side >> 2) + (1 << 18), 29 << 30, 1);
            let mut more = rows.clone();
            more.push((far, hash));
            prop_assert_eq!(revisions(&rows).in_box(&view), revisions(&more).in_box(&view));
        }

        #[test]
        fn parts_and_order_do_not_count(rows in rows(), cut in any::<prop::sample::Index>()) {
            let cut = cut.index(rows.len());
            let mut whole = CellSums::new(FINEST_CELL_LEVEL);
            for part in [&rows[cut..], &rows[..cut]] {
                let mut sums = CellSums::new(FINEST_CELL_LEVEL);
                part.iter().rev().for_each(|(bounds, hash)| sums.add(bounds, Revision(*hash)));
                whole.absorb(sums);
            }
            let (one, other) = (revisions(&rows), whole.finish());
            let view = around(50 << 30, 29 << 30, 1 << 20);
            prop_assert_eq!(one.in_box(&view), other.in_box(&view));
        }
    }

    #[test]
    fn the_corner_of_the_world_has_a_cell() {
        let corner = around(World::SIZE - 5, World::SIZE - 5, 5);
        let one = revisions(&[(corner, 7)]);
        assert_ne!(one.in_box(&corner.grown(100)), Revision::default());
        assert_eq!(one.in_box(&around(0, 0, 1 << 30)), Revision::default());
    }

    #[test]
    fn nothing_has_the_revision_of_nothing() {
        assert_eq!(CellRevisions::default().in_box(&around(0, 0, 10)), Revision::default());
        assert_eq!(revisions(&[]).in_box(&WorldBox::EMPTY), Revision::default());
    }
}
