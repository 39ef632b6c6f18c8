//! The pole of inaccessibility: the point inside a polygon that is farthest from its outline, where a
//! name or a marker sits best.
//!
//! The search of Mapbox's polylabel (Agafonkin, 2016): square cells in order of what they could still
//! hold, quartered until none can beat the best by more than the precision.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Cells are never quartered below this share of the polygon's size, whatever precision is asked for.
const FINEST_SHARE: f64 = 1e-6;

/// The point farthest from the outline of the open rings (even-odd: holes and several polygons alike),
/// to within `precision` of the largest distance; `None` when they enclose nothing.
pub fn pole_of_inaccessibility<R: AsRef<[(f64, f64)]>>(rings: &[R], precision: f64) -> Option<(f64, f64)> {
    let points = || rings.iter().flat_map(|ring| ring.as_ref());
    let fold = |pick: fn(f64, f64) -> f64, by: fn(&(f64, f64)) -> f64| points().map(by).reduce(pick);
    let (west, east) = (fold(f64::min, |p| p.0)?, fold(f64::max, |p| p.0)?);
    let (north, south) = (fold(f64::min, |p| p.1)?, fold(f64::max, |p| p.1)?);
    let (width, height) = (east - west, south - north);
    let size = width.min(height);
    if !(size > 0.0 && (width + height).is_finite()) {
        return None;
    }
    let precision = precision.max(width.max(height) * FINEST_SHARE);

    let edges: Vec<Edge> = edges(rings).map(Edge::new).collect();
    // at most this many cells cover a long thin shape; quartering makes up for larger ones
    let cell_size = size.max(width.max(height) / 64.0);
    let half = cell_size / 2.0;
    let mut search = Search {
        best: Cell::new(&edges, centroid(rings)?, 0.0),
        edges,
        precision,
        cells: BinaryHeap::with_capacity(64),
    };
    search.probe((west + width / 2.0, north + height / 2.0), 0.0);
    for i in 0..(width / cell_size).ceil() as u32 {
        for j in 0..(height / cell_size).ceil() as u32 {
            let center = (west + f64::from(i) * cell_size + half, north + f64::from(j) * cell_size + half);
            search.probe(center, half);
        }
    }
    while let Some(cell) = search.cells.pop() {
        if cell.reach - search.best.distance <= precision {
            break;
        }
        let half = cell.half / 2.0;
        for (dx, dy) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            search.probe((cell.center.0 + dx, cell.center.1 + dy), half);
        }
    }
    (search.best.distance > 0.0).then_some(search.best.center)
}

struct Search {
    edges: Vec<Edge>,
    precision: f64,
    best: Cell,
    cells: BinaryHeap<Cell>,
}

impl Search {
    /// Keeps the cell only if it may still hold something better.
    fn probe(&mut self, center: (f64, f64), half: f64) {
        let cell = Cell::new(&self.edges, center, half);
        if cell.distance > self.best.distance {
            self.best = cell;
        }
        if cell.reach - self.best.distance > self.precision {
            self.cells.push(cell);
        }
    }
}

/// An edge with the divisions of the search already done.
struct Edge {
    from: (f64, f64),
    to_y: f64,
    step: (f64, f64),
    /// Run per rise, to see which side of the edge a point is on.
    slope: f64,
    /// 1 / length², or 0 for a repeated point.
    per_length_squared: f64,
}

impl Edge {
    fn new((a, b): ((f64, f64), (f64, f64))) -> Self {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length_squared = dx * dx + dy * dy;
        let per_length_squared = if length_squared > 0.0 { 1.0 / length_squared } else { 0.0 };
        Self { from: a, to_y: b.1, step: (dx, dy), slope: dx / dy, per_length_squared }
    }
}

#[derive(Clone, Copy)]
struct Cell {
    center: (f64, f64),
    half: f64,
    /// From the center to the outline; negative outside.
    distance: f64,
    /// The largest distance any point of the cell can have.
    reach: f64,
}

impl Cell {
    fn new(edges: &[Edge], center: (f64, f64), half: f64) -> Self {
        let distance = signed_distance(edges, center);
        Self { center, half, distance, reach: distance + half * std::f64::consts::SQRT_2 }
    }
}

// equal cells are told apart by their place, so the answer does not hang on the order of the heap
impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_place =
            || self.center.0.total_cmp(&other.center.0).then(self.center.1.total_cmp(&other.center.1));
        self.reach.total_cmp(&other.reach).then_with(by_place)
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

fn edges<R: AsRef<[(f64, f64)]>>(rings: &[R]) -> impl Iterator<Item = ((f64, f64), (f64, f64))> {
    rings.iter().map(AsRef::as_ref).flat_map(|ring| {
        let before = ring.iter().cycle().skip(ring.len().saturating_sub(1));
        before.zip(ring).map(|(a, b)| (*a, *b))
    })
}

/// From `p` to the nearest edge, negative when `p` is outside.
fn signed_distance(edges: &[Edge], p: (f64, f64)) -> f64 {
    let mut is_inside = false;
    let mut nearest_squared = f64::INFINITY;
    for edge in edges {
        let (x, y) = (p.0 - edge.from.0, p.1 - edge.from.1);
        // a level edge has no slope and is never straddled
        let is_straddled = (edge.from.1 > p.1) != (edge.to_y > p.1);
        is_inside ^= is_straddled & (x < edge.slope * y);
        let along = ((x * edge.step.0 + y * edge.step.1) * edge.per_length_squared).clamp(0.0, 1.0);
        let (ex, ey) = (x - along * edge.step.0, y - along * edge.step.1);
        nearest_squared = nearest_squared.min(ex * ex + ey * ey);
    }
    nearest_squared.sqrt() * if is_inside { 1.0 } else { -1.0 }
}

/// The centroid of the area, holes taken off when they are wound the other way: a first guess.
fn centroid<R: AsRef<[(f64, f64)]>>(rings: &[R]) -> Option<(f64, f64)> {
    let origin = *rings.iter().find_map(|ring| ring.as_ref().first())?;
    let (mut x, mut y, mut area) = (0.0, 0.0, 0.0);
    for (a, b) in edges(rings) {
        let (ax, ay, bx, by) = (a.0 - origin.0, a.1 - origin.1, b.0 - origin.0, b.1 - origin.1);
        let cross = ax * by - bx * ay;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
        area += cross * 3.0;
    }
    if area == 0.0 { Some(origin) } else { Some((origin.0 + x / area, origin.1 + y / area)) }
}
