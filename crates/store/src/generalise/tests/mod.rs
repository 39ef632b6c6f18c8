//! Behaviour of the whole room: synthetic coverages whose borders are known, streets, and the wards
//! of the country where the real data is there.

mod coverages;
mod real;
mod streets;

use super::Levels;
use super::level::{Level, Simplified};
use super::paths::Paths;
use crate::geometry::{ShapeKind, World};

/// Features of one kind, each a list of rings with whether it is a hole; ids count from 1.
fn paths(kind: ShapeKind, features: &[Vec<(bool, Vec<World>)>]) -> Paths {
    let mut paths = Paths::default();
    for (i, rings) in features.iter().enumerate() {
        for (is_hole, ring) in rings {
            paths.push_ring(ring.iter().copied(), *is_hole);
        }
        paths.end_feature(i as u64 + 1, kind);
    }
    paths
}

fn rings(shape: &Simplified<'_>) -> Vec<Vec<World>> {
    shape.rings().map(|ring| ring.points().collect()).collect()
}

/// Twice the signed area, exact.
fn twice_area(ring: &[World]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y))
        .sum()
}

/// Every feature of the level with its area.
fn twice_area_of_all(level: &Level, ids: impl Iterator<Item = u64>) -> i128 {
    ids.filter_map(|id| level.shape(id)).flat_map(|shape| rings(&shape)).map(|ring| twice_area(&ring)).sum()
}

fn build(paths: &Paths) -> Levels {
    Levels::of(paths, 4, 14)
}
