//! Shapes as bytes: well-known binary, little-endian, inside PostGIS's EWKB or a GeoPackage blob.
//!
//! Written here rather than by geozero because coordinates must be bit for bit the same in both
//! forms, and records hold typed shapes that need no copy into a `Geometry`. geozero reads them
//! back in the tests.

use geo_types::{Coord, LineString, MultiLineString, MultiPolygon, Point};

use crate::geometry::EpsgCode;

/// West, south, east, north in the shape's own system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Envelope {
    /// West and south.
    pub min: Coord,
    /// East and north.
    pub max: Coord,
}

impl Envelope {
    const EMPTY: Self = Self {
        min: Coord { x: f64::INFINITY, y: f64::INFINITY },
        max: Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
    };

    fn include(&mut self, at: Coord) {
        self.min = Coord { x: self.min.x.min(at.x), y: self.min.y.min(at.y) };
        self.max = Coord { x: self.max.x.max(at.x), y: self.max.y.max(at.y) };
    }

    /// Grows to hold the other.
    pub fn include_all(&mut self, other: &Self) {
        self.include(other.min);
        self.include(other.max);
    }
}

/// A shape a table can hold.
#[derive(Debug, Clone, Copy)]
pub enum ShapeRef<'a> {
    Areas(&'a MultiPolygon),
    Lines(&'a MultiLineString),
    Point(&'a Point),
}

impl<'a> From<&'a MultiPolygon> for ShapeRef<'a> {
    fn from(shape: &'a MultiPolygon) -> Self {
        Self::Areas(shape)
    }
}

impl<'a> From<&'a MultiLineString> for ShapeRef<'a> {
    fn from(shape: &'a MultiLineString) -> Self {
        Self::Lines(shape)
    }
}

impl<'a> From<&'a Point> for ShapeRef<'a> {
    fn from(shape: &'a Point) -> Self {
        Self::Point(shape)
    }
}

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_LINE: u32 = 5;
const MULTI_POLYGON: u32 = 6;
const EWKB_HAS_SRID: u32 = 0x2000_0000;

impl ShapeRef<'_> {
    fn wkb_type(self) -> u32 {
        match self {
            Self::Areas(_) => MULTI_POLYGON,
            Self::Lines(_) => MULTI_LINE,
            Self::Point(_) => POINT,
        }
    }

    /// Appends EWKB with its SRID: what PostGIS's binary COPY takes.
    pub fn write_ewkb(self, srid: EpsgCode, out: &mut Vec<u8>) {
        out.push(1);
        put_u32(out, self.wkb_type() | EWKB_HAS_SRID);
        put_u32(out, srid.0);
        self.write_body(out);
    }

    /// Appends a GeoPackage blob (version 1, with an envelope except for points) and returns the
    /// envelope.
    pub fn write_geopackage(self, srid: EpsgCode, out: &mut Vec<u8>) -> Envelope {
        let envelope = self.envelope();
        let has_envelope = !matches!(self, Self::Point(_));
        out.extend_from_slice(b"GP\0");
        out.push(1 | u8::from(has_envelope) << 1);
        put_u32(out, srid.0);
        if has_envelope {
            for value in [envelope.min.x, envelope.max.x, envelope.min.y, envelope.max.y] {
                out.extend_from_slice(&value.to_le_bytes());
            }
        }
        out.push(1);
        put_u32(out, self.wkb_type());
        self.write_body(out);
        envelope
    }

    fn envelope(self) -> Envelope {
        let mut envelope = Envelope::EMPTY;
        match self {
            Self::Areas(areas) => {
                areas.iter().flat_map(|p| &p.exterior().0).for_each(|&c| envelope.include(c));
            }
            Self::Lines(lines) => lines.iter().flat_map(|l| &l.0).for_each(|&c| envelope.include(c)),
            Self::Point(point) => envelope.include(point.0),
        }
        envelope
    }

    /// What follows byte order, type and SRID.
    fn write_body(self, out: &mut Vec<u8>) {
        match self {
            Self::Point(point) => put_coord(out, point.0),
            Self::Lines(lines) => {
                put_len(out, lines.0.len());
                for line in lines {
                    out.push(1);
                    put_u32(out, LINE);
                    put_line(out, line);
                }
            }
            Self::Areas(areas) => {
                put_len(out, areas.0.len());
                for polygon in areas {
                    out.push(1);
                    put_u32(out, POLYGON);
                    put_len(out, 1 + polygon.interiors().len());
                    put_line(out, polygon.exterior());
                    polygon.interiors().iter().for_each(|hole| put_line(out, hole));
                }
            }
        }
    }
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_len(out: &mut Vec<u8>, len: usize) {
    // WKB counts in 32 bits; a shape with four thousand million vertices does not fit in memory
    put_u32(out, len as u32);
}

fn put_coord(out: &mut Vec<u8>, at: Coord) {
    out.extend_from_slice(&at.x.to_le_bytes());
    out.extend_from_slice(&at.y.to_le_bytes());
}

fn put_line(out: &mut Vec<u8>, line: &LineString) {
    put_len(out, line.0.len());
    line.0.iter().for_each(|&at| put_coord(out, at));
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{Geometry, wkt};
    use geozero::{ToGeo, wkb};

    fn shapes() -> Vec<Geometry> {
        vec![
            wkt! { MULTIPOLYGON(((0.1 0.2,3.0 0.0,3.0 3.0,0.1 0.2),(1.0 0.9,2.0 1.0,2.0 1.5,1.0 0.9)),((5.0 5.0,6.0 5.0,6.0 6.0,5.0 5.0))) }
                .into(),
            wkt! { MULTILINESTRING((0.1 0.2,3.0 0.0),(5.0 5.0,6.0 5.0,7.0 8.0)) }.into(),
            wkt! { POINT(106.123456789 11.3) }.into(),
        ]
    }

    fn shape_ref(geometry: &Geometry) -> ShapeRef<'_> {
        match geometry {
            Geometry::MultiPolygon(g) => g.into(),
            Geometry::MultiLineString(g) => g.into(),
            Geometry::Point(g) => g.into(),
            _ => unreachable!(),
        }
    }

    #[test]
    fn geozero_reads_back_the_very_same_shape_from_both_forms() {
        for geometry in shapes() {
            let (mut ewkb, mut blob) = (Vec::new(), Vec::new());
            shape_ref(&geometry).write_ewkb(EpsgCode(9209), &mut ewkb);
            shape_ref(&geometry).write_geopackage(EpsgCode(9209), &mut blob);
            assert_eq!(wkb::Ewkb(&ewkb[..]).to_geo().unwrap(), geometry);
            assert_eq!(wkb::GpkgWkb(&blob[..]).to_geo().unwrap(), geometry);
        }
    }

    #[test]
    fn a_geopackage_blob_carries_the_envelope_of_its_outer_rings() {
        let mut blob = Vec::new();
        let envelope = shape_ref(&shapes()[0]).write_geopackage(EpsgCode::WGS84, &mut blob);
        assert_eq!(envelope.max, Coord { x: 6.0, y: 6.0 });
        assert_eq!(blob[8..16], 0.1f64.to_le_bytes());
        assert_eq!(blob[16..24], 6.0f64.to_le_bytes());
    }
}
