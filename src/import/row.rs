//! A row of a file, whatever the file: a number to name it by, texts by column name, and a shape.

use std::borrow::Cow;
use std::sync::Arc;

use geo_types::Geometry;
use serde_json::{Map, Value};

use super::input::{Format, Input};
use super::{ImportError, csv, geojson};

/// One row or feature.
#[derive(Debug)]
pub struct ImportRow {
    /// Line in a CSV or line-delimited file, position from 1 in a FeatureCollection.
    pub number: u64,
    /// `Err` with the reason where the row itself cannot be read.
    pub content: Result<Content, String>,
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
    Csv(Arc<csv::Header>, ::csv::StringRecord),
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

/// Rows of a file one after the other. After an `Err` nothing more comes; a row that cannot be read
/// is no `Err`.
pub struct Rows {
    reader: Reader,
    is_over: bool,
}

enum Reader {
    GeoJson(geojson::Features),
    Csv(Box<csv::Table>),
}

impl Rows {
    /// Starts reading.
    pub fn of(input: Input) -> Result<Self, ImportError> {
        let reader = match input.format {
            Format::GeoJson => Reader::GeoJson(geojson::Features::new(input.text)),
            Format::Csv => Reader::Csv(Box::new(csv::Table::new(input.text)?)),
        };
        Ok(Self { reader, is_over: false })
    }

    /// The EPSG code the file itself names, known once the first row was read.
    pub fn named_crs(&self) -> Option<u32> {
        match &self.reader {
            Reader::GeoJson(features) => features.named_crs(),
            Reader::Csv(_) => None,
        }
    }
}

impl Iterator for Rows {
    type Item = Result<ImportRow, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = match &mut self.reader {
            Reader::GeoJson(features) => features.read_row().transpose(),
            Reader::Csv(table) => table.read_row().transpose(),
        };
        self.is_over = !matches!(row, Some(Ok(_)));
        row
    }
}
