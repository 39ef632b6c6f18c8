//! Rows on their way into the store: every row as a run of bytes, in the bin of its cell.
//!
//! A row is written once, as it comes, in about the size it will have at last; so a layer needs no
//! second copy of itself to be loaded, and a bin is dropped as soon as its cell is packed.
//!
//! ```text
//! row   = length:varint  Hilbert key:u64  id:varint  own key: length:varint and bytes (none for numbers)
//!         nulls (a bit a column)  value…  shape
//! value = Bool u8 · Int, Date zigzag varint · Float: thousandths·2 zigzag varint, or 1 and its 8 bytes
//!         · Text: code·2 varint, or length·2+1 varint and its bytes
//! shape = kind:u8 ring-count:varint (length·2 + is-hole):varint…  (dx dy):zigzag varint…, the first from the cell
//! ```

use rustc_hash::FxHashMap;

use super::bits::{push_varint, unzigzag, varint, zigzag};
use super::computed_text::is_coinable;
use super::field::Field;
use super::{ColumnType, FeatureId, Value};
use crate::geometry::{Ring, ShapeKind, World};

/// A bin grows by pieces, because a vector that grows by doubling needs three times its room to do so.
const FIRST_PIECE_BYTES: usize = 1 << 12;
const LARGEST_PIECE_BYTES: usize = 1 << 18;

/// Texts a column keeps once; beyond so many different ones they are written out.
const MAX_KNOWN_TEXTS: usize = 1 << 16;

/// The texts of one column that rows refer to by number.
#[derive(Default)]
pub(super) struct KnownTexts {
    texts: Vec<Box<str>>,
    codes: FxHashMap<Box<str>, u32>,
    /// The last one: most neighbours in a table agree.
    last: Option<u32>,
}

impl KnownTexts {
    fn code(&mut self, text: &str) -> Option<u32> {
        if let Some(last) = self.last
            && *self.texts[last as usize] == *text
        {
            return Some(last);
        }
        let code = match self.codes.get(text) {
            Some(&code) => code,
            None if self.texts.len() >= MAX_KNOWN_TEXTS => return None,
            None => {
                let code = self.texts.len() as u32;
                self.texts.push(text.into());
                self.codes.insert(text.into(), code);
                code
            }
        };
        self.last = Some(code);
        Some(code)
    }

    /// Forgets what only writing needs.
    pub fn close(&mut self) {
        self.codes = FxHashMap::default();
    }
}

/// The rows of one cell that one reader took.
pub(super) struct Bin {
    /// Vertices count from here.
    corner: World,
    pieces: Vec<Vec<u8>>,
}

/// Where a row lies in a bin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    piece: u32,
    at: u32,
}

impl Place {
    /// For keeping many of them.
    pub fn to_pair(self) -> (u32, u32) {
        (self.piece, self.at)
    }

    /// The reverse of [`Place::to_pair`].
    pub fn from_pair((piece, at): (u32, u32)) -> Self {
        Self { piece, at }
    }
}

/// A row of a bin: what it is sorted and known by, and where it is.
pub(super) struct BinRow<'a> {
    /// Its Hilbert key.
    pub key: u64,
    pub id: FeatureId,
    /// The key in the source where that is a text, else empty.
    pub own_key: &'a str,
    /// Where its values and its shape are.
    pub place: Place,
}

/// A row to be written.
pub(super) struct NewRow<'a> {
    pub id: FeatureId,
    /// The key in the source where that is a text, else empty.
    pub own_key: &'a str,
    pub key: u64,
    pub kind: ShapeKind,
    pub vertices: &'a [World],
    pub rings: &'a [Ring],
    pub values: &'a [Value<'a>],
}

impl Bin {
    /// An empty bin for the cell with this north-west corner.
    pub fn new(corner: World) -> Self {
        Self { corner, pieces: Vec::new() }
    }

    /// Takes a row; `scratch` is a buffer to use again.
    pub fn push(
        &mut self,
        row: &NewRow<'_>,
        fields: &[Field],
        known: &mut [KnownTexts],
        scratch: &mut Vec<u8>,
    ) {
        scratch.clear();
        scratch.extend(row.key.to_le_bytes());
        push_varint(scratch, row.id);
        push_varint(scratch, row.own_key.len() as u64);
        scratch.extend(row.own_key.as_bytes());
        write_values(row.values, fields, known, scratch);
        write_shape(row, self.corner, scratch);
        let needed = scratch.len() + 10;
        if self.pieces.last().is_none_or(|piece| piece.capacity() - piece.len() < needed) {
            let grown = self.pieces.last().map_or(FIRST_PIECE_BYTES, |piece| piece.capacity() * 2);
            self.pieces.push(Vec::with_capacity(grown.min(LARGEST_PIECE_BYTES).max(needed)));
        }
        if let Some(piece) = self.pieces.last_mut() {
            push_varint(piece, scratch.len() as u64);
            piece.extend_from_slice(scratch);
        }
    }

    /// Every row, without its values and its shape.
    pub fn rows(&self) -> impl Iterator<Item = BinRow<'_>> {
        self.pieces.iter().enumerate().flat_map(|(number, piece)| {
            let mut next = 0;
            std::iter::from_fn(move || {
                let start = next;
                if start >= piece.len() {
                    return None;
                }
                let length = varint(piece, &mut next) as usize;
                let mut at = next + 8;
                let key =
                    piece.get(next..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b));
                let id = varint(piece, &mut at);
                let own_key_end = varint(piece, &mut at) as usize + at;
                let own_key = piece.get(at..own_key_end).and_then(|b| std::str::from_utf8(b).ok());
                let place = Place { piece: number as u32, at: own_key_end as u32 };
                next += length;
                Some(BinRow { key, id, own_key: own_key.unwrap_or_default(), place })
            })
        })
    }

    /// Reads a row: its values into `values`, one vector a column, its shape into the buffers; gives
    /// its kind.
    pub fn read<'a>(
        &'a self,
        place: Place,
        fields: &[Field],
        known: &'a [KnownTexts],
        values: &mut [Vec<Value<'a>>],
        (vertices, rings): (&mut Vec<World>, &mut Vec<Ring>),
    ) -> ShapeKind {
        let bytes = self.pieces[place.piece as usize].as_slice();
        let mut at = place.at as usize;
        read_values(bytes, &mut at, fields, known, values);
        read_shape(bytes, &mut at, self.corner, vertices, rings)
    }
}

fn write_values(values: &[Value<'_>], fields: &[Field], known: &mut [KnownTexts], out: &mut Vec<u8>) {
    let nulls = out.len();
    out.resize(nulls + fields.len().div_ceil(8), 0);
    for (i, (field, texts)) in fields.iter().zip(known).enumerate() {
        match (field.column_type, values.get(i).copied().unwrap_or(Value::Null)) {
            (ColumnType::Bool, Value::Bool(b)) => out.push(u8::from(b)),
            (ColumnType::Int, Value::Int(n)) => push_varint(out, zigzag(n)),
            (ColumnType::Date, Value::Date(day)) => push_varint(out, zigzag(i64::from(day.to_julian_day()))),
            (ColumnType::Float, Value::Float(x)) => write_float(x, out),
            (ColumnType::Float, Value::Int(n)) => write_float(n as f64, out),
            (ColumnType::Text, Value::Text(text)) => write_text(text, texts, out),
            _ => out[nulls + i / 8] |= 1 << (i % 8),
        }
    }
}

fn write_float(x: f64, out: &mut Vec<u8>) {
    let thousandths = (x * 1000.0).round();
    if thousandths.abs() < 1e15 && (thousandths as i64 as f64 / 1000.0).to_bits() == x.to_bits() {
        push_varint(out, zigzag(thousandths as i64) << 1);
    } else {
        push_varint(out, 1);
        out.extend(x.to_le_bytes());
    }
}

fn write_text(text: &str, known: &mut KnownTexts, out: &mut Vec<u8>) {
    let code = if is_coinable(text) { None } else { known.code(text) };
    match code {
        Some(code) => push_varint(out, u64::from(code) << 1),
        None => {
            push_varint(out, (text.len() as u64) << 1 | 1);
            out.extend(text.as_bytes());
        }
    }
}

fn read_values<'a>(
    bytes: &'a [u8],
    at: &mut usize,
    fields: &[Field],
    known: &'a [KnownTexts],
    values: &mut [Vec<Value<'a>>],
) {
    let nulls = *at;
    *at += fields.len().div_ceil(8);
    for (i, ((field, texts), column)) in fields.iter().zip(known).zip(values).enumerate() {
        if bytes[nulls + i / 8] >> (i % 8) & 1 == 1 {
            column.push(Value::Null);
            continue;
        }
        column.push(match field.column_type {
            ColumnType::Bool => Value::Bool(varint(bytes, at) != 0),
            ColumnType::Int => Value::Int(unzigzag(varint(bytes, at))),
            ColumnType::Date => {
                let day = i32::try_from(unzigzag(varint(bytes, at))).ok();
                day.and_then(|day| time::Date::from_julian_day(day).ok()).map_or(Value::Null, Value::Date)
            }
            ColumnType::Float => match varint(bytes, at) {
                1 => {
                    let raw = bytes
                        .get(*at..)
                        .and_then(|b| b.first_chunk())
                        .map_or(0.0, |b| f64::from_le_bytes(*b));
                    *at += 8;
                    Value::Float(raw)
                }
                n => Value::Float(unzigzag(n >> 1) as f64 / 1000.0),
            },
            ColumnType::Text => match varint(bytes, at) {
                n if n & 1 == 0 => Value::Text(&texts.texts[(n >> 1) as usize]),
                n => {
                    let end = *at + (n >> 1) as usize;
                    let text =
                        bytes.get(*at..end).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
                    *at = end;
                    Value::Text(text)
                }
            },
        });
    }
}

fn write_shape(row: &NewRow<'_>, corner: World, out: &mut Vec<u8>) {
    out.push(row.kind as u8);
    push_varint(out, row.rings.len() as u64);
    let mut start = 0;
    for ring in row.rings {
        push_varint(out, u64::from(ring.end - start) << 1 | u64::from(ring.is_hole));
        start = ring.end;
    }
    let mut last = corner;
    for vertex in row.vertices {
        push_varint(out, zigzag(vertex.x - last.x));
        push_varint(out, zigzag(vertex.y - last.y));
        last = *vertex;
    }
}

fn read_shape(
    bytes: &[u8],
    at: &mut usize,
    corner: World,
    vertices: &mut Vec<World>,
    rings: &mut Vec<Ring>,
) -> ShapeKind {
    vertices.clear();
    rings.clear();
    let kind = match bytes.get(*at) {
        Some(0) => ShapeKind::Point,
        Some(1) => ShapeKind::Line,
        _ => ShapeKind::Polygon,
    };
    *at += 1;
    let mut end = 0;
    for _ in 0..varint(bytes, at) {
        let head = varint(bytes, at);
        end += (head >> 1) as u32;
        rings.push(Ring { end, is_hole: head & 1 == 1 });
    }
    let mut last = corner;
    for _ in 0..end {
        let (dx, dy) = (unzigzag(varint(bytes, at)), unzigzag(varint(bytes, at)));
        last = World { x: last.x + dx, y: last.y + dy };
        vertices.push(last);
    }
    kind
}
