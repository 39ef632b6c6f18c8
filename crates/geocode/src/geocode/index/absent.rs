//! How a packed index says that something is not there.

/// No unit, no way: an index that no table has.
pub const NONE: u32 = u32::MAX;
