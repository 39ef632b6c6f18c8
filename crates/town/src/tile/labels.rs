//! One point for the label of every area: the place inside it farthest from its border, the same at every
//! zoom, in exactly one tile of each.
//!
//! Kept as two bytes a row, fractions of the box of the area's largest part: a parcel's label is right to
//! centimetres, a ward's to metres.

use rayon::prelude::*;

use crate::geometry::planar::pole_of_inaccessibility;
use crate::geometry::{ShapeKind, World, WorldBox};
use crate::store::{BlockScan, Feature, Layer, RingView};

/// Steps along a side of the box.
const STEPS: i64 = 255;
/// How near to the best place a label must be, as a part of the smaller side of the box.
const PRECISION: f64 = 1.0 / 50.0;
/// The same as a part of the larger side: along it a label is kept to a 255th, and a sliver thousands of times as
/// long as wide would take thousands of steps to search.
const PRECISION_ALONG: f64 = 1.0 / 1000.0;

/// The label points of a layer.
#[derive(Debug, Default)]
pub struct LabelPoints {
    /// Shard to row to fractions of the box, east and south.
    shards: Vec<Vec<[u8; 2]>>,
}

impl LabelPoints {
    /// Works out every area's point, on all cores.
    pub fn build(layer: &Layer) -> Self {
        let mut blocks: Vec<(usize, BlockScan<'_>)> = Vec::new();
        layer.scan(&layer.bounds(), |shard, block| blocks.push((shard, block)));
        let points: Vec<Vec<(usize, [u8; 2])>> = blocks
            .par_iter()
            .map(|(_, block)| {
                block
                    .rows()
                    .map(|(place, row)| (block.first_row() + place, fraction(&block.feature(place, row))))
                    .collect()
            })
            .collect();
        let mut shards: Vec<Vec<[u8; 2]>> = Vec::new();
        for ((shard, _), points) in blocks.iter().zip(points) {
            shards.resize(shards.len().max(shard + 1), Vec::new());
            let rows = &mut shards[*shard];
            for (row, fraction) in points {
                rows.resize(rows.len().max(row + 1), [0; 2]);
                rows[row] = fraction;
            }
        }
        shards.iter_mut().for_each(Vec::shrink_to_fit);
        Self { shards }
    }

    /// The point of a row of a shard; none where it is no area.
    pub fn get(&self, shard: usize, row: usize, feature: &Feature<'_>) -> Option<World> {
        let fraction = *self.shards.get(shard)?.get(row)?;
        (feature.kind() == ShapeKind::Polygon).then(|| at(&LargestPart::of(feature).bounds, fraction))
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.shards.iter().map(|rows| rows.capacity() * 2).sum()
    }
}

/// The part of an area that carries its label.
struct LargestPart<'a> {
    outer: Option<RingView<'a>>,
    holes: Vec<RingView<'a>>,
    bounds: WorldBox,
}

impl<'a> LargestPart<'a> {
    fn of(feature: &Feature<'a>) -> Self {
        let mut largest = Self { outer: None, holes: Vec::new(), bounds: WorldBox::EMPTY };
        let (mut most, mut is_mine) = (-1, false);
        for ring in feature.rings() {
            if ring.is_hole {
                if is_mine {
                    largest.holes.push(ring);
                }
                continue;
            }
            let area = twice_area(&ring);
            is_mine = area > most;
            if is_mine {
                most = area;
                largest.outer = Some(ring);
                largest.holes.clear();
            }
        }
        if let Some(outer) = largest.outer {
            outer.points().for_each(|p| largest.bounds.include(p));
        }
        largest
    }
}

fn twice_area(ring: &RingView<'_>) -> i128 {
    let mut points = ring.points();
    let Some(first) = points.next() else { return 0 };
    let (mut sum, mut a) = (0i128, first);
    for b in points.chain(std::iter::once(first)) {
        // from the first vertex, so that the products stay small
        sum += i128::from(a.x - first.x) * i128::from(b.y - first.y)
            - i128::from(b.x - first.x) * i128::from(a.y - first.y);
        a = b;
    }
    sum.abs()
}

/// A place in a box.
fn at(bounds: &WorldBox, [east, south]: [u8; 2]) -> World {
    let along = |from: i64, to: i64, part: u8| from + (to - from) * i64::from(part) / STEPS;
    World { x: along(bounds.min.x, bounds.max.x, east), y: along(bounds.min.y, bounds.max.y, south) }
}

fn fraction(feature: &Feature<'_>) -> [u8; 2] {
    let part = LargestPart::of(feature);
    if feature.kind() != ShapeKind::Polygon || part.bounds.is_empty() {
        return [0; 2];
    }
    let WorldBox { min, max } = part.bounds;
    let rings: Vec<Vec<(f64, f64)>> = part
        .outer
        .iter()
        .chain(&part.holes)
        .map(|ring| ring.points().map(|p| ((p.x - min.x) as f64, (p.y - min.y) as f64)).collect())
        .collect();
    let (width, height) = ((max.x - min.x) as f64, (max.y - min.y) as f64);
    let pole = pole_of_inaccessibility(
        &rings,
        (width.min(height) * PRECISION).max(width.max(height) * PRECISION_ALONG),
    );
    // a needle too thin to be found in has its label on its outline: the middle of its box may lie far from it
    let (x, y) = pole.unwrap_or_else(|| nearest_on_outline(&rings, (width / 2.0, height / 2.0)));
    let step = |v: f64, side: f64| (v / side.max(1.0) * STEPS as f64).clamp(0.0, STEPS as f64);
    let (x, y) = (step(x, width), step(y, height));
    // of the four steps around the pole the nearest one that is inside
    let mut around: Vec<[u8; 2]> = [x.floor(), x.ceil()]
        .into_iter()
        .flat_map(|sx| [y.floor(), y.ceil()].map(|sy| [sx as u8, sy as u8]))
        .collect();
    let away = |&[sx, sy]: &[u8; 2]| {
        // squares, because `hypot` may round otherwise on another machine
        let (dx, dy) = (f64::from(sx) - x, f64::from(sy) - y);
        dx * dx + dy * dy
    };
    around.sort_by(|a, b| away(a).total_cmp(&away(b)).then(a.cmp(b)));
    let inside = around.iter().find(|&&step| feature.covers(at(&part.bounds, step)));
    inside.or(around.first()).copied().unwrap_or([0; 2])
}

/// The place on the rings nearest to a point; the point itself where there are none.
fn nearest_on_outline(rings: &[Vec<(f64, f64)>], (x, y): (f64, f64)) -> (f64, f64) {
    let square = |p: (f64, f64)| (p.0 - x) * (p.0 - x) + (p.1 - y) * (p.1 - y);
    let edges = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    let places = edges.map(|(&a, &b)| {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx * dx + dy * dy;
        let along = if length > 0.0 { ((x - a.0) * dx + (y - a.1) * dy) / length } else { 0.0 };
        let along = along.clamp(0.0, 1.0);
        (a.0 + along * dx, a.1 + along * dy)
    });
    places.min_by(|&a, &b| square(a).total_cmp(&square(b))).unwrap_or((x, y))
}

#[cfg(test)]
mod tests {
    use geozero::{CoordDimensions, ToWkb};

    use super::*;
    use crate::store::{Key, LayerBuilder, RawGeometry};

    #[test]
    fn the_label_of_a_needle_lies_on_the_needle() {
        // an arrow of 2 km, so thin that no place in it is found
        let arrow = [(106.1, 11.2), (106.11, 11.205), (106.12, 11.2), (106.11, 11.205_000_1)];
        let arrow = geo_types::Polygon::new(arrow.to_vec().into(), Vec::new());
        let bytes = geo_types::Geometry::from(arrow).to_ewkb(CoordDimensions::xy(), Some(4326)).unwrap();
        let mut builder = LayerBuilder::new("arrows", Vec::new(), None);
        builder.push(Key::Int(1), RawGeometry::Ewkb(&bytes), &[]);
        let layer = builder.finish(std::time::Duration::ZERO);
        let row = layer.by_id(1).unwrap();
        let label = LabelPoints::build(&layer).get(0, 0, &row).unwrap();
        let away_m = crate::geometry::distance_to_shape_m(label, row.rings().map(|ring| ring.points()), true);
        // a step of its box is 9 m long; from the middle of the box it is 200 m to the arrow
        assert!(away_m < 10.0, "{away_m} m");
    }
}
