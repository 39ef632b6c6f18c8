//! A row of a file, whatever the file: a number to name it by, texts by column name, and a shape.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use geo_types::Geometry;
use serde_json::{Map, Value};

/// One row or feature.
#[derive(Debug)]
pub struct ImportRow {
    /// Line in a CSV or line-delimited file, position from 1 in a FeatureCollection.
    pub number: u64,
    /// `Err` with the reason where the row itself cannot be read.
    pub content: Result<Content, String>,
}

/// The names of a CSV table's columns and where they stand.
#[derive(Debug)]
pub struct Header {
    names: Vec<String>,
    positions: HashMap<String, usize>,
}

impl Header {
    /// Columns of these names in this order; else the name that two of them have.
    pub fn new(names: Vec<String>) -> Result<Self, String> {
        let mut positions = HashMap::new();
        for (i, name) in names.iter().enumerate() {
            if positions.insert(name.clone(), i).is_some() && !name.is_empty() {
                return Err(name.clone());
            }
        }
        Ok(Self { names, positions })
    }

    /// Where a column stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// All names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// What a readable row holds.
#[derive(Debug)]
pub struct Content {
    pub(super) fields: Fields,
    /// The shape of a feature; a CSV row has its coordinates in columns.
    pub geometry: Option<Geometry>,
}

#[derive(Debug)]
pub(super) enum Fields {
    Csv(Arc<Header>, csv::StringRecord),
    Json(Map<String, Value>),
}

impl Content {
    /// The text in a column, trimmed; nothing where it is missing, empty or NULL.
    pub fn text(&self, column: &str) -> Option<Cow<'_, str>> {
        let text = match &self.fields {
            Fields::Csv(header, record) => Cow::Borrowed(record.get(header.position(column)?)?.trim()),
            Fields::Json(properties) => match properties.get(column)? {
                Value::String(text) => Cow::Borrowed(text.trim()),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
                other => Cow::Owned(other.to_string()),
            },
        };
        (!text.is_empty() && !text.eq_ignore_ascii_case("null")).then_some(text)
    }

    /// The columns this row has.
    pub fn columns(&self) -> Vec<String> {
        match &self.fields {
            Fields::Csv(header, _) => header.names().to_vec(),
            Fields::Json(properties) => properties.keys().cloned().collect(),
        }
    }
}
