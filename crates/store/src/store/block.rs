//! Blocks: the shapes of some tens of neighbouring rows in one run of bytes.
//!
//! Neighbours share corners, so a block holds each distinct vertex once, in as many bits as the
//! block is large, and a ring is a list of places in that table, one byte each where there are at
//! most 256 vertices. That is about half of what deltas from vertex to vertex cost, keeps shared
//! corners shared, and lets a tile bring every vertex to its units once, in one plain loop.
//!
//! ```text
//! block  = x-bits:u8 y-bits:u8 place-bytes:u8 vertex-count:varint  vertices (x, y in so many bits)  row…
//! row    = head:varint ( kind:u8 (length · 2 + is-hole):varint… )  place…
//! head   = count · 4 + form; form 0 one ring, 1 `count` rings (what follows says which), 2 points, 3 one line
//! ```

use rustc_hash::FxHashMap;

use super::bits::{BitWriter, push_varint, width_of};
use crate::geometry::{Ring, ShapeKind, World, WorldBox};

const MAX_ROWS: usize = 64;
/// So many rows share a table before it is kept from outgrowing one-byte places.
const MIN_ROWS: usize = 16;
const NARROW_VERTICES: usize = 256;
/// A block of large shapes ends here: whoever wants one row decodes the whole table.
const MAX_VERTICES: usize = 2_048;

/// A shape with an extent beyond this does not fit 32-bit offsets (2,500 km on the equator).
pub(super) const MAX_EXTENT: i64 = u32::MAX as i64;

pub(super) const ONE_RING: u64 = 0;
pub(super) const RINGS: u64 = 1;
pub(super) const POINTS: u64 = 2;
pub(super) const ONE_LINE: u64 = 3;

/// Where a block lies, on the map and in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub first_row: u32,
    /// First byte.
    pub start: u32,
    pub origin: World,
    extent: [u32; 2],
}

impl Block {
    /// The box around its rows.
    pub fn bounds(&self) -> WorldBox {
        let [width, height] = self.extent.map(i64::from);
        WorldBox { min: self.origin, max: World { x: self.origin.x + width, y: self.origin.y + height } }
    }
}

/// A block being filled, in buffers that are used again for the next one.
#[derive(Default)]
pub(super) struct BlockWriter {
    vertices: Vec<World>,
    places: FxHashMap<World, u32>,
    rows: Vec<DraftRow>,
    rings: Vec<Ring>,
    refs: Vec<u32>,
    bounds: Option<WorldBox>,
}

struct DraftRow {
    kind: ShapeKind,
    rings_end: usize,
}

impl BlockWriter {
    /// Whether the row should still come into this block.
    pub fn fits(&self, vertices: &[World], bounds: &WorldBox) -> bool {
        let Some(mut grown) = self.bounds else { return true };
        grown.include_box(bounds);
        let is_near = grown.max.x - grown.min.x <= MAX_EXTENT && grown.max.y - grown.min.y <= MAX_EXTENT;
        let new = vertices.iter().filter(|v| !self.places.contains_key(v)).count();
        let limit =
            if self.rows.len() < MIN_ROWS { MAX_VERTICES } else { NARROW_VERTICES.max(self.vertices.len()) };
        is_near && self.rows.len() < MAX_ROWS && self.vertices.len() + new <= limit
    }

    /// Adds a row; the ends of its rings count from its first vertex.
    pub fn push(&mut self, kind: ShapeKind, vertices: &[World], rings: &[Ring], bounds: &WorldBox) {
        for &vertex in vertices {
            let next = self.vertices.len() as u32;
            let place = *self.places.entry(vertex).or_insert(next);
            if place == next {
                self.vertices.push(vertex);
            }
            self.refs.push(place);
        }
        self.rings.extend_from_slice(rings);
        self.rows.push(DraftRow { kind, rings_end: self.rings.len() });
        self.bounds.get_or_insert(*bounds).include_box(bounds);
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the block and begins the next one.
    pub fn finish(&mut self, first_row: u32, out: &mut Vec<u8>) -> Block {
        let bounds = self.bounds.take().unwrap_or(WorldBox::of(World { x: 0, y: 0 }));
        let extent = [bounds.max.x - bounds.min.x, bounds.max.y - bounds.min.y];
        let [x_bits, y_bits] = extent.map(|n| width_of(n as u64));
        let place_bytes = match self.vertices.len() {
            0..=NARROW_VERTICES => 1,
            257..=65_536 => 2,
            _ => 4,
        };
        let block = Block {
            first_row,
            start: out.len() as u32,
            origin: bounds.min,
            extent: extent.map(|n| n as u32),
        };
        out.extend([x_bits as u8, y_bits as u8, place_bytes]);
        push_varint(out, self.vertices.len() as u64);
        let mut table = BitWriter::new(out);
        for vertex in &self.vertices {
            table.push((vertex.x - bounds.min.x) as u64, x_bits);
            table.push((vertex.y - bounds.min.y) as u64, y_bits);
        }
        table.finish();
        let (mut first_ring, mut refs) = (0, self.refs.as_slice());
        for row in &self.rows {
            let rings = &self.rings[first_ring..row.rings_end];
            first_ring = row.rings_end;
            write_head(row.kind, rings, out);
            let (mine, rest) = refs.split_at(rings.last().map_or(0, |ring| ring.end as usize));
            refs = rest;
            mine.iter().for_each(|place| out.extend(&place.to_le_bytes()[..usize::from(place_bytes)]));
        }
        self.vertices.clear();
        self.places.clear();
        self.rows.clear();
        self.rings.clear();
        self.refs.clear();
        block
    }
}

fn write_head(kind: ShapeKind, rings: &[Ring], out: &mut Vec<u8>) {
    if let [only] = rings {
        let form = match kind {
            ShapeKind::Polygon => ONE_RING,
            ShapeKind::Point => POINTS,
            ShapeKind::Line => ONE_LINE,
        };
        return push_varint(out, u64::from(only.end) << 2 | form);
    }
    push_varint(out, (rings.len() as u64) << 2 | RINGS);
    out.push(kind as u8);
    let mut start = 0;
    for ring in rings {
        push_varint(out, u64::from(ring.end - start) << 1 | u64::from(ring.is_hole));
        start = ring.end;
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::PADDING;
    use super::super::block_view::BlockView;
    use super::*;
    use proptest::prelude::*;

    type Row = (ShapeKind, Vec<Vec<World>>);

    fn any_row() -> impl Strategy<Value = Row> {
        let kind = prop_oneof![Just(ShapeKind::Point), Just(ShapeKind::Line), Just(ShapeKind::Polygon)];
        let near = (0i64..50_000, 0i64..3)
            .prop_map(|(x, y)| World { x: 40_000_000_000 + x * 7, y: 30_000_000_000 + y });
        let far = (38_000_000_000i64..42_000_000_000, 28_000_000_000i64..32_000_000_000)
            .prop_map(|(x, y)| World { x, y });
        let ring = prop_oneof![prop::collection::vec(near, 1..300), prop::collection::vec(far, 1..9)];
        (kind, prop::collection::vec(ring, 1..4))
    }

    proptest! {
        #[test]
        fn rows_come_back_from_their_blocks(rows in prop::collection::vec(any_row(), 1..60)) {
            let (mut writer, mut bytes, mut blocks, mut first_row) = (BlockWriter::default(), Vec::new(), Vec::new(), 0);
            for (i, (kind, shape)) in rows.iter().enumerate() {
                let vertices: Vec<World> = shape.concat();
                let mut end = 0;
                let rings: Vec<Ring> = shape.iter().enumerate().map(|(n, ring)| {
                    end += ring.len() as u32;
                    Ring { end, is_hole: n % 2 == 1 }
                }).collect();
                let mut bounds = WorldBox::EMPTY;
                vertices.iter().for_each(|&v| bounds.include(v));
                if !writer.fits(&vertices, &bounds) {
                    blocks.push(writer.finish(first_row, &mut bytes));
                    first_row = i as u32;
                }
                writer.push(*kind, &vertices, &rings, &bounds);
            }
            blocks.push(writer.finish(first_row, &mut bytes));
            bytes.resize(bytes.len() + PADDING, 0);
            for (i, block) in blocks.iter().enumerate() {
                let end = blocks.get(i + 1).map_or(rows.len(), |next| next.first_row as usize);
                let view = BlockView::new(&bytes, block);
                let mut all = Vec::new();
                view.table.vertices_into(&mut all, |v| v);
                for ((kind, shape), row) in rows[block.first_row as usize..end].iter().zip(view.rows()) {
                    prop_assert_eq!(row.kind, *kind);
                    let back: Vec<Vec<World>> =
                        row.rings().map(|ring| ring.iter().map(|place| view.table.vertex(place)).collect()).collect();
                    prop_assert_eq!(&back, shape);
                    prop_assert!(back.concat().iter().all(|v| all.contains(v) && block.bounds().contains(*v)));
                }
            }
        }
    }
}
