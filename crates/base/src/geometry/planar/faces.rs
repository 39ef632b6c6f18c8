//! From borders to polygons: walks round every face that is inside and gives it its holes.
//!
//! The border comes as edges in any order, so long as the inside lies on the positive side of each edge
//! and edges meet at their ends only. A walk that keeps to its face never leaves it where two faces
//! touch; where it passes a point twice a loop is split off, so no ring touches itself. A border
//! that does not close is left out and told of; whether the rings are valid is for the caller to check.

use super::pairs::{GridBox, PairFinder};
use super::ring::{surrounds, turn};
use super::{GridPoint, Rings, twice_area};

const NOWHERE: u32 = u32::MAX;

/// Traces faces; holds the memory it needs for that.
#[derive(Default)]
pub(super) struct FaceTracer {
    /// Directed edges in order; those that leave one point stand together.
    edges: Vec<(GridPoint, GridPoint)>,
    is_walked: Vec<bool>,
    /// Points of the walk so far, as the index of the first edge that leaves each.
    walk: Vec<u32>,
    /// Where in the walk a point stands, by the same index.
    place: Vec<u32>,
    loops: Rings,
    areas: Vec<i64>,
    boxes: Vec<GridBox>,
    /// The exterior of each loop: of a hole the smallest that surrounds it.
    exterior_of: Vec<u32>,
    order: Vec<u32>,
    pairs: PairFinder,
}

impl FaceTracer {
    /// Forgets the last border.
    pub(super) fn clear(&mut self) {
        self.edges.clear();
    }

    /// Adds an edge of the border.
    pub(super) fn add(&mut self, from: GridPoint, to: GridPoint) {
        self.edges.push((from, to));
    }

    /// Traces what was added; whether nothing of it had to be left out.
    pub(super) fn trace(&mut self, out: &mut Rings) -> bool {
        self.edges.sort_unstable();
        self.is_walked.clear();
        self.is_walked.resize(self.edges.len(), false);
        self.place.clear();
        self.place.resize(self.edges.len(), NOWHERE);
        self.loops.clear();
        let mut is_closed = true;
        for edge in 0..self.edges.len() {
            if !self.is_walked[edge] {
                is_closed &= self.walk_from(edge);
            }
        }
        self.loops.clean();
        self.find_exteriors();
        self.group(out);
        is_closed && out.len() == self.loops.len()
    }

    /// Walks until the walk is back at its start, which it never is where the border is open.
    fn walk_from(&mut self, start: usize) -> bool {
        self.walk.clear();
        self.enter(self.first_from(self.edges[start].0));
        let mut next = Some(start);
        while let Some(edge) = next {
            self.is_walked[edge] = true;
            let (from, at) = self.edges[edge];
            let point = self.first_from(at);
            match self.place.get(point) {
                Some(&NOWHERE) => self.enter(point),
                Some(&place) => self.split_off(place as usize),
                None => break,
            }
            if self.walk.len() == 1 {
                break;
            }
            next = self.next_edge(point, at, from);
        }
        let is_closed = self.walk.len() == 1;
        self.leave(0);
        is_closed
    }

    fn first_from(&self, point: GridPoint) -> usize {
        self.edges.partition_point(|edge| edge.0 < point)
    }

    fn enter(&mut self, point: usize) {
        self.place[point] = self.walk.len() as u32;
        self.walk.push(point as u32);
    }

    fn leave(&mut self, len: usize) {
        self.walk.drain(len..).for_each(|point| self.place[point as usize] = NOWHERE);
    }

    /// The walk from the place on is a loop; the walk goes on from that place.
    fn split_off(&mut self, place: usize) {
        let points = self.walk[place..].iter().map(|&point| self.edges[point as usize].0);
        self.loops.push_points(points);
        self.leave(place + 1);
    }

    /// The way on that keeps to the face: the sharpest towards the inner side.
    fn next_edge(&self, point: usize, at: GridPoint, back: GridPoint) -> Option<usize> {
        let leaving = self.edges[point..].iter().take_while(|edge| edge.0 == at).count();
        let open = (point..point + leaving).filter(|&edge| !self.is_walked[edge]);
        open.reduce(
            |best, edge| {
                if is_sharper(at, back, self.edges[edge].1, self.edges[best].1) { edge } else { best }
            },
        )
    }

    fn find_exteriors(&mut self) {
        let ring = |i: usize| &self.loops.points[self.loops.range(i)];
        self.areas.clear();
        self.areas.extend(self.loops.iter().map(twice_area));
        self.boxes.clear();
        self.boxes.extend(self.loops.iter().map(GridBox::around));
        self.exterior_of.clear();
        self.exterior_of.extend((0..).zip(&self.areas).map(|(i, &area)| if area > 0 { i } else { NOWHERE }));
        let (areas, boxes, exterior_of) = (&self.areas, &self.boxes, &mut self.exterior_of);
        self.pairs.all_pairs(boxes, |i, j| {
            let (hole, exterior) = if areas[i] < 0 { (i, j) } else { (j, i) };
            let is_better = |known: u32| known == NOWHERE || areas[exterior] < areas[known as usize];
            if areas[hole] < 0
                && areas[exterior] > -areas[hole]
                && is_better(exterior_of[hole])
                && boxes[exterior].holds(boxes[hole])
                && surrounds(ring(exterior), ring(hole))
            {
                exterior_of[hole] = exterior as u32;
            }
            true
        });
    }

    fn group(&mut self, out: &mut Rings) {
        let (areas, exterior_of) = (&self.areas, &self.exterior_of);
        self.order.clear();
        self.order.extend((0..).zip(exterior_of).filter(|(_, of)| **of != NOWHERE).map(|(i, _)| i));
        self.order.sort_unstable_by_key(|&i| (exterior_of[i as usize], areas[i as usize] < 0, i));
        out.clear();
        for &i in &self.order {
            out.push_ring(&self.loops.points[self.loops.range(i as usize)]);
        }
    }
}

/// Whether `p` comes before `q` when turning round `at` from `back` over the inner side.
fn is_sharper(at: GridPoint, back: GridPoint, p: GridPoint, q: GridPoint) -> bool {
    let half = |to: GridPoint| match turn(at, back, to) {
        side if side < 0 => 0,
        0 if is_same_way(at, back, to) => 3,
        0 => 1,
        _ => 2,
    };
    (half(p), 0) < (half(q), turn(at, q, p).signum())
}

/// Whether `p` and `q`, on one line with `at`, lie on the same side of it.
fn is_same_way(at: GridPoint, p: GridPoint, q: GridPoint) -> bool {
    (p > at) == (q > at)
}
