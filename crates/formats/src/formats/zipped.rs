//! Workbooks are zips: which zip is one, and whether its parts may be read.

use std::fs::File;
use std::io::{BufReader, Read, sink};
use std::path::Path;

use zip::ZipArchive;

use super::layer::Layer;
use super::spool::Place;
use super::{ReadError, spreadsheet};

/// What a sheet may unpack to; it is read row by row.
const MAX_SHEET: u64 = 1 << 30;
/// What everything else may unpack to; texts of cells are held in memory.
const MAX_PART: u64 = 256 << 20;

type Archive = ZipArchive<BufReader<File>>;

/// Whether a zip is a workbook of any program.
pub fn is_workbook(place: &Place) -> Result<bool, ReadError> {
    const WORKBOOKS: [&str; 3] = ["xl/workbook.xml", "xl/workbook.bin", "content.xml"];
    let archive = open(place.path())?;
    Ok(WORKBOOKS.iter().any(|name| has(&archive, name)))
}

/// The layers of a workbook.
pub fn workbook(place: &Place) -> Result<Vec<Layer>, ReadError> {
    let mut archive = open(place.path())?;
    if !has(&archive, "xl/workbook.xml") {
        return Err(ReadError::OtherSpreadsheet);
    }
    check_sizes(&mut archive)?;
    spreadsheet::layers(place)
}

fn has(archive: &Archive, name: &str) -> bool {
    archive.file_names().filter_map(Result::ok).any(|known| known.trim_start_matches('/') == name)
}

fn open(path: &Path) -> Result<Archive, ReadError> {
    let file = File::open(path).map_err(ReadError::Open)?;
    ZipArchive::new(BufReader::new(file)).map_err(|_| ReadError::DamagedZip)
}

/// Unpacks every part once, for nothing but its size: what a zip says of sizes need not be true, and the reader
/// of workbooks takes whole parts into memory.
fn check_sizes(archive: &mut Archive) -> Result<(), ReadError> {
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| ReadError::DamagedZip)?;
        let is_sheet = part.name().is_ok_and(|name| name.contains("worksheets/"));
        let limit = if is_sheet { MAX_SHEET } else { MAX_PART };
        let size =
            std::io::copy(&mut part.take(limit + 1), &mut sink()).map_err(|_| ReadError::DamagedZip)?;
        if size > limit {
            return Err(ReadError::ZipBomb { limit_mb: limit >> 20 });
        }
    }
    Ok(())
}
