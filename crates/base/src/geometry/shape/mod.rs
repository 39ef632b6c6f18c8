//! Reading a shape: from the bytes a database sends (EWKB, GeoPackage) to cleaned rings on the
//! world grid, in buffers that are used again for the next row.
//!
//! Curves are refused with the way out named; a collection keeps its members of the highest
//! dimension. Rings come out open (no repeated last vertex), without repeated neighbours,
//! outer rings with positive shoelace area in grid coordinates (y down) and holes with negative:
//! what a vector tile wants.

mod events;

use geo_types::Coord;
use geozero::error::Result as GeozeroResult;
use thiserror::Error;

use events::{MAX_COLLECTION_DEPTH, Reading};

use super::{CrsError, EpsgCode, LngLat, MAX_EDGE_M, Transformer, World};

/// Points, lines or areas; the multi forms are the same with more parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ShapeKind {
    Point = 0,
    Line = 1,
    Polygon = 2,
}

/// One line, ring, or (for points) the whole set of points: where it ends in the vertex list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ring {
    /// Index after its last vertex.
    pub end: u32,
    /// An inner ring of the polygon whose outer ring came before.
    pub is_hole: bool,
}

/// Why a shape cannot be held.
#[derive(Debug, Error, PartialEq)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ShapeError {
    #[error("no geometry")]
    Missing,
    #[error("empty geometry")]
    Empty,
    #[error("curved geometry: convert it with ST_CurveToLine or `ogr2ogr -nlt CONVERT_TO_LINEAR`")]
    Curved,
    #[error("geometry type is not supported: use points, lines or polygons")]
    Unsupported,
    #[error("geometry bytes are damaged")]
    Damaged,
    #[error("a collection within more than {MAX_COLLECTION_DEPTH} others: take it apart with ST_Dump")]
    TooDeep,
    #[error("a coordinate is not a number")]
    NotFinite,
    #[error("no coordinate system: set the SRID in the table or `srid` in the layer's configuration")]
    NoSrid,
    #[error("collapses to nothing: smaller than a millimetre")]
    Collapsed,
    #[error("{0}")]
    Crs(#[from] CrsError),
}

/// A shape being read, with buffers that are kept from row to row.
#[derive(Debug, Default)]
pub struct Shape {
    /// What it is; the highest dimension met.
    kind: Option<ShapeKind>,
    srid: Option<u32>,
    source: Vec<Coord>,
    source_rings: Vec<Ring>,
    world: Vec<World>,
    rings: Vec<Ring>,
    /// Parts of a collection left out because others have a higher dimension.
    left_out: u32,
    reading: Reading,
    scratch: Vec<Coord>,
}

impl Shape {
    /// Reads PostGIS's EWKB. The SRID inside wins over nothing, `0` counts as none.
    pub fn read_ewkb(&mut self, mut bytes: &[u8]) -> Result<(), ShapeError> {
        self.clear();
        let read = geozero::wkb::process_ewkb_geom(&mut bytes, self);
        self.check(read)
    }

    /// Reads a GeoPackage blob.
    pub fn read_geopackage(&mut self, mut bytes: &[u8]) -> Result<(), ShapeError> {
        self.clear();
        let read = geozero::wkb::process_gpkg_geom(&mut bytes, self);
        self.check(read)
    }

    /// Reads a shape that is already in Rust, in the given system.
    pub fn read_geo(&mut self, geometry: &geo_types::Geometry, srid: EpsgCode) -> Result<(), ShapeError> {
        self.clear();
        let read = geozero::GeozeroGeometry::process_geom(geometry, self);
        self.srid = Some(srid.0);
        self.check(read)
    }

    fn clear(&mut self) {
        self.kind = None;
        self.srid = None;
        self.source.clear();
        self.source_rings.clear();
        self.world.clear();
        self.rings.clear();
        self.left_out = 0;
        self.reading = Reading::default();
    }

    fn check(&mut self, read: GeozeroResult<()>) -> Result<(), ShapeError> {
        if self.reading.is_curved {
            return Err(ShapeError::Curved);
        }
        if self.reading.is_unsupported {
            return Err(ShapeError::Unsupported);
        }
        if self.reading.is_too_deep {
            return Err(ShapeError::TooDeep);
        }
        read.map_err(|_| ShapeError::Damaged)?;
        if self.source.is_empty() {
            return Err(ShapeError::Empty);
        }
        if self.source.iter().any(|p| !(p.x.is_finite() && p.y.is_finite())) {
            return Err(ShapeError::NotFinite);
        }
        Ok(())
    }

    /// The coordinate system named in the bytes, if any.
    pub fn srid(&self) -> Option<EpsgCode> {
        self.srid.map(EpsgCode)
    }

    /// Points, lines or areas.
    pub fn kind(&self) -> ShapeKind {
        self.kind.unwrap_or(ShapeKind::Point)
    }

    /// Parts of a collection that were left out for their lower dimension.
    pub fn left_out(&self) -> u32 {
        self.left_out
    }

    /// Brings what was read onto the world grid, cleaned; [`Shape::world`] then gives it.
    pub fn project(&mut self, transformer: &Transformer) -> Result<(), ShapeError> {
        if transformer.source() != EpsgCode::WGS84 && self.kind() != ShapeKind::Point {
            self.cut_long_edges();
        }
        transformer.to_wgs84(&mut self.source)?;
        self.snap_to_grid();
        if self.rings.is_empty() { Err(ShapeError::Collapsed) } else { Ok(()) }
    }

    /// Vertices and rings on the grid.
    pub fn world(&self) -> (&[World], &[Ring]) {
        (&self.world, &self.rings)
    }

    /// Adds vertices so that no edge is longer than [`MAX_EDGE_M`]. In degrees nothing is that long.
    fn cut_long_edges(&mut self) {
        let is_polygon = self.kind() == ShapeKind::Polygon;
        let longest = |a: Coord, b: Coord| (a.x - b.x).abs().max((a.y - b.y).abs());
        if self.source.windows(2).all(|w| longest(w[0], w[1]) <= MAX_EDGE_M) && !is_polygon {
            return;
        }
        self.scratch.clear();
        let mut start = 0;
        for ring in &mut self.source_rings {
            let vertices = &self.source[start..ring.end as usize];
            start = ring.end as usize;
            for (i, &a) in vertices.iter().enumerate() {
                self.scratch.push(a);
                let next = match vertices.get(i + 1) {
                    Some(&b) => b,
                    None if is_polygon => vertices[0],
                    None => continue,
                };
                let length = (next.x - a.x).hypot(next.y - a.y);
                // an absurd length is left alone: the transformation will refuse it
                let pieces = (length / MAX_EDGE_M).ceil().clamp(1.0, 10_000.0) as u32;
                for k in 1..pieces {
                    let t = f64::from(k) / f64::from(pieces);
                    self.scratch.push(Coord { x: a.x + (next.x - a.x) * t, y: a.y + (next.y - a.y) * t });
                }
            }
            ring.end = self.scratch.len() as u32;
        }
        std::mem::swap(&mut self.source, &mut self.scratch);
    }

    fn snap_to_grid(&mut self) {
        let kind = self.kind();
        let mut start = 0;
        let mut outer_is_gone = false;
        for ring in &self.source_rings {
            let first = self.world.len();
            for p in &self.source[start..ring.end as usize] {
                let at = World::from_lnglat(LngLat { lng: p.x, lat: p.y });
                if kind == ShapeKind::Point || self.world.len() == first || self.world.last() != Some(&at) {
                    self.world.push(at);
                }
            }
            start = ring.end as usize;
            let is_kept = match kind {
                ShapeKind::Point => self.world.len() > first,
                ShapeKind::Line => self.world.len() > first + 1,
                ShapeKind::Polygon => {
                    while self.world.len() > first + 1
                        && self.world[first] == self.world[self.world.len() - 1]
                    {
                        self.world.pop();
                    }
                    let twice_area = shoelace(&self.world[first..]);
                    // a bow-tie may have no area by this formula and still cover ground
                    let is_area = twice_area != 0 || !is_straight(&self.world[first..]);
                    if is_area && (twice_area > 0) == ring.is_hole {
                        self.world[first..].reverse();
                    }
                    if !ring.is_hole {
                        outer_is_gone = !is_area;
                    }
                    is_area && !(ring.is_hole && outer_is_gone)
                }
            };
            if is_kept {
                self.rings.push(Ring { end: self.world.len() as u32, is_hole: ring.is_hole });
            } else {
                self.world.truncate(first);
            }
        }
    }

    fn begin_part(&mut self, kind: ShapeKind) {
        match self.kind {
            Some(known) if known > kind => {
                self.left_out += 1;
                self.reading.skips = true;
                return;
            }
            Some(known) if known < kind => {
                self.left_out += self.source_rings.len() as u32;
                self.source.clear();
                self.source_rings.clear();
            }
            _ => {}
        }
        self.reading.skips = false;
        self.kind = Some(kind);
    }

    fn end_ring(&mut self, is_hole: bool) {
        let end = self.source.len() as u32;
        let start = self.source_rings.last().map_or(0, |r| r.end);
        if !self.reading.skips && end > start {
            self.source_rings.push(Ring { end, is_hole });
        }
    }
}

/// Whether all points lie on one straight line.
fn is_straight(ring: &[World]) -> bool {
    let [first, rest @ ..] = ring else { return true };
    let away = |p: &World| (i128::from(p.x - first.x), i128::from(p.y - first.y));
    let Some((x, y)) = rest.iter().map(away).find(|&step| step != (0, 0)) else { return true };
    rest.iter().map(away).all(|(other_x, other_y)| x * other_y == y * other_x)
}

/// Twice the signed area; positive for clockwise on a map (y grows downwards).
fn shoelace(ring: &[World]) -> i128 {
    let mut sum = 0i128;
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        sum += i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{Geometry, polygon, wkt};

    fn read(geometry: impl Into<Geometry>) -> Result<Shape, ShapeError> {
        let mut shape = Shape::default();
        shape.read_geo(&geometry.into(), EpsgCode::WGS84)?;
        shape.project(&Transformer::new(EpsgCode::WGS84)?)?;
        Ok(shape)
    }

    #[test]
    fn rings_come_out_open_and_wound_for_a_tile_whichever_way_they_went_in() {
        let outer = [(106.0, 11.0), (106.1, 11.0), (106.1, 11.1), (106.0, 11.1), (106.0, 11.0)];
        let hole = [(106.02, 11.02), (106.04, 11.02), (106.04, 11.04), (106.02, 11.02)];
        for flip in [false, true] {
            let (mut o, mut h) = (outer.to_vec(), hole.to_vec());
            if flip {
                o.reverse();
                h.reverse();
            }
            let shape = read(geo_types::Polygon::new(o.into(), vec![h.into()])).unwrap();
            let (points, rings) = shape.world();
            assert_eq!(rings.iter().map(|r| (r.end, r.is_hole)).collect::<Vec<_>>(), [(4, false), (7, true)]);
            assert!(shoelace(&points[..4]) > 0 && shoelace(&points[4..]) < 0);
        }
    }

    #[test]
    fn a_polygon_thinner_than_the_grid_collapses_and_says_so() {
        let sliver = polygon![(x: 106.0, y: 11.0), (x: 106.1, y: 11.0), (x: 106.05, y: 11.0)];
        assert_eq!(read(sliver).err(), Some(ShapeError::Collapsed));
    }

    #[test]
    fn a_collection_keeps_its_areas_and_counts_what_it_leaves_out() {
        let mixed = wkt! { GEOMETRYCOLLECTION(POINT(106.0 11.0), POLYGON((106.0 11.0,106.1 11.0,106.1 11.1,106.0 11.0)), LINESTRING(106.0 11.0,106.1 11.1)) };
        let shape = read(Geometry::GeometryCollection(mixed)).unwrap();
        assert_eq!((shape.kind(), shape.left_out()), (ShapeKind::Polygon, 2));
    }

    #[test]
    fn long_edges_in_metres_are_cut_before_the_transformation() {
        let big = polygon![(x: 550_000.0, y: 1_250_000.0), (x: 551_000.0, y: 1_250_000.0), (x: 551_000.0, y: 1_251_000.0), (x: 550_000.0, y: 1_251_000.0)];
        let mut shape = Shape::default();
        shape.read_geo(&big.into(), EpsgCode(9209)).unwrap();
        shape.project(&Transformer::new(EpsgCode(9209)).unwrap()).unwrap();
        assert_eq!(shape.world().0.len(), 20, "four edges of 1 km in pieces of 200 m");
    }

    /// `depth` collections around a point, as EWKB; far deeper than any writer could make them.
    fn nested(depth: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..depth {
            bytes.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]);
        }
        bytes.extend([1, 1, 0, 0, 0]);
        bytes.extend(106f64.to_le_bytes());
        bytes.extend(11f64.to_le_bytes());
        bytes
    }

    #[test]
    fn collections_are_read_sixteen_deep_and_beyond_that_are_an_error() {
        let mut shape = Shape::default();
        assert_eq!(shape.read_ewkb(&nested(16)), Ok(()));
        for depth in [17, 1_000_000] {
            assert_eq!(shape.read_ewkb(&nested(depth)), Err(ShapeError::TooDeep));
        }
    }

    #[test]
    fn an_empty_member_of_a_multipoint_is_no_coordinate() {
        let mut bytes = vec![1, 4, 0, 0, 0, 2, 0, 0, 0];
        for (x, y) in [(106.0, 11.0), (f64::NAN, f64::NAN)] {
            bytes.extend([1, 1, 0, 0, 0]);
            bytes.extend(f64::to_le_bytes(x));
            bytes.extend(f64::to_le_bytes(y));
        }
        let mut shape = Shape::default();
        shape.read_ewkb(&bytes).unwrap();
        shape.project(&Transformer::new(EpsgCode::WGS84).unwrap()).unwrap();
        assert_eq!(shape.world().0.len(), 1);
        bytes[5] = 1;
        bytes.drain(9..30);
        assert_eq!(shape.read_ewkb(&bytes), Err(ShapeError::Empty));
    }

    #[test]
    fn damaged_bytes_are_an_error_and_not_a_panic() {
        let mut shape = Shape::default();
        for bytes in
            [&b""[..], b"\x01", b"GP\x00\x01", &[1, 3, 0, 0, 0x20, 0xe6, 0x10, 0, 0, 255, 255, 255, 255]]
        {
            assert!(shape.read_ewkb(bytes).is_err());
            assert!(shape.read_geopackage(bytes).is_err());
        }
    }
}
