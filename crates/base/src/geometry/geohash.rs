//! The digits of a geohash.

/// In the order of their values: 0 to 31.
pub const GEOHASH_DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
