//! Cutting rings to a box by Sutherland and Hodgman (1974).
//!
//! It keeps what the rings enclose by the even-odd rule, but parts of a ring that leaves and comes back
//! stay joined along the edge of the box: to be repaired after. A crossing is computed from the lower
//! end of the segment upwards, whichever way it runs, so two neighbours cut their common edge at the
//! same unit.

use super::{GridPoint, Rings};

/// One side of the box: the half-plane it bounds.
#[derive(Clone, Copy)]
enum Side {
    West(i32),
    East(i32),
    North(i32),
    South(i32),
}

impl Side {
    fn holds(self, (x, y): GridPoint) -> bool {
        match self {
            Self::West(edge) => x >= edge,
            Self::East(edge) => x <= edge,
            Self::North(edge) => y >= edge,
            Self::South(edge) => y <= edge,
        }
    }

    /// Where the segment crosses the side, the other coordinate rounded to nearest.
    fn cross(self, a: GridPoint, b: GridPoint) -> GridPoint {
        match self {
            Self::West(x) | Self::East(x) => (x, along(x, (a.0, a.1), (b.0, b.1))),
            Self::North(y) | Self::South(y) => (along(y, (a.1, a.0), (b.1, b.0)), y),
        }
    }
}

/// The second coordinate where the first one is `at`, half a unit up, whichever end is given first.
pub fn along(at: i32, a: GridPoint, b: GridPoint) -> i32 {
    let (from, to) = (a.min(b), a.max(b));
    let run = i64::from(to.0) - i64::from(from.0);
    let rise = i64::from(to.1) - i64::from(from.1);
    let twice = 2 * rise * (i64::from(at) - i64::from(from.0)) + run;
    (i64::from(from.1) + twice.div_euclid(2 * run)) as i32
}

/// Cuts rings; holds the memory it needs for that.
#[derive(Default)]
pub(super) struct Clipper {
    ring: Vec<GridPoint>,
    next: Vec<GridPoint>,
    clipped: Rings,
}

impl Clipper {
    /// Cuts the rings to the box from `min` to `max`, both included.
    pub(super) fn clip(&mut self, rings: &mut Rings, min: GridPoint, max: GridPoint) {
        let sides = [Side::West(min.0), Side::East(max.0), Side::North(min.1), Side::South(max.1)];
        let is_cut_by = |side: &Side| !rings.points.iter().all(|&p| side.holds(p));
        if !sides.iter().any(is_cut_by) {
            return;
        }
        self.clipped.clear();
        for ring in rings.iter() {
            self.ring.clear();
            self.ring.extend_from_slice(ring);
            sides.iter().for_each(|&side| self.cut(side));
            self.clipped.push_ring(&self.ring);
        }
        std::mem::swap(rings, &mut self.clipped);
    }

    fn cut(&mut self, side: Side) {
        let Some(&last) = self.ring.last() else { return };
        if self.ring.iter().all(|&p| side.holds(p)) {
            return;
        }
        self.next.clear();
        let mut before = last;
        for &p in &self.ring {
            if side.holds(p) != side.holds(before) {
                self.next.push(side.cross(before, p));
            }
            if side.holds(p) {
                self.next.push(p);
            }
            before = p;
        }
        std::mem::swap(&mut self.ring, &mut self.next);
    }
}
