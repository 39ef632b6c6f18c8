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

use super::bits::{BitWriter, MAX_WIDTH, bits_at, push_varint, varint, width_of};
use crate::geometry::{Ring, ShapeKind, World, WorldBox};

const MAX_ROWS: usize = 64;
/// So many rows share a table before it is kept from outgrowing one-byte places.
const MIN_ROWS: usize = 16;
const NARROW_VERTICES: usize = 256;
/// A block of large shapes ends here: whoever wants one row decodes the whole table.
const MAX_VERTICES: usize = 2_048;

/// A shape with an extent beyond this does not fit 32-bit offsets (2,500 km on the equator).
pub(super) const MAX_EXTENT: i64 = u32::MAX as i64;

const ONE_RING: u64 = 0;
const RINGS: u64 = 1;
const POINTS: u64 = 2;
const ONE_LINE: u64 = 3;

/// Where a block lies, on the map and in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub first_row: u32,
    /// First byte.
    start: u32,
    origin: World,
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

/// A block as it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockView<'a> {
    bytes: &'a [u8],
    origin: World,
    x_bits: u32,
    y_bits: u32,
    place_bytes: usize,
    vertex_count: usize,
    /// Bit of the first vertex.
    table: usize,
    /// Byte of the first row.
    pub rows_start: usize,
}

impl<'a> BlockView<'a> {
    /// Opens a block in the bytes of its shard.
    #[inline]
    pub fn new(bytes: &'a [u8], block: &Block) -> Self {
        let start = block.start as usize;
        let [x_bits, y_bits, place_bytes] =
            bytes.get(start..).and_then(|b| b.first_chunk()).map_or([0; 3], |&b| b);
        let mut at = start + 3;
        let vertex_count = varint(bytes, &mut at) as usize;
        let (x_bits, y_bits) = (u32::from(x_bits), u32::from(y_bits));
        let rows_start = at + (vertex_count * (x_bits + y_bits) as usize).div_ceil(8);
        let place_bytes = usize::from(place_bytes);
        Self {
            bytes,
            origin: block.origin,
            x_bits,
            y_bits,
            place_bytes,
            vertex_count,
            table: at * 8,
            rows_start,
        }
    }

    /// The vertex at a place, as an offset from the block's north-west corner.
    #[inline]
    fn offset(&self, place: usize) -> (u32, u32) {
        let bit = self.table + place * (self.x_bits + self.y_bits) as usize;
        if self.x_bits + self.y_bits <= MAX_WIDTH {
            let both = bits_at(self.bytes, bit, self.x_bits + self.y_bits);
            ((both & ((1 << self.x_bits) - 1)) as u32, (both >> self.x_bits) as u32)
        } else {
            let x = bits_at(self.bytes, bit, self.x_bits);
            (x as u32, bits_at(self.bytes, bit + self.x_bits as usize, self.y_bits) as u32)
        }
    }

    /// The vertex at a place.
    #[inline]
    pub fn vertex(&self, place: usize) -> World {
        let (x, y) = self.offset(place);
        World { x: self.origin.x + i64::from(x), y: self.origin.y + i64::from(y) }
    }

    /// Puts every vertex into `out`, in the order of their places.
    #[inline]
    pub fn vertices_into<T>(&self, out: &mut Vec<T>, convert: impl Fn(World) -> T) {
        out.clear();
        out.extend((0..self.vertex_count).map(|place| convert(self.vertex(place))));
    }

    /// The row that begins at this byte.
    #[inline]
    pub fn row(&self, mut at: usize) -> RowView<'a> {
        let head = varint(self.bytes, &mut at);
        let count = (head >> 2) as usize;
        let (kind, heads) = match head & 3 {
            ONE_RING => (ShapeKind::Polygon, None),
            POINTS => (ShapeKind::Point, None),
            ONE_LINE => (ShapeKind::Line, None),
            _ => {
                let kind = match self.bytes.get(at) {
                    Some(0) => ShapeKind::Point,
                    Some(1) => ShapeKind::Line,
                    _ => ShapeKind::Polygon,
                };
                (kind, Some(at + 1))
            }
        };
        let (places_start, places) = match heads {
            None => (at, count),
            Some(heads) => {
                let (mut at, mut places) = (heads, 0);
                (0..count).for_each(|_| places += (varint(self.bytes, &mut at) >> 1) as usize);
                (at, places)
            }
        };
        let end = places_start + places * self.place_bytes;
        RowView { block: *self, kind, count, heads, places_start, end }
    }
}

/// A row's shape as it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowView<'a> {
    block: BlockView<'a>,
    pub kind: ShapeKind,
    /// Rings, or vertices of the only one.
    count: usize,
    /// Byte of the first ring's head, where there are several.
    heads: Option<usize>,
    places_start: usize,
    /// Byte after the row.
    pub end: usize,
}

impl<'a> RowView<'a> {
    /// Its lines or rings; each outer ring is followed by its holes.
    #[inline]
    pub fn rings(&self) -> impl Iterator<Item = RingView<'a>> + use<'a> {
        let row = *self;
        let (mut left, mut head, mut at) =
            (if row.heads.is_some() { row.count } else { 1 }, row.heads, row.places_start);
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let (length, is_hole) = match &mut head {
                None => (row.count, false),
                Some(head) => {
                    let ring = varint(row.block.bytes, head);
                    ((ring >> 1) as usize, ring & 1 == 1)
                }
            };
            let end = at + length * row.block.place_bytes;
            let places = row.block.bytes.get(at..end).unwrap_or_default();
            at = end;
            Some(RingView { block: row.block, places, is_hole })
        })
    }

    /// The box around it.
    pub fn bounds(&self) -> WorldBox {
        let mut bounds = WorldBox::EMPTY;
        self.rings().flat_map(|ring| ring.points()).for_each(|p| bounds.include(p));
        bounds
    }
}

/// One line or ring of a feature, or all its points.
#[derive(Debug, Clone, Copy)]
pub struct RingView<'a> {
    block: BlockView<'a>,
    places: &'a [u8],
    /// An inner ring of the polygon whose outer ring came before.
    pub is_hole: bool,
}

impl<'a> RingView<'a> {
    /// Places of its vertices in the table of the block.
    #[inline]
    pub fn places(&self) -> impl ExactSizeIterator<Item = usize> + Clone + use<'a> {
        let width = self.block.place_bytes;
        self.places.chunks_exact(width).map(move |bytes| match *bytes {
            [a] => usize::from(a),
            [a, b] => usize::from(u16::from_le_bytes([a, b])),
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]) as usize,
            _ => 0,
        })
    }

    /// Its vertices; a ring is open: its last vertex is not its first.
    #[inline]
    pub fn points(&self) -> impl ExactSizeIterator<Item = World> + Clone + use<'a> {
        let block = self.block;
        self.places().map(move |place| block.vertex(place))
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::PADDING;
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
                let mut at = view.rows_start;
                for (kind, shape) in &rows[block.first_row as usize..end] {
                    let row = view.row(at);
                    prop_assert_eq!(row.kind, *kind);
                    let back: Vec<Vec<World>> = row.rings().map(|ring| ring.points().collect()).collect();
                    prop_assert_eq!(&back, shape);
                    prop_assert!(block.bounds().contains_box(&row.bounds()));
                    at = row.end;
                }
            }
        }
    }
}
