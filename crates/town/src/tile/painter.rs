//! Bringing a shape into a tile: to units, clipped, cleaned, valid; with buffers used again for each.
//!
//! A shape that rounding has made invalid is repaired. An area that vanishes between two units, or that
//! cannot be repaired, is drawn as the smallest triangle there is and counted: a parcel that
//! is nowhere on the map is worse than one that is a unit too large.

use super::clip::{HIGH, LOW, clip_line, holds, sides_beyond};
use super::encode::Commands;
use super::scratch::KEPT_BYTES;
use crate::geometry::ShapeKind;
use crate::geometry::planar::{GridPoint, Outcome, Repairer, Rings, Validator};
use crate::store::Outline;

/// What drawing had to do to shapes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RepairStatistics {
    /// Areas that crossed or touched themselves on the tile's grid and were repaired.
    pub repaired: u64,
    /// Areas that could not be repaired without losing some of themselves.
    pub reduced: u64,
    /// Areas that are drawn as the smallest triangle.
    pub placeholders: u64,
}

/// Buffers for one shape after the other.
#[derive(Default)]
pub(super) struct Painter {
    rings: Rings,
    line: Vec<GridPoint>,
    part: Vec<GridPoint>,
    /// For each vertex of the block the sides of the tile it is beyond; empty where the block lies inside.
    sides: Vec<u8>,
    validator: Validator,
    repairer: Repairer,
    pub repairs: RepairStatistics,
}

/// How the points of a shape lie to the buffered tile, from the sides each is beyond (Cohen and Sutherland).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    Inside,
    /// All beyond one side.
    Outside,
    /// Perhaps across an edge.
    Across,
}

impl Lies {
    #[inline]
    fn of(sides: impl Iterator<Item = u8>) -> Self {
        let (all, any) = sides.fold((u8::MAX, 0), |(all, any), sides| (all & sides, any | sides));
        match () {
            () if any == 0 => Self::Inside,
            () if all != 0 => Self::Outside,
            () => Self::Across,
        }
    }
}

impl Painter {
    /// Gives back the room of a large shape.
    pub fn shrink(&mut self) {
        let points =
            self.rings.capacity() + self.line.capacity() + self.part.capacity() + self.sides.capacity();
        if points * size_of::<GridPoint>() > KEPT_BYTES {
            *self = Self::default();
        }
    }

    /// Begins a block whose vertices stand in `units`; `is_inside` says that all of it lies in the buffered
    /// tile.
    pub fn begin_block(&mut self, units: &[GridPoint], is_inside: bool) {
        self.sides.clear();
        if !is_inside {
            self.sides.extend(units.iter().map(|&unit| sides_beyond(unit)));
        }
    }

    /// Draws a row of the block. Nothing is written where it lies outside the tile.
    pub fn draw(&mut self, outline: Outline<'_>, units: &[GridPoint], out: &mut Commands) {
        out.clear();
        let unit = |place: usize| units.get(place).copied().unwrap_or_default();
        let rings = outline.rings();
        match outline.kind {
            ShapeKind::Point => self.points(outline.places().iter().map(unit), out),
            ShapeKind::Line => rings.for_each(|line| self.line(line.iter().map(unit), out)),
            ShapeKind::Polygon => {
                let lies = self.lies(outline);
                if lies != Lies::Outside {
                    self.rings.clear();
                    rings.for_each(|ring| self.rings.push_points(ring.iter().map(unit)));
                    self.polygon(lies, out);
                }
            }
        }
    }

    /// How a row of the block lies.
    #[inline]
    fn lies(&self, outline: Outline<'_>) -> Lies {
        if self.sides.is_empty() {
            return Lies::Inside;
        }
        let side = |place: usize| self.sides.get(place).copied().unwrap_or(0);
        Lies::of(outline.places().iter().map(side))
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
        let lies = Lies::of(self.rings.iter().flatten().map(|&unit| sides_beyond(unit)));
        if lies != Lies::Outside {
            self.polygon(lies, out);
        }
    }

    fn polygon(&mut self, lies: Lies, out: &mut Commands) {
        let is_inside = lies == Lies::Inside;
        if is_inside && self.rings.clean_if_plain() {
            return out.polygon(&self.rings);
        }
        let first = self.rings.iter().flatten().next().copied();
        self.rings.clean();
        let is_flat = self.rings.is_empty();
        if !is_inside {
            let outcome = self.repairer.clip_to_box(&mut self.rings, (LOW, LOW), (HIGH, HIGH));
            self.repairs.reduced += u64::from(outcome == Outcome::Reduced);
        } else if !self.validator.is_valid(&self.rings) {
            let outcome = self.repairer.repair(&mut self.rings);
            self.repairs.repaired += 1;
            self.repairs.reduced += u64::from(outcome == Outcome::Reduced);
        }
        // a clipped shape may lie outside the tile; any other that is empty was lost by rounding
        self.add_placeholder_if(is_flat || is_inside, first);
        out.polygon(&self.rings);
    }

    /// Puts the smallest triangle where a shape of which nothing is left would be.
    fn add_placeholder_if(&mut self, is_due: bool, first: Option<GridPoint>) {
        if let (true, Some((x, y))) = (is_due && self.rings.is_empty(), first.filter(|&p| holds(p))) {
            self.rings.push_ring(&[(x, y), (x + 1, y), (x, y + 1)]);
            self.repairs.placeholders += 1;
        }
    }
}
