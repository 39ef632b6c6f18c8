//! Files for readers that jump about in them: where they lie, and packed ones written out.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::{NamedTempFile, TempPath};

use super::ReadError;

/// More than this is not unpacked onto the disk.
const MAX_GB: u64 = 16;

/// A file on the disk.
#[derive(Clone)]
pub enum Place {
    /// At its own path.
    At(PathBuf),
    /// Unpacked, and gone with the last who reads it.
    Unpacked(Arc<TempPath>),
}

impl Place {
    /// Where it is.
    pub fn path(&self) -> &Path {
        match self {
            Self::At(path) => path,
            Self::Unpacked(path) => path,
        }
    }
}

/// The bytes as a file that is gone when nobody reads it any more.
pub fn spool(bytes: impl Read) -> Result<Place, ReadError> {
    let mut file = NamedTempFile::new()?;
    let limit = MAX_GB << 30;
    if std::io::copy(&mut bytes.take(limit + 1), &mut file)? > limit {
        return Err(ReadError::SpoolsTooLarge { limit_gb: MAX_GB });
    }
    Ok(Place::Unpacked(Arc::new(file.into_temp_path())))
}
