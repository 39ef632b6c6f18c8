//! From a raster of labels to the outlines of its regions.
//!
//! A region is what hangs together by edges. Its outline is walked with the region on the right, and
//! where it meets itself in a corner the walk keeps to its own square; the loop so closed is cut off
//! as a ring of its own, so that rings touch but never meet themselves.

use rustc_hash::FxHashMap;

use crate::geometry::planar::GridPoint;

/// Squares along the side of the raster, an empty one on every side included.
pub(super) struct Raster {
    side: usize,
    labels: Vec<u32>,
}

/// A ring of a region: exteriors run clockwise on the screen (y down), holes the other way.
pub(super) struct Outline {
    /// What was painted.
    pub label: u32,
    /// Which region of it.
    pub region: u32,
    /// Corners in squares, the empty border not counted.
    pub ring: Vec<GridPoint>,
    /// Whether it runs around a hole.
    pub is_hole: bool,
}

/// Directions in clockwise order: east, south, west, north.
const STEPS: [GridPoint; 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

impl Raster {
    /// An empty raster; label 0 is empty.
    pub fn new(squares: usize) -> Self {
        let side = squares + 2;
        Self { side, labels: vec![0; side * side] }
    }

    /// Paints a square; what lies outside is left out. `false` where something is painted already.
    pub fn paint(&mut self, x: i32, y: i32, label: u32) -> bool {
        let inside = 0..self.side as i32 - 2;
        if !inside.contains(&x) || !inside.contains(&y) {
            return true;
        }
        let square = &mut self.labels[(y as usize + 1) * self.side + x as usize + 1];
        let is_free = *square == 0;
        if is_free {
            *square = label;
        }
        is_free
    }

    /// The same raster with one label only.
    pub fn only(&self, label: u32) -> Self {
        let keep = |&other: &u32| if other == label { label } else { 0 };
        Self { side: self.side, labels: self.labels.iter().map(keep).collect() }
    }

    /// The rings of all regions, by label, then region, exteriors first.
    pub fn outlines(&self) -> Vec<Outline> {
        let regions = self.regions();
        let mut walked = vec![false; regions.len()];
        let mut outlines = Vec::new();
        for start in self.side..regions.len() {
            let region = regions[start];
            if region != 0 && regions[start - self.side] != region && !walked[start] {
                self.walk(&regions, start, &mut walked, &mut outlines);
            }
        }
        outlines.sort_by_key(|outline| (outline.label, outline.region, outline.is_hole));
        outlines
    }

    /// A number for every square: the same within a region, 0 where nothing is painted.
    fn regions(&self) -> Vec<u32> {
        let mut parents: Vec<u32> = vec![0];
        let mut regions = vec![0u32; self.labels.len()];
        for at in self.side..self.labels.len() {
            let label = self.labels[at];
            if label == 0 {
                continue;
            }
            let same = |other: usize| (self.labels[other] == label).then_some(regions[other]);
            regions[at] = match (same(at - 1), same(at - self.side)) {
                (Some(west), Some(north)) => join(&mut parents, west, north),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => {
                    parents.push(parents.len() as u32);
                    parents.len() as u32 - 1
                }
            };
        }
        regions.iter().map(|&region| root(&mut parents, region)).collect()
    }

    /// Walks one outline from the north-west corner of a square, eastwards.
    fn walk(&self, regions: &[u32], start: usize, walked: &mut [bool], outlines: &mut Vec<Outline>) {
        let side = self.side as i32;
        let region = regions[start];
        let first = (start as i32 % side, start as i32 / side);
        let (mut at, mut direction) = (first, 0);
        let mut ring: Vec<GridPoint> = Vec::new();
        let mut pinches: FxHashMap<GridPoint, usize> = FxHashMap::default();
        let mut finish = |ring: Vec<GridPoint>| {
            let is_hole = crate::geometry::planar::twice_area(&ring) < 0;
            outlines.push(Outline { label: self.labels[start], region, ring, is_hole });
        };
        loop {
            if direction == 0 {
                walked[(at.1 * side + at.0) as usize] = true;
            }
            let (dx, dy) = STEPS[direction];
            at = (at.0 + dx, at.1 + dy);
            // the squares ahead, right and left of the way
            let (right, left) = match direction {
                0 => (at, (at.0, at.1 - 1)),
                1 => ((at.0 - 1, at.1), at),
                2 => ((at.0 - 1, at.1 - 1), (at.0 - 1, at.1)),
                _ => ((at.0, at.1 - 1), (at.0 - 1, at.1 - 1)),
            };
            let is_ours = |(x, y): GridPoint| regions[(y * side + x) as usize] == region;
            let (ours_right, ours_left) = (is_ours(right), is_ours(left));
            if ours_right && !ours_left {
                if at == first && direction == 0 {
                    break;
                }
                continue;
            }
            if !ours_right && ours_left {
                match pinches.remove(&at) {
                    Some(met) => {
                        finish(ring.split_off(met).into_iter().map(|(x, y)| (x - 1, y - 1)).collect())
                    }
                    None => {
                        pinches.insert(at, ring.len());
                    }
                }
            }
            ring.push(at);
            direction = if ours_right { (direction + 3) % 4 } else { (direction + 1) % 4 };
            if at == first && direction == 0 {
                break;
            }
        }
        finish(ring.into_iter().map(|(x, y)| (x - 1, y - 1)).collect());
    }
}

fn root(parents: &mut [u32], mut at: u32) -> u32 {
    while parents[at as usize] != at {
        parents[at as usize] = parents[parents[at as usize] as usize];
        at = parents[at as usize];
    }
    at
}

fn join(parents: &mut [u32], a: u32, b: u32) -> u32 {
    let (a, b) = (root(parents, a), root(parents, b));
    let (low, high) = (a.min(b), a.max(b));
    parents[high as usize] = low;
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::planar::{Rings, Validator};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_painting_has_valid_outlines_of_its_area(squares in prop::collection::vec(0u32..3, 100)) {
            let mut raster = Raster::new(10);
            for (i, &label) in squares.iter().enumerate().filter(|&(_, &label)| label > 0) {
                raster.paint(i as i32 % 10, i as i32 / 10, label);
            }
            let outlines = raster.outlines();
            for label in 1..3 {
                let mine = outlines.iter().filter(|outline| outline.label == label);
                let rings: Rings = mine.map(|outline| outline.ring.as_slice()).collect();
                prop_assert!(Validator::new().is_valid(&rings), "{rings:?}");
                let painted = squares.iter().filter(|&&other| other == label).count() as i64;
                prop_assert_eq!(rings.twice_area(), 2 * painted);
            }
        }
    }
}
