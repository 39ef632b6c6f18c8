//! A shape being put together from points, lines and areas, with what was done to them on the way.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

use super::read_rows::Remark;

/// The parts of one shape. Collections within collections are one list of parts.
#[derive(Debug, Default)]
pub struct Parts {
    /// Points.
    pub points: Vec<Point>,
    /// Lines.
    pub lines: Vec<LineString>,
    /// Areas.
    pub polygons: Vec<Polygon>,
    /// What was done to them.
    pub done: Done,
}

/// What was done to a shape.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Heights or measures were dropped.
    pub dropped_heights: bool,
    /// Arcs were made straight.
    pub straightened: bool,
}

impl Parts {
    /// An area of its rings, the outer one first.
    pub fn push_polygon(&mut self, rings: Vec<Vec<Coord>>) {
        let mut rings = rings.into_iter().map(LineString);
        if let Some(outer) = rings.next() {
            self.polygons.push(Polygon::new(outer, rings.collect()));
        }
    }

    /// The shape. A coordinate that is not a number spoils it.
    pub fn into_geometry(self) -> Result<Geometry, String> {
        let is_finite = |at: &Coord| at.x.is_finite() && at.y.is_finite();
        let rings = self.polygons.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        let mut lines = self.lines.iter().chain(rings);
        if !(self.points.iter().all(|p| is_finite(&p.0)) && lines.all(|line| line.0.iter().all(is_finite))) {
            return Err("a coordinate is not a number".to_owned());
        }
        let mut kinds = Vec::new();
        match self.points[..] {
            [] => {}
            [point] => kinds.push(Geometry::Point(point)),
            _ => kinds.push(Geometry::MultiPoint(MultiPoint(self.points))),
        }
        kinds.extend(one_or_many(self.lines, Geometry::LineString, |all| {
            Geometry::MultiLineString(MultiLineString(all))
        }));
        kinds.extend(one_or_many(self.polygons, Geometry::Polygon, |all| {
            Geometry::MultiPolygon(MultiPolygon(all))
        }));
        Ok(match (kinds.pop(), kinds.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                Geometry::GeometryCollection(GeometryCollection(kinds.into_iter().chain(last).collect()))
            }
        })
    }
}

fn one_or_many<T>(
    mut parts: Vec<T>,
    one: impl Fn(T) -> Geometry,
    many: impl Fn(Vec<T>) -> Geometry,
) -> Option<Geometry> {
    if parts.len() > 1 { Some(many(parts)) } else { parts.pop().map(one) }
}

/// In how many rows of a layer what was done.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    heights: u64,
    curves: u64,
}

impl Tally {
    /// Counts one shape.
    pub fn count(&mut self, done: Done) {
        self.heights += u64::from(done.dropped_heights);
        self.curves += u64::from(done.straightened);
    }

    /// What there is to say.
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        note(&mut remarks, "heights or measures (Z, M) of the shape dropped", self.heights);
        note(&mut remarks, "curves made straight within 1 cm", self.curves);
        remarks
    }
}

/// A remark, if it is true of any row.
pub fn note(remarks: &mut Vec<Remark>, what: &str, rows: u64) {
    if rows > 0 {
        remarks.push(Remark { what: what.to_owned(), rows });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_kind_are_that_kind_and_mixed_ones_a_collection() {
        let mut parts = Parts::default();
        assert_eq!(
            Parts::default().into_geometry(),
            Ok(Geometry::GeometryCollection(GeometryCollection::default())),
        );
        parts.points.push(Point::new(1.0, 2.0));
        parts.push_polygon(vec![vec![
            Coord { x: 0.0, y: 0.0 },
            Coord { x: 1.0, y: 0.0 },
            Coord { x: 1.0, y: 1.0 },
        ]]);
        let Ok(Geometry::GeometryCollection(all)) = parts.into_geometry() else { panic!() };
        assert!(matches!(all.0[..], [Geometry::Point(_), Geometry::Polygon(_)]));
        let broken = Parts { points: vec![Point::new(f64::NAN, 0.0)], ..Parts::default() };
        assert!(broken.into_geometry().is_err());
    }
}
