//! Whether two shapes of a tile are the same but for rounding.
//!
//! The renderer rounds and then clips and repairs, the other code makes valid and clips and then rounds. So vertices may differ by a unit;
//! along the edge of the buffered tile, where a slanted side is cut, one of the two may have a sliver that the other has not; and a needle
//! thinner than a unit may be longer in one of them. What is allowed is in units of the tile: no vertex farther than [`TOLERANCE`] from the
//! other shape, but within [`EDGE`] of the edge; and of areas, where vertices of needles come and go, no vertex of ours farther from the row's own
//! outline, and no piece in one and not in the other that is thicker than [`THICKNESS`].

use geo::{Area, BooleanOps, Euclidean, Length, LineString, MultiPolygon, Polygon};
use rustc_hash::FxHashSet;

use super::flaw::Flaw;
use super::shape::{Shape, Unit, twice_area};
use crate::geometry::{BUFFER, EXTENT, ShapeKind};

/// How far apart two shapes may be that are the same, in tile units.
pub(super) const TOLERANCE: f64 = 1.5;
/// How thick a piece may be that only one of two areas has, in tile units: where sides cross, both have rounded the crossing.
const THICKNESS: f64 = 2.0;
/// How near to the edge of the buffered tile vertices are not held against each other, in tile units.
const EDGE: f64 = 2.0;

type Place = (f64, f64);

/// What is different about two shapes, ours and the one of the other code; none where it is rounding. `row` gives the row's area as it
/// is before it is cut and rounded.
pub(super) fn difference(ours: &Shape, theirs: &Shape, row: impl FnOnce() -> MultiPolygon) -> Option<Flaw> {
    if ours.kind != theirs.kind {
        return Some(Flaw::Kind);
    }
    match ours.kind {
        ShapeKind::Polygon => difference_of_areas(ours, theirs, row),
        kind => {
            let outline = |shape: &Shape| Outline::of(shape.parts.iter().map(|part| places(part)), kind);
            let (ours, theirs) = (outline(ours), outline(theirs));
            let away = ours.farthest_from(&theirs);
            let left_out = theirs.farthest_from(&ours);
            match () {
                () if away > TOLERANCE => Some(Flaw::Away(away)),
                () if left_out > TOLERANCE => Some(Flaw::LeftOut(left_out)),
                () => None,
            }
        }
    }
}

/// How thick a shape is that stands where there should be next to nothing, in tile units.
pub(super) fn thickness(shape: &Shape) -> f64 {
    let area: i128 = shape.parts.iter().map(|ring| twice_area(ring)).sum();
    let around: f64 = shape.parts.iter().map(|ring| Euclidean.length(&LineString::from(places(ring)))).sum();
    area.unsigned_abs() as f64 / around.max(1.0)
}

/// Whether an area is so thin that cutting it and rounding it may leave nothing.
pub(super) fn is_sliver(shape: &Shape) -> bool {
    shape.kind == ShapeKind::Polygon && thickness(shape) <= TOLERANCE
}

/// Whether all of a shape lies along the edge of the buffered tile, where what is rounded first may be in it and what is
/// clipped first may not.
pub(super) fn is_at_edge(shape: &Shape) -> bool {
    places(&shape.vertices().collect::<Vec<_>>()).into_iter().all(is_near_edge)
}

fn difference_of_areas(ours: &Shape, theirs: &Shape, row: impl FnOnce() -> MultiPolygon) -> Option<Flaw> {
    if plain_rings(ours) == plain_rings(theirs) {
        return None;
    }
    let pieces = covered(ours).xor(&covered(theirs));
    let thickest = pieces.iter().map(thickness_of_piece).fold(0.0, f64::max);
    if thickest > THICKNESS {
        return Some(Flaw::Thick(thickest));
    }
    let row = row();
    let rings = row.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let rings = rings.map(|ring| ring.coords().map(|p| (p.x, p.y)).collect());
    let ours = Outline::of(ours.parts.iter().map(|ring| places(ring)), ShapeKind::Line);
    let away = ours.farthest_from(&Outline::of(rings, ShapeKind::Line));
    (away > TOLERANCE).then_some(Flaw::Away(away))
}

/// Of a strip its width, of a disc its radius.
fn thickness_of_piece(piece: &Polygon) -> f64 {
    let holes: f64 = piece.interiors().iter().map(|ring| Euclidean.length(ring)).sum();
    2.0 * piece.unsigned_area() / (Euclidean.length(piece.exterior()) + holes).max(1.0)
}

/// What the rings cover by the even-odd rule, as valid polygons.
fn covered(shape: &Shape) -> MultiPolygon {
    let ring = |ring: &Vec<Unit>| Polygon::new(LineString::from(places(ring)), Vec::new());
    MultiPolygon::new(shape.parts.iter().map(ring).collect()).union(&MultiPolygon::new(Vec::new()))
}

/// Rings without vertices on straight lines, each from its least vertex on, in order: equal for the same rings however written.
fn plain_rings(shape: &Shape) -> Vec<Vec<Unit>> {
    let mut rings: Vec<Vec<Unit>> = shape.parts.iter().map(|ring| plain_ring(ring)).collect();
    rings.sort_unstable();
    rings
}

fn plain_ring(ring: &[Unit]) -> Vec<Unit> {
    let count = ring.len();
    let turns = |&at: &usize| {
        let (a, b, c) = (ring[(at + count - 1) % count], ring[at], ring[(at + 1) % count]);
        (b.0 - a.0) * (c.1 - b.1) != (c.0 - b.0) * (b.1 - a.1)
    };
    let mut plain: Vec<Unit> = (0..count).filter(turns).map(|at| ring[at]).collect();
    let least = plain.iter().enumerate().min_by_key(|(_, vertex)| **vertex).map_or(0, |(at, _)| at);
    plain.rotate_left(least);
    plain
}

fn places(units: &[Unit]) -> Vec<Place> {
    units.iter().map(|&(x, y)| (x as f64, y as f64)).collect()
}

fn is_near_edge((x, y): Place) -> bool {
    let (low, high) = (EDGE - f64::from(BUFFER), f64::from(EXTENT + BUFFER) - EDGE);
    x < low || y < low || x > high || y > high
}

/// Lines, or points, to measure distances to.
struct Outline {
    vertices: Vec<Place>,
    segments: Vec<(Place, Place)>,
    /// The vertices to an eighth of a unit, so that most need no measuring.
    known: FxHashSet<(i64, i64)>,
}

impl Outline {
    fn of(paths: impl Iterator<Item = Vec<Place>>, kind: ShapeKind) -> Self {
        let (mut vertices, mut segments) = (Vec::new(), Vec::new());
        for path in paths {
            match kind {
                ShapeKind::Point => segments.extend(path.iter().map(|&p| (p, p))),
                _ => segments.extend(path.windows(2).map(|pair| (pair[0], pair[1]))),
            }
            vertices.extend(path);
        }
        let known = vertices.iter().map(|&p| nearly(p)).collect();
        Self { vertices, segments, known }
    }

    /// How far the farthest vertex is from the other outline, but at the edge of the tile.
    fn farthest_from(&self, other: &Self) -> f64 {
        let measured =
            self.vertices.iter().filter(|&&p| !other.known.contains(&nearly(p)) && !is_near_edge(p));
        let distance = |&p: &Place| other.segments.iter().map(|&s| distance(p, s)).fold(f64::MAX, f64::min);
        measured.map(distance).fold(0.0, f64::max)
    }
}

fn nearly((x, y): Place) -> (i64, i64) {
    ((x * 8.0).round() as i64, (y * 8.0).round() as i64)
}

fn distance(p: Place, (a, b): (Place, Place)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / square } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(rings: &[&[Unit]]) -> Shape {
        Shape { kind: ShapeKind::Polygon, parts: rings.iter().map(|ring| ring.to_vec()).collect() }
    }

    fn line(path: &[Unit]) -> Shape {
        Shape { kind: ShapeKind::Line, parts: vec![path.to_vec()] }
    }

    /// The difference where the row is as the other code draws it.
    fn differ(ours: &Shape, theirs: &Shape) -> Option<Flaw> {
        difference(ours, theirs, || covered(theirs))
    }

    const SQUARE: [Unit; 4] = [(0, 0), (100, 0), (100, 100), (0, 100)];

    #[test]
    fn the_same_area_written_otherwise_is_the_same() {
        let turned = area(&[&[(100, 100), (40, 100), (0, 100), (0, 0), (100, 0)]]);
        assert_eq!(differ(&area(&[&SQUARE]), &turned), None);
    }

    #[test]
    fn a_unit_is_rounding_and_three_are_not() {
        let moved = |by: i64| area(&[&[(0, 0), (100, 0), (100 + by, 100 + by), (0, 100)]]);
        assert_eq!(differ(&moved(1), &area(&[&SQUARE])), None);
        assert!(matches!(differ(&moved(3), &area(&[&SQUARE])), Some(Flaw::Away(_) | Flaw::Thick(_))));
        assert!(differ(&area(&[&SQUARE]), &moved(3)).is_some());
        let moved = |by: i64| line(&[(0, 0), (50, by), (100, 0)]);
        assert_eq!(differ(&moved(1), &line(&[(0, 0), (100, 0)])), None);
        assert_eq!(differ(&moved(3), &line(&[(0, 0), (100, 0)])), Some(Flaw::Away(3.0)));
        assert_eq!(differ(&line(&[(0, 0), (100, 0)]), &moved(3)), Some(Flaw::LeftOut(3.0)));
    }

    #[test]
    fn a_hole_or_part_that_one_has_and_the_other_has_not_is_seen() {
        let hole = [(40, 40), (40, 60), (60, 60), (60, 40)];
        let with_hole = area(&[&SQUARE, &hole]);
        assert_eq!(differ(&with_hole, &area(&[&SQUARE])), Some(Flaw::Thick(10.0)));
        assert_eq!(differ(&area(&[&SQUARE]), &with_hole), Some(Flaw::Thick(10.0)));
        // the same vertices in another order
        let bow_tie = area(&[&[(0, 0), (100, 100), (100, 0), (0, 100)]]);
        assert!(differ(&area(&[&SQUARE]), &bow_tie).is_some());
    }

    #[test]
    fn a_needle_may_be_lost_and_must_not_be_added() {
        let needle = area(&[&[(0, 0), (100, 0), (100, 50), (140, 51), (100, 51), (100, 100), (0, 100)]]);
        assert_eq!(differ(&area(&[&SQUARE]), &needle), None);
        assert_eq!(differ(&needle, &area(&[&SQUARE])), Some(Flaw::Away(40.0)));
        assert!(is_sliver(&area(&[&[(0, 0), (2000, 1), (2000, 2)]])) && !is_sliver(&area(&[&SQUARE])));
    }

    #[test]
    fn slivers_at_the_edge_of_the_buffer_are_rounding() {
        let with_sliver =
            area(&[&[(0, 4000), (0, 4160), (3000, 4160), (3000, 4159), (10, 4159), (10, 4000)]]);
        let without = area(&[&[(0, 4000), (0, 4160), (10, 4160), (10, 4000)]]);
        assert_eq!(differ(&with_sliver, &without), None);
        assert!(is_at_edge(&line(&[(0, 4160), (900, 4159)])));
        assert!(!is_at_edge(&line(&[(0, 4160), (900, 4150)])));
    }
}
