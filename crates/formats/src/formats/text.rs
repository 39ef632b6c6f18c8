//! The reader of a file that is read from its start to its end.

use std::io::BufRead;

use super::input::{Format, Input};
use super::read_rows::ReadRows;
use super::{ReadError, delimited, geojson};

/// The rows of GeoJSON or of a delimited table, packed with gzip or not. `name` is for the sentence about a file that
/// is neither.
pub fn rows_of_text(
    bytes: impl BufRead + Send + 'static,
    name: &str,
) -> Result<Box<dyn ReadRows>, ReadError> {
    let input = Input::from_reader(bytes, name)?;
    Ok(match input.format {
        Format::GeoJson => Box::new(geojson::Features::new(input.text)),
        Format::Delimited => Box::new(delimited::Table::new(input.text)?),
    })
}
