//! Cutting a block into parcels: rows of narrow lots along the streets in town, gardens further out,
//! fields outside. Lots share every vertex with their neighbours, except that a few corners stand
//! on a neighbour's edge without a vertex there (T-junctions) and a few stand 1 to 5 cm off it
//! (slivers), as in real cadastres.

use geo_types::Coord;
use rustc_hash::{FxHashMap, FxHashSet};

use super::network::{CutStyle, draw_path};
use super::plane::{self, Frame, chord, dot, frame, frame_along, left_of, length, surveyed, unit};
use super::random::Dice;

/// How a block is used, which decides how it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Houses side by side.
    Town,
    /// Houses with gardens.
    Garden,
    /// Fields, orchards, ponds.
    Farm,
    /// A school, market, pagoda, works: one parcel or a few.
    Estate,
}

/// A parcel's outline with what it faces.
#[derive(Debug, Clone)]
pub struct Lot {
    /// Counter-clockwise, open.
    pub ring: Vec<Coord>,
    /// The block side it has its widest front on, and the middle of that front.
    pub front: Option<Front>,
}

/// Where a lot meets a street.
#[derive(Debug, Clone, Copy)]
pub struct Front {
    /// Index of the block's side.
    pub side: usize,
    pub middle: Coord,
    /// Into the lot.
    pub inwards: Coord,
    pub width_m: f64,
}

/// A block cut into lots, and its sides with the vertices the lots put in.
#[derive(Debug)]
pub struct CutBlock {
    pub lots: Vec<Lot>,
    /// For every side the vertices from its start up to but without its end.
    pub sides: Vec<Vec<Coord>>,
}

/// Percent of new corners on an edge that the neighbour across does not get.
const T_JUNCTIONS_PERCENT: f64 = 3.0;
/// Percent that stand off the edge by centimetres besides.
const SLIVERS_PERCENT: f64 = 1.0;
/// A cut that would end this near a vertex ends in it.
const SNAP_M: f64 = 1.4;

/// Cuts a block (counter-clockwise, open).
pub fn cut_block(outline: &[Coord], kind: BlockKind, dice: &mut Dice) -> CutBlock {
    let n = outline.len() as u32;
    let mut cutter = Cutter {
        points: outline.to_vec(),
        splits: FxHashMap::default(),
        sides: (0..n).map(|i| (key(i, (i + 1) % n), i as usize)).collect(),
        straight: FxHashSet::default(),
        dice,
        done: Vec::new(),
    };
    let ring: Vec<u32> = (0..n).collect();
    match kind {
        BlockKind::Town => {
            let depth = cutter.dice.between(24.0, 36.0);
            cutter.rows(ring, depth, (5.0, 9.5));
        }
        BlockKind::Garden => {
            let depth = cutter.dice.between(34.0, 50.0);
            cutter.rows(ring, depth, (9.0, 18.0));
        }
        BlockKind::Farm => {
            let target = cutter.dice.between(900.0, 3200.0);
            cutter.fields(ring, target);
        }
        BlockKind::Estate => {
            let target = cutter.dice.between(4_000.0, 12_000.0);
            cutter.fields(ring, target);
        }
    }
    let done = std::mem::take(&mut cutter.done);
    let lots = done.iter().map(|ring| cutter.lot(ring)).collect();
    let sides = (0..n).map(|i| {
        let mut ids = vec![i];
        cutter.expand(i, (i + 1) % n, &mut ids);
        ids.into_iter().map(|v| cutter.points[v as usize]).collect()
    });
    CutBlock { lots, sides: sides.collect() }
}

struct Cutter<'a> {
    points: Vec<Coord>,
    /// The vertex put into an edge, for all who have the edge.
    splits: FxHashMap<(u32, u32), u32>,
    /// Which side of the block an edge is part of.
    sides: FxHashMap<(u32, u32), usize>,
    /// Edges one of whose neighbours has without a vertex: a new one must stand on the straight line,
    /// or it would reach into that neighbour.
    straight: FxHashSet<(u32, u32)>,
    dice: &'a mut Dice,
    done: Vec<Vec<u32>>,
}

fn key(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

/// The end of a cut: a vertex that is there, or a new one in an edge.
enum Joint {
    Vertex(usize),
    In { edge: usize, at: Coord, is_shared: bool },
}

impl Joint {
    fn edge(&self) -> usize {
        match *self {
            Self::Vertex(i) => i,
            Self::In { edge, .. } => edge,
        }
    }
}

impl Cutter<'_> {
    /// Appends what lies between two neighbouring vertices.
    fn expand(&self, a: u32, b: u32, out: &mut Vec<u32>) {
        if let Some(&w) = self.splits.get(&key(a, b)) {
            self.expand(a, w, out);
            out.push(w);
            self.expand(w, b, out);
        }
    }

    fn refined(&self, ring: &[u32]) -> Vec<u32> {
        let mut out = Vec::with_capacity(ring.len() + 8);
        for (i, &a) in ring.iter().enumerate() {
            out.push(a);
            self.expand(a, ring[(i + 1) % ring.len()], &mut out);
        }
        out
    }

    fn coords(&self, ring: &[u32]) -> Vec<Coord> {
        ring.iter().map(|&v| self.points[v as usize]).collect()
    }

    /// Cuts along the length until every row is one lot deep, then each row across.
    fn rows(&mut self, ring: Vec<u32>, depth_m: f64, fronts_m: (f64, f64)) {
        let ring = self.refined(&ring);
        let frame = frame(&self.coords(&ring));
        if frame.short > 1.5 * depth_m {
            let spine = CutStyle { spacing_m: 14.0, bow: 0.02, stray_m: 0.8, clearance_m: 0.0 };
            for _ in 0..4 {
                let across = left_of(frame.along);
                let at = frame.centre + across * self.dice.wobble(0.12 * frame.short);
                let direction = unit(frame.along + across * self.dice.wobble(0.08));
                if let Some(rows) = self.cut(&ring, at, direction, &spine, 60.0) {
                    rows.into_iter().for_each(|row| self.rows(row, depth_m, fronts_m));
                    return;
                }
            }
        }
        let front = self.dice.between(fronts_m.0, fronts_m.1);
        self.fronts(ring, frame.along, front);
    }

    /// Halves a row until the fronts are narrow.
    fn fronts(&mut self, ring: Vec<u32>, street: Coord, front_m: f64) {
        let ring = self.refined(&ring);
        let coords = self.coords(&ring);
        let own = frame(&coords);
        // a row along a bent street turns with it; a narrow lot's length is not its street
        let turns = own.long > 1.8 * own.short && dot(own.along, street).abs() > 0.8;
        let street = if turns { own.along } else { street };
        let row = frame_along(&coords, own.centre, street);
        if row.long > front_m * 1.6 {
            let wall = CutStyle { spacing_m: 9.0, bow: 0.01, stray_m: 0.22, clearance_m: 0.0 };
            for _ in 0..3 {
                if let Some(halves) = self.halve(&ring, &row, 0.12, 0.1, &wall, 22.0) {
                    halves.into_iter().for_each(|half| self.fronts(half, street, front_m));
                    return;
                }
            }
        }
        self.done.push(ring);
    }

    /// Halves across the length until the pieces are small enough.
    fn fields(&mut self, ring: Vec<u32>, target_m2: f64) {
        let ring = self.refined(&ring);
        let coords = self.coords(&ring);
        if plane::area(&coords) > 1.5 * target_m2 {
            let bank = CutStyle { spacing_m: 15.0, bow: 0.05, stray_m: 1.2, clearance_m: 0.0 };
            let frame = frame(&coords);
            for _ in 0..4 {
                if let Some(halves) = self.halve(&ring, &frame, 0.16, 0.35, &bank, 150.0) {
                    let target = target_m2 * self.dice.between(0.8, 1.25);
                    halves.into_iter().for_each(|half| self.fields(half, target));
                    return;
                }
            }
        }
        self.done.push(ring);
    }

    fn halve(
        &mut self,
        ring: &[u32],
        frame: &Frame,
        off_centre: f64,
        skew: f64,
        style: &CutStyle,
        least_m2: f64,
    ) -> Option<[Vec<u32>; 2]> {
        let middle = (frame.reach.0 + frame.reach.1) / 2.0 + self.dice.wobble(off_centre) * frame.long;
        let direction = unit(left_of(frame.along) + frame.along * self.dice.wobble(skew));
        self.cut(ring, frame.centre + frame.along * middle, direction, style, least_m2)
    }

    fn cut(
        &mut self,
        ring: &[u32],
        at: Coord,
        direction: Coord,
        style: &CutStyle,
        least_m2: f64,
    ) -> Option<[Vec<u32>; 2]> {
        let coords = self.coords(ring);
        let [behind, before] = chord(&coords, at, direction)?;
        let joints = [self.joint(ring, &coords, behind), self.joint(ring, &coords, before)];
        if joints[0].edge() == joints[1].edge() {
            return None;
        }
        let ends = joints.each_ref().map(|joint| match *joint {
            Joint::Vertex(i) => coords[i],
            Joint::In { at, .. } => at,
        });
        let path = draw_path(ends[0], ends[1], style, self.dice);
        let halves = [
            half_coords(&coords, &joints[1], &joints[0], ends[1], ends[0], path.iter().copied()),
            half_coords(&coords, &joints[0], &joints[1], ends[0], ends[1], path.iter().rev().copied()),
        ];
        if halves.iter().any(|half| plane::area(half) < least_m2 || !plane::is_simple(half)) {
            return None;
        }
        let first_new = self.points.len() as u32;
        self.points.extend(path);
        let inner: Vec<u32> = (first_new..self.points.len() as u32).collect();
        let ids = joints.each_ref().map(|joint| self.place(ring, joint));
        let walk = |from: usize, to: usize, start: u32, end: u32| -> Vec<u32> {
            let mut out = vec![start];
            out.extend(between(&joints[from], &joints[to], ring.len()).map(|k| ring[k]));
            out.push(end);
            out
        };
        let mut left = walk(1, 0, ids[1], ids[0]);
        left.extend(inner.iter());
        let mut right = walk(0, 1, ids[0], ids[1]);
        right.extend(inner.iter().rev());
        Some([left, right])
    }

    fn joint(&mut self, ring: &[u32], coords: &[Coord], (edge, t): (usize, f64)) -> Joint {
        let n = coords.len();
        let (a, b) = (coords[edge], coords[(edge + 1) % n]);
        let span = b - a;
        let whole = length(span);
        if t * whole < SNAP_M {
            return Joint::Vertex(edge);
        }
        if (1.0 - t) * whole < SNAP_M {
            return Joint::Vertex((edge + 1) % n);
        }
        let on_edge = a + span * t;
        if self.straight.contains(&key(ring[edge], ring[(edge + 1) % n])) {
            return Joint::In { edge, at: surveyed(on_edge), is_shared: true };
        }
        let inwards = left_of(unit(span));
        if self.dice.percent(SLIVERS_PERCENT) {
            let at = surveyed(on_edge + inwards * self.dice.between(0.01, 0.05));
            return Joint::In { edge, at, is_shared: false };
        }
        if self.dice.percent(T_JUNCTIONS_PERCENT) {
            return Joint::In { edge, at: surveyed(on_edge), is_shared: false };
        }
        let at = surveyed(on_edge + inwards * self.dice.wobble(0.12));
        Joint::In { edge, at, is_shared: true }
    }

    fn place(&mut self, ring: &[u32], joint: &Joint) -> u32 {
        match *joint {
            Joint::Vertex(i) => ring[i],
            Joint::In { edge, at, is_shared } => {
                let (a, b) = (ring[edge], ring[(edge + 1) % ring.len()]);
                self.points.push(at);
                let w = self.points.len() as u32 - 1;
                if is_shared {
                    self.splits.insert(key(a, b), w);
                }
                if !is_shared || self.straight.contains(&key(a, b)) {
                    self.straight.extend([key(a, b), key(a, w), key(w, b)]);
                }
                if let Some(&side) = self.sides.get(&key(a, b)) {
                    self.sides.insert(key(a, w), side);
                    self.sides.insert(key(w, b), side);
                }
                w
            }
        }
    }

    fn lot(&self, ring: &[u32]) -> Lot {
        // three times in a million a neighbour's corner reaches through a thin lot: then go without it
        let refined = self.refined(ring);
        let ring = if plane::is_simple(&self.coords(&refined)) { refined } else { ring.to_vec() };
        let mut fronts: Vec<Front> = Vec::new();
        for (i, &a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let Some(&side) = self.sides.get(&key(a, b)) else { continue };
            let (from, to) = (self.points[a as usize], self.points[b as usize]);
            let width_m = length(to - from);
            match fronts.iter_mut().find(|f| f.side == side) {
                Some(front) => {
                    if width_m > front.width_m {
                        front.middle = (from + to) / 2.0;
                    }
                    front.width_m += width_m;
                }
                None => {
                    let inwards = left_of(unit(to - from));
                    fronts.push(Front { side, middle: (from + to) / 2.0, inwards, width_m });
                }
            }
        }
        let front =
            fronts.into_iter().filter(|f| f.width_m > 2.0).max_by(|a, b| a.width_m.total_cmp(&b.width_m));
        Lot { ring: self.coords(&ring), front }
    }
}

/// Places of the ring strictly between two joints, walking forwards.
fn between(from: &Joint, to: &Joint, n: usize) -> impl Iterator<Item = usize> + use<> {
    let first = match *from {
        Joint::Vertex(i) => i + 1,
        Joint::In { edge, .. } => edge + 1,
    };
    let last = match *to {
        Joint::Vertex(i) => i + n - 1,
        Joint::In { edge, .. } => edge,
    };
    let steps = (last + n + 1 - first) % n;
    (0..steps).map(move |k| (first + k) % n)
}

fn half_coords(
    ring: &[Coord],
    from: &Joint,
    to: &Joint,
    start: Coord,
    end: Coord,
    path: impl Iterator<Item = Coord>,
) -> Vec<Coord> {
    let mut half = vec![start];
    half.extend(between(from, to, ring.len()).map(|k| ring[k]));
    half.push(end);
    half.extend(path);
    half
}

/// A small ring around a point well inside the lot, for a pond or a shrine in it; `None` where there
/// is no room.
pub fn islet(lot: &[Coord], dice: &mut Dice) -> Option<Vec<Coord>> {
    let centre = frame(lot).centre;
    if !plane::contains(lot, centre) {
        return None;
    }
    let room = plane::distance_to_ring(centre, lot);
    if room < 5.0 {
        return None;
    }
    const OCTAGON: [(f64, f64); 8] = [
        (1.0, 0.0),
        (0.7, 0.7),
        (0.0, 1.0),
        (-0.7, 0.7),
        (-1.0, 0.0),
        (-0.7, -0.7),
        (0.0, -1.0),
        (0.7, -0.7),
    ];
    let reach = (room * 0.75).min(14.0);
    let ring = OCTAGON.map(|(x, y)| surveyed(centre + Coord { x, y } * (reach * dice.between(0.6, 1.0))));
    Some(ring.to_vec())
}
