//! Why a filter is refused, each with what to change.

use thiserror::Error;

use super::{MAX_CHARACTERS, MAX_DEPTH, MAX_NODES};
use crate::store::ColumnType;

/// A filter that is not understood or does not fit the layer. Positions count characters from 1.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum FilterError {
    /// Nothing but white space.
    #[error("the filter is empty: leave it out, or write for example land_use = 'ONT'")]
    Empty,
    /// More than [`MAX_CHARACTERS`].
    #[error("the filter is longer than {MAX_CHARACTERS} characters: shorten it")]
    TooLong,
    /// More than [`MAX_NODES`].
    #[error(
        "the filter has more than {MAX_NODES} conditions, ANDs, ORs and NOTs at character {at}: \
         gather values of one column in a list, land_use IN ('ONT', 'ODT')"
    )]
    TooMany {
        /// The first one too many.
        at: usize,
    },
    /// More than [`MAX_DEPTH`].
    #[error("more than {MAX_DEPTH} parentheses and NOTs inside each other at character {at}: take some away")]
    TooDeep {
        /// The first one too many.
        at: usize,
    },
    /// A sign the language does not have.
    #[error("the sign at character {at} is not understood: {advice}")]
    Sign {
        /// Where it stands.
        at: usize,
        /// What to write instead.
        advice: &'static str,
    },
    /// A quote that is opened and not closed.
    #[error("what starts at character {at} is never closed: add {quote}, and double it inside a text")]
    Open {
        /// The opening quote.
        at: usize,
        /// The quote that is missing.
        quote: char,
    },
    /// A number or day that cannot be one.
    #[error("character {at}: write {expected}")]
    Malformed {
        /// Where it starts.
        at: usize,
        /// What can stand there.
        expected: &'static str,
    },
    /// A word, value or end in the wrong place.
    #[error("character {at}: expected {expected}, found {found}")]
    Unexpected {
        /// Where it starts.
        at: usize,
        /// What can stand there.
        expected: &'static str,
        /// What stands there, in few words.
        found: String,
    },
    /// A column the layer does not have.
    #[error("no column \"{name}\"; the columns are: {known}")]
    UnknownColumn {
        /// As much of the name as may be repeated.
        name: String,
        /// The layer's columns.
        known: String,
    },
    /// A value of another type than its column.
    #[error("the column {column} holds {}", holds(*column_type))]
    WrongType {
        /// The column.
        column: String,
        /// What it holds.
        column_type: ColumnType,
    },
    /// `<` or `BETWEEN` on true and false.
    #[error("the column {column} holds TRUE and FALSE, which have no order: compare it by = or <>")]
    NoOrder {
        /// The column.
        column: String,
    },
    /// `LIKE` on a column that is not text.
    #[error("the column {column} holds no text, so LIKE does not apply: compare it by =, < or BETWEEN")]
    NoText {
        /// The column.
        column: String,
    },
}

/// What a column holds and what it is compared with.
fn holds(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Bool => "true or false: compare it with TRUE or FALSE, without quotes",
        ColumnType::Int | ColumnType::Float => "numbers: compare it with a number, without quotes",
        ColumnType::Date => "days: compare it with a day such as DATE('2025-07-01')",
        ColumnType::Text => "text: put the value in single quotes, such as 'ONT'",
    }
}
