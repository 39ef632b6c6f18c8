//! Measures on the ground from the world grid: areas and distances in metres on the WGS 84 ellipsoid.
//!
//! A grid step is as long on the ground as the ellipsoid's radii of curvature say for its latitude,
//! a little more from west to east than from north to south; leaving the ellipsoid out would be wrong by
//! 0.6 % of an area. Within a parcel or a ward the scale of the middle is taken for the whole.
//! Areas of record, in the plane of VN-2000, come from the surveyed vertices elsewhere.

use super::planar::{Outcome, REACH, Repairer, Rings};
use super::{World, WorldBox};

/// Semi-major axis of WGS 84 in metres.
const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// First eccentricity of WGS 84, squared.
const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_316;

/// Metres on the ground of one grid step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroundScale {
    /// West to east.
    pub x_m: f64,
    /// North to south.
    pub y_m: f64,
}

impl GroundScale {
    /// The scale at a place.
    pub fn at(place: World) -> Self {
        let (sin, cos) = place.to_lnglat().lat.to_radians().sin_cos();
        let w2 = 1.0 - ECCENTRICITY_2 * sin * sin;
        let prime_vertical_m = SEMI_MAJOR_M / w2.sqrt();
        let meridional_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_2) / (w2 * w2.sqrt());
        let step = World::STEP_M / SEMI_MAJOR_M * cos;
        Self { x_m: step * prime_vertical_m, y_m: step * meridional_m }
    }

    /// Metres east and south from one place to another.
    pub fn offset_m(self, from: World, to: World) -> (f64, f64) {
        ((to.x - from.x) as f64 * self.x_m, (to.y - from.y) as f64 * self.y_m)
    }
}

/// Area of rings in square metres by the even-odd rule, as they are drawn: a ring that crosses itself covers
/// what an odd number of its windings encloses, so a bow-tie has the area of both its loops.
pub fn area_m2(rings: impl Iterator<Item = impl Iterator<Item = World>>, bounds: &WorldBox) -> f64 {
    let origin = bounds.center();
    let reach = (bounds.max.x - bounds.min.x).max(bounds.max.y - bounds.min.y) / 2 + 1;
    // larger than 300 km: half, a quarter … of the grid's resolution, until it fits
    let shift = (0..i64::BITS).find(|&shift| reach >> shift < i64::from(REACH)).unwrap_or(0);
    let to_grid = |p: World| (((p.x - origin.x) >> shift) as i32, ((p.y - origin.y) >> shift) as i32);
    let mut shape = Rings::new();
    rings.for_each(|ring| shape.push_points(ring.map(to_grid)));
    if !shape.clean_if_plain() && Repairer::new().repair(&mut shape) == Outcome::Reduced {
        tracing::debug!("the area of a shape that cannot be untangled is less than what is drawn");
    }
    let scale = GroundScale::at(origin);
    let steps_per_unit = (1i64 << shift) as f64;
    shape.twice_area() as f64 / 2.0 * steps_per_unit * steps_per_unit * scale.x_m * scale.y_m
}

/// Metres between two places, for distances within a province.
pub fn distance_m(a: World, b: World) -> f64 {
    let middle = World { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    let (dx, dy) = GroundScale::at(middle).offset_m(a, b);
    dx.hypot(dy)
}

/// Metres from a place to the nearest vertex or edge of open or closed paths.
pub fn distance_to_shape_m(
    at: World,
    paths: impl Iterator<Item = impl Iterator<Item = World>>,
    are_closed: bool,
) -> f64 {
    nearest_offset_m(GroundScale::at(at), at, paths, are_closed).map_or(f64::INFINITY, |(x, y)| x.hypot(y))
}

/// The place on the vertices and edges of open or closed paths that is nearest to a place.
pub fn nearest_on_shape(
    at: World,
    paths: impl Iterator<Item = impl Iterator<Item = World>>,
    are_closed: bool,
) -> Option<World> {
    let scale = GroundScale::at(at);
    let (east_m, south_m) = nearest_offset_m(scale, at, paths, are_closed)?;
    Some(World {
        x: at.x + (east_m / scale.x_m).round() as i64,
        y: at.y + (south_m / scale.y_m).round() as i64,
    })
}

/// Metres east and south to what is nearest of the paths.
fn nearest_offset_m(
    scale: GroundScale,
    at: World,
    paths: impl Iterator<Item = impl Iterator<Item = World>>,
    are_closed: bool,
) -> Option<(f64, f64)> {
    let (mut nearest, mut nearest_m2) = (None, f64::INFINITY);
    let mut keep = |(x, y): (f64, f64)| {
        let away_m2 = x * x + y * y;
        if away_m2 < nearest_m2 {
            (nearest, nearest_m2) = (Some((x, y)), away_m2);
        }
    };
    for path in paths {
        let mut points = path.map(|p| scale.offset_m(at, p));
        let Some(first) = points.next() else { continue };
        keep(first);
        let mut last = first;
        for p in points.chain(are_closed.then_some(first)) {
            keep(nearest_of_segment_to_origin(last, p));
            last = p;
        }
    }
    nearest
}

fn nearest_of_segment_to_origin(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (-(a.0 * dx + a.1 * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (a.0 + t * dx, a.1 + t * dy)
}

#[cfg(test)]
mod tests {
    use super::super::LngLat;
    use super::*;

    fn at(lng: f64, lat: f64) -> World {
        World::from_lnglat(LngLat { lng, lat })
    }

    // Truth: PROJ's `geod -I +ellps=WGS84`; areas are compared with PostGIS in tests/.

    #[test]
    fn distances_agree_with_the_ellipsoid() {
        let d = distance_m(at(106.0, 11.0), at(106.0, 11.01));
        assert!((d - 1106.147).abs() < 0.01, "north: {d}");
        let d = distance_m(at(106.0, 11.0), at(106.01, 11.0));
        assert!((d - 1092.876).abs() < 0.01, "east: {d}");
    }

    #[test]
    fn an_area_agrees_with_the_ellipsoid() {
        let ring =
            [(106.0, 11.0), (106.001, 11.0), (106.001, 11.001), (106.0, 11.001)].map(|(x, y)| at(x, y));
        let mut bounds = WorldBox::EMPTY;
        ring.iter().for_each(|&p| bounds.include(p));
        let area = area_m2(std::iter::once(ring.into_iter()), &bounds);
        assert!((area - 1106.147 * 1092.876 / 100.0).abs() < 0.5, "{area}");
    }

    fn area_of(ring: &[(f64, f64)]) -> f64 {
        let ring: Vec<World> = ring.iter().map(|&(lng, lat)| at(lng, lat)).collect();
        let mut bounds = WorldBox::EMPTY;
        ring.iter().for_each(|&p| bounds.include(p));
        area_m2(std::iter::once(ring.into_iter()), &bounds)
    }

    #[test]
    fn a_bow_tie_has_the_area_of_its_two_loops() {
        let tie = area_of(&[(106.0, 11.0), (106.001, 11.001), (106.001, 11.0), (106.0, 11.001)]);
        let square = area_of(&[(106.0, 11.001), (106.001, 11.001), (106.001, 11.0), (106.0, 11.0)]);
        assert!((tie - square / 2.0).abs() < 0.5, "{tie} of {square}");
    }

    #[test]
    fn what_a_ring_encloses_twice_is_outside() {
        let (a, b) = ((106.0, 11.0), (106.001, 11.001));
        let once = [(a.0, b.1), (b.0, b.1), (b.0, a.1), (a.0, a.1)];
        let inner = once.map(|(x, y)| (a.0 + (x - a.0) / 2.0, a.1 + (y - a.1) / 2.0));
        // once around the whole, then once more around a quarter of it that shares the corner `a`
        let ring: Vec<_> = once.iter().chain(&inner).copied().collect();
        let (area, square) = (area_of(&ring), area_of(&once));
        assert!((area - square * 0.75).abs() < 0.5, "{area} of {square}");
    }

    #[test]
    fn a_country_has_an_area_too() {
        let area = area_of(&[(102.0, 23.0), (109.0, 23.0), (109.0, 9.0), (102.0, 9.0)]);
        assert!((1.0e12..1.4e12).contains(&area), "{area}");
    }

    #[test]
    fn the_distance_to_a_line_is_taken_to_its_edge_and_not_to_its_vertices() {
        let line = [at(106.0, 11.0), at(106.2, 11.0)];
        let d = distance_to_shape_m(at(106.1, 11.001), std::iter::once(line.into_iter()), false);
        assert!((d - 110.6).abs() < 1.0, "{d}");
    }
}
