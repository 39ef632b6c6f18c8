//! The secret by which text keys become feature ids.
//!
//! A tile carries numbers as ids, so a text or uuid key becomes 53 bits of its hash. Without a secret anybody could hash all
//! phone numbers or identity cards and find the ones in a tile: a thousand million take seconds. SipHash-2-4 with a key of
//! 128 bits is a pseudorandom function made for short inputs (Aumasson and Bernstein 2012): without the key no way leads back,
//! and nobody can tell whether a number he guesses is there.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use siphasher::sip::SipHasher24;
use thiserror::Error;

/// 128 bits; never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FeatureIdKey([u8; 16]);

/// The secret of all layers of a source, looked for when the first text key is met.
pub type SharedIdKey = Arc<LazyLock<FeatureIdKey, Box<dyn FnOnce() -> FeatureIdKey + Send>>>;

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the key of feature ids is 32 hexadecimal digits: `openssl rand -hex 16` makes one")]
pub struct BadFeatureIdKey;

impl FeatureIdKey {
    /// A new one, from the operating system's random numbers, or where it gives none from the standard library's.
    #[expect(clippy::new_without_default, reason = "every one is another")]
    pub fn new() -> Self {
        let mut key = [0; 16];
        if getrandom::fill(&mut key).is_err() {
            let state = RandomState::new();
            key[..8].copy_from_slice(&state.hash_one(0).to_le_bytes());
            key[8..].copy_from_slice(&state.hash_one(1).to_le_bytes());
        }
        Self(key)
    }

    /// The id of a text key: positive and below 2^53, so that JavaScript keeps it exact.
    pub fn id_of(&self, text: &str) -> u64 {
        const LIMIT: u64 = 1 << 53;
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(text.as_bytes());
        hasher.finish() % (LIMIT - 1) + 1
    }

    /// For the file it is kept in.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl FromStr for FeatureIdKey {
    type Err = BadFeatureIdKey;

    fn from_str(text: &str) -> Result<Self, BadFeatureIdKey> {
        let text = text.trim();
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(BadFeatureIdKey);
        }
        let mut key = [0; 16];
        for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| BadFeatureIdKey)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| BadFeatureIdKey)?;
        }
        Ok(Self(key))
    }
}

impl std::fmt::Debug for FeatureIdKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FeatureIdKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_every_part_of_the_key_and_of_the_text() {
        let key: FeatureIdKey = "000102030405060708090a0b0c0d0e0f".parse().unwrap();
        let other: FeatureIdKey = "000102030405060708090a0b0c0d0e10".parse().unwrap();
        assert_ne!(key.id_of("0912345678"), other.id_of("0912345678"));
        assert_ne!(key.id_of("0912345678"), key.id_of("0912345679"));
        // the paper's vector for no input at all
        assert_eq!(key.id_of(""), 0x726f_db47_dd0e_0e31 % ((1 << 53) - 1) + 1);
        assert!((1..1 << 53).contains(&key.id_of("6f9619ff-8b86-d011-b42d-00c04fc964ff")));
    }

    #[test]
    fn a_key_is_written_and_read_and_never_printed() {
        let key = FeatureIdKey::new();
        assert_eq!(key.to_hex().parse(), Ok(key));
        assert!(!format!("{key:?}").contains(&key.to_hex()));
        for wrong in
            ["", "0123", "zz0102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f00", "đ"]
        {
            assert_eq!(wrong.parse::<FeatureIdKey>(), Err(BadFeatureIdKey));
        }
    }
}
