//! Clipping lines to the buffered tile, on tile integers. Areas are clipped by `geometry::planar`.
//!
//! A crossing with the edge is computed from the lower end of the segment upwards, whichever way it
//! runs, so two tiles cut a line at the same unit.

use super::{BUFFER, EXTENT};
use crate::geometry::planar::{GridPoint, along};

/// The least coordinate of the buffered tile.
pub(super) const LOW: i32 = -BUFFER;
/// The greatest coordinate of the buffered tile.
pub(super) const HIGH: i32 = EXTENT + BUFFER;

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
    fn holds(self, p: GridPoint) -> bool {
        match self {
            Self::West => p.0 >= LOW,
            Self::East => p.0 <= HIGH,
            Self::North => p.1 >= LOW,
            Self::South => p.1 <= HIGH,
        }
    }

    /// Where the segment crosses the edge, the other coordinate rounded to nearest.
    fn cross(self, a: GridPoint, b: GridPoint) -> GridPoint {
        match self {
            Self::West => (LOW, along(LOW, (a.0, a.1), (b.0, b.1))),
            Self::East => (HIGH, along(HIGH, (a.0, a.1), (b.0, b.1))),
            Self::North => (along(LOW, (a.1, a.0), (b.1, b.0)), LOW),
            Self::South => (along(HIGH, (a.1, a.0), (b.1, b.0)), HIGH),
        }
    }
}

/// Whether the point lies in the buffered tile.
#[inline]
pub(super) fn holds((x, y): GridPoint) -> bool {
    (LOW..=HIGH).contains(&x) && (LOW..=HIGH).contains(&y)
}

/// The sides of the buffered tile the point lies beyond, a bit each.
#[inline]
pub(super) fn sides_beyond((x, y): GridPoint) -> u8 {
    u8::from(x < LOW) | u8::from(x > HIGH) << 1 | u8::from(y < LOW) << 2 | u8::from(y > HIGH) << 3
}

/// Clips a path; calls `piece` for every part inside. `part` is a buffer to use again.
pub(super) fn clip_line(line: &[GridPoint], part: &mut Vec<GridPoint>, mut piece: impl FnMut(&[GridPoint])) {
    if line.iter().all(|&p| holds(p)) {
        return piece(line);
    }
    part.clear();
    for pair in line.windows(2) {
        match clip_segment(pair[0], pair[1]) {
            Some((a, b)) => {
                if part.last() != Some(&a) {
                    flush(part, &mut piece);
                    part.push(a);
                }
                if b != a {
                    part.push(b);
                }
            }
            None => flush(part, &mut piece),
        }
    }
    flush(part, &mut piece);
}

fn flush(part: &mut Vec<GridPoint>, piece: &mut impl FnMut(&[GridPoint])) {
    if part.len() > 1 {
        piece(part);
    }
    part.clear();
}

fn clip_segment(mut a: GridPoint, mut b: GridPoint) -> Option<(GridPoint, GridPoint)> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let mut pieces = Vec::new();
        let line = [(0, 0), (5000, 0), (5000, 100), (0, 100)];
        clip_line(&line, &mut Vec::new(), |piece| pieces.push(piece.to_vec()));
        assert_eq!(pieces, [vec![(0, 0), (HIGH, 0)], vec![(HIGH, 100), (0, 100)]]);
    }

    proptest! {
        #[test]
        fn two_tiles_cut_a_line_at_the_same_unit(
            a in (-20_000i32..20_000, -20_000i32..20_000), b in (-20_000i32..20_000, -20_000i32..20_000),
        ) {
            prop_assert_eq!(clip_segment(a, b), clip_segment(b, a).map(|(b, a)| (a, b)));
        }

        #[test]
        fn nothing_that_is_clipped_reaches_beyond_the_buffer(
            line in proptest::collection::vec((-20_000i32..20_000, -20_000i32..20_000), 2..12),
        ) {
            clip_line(&line, &mut Vec::new(), |piece| {
                assert!(piece.len() > 1 && piece.iter().all(|&p| holds(p)));
            });
        }
    }
}
