//! Shapes that `geozero` reads, event by event, as parts: the blobs of a GeoPackage, EWKB and WKT in a cell. Curves
//! are made straight, heights dropped.

use geo_types::{Coord, LineString, Point};
use geozero::error::{GeozeroError, Result as GeozeroResult};
use geozero::wkt::Wkt;
use geozero::{CoordDimensions, GeomProcessor, GeozeroGeometry};

use super::curves::{Unit, straighten_arcs};
use super::parts::Parts;

/// Collections within collections: every level costs the reader a stack frame.
const MAX_COLLECTION_DEPTH: u32 = 16;

/// Brackets within brackets of a text: a level costs its reader several.
const MAX_BRACKETS: usize = 4 * MAX_COLLECTION_DEPTH as usize;

/// The shape in a GeoPackage's blob.
pub fn of_geopackage(mut blob: &[u8], unit: Unit) -> Result<Parts, String> {
    let mut events = Events::new(unit);
    let read = geozero::wkb::process_gpkg_geom(&mut blob, &mut events);
    events.end(read).map(|(parts, _)| parts)
}

/// A shape as PostGIS writes it in bytes, with the number of its system.
pub fn of_ewkb(mut bytes: &[u8], unit: Unit) -> Result<(Parts, Option<u32>), String> {
    let mut events = Events::new(unit);
    let read = geozero::wkb::process_ewkb_geom(&mut bytes, &mut events);
    events.end(read)
}

/// A shape in words, `POLYGON((…))`. Curves have no reader here.
pub fn of_wkt(text: &str, unit: Unit) -> Result<Parts, String> {
    let mut open = 0_usize;
    let is_too_deep = text.bytes().any(|byte| {
        match byte {
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_BRACKETS
    });
    if is_too_deep {
        return Err("collections nested too deep".to_owned());
    }
    let mut events = Events::new(unit);
    let read = Wkt(text).process_geom(&mut events);
    events.end(read).map(|(parts, _)| parts)
}

struct Events {
    parts: Parts,
    unit: Unit,
    /// Of the point, line or arc being read.
    corners: Vec<Coord>,
    /// The line that pieces are being put together to.
    compound: Option<Vec<Coord>>,
    /// Of the polygon being read.
    rings: Option<Vec<Vec<Coord>>>,
    depth: u32,
    srid: Option<u32>,
    problem: Option<String>,
}

impl Events {
    fn new(unit: Unit) -> Self {
        Self {
            parts: Parts::default(),
            unit,
            corners: Vec::new(),
            compound: None,
            rings: None,
            depth: 0,
            srid: None,
            problem: None,
        }
    }

    fn end(self, read: GeozeroResult<()>) -> Result<(Parts, Option<u32>), String> {
        match (read, self.problem) {
            (_, Some(problem)) => Err(problem),
            (Err(_), None) => Err("the shape is damaged".to_owned()),
            (Ok(()), None) => Ok((self.parts, self.srid)),
        }
    }

    fn fail(&mut self, problem: &str) -> GeozeroResult<()> {
        self.problem = Some(problem.to_owned());
        Err(GeozeroError::GeometryFormat)
    }

    /// A line is whole: a piece of another, a ring, or one of its own.
    fn end_line(&mut self, line: Vec<Coord>) {
        match (&mut self.compound, &mut self.rings) {
            (Some(compound), _) => {
                let meets = compound.last().is_some_and(|last| line.first() == Some(last));
                compound.extend(line.into_iter().skip(usize::from(meets)));
            }
            (None, Some(rings)) => rings.push(line),
            (None, None) if line.is_empty() => {}
            (None, None) => self.parts.lines.push(LineString(line)),
        }
    }

    fn end_polygon(&mut self) {
        let rings = self.rings.take().unwrap_or_default();
        if rings.first().is_some_and(|outer| !outer.is_empty()) {
            self.parts.push_polygon(rings);
        }
    }

    fn end_points(&mut self) {
        // WKB writes an empty member of a multipoint as two NaN
        let is_there = |at: &Coord| !(at.x.is_nan() && at.y.is_nan());
        self.parts.points.extend(self.corners.drain(..).filter(is_there).map(Point));
    }
}

impl GeomProcessor for Events {
    fn dimensions(&self) -> CoordDimensions {
        CoordDimensions::xyzm()
    }

    fn srid(&mut self, srid: Option<i32>) -> GeozeroResult<()> {
        self.srid = srid.and_then(|srid| u32::try_from(srid).ok()).filter(|&srid| srid != 0);
        Ok(())
    }

    fn coordinate(
        &mut self,
        x: f64,
        y: f64,
        z: Option<f64>,
        m: Option<f64>,
        _: Option<f64>,
        _: Option<u64>,
        _: usize,
    ) -> GeozeroResult<()> {
        self.parts.done.dropped_heights |= z.is_some() || m.is_some();
        self.corners.push(Coord { x, y });
        Ok(())
    }

    fn empty_point(&mut self, _: usize) -> GeozeroResult<()> {
        Ok(())
    }

    fn point_end(&mut self, _: usize) -> GeozeroResult<()> {
        self.end_points();
        Ok(())
    }

    fn multipoint_end(&mut self, _: usize) -> GeozeroResult<()> {
        self.end_points();
        Ok(())
    }

    fn linestring_end(&mut self, _tagged: bool, _: usize) -> GeozeroResult<()> {
        let line = std::mem::take(&mut self.corners);
        self.end_line(line);
        Ok(())
    }

    fn circularstring_end(&mut self, _: usize) -> GeozeroResult<()> {
        let points = std::mem::take(&mut self.corners);
        match straighten_arcs(&points, self.unit) {
            Ok(line) => {
                self.parts.done.straightened |= !line.is_empty();
                self.end_line(line);
                Ok(())
            }
            Err(problem) => self.fail(&problem),
        }
    }

    fn compoundcurve_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.compound = Some(Vec::new());
        Ok(())
    }

    fn compoundcurve_end(&mut self, _: usize) -> GeozeroResult<()> {
        let line = self.compound.take().unwrap_or_default();
        self.end_line(line);
        Ok(())
    }

    fn polygon_begin(&mut self, _tagged: bool, _: usize, _: usize) -> GeozeroResult<()> {
        self.rings = Some(Vec::new());
        Ok(())
    }

    fn polygon_end(&mut self, _tagged: bool, _: usize) -> GeozeroResult<()> {
        self.end_polygon();
        Ok(())
    }

    fn curvepolygon_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.rings = Some(Vec::new());
        Ok(())
    }

    fn curvepolygon_end(&mut self, _: usize) -> GeozeroResult<()> {
        self.end_polygon();
        Ok(())
    }

    fn triangle_begin(&mut self, _tagged: bool, _: usize, _: usize) -> GeozeroResult<()> {
        self.rings = Some(Vec::new());
        Ok(())
    }

    fn triangle_end(&mut self, _tagged: bool, _: usize) -> GeozeroResult<()> {
        self.end_polygon();
        Ok(())
    }

    fn geometrycollection_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.depth += 1;
        if self.depth > MAX_COLLECTION_DEPTH {
            return self.fail("collections nested too deep");
        }
        Ok(())
    }

    fn geometrycollection_end(&mut self, _: usize) -> GeozeroResult<()> {
        self.depth -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Area;
    use geo_types::Geometry;
    use proptest::prelude::*;

    /// A blob around WKB, without an envelope.
    fn blob(wkb: &[u8]) -> Vec<u8> {
        [b"GP\x00\x01".as_slice(), &9210_i32.to_le_bytes(), wkb].concat()
    }

    fn header(kind: u32, count: u32) -> Vec<u8> {
        [&[1][..], &kind.to_le_bytes(), &count.to_le_bytes()].concat()
    }

    fn line(kind: u32, points: &[(f64, f64)]) -> Vec<u8> {
        let numbers = points.iter().flat_map(|&(x, y)| [x.to_le_bytes(), y.to_le_bytes()]).flatten();
        header(kind, points.len() as u32).into_iter().chain(numbers).collect()
    }

    fn shape(wkb: &[u8]) -> Result<Geometry, String> {
        of_geopackage(&blob(wkb), Unit::Metres)?.into_geometry()
    }

    #[test]
    fn a_ring_of_lines_and_arcs_is_one_ring() {
        let bow = line(8, &[(0.0, 0.0), (50.0, 50.0), (100.0, 0.0)]);
        let base = line(2, &[(100.0, 0.0), (0.0, 0.0)]);
        let compound = [header(9, 2), bow, base].concat();
        let surface = [header(12, 1), header(10, 1), compound].concat();
        let Geometry::Polygon(half) = shape(&surface).unwrap() else { panic!() };
        let true_m2 = std::f64::consts::PI * 2500.0 / 2.0;
        assert!((half.unsigned_area() - true_m2).abs() < 0.01 * 260.0);
        assert_eq!(half.exterior().0.first(), half.exterior().0.last());
        let done = of_geopackage(&blob(&surface), Unit::Metres).unwrap().done;
        assert!(done.straightened && !done.dropped_heights);
    }

    #[test]
    fn many_curves_are_many_lines_and_heights_are_noticed() {
        let curves = [
            header(11, 2),
            line(2, &[(0.0, 0.0), (1.0, 1.0)]),
            line(8, &[(0.0, 0.0), (5.0, 5.0), (10.0, 0.0)]),
        ];
        assert!(
            matches!(shape(&curves.concat()), Ok(Geometry::MultiLineString(lines)) if lines.0.len() == 2)
        );
        let high =
            [&[1][..], &1001_u32.to_le_bytes(), &[1_f64, 2.0, 3.0].map(f64::to_le_bytes).concat()].concat();
        let parts = of_geopackage(&blob(&high), Unit::Metres).unwrap();
        assert!(parts.done.dropped_heights);
        assert_eq!(parts.into_geometry(), Ok(Geometry::Point((1.0, 2.0).into())));
    }

    #[test]
    fn damaged_and_bottomless_blobs_are_refused() {
        assert!(shape(&line(8, &[(0.0, 0.0), (1.0, 1.0)])).unwrap_err().contains("three points"));
        assert!(shape(&header(7, 1).repeat(100_000)).unwrap_err().contains("too deep"));
        assert!(of_geopackage(b"GP", Unit::Metres).unwrap_err().contains("damaged"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_shape_or_refused(
            kinds in prop::collection::vec((1_u32..18, 0_u32..4), 0..6),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let headers: Vec<u8> = kinds.into_iter().flat_map(|(kind, count)| header(kind, count)).collect();
            let parts = of_geopackage(&blob(&[headers, bytes].concat()), Unit::Unknown);
            let _: Result<Geometry, String> = parts.and_then(Parts::into_geometry);
        }
    }
}
