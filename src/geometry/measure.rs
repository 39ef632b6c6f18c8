//! Measures on the ground from the world grid: areas and distances in metres.
//!
//! Mercator stretches by 1 / cos(latitude). Within a parcel or a ward the stretch is taken as that of
//! the middle: right to 0.05 % over a ward. Areas of record come from VN-2000 vertices elsewhere.

use super::{World, WorldBox};

/// Metres on the ground of one grid step at this place.
pub fn ground_scale(at: World) -> f64 {
    World::STEP_M * at.to_lnglat().lat.to_radians().cos()
}

/// Signed area of a ring in square metres, holes negative as they are wound.
pub fn area_m2(rings: impl Iterator<Item = impl Iterator<Item = World>>, bounds: &WorldBox) -> f64 {
    let origin = bounds.center();
    let mut twice = 0.0;
    for ring in rings {
        let mut points = ring.map(|p| ((p.x - origin.x) as f64, (p.y - origin.y) as f64));
        let Some(first) = points.next() else { continue };
        let mut last = first;
        for p in points.chain(std::iter::once(first)) {
            twice += last.0 * p.1 - p.0 * last.1;
            last = p;
        }
    }
    twice / 2.0 * ground_scale(origin).powi(2)
}

/// Metres between two places, for distances within a province.
pub fn distance_m(a: World, b: World) -> f64 {
    let (dx, dy) = ((a.x - b.x) as f64, (a.y - b.y) as f64);
    dx.hypot(dy) * ground_scale(a)
}

/// Metres from a place to the nearest vertex or edge of open or closed paths.
pub fn distance_to_shape_m(
    at: World,
    paths: impl Iterator<Item = impl Iterator<Item = World>>,
    are_closed: bool,
) -> f64 {
    let mut nearest = f64::INFINITY;
    for path in paths {
        let mut points = path.map(|p| ((p.x - at.x) as f64, (p.y - at.y) as f64));
        let Some(first) = points.next() else { continue };
        nearest = nearest.min(first.0.hypot(first.1));
        let mut last = first;
        for p in points.chain(are_closed.then_some(first)) {
            nearest = nearest.min(distance_of_origin_to_segment(last, p));
            last = p;
        }
    }
    nearest * ground_scale(at)
}

fn distance_of_origin_to_segment(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (-(a.0 * dx + a.1 * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (a.0 + t * dx).hypot(a.1 + t * dy)
}

#[cfg(test)]
mod tests {
    use super::super::LngLat;
    use super::*;

    fn at(lng: f64, lat: f64) -> World {
        World::from_lnglat(LngLat { lng, lat })
    }

    #[test]
    fn an_arc_minute_of_latitude_is_a_sea_mile() {
        let d = distance_m(at(106.0, 11.0), at(106.0, 11.0 + 1.0 / 60.0));
        assert!((d - 1852.0).abs() < 10.0, "{d}");
    }

    #[test]
    fn the_distance_to_a_line_is_taken_to_its_edge_and_not_to_its_vertices() {
        let line = [at(106.0, 11.0), at(106.2, 11.0)];
        let d = distance_to_shape_m(at(106.1, 11.001), std::iter::once(line.into_iter()), false);
        assert!((d - 111.0).abs() < 1.0, "{d}");
    }
}
