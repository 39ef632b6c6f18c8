//! Which reader takes a file.

use std::path::Path;

use super::input::{Format, Input};
use super::layer::Layer;
use super::read_rows::ReadRows;
use super::{ReadError, delimited, geojson};

/// The layers of a file, in its order.
pub fn open(path: &Path) -> Result<Vec<Layer>, ReadError> {
    Ok(vec![layer_of(Input::open(path)?)?])
}

fn layer_of(input: Input) -> Result<Layer, ReadError> {
    let rows: Box<dyn ReadRows> = match input.format {
        Format::GeoJson => Box::new(geojson::Features::new(input.text)),
        Format::Delimited => Box::new(delimited::Table::new(input.text)?),
    };
    Ok(Layer::new(None, rows, input.taken, input.size))
}
