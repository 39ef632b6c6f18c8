//! Weighing the vertices of areas and of everything else, and which parts of an area a zoom shows.
//!
//! Small rings keep four corners for as long as they can be seen. A part that cannot be seen is left
//! out, unless it lies alone: a ward of scattered islands shows one spot for each group of them at
//! every zoom.

use std::ops::Range;

use rayon::prelude::*;

use super::arcs::Arcs;
use super::paths::Paths;
use super::visvalingam::{ALWAYS, twice_area, weigh};
use crate::geometry::{ShapeKind, World, WorldBox};

/// A vertex goes where its triangle is smaller, in square tile units: at 512 pixels a tile, a
/// sixteenth of a pixel.
pub(super) const TOLERANCE: u64 = 4;

/// Corners of a ring that are kept for as long as it can be seen.
const CORNERS: usize = 4;

/// Twice the effective area in square grid steps of every vertex of every arc.
pub(super) fn weigh_arcs(paths: &Paths, arcs: &Arcs) -> Vec<u64> {
    let mut weights: Vec<u64> = (0..arcs.len())
        .into_par_iter()
        .flat_map_iter(|arc| weigh(&arcs.vertices()[arcs.range(arc)]))
        .collect();
    let points = (0..paths.len()).filter(|&f| paths.kind(f) == ShapeKind::Point);
    for link in points.flat_map(|f| paths.rings(f)).flat_map(|ring| arcs.links(ring)) {
        weights[arcs.range(link.arc())].fill(ALWAYS);
    }
    let corners: Vec<(usize, u64)> =
        paths.area_rings().flat_map(|r| corners(paths, arcs, &weights, r)).collect();
    for (vertex, weight) in corners {
        weights[vertex] = weights[vertex].max(weight);
    }
    weights
}

/// The vertices that a ring of few arcs needs beside its nodes, with the weight that holds them for
/// as long as the ring has one square unit.
fn corners(paths: &Paths, arcs: &Arcs, weights: &[u64], ring: usize) -> Vec<(usize, u64)> {
    let links = arcs.links(ring);
    let wanted = CORNERS.saturating_sub(links.len());
    let mut best: Vec<(u64, World, usize)> = Vec::with_capacity(wanted + 1);
    if wanted == 0 {
        return Vec::new();
    }
    for vertex in links.iter().flat_map(|link| arcs.range(link.arc())) {
        let candidate = (weights[vertex], arcs.vertices()[vertex], vertex);
        if candidate.0 == ALWAYS || best.len() == wanted && candidate < best[wanted - 1] {
            continue;
        }
        let place = best.partition_point(|other| *other > candidate);
        best.insert(place, candidate);
        best.truncate(wanted);
    }
    let weight = twice_area(paths.ring(ring).iter().copied()).saturating_mul(TOLERANCE).min(ALWAYS - 1);
    best.into_iter().map(|(_, _, vertex)| (vertex, weight)).collect()
}

/// An outer ring with its holes.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// The numbers of its rings, the outer one first.
    pub rings: Range<usize>,
    /// Twice the area of the outer ring in square grid steps.
    pub twice_area: u64,
    /// The box around it.
    pub bounds: WorldBox,
}

/// The parts of an area, the largest first.
pub(super) fn parts(paths: &Paths, feature: usize) -> Vec<Part> {
    let rings = paths.rings(feature);
    let mut parts: Vec<Part> = Vec::new();
    for ring in rings {
        match parts.last_mut() {
            Some(part) if paths.is_hole(ring) => part.rings.end = ring + 1,
            _ => parts.push(Part {
                rings: ring..ring + 1,
                twice_area: twice_area(paths.ring(ring).iter().copied()),
                bounds: paths.bounds(ring),
            }),
        }
    }
    parts.sort_unstable_by_key(|p| (std::cmp::Reverse(p.twice_area), p.bounds.min, p.rings.start));
    parts
}
