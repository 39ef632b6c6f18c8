//! One way to read the coordinates of a file: a system and the order of its axes.

use geo_types::{Coord, Geometry};

use crate::formats::Content;
use crate::geometry::{CrsError, EpsgCode, Transformer};
use crate::import::columns::Columns;
use crate::table::number;

/// A system and the order of its axes.
pub struct Reading {
    transformer: Transformer,
    swaps: bool,
}

impl Reading {
    pub fn new(system: EpsgCode, swaps: bool) -> Result<Self, CrsError> {
        Ok(Self { transformer: Transformer::new(system)?, swaps })
    }

    pub fn system(&self) -> EpsgCode {
        self.transformer.source()
    }

    /// Longitude and latitude; nothing where the numbers lie outside the system.
    pub fn degrees(&self, at: Coord) -> Option<Coord> {
        let at = if self.swaps { swapped(at) } else { at };
        let place = self.transformer.point_to_wgs84(at.x, at.y).ok()?;
        Some(Coord { x: place.lng, y: place.lat })
    }
}

pub fn swapped(at: Coord) -> Coord {
    Coord { x: at.y, y: at.x }
}

/// A place of the row in the file's own coordinates: within an area, on a line.
pub fn place_of(columns: &Columns, row: &Content) -> Option<Coord> {
    match &row.geometry {
        Some(shape) => place_in(shape),
        None => {
            let fields = columns.coordinate_fields()?;
            let [x, y] = fields.map(|field| columns.text(row, field).and_then(|text| number(&text)));
            Some(Coord { x: x?, y: y? }).filter(is_finite)
        }
    }
}

fn is_finite(at: &Coord) -> bool {
    at.x.is_finite() && at.y.is_finite()
}

fn place_in(shape: &Geometry) -> Option<Coord> {
    use geo::{BoundingRect, CoordsIter, InteriorPoint};
    if !shape.coords_iter().all(|at| is_finite(&at)) {
        return None;
    }
    match shape {
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::GeometryCollection(_) => {
            let within = shape.interior_point().map(Coord::from);
            within.or_else(|| shape.bounding_rect().map(|bounds| bounds.center()))
        }
        _ => shape.coords_iter().nth(shape.coords_count() / 2),
    }
}
