//! What an answer says of each place beside its name and where it is.

/// What the data may be used for is said where the data is described.
pub(super) const LICENCE: &str = "see /catalog";

/// Which details a request wants, and in which language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Details {
    pub has_address: bool,
    pub has_extra_tags: bool,
    pub has_names: bool,
    pub is_english: bool,
}
