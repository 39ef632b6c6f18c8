//! Keys of text, so that a row is found by the key its town gave it.
//!
//! Texts themselves are not kept: 64 bits of a hash lead to the id. That a key which was never in the table finds
//! somebody's row has, among a million, a chance of one in 18 million million.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::FeatureId;

/// Another hash than the one that makes ids.
const SEED: u64 = 0x6b65_7973;

/// The keys of a layer, 16 bytes each; empty where keys are numbers.
#[derive(Debug, Default, Clone)]
pub(super) struct KeyTable {
    /// Hashes with ids, in order once [closed](Self::close).
    entries: Vec<(u64, FeatureId)>,
}

impl KeyTable {
    /// Takes the key of a row.
    pub fn add(&mut self, key: &str, id: FeatureId) {
        self.entries.push((hash(key), id));
    }

    /// Adds the keys that another reader of the same table took.
    pub fn absorb(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// Makes it ready to be asked.
    pub fn close(&mut self) {
        self.entries.sort_unstable();
        self.entries.dedup();
        self.entries.shrink_to_fit();
    }

    /// The id of the row with this key; to be asked once the table is closed.
    pub fn id(&self, key: &str) -> Option<FeatureId> {
        let hash = hash(key);
        let at = self.entries.partition_point(|&(known, _)| known < hash);
        self.entries.get(at).filter(|(known, _)| *known == hash).map(|&(_, id)| id)
    }

    /// Whether keys are numbers.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Resident bytes.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(u64, FeatureId)>()
    }
}

fn hash(key: &str) -> u64 {
    xxh3_64_with_seed(key.as_bytes(), SEED)
}
