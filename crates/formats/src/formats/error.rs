//! Why a file cannot be read, in words that say what to do.

use thiserror::Error;

/// What ends the reading of a file.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ReadError {
    #[error("cannot read the file: {0}")]
    Open(std::io::Error),
    #[error("the file is cut off: its gzip packing ends early; copy or download it again")]
    TruncatedGzip,
    #[error("reading failed: {0}")]
    Reading(std::io::Error),
    #[error("the file is empty")]
    Empty,
    #[error("the file is UTF-16: save it as UTF-8")]
    Utf16,
    #[error("neither GeoJSON nor CSV: convert it first, for example `ogr2ogr -f GeoJSONSeq out.geojsonl in`")]
    UnknownFormat,
    #[error("the header line is not UTF-8: save the file as UTF-8")]
    HeaderNotUtf8,
    #[error("not a readable table: {0}")]
    Table(String),
    #[error("not GeoJSON on line {line}, after {after} features")]
    NotGeoJson { line: u64, after: u64 },
    #[error("the file is cut off after feature {after}: copy or download it again")]
    CutOff { after: u64 },
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::TruncatedGzip,
            _ => Self::Reading(error),
        }
    }
}
