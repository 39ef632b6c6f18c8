//! One attribute of one feature, and what kinds there are.

use std::borrow::Cow;

use time::Date;

use super::computed_text::ComputedText;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ColumnType {
    Bool,
    Int,
    Float,
    Date,
    Text,
}

impl ColumnType {
    /// What a value of this type is, in a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Float => "a number",
            Self::Date => "a date such as 2025-07-01",
            Self::Text => "a text",
        }
    }

    /// The word TileJSON and the catalogue use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "Boolean",
            Self::Int | Self::Float => "Number",
            Self::Date | Self::Text => "String",
        }
    }
}

/// One attribute of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Date(Date),
    /// A text that stands in the store.
    Text(&'a str),
    /// A text that is made when asked for: a geohash, a sum of areas.
    ComputedText(ComputedText),
}

impl<'a> Value<'a> {
    /// The text, if it is one that stands in the store. Columns that hold geohashes or sums
    /// (`official_id`, `use_areas_m2`) may have the other kind: ask [`Value::to_text`] there.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text, if it is one of either kind.
    pub fn to_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::ComputedText(text) => Some(Cow::Owned(text.as_str().to_owned())),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(n),
            _ => None,
        }
    }

    /// The number, whole or not, if it is one.
    pub fn as_float(self) -> Option<f64> {
        match self {
            Self::Float(x) => Some(x),
            Self::Int(n) => Some(n as f64),
            _ => None,
        }
    }

    /// The date, if it is one, or text in ISO form (SQLite has no dates of its own).
    pub fn as_date(self) -> Option<Date> {
        match self {
            Self::Date(day) => Some(day),
            Self::Text(text) => {
                Date::parse(text, time::macros::format_description!("[year]-[month]-[day]")).ok()
            }
            _ => None,
        }
    }

    /// The value as JSON; dates as `2025-07-01`.
    pub fn to_json(self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(b) => b.into(),
            Self::Int(n) => n.into(),
            Self::Float(x) => x.into(),
            Self::Date(d) => d.to_string().into(),
            Self::Text(t) => t.into(),
            Self::ComputedText(t) => t.as_str().into(),
        }
    }
}
