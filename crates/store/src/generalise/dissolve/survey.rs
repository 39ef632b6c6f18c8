//! Exact areas: how much of every finest cell each ward and use covers, and how many parcels are in
//! a tile.
//!
//! Coverage is summed edge by edge as a font rasteriser does (Levien's font-rs): an edge adds to its
//! own cell what lies right of it, and a running sum along the row does the rest. No clipping, no
//! rounding to a tile. Parcels of one ward and use that overlap count as often as they overlap, but a
//! cell is never more than full.

use rustc_hash::FxHashMap;

use super::grid::{self, FINEST_LEVEL};
use super::legend::{Legend, Pair};
use crate::geometry::TileId;
use crate::geometry::{ShapeKind, World};
use crate::store::{Feature, Layer};

/// The area of one ward and use in one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    /// Number of the cell.
    pub cell: u64,
    /// Whose area.
    pub pair: Pair,
    /// In finest cells: at most 1 at the finest level.
    pub area: f64,
}

/// Finest cells along the side of a tile of zoom 14.
const SIDE: usize = 64;

/// log2 of the world steps along a finest cell.
const CELL_SHIFT: u32 = World::BITS - FINEST_LEVEL;

/// The shares in the tile of zoom 14 with this number, by cell, then by pair.
pub(super) fn shares_in(layer: &Layer, legend: &Legend, key: u64) -> Vec<Share> {
    let (column, row) = grid::cell_of(key);
    let Ok(tile) = TileId::new(14, column, row) else { return Vec::new() };
    let shift = World::BITS - 14;
    let origin = World { x: i64::from(column) << shift, y: i64::from(row) << shift };
    let mut covered: FxHashMap<Pair, Vec<f64>> = FxHashMap::default();
    let mut coverage = Coverage::default();
    for feature in layer.in_box(&tile.buffered_bounds()) {
        if feature.kind() == ShapeKind::Polygon && coverage.measure(&feature, origin) {
            let cells = covered.entry(legend.pair(&feature)).or_insert_with(|| vec![0.0; SIDE * SIDE]);
            coverage.add_to(cells);
        }
    }
    let mut shares = Vec::new();
    for (pair, cells) in covered {
        for (i, area) in cells.into_iter().enumerate().filter(|&(_, area)| area > 1e-9) {
            let cell = key << 12 | grid::key_of((i % SIDE) as u32, (i / SIDE) as u32);
            shares.push(Share { cell, pair, area: area.min(1.0) });
        }
    }
    shares.sort_unstable_by_key(|share| (share.cell, share.pair));
    shares
}

/// The same areas in the cells one level up.
pub(super) fn coarser(shares: &[Share], levels: u32) -> Vec<Share> {
    let mut sums: Vec<Share> = Vec::with_capacity(shares.len() / 2);
    for cell in shares.chunk_by(|a, b| a.cell >> (2 * levels) == b.cell >> (2 * levels)) {
        let start = sums.len();
        for share in cell {
            match sums[start..].iter_mut().find(|sum| sum.pair == share.pair) {
                Some(sum) => sum.area += share.area,
                None => sums.push(Share { cell: share.cell >> (2 * levels), ..*share }),
            }
        }
        sums[start..].sort_unstable_by_key(|sum| sum.pair);
    }
    sums
}

/// What one parcel covers of the cells of a tile around its box.
#[derive(Default)]
struct Coverage {
    west: usize,
    north: usize,
    width: usize,
    height: usize,
    /// Rows of `width + 1`: differences from the cell to the left.
    steps: Vec<f64>,
}

impl Coverage {
    /// Measures the parcel; `false` where its box misses the tile.
    fn measure(&mut self, feature: &Feature<'_>, origin: World) -> bool {
        let bounds = feature.bounds();
        let range = |min: i64, max: i64| {
            let (low, high) = ((min >> CELL_SHIFT).max(0), (max >> CELL_SHIFT).min(SIDE as i64 - 1));
            (low <= high).then_some((low as usize, (high - low + 1) as usize))
        };
        let columns = range(bounds.min.x - origin.x, bounds.max.x - origin.x);
        let rows = range(bounds.min.y - origin.y, bounds.max.y - origin.y);
        let (Some((west, width)), Some((north, height))) = (columns, rows) else { return false };
        (self.west, self.width, self.north, self.height) = (west, width, north, height);
        self.steps.clear();
        self.steps.resize((width + 1) * height, 0.0);
        let cell_steps = (1u64 << CELL_SHIFT) as f64;
        let place = |p: World| {
            let x = (p.x - origin.x) as f64 / cell_steps - west as f64;
            (x, (p.y - origin.y) as f64 / cell_steps - north as f64)
        };
        for ring in feature.rings() {
            let points = || ring.points().map(place);
            let Some(mut a) = points().last() else { continue };
            // exterior rings count as positive and holes as negative, whichever way they run
            let area: f64 = points().fold((0.0, a), |(sum, a), b| (sum + a.0 * b.1 - b.0 * a.1, b)).0;
            let sign = if (area > 0.0) == ring.is_hole { 1.0 } else { -1.0 };
            for b in points() {
                self.edge(a, b, sign);
                a = b;
            }
        }
        true
    }

    /// Adds what lies right of an edge, row by row.
    fn edge(&mut self, a: (f64, f64), b: (f64, f64), sign: f64) {
        let ((top, bottom), sign) = if a.1 <= b.1 { ((a, b), sign) } else { ((b, a), -sign) };
        let slope = (bottom.0 - top.0) / (bottom.1 - top.1);
        let (mut y, end) = (top.1.max(0.0), bottom.1.min(self.height as f64));
        while y < end {
            let row = y.floor();
            let next = (row + 1.0).min(end);
            let x_at = |y: f64| top.0 + (y - top.1) * slope;
            self.row_piece(row as usize, x_at(y), x_at(next), sign * (next - y));
            y = next;
        }
    }

    /// Adds what lies right of a piece of an edge within one row.
    fn row_piece(&mut self, row: usize, x0: f64, x1: f64, height: f64) {
        let width = self.width as f64;
        let steps = &mut self.steps[row * (self.width + 1)..][..self.width + 1];
        let (low, high) = (x0.min(x1), x0.max(x1));
        if high <= 0.0 {
            steps[0] += height;
            return;
        }
        if high - low < 1e-9 {
            if low < width {
                let part = low - low.floor();
                steps[low as usize] += height * (1.0 - part);
                steps[low as usize + 1] += height * part;
            }
            return;
        }
        let density = height / (high - low);
        steps[0] += density * (-low).max(0.0);
        let (mut x, end) = (low.max(0.0), high.min(width));
        while x < end {
            let column = x.floor();
            let next = (column + 1.0).min(end);
            let (part, amount) = ((x + next) / 2.0 - column, density * (next - x));
            steps[column as usize] += amount * (1.0 - part);
            steps[column as usize + 1] += amount * part;
            x = next;
        }
    }

    /// Adds the covered areas to the cells of the tile.
    fn add_to(&self, cells: &mut [f64]) {
        for (row, steps) in self.steps.chunks_exact(self.width + 1).enumerate() {
            let first = (self.north + row) * SIDE + self.west;
            let mut covered = 0.0;
            for (cell, step) in cells[first..first + self.width].iter_mut().zip(steps) {
                covered += step;
                *cell += covered.max(0.0);
            }
        }
    }
}
