//! Which reader takes a file.

use std::path::Path;

use super::input::{Format, Input};
use super::layer::Layer;
use super::read_rows::ReadRows;
use super::{ReadError, delimited, geojson};

/// The layers of a file, in its order.
pub fn open(path: &Path) -> Result<Vec<Layer>, ReadError> {
    let input = Input::open(path)?;
    let again = is_kept(path).then(|| {
        let path = path.to_owned();
        Box::new(move || Ok(Input::open(&path)?.text)) as geojson::Reopen
    });
    Ok(vec![layer_of(input, again)?])
}

/// Whether a second reading finds what the first one found: a pipe gives its bytes once.
fn is_kept(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file())
}

fn layer_of(input: Input, again: Option<geojson::Reopen>) -> Result<Layer, ReadError> {
    let rows: Box<dyn ReadRows> = match input.format {
        Format::GeoJson => {
            let features = geojson::Features::new(input.text);
            Box::new(match again {
                Some(again) => features.looking_ahead(again),
                None => features,
            })
        }
        Format::Delimited => Box::new(delimited::Table::new(input.text)?),
    };
    Ok(Layer::new(None, rows, input.taken, input.size))
}
