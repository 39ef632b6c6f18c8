//! Writing Mapbox Vector Tile 2.1, straight into the bytes that are sent.
//!
//! The `mvt` crate hashes every key and value of every feature as a new string and writes the protobuf
//! twice; on parcels that is four to seven times this writer's time. It stays as the oracle of the
//! tests. Here a feature's geometry and tags go through two small buffers into one large one, and a
//! value is looked up by its bytes; where the store has a dictionary, once a text and tile.
//!
//! Rings come here valid and wound (`planar`), open, without repeated points.

use xxhash_rust::xxh3::xxh3_64;

use super::{EXTENT, value::push_value};
use crate::geometry::ShapeKind;
use crate::geometry::planar::{GridPoint, Rings};
use crate::store::{Value, push_varint, zigzag};

const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE_PATH: u64 = 7;

/// `id` of a command with its count (MVT 2.1, 4.3.1).
fn command(id: u64, count: usize) -> u64 {
    (count as u64) << 3 | id
}

/// A feature's geometry as command integers, already in their varints.
#[derive(Debug, Default)]
pub(super) struct Commands {
    bytes: Vec<u8>,
    cursor: GridPoint,
}

impl Commands {
    /// Begins the next feature.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.cursor = (0, 0);
    }

    /// Whether nothing was drawn.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes of the geometry field.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline]
    fn step(&mut self, to: GridPoint) {
        let (dx, dy) = (to.0.wrapping_sub(self.cursor.0), to.1.wrapping_sub(self.cursor.1));
        push_varint(&mut self.bytes, zigzag(i64::from(dx)));
        push_varint(&mut self.bytes, zigzag(i64::from(dy)));
        self.cursor = to;
    }

    /// Valid rings of a polygon or several.
    pub fn polygon(&mut self, rings: &Rings) {
        for ring in rings.iter() {
            self.path(ring);
            push_varint(&mut self.bytes, command(CLOSE_PATH, 1));
        }
    }

    /// A line of at least two different points.
    pub fn line(&mut self, line: &[GridPoint]) {
        self.path(line);
    }

    fn path(&mut self, points: &[GridPoint]) {
        let [first, rest @ ..] = points else { return };
        push_varint(&mut self.bytes, command(MOVE_TO, 1));
        self.step(*first);
        push_varint(&mut self.bytes, command(LINE_TO, rest.len()));
        rest.iter().for_each(|&point| self.step(point));
    }

    /// All points of a feature.
    pub fn points(&mut self, points: &[GridPoint]) {
        if !points.is_empty() {
            push_varint(&mut self.bytes, command(MOVE_TO, points.len()));
            points.iter().for_each(|&point| self.step(point));
        }
    }
}

/// Distinct values of a layer by their bytes: an open hash table that is used again for every tile.
#[derive(Debug, Default)]
struct ValueTable {
    /// The `values` fields of the layer, one after the other.
    bytes: Vec<u8>,
    /// Value to the bytes of its message.
    places: Vec<(u32, u32)>,
    /// Index + 1 of a value, or 0; a power of two of them, at most half full.
    slots: Vec<u32>,
    scratch: Vec<u8>,
}

impl ValueTable {
    const FIRST_SLOTS: usize = 1 << 10;

    fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
        if self.slots.len() > Self::FIRST_SLOTS * 16 {
            self.slots.truncate(Self::FIRST_SLOTS);
        }
        self.slots.fill(0);
        self.slots.resize(self.slots.len().max(Self::FIRST_SLOTS), 0);
    }

    /// The index of a value, a new one at first sight; none for NULL, which tiles leave out.
    #[inline]
    fn index_of(&mut self, value: Value<'_>) -> Option<u32> {
        self.scratch.clear();
        if !push_value(value, &mut self.scratch) {
            return None;
        }
        if self.places.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = xxh3_64(&self.scratch) as usize & mask;
        while self.slots[slot] != 0 {
            let (start, end) = self.places[self.slots[slot] as usize - 1];
            if self.bytes[start as usize..end as usize] == self.scratch[..] {
                return Some(self.slots[slot] - 1);
            }
            slot = (slot + 1) & mask;
        }
        const VALUES_FIELD: u8 = 4 << 3 | 2;
        self.bytes.push(VALUES_FIELD);
        push_varint(&mut self.bytes, self.scratch.len() as u64);
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&self.scratch);
        self.places.push((start, self.bytes.len() as u32));
        self.slots[slot] = self.places.len() as u32;
        Some(self.places.len() as u32 - 1)
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots.clear();
        self.slots.resize(mask + 1, 0);
        for (index, &(start, end)) in self.places.iter().enumerate() {
            let mut slot = xxh3_64(&self.bytes[start as usize..end as usize]) as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = index as u32 + 1;
        }
    }
}

/// One layer of a tile, being written.
#[derive(Debug, Default)]
pub(super) struct LayerWriter {
    features: Vec<u8>,
    values: ValueTable,
    tags: Vec<u8>,
    count: usize,
}

impl LayerWriter {
    /// Begins a layer.
    pub fn begin(&mut self) {
        self.features.clear();
        self.values.clear();
        self.tags.clear();
        self.count = 0;
    }

    /// The index of a value in this layer; none for NULL.
    #[inline]
    pub fn value(&mut self, value: Value<'_>) -> Option<u32> {
        self.values.index_of(value)
    }

    /// Gives the next feature an attribute: the number of its key and the index of its value.
    #[inline]
    pub fn tag(&mut self, key: usize, value: u32) {
        push_varint(&mut self.tags, key as u64);
        push_varint(&mut self.tags, u64::from(value));
    }

    /// Writes a feature with the tags given since the last one.
    pub fn feature(&mut self, id: u64, kind: ShapeKind, geometry: &[u8]) {
        const FEATURES_FIELD: u8 = 2 << 3 | 2;
        const ID: u8 = 1 << 3;
        const TAGS: u8 = 2 << 3 | 2;
        const TYPE: u8 = 3 << 3;
        const GEOMETRY: u8 = 4 << 3 | 2;
        let tags_bytes = if self.tags.is_empty() { 0 } else { field_bytes(self.tags.len()) };
        let length = 1 + varint_bytes(id) + tags_bytes + 2 + field_bytes(geometry.len());
        let out = &mut self.features;
        out.push(FEATURES_FIELD);
        push_varint(out, length as u64);
        out.push(ID);
        push_varint(out, id);
        if !self.tags.is_empty() {
            out.push(TAGS);
            push_varint(out, self.tags.len() as u64);
            out.extend_from_slice(&self.tags);
            self.tags.clear();
        }
        let geometry_type = match kind {
            ShapeKind::Point => 1,
            ShapeKind::Line => 2,
            ShapeKind::Polygon => 3,
        };
        out.extend([TYPE, geometry_type, GEOMETRY]);
        push_varint(out, geometry.len() as u64);
        out.extend_from_slice(geometry);
        self.count += 1;
    }

    /// Appends the layer to a tile, unless it is empty.
    pub fn finish<'a>(
        &mut self,
        name: &str,
        keys: impl Iterator<Item = &'a str> + Clone,
        tile: &mut Vec<u8>,
    ) {
        const LAYERS_FIELD: u8 = 3 << 3 | 2;
        const NAME: u8 = 1 << 3 | 2;
        const KEYS: u8 = 3 << 3 | 2;
        const EXTENT_FIELD: u8 = 5 << 3;
        const VERSION: u8 = 15 << 3;
        if self.count == 0 {
            return;
        }
        let keys_bytes: usize = keys.clone().map(|key| field_bytes(key.len())).sum();
        let extent_bytes = 1 + varint_bytes(EXTENT as u64);
        let length = 2
            + field_bytes(name.len())
            + self.features.len()
            + keys_bytes
            + self.values.bytes.len()
            + extent_bytes;
        tile.reserve(length + 10);
        tile.push(LAYERS_FIELD);
        push_varint(tile, length as u64);
        tile.extend([VERSION, 2]);
        push_text(NAME, name, tile);
        tile.extend_from_slice(&self.features);
        keys.for_each(|key| push_text(KEYS, key, tile));
        tile.extend_from_slice(&self.values.bytes);
        tile.push(EXTENT_FIELD);
        push_varint(tile, EXTENT as u64);
    }
}

fn push_text(field: u8, text: &str, out: &mut Vec<u8>) {
    out.push(field);
    push_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn varint_bytes(n: u64) -> usize {
    (u64::BITS - (n | 1).leading_zeros()).div_ceil(7) as usize
}

/// Bytes of a field with a length in front.
fn field_bytes(length: usize) -> usize {
    1 + varint_bytes(length as u64) + length
}
