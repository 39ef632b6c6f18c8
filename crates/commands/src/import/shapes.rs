//! Shapes of a file brought to WGS 84: checked, long edges cut, self-crossing polygons repaired.
//! The untouched vertices stay beside it.

use geo::algorithm::kernels::{Kernel, Orientation};
use geo::{Area, BooleanOps, GeoNum, MapCoords};
use geo_types::{Coord, Geometry, Line, LineString, MultiLineString, MultiPolygon, Point, Polygon};

use crate::geometry::{CrsError, EpsgCode, MAX_EDGE_M, Transformer};
use crate::schema::Surveyed;

use super::report::Refusal;

/// A shape and whether it had to be repaired.
#[derive(Debug)]
pub struct Checked<G> {
    /// In WGS 84 and as delivered.
    pub shape: Surveyed<G>,
    /// It crossed itself.
    pub is_repaired: bool,
}

/// Brings the shapes of one file to WGS 84.
pub struct Shaper {
    transformer: Transformer,
    swaps: bool,
}

impl Shaper {
    /// For a file in this system; `swaps` where its first coordinate is the northing.
    pub fn new(from: EpsgCode, swaps: bool) -> Result<Self, CrsError> {
        Ok(Self { transformer: Transformer::new(from)?, swaps })
    }

    /// The file's system.
    pub fn system(&self) -> EpsgCode {
        self.transformer.source()
    }

    /// An area; lines and points beside it in a collection do not count.
    pub fn area(&self, geometry: Option<Geometry>) -> Result<Checked<MultiPolygon>, Refusal> {
        let mut polygons = Vec::new();
        take_polygons(geometry.ok_or("no geometry")?, &mut polygons)?;
        let delivered = MultiPolygon(polygons.into_iter().map(|p| self.upright_polygon(p)).collect());
        check_coordinates(
            delivered.iter().flat_map(|p| {
                p.exterior().0.iter().chain(p.interiors().iter().flat_map(|ring| ring.0.iter()))
            }),
        )?;
        let is_repaired = crosses_itself(&delivered);
        let sound = if is_repaired { repaired(&delivered)? } else { delivered.clone() };
        let mut wgs84 = sound;
        for polygon in &mut wgs84.0 {
            let (outer, inner) = std::mem::replace(polygon, Polygon::empty()).into_inner();
            let outer = self.path(outer)?;
            let inner = inner.into_iter().map(|ring| self.path(ring)).collect::<Result<_, _>>()?;
            *polygon = Polygon::new(outer, inner);
        }
        if wgs84.unsigned_area() <= 0.0 {
            return Err("the polygon has no area".into());
        }
        Ok(Checked { shape: self.surveyed(wgs84, delivered), is_repaired })
    }

    /// A line.
    pub fn line(&self, geometry: Option<Geometry>) -> Result<MultiLineString, Refusal> {
        let lines = match geometry.ok_or("no geometry")? {
            Geometry::LineString(line) => vec![line],
            Geometry::MultiLineString(lines) => lines.0,
            _ => return Err("not a line".into()),
        };
        let lines: Vec<_> = lines.into_iter().map(|l| self.upright(l)).filter(|l| !l.0.is_empty()).collect();
        check_coordinates(lines.iter().flat_map(|line| &line.0))?;
        let lines: Vec<_> = lines.into_iter().map(|l| self.path(l)).collect::<Result<_, _>>()?;
        if lines.iter().any(|line| line.0.len() < 2) {
            return Err("a line of one point".into());
        }
        Ok(MultiLineString(lines))
    }

    /// A point.
    pub fn point(&self, geometry: Option<Geometry>) -> Result<Point, Refusal> {
        let at = match geometry.ok_or("no geometry")? {
            Geometry::Point(at) => at.0,
            Geometry::MultiPoint(points) => match points.0.as_slice() {
                [] => return Err("empty geometry".into()),
                [one] => one.0,
                _ => return Err("several points in one row".into()),
            },
            _ => return Err("not a point".into()),
        };
        check_coordinates(std::iter::once(&at))?;
        let mut at = [if self.swaps { swapped(at) } else { at }];
        self.to_wgs84(&mut at)?;
        Ok(Point(at[0]))
    }

    fn surveyed<G>(&self, wgs84: G, delivered: G) -> Surveyed<G> {
        let source = (self.system() != EpsgCode::WGS84).then_some((self.system(), delivered));
        Surveyed { wgs84, source }
    }

    fn upright_polygon(&self, polygon: Polygon) -> Polygon {
        if !self.swaps {
            return polygon;
        }
        let (outer, inner) = polygon.into_inner();
        Polygon::new(self.upright(outer), inner.into_iter().map(|ring| self.upright(ring)).collect())
    }

    fn upright(&self, mut line: LineString) -> LineString {
        if self.swaps {
            line.0.iter_mut().for_each(|c| *c = swapped(*c));
        }
        line
    }

    fn path(&self, line: LineString) -> Result<LineString, Refusal> {
        let mut points = if self.system() == EpsgCode::WGS84 { line.0 } else { cut_long_edges(&line.0) };
        self.to_wgs84(&mut points)?;
        Ok(LineString(points))
    }

    fn to_wgs84(&self, points: &mut [Coord]) -> Result<(), Refusal> {
        let first = points.first().copied();
        let value = || first.map_or(String::new(), |c| format!("{}, {}", c.x, c.y));
        self.transformer.to_wgs84(points).map_err(|e| match e {
            CrsError::Swapped(_) => {
                Refusal::new(format!("{e}: if the file has Y before X, import it with --swap-xy"), value())
            }
            other => Refusal::new(other.to_string(), value()),
        })?;
        // The national map's extent with two degrees around it, as for VN-2000 in `geometry`.
        let is_in_reach = |p: &Coord| (100.0..=120.0).contains(&p.x) && (2.5..=25.5).contains(&p.y);
        match points.iter().find(|p| !is_in_reach(p)) {
            None => Ok(()),
            Some(p) if is_in_reach(&swapped(*p)) => Err(Refusal::new(
                "X and Y look swapped: if the file has latitude first, import it with --swap-xy",
                value(),
            )),
            Some(_) => Err(Refusal::new(
                format!("outside Viet Nam: is the file really in {}? Give --crs", self.system()),
                value(),
            )),
        }
    }
}

fn swapped(c: Coord) -> Coord {
    Coord { x: c.y, y: c.x }
}

fn take_polygons(geometry: Geometry, into: &mut Vec<Polygon>) -> Result<(), Refusal> {
    match geometry {
        Geometry::Polygon(polygon) => into.push(polygon),
        Geometry::MultiPolygon(polygons) => into.extend(polygons.0),
        Geometry::GeometryCollection(members) => {
            for member in members {
                if matches!(
                    member,
                    Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::GeometryCollection(_)
                ) {
                    take_polygons(member, into)?;
                }
            }
        }
        _ => return Err("not a polygon".into()),
    }
    into.retain(|polygon| !polygon.exterior().0.is_empty());
    Ok(())
}

fn check_coordinates<'a>(coordinates: impl Iterator<Item = &'a Coord>) -> Result<(), Refusal> {
    let mut count = 0;
    for c in coordinates {
        count += 1;
        if !(c.x.is_finite() && c.y.is_finite()) {
            return Err("a coordinate is not a number".into());
        }
    }
    if count == 0 { Err("empty geometry".into()) } else { Ok(()) }
}

/// A straight edge in VN-2000 is not straight in Mercator.
fn cut_long_edges(points: &[Coord]) -> Vec<Coord> {
    let mut cut = Vec::with_capacity(points.len());
    for pair in points.windows(2) {
        let (a, step) = (pair[0], pair[1] - pair[0]);
        cut.push(a);
        let pieces = (step.x.hypot(step.y) / MAX_EDGE_M).ceil().clamp(1.0, 10_000.0) as u32;
        for k in 1..pieces {
            cut.push(a + step * (f64::from(k) / f64::from(pieces)));
        }
    }
    cut.extend(points.last());
    cut
}

/// Whether two edges cross or run over each other. Touching in a point is allowed: even-odd filling
/// gives the same area for it.
///
/// Edges sorted by their western end are compared with those that begin before they end: about
/// n·√n comparisons on real outlines, where `geo::Validation` takes n² (wards have up to 40,000 edges).
fn crosses_itself(polygons: &MultiPolygon) -> bool {
    let mut edges: Vec<Line> = polygons
        .iter()
        .flat_map(|p| p.exterior().lines().chain(p.interiors().iter().flat_map(LineString::lines)))
        .filter(|edge| edge.start != edge.end)
        .map(|edge| {
            let is_eastward = (edge.start.x, edge.start.y) <= (edge.end.x, edge.end.y);
            if is_eastward { edge } else { Line::new(edge.end, edge.start) }
        })
        .collect();
    edges.sort_unstable_by(|a, b| a.start.x.total_cmp(&b.start.x));
    edges.iter().enumerate().any(|(i, a)| {
        let (south, north) = (a.start.y.min(a.end.y), a.start.y.max(a.end.y));
        edges[i + 1..]
            .iter()
            .take_while(|b| b.start.x <= a.end.x)
            .filter(|b| b.start.y.min(b.end.y) <= north && b.start.y.max(b.end.y) >= south)
            .any(|b| edges_cross(a, b))
    })
}

fn edges_cross(a: &Line, b: &Line) -> bool {
    let side = |line: &Line, p: Coord| <f64 as GeoNum>::Ker::orient2d(line.start, line.end, p);
    let (b_start, b_end) = (side(a, b.start), side(a, b.end));
    if b_start == Orientation::Collinear && b_end == Orientation::Collinear {
        // on one line: do they share more than a point?
        let key = |c: Coord| if a.start.x == a.end.x { c.y } else { c.x };
        let first_end = key(a.end).max(key(a.start)).min(key(b.end).max(key(b.start)));
        let last_start = key(a.start).min(key(a.end)).max(key(b.start).min(key(b.end)));
        return first_end > last_start;
    }
    let (a_start, a_end) = (side(b, a.start), side(b, a.end));
    let is_parted =
        |one, other| one != Orientation::Collinear && other != Orientation::Collinear && one != other;
    is_parted(b_start, b_end) && is_parted(a_start, a_end)
}

/// The area that even-odd filling shows, as polygons that do not cross. The overlay works on a grid of
/// about a billionth of the polygon's width, so it is moved to zero first, where doubles are finest.
fn repaired(polygons: &MultiPolygon) -> Result<MultiPolygon, Refusal> {
    let first = polygons.iter().find_map(|p| p.exterior().0.first());
    let origin = *first.ok_or_else(|| Refusal::from("empty geometry"))?;
    let sound = polygons.map_coords(|c| c - origin).union(&MultiPolygon(Vec::new()));
    if sound.unsigned_area() <= 0.0 {
        return Err("the polygon crosses itself and encloses nothing".into());
    }
    Ok(sound.map_coords(|c| c + origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{point, polygon, wkt};

    fn wgs84() -> Shaper {
        Shaper::new(EpsgCode::WGS84, false).unwrap()
    }

    #[test]
    fn a_bow_tie_is_repaired_into_its_two_halves() {
        let bow =
            polygon![(x: 106.0, y: 11.0), (x: 106.1, y: 11.1), (x: 106.1, y: 11.0), (x: 106.0, y: 11.1)];
        let checked = wgs84().area(Some(bow.into())).unwrap();
        assert!(checked.is_repaired);
        assert_eq!(checked.shape.wgs84.0.len(), 2);
        assert!((checked.shape.wgs84.unsigned_area() - 0.005).abs() < 1e-9);
    }

    #[test]
    fn a_spike_is_cut_off_and_a_touch_is_left_alone() {
        let spike = polygon![(x: 106.0, y: 11.0), (x: 106.2, y: 11.0), (x: 106.3, y: 11.0), (x: 106.2, y: 11.0), (x: 106.2, y: 11.2)];
        assert!(wgs84().area(Some(spike.into())).unwrap().is_repaired);
        let touching = wkt! { MULTIPOLYGON(((106.0 11.0,106.1 11.0,106.1 11.1,106.0 11.0)),((106.1 11.1,106.2 11.1,106.2 11.2,106.1 11.1))) };
        assert!(!wgs84().area(Some(touching.into())).unwrap().is_repaired);
    }

    #[test]
    fn what_is_empty_swapped_or_elsewhere_is_refused_in_words() {
        let reason = |geometry: Option<Geometry>| wgs84().point(geometry).unwrap_err().reason;
        assert_eq!(reason(None), "no geometry");
        assert_eq!(reason(Some(Geometry::MultiPoint(Vec::<Point>::new().into()))), "empty geometry");
        assert!(reason(Some(point!(x: 11.0, y: 106.0).into())).contains("swapped"));
        assert!(reason(Some(point!(x: 2.3, y: 48.9).into())).contains("outside Viet Nam"));
        assert!(reason(Some(point!(x: 557_000.0, y: 1_250_000.0).into())).contains("EPSG:4326"));
        assert_eq!(wgs84().area(Some(point!(x: 106.0, y: 11.0).into())).unwrap_err().reason, "not a polygon");
        let flat = polygon![(x: 106.0, y: 11.0), (x: 106.1, y: 11.0), (x: 106.2, y: 11.0)];
        assert!(wgs84().area(Some(flat.into())).unwrap_err().reason.contains("encloses nothing"));
    }

    #[test]
    fn a_vn_2000_shape_keeps_its_vertices_and_gets_more_where_edges_are_long() {
        let square = polygon![(x: 550_000.0, y: 1_250_000.0), (x: 551_000.0, y: 1_250_000.0), (x: 551_000.0, y: 1_251_000.0), (x: 550_000.0, y: 1_251_000.0)];
        let shaper = Shaper::new(EpsgCode(9209), false).unwrap();
        let checked = shaper.area(Some(square.clone().into())).unwrap();
        assert_eq!(checked.shape.source, Some((EpsgCode(9209), MultiPolygon(vec![square]))));
        assert_eq!(checked.shape.wgs84.0[0].exterior().0.len(), 21);
    }

    #[test]
    fn swapped_files_are_read_when_told_so() {
        let shaper = Shaper::new(EpsgCode(9209), true).unwrap();
        let at = shaper.point(Some(point!(x: 1_250_000.0, y: 557_000.0).into())).unwrap();
        assert!((at.x() - 106.023_939).abs() < 1e-6);
    }
}
