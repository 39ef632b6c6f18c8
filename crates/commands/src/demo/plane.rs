//! Plane geometry for making a town: rings, cuts through them, insets. Coordinates are metres of a
//! VN-2000 zone, rounded to the millimetre when a vertex is made, so that everything that shares a
//! vertex shares the very same numbers.
//!
//! Only `+ - * /` and square roots, which every machine rounds alike.

use geo_types::Coord;

/// The nearest millimetre.
pub fn surveyed(at: Coord) -> Coord {
    Coord { x: (at.x * 1000.0).round() / 1000.0, y: (at.y * 1000.0).round() / 1000.0 }
}

pub fn cross(a: Coord, b: Coord) -> f64 {
    a.x * b.y - a.y * b.x
}

pub fn dot(a: Coord, b: Coord) -> f64 {
    a.x * b.x + a.y * b.y
}

pub fn length(a: Coord) -> f64 {
    dot(a, a).sqrt()
}

pub fn unit(a: Coord) -> Coord {
    let length = length(a).max(1e-9);
    a / length
}

/// A quarter turn to the left.
pub fn left_of(a: Coord) -> Coord {
    Coord { x: -a.y, y: a.x }
}

/// Ring edges, the closing one too.
pub fn edges(ring: &[Coord]) -> impl Iterator<Item = (Coord, Coord)> + '_ {
    ring.iter().enumerate().map(|(i, &a)| (a, ring[(i + 1) % ring.len()]))
}

/// Square metres, positive for counter-clockwise.
pub fn area(ring: &[Coord]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    edges(ring).map(|(a, b)| cross(a - origin, b - origin)).sum::<f64>() / 2.0
}

/// Where the shape's mass lies, which way it is longest, and how long and wide it is.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub centre: Coord,
    /// Unit vector.
    pub along: Coord,
    pub long: f64,
    pub short: f64,
    /// Range along the axis relative to the centre.
    pub reach: (f64, f64),
}

pub fn frame(ring: &[Coord]) -> Frame {
    let origin = ring[0];
    let (mut mass, mut sum) = (1e-9, Coord { x: 0.0, y: 0.0 });
    for (a, b) in edges(ring) {
        let weight = length(b - a);
        mass += weight;
        sum = sum + ((a - origin) + (b - origin)) * (weight / 2.0);
    }
    let centre = origin + sum / mass;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in edges(ring) {
        let (weight, m) = (length(b - a), (a + b) / 2.0 - centre);
        xx += weight * m.x * m.x;
        xy += weight * m.x * m.y;
        yy += weight * m.y * m.y;
    }
    let half = (xx - yy) / 2.0;
    let root = (half * half + xy * xy).sqrt();
    let along = if half >= 0.0 { Coord { x: half + root, y: xy } } else { Coord { x: xy, y: root - half } };
    let along = if length(along) < 1e-9 { Coord { x: 1.0, y: 0.0 } } else { unit(along) };
    frame_along(ring, centre, along)
}

/// The frame with the axis given.
pub fn frame_along(ring: &[Coord], centre: Coord, along: Coord) -> Frame {
    let across = left_of(along);
    let range = |axis: Coord| {
        ring.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &p| {
            let d = dot(p - centre, axis);
            (low.min(d), high.max(d))
        })
    };
    let (reach, width) = (range(along), range(across));
    Frame { centre, along, long: reach.1 - reach.0, short: width.1 - width.0, reach }
}

/// Whether segments cross or touch.
pub fn segments_meet(a: Coord, b: Coord, c: Coord, d: Coord) -> bool {
    let (ab, cd) = (b - a, d - c);
    let (c_side, d_side) = (cross(ab, c - a), cross(ab, d - a));
    let (a_side, b_side) = (cross(cd, a - c), cross(cd, b - c));
    if (c_side > 0.0) == (d_side > 0.0) && c_side != 0.0 && d_side != 0.0 {
        return false;
    }
    if (a_side > 0.0) == (b_side > 0.0) && a_side != 0.0 && b_side != 0.0 {
        return false;
    }
    let apart = |p: f64, q: f64, r: f64, s: f64| p.max(q) < r.min(s) || r.max(s) < p.min(q);
    !(apart(a.x, b.x, c.x, d.x) || apart(a.y, b.y, c.y, d.y))
}

pub fn distance_to_segment(p: Coord, a: Coord, b: Coord) -> f64 {
    let ab = b - a;
    let t = (dot(p - a, ab) / dot(ab, ab).max(1e-12)).clamp(0.0, 1.0);
    length(p - (a + ab * t))
}

/// Metres from a point to the nearest edge.
pub fn distance_to_ring(p: Coord, ring: &[Coord]) -> f64 {
    edges(ring).map(|(a, b)| distance_to_segment(p, a, b)).fold(f64::INFINITY, f64::min)
}

pub fn contains(ring: &[Coord], p: Coord) -> bool {
    let mut inside = false;
    for (a, b) in edges(ring) {
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * ((p.y - a.y) / (b.y - a.y)) {
            inside = !inside;
        }
    }
    inside
}

/// Whether no two edges meet except neighbours at their common vertex, nothing is shorter than a
/// centimetre and the ring turns counter-clockwise.
pub fn is_simple(ring: &[Coord]) -> bool {
    let n = ring.len();
    if n < 3 || area(ring) <= 0.01 {
        return false;
    }
    for i in 0..n {
        let (a, b) = (ring[i], ring[(i + 1) % n]);
        if length(b - a) < 0.005 {
            return false;
        }
        let after = ring[(i + 2) % n];
        // a spike turns back on itself
        if dot(b - a, after - b) < 0.0 && cross(b - a, after - b).abs() < 1e-6 * length(b - a) {
            return false;
        }
        for j in i + 2..n {
            if (j + 1) % n != i && segments_meet(a, b, ring[j], ring[(j + 1) % n]) {
                return false;
            }
        }
    }
    true
}

/// Where a line through `at` meets the ring around `at`: the two edge indexes with the place on
/// each as a fraction, first the one behind `at` and then the one before.
pub fn chord(ring: &[Coord], at: Coord, direction: Coord) -> Option<[(usize, f64); 2]> {
    let mut meets: Vec<(f64, usize, f64)> = Vec::new();
    for (i, (a, b)) in edges(ring).enumerate() {
        let (p, q) = (cross(direction, a - at), cross(direction, b - at));
        if (p > 0.0) != (q > 0.0) {
            let t = p / (p - q);
            meets.push((dot(a + (b - a) * t - at, direction), i, t));
        }
    }
    meets.sort_by(|a, b| a.0.total_cmp(&b.0));
    // inside the ring is between an even meeting and the next one; take the stretch nearest to `at`
    let gap = |pair: &[(f64, usize, f64)]| pair[0].0.max(-pair[1].0).max(0.0);
    let best = meets.chunks_exact(2).min_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    Some([(best[0].1, best[0].2), (best[1].1, best[1].2)])
}

/// The part of the ring's area on the left of a line.
pub fn area_left_of(ring: &[Coord], at: Coord, direction: Coord) -> f64 {
    let side = |p: Coord| cross(direction, p - at);
    let mut kept: Vec<Coord> = Vec::with_capacity(ring.len());
    for (a, b) in edges(ring) {
        let (p, q) = (side(a), side(b));
        if p >= 0.0 {
            kept.push(a);
        }
        if (p >= 0.0) != (q >= 0.0) {
            kept.push(a + (b - a) * (p / (p - q)));
        }
    }
    area(&kept)
}

/// The corner of an inset: where the lines `before` and `after` (unit vectors of the edges into and
/// out of a vertex) meet after moving left by their widths. Nearly straight corners take the mean
/// width, for the true meeting of two almost parallel lines runs far away.
pub fn inset_corner(before: Coord, after: Coord, width_before: f64, width_after: f64) -> Coord {
    let (n1, n2) = (left_of(before), left_of(after));
    let turn = cross(before, after);
    if turn.abs() < 0.5 && dot(before, after) > 0.0 {
        let mean = (width_before + width_after) / 2.0;
        return (n1 + n2) * (mean / (1.0 + dot(n1, n2)));
    }
    if turn.abs() < 0.1 {
        return (n1 * width_before + n2 * width_after) / 2.0;
    }
    let corner =
        Coord { x: width_before * n2.y - width_after * n1.y, y: width_after * n1.x - width_before * n2.x }
            / turn;
    let longest = 3.0 * width_before.max(width_after);
    let reach = length(corner);
    if reach > longest { corner * (longest / reach) } else { corner }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(size: f64) -> Vec<Coord> {
        [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size)].map(Coord::from).to_vec()
    }

    #[test]
    fn an_inset_corner_lies_at_both_widths_from_its_edges() {
        let corner = inset_corner(Coord { x: 1.0, y: 0.0 }, Coord { x: 0.0, y: 1.0 }, 2.0, 3.0);
        assert_eq!(corner, Coord { x: -3.0, y: 2.0 });
    }

    #[test]
    fn a_chord_meets_the_ring_on_both_sides_of_the_point() {
        let [(behind, _), (before, t)] =
            chord(&square(10.0), Coord { x: 4.0, y: 5.0 }, Coord { x: 0.0, y: 1.0 }).unwrap();
        assert_eq!((behind, before), (0, 2));
        assert!((t - 0.6).abs() < 1e-12);
    }

    #[test]
    fn a_bow_tie_is_not_simple_and_a_square_is() {
        let mut ring = square(10.0);
        assert!(is_simple(&ring));
        ring.swap(2, 3);
        assert!(!is_simple(&ring));
    }

    #[test]
    fn the_area_on_one_side_of_a_line_is_what_the_line_leaves() {
        let left = area_left_of(&square(10.0), Coord { x: 3.0, y: 0.0 }, Coord { x: 0.0, y: 1.0 });
        assert!((left - 30.0).abs() < 1e-9);
    }
}
