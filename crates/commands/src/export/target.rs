//! The file to be made: its name, its form, and the names of what stands beside it meanwhile.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::ExportError;

/// The form of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// PMTiles 3: one file a plain web server can serve tiles from
    Pmtiles,
    /// MBTiles 1.3: an SQLite file, read by QGIS, GDAL and phones
    Mbtiles,
}

/// Where an archive goes.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its final name.
    pub file: PathBuf,
    /// Its form.
    pub format: Format,
    /// A finished archive of this name may be replaced.
    pub overwrite: bool,
    /// An unfinished one is thrown away.
    pub restart: bool,
}

impl Format {
    /// By the ending of the name.
    pub fn of(file: &Path) -> Result<Self, ExportError> {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("pmtiles") => Ok(Self::Pmtiles),
            Some("mbtiles") => Ok(Self::Mbtiles),
            _ => Err(ExportError::UnknownFormat(file.display().to_string())),
        }
    }
}

impl Target {
    /// A finished archive in the way is an error, unless it may be replaced.
    pub fn check(&self) -> Result<(), ExportError> {
        match self.file.exists() && !self.overwrite {
            true => Err(ExportError::Exists(self.file.clone())),
            false => Ok(()),
        }
    }

    /// Where tiles are kept until all are there; a rerun goes on from it.
    pub fn unfinished(&self) -> PathBuf {
        self.beside(".part")
    }

    /// The last steps of a PMTiles archive; short, so begun anew after an interruption.
    pub(super) fn assembling(&self) -> PathBuf {
        self.beside(".assembling")
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_format_in_any_case() {
        assert_eq!(Format::of(Path::new("a/Town.PMTiles")).unwrap(), Format::Pmtiles);
        assert_eq!(Format::of(Path::new("town.mbtiles")).unwrap(), Format::Mbtiles);
        let message = Format::of(Path::new("town.zip")).unwrap_err().to_string();
        assert!(message.contains("town.zip") && message.contains(".pmtiles or .mbtiles"), "{message}");
    }
}
