//! Keys of text, so that a row is found by the key its town gave it.
//!
//! The id of such a row is a hash of its key (`builder::feature_id`). Texts themselves are not kept: a
//! second hash of 64 bits says whether a key that leads to an id was there at all. Together they are 117 bits, so
//! a key that was never in the table does not find somebody's row.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Another hash than the one that makes ids.
const SEED: u64 = 0x6b65_7973;

/// The keys of a layer, 8 bytes each; empty where keys are numbers.
#[derive(Debug, Default, Clone)]
pub(super) struct KeyTable {
    hashes: Vec<u64>,
    is_sorted: bool,
}

impl KeyTable {
    /// Takes the key of a row.
    pub fn add(&mut self, key: &str) {
        self.hashes.push(hash(key));
        self.is_sorted = false;
    }

    /// Adds the keys that another reader of the same table took.
    pub fn absorb(&mut self, other: Self) {
        self.hashes.extend(other.hashes);
        self.is_sorted = false;
    }

    /// Makes it ready to be asked.
    pub fn close(&mut self) {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.hashes.shrink_to_fit();
        self.is_sorted = true;
    }

    /// Whether the key was there; to be asked once the table is closed.
    pub fn contains(&self, key: &str) -> bool {
        debug_assert!(self.is_sorted || self.hashes.is_empty());
        self.hashes.binary_search(&hash(key)).is_ok()
    }

    /// Whether keys are numbers.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Resident bytes.
    pub fn bytes(&self) -> usize {
        self.hashes.capacity() * size_of::<u64>()
    }
}

fn hash(key: &str) -> u64 {
    xxh3_64_with_seed(key.as_bytes(), SEED)
}
