//! Straight borders for united land: along a street every parcel left a corner, rounded up or down by a
//! unit. A vertex within a unit of the line goes (Douglas and Peucker 1973), from both sides of a border
//! alike, because a border is one arc.
//!
//! What a ring is must stay: one that would become another shape keeps all its vertices, and so does the edge of
//! the buffered tile, where the neighbour goes on.

use super::legend::Pair;
use crate::generalise::arcs::Arcs;
use crate::generalise::paths::Paths;
use crate::geometry::planar::{GridPoint, Repairer, Rings, twice_area};
use crate::geometry::{BUFFER, EXTENT, ShapeKind, World};

/// How far a vertex may be from the line, in tile units.
const REACH: f64 = 1.0;

/// How much of its area a ring may gain or lose: one part in so many.
const AREA_PARTS: i64 = 20;

/// The same land with fewer vertices; nothing where that would not be the same any more.
pub(super) fn straightened(pairs: &[(Pair, Rings)]) -> Option<Vec<(Pair, Rings)>> {
    let paths = paths_of(pairs);
    let arcs = Arcs::cut(&paths);
    let mut kept = vec![false; arcs.vertices().len()];
    for arc in 0..arcs.len() {
        let range = arcs.range(arc);
        keep_corners(&arcs.vertices()[range.clone()], &mut kept[range]);
    }
    let mut ring = Vec::new();
    for (number, original) in paths.area_rings().zip(pairs.iter().flat_map(|(_, rings)| rings.iter())) {
        ring_of(&arcs, number, &kept, &mut ring);
        let (before, after) = (twice_area(original), twice_area(&ring));
        if (before - after).abs() * AREA_PARTS > before.abs() {
            arcs.links(number).iter().for_each(|link| kept[arcs.range(link.arc())].fill(true));
        }
    }
    let mut repairer = Repairer::new();
    let straighten = |(feature, (pair, original)): (usize, &(Pair, Rings))| {
        let mut rings = Rings::new();
        for number in paths.rings(feature) {
            ring_of(&arcs, number, &kept, &mut ring);
            rings.push_ring(&ring);
        }
        let _ = repairer.repair(&mut rings);
        let lost = (rings.twice_area() - original.twice_area()).abs();
        (lost * AREA_PARTS <= original.twice_area()).then_some((*pair, rings))
    };
    pairs.iter().enumerate().map(straighten).collect()
}

fn paths_of(pairs: &[(Pair, Rings)]) -> Paths {
    let world = |&(x, y): &GridPoint| World { x: i64::from(x), y: i64::from(y) };
    let mut paths = Paths::default();
    for (pair, rings) in pairs {
        for ring in rings.iter() {
            // the grid of points begins at the corner of the buffered tile
            paths.push_ring(ring.iter().map(|p| world(&(p.0 + BUFFER, p.1 + BUFFER))), twice_area(ring) < 0);
        }
        paths.end_feature(u64::from(*pair), ShapeKind::Polygon);
    }
    paths
}

/// The ring with the kept vertices of its arcs only.
fn ring_of(arcs: &Arcs, ring: usize, kept: &[bool], out: &mut Vec<GridPoint>) {
    out.clear();
    for link in arcs.links(ring) {
        let range = arcs.range(link.arc());
        // an arc ends where the next begins
        let steps = 0..range.len() - 1;
        let vertex = |step: usize| if link.is_reversed() { range.end - 1 - step } else { range.start + step };
        let places = steps.map(vertex).filter(|&place| kept[place]);
        out.extend(places.map(|place| {
            let World { x, y } = arcs.vertices()[place];
            (x as i32 - BUFFER, y as i32 - BUFFER)
        }));
    }
}

/// Marks the vertices of a path that it cannot do without.
fn keep_corners(path: &[World], kept: &mut [bool]) {
    let side = i64::from(EXTENT + 2 * BUFFER);
    let is_on_edge = |p: &World| p.x <= 0 || p.y <= 0 || p.x >= side || p.y >= side;
    for (vertex, kept) in path.iter().zip(kept.iter_mut()) {
        *kept = is_on_edge(vertex);
    }
    let Some(last) = path.len().checked_sub(1) else { return };
    (kept[0], kept[last]) = (true, true);
    let stops: Vec<usize> = (0..path.len()).filter(|&at| kept[at]).collect();
    let mut runs: Vec<(usize, usize)> = stops.windows(2).map(|run| (run[0], run[1])).collect();
    while let Some((from, to)) = runs.pop() {
        let between = (from + 1..to).map(|at| (distance2(path[from], path[to], path[at]), at));
        let farthest = between.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((_, at)) = farthest.filter(|&(distance2, _)| distance2 > REACH * REACH) {
            kept[at] = true;
            runs.extend([(from, at), (at, to)]);
        }
    }
}

/// The square of the distance of `p` from the segment.
fn distance2(a: World, b: World, p: World) -> f64 {
    let (dx, dy) = ((b.x - a.x) as f64, (b.y - a.y) as f64);
    let (px, py) = ((p.x - a.x) as f64, (p.y - a.y) as f64);
    let length2 = dx * dx + dy * dy;
    let along = if length2 == 0.0 { 0.0 } else { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) };
    (px - along * dx).powi(2) + (py - along * dy).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two strips of land on both sides of a border that steps by a unit.
    fn strips(steps: &[i32]) -> Vec<(Pair, Rings)> {
        let x = |i: usize| i as i32 * 40;
        let border: Vec<GridPoint> = steps.iter().enumerate().map(|(i, &y)| (x(i), 1000 + y)).collect();
        let last = x(steps.len() - 1);
        let north: Vec<GridPoint> =
            [(0, 0), (last, 0)].into_iter().chain(border.iter().rev().copied()).collect();
        let south: Vec<GridPoint> = border.iter().copied().chain([(last, 2000), (0, 2000)]).collect();
        [(1, north), (2, south)]
            .map(|(pair, ring)| {
                let mut rings: Rings = [ring.as_slice()].into_iter().collect();
                let _ = Repairer::new().repair(&mut rings);
                (pair, rings)
            })
            .into()
    }

    #[test]
    fn corners_a_unit_off_a_straight_street_go_on_both_sides() {
        let straight = straightened(&strips(&[0, 1, 0, 0, 1, 1, 0, 1, 0])).unwrap();
        let counts: Vec<usize> = straight.iter().map(|(_, rings)| rings.point_count()).collect();
        assert_eq!(counts, [4, 4]);
    }

    #[test]
    fn a_corner_that_is_one_stays() {
        let straight = straightened(&strips(&[0, 0, 0, 9, 9, 9])).unwrap();
        assert!(straight.iter().all(|(_, rings)| rings.point_count() == 6));
    }

    #[test]
    fn a_ring_as_small_as_the_tolerance_keeps_its_shape() {
        let small: Rings = [&[(10, 10), (12, 10), (12, 12), (10, 12)][..]].into_iter().collect();
        assert_eq!(straightened(&[(1, small.clone())]), Some(vec![(1, small)]));
    }

    proptest! {
        #[test]
        fn neighbours_neither_overlap_nor_part(steps in prop::collection::vec(-3i32..3, 3..40)) {
            let before = strips(&steps);
            let after = straightened(&before).unwrap();
            let sum = |pairs: &[(Pair, Rings)]| pairs.iter().map(|(_, rings)| rings.twice_area()).sum::<i64>();
            prop_assert_eq!(sum(&before), sum(&after));
            let (mut both, mut united) = (Rings::new(), Rings::new());
            after.iter().for_each(|(_, rings)| both.append(rings));
            let _ = Repairer::new().union(&both, &mut united);
            prop_assert_eq!(united.twice_area(), sum(&after));
        }
    }
}
