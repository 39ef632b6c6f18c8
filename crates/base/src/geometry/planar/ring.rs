//! One open ring: its area, its cleaning, and the exact predicates on its vertices.

use super::GridPoint;

/// Twice the signed area; positive for an exterior ring.
pub fn twice_area(ring: &[GridPoint]) -> i64 {
    let Some(&last) = ring.last() else { return 0 };
    let mut a = last;
    let mut sum = 0;
    for &b in ring {
        sum += i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1);
        a = b;
    }
    sum
}

/// Twice the signed area of the triangle: positive when `c` lies to the inner side of `a` → `b`.
#[inline]
pub(super) fn turn(a: GridPoint, b: GridPoint, c: GridPoint) -> i64 {
    let (ux, uy) = (i64::from(b.0) - i64::from(a.0), i64::from(b.1) - i64::from(a.1));
    let (vx, vy) = (i64::from(c.0) - i64::from(a.0), i64::from(c.1) - i64::from(a.1));
    ux * vy - uy * vx
}

/// Removes repeated points and points where the ring turns straight back or goes straight on, until
/// none is left; a ring that is nothing but a spike becomes empty.
pub fn clean_ring(ring: &mut Vec<GridPoint>) {
    let range = clean(ring);
    ring.truncate(range.end);
    ring.drain(..range.start);
}

/// [`clean_ring`] on a slice: the part of it that then holds the ring.
pub(super) fn clean(ring: &mut [GridPoint]) -> std::ops::Range<usize> {
    let mut end = 0;
    for i in 0..ring.len() {
        let point = ring[i];
        while end >= 2 && turn(ring[end - 2], ring[end - 1], point) == 0 {
            end -= 1;
        }
        if end == 0 || ring[end - 1] != point {
            ring[end] = point;
            end += 1;
        }
    }
    // the seam: a point that goes at one end can make the other end redundant
    let mut start = 0;
    while end - start >= 3 {
        if turn(ring[end - 2], ring[end - 1], ring[start]) == 0 {
            end -= 1;
        } else if turn(ring[end - 1], ring[start], ring[start + 1]) == 0 {
            start += 1;
        } else {
            return start..end;
        }
    }
    0..0
}

/// What one look at a ring shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    /// Simple, an exterior, and clean.
    Plain,
    /// Simple and an exterior, with points on straight lines.
    Straight,
    /// Nothing yet.
    Unclear,
}

/// Looks round from the mean of four corners: a ring that is seen whole from there and goes round it once is
/// simple and an exterior. So are most small rings, convex or not quite.
#[inline]
pub(super) fn look(ring: &[GridPoint]) -> Look {
    let [.., before_last, last] = *ring else { return Look::Unclear };
    // four: all of most rings, and a shift instead of a division
    let corners = [0, 1, 2, 3].map(|quarter| ring[ring.len() * quarter / 4]);
    let [x, y] = [|p: GridPoint| p.0, |p: GridPoint| p.1]
        .map(|coordinate| corners.iter().map(|&p| i64::from(coordinate(p))).sum::<i64>() >> 2);
    let from_mean = |p: GridPoint| (i64::from(p.0) - x, i64::from(p.1) - y);
    let is_downward = |(dx, dy): (i64, i64)| dy > 0 || dy == 0 && dx > 0;

    let (mut a, mut b) = (from_mean(before_last), from_mean(last));
    let mut was_downward = is_downward(b);
    let (mut rounds, mut has_straight) = (0, false);
    for &point in ring {
        let c = from_mean(point);
        let turns_round = b.0 * c.1 - b.1 * c.0 > 0;
        if !turns_round {
            return Look::Unclear;
        }
        has_straight |= (b.0 - a.0) * (c.1 - b.1) == (b.1 - a.1) * (c.0 - b.0);
        // seen from the mean, each step turns by less than half a circle, so each time round passes this
        // direction once
        let downward = is_downward(c);
        rounds += u32::from(downward && !was_downward);
        (a, b, was_downward) = (b, c, downward);
    }
    match (rounds, has_straight) {
        (1, false) => Look::Plain,
        (1, true) => Look::Straight,
        _ => Look::Unclear,
    }
}

/// How two segments meet.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Meeting {
    Apart,
    /// In one point, which is an end of at least one of them.
    Touch(GridPoint),
    /// Through each other, or along each other.
    Cross,
}

/// How the segments `a`–`b` and `c`–`d` meet.
pub(super) fn meeting((a, b): (GridPoint, GridPoint), (c, d): (GridPoint, GridPoint)) -> Meeting {
    let (to_c, to_d) = (turn(a, b, c).signum(), turn(a, b, d).signum());
    if to_c == 0 && to_d == 0 {
        // on one line, where the order of points is the order along it
        let from = a.min(b).max(c.min(d));
        let to = a.max(b).min(c.max(d));
        return match from.cmp(&to) {
            std::cmp::Ordering::Less => Meeting::Cross,
            std::cmp::Ordering::Equal => Meeting::Touch(from),
            std::cmp::Ordering::Greater => Meeting::Apart,
        };
    }
    if to_c == to_d {
        return Meeting::Apart;
    }
    let (to_a, to_b) = (turn(c, d, a).signum(), turn(c, d, b).signum());
    match () {
        () if to_a == to_b => Meeting::Apart,
        () if to_c == 0 => Meeting::Touch(c),
        () if to_d == 0 => Meeting::Touch(d),
        () if to_a == 0 => Meeting::Touch(a),
        () if to_b == 0 => Meeting::Touch(b),
        () => Meeting::Cross,
    }
}

/// The two ways a ring leaves one of its points.
#[derive(Clone, Copy)]
pub(super) struct Corner {
    pub at: GridPoint,
    pub back: GridPoint,
    pub forward: GridPoint,
}

impl Corner {
    /// Where `ring` passes `at`, which lies on its edge from vertex `edge`.
    pub(super) fn on_edge(ring: &[GridPoint], edge: usize, at: GridPoint) -> Self {
        let n = ring.len();
        let end = (edge + 1) % n;
        match at {
            _ if at == ring[edge] => Self { at, back: ring[(edge + n - 1) % n], forward: ring[end] },
            _ if at == ring[end] => Self { at, back: ring[edge], forward: ring[(end + 1) % n] },
            _ => Self { at, back: ring[edge], forward: ring[end] },
        }
    }

    /// Whether the way to `toward` starts on the inner side (of an exterior; the outer side of a hole).
    /// A way along the ring itself belongs to neither side.
    pub(super) fn faces(self, toward: GridPoint) -> bool {
        let right_of_forward = turn(self.at, self.forward, toward) > 0;
        let left_of_back = turn(self.at, toward, self.back) > 0;
        match turn(self.at, self.forward, self.back) {
            0 => right_of_forward,
            sharp if sharp > 0 => right_of_forward && left_of_back,
            _ => right_of_forward || left_of_back,
        }
    }

    /// Whether `other` passes from one side to the other here.
    pub(super) fn is_crossed_by(self, other: Self) -> bool {
        self.faces(other.back) != self.faces(other.forward)
    }
}

/// Whether `inner`, which does not cross `outer`, lies inside it.
pub(super) fn surrounds(outer: &[GridPoint], inner: &[GridPoint]) -> bool {
    let &[p, toward, ..] = inner else { return false };
    let mut is_inside = false;
    for (i, &a) in outer.iter().enumerate() {
        let b = outer[(i + 1) % outer.len()];
        if p.1 < a.1.min(b.1) || p.1 > a.1.max(b.1) || p.0 > a.0.max(b.0) {
            continue;
        }
        let side = turn(a, b, p);
        if side == 0 && p.0 >= a.0.min(b.0) {
            return Corner::on_edge(outer, i, p).faces(toward) == (twice_area(outer) > 0);
        }
        // a ray to the right meets the edge
        if (a.1 > p.1) != (b.1 > p.1) && (side > 0) == (b.1 > a.1) {
            is_inside = !is_inside;
        }
    }
    is_inside
}
