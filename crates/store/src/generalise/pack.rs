//! Packing one level: the vertices that count at its zoom, the parts that can be seen, and a spot
//! for those that cannot but must not vanish.

use rstar::primitives::Rectangle;
use rstar::{AABB, RTree};

use super::arcs::{ArcRef, Arcs};
use super::coverage::{Part, TOLERANCE};
use super::level::{ArcChain, Level, LevelRow};
use super::paths::Paths;
use super::visvalingam::twice_area;
use super::{twice_area_of, unit_shift};
use crate::geometry::{World, WorldBox};
use crate::store::FeatureId;

/// A part with fewer square tile units is not drawn as it is.
const SMALLEST_PART: u64 = 1;

/// Half the side of the spot drawn for it, in tile units: the spot is half a pixel of 512 a tile.
const HALF_SPOT: u32 = 2;

/// A spot is drawn where no other part of the feature lies nearer than this, in tile units.
const APART: i64 = 64;

/// A level being made.
pub(super) struct Packer<'a> {
    paths: &'a Paths,
    arcs: &'a Arcs,
    weights: &'a [u64],
    /// Weight of the least vertex that is kept.
    threshold: u64,
    /// Arc to its number in the level, plus one.
    packed: Vec<u32>,
    level: Level,
}

impl<'a> Packer<'a> {
    pub fn new(zoom: u8, paths: &'a Paths, arcs: &'a Arcs, weights: &'a [u64]) -> Self {
        Self {
            paths,
            arcs,
            weights,
            threshold: twice_area_of(TOLERANCE, zoom),
            packed: vec![0; arcs.len()],
            level: Level::new(zoom),
        }
    }

    /// Adds lines or points.
    pub fn push_open(&mut self, feature: usize) {
        for ring in self.paths.rings(feature) {
            for &link in self.arcs.links(ring) {
                let link = self.pack(link);
                self.level.links.push(link);
            }
            self.end_chain(false, true);
        }
        self.end_row(self.paths.id(feature));
    }

    /// Adds an area; its parts come with the largest first.
    pub fn push_area(&mut self, feature: usize, parts: &[Part]) {
        let mut drawn: RTree<Rectangle<[i64; 2]>> = RTree::new();
        let near = APART << unit_shift(self.level.zoom);
        for part in parts {
            let is_drawn = self.push_ring(part.rings.start, part.twice_area);
            if is_drawn {
                for hole in part.rings.clone().skip(1) {
                    self.push_ring(hole, twice_area(self.paths.ring(hole).iter().copied()));
                }
            } else if drawn
                .locate_in_envelope_intersecting(envelope(&part.bounds.grown(near)))
                .next()
                .is_some()
            {
                continue;
            } else {
                self.push_spot(part.bounds.center());
            }
            if parts.len() > 1 {
                drawn.insert(Rectangle::from_aabb(envelope(&part.bounds)));
            }
        }
        self.end_row(self.paths.id(feature));
    }

    /// The level, with its indexes.
    pub fn finish(mut self) -> Level {
        self.level.vertices.shrink_to_fit();
        self.level.arc_ends.shrink_to_fit();
        self.level.links.shrink_to_fit();
        self.level.chains.shrink_to_fit();
        self.level.rows.shrink_to_fit();
        self.level.index()
    }

    /// Adds a ring unless it cannot be seen; says whether it did.
    fn push_ring(&mut self, ring: usize, twice_area: u64) -> bool {
        if twice_area < twice_area_of(SMALLEST_PART, self.level.zoom) {
            return false;
        }
        let before = self.level.links.len();
        for &link in self.arcs.links(ring) {
            let link = self.pack(link);
            self.level.links.push(link);
        }
        if self.has_area(before) {
            self.end_chain(self.paths.is_hole(ring), false);
            return true;
        }
        self.level.links.truncate(before);
        false
    }

    /// Whether what is left of the ring since this link is more than a line.
    fn has_area(&self, first_link: usize) -> bool {
        let vertices = self.level.links[first_link..].iter().flat_map(|link| {
            let arc = self.level.arc(link.arc());
            let inner = 0..arc.len() - 1;
            inner.map(move |i| if link.is_reversed() { arc[arc.len() - 1 - i] } else { arc[i] })
        });
        twice_area(vertices.map(|[x, y]| World { x: i64::from(x), y: i64::from(y) })) > 0
    }

    fn push_spot(&mut self, center: World) {
        let [x, y] = self.units(center);
        let (west, north) = (x.saturating_sub(HALF_SPOT), y.saturating_sub(HALF_SPOT));
        let (east, south) = (x + HALF_SPOT, y + HALF_SPOT);
        // clockwise on the screen: positive where y grows southwards
        let ring = [[west, north], [east, north], [east, south], [west, south], [west, north]];
        self.level.vertices.extend(ring);
        let arc = self.end_arc();
        self.level.links.push(ArcRef::new(arc, false));
        self.end_chain(false, false);
    }

    /// The same link in the level; packs its arc when it is met first.
    fn pack(&mut self, link: ArcRef) -> ArcRef {
        let arc = link.arc();
        if self.packed[arc] == 0 {
            for vertex in self.arcs.range(arc).filter(|&v| self.weights[v] >= self.threshold) {
                let unit = self.units(self.arcs.vertices()[vertex]);
                self.level.vertices.push(unit);
            }
            self.packed[arc] = self.end_arc() as u32 + 1;
        }
        ArcRef::new(self.packed[arc] as usize - 1, link.is_reversed())
    }

    /// Rounded to the nearest unit, halves upwards, as tiles round.
    fn units(&self, p: World) -> [u32; 2] {
        let shift = unit_shift(self.level.zoom);
        let half = (1i64 << shift) >> 1;
        [p.x, p.y].map(|v| ((v + half) >> shift) as u32)
    }

    fn end_arc(&mut self) -> usize {
        self.level.arc_ends.push(self.level.vertices.len() as u32);
        self.level.arc_ends.len() - 1
    }

    fn end_chain(&mut self, is_hole: bool, is_open: bool) {
        self.level.chains.push(ArcChain { end: self.level.links.len() as u32, is_hole, is_open });
    }

    fn end_row(&mut self, id: FeatureId) {
        let level = &mut self.level;
        let first_chain = level.rows.last().map_or(0, |row| row.end as usize);
        let first_link = if first_chain == 0 { 0 } else { level.chains[first_chain - 1].end as usize };
        let mut bounds = [u32::MAX, u32::MAX, 0, 0];
        for &[x, y] in level.links[first_link..].iter().flat_map(|link| level.arc(link.arc())) {
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        level.rows.push(LevelRow { id, end: level.chains.len() as u32, bounds });
    }
}

fn envelope(bounds: &WorldBox) -> AABB<[i64; 2]> {
    AABB::from_corners([bounds.min.x, bounds.min.y], [bounds.max.x, bounds.max.y])
}
