//! The reader of a file that is read from its start to its end.

use std::io::{BufRead, BufReader, Read};

use super::input::{Format, Input};
use super::markup::of_xml;
use super::read_rows::{ReadOptions, ReadRows};
use super::xml::Xml;
use super::{ReadError, delimited, geojson};

/// Opens the same bytes from the first one; a pipe gives them once.
pub type Again = Box<dyn Fn() -> Result<Box<dyn Read + Send>, ReadError> + Send>;

/// The rows of GeoJSON, GML, KML or a delimited table, packed with gzip or not. `name` is for the sentence about a file that
/// is neither.
pub fn rows_of_text(
    bytes: impl BufRead + Send + 'static,
    name: &str,
    again: Option<Again>,
    options: ReadOptions,
) -> Result<Box<dyn ReadRows>, ReadError> {
    let input = Input::from_reader(bytes, name)?;
    Ok(match input.format {
        Format::GeoJson => {
            let features = geojson::Features::new(input.text);
            Box::new(match again {
                Some(again) => {
                    let name = name.to_owned();
                    features.looking_ahead(Box::new(move || {
                        Ok(Input::from_reader(BufReader::new(again()?), &name)?.text)
                    }))
                }
                None => features,
            })
        }
        Format::Xml => of_xml(Xml::new(input.text)?)?,
        Format::Delimited => Box::new(delimited::Table::new(input.text, options)?),
    })
}
