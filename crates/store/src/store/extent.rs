//! How much there is to read for an answer, known from the index before a row is read.

/// Rows, and the bytes their shapes take in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// All rows of the blocks that are touched, also those that turn out to lie beside the box.
    pub rows: u64,
    /// Packed vertices of these rows: a single row may have a million.
    pub bytes: u64,
}

impl Extent {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { rows: self.rows.saturating_add(other.rows), bytes: self.bytes.saturating_add(other.bytes) }
    }

    /// Whether neither exceeds the limit's.
    pub fn is_within(self, limit: Self) -> bool {
        self.rows <= limit.rows && self.bytes <= limit.bytes
    }
}
