//! Which rings of a shape are polygons and which are holes in them.
//!
//! The format says it by the way a ring runs: clockwise is a polygon, the other way a hole. Many files have it wrong, so
//! it is told from what lies in what: a ring in no other is a polygon, one in a polygon its hole, one in a hole a polygon
//! again. Rings that run the other way than their place says are counted.

use geo_types::{Coord, LineString, Polygon};

/// Edges looked at for one shape: a coast of 100,000 points with some thousand holes comes near it.
const MAX_STEPS: u64 = 2_000_000_000;

/// Points of a ring that say whether it lies in another.
const PROBES: usize = 3;

/// Polygons with their holes.
#[derive(Debug)]
pub struct Nested {
    /// In the order of their outer rings.
    pub polygons: Vec<Polygon>,
    /// Rings ran the wrong way round.
    pub is_turned: bool,
}

/// A ring and what is asked of it often.
struct Ring {
    points: Vec<Coord>,
    /// Above zero where it runs counter-clockwise.
    signed_area: f64,
    low: Coord,
    high: Coord,
    /// The smallest ring it lies in.
    parent: Option<usize>,
    depth: usize,
}

impl Ring {
    fn new(line: LineString) -> Self {
        let points = line.0;
        let (mut low, mut high) = (points[0], points[0]);
        for point in &points {
            low = Coord { x: low.x.min(point.x), y: low.y.min(point.y) };
            high = Coord { x: high.x.max(point.x), y: high.y.max(point.y) };
        }
        Self { signed_area: signed_area(&points), points, low, high, parent: None, depth: 0 }
    }

    fn is_hole(&self) -> bool {
        self.depth % 2 == 1
    }

    /// Whether it runs the other way than its place says.
    fn is_turned(&self) -> bool {
        if self.is_hole() { self.signed_area < 0.0 } else { self.signed_area > 0.0 }
    }

    fn has_in_box(&self, other: &Self) -> bool {
        self.low.x <= other.low.x
            && self.low.y <= other.low.y
            && self.high.x >= other.high.x
            && self.high.y >= other.high.y
    }

    /// Whether another ring lies in it: points of that one spread along it do, and where they all lie on this one, the
    /// middles of its edges.
    fn has(&self, other: &Self, steps: &mut u64) -> bool {
        let count = other.points.len();
        let stride = (count / PROBES).max(1);
        let spread = (0..count).step_by(stride).chain(0..count).map(|i| other.points[i]);
        let middles = other.points.windows(2).map(|edge| (edge[0] + edge[1]) / 2.0);
        let mut inside = 0;
        for probe in spread.chain(middles) {
            *steps += self.points.len() as u64;
            match place(probe, &self.points) {
                Place::Outside => return false,
                Place::Inside => inside += 1,
                Place::OnEdge => {}
            }
            if inside == PROBES || *steps > MAX_STEPS {
                break;
            }
        }
        inside > 0
    }
}

/// Tells polygons from holes. None of the rings is empty.
pub fn polygons(rings: Vec<LineString>) -> Result<Nested, &'static str> {
    let mut rings: Vec<Ring> = rings.into_iter().filter(|ring| !ring.0.is_empty()).map(Ring::new).collect();
    nest(&mut rings)?;
    let is_turned = rings.iter().any(Ring::is_turned);
    let mut holes: Vec<Vec<LineString>> = rings.iter().map(|_| Vec::new()).collect();
    for ring in rings.iter_mut().filter(|ring| ring.is_hole()) {
        if let Some(parent) = ring.parent {
            holes[parent].push(LineString(std::mem::take(&mut ring.points)));
        }
    }
    let with_holes = rings.into_iter().zip(holes).filter(|(ring, _)| !ring.is_hole());
    let polygons = with_holes.map(|(ring, holes)| Polygon::new(LineString(ring.points), holes)).collect();
    Ok(Nested { polygons, is_turned })
}

/// Finds the smallest ring each lies in, which is a larger one.
fn nest(rings: &mut [Ring]) -> Result<(), &'static str> {
    let mut by_size: Vec<usize> = (0..rings.len()).collect();
    by_size.sort_by(|a, b| rings[*b].signed_area.abs().total_cmp(&rings[*a].signed_area.abs()));
    let mut steps = 0;
    for (rank, ring) in by_size.iter().enumerate() {
        let parent = by_size[..rank].iter().rev().find(|larger| {
            steps += 1;
            rings[**larger].has_in_box(&rings[*ring]) && rings[**larger].has(&rings[*ring], &mut steps)
        });
        if steps > MAX_STEPS {
            return Err("too many rings in one shape to tell polygons from holes: cut it into several");
        }
        if let Some(parent) = parent {
            rings[*ring].depth = rings[*parent].depth + 1;
            rings[*ring].parent = Some(*parent);
        }
    }
    Ok(())
}

/// Measured from its first point, so that large coordinates cost no digits.
fn signed_area(points: &[Coord]) -> f64 {
    let from = points[0];
    let closed = points.iter().zip(points.iter().cycle().skip(1));
    closed.map(|(a, b)| (a.x - from.x) * (b.y - from.y) - (b.x - from.x) * (a.y - from.y)).sum::<f64>() / 2.0
}

enum Place {
    Inside,
    OnEdge,
    Outside,
}

/// Counts the edges to the right of a point.
fn place(point: Coord, ring: &[Coord]) -> Place {
    let mut is_inside = false;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let side = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
        let is_level = |from: f64, to: f64, at: f64| at >= from.min(to) && at <= from.max(to);
        if side == 0.0 && is_level(a.x, b.x, point.x) && is_level(a.y, b.y, point.y) {
            return Place::OnEdge;
        }
        if (a.y > point.y) != (b.y > point.y) && (side > 0.0) == (b.y > a.y) {
            is_inside = !is_inside;
        }
    }
    if is_inside { Place::Inside } else { Place::Outside }
}
