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

    // at most this many cells cover a long thin shape; quartering makes up for larger ones
    let cell_size = size.max(width.max(height) / 64.0);
    let half = cell_size / 2.0;
    let mut cells = BinaryHeap::new();
    let mut best = centroid(rings).map(|center| Cell::new(rings, center, 0.0))?;
    let middle = Cell::new(rings, (west + width / 2.0, north + height / 2.0), 0.0);
    if middle.distance > best.distance {
        best = middle;
    }
    for i in 0..(width / cell_size).ceil() as u32 {
        for j in 0..(height / cell_size).ceil() as u32 {
            let center = (west + f64::from(i) * cell_size + half, north + f64::from(j) * cell_size + half);
            cells.push(Cell::new(rings, center, half));
        }
    }
    while let Some(cell) = cells.pop() {
        if cell.distance > best.distance {
            best = cell;
        }
        if cell.reach - best.distance <= precision {
            break;
        }
        let half = cell.half / 2.0;
        for (dx, dy) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            cells.push(Cell::new(rings, (cell.center.0 + dx, cell.center.1 + dy), half));
        }
    }
    (best.distance > 0.0).then_some(best.center)
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
    fn new<R: AsRef<[(f64, f64)]>>(rings: &[R], center: (f64, f64), half: f64) -> Self {
        let distance = signed_distance(rings, center);
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
fn signed_distance<R: AsRef<[(f64, f64)]>>(rings: &[R], p: (f64, f64)) -> f64 {
    let mut is_inside = false;
    let mut nearest_squared = f64::INFINITY;
    for (a, b) in edges(rings) {
        if (a.1 > p.1) != (b.1 > p.1) && p.0 < (b.0 - a.0) * (p.1 - a.1) / (b.1 - a.1) + a.0 {
            is_inside = !is_inside;
        }
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length_squared = dx * dx + dy * dy;
        let along = if length_squared > 0.0 {
            (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length_squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (ex, ey) = (p.0 - a.0 - along * dx, p.1 - a.1 - along * dy);
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
