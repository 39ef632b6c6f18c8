//! One row of a layer, seen where it lies.

use super::Value;
use super::base::Base;
use super::block_view::{Outline, Places, VertexTable};
use crate::geometry::{ShapeKind, World, WorldBox, distance_to_shape_m, nearest_on_shape};

/// Tile feature id and API id: a positive integer below 2^53, so that browsers keep it exact.
pub type FeatureId = u64;

/// One row of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Feature<'a> {
    base: &'a Base,
    row: usize,
    table: VertexTable<'a>,
    outline: Outline<'a>,
}

/// One line or ring of a feature, or all its points.
#[derive(Debug, Clone, Copy)]
pub struct RingView<'a> {
    table: VertexTable<'a>,
    places: Places<'a>,
    /// An inner ring of the polygon whose outer ring came before.
    pub is_hole: bool,
}

impl<'a> RingView<'a> {
    /// Its vertices; a ring is open: its last vertex is not its first.
    #[inline]
    pub fn points(&self) -> impl ExactSizeIterator<Item = World> + Clone + use<'a> {
        let table = self.table;
        self.places.iter().map(move |place| table.vertex(place))
    }
}

impl<'a> Feature<'a> {
    pub(super) fn new(base: &'a Base, row: usize, table: VertexTable<'a>, outline: Outline<'a>) -> Self {
        Self { base, row, table, outline }
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
        self.outline.kind
    }

    /// The box around it.
    pub fn bounds(&self) -> WorldBox {
        let mut bounds = WorldBox::EMPTY;
        self.rings().flat_map(|ring| ring.points()).for_each(|p| bounds.include(p));
        bounds
    }

    /// Its lines or rings; each outer ring is followed by its holes.
    pub fn rings(&self) -> impl Iterator<Item = RingView<'a>> + use<'a> {
        let table = self.table;
        self.outline.rings().map(move |places| RingView { table, places, is_hole: places.is_hole })
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

    /// Metres from a place; none inside an area.
    pub fn distance_m(&self, at: World) -> f64 {
        if self.covers(at) {
            return 0.0;
        }
        if self.kind() == ShapeKind::Point {
            let points = self.rings().flat_map(|ring| ring.points());
            return distance_to_shape_m(at, points.map(std::iter::once), false);
        }
        distance_to_shape_m(at, self.rings().map(|ring| ring.points()), self.kind() == ShapeKind::Polygon)
    }

    /// The place on its lines or edges that is nearest to a place.
    pub fn nearest_to(&self, at: World) -> Option<World> {
        nearest_on_shape(at, self.rings().map(|ring| ring.points()), self.kind() == ShapeKind::Polygon)
    }
}
