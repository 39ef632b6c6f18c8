//! What a zip is: a workbook or a KMZ, by the files in it.

use std::fs::File;
use std::io::{BufReader, Read, sink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use zip::ZipArchive;

use super::layer::Layer;
use super::markup::of_xml;
use super::spool::{Place, spool};
use super::xml::Xml;
use super::{ReadError, spreadsheet};

/// What a sheet may unpack to; it is read row by row.
const MAX_SHEET: u64 = 1 << 30;
/// What everything else may unpack to; texts of cells are held in memory.
const MAX_PART: u64 = 256 << 20;

type Archive = ZipArchive<BufReader<File>>;

/// The layers of a zip.
pub fn layers(place: &Place) -> Result<Vec<Layer>, ReadError> {
    let mut archive = open(place.path())?;
    let names: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(|name| name.into_owned()).collect();
    let has = |name: &str| names.iter().any(|known| known.trim_start_matches('/') == name);
    if has("xl/workbook.xml") {
        check_sizes(&mut archive)?;
        return spreadsheet::layers(place);
    }
    if has("xl/workbook.bin") || has("content.xml") {
        return Err(ReadError::OtherSpreadsheet);
    }
    let is_kml = |name: &&String| name.to_ascii_lowercase().ends_with(".kml");
    // the first one is the document, whatever it is called; others lie in folders and are linked to
    match names.iter().find(is_kml) {
        Some(name) => Ok(vec![kml(&mut archive, name)?]),
        None => Err(ReadError::UnknownFormat),
    }
}

fn open(path: &Path) -> Result<Archive, ReadError> {
    let file = File::open(path).map_err(ReadError::Open)?;
    ZipArchive::new(BufReader::new(file)).map_err(|_| ReadError::Zip)
}

/// Unpacks every part once, for nothing but its size: what a zip says of sizes need not be true, and the reader
/// of workbooks takes whole parts into memory.
fn check_sizes(archive: &mut Archive) -> Result<(), ReadError> {
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| ReadError::Zip)?;
        let is_sheet = part.name().is_ok_and(|name| name.contains("worksheets/"));
        let limit = if is_sheet { MAX_SHEET } else { MAX_PART };
        let size = std::io::copy(&mut part.take(limit + 1), &mut sink()).map_err(|_| ReadError::Zip)?;
        if size > limit {
            return Err(ReadError::ZipBomb { limit_mb: limit >> 20 });
        }
    }
    Ok(())
}

/// KML is read from a file of its own, as its reader outlives the archive.
fn kml(archive: &mut Archive, name: &str) -> Result<Layer, ReadError> {
    let part = archive.by_name(name).map_err(|_| ReadError::Zip)?;
    let place = spool(part)?;
    let file = BufReader::new(File::open(place.path()).map_err(ReadError::Open)?);
    // an open file can be read to its end after its name is gone
    let rows = of_xml(Xml::new(Box::new(file))?)?;
    Ok(Layer::new(None, rows, Arc::new(AtomicU64::new(0)), 0))
}
