//! What can keep an archive from being made, in sentences that say what to change.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why there is no archive.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ExportError {
    #[error("no layer '{name}'; there are: {known}")]
    UnknownLayer { name: String, known: String },
    #[error("--minzoom {minzoom} is above --maxzoom {maxzoom}")]
    ZoomsCrossed { minzoom: u8, maxzoom: u8 },
    #[error("no tiles from zoom {minzoom} to {maxzoom}: these layers have tiles from {lowest} to {highest}")]
    ZoomsWithoutTiles { minzoom: u8, maxzoom: u8, lowest: u8, highest: u8 },
    #[error("nothing to export: no feature of these layers lies in the box")]
    NothingThere,
    #[error(
        "the name {0} does not say which archive it is: end it in .pmtiles or .mbtiles, or give --format"
    )]
    UnknownFormat(String),
    #[error("{0} exists: give --overwrite to replace it, or another --out")]
    Exists(PathBuf),
    #[error("{file} was begun with other arguments ({begun}; now {now}): give the same, or --restart")]
    OtherRequest { file: PathBuf, begun: String, now: String },
    #[error("the data has changed since {0} was begun, and an archive must not mix the two: give --restart")]
    OtherData(PathBuf),
    #[error("{0} is not an unfinished export: remove it, or give --restart")]
    NotOurs(PathBuf),
    #[error("another export is writing {0}: wait for it, or give another --out")]
    Busy(PathBuf),
    #[error("no space left for {0}: free some and give the same command again, it goes on where it stopped")]
    NoSpace(PathBuf),
    #[error("cannot write {file}: {problem}")]
    Writing { file: PathBuf, problem: String },
    #[error("tile {z}/{x}/{y} could not be compressed")]
    Compressing { z: u8, x: u32, y: u32 },
    #[error("drawing broke off: {0}")]
    BrokenOff(#[from] tokio::task::JoinError),
    #[error("stopped after {done} of {of} tiles; the same command goes on from there")]
    Stopped { done: u64, of: u64 },
}

impl ExportError {
    /// What the file system says of a file.
    pub(super) fn of_file(file: &Path, cause: &io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace(file.to_owned()),
            _ => Self::Writing { file: file.to_owned(), problem: cause.to_string() },
        }
    }

    /// What SQLite says of a file. Result codes: <https://www.sqlite.org/rescode.html>, the extended
    /// ones hold the primary one in their low byte.
    pub(super) fn of_sqlite(file: &Path, cause: &sqlx::Error) -> Self {
        const BUSY: i32 = 5;
        const FULL: i32 = 13;
        const NOT_A_DATABASE: i32 = 26;
        let sqlx::Error::Database(database) = cause else {
            return Self::Writing { file: file.to_owned(), problem: cause.to_string() };
        };
        let code = database.code().and_then(|code| code.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(BUSY) => Self::Busy(file.to_owned()),
            Some(FULL) => Self::NoSpace(file.to_owned()),
            Some(NOT_A_DATABASE) => Self::NotOurs(file.to_owned()),
            _ => Self::Writing { file: file.to_owned(), problem: database.message().to_owned() },
        }
    }
}
