//! Cutting a coverage into arcs, as TopoJSON does: a border between two areas is held once, so what
//! becomes of it becomes of it for both.
//!
//! A vertex is a node where the rings through it do not all have the same two neighbours there.
//! Between nodes rings run together or apart, never both. Nothing is repaired: where one neighbour
//! has a vertex that the other lacks, their runs are different arcs.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::paths::Paths;
use crate::geometry::{ShapeKind, World};

/// An arc as a ring runs through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ArcRef(u32);

impl ArcRef {
    /// The arc with this number, from its beginning or from its end.
    pub fn new(arc: usize, is_reversed: bool) -> Self {
        Self((arc as u32) << 1 | u32::from(is_reversed))
    }

    /// The number of the arc.
    pub fn arc(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether the ring runs from the arc's end to its beginning.
    pub fn is_reversed(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Every distinct run of vertices once, and the rings as chains of them.
#[derive(Debug, Default)]
pub(super) struct Arcs {
    /// Arc after arc, both ends included.
    vertices: Vec<World>,
    /// Arc to the index after its last vertex.
    ends: Vec<u32>,
    links: Vec<ArcRef>,
    /// Ring to the index after its last link.
    link_ends: Vec<u32>,
}

impl Arcs {
    /// Cuts the rings of areas at their nodes; lines and points stay whole.
    pub fn cut(paths: &Paths) -> Self {
        let network = Network::of(paths);
        let mut arcs = Self::default();
        let mut known = FxHashMap::default();
        for feature in 0..paths.len() {
            for ring in paths.rings(feature) {
                if paths.kind(feature) == ShapeKind::Polygon {
                    let numbers = &network.numbers[paths.vertices_of(ring)];
                    arcs.push_ring(paths.ring(ring), numbers, &network.is_node, &mut known);
                } else {
                    let arc = arcs.push_arc(paths.ring(ring).iter().copied());
                    arcs.links.push(ArcRef::new(arc, false));
                }
                arcs.link_ends.push(arcs.links.len() as u32);
            }
        }
        arcs
    }

    /// How many arcs there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The vertices of all arcs.
    pub fn vertices(&self) -> &[World] {
        &self.vertices
    }

    /// Where the arc's vertices stand.
    pub fn range(&self, arc: usize) -> std::ops::Range<usize> {
        let start = if arc == 0 { 0 } else { self.ends[arc - 1] as usize };
        start..self.ends[arc] as usize
    }

    /// The arcs of the ring, in its order.
    pub fn links(&self, ring: usize) -> &[ArcRef] {
        let start = if ring == 0 { 0 } else { self.link_ends[ring - 1] as usize };
        &self.links[start..self.link_ends[ring] as usize]
    }

    fn push_arc(&mut self, points: impl Iterator<Item = World>) -> usize {
        self.vertices.extend(points);
        self.ends.push(self.vertices.len() as u32);
        self.ends.len() - 1
    }

    fn push_ring(
        &mut self,
        ring: &[World],
        numbers: &[u32],
        is_node: &[bool],
        known: &mut FxHashMap<[u32; 2], usize>,
    ) {
        let count = ring.len();
        let Some(first) = numbers.iter().position(|&n| is_node[n as usize]) else { return };
        let at = |step: usize| (first + step) % count;
        let mut start = 0;
        for end in 1..=count {
            if !is_node[numbers[at(end)] as usize] {
                continue;
            }
            // between nodes there is no choice, so the first edge names the whole arc; of its two
            // directions the lesser is taken, whichever ring comes first
            let forwards = [numbers[at(start)], numbers[at(start + 1)]];
            let backwards = [numbers[at(end)], numbers[at(end - 1)]];
            let is_reversed = backwards < forwards;
            let arc = *known.entry(forwards.min(backwards)).or_insert_with(|| {
                let steps = start..=end;
                if is_reversed {
                    self.push_arc(steps.rev().map(|step| ring[at(step)]))
                } else {
                    self.push_arc(steps.map(|step| ring[at(step)]))
                }
            });
            self.links.push(ArcRef::new(arc, is_reversed));
            start = end;
        }
    }
}

/// Which vertices are the same point, and which points are nodes.
struct Network {
    /// Vertex to the number of its point; numbers run from west to east, then north to south.
    numbers: Vec<u32>,
    is_node: Vec<bool>,
}

impl Network {
    fn of(paths: &Paths) -> Self {
        let (numbers, count) = number_points(paths.vertices());
        let mut is_node = vec![false; count];
        let mut neighbours: Vec<Option<[u32; 2]>> = vec![None; count];
        for ring in paths.area_rings() {
            let ring = &numbers[paths.vertices_of(ring)];
            for (i, &at) in ring.iter().enumerate() {
                let before = ring[if i == 0 { ring.len() - 1 } else { i - 1 }];
                let after = ring[if i + 1 == ring.len() { 0 } else { i + 1 }];
                let pair = [before.min(after), before.max(after)];
                let seen = neighbours[at as usize].get_or_insert(pair);
                is_node[at as usize] |= *seen != pair;
            }
        }
        // a ring that meets no other begins at its westernmost vertex, whoever else runs along it
        for ring in paths.area_rings() {
            let ring = &numbers[paths.vertices_of(ring)];
            if let Some(&least) = ring.iter().min()
                && !ring.iter().any(|&n| is_node[n as usize])
            {
                is_node[least as usize] = true;
            }
        }
        Self { numbers, is_node }
    }
}

/// Equal vertices get equal numbers; also says how many there are.
fn number_points(vertices: &[World]) -> (Vec<u32>, usize) {
    // x, y and the vertex's index in one integer: sorting them is faster than hashing
    let key = |(index, p): (usize, &World)| (p.x as u128) << 80 | (p.y as u128) << 32 | index as u128;
    let mut keys: Vec<u128> = vertices.par_iter().enumerate().map(key).collect();
    keys.par_sort_unstable();
    let mut numbers = vec![0; vertices.len()];
    let mut count = 0;
    for same in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
        for &key in same {
            numbers[key as u32 as usize] = count;
        }
        count += 1;
    }
    (numbers, count as usize)
}
