//! The rows of a file one after the other, whatever its format.

use super::input::{Format, Input};
use super::row::ImportRow;
use super::{ImportError, csv, geojson};

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
