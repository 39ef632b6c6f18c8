//! Opening a table that comes in, as its parameters say.

use super::fault::Fault;
use super::parameters::Parameters;
use super::upload::Upload;
use super::upload_buffer::{End, UploadReader};
use crate::letters::LetterSet;
use crate::table::{OpenError, TableOptions, TableReader};

/// What the client says of its table; what it does not say is found from the bytes.
#[derive(Debug)]
pub(super) struct DeclaredFormat {
    options: TableOptions,
    /// As the client wrote it.
    encoding_name: Option<String>,
    with_bom: Option<bool>,
}

impl DeclaredFormat {
    /// From the parameters of an upload.
    pub fn by(upload: &Upload) -> Result<Self, Fault> {
        let parameters: &Parameters = &upload.parameters;
        let encoding_name = parameters.get("encoding").map(str::to_owned);
        let encoding = match &encoding_name {
            Some(name) => Some(LetterSet::by_name(name).ok_or_else(|| Fault::Encoding(name.clone()))?),
            None => None,
        };
        Ok(Self {
            options: TableOptions {
                delimiter: parameters.character("delimiter")?,
                quote: parameters.character("quote")?,
                encoding,
                is_list: upload.is_list,
            },
            encoding_name,
            with_bom: parameters.is_on("with_bom"),
        })
    }
}

/// A table whose header was read, and how it is answered.
pub(super) struct Table {
    pub reader: TableReader,
    pub quote: u8,
    /// Whether the answer begins with a byte order mark, for spreadsheets that need one.
    pub has_bom: bool,
}

impl Table {
    /// Reads the start of a table and its header.
    pub fn open(source: UploadReader, format: &DeclaredFormat) -> Result<Self, Fault> {
        let upload_buffer = std::sync::Arc::clone(source.upload_buffer());
        let reader = TableReader::open(source, &format.options).map_err(|error| match error {
            OpenError::Empty => Fault::EmptyFile,
            OpenError::NotATable(fault) => Fault::NotATable(fault),
            OpenError::TooWide(columns) => Fault::TooWide(columns),
            OpenError::WrongEncoding => Fault::Encoding(format.encoding_name.clone().unwrap_or_default()),
            OpenError::Reading(_) => Fault::Upload(upload_buffer.ended().unwrap_or(End::CutOff)),
        })?;
        let has_bom = format.with_bom.unwrap_or(reader.has_mark());
        Ok(Self { reader, quote: format.options.quote.unwrap_or(b'"'), has_bom })
    }
}
