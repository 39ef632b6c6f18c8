//! From which zoom on a line is drawn: a cell of the tile shows its most important lines, and what
//! is shorter than a pixel waits.
//!
//! Coarse zooms choose first by the same order as fine ones, so a line that is drawn stays drawn.

use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;

use super::unit_shift;
use crate::geometry::World;

/// log2 of the side of a cell in tile units: eight pixels of a tile of 512.
const CELL_BITS: u32 = 6;

/// Lines with their middle in one cell: at most 4,096 in a tile.
const LINES_A_CELL: u32 = 1;

/// The shortest line that is drawn, in tile units: a pixel of a tile of 512.
const SHORTEST: f64 = 8.0;

/// What is known of a line when it is chosen or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineRank {
    /// A place on it.
    pub middle: World,
    /// Its length in grid steps.
    pub length: f64,
    /// What it counts against others, for example the length of the whole street.
    pub importance: f64,
    /// Settles ties.
    pub id: u64,
}

/// The first zoom of each line; `None` where no zoom of these has room.
pub(super) fn first_zooms(lines: &[LineRank], zooms: RangeInclusive<u8>) -> Vec<Option<u8>> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_unstable_by(|&a, &b| {
        lines[b].importance.total_cmp(&lines[a].importance).then(lines[a].id.cmp(&lines[b].id))
    });
    let mut first = vec![None; lines.len()];
    let mut drawn: FxHashMap<(i64, i64), u32> = FxHashMap::default();
    for zoom in zooms {
        let shortest = SHORTEST * (1u64 << unit_shift(zoom)) as f64;
        let shift = unit_shift(zoom) + CELL_BITS;
        drawn.clear();
        for &line in &order {
            let LineRank { middle, length, .. } = lines[line];
            if length < shortest {
                continue;
            }
            let count = drawn.entry((middle.x >> shift, middle.y >> shift)).or_default();
            if *count < LINES_A_CELL {
                *count += 1;
                first[line].get_or_insert(zoom);
            }
        }
    }
    first
}

/// The length of a line in grid steps.
pub(super) fn length(line: &[World]) -> f64 {
    // the square root is exact to the last bit everywhere, `hypot` is not
    let step = |a: World, b: World| {
        let (dx, dy) = ((b.x - a.x) as f64, (b.y - a.y) as f64);
        (dx * dx + dy * dy).sqrt()
    };
    line.windows(2).map(|w| step(w[0], w[1])).sum()
}
