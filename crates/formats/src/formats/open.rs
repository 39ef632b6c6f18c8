//! Which reader takes a file.
//!
//! A path is a file, a folder, or `-` for standard input. What a file is its first bytes say; in a folder or zip, where
//! many files only belong to others, their names do ([`bundle`]).

use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use flate2::bufread::MultiGzDecoder;

use super::counted::Counted;
use super::files::{Files, Member};
use super::foreign::START_BYTES;
use super::layer::Layer;
use super::read_rows::ReadOptions;
use super::shapefile::{Set, Shapefile, is_shp, is_table};
use super::spool::{Place, spool};
use super::text::{Again, rows_of_text};
use super::{ReadError, bundle, geopackage, zipped};

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

const BUFFER: usize = 1 << 17;

/// What has to be read from any place, and not from its start to its end.
enum Kind {
    Zip,
    Database,
    Shapes,
    Table,
    Text,
}

impl Kind {
    fn of(start: &[u8]) -> Self {
        match start {
            _ if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") => Self::Zip,
            _ if start.starts_with(b"SQLite format 3\0") => Self::Database,
            _ if is_shp(start) => Self::Shapes,
            _ if is_table(start) => Self::Table,
            _ => Self::Text,
        }
    }
}

/// The layers of a file, in its order.
pub fn open(path: &Path) -> Result<Vec<Layer>, ReadError> {
    open_with(path, ReadOptions::default())
}

/// The layers of a file of which something is known.
pub fn open_with(path: &Path, options: ReadOptions) -> Result<Vec<Layer>, ReadError> {
    if path.as_os_str() == STANDARD_INPUT {
        return of_stream(std::io::stdin(), STANDARD_INPUT, options);
    }
    let metadata = fs::metadata(path).map_err(ReadError::Open)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if metadata.is_dir() {
        return bundle::of_folder(path, &name, options);
    }
    let mut file = File::open(path).map_err(ReadError::Open)?;
    if !metadata.is_file() {
        return of_stream(file, &name, options);
    }
    let mut start = Vec::new();
    (&file).take(START_BYTES as u64).read_to_end(&mut start)?;
    file.rewind()?;
    if unpacked_start(&start).is_some_and(|start| !matches!(Kind::of(&start), Kind::Text)) {
        return of_stream(MultiGzDecoder::new(BufReader::new(file)), &name, options);
    }
    match Kind::of(&start) {
        Kind::Zip => of_zip(Place::At(path.to_owned()), &name, options),
        Kind::Database => geopackage::layers(&Place::At(path.to_owned())),
        Kind::Shapes => of_set(path, &name, Set::around_shapes, options),
        Kind::Table => of_set(path, &name, Set::around_table, options),
        Kind::Text => {
            let path = path.to_owned();
            let again =
                move || Ok(Box::new(File::open(&path).map_err(ReadError::Open)?) as Box<dyn Read + Send>);
            Ok(vec![of_text(file, &name, metadata.len(), Some(Box::new(again)), options)?])
        }
    }
}

/// The first bytes of what a gzip holds.
fn unpacked_start(start: &[u8]) -> Option<Vec<u8>> {
    const ENOUGH: u64 = 16;
    if !start.starts_with(&[0x1f, 0x8b]) {
        return None;
    }
    let mut unpacked = Vec::new();
    // the packing goes on behind these bytes: what came out of them counts, and not how it ended
    let _ = MultiGzDecoder::new(start).take(ENOUGH).read_to_end(&mut unpacked);
    Some(unpacked)
}

/// A workbook, or a zip of files.
fn of_zip(place: Place, name: &str, options: ReadOptions) -> Result<Vec<Layer>, ReadError> {
    if zipped::is_workbook(&place)? {
        return zipped::workbook(&place);
    }
    bundle::of_zip(File::open(place.path()).map_err(ReadError::Open)?, name, options)
}

/// Of standard input or a pipe, which is read once. What is not read from its start to its end is kept in a file first.
fn of_stream(
    mut stream: impl Read + Send + 'static,
    name: &str,
    options: ReadOptions,
) -> Result<Vec<Layer>, ReadError> {
    let mut start = Vec::new();
    stream.by_ref().take(START_BYTES as u64).read_to_end(&mut start)?;
    match Kind::of(&start) {
        Kind::Shapes | Kind::Table => Err(ReadError::PartOfSet),
        Kind::Text => Ok(vec![of_text(Cursor::new(start).chain(stream), name, 0, None, options)?]),
        Kind::Zip => {
            let name = if name == STANDARD_INPUT { "in.zip" } else { name };
            of_zip(spool(Cursor::new(start).chain(stream))?, name, options)
        }
        Kind::Database => geopackage::layers(&spool(Cursor::new(start).chain(stream))?),
    }
}

/// The layer of a text that is read once, from its start to its end: GeoJSON, GML, KML or a table.
pub fn of_text(
    bytes: impl Read + Send + 'static,
    name: &str,
    size: u64,
    again: Option<Again>,
    options: ReadOptions,
) -> Result<Layer, ReadError> {
    let taken = Arc::new(AtomicU64::new(0));
    let bytes = BufReader::with_capacity(BUFFER, Counted::new(bytes, &taken));
    Ok(Layer::new(None, rows_of_text(bytes, name, again, options)?, taken, size))
}

/// The shapefile a file belongs to.
fn of_set(
    path: &Path,
    name: &str,
    around: impl FnOnce(&Member, &Files) -> Option<Set>,
    options: ReadOptions,
) -> Result<Vec<Layer>, ReadError> {
    let files = Files::beside(path)?;
    let member = files.members.iter().find(|member| member.path == name);
    let set = member.and_then(|member| around(member, &files)).ok_or(ReadError::PartOfSet)?;
    let taken = Arc::new(AtomicU64::new(0));
    let rows = Shapefile::open(&set, &taken, options)?;
    Ok(vec![Layer::new(None, Box::new(rows), taken, set.size())])
}
