//! Arcs made straight: corners are put on the arc so close that no edge is farther from it than a centimetre.
//!
//! Two parcels share an arc and write it in opposite directions. Every corner is therefore computed in one
//! direction, and the three points an arc was surveyed by stay corners: both get the same ones to the last bit.
//! Other curves (splines, clothoids) are not read.

use std::f64::consts::{FRAC_PI_2, TAU};

use geo_types::Coord;

use super::read_rows::NamedCrs;

/// How far an edge may be from its arc, in metres. In feet it is a third of that.
const TOLERANCE_M: f64 = 0.01;
/// The same in degrees, by the longest degree there is (latitude at the poles, 111.7 km).
const TOLERANCE_DEG: f64 = TOLERANCE_M / 111_700.0;
/// Corners one arc may get: an arc of a metre's rise gets ten of them.
const MAX_CORNERS: f64 = 20_000.0;

/// What the coordinates are measured in, as far as an arc needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Metres, or feet.
    Metres,
    /// Degrees.
    Degrees,
    /// The file does not say: degrees where the numbers may be degrees.
    Unknown,
}

impl Unit {
    /// By the coordinate system the file names.
    pub fn of(crs: Option<&NamedCrs>) -> Self {
        match crs {
            // EPSG keeps its geographic systems in this block, VN-2000 (4756) and WGS 84 among them
            Some(NamedCrs::Epsg(4000..=4999)) => Self::Degrees,
            Some(NamedCrs::Epsg(_)) => Self::Metres,
            Some(NamedCrs::Text(text)) if text.trim_start().starts_with("GEOG") => Self::Degrees,
            Some(NamedCrs::Text(text)) if text.trim_start().starts_with("PROJ") => Self::Metres,
            Some(NamedCrs::Text(_)) | None => Self::Unknown,
        }
    }

    fn tolerance(self, points: &[Coord]) -> f64 {
        let may_be_degrees = || points.iter().all(|p| p.x.abs() <= 180.0 && p.y.abs() <= 180.0);
        match self {
            Self::Degrees => TOLERANCE_DEG,
            Self::Unknown if may_be_degrees() => TOLERANCE_DEG,
            Self::Metres | Self::Unknown => TOLERANCE_M,
        }
    }
}

/// Arcs end to end, each through three points, the last of one the first of the next: as `CIRCULARSTRING` and
/// `gml:ArcString` write them. Where an arc ends where it began, its second point is the far side of a circle.
pub fn straighten_arcs(points: &[Coord], unit: Unit) -> Result<Vec<Coord>, String> {
    let Some(&first) = points.first() else { return Ok(Vec::new()) };
    if points.len() < 3 || points.len().is_multiple_of(2) {
        return Err(format!(
            "an arc needs three points and every further one two more, not {}",
            points.len()
        ));
    }
    let tolerance = unit.tolerance(points);
    let mut corners = vec![first];
    for arc in points.windows(3).step_by(2) {
        let (from, via, to) = (arc[0], arc[1], arc[2]);
        if from == to {
            let center = (from + via) / 2.0;
            push_sweep(&mut corners, Sweep { center, from, to: via, is_left: true }, tolerance)?;
            push_sweep(&mut corners, Sweep { center, from: via, to, is_left: true }, tolerance)?;
        } else {
            push_arc(&mut corners, [from, via, to], tolerance)?;
        }
    }
    Ok(corners)
}

/// A whole circle by three points on it, as `gml:Circle` writes it.
pub fn straighten_circle(points: &[Coord], unit: Unit) -> Result<Vec<Coord>, String> {
    let &[a, b, c] = points else {
        return Err(format!("a circle needs three points, not {}", points.len()));
    };
    let tolerance = unit.tolerance(points);
    let Some((center, is_left)) = circle_through([a, b, c]) else {
        return Err("the three points of a circle lie on a straight line".to_owned());
    };
    let mut corners = vec![a];
    for (from, to) in [(a, b), (b, c), (c, a)] {
        push_sweep(&mut corners, Sweep { center, from, to, is_left }, tolerance)?;
    }
    Ok(corners)
}

/// The corners after the first point of an arc.
fn push_arc(corners: &mut Vec<Coord>, [from, via, to]: [Coord; 3], tolerance: f64) -> Result<(), String> {
    match circle_through([from, via, to]) {
        // points in one line: a straight edge over the middle
        None => corners.extend([via, to]),
        Some((center, is_left)) => {
            push_sweep(corners, Sweep { center, from, to: via, is_left }, tolerance)?;
            push_sweep(corners, Sweep { center, from: via, to, is_left }, tolerance)?;
        }
    }
    Ok(())
}

/// The centre of the circle through three points, and whether they turn left; nothing where they are in one line.
fn circle_through([from, via, to]: [Coord; 3]) -> Option<(Coord, bool)> {
    // the same sums for both directions
    let (a, b) = if is_ordered(from, to) { (from - via, to - via) } else { (to - via, from - via) };
    let cross = a.x * b.y - a.y * b.x;
    let (aa, bb) = (a.x * a.x + a.y * a.y, b.x * b.x + b.y * b.y);
    let center = Coord {
        x: via.x + (b.y * aa - a.y * bb) / (2.0 * cross),
        y: via.y + (a.x * bb - b.x * aa) / (2.0 * cross),
    };
    let is_left = (cross < 0.0) == is_ordered(from, to);
    (center.x.is_finite() && center.y.is_finite()).then_some((center, is_left))
}

fn is_ordered(a: Coord, b: Coord) -> bool {
    (a.x, a.y) <= (b.x, b.y)
}

/// A part of a circle.
struct Sweep {
    center: Coord,
    from: Coord,
    to: Coord,
    is_left: bool,
}

/// The corners of a part of a circle after its first point.
fn push_sweep(corners: &mut Vec<Coord>, sweep: Sweep, tolerance: f64) -> Result<(), String> {
    let Sweep { center, from, to, is_left } = sweep;
    let start = corners.len();
    let is_forward = is_ordered(from, to);
    let (first, last, turns_left) = if is_forward { (from, to, is_left) } else { (to, from, !is_left) };
    let radius = (first.x - center.x).hypot(first.y - center.y);
    let angle = |p: Coord| (p.y - center.y).atan2(p.x - center.x);
    let turn = if turns_left { angle(last) - angle(first) } else { angle(first) - angle(last) };
    let turn = turn.rem_euclid(TAU);
    // the rise of a chord is r (1 − cos ½α)
    let step =
        if tolerance < radius { (2.0 * (1.0 - tolerance / radius).acos()).min(FRAC_PI_2) } else { FRAC_PI_2 };
    let pieces = (turn / step).ceil();
    if pieces.is_nan() || pieces > MAX_CORNERS {
        return Err("an arc too large to be made straight".to_owned());
    }
    let signed = if turns_left { turn } else { -turn };
    for k in 1..pieces as u32 {
        let at = angle(first) + signed * f64::from(k) / pieces;
        corners.push(Coord { x: center.x + radius * at.cos(), y: center.y + radius * at.sin() });
    }
    if !is_forward {
        corners[start..].reverse();
    }
    corners.push(to);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(x: f64, y: f64) -> Coord {
        Coord { x, y }
    }

    /// The farthest an edge's middle is from a circle, in units of the coordinates.
    fn farthest(corners: &[Coord], center: Coord, radius: f64) -> f64 {
        let rise = |w: &[Coord]| {
            let middle = (w[0] + w[1]) / 2.0;
            (radius - (middle.x - center.x).hypot(middle.y - center.y)).abs()
        };
        corners.windows(2).map(rise).fold(0.0, f64::max)
    }

    #[test]
    fn an_arc_keeps_its_three_points_and_no_edge_is_a_centimetre_away() {
        let half = [at(-50.0, 0.0), at(0.0, 50.0), at(50.0, 0.0)];
        let corners = straighten_arcs(&half, Unit::Metres).unwrap();
        assert!(half.iter().all(|point| corners.contains(point)));
        let away = farthest(&corners, at(0.0, 0.0), 50.0);
        assert!(away <= 0.01 && away > 0.005, "{away}: near, and no more corners than are needed");
        assert!(corners.iter().all(|p| p.y >= -1e-9), "the upper half, through the middle point");
    }

    #[test]
    fn an_arc_back_to_its_start_is_a_circle_and_so_are_three_points_of_gml() {
        let (center, radius) = (at(583_000.0, 1_249_000.0), 30.0);
        let (west, east, north) =
            (center - at(radius, 0.0), center + at(radius, 0.0), center + at(0.0, radius));
        for corners in [
            straighten_arcs(&[west, east, west], Unit::Metres).unwrap(),
            straighten_circle(&[west, north, east], Unit::Metres).unwrap(),
        ] {
            assert_eq!(corners.first(), corners.last());
            let area = geo_types::Polygon::new(corners.clone().into(), vec![]);
            let area_m2 = geo::Area::unsigned_area(&area);
            let true_m2 = std::f64::consts::PI * radius * radius;
            assert!(area_m2 < true_m2 && true_m2 - area_m2 < 0.01 * TAU * radius, "{area_m2}");
            assert!(farthest(&corners, center, radius) <= 0.010_000_1);
        }
    }

    #[test]
    fn in_degrees_a_centimetre_is_a_centimetre() {
        let arc = [at(106.0, 11.0), at(106.001, 11.001), at(106.002, 11.0)];
        let corners = straighten_arcs(&arc, Unit::of(Some(&NamedCrs::Epsg(4756)))).unwrap();
        let away_deg = farthest(&corners, at(106.001, 11.0), 0.001);
        assert!(away_deg * 111_700.0 <= 0.010_01 && away_deg * 111_700.0 > 0.004, "{away_deg}");
        assert_eq!(corners, straighten_arcs(&arc, Unit::Unknown).unwrap(), "unsaid, they look like degrees");
    }

    #[test]
    fn points_in_one_line_stay_a_line_and_a_wrong_count_is_an_error() {
        let straight = [at(0.0, 0.0), at(5.0, 5.0), at(10.0, 10.0)];
        assert_eq!(straighten_arcs(&straight, Unit::Metres).unwrap(), straight);
        assert!(straighten_arcs(&straight[..2], Unit::Metres).is_err());
        assert!(straighten_circle(&straight, Unit::Metres).is_err());
        assert!(straighten_arcs(&[], Unit::Metres).unwrap().is_empty());
        let vast = [at(-1e12, 0.0), at(0.0, 1e12), at(1e12, 0.0)];
        assert!(straighten_arcs(&vast, Unit::Metres).is_err());
    }

    proptest! {
        #[test]
        fn both_neighbours_of_an_arc_get_the_same_corners(
            xs in proptest::array::uniform3(0.0..1e4f64), ys in proptest::array::uniform3(0.0..1e4f64),
        ) {
            let points: Vec<Coord> = xs.iter().zip(ys).map(|(&x, y)| at(x, y)).collect();
            let back: Vec<Coord> = points.iter().rev().copied().collect();
            if let Ok(mut corners) = straighten_arcs(&points, Unit::Metres) {
                corners.reverse();
                prop_assert_eq!(corners, straighten_arcs(&back, Unit::Metres).unwrap());
            }
        }

        #[test]
        fn any_numbers_are_straightened_or_refused(numbers in proptest::collection::vec(proptest::num::f64::ANY, 0..14)) {
            let points: Vec<Coord> = numbers.chunks_exact(2).map(|n| at(n[0], n[1])).collect();
            let arcs = [straighten_arcs(&points, Unit::Unknown), straighten_circle(&points, Unit::Metres)];
            prop_assert!(arcs.iter().flatten().all(|corners| corners.len() <= 6 * MAX_CORNERS as usize + 1));
        }
    }
}
