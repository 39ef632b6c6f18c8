//! One row of a layer, seen where it lies.

use super::Value;
use super::block::{RingView, RowView};
use super::shard::Base;
use crate::geometry::{ShapeKind, World, WorldBox};

/// Tile feature id and API id: a positive integer below 2^53, so that browsers keep it exact.
pub type FeatureId = u64;

/// One row of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Feature<'a> {
    base: &'a Base,
    row: usize,
    shape: RowView<'a>,
}

impl<'a> Feature<'a> {
    pub(super) fn new(base: &'a Base, row: usize, shape: RowView<'a>) -> Self {
        Self { base, row, shape }
    }

    pub(super) fn is_of(&self, base: &Base) -> bool {
        std::ptr::eq(self.base, base)
    }

    /// Stable id, unique in the layer.
    pub fn id(&self) -> FeatureId {
        self.base.id(self.row)
    }

    /// Points, lines or areas.
    pub fn kind(&self) -> ShapeKind {
        self.shape.kind
    }

    /// The box around it.
    pub fn bounds(&self) -> WorldBox {
        self.shape.bounds()
    }

    /// Its lines or rings; each outer ring is followed by its holes.
    pub fn rings(&self) -> impl Iterator<Item = RingView<'a>> + use<'a> {
        self.shape.rings()
    }

    /// The value of the layer's column with this index.
    pub fn value(&self, column: usize) -> Value<'a> {
        self.base.columns.get(column).map_or(Value::Null, |c| c.get(self.row))
    }

    /// All values in the order of the layer's fields.
    pub fn values(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let (columns, row) = (&self.base.columns, self.row);
        columns.iter().map(move |c| c.get(row))
    }

    /// A point that stands for it: the middle vertex of a line, the middle of the box where the area covers
    /// it, else the first vertex.
    pub fn point_on(&self) -> World {
        let center = self.bounds().center();
        let line = self.rings().next().map(|ring| ring.points());
        let vertex = |at: usize| line.clone().and_then(|mut points| points.nth(at)).unwrap_or(center);
        match self.kind() {
            ShapeKind::Polygon if self.covers(center) => center,
            ShapeKind::Line => vertex(line.as_ref().map_or(0, |points| points.len() / 2)),
            _ => vertex(0),
        }
    }

    /// Whether the point lies in the area (even-odd, the edge counts as the crossing rule has it).
    pub fn covers(&self, at: World) -> bool {
        if self.kind() != ShapeKind::Polygon {
            return false;
        }
        let mut is_inside = false;
        for ring in self.rings() {
            let mut points = ring.points();
            let Some(first) = points.next() else { continue };
            let mut a = first;
            for b in points.chain(std::iter::once(first)) {
                if (a.y > at.y) != (b.y > at.y) {
                    // left of the edge a→b, in integers: exact
                    let cross = i128::from(b.x - a.x) * i128::from(at.y - a.y)
                        - i128::from(at.x - a.x) * i128::from(b.y - a.y);
                    if (cross > 0) == (b.y > a.y) {
                        is_inside = !is_inside;
                    }
                }
                a = b;
            }
        }
        is_inside
    }
}
