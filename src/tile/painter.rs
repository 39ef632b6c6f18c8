//! Bringing a shape into a tile: to units, clipped, cleaned, valid; with buffers used again for each.
//!
//! A shape that rounding has made invalid is repaired. An area that vanishes between two units, or that
//! cannot be repaired, is stood in for by the smallest triangle there is and counted: a parcel that
//! is nowhere on the map is worse than one that is a unit too large.

use super::clip::{HIGH, LOW, clip_line, holds};
use super::encode::Commands;
use crate::geometry::ShapeKind;
use crate::geometry::planar::{GridPoint, Outcome, Repairer, Rings, Validator};
use crate::store::RingView;

/// What drawing had to do to shapes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mended {
    /// Areas that crossed or touched themselves on the tile's grid and were repaired.
    pub repaired: u64,
    /// Areas that could not be repaired without losing some of themselves.
    pub reduced: u64,
    /// Areas that are drawn as the smallest triangle.
    pub stand_ins: u64,
}

/// Buffers for one shape after the other.
#[derive(Default)]
pub(super) struct Painter {
    rings: Rings,
    line: Vec<GridPoint>,
    part: Vec<GridPoint>,
    validator: Validator,
    repairer: Repairer,
    pub mended: Mended,
}

/// Where a shape lies by its corners in tile units.
struct Extent {
    min: GridPoint,
    max: GridPoint,
}

impl Extent {
    fn of(rings: &Rings) -> Self {
        let mut extent = Self { min: (i32::MAX, i32::MAX), max: (i32::MIN, i32::MIN) };
        for &(x, y) in rings.iter().flatten() {
            extent.min = (extent.min.0.min(x), extent.min.1.min(y));
            extent.max = (extent.max.0.max(x), extent.max.1.max(y));
        }
        extent
    }

    fn is_inside(&self) -> bool {
        holds(self.min) && holds(self.max)
    }

    fn is_beside(&self) -> bool {
        self.max.0 < LOW || self.max.1 < LOW || self.min.0 > HIGH || self.min.1 > HIGH
    }
}

impl Painter {
    /// Draws a shape whose vertices stand in `units`, in the block's order; `is_inside` says that the whole
    /// block lies in the buffered tile. Nothing is written where the shape lies beside the tile.
    pub fn draw<'a>(
        &mut self,
        kind: ShapeKind,
        rings: impl Iterator<Item = RingView<'a>>,
        units: &[GridPoint],
        is_inside: bool,
        out: &mut Commands,
    ) {
        out.clear();
        let unit = |place: usize| units.get(place).copied().unwrap_or_default();
        match kind {
            ShapeKind::Point => self.points(rings.flat_map(|ring| ring.places()).map(unit), out),
            ShapeKind::Line => rings.for_each(|line| self.line(line.places().map(unit), out)),
            ShapeKind::Polygon => {
                self.rings.clear();
                rings.for_each(|ring| self.rings.push_points(ring.places().map(unit)));
                self.polygon(is_inside, out);
            }
        }
    }

    /// Draws those points that lie in the tile.
    pub fn points(&mut self, points: impl Iterator<Item = GridPoint>, out: &mut Commands) {
        self.line.clear();
        self.line.extend(points.filter(|&p| holds(p)));
        out.points(&self.line);
    }

    /// Adds a line.
    pub fn line(&mut self, points: impl Iterator<Item = GridPoint>, out: &mut Commands) {
        self.line.clear();
        self.line.extend(points);
        self.line.dedup();
        if self.line.len() > 1 {
            clip_line(&self.line, &mut self.part, |piece| out.line(piece));
        }
    }

    /// Draws an area given by rings of points.
    pub fn area(&mut self, rings: impl Iterator<Item = impl Iterator<Item = GridPoint>>, out: &mut Commands) {
        self.rings.clear();
        rings.for_each(|ring| self.rings.push_points(ring));
        self.polygon(false, out);
    }

    fn polygon(&mut self, is_known_inside: bool, out: &mut Commands) {
        let extent = if is_known_inside { None } else { Some(Extent::of(&self.rings)) };
        if extent.as_ref().is_some_and(Extent::is_beside) {
            return;
        }
        let first = self.rings.iter().flatten().next().copied();
        self.rings.clean();
        let is_flat = self.rings.is_empty();
        let is_cut = extent.is_some_and(|extent| !extent.is_inside());
        if is_cut {
            let outcome = self.repairer.clip_to_box(&mut self.rings, (LOW, LOW), (HIGH, HIGH));
            self.mended.reduced += u64::from(outcome == Outcome::Reduced);
        } else if !self.validator.is_valid(&self.rings) {
            let outcome = self.repairer.repair(&mut self.rings);
            self.mended.repaired += 1;
            self.mended.reduced += u64::from(outcome == Outcome::Reduced);
        }
        // what is cut may lie beside the tile, what is not may only be lost
        self.stand_in_if(is_flat || !is_cut, first);
        out.polygon(&self.rings);
    }

    /// Puts the smallest triangle where a shape of which nothing is left would be.
    fn stand_in_if(&mut self, is_due: bool, first: Option<GridPoint>) {
        if let (true, Some((x, y))) = (is_due && self.rings.is_empty(), first.filter(|&p| holds(p))) {
            self.rings.push_ring(&[(x, y), (x + 1, y), (x, y + 1)]);
            self.mended.stand_ins += 1;
        }
    }
}
