//! Revisions: a number that is equal wherever the same rows are held.
//!
//! A layer's revision is the wrapping sum of a 64-bit hash of each row, so it does not depend on the
//! order rows came in, and a changed row is one subtraction and one addition. Snapshots and tiles combine those
//! of their parts. Hashes are made of little-endian bytes in a fixed order: equal on every machine.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{Feature, Value};
use crate::geometry::WorldBox;

/// What rows are held, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Revision(pub u64);

impl Revision {
    /// Both together, in any order.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// The same rows under a name: so that equal rows in two layers do not look like one.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self(xxh3_64(name.as_bytes()) ^ self.0.rotate_left(17))
    }

    /// This and then the other: order counts.
    #[must_use]
    pub fn then(self, next: u64) -> Self {
        Self(xxh3_64_with_seed(&next.to_le_bytes(), self.0))
    }

    /// The hash of one row: id, shape and values; and the box around it, because both need every vertex.
    /// `scratch` is a buffer to use again: hashing many small pieces costs more than writing them down first.
    pub fn of_row(feature: &Feature<'_>, scratch: &mut Vec<u8>) -> (Self, WorldBox) {
        let mut bounds = WorldBox::EMPTY;
        scratch.clear();
        scratch.extend(feature.id().to_le_bytes());
        scratch.push(feature.kind() as u8);
        for ring in feature.rings() {
            scratch.extend([0xff, u8::from(ring.is_hole)]);
            for p in ring.points() {
                bounds.include(p);
                scratch.extend(p.x.to_le_bytes());
                scratch.extend(p.y.to_le_bytes());
            }
        }
        for value in feature.values() {
            let mut text = |text: &str| {
                scratch.push(5);
                scratch.extend((text.len() as u64).to_le_bytes());
                scratch.extend(text.as_bytes());
            };
            match value {
                Value::Null => scratch.push(0),
                Value::Bool(b) => scratch.extend([1, u8::from(b)]),
                Value::Int(n) => {
                    scratch.push(2);
                    scratch.extend(n.to_le_bytes());
                }
                Value::Float(x) => {
                    scratch.push(3);
                    scratch.extend(x.to_bits().to_le_bytes());
                }
                Value::Date(d) => {
                    scratch.push(4);
                    scratch.extend(d.to_julian_day().to_le_bytes());
                }
                Value::Text(t) => text(t),
                Value::ComputedText(t) => text(t.as_str()),
            }
        }
        (Self(xxh3_64(scratch)), bounds)
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
