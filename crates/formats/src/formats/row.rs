//! A row of a file, whatever the file: a number to name it by, texts by column name, and a shape.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use csv::StringRecord;
use geo_types::Geometry;
use serde_json::{Map, Value};

/// One row or feature.
#[derive(Debug)]
pub struct Row {
    /// Line in a CSV or line-delimited file, position from 1 in a FeatureCollection.
    pub number: u64,
    /// `Err` with the reason where the row itself cannot be read.
    pub content: Result<Content, String>,
}

/// The names of a table's columns and where they stand.
#[derive(Debug)]
pub struct Header {
    names: Vec<String>,
    positions: HashMap<String, usize>,
}

impl Header {
    /// Columns of these names in this order. Two may have the same; which of them is meant nobody can say, and who
    /// wants one of them has to ask [`Header::is_doubled`].
    pub fn new(names: Vec<String>) -> Self {
        let mut positions = HashMap::new();
        for (i, name) in names.iter().enumerate() {
            positions.entry(name.clone()).or_insert(i);
        }
        Self { names, positions }
    }

    /// Whether more than one column has this name.
    pub fn is_doubled(&self, name: &str) -> bool {
        self.names.iter().filter(|other| *other == name).nth(1).is_some()
    }

    /// Where a column stands; the first of this name.
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
    fields: Fields,
    /// The shape of a feature; the row of a table may have its coordinates in columns.
    pub geometry: Option<Geometry>,
}

#[derive(Debug)]
enum Fields {
    /// A cell each column; an empty one says nothing.
    Cells(Arc<Header>, StringRecord),
    Json(Map<String, Value>),
}

impl Content {
    /// The row of a table.
    pub fn of_cells(header: Arc<Header>, cells: StringRecord, geometry: Option<Geometry>) -> Self {
        Self { fields: Fields::Cells(header, cells), geometry }
    }

    /// A feature with properties of its own.
    pub fn of_properties(properties: Map<String, Value>, geometry: Option<Geometry>) -> Self {
        Self { fields: Fields::Json(properties), geometry }
    }

    /// The text in a column, trimmed; nothing where it is missing, empty or NULL.
    pub fn text(&self, column: &str) -> Option<Cow<'_, str>> {
        let text = match &self.fields {
            Fields::Cells(header, record) => Cow::Borrowed(record.get(header.position(column)?)?.trim()),
            Fields::Json(properties) => match properties.get(column)? {
                Value::String(text) => Cow::Borrowed(text.trim()),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
                other => Cow::Owned(other.to_string()),
            },
        };
        (!text.is_empty() && !text.eq_ignore_ascii_case("null")).then_some(text)
    }

    /// Whether the file has more than one column of this name.
    pub fn is_doubled(&self, column: &str) -> bool {
        match &self.fields {
            Fields::Cells(header, _) => header.is_doubled(column),
            Fields::Json(_) => false,
        }
    }

    /// The columns this row has.
    pub fn columns(&self) -> Vec<String> {
        match &self.fields {
            Fields::Cells(header, _) => header.names().to_vec(),
            Fields::Json(properties) => properties.keys().cloned().collect(),
        }
    }
}
