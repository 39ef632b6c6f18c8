//! The world grid: Web Mercator in 2^36 integer steps around the equator (0.58 mm there).
//!
//! Every vertex the server holds is a pair of these integers, so a tile coordinate is a
//! subtraction and a rounding shift, equal inputs give equal outputs on every machine, and two
//! parcels that share a corner share it exactly. `y` grows southwards, as in tiles.

use std::f64::consts::PI;

/// Longitude and latitude in degrees, WGS 84 (EPSG:4326), longitude first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LngLat {
    /// Degrees east.
    pub lng: f64,
    /// Degrees north.
    pub lat: f64,
}

/// A point on the world grid: each coordinate in `0..=2^36`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct World {
    /// Steps east of 180° W.
    pub x: i64,
    /// Steps south of the northern edge of Web Mercator (85.0511° N).
    pub y: i64,
}

impl World {
    /// log2 of the number of steps around the world.
    pub const BITS: u32 = 36;
    /// Steps around the world.
    pub const SIZE: i64 = 1 << Self::BITS;
    /// Metres on the equator of one step.
    pub const STEP_M: f64 = 40_075_016.685_578_49 / Self::SIZE as f64;
    /// The latitude where Web Mercator ends.
    pub const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

    /// The nearest grid point; latitudes beyond Web Mercator are moved to its edge.
    pub fn from_lnglat(at: LngLat) -> Self {
        let size = Self::SIZE as f64;
        let lat = at.lat.clamp(-Self::MAX_LATITUDE, Self::MAX_LATITUDE);
        let x = (at.lng / 360.0 + 0.5) * size;
        let y = (0.5 - lat.to_radians().tan().asinh() / (2.0 * PI)) * size;
        Self { x: (x.round() as i64).clamp(0, Self::SIZE), y: (y.round() as i64).clamp(0, Self::SIZE) }
    }

    /// Degrees of the grid point.
    pub fn to_lnglat(self) -> LngLat {
        let size = Self::SIZE as f64;
        let lng = (self.x as f64 / size - 0.5) * 360.0;
        let lat = (2.0 * PI * (0.5 - self.y as f64 / size)).sinh().atan();
        LngLat { lng, lat: lat.to_degrees() }
    }
}

/// A box on the world grid, edges included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorldBox {
    /// North-west corner.
    pub min: World,
    /// South-east corner.
    pub max: World,
}

impl WorldBox {
    /// A box that holds nothing and grows by [`WorldBox::include`].
    pub const EMPTY: Self =
        Self { min: World { x: i64::MAX, y: i64::MAX }, max: World { x: i64::MIN, y: i64::MIN } };

    /// The box of one point.
    pub fn of(point: World) -> Self {
        Self { min: point, max: point }
    }

    /// Whether nothing was included yet.
    pub fn is_empty(&self) -> bool {
        self.min.x > self.max.x
    }

    /// Grows to hold the point.
    pub fn include(&mut self, p: World) {
        self.min.x = self.min.x.min(p.x);
        self.min.y = self.min.y.min(p.y);
        self.max.x = self.max.x.max(p.x);
        self.max.y = self.max.y.max(p.y);
    }

    /// Grows to hold the other box.
    pub fn include_box(&mut self, other: &Self) {
        if !other.is_empty() {
            self.include(other.min);
            self.include(other.max);
        }
    }

    /// Whether the two share a point.
    pub fn intersects(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && self.max.x >= other.min.x
            && self.min.y <= other.max.y
            && self.max.y >= other.min.y
    }

    /// Whether the other lies wholly inside.
    pub fn contains_box(&self, other: &Self) -> bool {
        self.min.x <= other.min.x
            && self.max.x >= other.max.x
            && self.min.y <= other.min.y
            && self.max.y >= other.max.y
    }

    /// Whether the point lies inside or on the edge.
    pub fn contains(&self, p: World) -> bool {
        self.contains_box(&Self::of(p))
    }

    /// The same box with `steps` more on every side.
    pub fn grown(&self, steps: i64) -> Self {
        Self {
            min: World { x: self.min.x - steps, y: self.min.y - steps },
            max: World { x: self.max.x + steps, y: self.max.y + steps },
        }
    }

    /// The middle of the box.
    pub fn center(&self) -> World {
        World { x: self.min.x + (self.max.x - self.min.x) / 2, y: self.min.y + (self.max.y - self.min.y) / 2 }
    }

    /// West, south, east, north in degrees, as GeoJSON and TileJSON want it.
    pub fn to_degrees(self) -> [f64; 4] {
        let (nw, se) = (self.min.to_lnglat(), self.max.to_lnglat());
        [nw.lng, se.lat, se.lng, nw.lat]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn degrees_survive_the_grid_to_within_half_a_step(lng in -180.0..180.0, lat in -85.0..85.0) {
            let back = World::from_lnglat(LngLat { lng, lat }).to_lnglat();
            let step_degrees = 360.0 / World::SIZE as f64;
            prop_assert!((back.lng - lng).abs() <= step_degrees * 0.51);
            prop_assert!((back.lat - lat).abs() <= step_degrees * 0.51);
        }
    }

    #[test]
    fn the_corners_of_the_world_are_the_corners_of_the_grid() {
        let nw = World::from_lnglat(LngLat { lng: -180.0, lat: 90.0 });
        let se = World::from_lnglat(LngLat { lng: 180.0, lat: -90.0 });
        assert_eq!(nw, World { x: 0, y: 0 });
        assert_eq!(se, World { x: World::SIZE, y: World::SIZE });
    }

    #[test]
    fn a_box_that_holds_nothing_meets_nothing() {
        let all = WorldBox { min: World { x: 0, y: 0 }, max: World { x: World::SIZE, y: World::SIZE } };
        assert!(WorldBox::EMPTY.is_empty());
        assert!(!WorldBox::EMPTY.intersects(&all));
    }
}
