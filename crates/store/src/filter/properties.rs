//! `?properties=`: which columns a tile carries. An empty list leaves ids and shapes.

use std::fmt::{self, Display, Formatter};

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::{MAX_CHARACTERS, echo, is_too_long, names};
use crate::store::Field;

/// A choice among a layer's columns. Its [`Display`] is the canonical text: the order of the fields,
/// whatever the order of the question, because the tile is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    columns: Vec<usize>,
    canonical: String,
}

/// A list that is not understood or does not fit the layer.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum PropertiesError {
    /// More than [`MAX_CHARACTERS`].
    #[error("the list of properties is longer than {MAX_CHARACTERS} characters: name each column once")]
    TooLong,
    /// A column the layer does not have.
    #[error("no column \"{name}\"; the columns are: {known}")]
    UnknownColumn {
        /// As much of the name as may be repeated.
        name: String,
        /// The layer's columns.
        known: String,
    },
}

impl Properties {
    /// Names separated by commas; blanks around them, repeated and empty ones do not count.
    pub fn parse(text: &str, fields: &[Field]) -> Result<Self, PropertiesError> {
        if is_too_long(text) {
            return Err(PropertiesError::TooLong);
        }
        let mut is_asked = vec![false; fields.len()];
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let column = fields
                .iter()
                .position(|field| name.nfc().eq(field.name.chars()))
                .ok_or_else(|| PropertiesError::UnknownColumn { name: echo(name), known: names(fields) })?;
            is_asked[column] = true;
        }
        let columns: Vec<usize> = (0..fields.len()).filter(|&column| is_asked[column]).collect();
        let asked: Vec<&str> = columns.iter().map(|&column| fields[column].name.as_str()).collect();
        Ok(Self { canonical: asked.join(","), columns })
    }

    /// Their places among the fields, ascending.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }
}

impl Display for Properties {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ColumnType;
    use proptest::prelude::*;

    fn fields() -> Vec<Field> {
        ["land_use", "area_m2", "tờ"]
            .map(|name| Field { name: name.into(), column_type: ColumnType::Text })
            .into()
    }

    #[test]
    fn the_order_and_number_of_mentions_do_not_matter() {
        let asked = Properties::parse("area_m2, land_use,area_m2,", &fields()).unwrap();
        assert_eq!((asked.columns(), asked.to_string().as_str()), (&[0, 1][..], "land_use,area_m2"));
    }

    #[test]
    fn an_empty_list_asks_for_no_column() {
        for text in ["", " ", ","] {
            assert!(Properties::parse(text, &fields()).unwrap().columns().is_empty());
        }
    }

    #[test]
    fn an_unknown_column_is_answered_with_the_known_ones_and_not_with_markup() {
        let error = Properties::parse("land_use,<b>owner</b>", &fields()).unwrap_err();
        assert_eq!(error.to_string(), "no column \"bownerb\"; the columns are: land_use, area_m2, tờ");
    }

    #[test]
    fn accents_may_be_typed_apart_from_their_letters() {
        assert_eq!(Properties::parse("to\u{31b}\u{300}", &fields()).unwrap().columns(), [2]);
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_a_canonical_text_is_its_own(text in "(area_m2|land_use|tờ|[, ]|.){0,9}") {
            if let Ok(asked) = Properties::parse(&text, &fields()) {
                prop_assert_eq!(Properties::parse(&asked.to_string(), &fields()), Ok(asked));
            }
        }
    }
}
