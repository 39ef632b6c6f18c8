//! Whether rings are a valid polygon or several (OGC Simple Feature Access 6.1.11 and 6.1.14),
//! decided exactly on the grid.
//!
//! A ring may not touch itself. Rings may touch each other in points, as long as the interior of each
//! polygon stays in one piece. Most calls see a small ring around a point that sees all of it, so that
//! is asked first.

use super::pairs::{GridBox, PairFinder};
use super::ring::{self, Corner, Look, Meeting, meeting, surrounds, twice_area};
use super::{GridPoint, Rings};

/// Decides validity; holds the memory it needs for that.
#[derive(Default)]
pub struct Validator {
    pairs: PairFinder,
    boxes: Vec<GridBox>,
    /// The ring each edge belongs to.
    ring_of: Vec<u32>,
    /// The polygon each ring belongs to.
    polygon_of: Vec<u32>,
    /// Where rings of one polygon touch: polygon, place, ring.
    touches: Vec<(u32, GridPoint, u32)>,
    parents: Vec<u32>,
}

impl Validator {
    /// A validator with no memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the rings are valid: exteriors positive and each followed by its holes, which are
    /// negative; no rings at all are valid too.
    pub fn is_valid(&mut self, rings: &Rings) -> bool {
        match rings.ends.as_slice() {
            [] => true,
            [_] => {
                ring::look(&rings.points) != Look::Unclear
                    || twice_area(&rings.points) > 0 && self.is_simple_ring(&rings.points)
            }
            _ => {
                self.assign_polygons(rings)
                    && self.edges_meet_rightly(rings)
                    && self.interiors_are_whole()
                    && self.rings_lie_rightly(rings)
            }
        }
    }

    /// Whether an open ring neither crosses nor touches itself, whichever way it is wound. Points on a
    /// straight line are allowed.
    pub fn is_simple_ring(&mut self, ring: &[GridPoint]) -> bool {
        let n = ring.len();
        if n < 3 {
            return false;
        }
        let edge = |i: usize| (ring[i], ring[if i + 1 == n { 0 } else { i + 1 }]);
        self.boxes.clear();
        self.boxes.extend((0..n).map(|i| GridBox::around(&[edge(i).0, edge(i).1])));
        self.pairs.all_pairs(&self.boxes, |i, j| {
            let (s, t) = (edge(i), edge(j));
            if j == i + 1 {
                goes_on(s.0, s.1, t.1)
            } else if i == 0 && j + 1 == n {
                goes_on(t.0, t.1, s.1)
            } else {
                meeting(s, t) == Meeting::Apart
            }
        })
    }

    fn assign_polygons(&mut self, rings: &Rings) -> bool {
        self.polygon_of.clear();
        let mut polygons = 0;
        for ring in rings.iter() {
            match twice_area(ring) {
                0 => return false,
                area if area > 0 => polygons += 1,
                _ if polygons == 0 => return false,
                _ => {}
            }
            self.polygon_of.push(polygons);
        }
        true
    }

    /// No edge crosses another; collects the touches of rings of one polygon.
    fn edges_meet_rightly(&mut self, rings: &Rings) -> bool {
        self.boxes.clear();
        self.ring_of.clear();
        for (i, ring) in rings.iter().enumerate() {
            let n = ring.len();
            self.ring_of.extend(std::iter::repeat_n(i as u32, n));
            self.boxes.extend((0..n).map(|k| GridBox::around(&[ring[k], ring[(k + 1) % n]])));
        }
        self.touches.clear();
        let (ring_of, polygon_of, touches) = (&self.ring_of, &self.polygon_of, &mut self.touches);
        self.pairs.all_pairs(&self.boxes, |i, j| {
            let (of_i, of_j) = (ring_of[i], ring_of[j]);
            let (range_i, range_j) = (rings.range(of_i as usize), rings.range(of_j as usize));
            let (ring_i, ring_j) = (&rings.points[range_i.clone()], &rings.points[range_j.clone()]);
            let (i, j) = (i - range_i.start, j - range_j.start);
            let (s, t) = (edge(ring_i, i), edge(ring_j, j));
            if of_i == of_j {
                return match () {
                    () if j == i + 1 => goes_on(s.0, s.1, t.1),
                    () if i == 0 && j + 1 == ring_i.len() => goes_on(t.0, t.1, s.1),
                    () => meeting(s, t) == Meeting::Apart,
                };
            }
            match meeting(s, t) {
                Meeting::Apart => true,
                Meeting::Cross => false,
                Meeting::Touch(at) => {
                    let (polygon, other) = (polygon_of[of_i as usize], polygon_of[of_j as usize]);
                    if polygon == other {
                        touches.extend([(polygon, at, of_i), (polygon, at, of_j)]);
                    }
                    !Corner::on_edge(ring_i, i, at).is_crossed_by(Corner::on_edge(ring_j, j, at))
                }
            }
        })
    }

    /// Rings and the points they touch in, joined, must not form a circle: it would cut off a part of
    /// the interior.
    fn interiors_are_whole(&mut self) -> bool {
        self.touches.sort_unstable();
        self.touches.dedup();
        let rings = self.polygon_of.len() as u32;
        self.parents.clear();
        self.parents.extend(0..rings);
        for at_one_point in self.touches.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let point = self.parents.len() as u32;
            self.parents.push(point);
            for &(_, _, ring) in at_one_point {
                let (a, b) = (root(&mut self.parents, point), root(&mut self.parents, ring));
                if a == b {
                    return false;
                }
                self.parents[a as usize] = b;
            }
        }
        true
    }

    /// Holes lie in their exterior and not in each other, exteriors at most in a hole of another.
    fn rings_lie_rightly(&mut self, rings: &Rings) -> bool {
        let ring = |i: usize| &rings.points[rings.range(i)];
        let polygon_of = &self.polygon_of;
        let is_exterior = |i: usize| i == 0 || polygon_of[i] != polygon_of[i - 1];
        let mut exterior = 0;
        for i in 0..rings.len() {
            if is_exterior(i) {
                exterior = i;
            } else if !surrounds(ring(exterior), ring(i)) {
                return false;
            }
        }
        let is_in_a_hole = |outer: usize, inner: usize| {
            (outer + 1..rings.len())
                .take_while(|&i| !is_exterior(i))
                .any(|hole| surrounds(ring(hole), ring(inner)))
        };
        self.boxes.clear();
        self.boxes.extend(rings.iter().map(GridBox::around));
        self.pairs.all_pairs(&self.boxes, |i, j| match (is_exterior(i), is_exterior(j)) {
            (false, false) if polygon_of[i] == polygon_of[j] => {
                !surrounds(ring(i), ring(j)) && !surrounds(ring(j), ring(i))
            }
            (true, true) => {
                (!surrounds(ring(i), ring(j)) || is_in_a_hole(i, j))
                    && (!surrounds(ring(j), ring(i)) || is_in_a_hole(j, i))
            }
            _ => true,
        })
    }
}

fn edge(ring: &[GridPoint], i: usize) -> (GridPoint, GridPoint) {
    (ring[i], ring[if i + 1 == ring.len() { 0 } else { i + 1 }])
}

/// Whether `a` → `b` → `c` neither stands still nor turns straight back.
fn goes_on(a: GridPoint, b: GridPoint, c: GridPoint) -> bool {
    let is_between = |p: i32, q: i32, r: i32| i64::from(q - p) * i64::from(r - q) >= 0;
    a != b && b != c && (ring::turn(a, b, c) != 0 || is_between(a.0, b.0, c.0) && is_between(a.1, b.1, c.1))
}

/// The representative of a set, with the path to it halved on the way.
fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let above = parents[parents[node as usize] as usize];
        parents[node as usize] = above;
        node = above;
    }
    node
}
