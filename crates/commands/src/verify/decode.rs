//! A Mapbox Vector Tile as it stands in its bytes: layers, keys, values, features; nothing interpreted yet.
//!
//! A decoder of our own, and not the one of `mlt-core`, because that widens types and forgives what a check must see. It is
//! held against geozero's in a test, and every tile is read by `mlt-core`'s as well (`judge.rs`).

use super::wire::{Content, Message, Unreadable, packed};

/// A tile.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Tile {
    pub layers: Vec<Layer>,
}

/// A layer; what is not there is empty or nought.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Layer {
    pub name: String,
    pub version: u64,
    pub extent: u64,
    pub keys: Vec<String>,
    pub values: Vec<Value>,
    pub features: Vec<Feature>,
}

/// A feature.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Feature {
    pub id: Option<u64>,
    /// Pairs of a key's and a value's place.
    pub tags: Vec<u32>,
    pub kind: u64,
    pub geometry: Vec<u32>,
}

/// A value with its type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Float(f32),
    Double(f64),
    Int(i64),
    Uint(u64),
    Sint(i64),
    Bool(bool),
}

/// What a layer has where it does not say (`vector_tile.proto`).
const DEFAULT_EXTENT: u64 = 4096;

impl Tile {
    /// Reads all bytes of a tile.
    pub fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut tile = Self::default();
        let mut message = Message::new(bytes);
        while let Some(field) = message.field()? {
            match field {
                (3, Content::Bytes(layer)) => tile.layers.push(Layer::decode(layer)?),
                _ => return Err("an unknown field in the tile"),
            }
        }
        Ok(tile)
    }

    /// The layer of this name.
    pub fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.name == name)
    }
}

impl Layer {
    fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (mut name, mut version, mut extent) = (None, None, None);
        let mut layer = Self::default();
        let mut message = Message::new(bytes);
        while let Some(field) = message.field()? {
            match field {
                (15, Content::Varint(n)) => once(&mut version, n)?,
                (1, Content::Bytes(bytes)) => once(&mut name, text(bytes)?)?,
                (2, Content::Bytes(bytes)) => layer.features.push(Feature::decode(bytes)?),
                (3, Content::Bytes(bytes)) => layer.keys.push(text(bytes)?),
                (4, Content::Bytes(bytes)) => layer.values.push(Value::decode(bytes)?),
                (5, Content::Varint(n)) => once(&mut extent, n)?,
                _ => return Err("an unknown field in a layer"),
            }
        }
        layer.name = name.unwrap_or_default();
        layer.version = version.unwrap_or_default();
        layer.extent = extent.unwrap_or(DEFAULT_EXTENT);
        Ok(layer)
    }

    /// The attributes of a feature by name; a tag that leads nowhere is left out, and told elsewhere.
    pub fn attributes<'a>(&'a self, feature: &'a Feature) -> impl Iterator<Item = (&'a str, &'a Value)> {
        feature.tags.as_chunks::<2>().0.iter().filter_map(|&[key, value]| {
            Some((self.keys.get(key as usize)?.as_str(), self.values.get(value as usize)?))
        })
    }
}

impl Feature {
    fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (mut id, mut tags, mut kind, mut geometry) = (None, None, None, None);
        let mut message = Message::new(bytes);
        while let Some(field) = message.field()? {
            match field {
                (1, Content::Varint(n)) => once(&mut id, n)?,
                (2, Content::Bytes(bytes)) => once(&mut tags, packed(bytes)?)?,
                (3, Content::Varint(n)) => once(&mut kind, n)?,
                (4, Content::Bytes(bytes)) => once(&mut geometry, packed(bytes)?)?,
                _ => return Err("an unknown field in a feature"),
            }
        }
        let (tags, geometry) = (tags.unwrap_or_default(), geometry.unwrap_or_default());
        Ok(Self { id, tags, kind: kind.unwrap_or_default(), geometry })
    }
}

impl Value {
    fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut value = None;
        let mut message = Message::new(bytes);
        while let Some(field) = message.field()? {
            let read = match field {
                (1, Content::Bytes(bytes)) => Self::Text(text(bytes)?),
                (2, Content::Four(bytes)) => Self::Float(f32::from_le_bytes(bytes)),
                (3, Content::Eight(bytes)) => Self::Double(f64::from_le_bytes(bytes)),
                (4, Content::Varint(n)) => Self::Int(n.cast_signed()),
                (5, Content::Varint(n)) => Self::Uint(n),
                (6, Content::Varint(n)) => Self::Sint((n >> 1).cast_signed() ^ -(n & 1).cast_signed()),
                (7, Content::Varint(n)) => Self::Bool(n != 0),
                _ => return Err("an unknown field in a value"),
            };
            once(&mut value, read)?;
        }
        value.ok_or("a value without a type")
    }
}

/// Notes what may stand once only.
fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Unreadable> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err("a field stands twice that may stand once"),
    }
}

fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "a text is not UTF-8")
}
