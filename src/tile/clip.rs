//! Clipping to the buffered tile and cleaning, on tile integers.
//!
//! Areas by Sutherland and Hodgman (1974), lines piece by piece. A crossing with the edge is computed
//! from the lower end of the segment upwards, whichever way it runs, so two neighbours cut their
//! common edge at the same unit. What a bow-tie becomes is not repaired here.

use super::{BUFFER, EXTENT};

/// A point in tile units.
pub(super) type Unit = (i32, i32);

const LOW: i32 = -BUFFER;
const HIGH: i32 = EXTENT + BUFFER;

/// The four edges of the buffered tile.
#[derive(Clone, Copy)]
enum Edge {
    West,
    East,
    North,
    South,
}

const EDGES: [Edge; 4] = [Edge::West, Edge::East, Edge::North, Edge::South];

impl Edge {
    fn holds(self, p: Unit) -> bool {
        match self {
            Self::West => p.0 >= LOW,
            Self::East => p.0 <= HIGH,
            Self::North => p.1 >= LOW,
            Self::South => p.1 <= HIGH,
        }
    }

    /// Where the segment crosses the edge, the other coordinate rounded to nearest.
    fn cross(self, a: Unit, b: Unit) -> Unit {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let along = |at: i32, from: i32, to: i32, other_from: i32, other_to: i32| {
            let (run, rise) = (i64::from(to) - i64::from(from), i64::from(other_to) - i64::from(other_from));
            let exact_times_2 = 2 * rise * (i64::from(at) - i64::from(from)) + run.abs() * run.signum();
            (i64::from(other_from) + exact_times_2.div_euclid(2 * run)) as i32
        };
        match self {
            Self::West => (LOW, along(LOW, a.0, b.0, a.1, b.1)),
            Self::East => (HIGH, along(HIGH, a.0, b.0, a.1, b.1)),
            Self::North => (along(LOW, a.1, b.1, a.0, b.0), LOW),
            Self::South => (along(HIGH, a.1, b.1, a.0, b.0), HIGH),
        }
    }
}

/// Whether the point lies in the buffered tile.
pub(super) fn holds(p: Unit) -> bool {
    EDGES.iter().all(|edge| edge.holds(p))
}

/// Clips an open ring in place; `scratch` is a buffer to use again.
pub(super) fn clip_ring(ring: &mut Vec<Unit>, scratch: &mut Vec<Unit>) {
    for edge in EDGES {
        if ring.iter().all(|&p| edge.holds(p)) {
            continue;
        }
        scratch.clear();
        for (i, &p) in ring.iter().enumerate() {
            let before = ring[if i == 0 { ring.len() - 1 } else { i - 1 }];
            if edge.holds(p) != edge.holds(before) {
                scratch.push(edge.cross(before, p));
            }
            if edge.holds(p) {
                scratch.push(p);
            }
        }
        std::mem::swap(ring, scratch);
    }
}

/// Clips a path; calls `piece` for every part inside.
pub(super) fn clip_line(line: &[Unit], mut piece: impl FnMut(&[Unit])) {
    if line.iter().all(|&p| holds(p)) {
        return piece(line);
    }
    let mut part: Vec<Unit> = Vec::new();
    for pair in line.windows(2) {
        match clip_segment(pair[0], pair[1]) {
            Some((a, b)) => {
                if part.last() != Some(&a) {
                    flush(&mut part, &mut piece);
                    part.push(a);
                }
                if b != a {
                    part.push(b);
                }
            }
            None => flush(&mut part, &mut piece),
        }
    }
    flush(&mut part, &mut piece);
}

fn flush(part: &mut Vec<Unit>, piece: &mut impl FnMut(&[Unit])) {
    if part.len() > 1 {
        piece(part);
    }
    part.clear();
}

fn clip_segment(mut a: Unit, mut b: Unit) -> Option<(Unit, Unit)> {
    for edge in EDGES {
        match (edge.holds(a), edge.holds(b)) {
            (true, true) => {}
            (false, false) => return None,
            (false, true) => a = edge.cross(a, b),
            (true, false) => b = edge.cross(a, b),
        }
    }
    Some((a, b))
}

/// Twice the signed area; an outer ring of a vector tile is positive.
pub(super) fn twice_area(ring: &[Unit]) -> i64 {
    let mut sum = 0;
    let mut a = match ring.last() {
        Some(&last) => last,
        None => return 0,
    };
    for &b in ring {
        sum += i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1);
        a = b;
    }
    sum
}

/// Removes repeated points and points where the ring turns straight back or goes straight on, until
/// none is left; a ring that is nothing but a spike becomes empty.
pub(super) fn clean_ring(ring: &mut Vec<Unit>) {
    let is_redundant = |a: Unit, b: Unit, c: Unit| {
        let (ux, uy) = (i64::from(b.0 - a.0), i64::from(b.1 - a.1));
        let (vx, vy) = (i64::from(c.0 - b.0), i64::from(c.1 - b.1));
        ux * vy - uy * vx == 0
    };
    loop {
        let before = ring.len();
        let mut kept = 0;
        for i in 0..ring.len() {
            ring[kept] = ring[i];
            kept += 1;
            while kept >= 2 && ring[kept - 1] == ring[kept - 2]
                || kept >= 3 && is_redundant(ring[kept - 3], ring[kept - 2], ring[kept - 1])
            {
                if ring[kept - 1] != ring[kept - 2] {
                    ring[kept - 2] = ring[kept - 1];
                }
                kept -= 1;
            }
        }
        ring.truncate(kept);
        // the seam between last and first
        while ring.len() >= 3 {
            let n = ring.len();
            if ring[0] == ring[n - 1] || is_redundant(ring[n - 2], ring[n - 1], ring[0]) {
                ring.pop();
            } else if is_redundant(ring[n - 1], ring[0], ring[1]) {
                ring.remove(0);
            } else {
                break;
            }
        }
        if ring.len() < 3 {
            ring.clear();
        }
        if ring.len() == before || ring.is_empty() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clipped(mut ring: Vec<Unit>) -> Vec<Unit> {
        clip_ring(&mut ring, &mut Vec::new());
        clean_ring(&mut ring);
        ring
    }

    #[test]
    fn a_ring_that_covers_the_tile_becomes_the_buffered_tile() {
        let ring = clipped(vec![(-9000, -9000), (9000, -9000), (9000, 9000), (-9000, 9000)]);
        assert_eq!(ring.len(), 4);
        assert_eq!(twice_area(&ring), 2 * i64::from(HIGH - LOW).pow(2));
    }

    #[test]
    fn a_ring_beside_the_tile_becomes_nothing() {
        assert!(clipped(vec![(-900, 0), (-800, 0), (-800, 10)]).is_empty());
    }

    #[test]
    fn spikes_and_repeats_go_and_the_area_stays() {
        let mut ring = vec![(0, 0), (10, 0), (10, 0), (20, 0), (10, 0), (10, 10), (5, 10), (0, 10), (0, 0)];
        clean_ring(&mut ring);
        assert_eq!(twice_area(&ring), 200);
        assert_eq!(ring.len(), 4, "{ring:?}");
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let mut pieces = Vec::new();
        clip_line(&[(0, 0), (5000, 0), (5000, 100), (0, 100)], |piece| pieces.push(piece.to_vec()));
        assert_eq!(pieces, [vec![(0, 0), (HIGH, 0)], vec![(HIGH, 100), (0, 100)]]);
    }

    proptest! {
        #[test]
        fn two_neighbours_cut_their_common_edge_at_the_same_unit(
            a in (-20_000i32..20_000, -20_000i32..20_000), b in (-20_000i32..20_000, -20_000i32..20_000),
        ) {
            prop_assert_eq!(clip_segment(a, b), clip_segment(b, a).map(|(b, a)| (a, b)));
        }

        #[test]
        fn nothing_that_is_clipped_reaches_beyond_the_buffer(
            ring in proptest::collection::vec((-20_000i32..20_000, -20_000i32..20_000), 0..12),
        ) {
            let ring = clipped(ring);
            prop_assert!(ring.iter().all(|&p| holds(p)));
            prop_assert!(ring.is_empty() || ring.len() >= 3);
        }
    }
}
