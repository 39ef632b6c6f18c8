//! Which reader takes a file.

use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use super::input::{Format, Input};
use super::layer::Layer;
use super::markup::of_xml;
use super::read_rows::ReadRows;
use super::spool::{Place, spool};
use super::xml::Xml;
use super::{ReadError, delimited, geojson, geopackage, zipped};

/// The layers of a file, in its order.
pub fn open(path: &Path) -> Result<Vec<Layer>, ReadError> {
    let input = Input::open(path)?;
    let format = input.format;
    if matches!(format, Format::GeoJson | Format::Xml | Format::Delimited) {
        return Ok(vec![layer_of(input)?]);
    }
    let place = if input.is_packed { spool(input.text)? } else { Place::At(path.to_owned()) };
    match format {
        Format::Zip => zipped::layers(&place),
        _ => geopackage::layers(&place),
    }
}

/// The layer of a text that is read once, from its start to its end: GeoJSON, GML, KML or a table.
pub fn of_text(text: impl Read + Send + 'static) -> Result<Layer, ReadError> {
    layer_of(Input::from_reader(BufReader::new(text), Arc::default(), 0)?)
}

pub(super) fn layer_of(input: Input) -> Result<Layer, ReadError> {
    let rows: Box<dyn ReadRows> = match input.format {
        Format::GeoJson => Box::new(geojson::Features::new(input.text)),
        Format::Xml => of_xml(Xml::new(input.text)?)?,
        Format::GeoPackage | Format::Zip => return Err(ReadError::UnknownFormat),
        Format::Delimited => Box::new(delimited::Table::new(input.text)?),
    };
    Ok(Layer::new(None, rows, input.taken, input.size))
}
