//! A zip. What is unpacked of it is bounded, whatever its directory says.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use tempfile::SpooledTempFile;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::formats::ReadError;

/// Bytes of an unpacked file kept in memory; longer ones lie in a file without a name.
const IN_MEMORY: usize = 8 << 20;

/// Bytes that any zip may unpack to.
const ALWAYS_ALLOWED: u64 = 256 << 20;

/// Bytes that may come of one packed byte beyond that. Tables of mostly blank columns come near it.
const MAX_RATIO: u64 = 200;

/// Bytes that no zip may unpack to.
const NEVER_ALLOWED: u64 = 16 << 30;

/// An opened zip.
#[derive(Debug)]
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Bytes it may still unpack to.
    allowed: u64,
}

/// A file in it.
pub struct Entry {
    /// With `/` between the names.
    pub path: String,
    /// Unpacked, as the directory says.
    pub size: u64,
    /// Its number.
    pub index: usize,
}

impl Archive {
    /// Reads the directory.
    pub fn open(file: File, most_files: usize) -> Result<Self, ReadError> {
        let packed = file.metadata().map_err(ReadError::Open)?.len();
        let zip = ZipArchive::new(BufReader::new(file)).map_err(refused)?;
        if zip.len() > most_files {
            return Err(ReadError::TooManyFiles { most: most_files });
        }
        let allowed = packed.saturating_mul(MAX_RATIO).clamp(ALWAYS_ALLOWED, NEVER_ALLOWED);
        Ok(Self { zip, allowed })
    }

    /// The files in it.
    pub fn entries(&self) -> Vec<Entry> {
        let entry = |index| {
            let data = self.zip.by_index_data(index).ok()?;
            let path = read_name(data.name_raw());
            data.is_file().then(|| Entry { path, size: data.size(), index })
        };
        (0..self.zip.len()).filter_map(entry).collect()
    }

    /// A file of it, unpacked.
    pub fn unpack(&mut self, index: usize) -> Result<SpooledTempFile, ReadError> {
        let mut unpacked = tempfile::spooled_tempfile(IN_MEMORY);
        let packed = self.zip.by_index(index).map_err(refused)?;
        let written = std::io::copy(&mut packed.take(self.allowed + 1), &mut unpacked).map_err(damaged)?;
        self.allowed = self.allowed.checked_sub(written).ok_or(ReadError::UnpacksTooLarge)?;
        unpacked.rewind()?;
        Ok(unpacked)
    }
}

/// Names of old zips are in the code page of the machine that packed them, which the zip does not say. Windows-1252 has
/// a letter for every byte, so that names that differ stay different.
fn read_name(bytes: &[u8]) -> String {
    let name = match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    name.replace('\\', "/")
}

fn refused(error: ZipError) -> ReadError {
    match error {
        ZipError::Io(error) => damaged(error),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::LockedZip,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ReadError::UnknownPacking
        }
        _ => ReadError::DamagedZip,
    }
}

fn damaged(error: std::io::Error) -> ReadError {
    use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    match error.kind() {
        InvalidData | InvalidInput | Other | UnexpectedEof => ReadError::DamagedZip,
        _ => ReadError::Reading(error),
    }
}
