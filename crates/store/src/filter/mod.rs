//! What a client may ask of a layer's attributes: which rows (`?filter=`, CQL2 text) and which
//! columns (`?properties=`).
//!
//! A filter goes text → [`Expression`] (parsed, nothing known of the layer) → [`Filter`] (compiled
//! against one layer's fields, constants converted) → one call a row. The language is the Basic CQL2
//! of OGC 21-065r2 with `LIKE`, `BETWEEN` and `IN`; a column stands on the left, literals on the
//! right. Left out: functions, arithmetic, spatial and array predicates, timestamps.
//!
//! Written here rather than taken from the crate `cql2` (0.6): that would add fifty packages, a second
//! `geozero` among them, and its parser takes four times as long for every two parentheses that are
//! opened and not closed (sixteen: seven seconds in a debug build).

mod compile;
mod error;
mod expression;
mod lexer;
mod like;
mod parse;
mod properties;
mod values;

#[cfg(test)]
mod tests;

pub use compile::Filter;
pub use error::FilterError;
pub use expression::{Comparison, Condition, Expression, Literal};
pub use properties::{Properties, PropertiesError};

use crate::store::Field;

/// Characters of a filter or a list of properties: a URL has to carry them.
pub const MAX_CHARACTERS: usize = 2_000;

/// Conditions, `AND`s, `OR`s and `NOT`s of a filter: each may cost a look at the row.
pub const MAX_NODES: usize = 100;

/// Parentheses and `NOT`s inside each other: each is a call inside a call.
pub const MAX_DEPTH: usize = 32;

/// Whether the text is too long to look at, without counting all of it.
fn is_too_long(text: &str) -> bool {
    text.chars().nth(MAX_CHARACTERS).is_some()
}

/// As much of a client's own word as an error may repeat: enough to see the slip of the pen, too
/// little to carry markup or a message into someone's log.
fn echo(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-')).take(40).collect()
}

/// A layer's columns, for errors.
fn names(fields: &[Field]) -> String {
    fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
}
