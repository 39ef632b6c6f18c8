//! How much each vertex of a path matters: the effective areas of Visvalingam and Whyatt ("Line
//! generalisation by repeated elimination of points", 1993).
//!
//! The vertex with the smallest triangle goes first, and its neighbours get new triangles. A vertex's
//! weight is the area at which it goes, never less than that of one gone before; so each scale is a
//! threshold on numbers computed once, and coarser scales hold a subset of finer ones.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::geometry::World;

/// The weight of a vertex that never goes.
pub(super) const ALWAYS: u64 = u64::MAX;

/// Twice the effective area in square grid steps of every vertex; the ends of the path never go.
pub(super) fn weigh(path: &[World]) -> Vec<u64> {
    let mut weights = vec![ALWAYS; path.len()];
    if path.len() < 3 {
        return weights;
    }
    let triangle = |a: usize, b: usize, c: usize| twice_area([path[a], path[b], path[c]]);
    let mut before: Vec<u32> = (0..path.len() as u32).map(|i| i.saturating_sub(1)).collect();
    let mut after: Vec<u32> = (1..=path.len() as u32).collect();
    let mut areas: Vec<u64> = vec![ALWAYS; path.len()];
    let inner = 1..path.len() - 1;
    inner.clone().for_each(|i| areas[i] = triangle(i - 1, i, i + 1));
    let mut queue: BinaryHeap<Reverse<(u64, usize)>> = inner.map(|i| Reverse((areas[i], i))).collect();
    let mut floor = 0;
    while let Some(Reverse((area, at))) = queue.pop() {
        // gone already, or its triangle has changed since
        if weights[at] != ALWAYS || areas[at] != area {
            continue;
        }
        floor = floor.max(area);
        weights[at] = floor;
        let (left, right) = (before[at] as usize, after[at] as usize);
        after[left] = right as u32;
        before[right] = left as u32;
        for near in [left, right] {
            if areas[near] != ALWAYS {
                areas[near] = triangle(before[near] as usize, near, after[near] as usize);
                queue.push(Reverse((areas[near], near)));
            }
        }
    }
    weights
}

/// Twice the area inside a closed ring, without sign; anything larger than a continent is [`ALWAYS`]
/// less one.
pub(super) fn twice_area(ring: impl IntoIterator<Item = World>) -> u64 {
    let mut points = ring.into_iter();
    let Some(origin) = points.next() else { return 0 };
    let offset = |p: World| (i128::from(p.x - origin.x), i128::from(p.y - origin.y));
    let (mut sum, mut a) = (0, (0, 0));
    for b in points.map(offset) {
        sum += a.0 * b.1 - b.0 * a.1;
        a = b;
    }
    u64::try_from(sum.unsigned_abs()).map_or(ALWAYS - 1, |area| area.min(ALWAYS - 1))
}
