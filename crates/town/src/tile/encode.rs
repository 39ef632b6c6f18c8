//! Writing Mapbox Vector Tile 2.1, straight into the bytes that are sent.
//!
//! The `mvt` crate hashes every key and value of every feature as a new string and writes the protobuf
//! twice; on parcels that is four to seven times this writer's time. It stays as the oracle of
//! `bandoso verify` and of the tests. Here a feature's geometry and tags go through two small buffers into one large one, and a
//! value is looked up by its bytes; where the store has a dictionary, once a text and tile.
//!
//! Rings come here valid and wound (`planar`), open, without repeated points.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::integers::Integers;
use super::scratch::KEPT_BYTES;
use super::{EXTENT, value::push_value};
use crate::geometry::ShapeKind;
use crate::geometry::planar::{GridPoint, Rings};
use crate::store::{Value, push_varint};

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
    integers: Integers,
    cursor: GridPoint,
}

impl Commands {
    /// Begins the next feature.
    pub fn clear(&mut self) {
        self.integers.clear();
        self.cursor = (0, 0);
    }

    /// Whether nothing was drawn.
    pub fn is_empty(&self) -> bool {
        self.integers.is_empty()
    }

    /// The bytes of the geometry field.
    pub fn bytes(&self) -> &[u8] {
        self.integers.bytes()
    }

    /// Gives back the room of a large feature.
    pub fn shrink(&mut self) {
        self.integers.shrink(KEPT_BYTES);
    }

    /// Valid rings of a polygon or several.
    pub fn polygon(&mut self, rings: &Rings) {
        for ring in rings.iter() {
            self.path(ring);
            self.integers.push(command(CLOSE_PATH, 1));
        }
    }

    /// A line of at least two different points.
    pub fn line(&mut self, line: &[GridPoint]) {
        self.path(line);
    }

    fn path(&mut self, points: &[GridPoint]) {
        let [first, rest @ ..] = points else { return };
        self.make_room(points);
        self.integers.push(command(MOVE_TO, 1));
        self.step(*first);
        self.integers.push(command(LINE_TO, rest.len()));
        rest.iter().for_each(|&point| self.step(point));
    }

    /// All points of a feature.
    pub fn points(&mut self, points: &[GridPoint]) {
        if !points.is_empty() {
            self.make_room(points);
            self.integers.push(command(MOVE_TO, points.len()));
            points.iter().for_each(|&point| self.step(point));
        }
    }

    /// Room for a step to each point and the commands around them.
    fn make_room(&mut self, points: &[GridPoint]) {
        const COMMANDS: usize = 3;
        self.integers.make_room(2 * points.len() + COMMANDS, 0);
    }

    #[inline]
    fn step(&mut self, to: GridPoint) {
        let zigzag = |d: i32| ((d << 1) ^ (d >> 31)) as u32;
        let (dx, dy) = (to.0.wrapping_sub(self.cursor.0), to.1.wrapping_sub(self.cursor.1));
        self.integers.push_pair(zigzag(dx), zigzag(dy));
        self.cursor = to;
    }
}

/// Distinct values of a layer by their bytes: an open hash table that is used again for every tile.
#[derive(Debug, Default)]
struct ValueTable {
    /// The `values` fields of the layer, one after the other.
    bytes: Vec<u8>,
    count: u32,
    /// Those that are looked up.
    known: Vec<KnownValue>,
    /// Place + 1 in `known`, or 0; a power of two of them, at most half full.
    slots: Vec<u32>,
    scratch: Vec<u8>,
}

/// A value that may be asked for again: where its message stands, and its index.
#[derive(Debug, Clone)]
struct KnownValue {
    message: Range<usize>,
    index: u32,
}

impl ValueTable {
    const FIRST_SLOTS: usize = 1 << 10;

    fn clear(&mut self) {
        self.bytes.clear();
        self.known.clear();
        self.count = 0;
        if self.slots.len() > Self::FIRST_SLOTS * 16 {
            self.slots.truncate(Self::FIRST_SLOTS);
        }
        self.slots.fill(0);
        self.slots.resize(self.slots.len().max(Self::FIRST_SLOTS), 0);
    }

    fn shrink(&mut self) {
        if self.bytes.capacity() + self.slots.capacity() * size_of::<u32>() > KEPT_BYTES {
            *self = Self::default();
        }
    }

    /// The index of a value, a new one at first sight; none for NULL, which tiles leave out.
    #[inline]
    fn index_of(&mut self, value: Value<'_>) -> Option<u32> {
        self.scratch.clear();
        if !push_value(value, &mut self.scratch) {
            return None;
        }
        if self.known.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = xxh3_64(&self.scratch) as usize & mask;
        while self.slots[slot] != 0 {
            let known = &self.known[self.slots[slot] as usize - 1];
            if self.bytes[known.message.clone()] == self.scratch[..] {
                return Some(known.index);
            }
            slot = (slot + 1) & mask;
        }
        let index = self.append(value)?;
        let message = self.bytes.len() - self.scratch.len()..self.bytes.len();
        self.known.push(KnownValue { message, index });
        self.slots[slot] = self.known.len() as u32;
        Some(index)
    }

    /// A new index for a value, without asking whether it is there; none for NULL.
    #[inline]
    fn append(&mut self, value: Value<'_>) -> Option<u32> {
        const VALUES_FIELD: u8 = 4 << 3 | 2;
        const SHORT: usize = 0x80;
        let field = self.bytes.len();
        self.bytes.extend([VALUES_FIELD, 0]);
        let message = self.bytes.len();
        if !push_value(value, &mut self.bytes) {
            self.bytes.truncate(field);
            return None;
        }
        let length = self.bytes.len() - message;
        if length < SHORT {
            self.bytes[message - 1] = length as u8;
        } else {
            let mut varint = Vec::new();
            push_varint(&mut varint, length as u64);
            self.bytes.splice(message - 1..message, varint);
        }
        self.count += 1;
        Some(self.count - 1)
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots.clear();
        self.slots.resize(mask + 1, 0);
        for (place, known) in self.known.iter().enumerate() {
            let mut slot = xxh3_64(&self.bytes[known.message.clone()]) as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = place as u32 + 1;
        }
    }
}

/// One layer of a tile, being written.
#[derive(Debug, Default)]
pub(super) struct LayerWriter {
    features: Integers,
    values: ValueTable,
    tags: Integers,
    count: usize,
    /// Bytes of values that were measured.
    measured: usize,
}

impl LayerWriter {
    /// Begins a layer.
    pub fn begin(&mut self) {
        self.features.clear();
        self.values.clear();
        self.tags.clear();
        self.count = 0;
        self.measured = 0;
    }

    /// Bytes of the features and values so far.
    #[inline]
    pub fn bytes(&self) -> usize {
        self.features.len() + self.values.bytes.len()
    }

    /// The bytes the last feature took with the values that came with it. The feature is forgotten, its values
    /// are not: another that has them adds nothing.
    pub fn take_measure(&mut self) -> usize {
        let bytes = self.bytes() - self.measured;
        self.features.clear();
        self.count = 0;
        self.measured = self.values.bytes.len();
        bytes
    }

    /// Gives back the room of a large layer.
    pub fn shrink(&mut self) {
        self.features.shrink(KEPT_BYTES);
        self.tags.shrink(KEPT_BYTES);
        self.values.shrink();
    }

    /// The index of a value in this layer; none for NULL.
    #[inline]
    pub fn value(&mut self, value: Value<'_>) -> Option<u32> {
        self.values.index_of(value)
    }

    /// A new index for a value that is hardly in this layer yet; none for NULL.
    #[inline]
    pub fn new_value(&mut self, value: Value<'_>) -> Option<u32> {
        self.values.append(value)
    }

    /// Gives the next feature an attribute: the number of its key and the index of its value.
    #[inline]
    pub fn tag(&mut self, key: usize, value: u32) {
        self.tags.make_room(2, 0);
        self.tags.push_pair(key as u32, value);
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
        out.make_room(8, self.tags.len() + geometry.len());
        out.push_byte(FEATURES_FIELD);
        out.push(length as u64);
        out.push_byte(ID);
        out.push(id);
        if !self.tags.is_empty() {
            out.push_byte(TAGS);
            out.push(self.tags.len() as u64);
            out.push_bytes(self.tags.bytes());
            self.tags.clear();
        }
        let geometry_type = match kind {
            ShapeKind::Point => 1,
            ShapeKind::Line => 2,
            ShapeKind::Polygon => 3,
        };
        [TYPE, geometry_type, GEOMETRY].into_iter().for_each(|byte| out.push_byte(byte));
        out.push(geometry.len() as u64);
        out.push_bytes(geometry);
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
        tile.extend_from_slice(self.features.bytes());
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
