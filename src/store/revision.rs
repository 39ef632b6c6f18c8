//! Revisions: a number that is equal wherever the same rows are held.
//!
//! A shard's revision is the wrapping sum of a 64-bit hash of each row, so it does not depend on the
//! order rows came in, and a changed row is one subtraction and one addition. Layers and snapshots
//! combine those of their parts.

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::{Feature, Value};

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

    /// The hash of one row: id, shape and values.
    pub(super) fn of_row(feature: &Feature<'_>) -> Self {
        let mut hash = Xxh3::new();
        hash.update(&feature.id().to_le_bytes());
        hash.update(&[feature.kind() as u8]);
        for ring in feature.rings() {
            hash.update(&[0xff, u8::from(ring.is_hole)]);
            for p in ring.points() {
                hash.update(&p.x.to_le_bytes());
                hash.update(&p.y.to_le_bytes());
            }
        }
        for value in feature.values() {
            match value {
                Value::Null => hash.update(&[0]),
                Value::Bool(b) => hash.update(&[1, u8::from(b)]),
                Value::Int(n) => {
                    hash.update(&[2]);
                    hash.update(&n.to_le_bytes());
                }
                Value::Float(x) => {
                    hash.update(&[3]);
                    hash.update(&x.to_bits().to_le_bytes());
                }
                Value::Date(d) => {
                    hash.update(&[4]);
                    hash.update(&d.to_julian_day().to_le_bytes());
                }
                Value::Text(t) => {
                    hash.update(&[5]);
                    hash.update(&(t.len() as u64).to_le_bytes());
                    hash.update(t.as_bytes());
                }
            }
        }
        Self(hash.digest())
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
