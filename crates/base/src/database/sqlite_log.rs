//! The log beside an SQLite file in WAL mode, which QGIS leaves its GeoPackages in.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Whether the file says of itself that changes go to a log beside it first (bytes 18 and 19 of its header,
/// sqlite.org/fileformat.html).
pub fn is_in_wal_mode(file: &Path) -> bool {
    let mut header = [0; 20];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header[18] == 2
}

/// Whether the log beside a file holds changes.
pub fn has_changes_in_log(file: &Path) -> bool {
    let mut name: OsString = file.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name).metadata().is_ok_and(|log| log.len() > 0)
}
