//! Real shapes: the parcels of a tile, united by ward and use on the integers of the tile.

use rustc_hash::FxHashMap;

use super::legend::{Legend, Pair};
use crate::geometry::planar::{GridPoint, Repairer, Rings, twice_area};
use crate::geometry::{BUFFER, EXTENT, TileId};
use crate::geometry::{ShapeKind, World};
use crate::store::{Feature, Layer};

/// What each pair covers of the tile and its buffer, in tile units, by pair.
pub(super) fn united(layer: &Layer, legend: &Legend, tile: TileId) -> Vec<(Pair, Rings)> {
    let mut repairer = Repairer::new();
    let mut parcels: FxHashMap<Pair, Rings> = FxHashMap::default();
    let (bounds, frame) = (tile.buffered_bounds(), Frame::of(tile));
    let mut polygon = Rings::new();
    for feature in layer.in_box(&bounds).filter(|feature| feature.kind() == ShapeKind::Polygon) {
        frame.project(&feature, &mut polygon);
        if !bounds.contains_box(&feature.bounds()) {
            let (low, high) = (-BUFFER, EXTENT + BUFFER);
            repairer.clip_to_box(&mut polygon, (low, low), (high, high));
        }
        parcels.entry(legend.pair(&feature)).or_default().append(&polygon);
    }
    let mut pairs: Vec<(Pair, Rings)> = parcels.into_iter().collect();
    pairs.sort_unstable_by_key(|(pair, _)| *pair);
    for (_, rings) in &mut pairs {
        let parts = std::mem::take(rings);
        repairer.union(&parts, rings);
    }
    pairs.retain(|(_, rings)| !rings.is_empty());
    pairs
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
