//! What a reader of geometries tells a [`Shape`], event by event: where parts begin and end, and their coordinates.
//!
//! Reading ends at once where nothing can be held: at a curve, a surface of triangles, or the seventeenth
//! collection within another.

use geo_types::Coord;
use geozero::GeomProcessor;
use geozero::error::{GeozeroError, Result as GeozeroResult};

use super::{Shape, ShapeKind};

/// Collections within collections that are read: every level costs the reader a stack frame.
pub(super) const MAX_COLLECTION_DEPTH: u32 = 16;

/// Where the reader stands inside the geometry.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Reading {
    pub in_polygon: bool,
    pub is_curved: bool,
    pub is_unsupported: bool,
    pub in_multipoint: bool,
    /// How many collections are open.
    pub depth: u32,
    pub is_too_deep: bool,
    pub skips: bool,
}

impl Reading {
    /// Reading stops here: nothing of such a shape can be held, and it may be nested without end.
    fn stop() -> GeozeroError {
        GeozeroError::Geometry(String::new())
    }
}

impl GeomProcessor for Shape {
    fn srid(&mut self, srid: Option<i32>) -> GeozeroResult<()> {
        self.srid = srid.and_then(|s| u32::try_from(s).ok()).filter(|&s| s != 0);
        Ok(())
    }

    fn xy(&mut self, x: f64, y: f64, _: usize) -> GeozeroResult<()> {
        // WKB writes an empty member of a multipoint as two NaN
        let is_empty_member = self.reading.in_multipoint && x.is_nan() && y.is_nan();
        if !self.reading.skips && !is_empty_member {
            self.source.push(Coord { x, y });
        }
        Ok(())
    }

    fn empty_point(&mut self, _: usize) -> GeozeroResult<()> {
        Ok(())
    }

    fn point_begin(&mut self, _: usize) -> GeozeroResult<()> {
        self.begin_part(ShapeKind::Point);
        Ok(())
    }

    fn point_end(&mut self, _: usize) -> GeozeroResult<()> {
        self.end_ring(false);
        Ok(())
    }

    fn multipoint_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.begin_part(ShapeKind::Point);
        self.reading.in_multipoint = true;
        Ok(())
    }

    fn multipoint_end(&mut self, _: usize) -> GeozeroResult<()> {
        self.reading.in_multipoint = false;
        self.end_ring(false);
        Ok(())
    }

    fn linestring_begin(&mut self, _tagged: bool, _: usize, _: usize) -> GeozeroResult<()> {
        if !self.reading.in_polygon {
            self.begin_part(ShapeKind::Line);
        }
        Ok(())
    }

    fn linestring_end(&mut self, _tagged: bool, idx: usize) -> GeozeroResult<()> {
        self.end_ring(self.reading.in_polygon && idx > 0);
        Ok(())
    }

    fn polygon_begin(&mut self, _tagged: bool, _: usize, _: usize) -> GeozeroResult<()> {
        self.begin_part(ShapeKind::Polygon);
        self.reading.in_polygon = true;
        Ok(())
    }

    fn polygon_end(&mut self, _tagged: bool, _: usize) -> GeozeroResult<()> {
        self.reading.in_polygon = false;
        Ok(())
    }

    fn circularstring_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_curved = true;
        Err(Reading::stop())
    }

    fn compoundcurve_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_curved = true;
        Err(Reading::stop())
    }

    fn curvepolygon_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_curved = true;
        Err(Reading::stop())
    }

    fn multicurve_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_curved = true;
        Err(Reading::stop())
    }

    fn multisurface_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_curved = true;
        Err(Reading::stop())
    }

    fn geometrycollection_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.depth += 1;
        if self.reading.depth > MAX_COLLECTION_DEPTH {
            self.reading.is_too_deep = true;
            return Err(Reading::stop());
        }
        Ok(())
    }

    fn geometrycollection_end(&mut self, _: usize) -> GeozeroResult<()> {
        self.reading.depth -= 1;
        Ok(())
    }

    fn triangle_begin(&mut self, _: bool, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_unsupported = true;
        Err(Reading::stop())
    }

    fn polyhedralsurface_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_unsupported = true;
        Err(Reading::stop())
    }

    fn tin_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.reading.is_unsupported = true;
        Err(Reading::stop())
    }
}
