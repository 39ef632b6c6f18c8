//! In which ways a run of tokens may be found among the names.

/// Longest run of tokens looked up as one name.
pub(super) const MAX_NAME_TOKENS: usize = 7;

/// How the names of a mention were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Exact,
    /// The last word is not finished.
    Prefix,
    /// One typo away.
    Typo,
    /// A typo in each of two words.
    TwoTypos,
}
