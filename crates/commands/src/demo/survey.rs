//! From the plane a thing was surveyed in to WGS 84, keeping both.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::plane::surveyed;
use crate::geometry::{CrsError, EpsgCode, MAX_EDGE_M, Transformer};
use crate::schema::Surveyed;

/// Brings shapes of one system to WGS 84. One per thread.
pub struct Surveyor(Transformer);

impl Surveyor {
    pub fn new(srid: EpsgCode) -> Result<Self, CrsError> {
        Transformer::new(srid).map(Self)
    }

    pub fn srid(&self) -> EpsgCode {
        self.0.source()
    }

    pub fn points(&self, points: &[Coord]) -> Result<Vec<Coord>, CrsError> {
        let mut out = points.to_vec();
        self.0.to_wgs84(&mut out)?;
        Ok(out)
    }

    /// A line with long edges cut: straight in the plane is not straight in Mercator.
    pub fn line(&self, points: &[Coord]) -> Result<LineString, CrsError> {
        Ok(LineString(self.points(&cut_long_edges(points))?))
    }

    pub fn areas(&self, source: MultiPolygon) -> Result<Surveyed<MultiPolygon>, CrsError> {
        let mut polygons = Vec::with_capacity(source.0.len());
        for polygon in &source.0 {
            let holes =
                polygon.interiors().iter().map(|hole| self.line(&hole.0)).collect::<Result<_, _>>()?;
            polygons.push(Polygon::new(self.line(&polygon.exterior().0)?, holes));
        }
        Ok(Surveyed { wgs84: MultiPolygon(polygons), source: Some((self.srid(), source)) })
    }
}

/// Cut from the lower end, so that both neighbours of an edge get the same vertices.
fn cut_long_edges(points: &[Coord]) -> Vec<Coord> {
    let mut out = Vec::with_capacity(points.len());
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        out.push(a);
        let reach = (b - a).x.abs().max((b - a).y.abs());
        if reach > MAX_EDGE_M / 1.5 {
            let is_forward = (a.x, a.y) < (b.x, b.y);
            let (low, high) = if is_forward { (a, b) } else { (b, a) };
            let pieces = (reach * 1.5 / MAX_EDGE_M).ceil() as u32;
            let cut = |k: u32| low + (high - low) * (f64::from(k) / f64::from(pieces));
            let cuts = 1..pieces;
            if is_forward { out.extend(cuts.map(cut)) } else { out.extend(cuts.rev().map(cut)) }
        }
    }
    out.extend(points.last());
    out
}

/// A polygon from open rings, the outer one first.
pub fn polygon(rings: &[Vec<Coord>]) -> Polygon {
    let close = |ring: &Vec<Coord>| LineString(ring.iter().chain(ring.first()).copied().collect());
    let mut rings = rings.iter().map(close);
    let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Polygon::new(outer, rings.collect())
}

/// Gives points of one system as a survey in another one would have them. One per thread.
pub struct Resurvey {
    proj: proj::Proj,
    from: EpsgCode,
}

impl Resurvey {
    pub fn new(from: EpsgCode, to: EpsgCode) -> Result<Self, CrsError> {
        let proj = proj::Proj::new_known_crs(&from.to_string(), &to.to_string(), None);
        Ok(Self { proj: proj.map_err(|_| CrsError::Unknown(to))?, from })
    }

    /// To the millimetre.
    pub fn points(&self, points: &[Coord]) -> Result<Vec<Coord>, CrsError> {
        let mut out = points.to_vec();
        self.proj.convert_array(&mut out).map_err(|_| CrsError::Unreachable(self.from))?;
        Ok(out.into_iter().map(surveyed).collect())
    }
}
