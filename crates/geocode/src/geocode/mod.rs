//! From words to places and back: search, autocomplete, reverse, codes, old units → new.
//!
//! The way of a query:
//!
//! 1. [`codes`] tells by its form whether it is a code, coordinates or a parcel.
//! 2. `text` takes it apart into tokens, makes spellings one and knows words of kinds.
//! 3. `search/interpretation` finds every run of tokens that is a name, all readings kept.
//! 4. `search/ranking` scores by the table in `search/weights` what fits together over `index` (units old and new, streets, alleys, hamlets,
//!    houses); `search/number` composes the house number.
//! 5. `search/description` writes the best as hits.
//!
//! Pure functions of an [`Index`], which is built from a [`Gazetteer`] and never changes. Knows
//! neither the store's polygons (hand in the ward code to [`Index::reverse`]) nor HTTP.

pub mod codes;
mod index;
mod search;
#[cfg(test)]
mod tests;
mod text;

pub use index::gazetteer::{
    AddressRow, FormerStreetNameRow, Gazetteer, LandmarkRow, Level, StreetKind, StreetRow, UnitAliasRow,
    UnitLinkRow, UnitPlace, UnitRow,
};
pub use index::national::national_gazetteer;
pub use search::answer::{
    Answer, Focus, FormBefore, FormerUnits, Hit, HitKind, MAX_CHARS, MatchType, Part, Problem, Query,
    Reading, Successor, WardNames,
};
pub use search::reverse::{Nearby, ReverseQuery};
pub use text::fold::key as folded_key;
pub use text::street_name::{
    StreetWords, after_word, has_street_name, is_bare_street_word, street_words, worded_street,
};

pub use index::retired_codes::RetiredCode;
pub use index::{Index, IndexSize};
pub use search::code::DoorFound;
pub use search::evidence::{Evidence, Factor, Sign};
pub use search::weights::{Weight, WeightUnit, Weights};
