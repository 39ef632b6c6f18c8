//! Why a file cannot be read, in words that say what to do.

use thiserror::Error;

use super::foreign::Foreign;

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
    #[error("{0}")]
    Foreign(Foreign),
    #[error("the header line is not UTF-8: save the file as UTF-8")]
    HeaderNotUtf8,
    #[error("not a readable table: {0}")]
    Table(String),
    #[error("not GeoJSON on line {line}, after {after} features")]
    NotGeoJson { line: u64, after: u64 },
    #[error("the file is cut off after feature {after}: copy or download it again")]
    CutOff { after: u64 },
    #[error(
        "the {part} is cut off after row {after}, or its header is wrong: copy or download all files of the set again"
    )]
    PartCutOff { part: &'static str, after: u64 },
    #[error("the {part} cannot be read: {why}")]
    BrokenPart { part: &'static str, why: &'static str },
    #[error(
        "the shapes cannot be followed after row {after}, where a record has a wrong length: copy all files of the set again, the .shx too"
    )]
    LostTrack { after: u64 },
    #[error(
        "a part of a shapefile without the others: give the path of its .shp, its folder, or all its files in a zip"
    )]
    PartOfSet,
    #[error("the zip is damaged or cut off: copy or download it again")]
    DamagedZip,
    #[error("the zip is locked with a password: unpack it and give the folder")]
    LockedZip,
    #[error("the zip is packed in a way that is not read: unpack it and give the folder")]
    UnknownPacking,
    #[error(
        "the zip unpacks to far more than its size: unpack it yourself, if you trust it, and give the folder"
    )]
    UnpacksTooLarge,
    #[error("more than {most} files: give the folder of the shapefile itself")]
    TooManyFiles { most: usize },
    #[error(
        "none of the files in it is in a format that is read: shapefile, GeoPackage, GML, KML, GeoJSON, XLSX or CSV"
    )]
    NothingToRead,
    #[error("not well-formed XML near byte {position}, after {after} features")]
    MalformedXml { position: u64, after: u64 },
    #[error("the file defines entities of its own (`<!ENTITY`): save it without them")]
    XmlEntities,
    #[error("the file says it is in the encoding “{0}”, which is not known: save it as UTF-8")]
    UnknownEncoding(String),
    #[error("more than {limit_mb} MB in one piece, after {after} features")]
    TooLong { after: u64, limit_mb: usize },
    #[error("an XML file, but neither GML nor KML (its first element is `{0}`)")]
    UnknownXml(String),
    #[error("the GeoPackage cannot be read: {0}")]
    GeoPackage(String),
    #[error("an SQLite file, but no GeoPackage: it has no list of contents")]
    NoGeoPackage,
    #[error(
        "the GeoPackage has changes in the log beside it, in a folder that may not be written: close it in the program \
         that wrote it, or copy both files to another folder"
    )]
    UnreadableLog,
    #[error("the workbook cannot be read: {0}")]
    Spreadsheet(String),
    #[error("an OpenDocument or binary workbook: save it as .xlsx")]
    OtherSpreadsheet,
    #[error("a part of the zip unpacks to more than {limit_mb} MB: it is damaged or not what it says")]
    ZipBomb { limit_mb: u64 },
    #[error("the file unpacks to more than {limit_gb} GB: unpack it yourself, if you trust it")]
    SpoolsTooLarge { limit_gb: u64 },
    #[error(
        "the file cannot be read further after {after} rows: it is damaged, or written in a way not foreseen"
    )]
    ReaderFailed { after: u64 },
    #[error("not data, but what a map server says instead: {0}")]
    ServerSays(String),
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::TruncatedGzip,
            _ => Self::Reading(error),
        }
    }
}
