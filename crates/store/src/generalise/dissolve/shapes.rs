//! Real shapes: the parcels of a tile, united by ward and use on the integers of the tile.
//!
//! Only where that stays true: a tile of too many vertices or an area that is off makes no shapes, and is
//! drawn otherwise.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::legend::{Legend, Pair};
use super::straighten::straightened;
use crate::geometry::planar::{GridPoint, Repairer, Rings, twice_area};
use crate::geometry::{BUFFER, EXTENT, ShapeKind, TileId, World};
use crate::store::{Feature, Layer};

/// Vertices of parcels in a tile that are united at most. More would not fit a tile: of a million about
/// 160,000 are left, in 420 KB.
const MOST_VERTICES: usize = 1_200_000;

/// How far an area may be off: a part of it, or so many square units.
const TOLERANCE: (f64, f64) = (0.03, 16.0);

/// What each pair covers of the tile and its buffer, in tile units, by pair; nothing where it cannot
/// be computed rightly. `truth` has the square units within the tile.
pub(super) fn united(
    layer: &Layer,
    legend: &Legend,
    tile: TileId,
    truth: &BTreeMap<Pair, f64>,
) -> Option<Vec<(Pair, Rings)>> {
    let mut repairer = Repairer::new();
    let mut parcels: FxHashMap<Pair, Rings> = FxHashMap::default();
    let (bounds, frame) = (tile.buffered_bounds(), Frame::of(tile));
    let (mut polygon, mut vertices) = (Rings::new(), 0);
    for feature in layer.in_box(&bounds).filter(|feature| feature.kind() == ShapeKind::Polygon) {
        frame.project(&feature, &mut polygon);
        vertices += polygon.point_count();
        if vertices > MOST_VERTICES {
            return None;
        }
        // what is lost on the way shows in the areas
        let _ = if bounds.contains_box(&feature.bounds()) {
            repairer.repair(&mut polygon)
        } else {
            let (low, high) = (-BUFFER, EXTENT + BUFFER);
            repairer.clip_to_box(&mut polygon, (low, low), (high, high))
        };
        parcels.entry(legend.pair(&feature)).or_default().append(&polygon);
    }
    let mut pairs: Vec<(Pair, Rings)> = parcels.into_iter().collect();
    pairs.sort_unstable_by_key(|(pair, _)| *pair);
    for (_, rings) in &mut pairs {
        let parts = std::mem::take(rings);
        let _ = repairer.union(&parts, rings);
    }
    pairs.retain(|(_, rings)| !rings.is_empty());
    let straight = straightened(&pairs).filter(|straight| is_true(straight, truth));
    if straight.is_some() {
        return straight;
    }
    is_true(&pairs, truth).then_some(pairs)
}

/// Whether every pair covers within the tile what it should.
fn is_true(pairs: &[(Pair, Rings)], truth: &BTreeMap<Pair, f64>) -> bool {
    let mut missing = truth.clone();
    let is_near = |truth: f64, drawn: f64| (truth - drawn).abs() <= (truth * TOLERANCE.0).max(TOLERANCE.1);
    let are_near = pairs.iter().all(|(pair, rings)| {
        let drawn = rings.iter().map(area_inside).sum();
        is_near(missing.remove(pair).unwrap_or(0.0), drawn)
    });
    are_near && missing.values().all(|&truth| is_near(truth, 0.0))
}

/// The signed area of a ring within the tile without its buffer. Cut side by side (Sutherland and Hodgman
/// 1974): the bridges that leaves have no area.
fn area_inside(ring: &[GridPoint]) -> f64 {
    let mut points: Vec<(f64, f64)> = ring.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
    let side = f64::from(EXTENT);
    for _ in 0..4 {
        // a quarter turn brings the next side to the west
        let mut cut = Vec::with_capacity(points.len() + 4);
        for (i, &(bx, by)) in points.iter().enumerate() {
            let (ax, ay) = points[if i == 0 { points.len() - 1 } else { i - 1 }];
            if (ax < 0.0) != (bx < 0.0) {
                cut.push((0.0, ay + (by - ay) * ax / (ax - bx)));
            }
            if bx >= 0.0 {
                cut.push((bx, by));
            }
        }
        points = cut.into_iter().map(|(x, y)| (y, side - x)).collect();
    }
    let twice: f64 = (0..points.len())
        .map(|i| {
            let (a, b) = (points[i], points[(i + 1) % points.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum();
    twice / 2.0
}

/// Where a tile lies on the world grid.
struct Frame {
    origin: World,
    shift: u32,
}

impl Frame {
    fn of(tile: TileId) -> Self {
        let side = World::BITS - u32::from(tile.z());
        let origin = World { x: i64::from(tile.x()) << side, y: i64::from(tile.y()) << side };
        Self { origin, shift: side - EXTENT.trailing_zeros() }
    }

    /// The nearest unit, halves upwards, as tiles of parcels have it.
    fn unit(&self, p: World) -> GridPoint {
        let half = (1i64 << self.shift) >> 1;
        let near = |v: i64| ((v + half) >> self.shift).clamp(-(1 << 29), 1 << 29) as i32;
        (near(p.x - self.origin.x), near(p.y - self.origin.y))
    }

    /// The rings of a parcel, exteriors positive and holes negative; what rounds to nothing is left out.
    fn project(&self, feature: &Feature<'_>, out: &mut Rings) {
        out.clear();
        let mut ring: Vec<GridPoint> = Vec::new();
        for view in feature.rings() {
            ring.clear();
            ring.extend(view.points().map(|p| self.unit(p)));
            ring.dedup();
            let area = twice_area(&ring);
            if (area > 0) == view.is_hole {
                ring.reverse();
            }
            if area != 0 {
                out.push_ring(&ring);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_the_tile_counts() {
        assert_eq!(area_inside(&[(-64, -64), (4160, -64), (4160, 4160), (-64, 4160)]), 4096.0 * 4096.0);
        assert_eq!(area_inside(&[(10, 10), (10, 20), (30, 20), (30, 10)]), -200.0);
        assert_eq!(area_inside(&[(-10, 0), (10, 0), (10, 10), (-10, 10)]), 100.0);
        assert_eq!(area_inside(&[(-20, -20), (-10, -20), (-10, -10)]), 0.0);
    }
}
