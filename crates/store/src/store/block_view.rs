//! Reading blocks (`block.rs` says how they are written): the table of vertices, and each row's outline as
//! places in that table.

use super::bits::{MAX_WIDTH, bits_at, varint};
use super::block::{Block, ONE_LINE, ONE_RING, POINTS};
use crate::geometry::{ShapeKind, World};

/// A block as it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockView<'a> {
    pub table: VertexTable<'a>,
    bytes: &'a [u8],
    place_bytes: u8,
    /// Byte of the first row.
    rows_start: usize,
}

/// The distinct vertices of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct VertexTable<'a> {
    bytes: &'a [u8],
    origin: World,
    x_bits: u32,
    y_bits: u32,
    count: usize,
    first_bit: usize,
}

/// A row's shape as it stands in a block: which vertices it joins, and to what.
#[derive(Debug, Clone, Copy)]
pub struct Outline<'a> {
    /// Points, lines or areas.
    pub kind: ShapeKind,
    place_bytes: u8,
    /// The places of all rings.
    places: &'a [u8],
    /// How long each ring is, where there are several.
    heads: Option<&'a [u8]>,
}

/// One line or ring as places in the table of its block, or all points of a feature.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    bytes: &'a [u8],
    place_bytes: u8,
    /// An inner ring of the polygon whose outer ring came before.
    pub is_hole: bool,
}

impl<'a> BlockView<'a> {
    /// Opens a block in the bytes of its shard.
    #[inline]
    pub fn new(bytes: &'a [u8], block: &Block) -> Self {
        let start = block.start as usize;
        let [x_bits, y_bits, place_bytes] =
            bytes.get(start..).and_then(|b| b.first_chunk()).map_or([0; 3], |&b| b);
        let mut at = start + 3;
        let count = varint(bytes, &mut at) as usize;
        let (x_bits, y_bits) = (u32::from(x_bits), u32::from(y_bits));
        let table = VertexTable { bytes, origin: block.origin, x_bits, y_bits, count, first_bit: at * 8 };
        let rows_start = at + (count * (x_bits + y_bits) as usize).div_ceil(8);
        Self { table, bytes, place_bytes, rows_start }
    }

    /// The outlines of its rows; the caller knows how many there are.
    #[inline]
    pub fn rows(&self) -> impl Iterator<Item = Outline<'a>> + use<'a> {
        let (view, mut at) = (*self, self.rows_start);
        std::iter::from_fn(move || Some(view.row(&mut at)))
    }

    /// The row that begins at this byte; moves behind it.
    #[inline]
    fn row(&self, at: &mut usize) -> Outline<'a> {
        let head = varint(self.bytes, at);
        let count = (head >> 2) as usize;
        let one = |kind| (kind, count, None);
        let (kind, places, heads) = match head & 3 {
            ONE_RING => one(ShapeKind::Polygon),
            POINTS => one(ShapeKind::Point),
            ONE_LINE => one(ShapeKind::Line),
            _ => self.several(count, at),
        };
        let start = *at;
        *at += places * usize::from(self.place_bytes);
        let places = self.bytes.get(start..*at).unwrap_or_default();
        Outline { kind, place_bytes: self.place_bytes, places, heads }
    }

    /// What a row of several rings says of them: kind, places of all together, head of each.
    fn several(&self, count: usize, at: &mut usize) -> (ShapeKind, usize, Option<&'a [u8]>) {
        let kind = match self.bytes.get(*at) {
            Some(0) => ShapeKind::Point,
            Some(1) => ShapeKind::Line,
            _ => ShapeKind::Polygon,
        };
        *at += 1;
        let (start, mut places) = (*at, 0);
        (0..count).for_each(|_| places += (varint(self.bytes, at) >> 1) as usize);
        (kind, places, self.bytes.get(start..*at))
    }
}

impl VertexTable<'_> {
    /// The vertex at a place, as an offset from the block's north-west corner.
    #[inline]
    fn offset(&self, place: usize) -> (u32, u32) {
        let bit = self.first_bit + place * (self.x_bits + self.y_bits) as usize;
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
        out.extend((0..self.count).map(|place| convert(self.vertex(place))));
    }
}

impl<'a> Outline<'a> {
    /// The vertices of all its lines or rings, one after the other.
    #[inline]
    pub fn places(&self) -> Places<'a> {
        Places { bytes: self.places, place_bytes: self.place_bytes, is_hole: false }
    }

    /// Its lines or rings; each outer ring is followed by its holes.
    #[inline]
    pub fn rings(&self) -> impl Iterator<Item = Places<'a>> + use<'a> {
        let Self { place_bytes, places, heads, .. } = *self;
        let (mut rest, mut head, mut is_first) = (places, 0, true);
        std::iter::from_fn(move || {
            let Some(heads) = heads else {
                let only = Places { bytes: places, place_bytes, is_hole: false };
                return std::mem::take(&mut is_first).then_some(only);
            };
            if head == heads.len() {
                return None;
            }
            let ring = varint(heads, &mut head);
            let bytes = (ring >> 1) as usize * usize::from(place_bytes);
            let (bytes, after) = rest.split_at_checked(bytes)?;
            rest = after;
            Some(Places { bytes, place_bytes, is_hole: ring & 1 == 1 })
        })
    }
}

impl<'a> Places<'a> {
    /// The places of its vertices; a ring is open: its last vertex is not its first.
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = usize> + Clone + use<'a> {
        let (bytes, shift) = (self.bytes, self.place_bytes.trailing_zeros());
        (0..bytes.len() >> shift).map(move |i| match (shift, bytes.get(i << shift..)) {
            (0, Some(&[a, ..])) => usize::from(a),
            (1, Some(&[a, b, ..])) => usize::from(u16::from_le_bytes([a, b])),
            (2, Some(&[a, b, c, d, ..])) => u32::from_le_bytes([a, b, c, d]) as usize,
            _ => 0,
        })
    }
}
