//! Opening a table that comes in: its encoding, its delimiter, its header, and then its rows.

use std::io::{self, Read};

use csv::StringRecord;
use unicode_normalization::UnicodeNormalization;

use super::fault::Fault;
use super::header::Header;
use super::parameters::Parameters;
use super::spool::SpoolReader;
use super::upload::Upload;
use crate::table::{Encoding, Row, RowFormat, RowReader, delimiter_of};

/// Bytes looked at to tell what a table is.
const START: u64 = 1 << 16;

/// What a list without header calls its column.
const LINE: &str = "text";

/// What the client says of its table; what it does not say is told from the bytes.
#[derive(Debug)]
pub(super) struct Told {
    delimiter: Option<u8>,
    quote: Option<u8>,
    encoding: Option<(String, Encoding)>,
    with_bom: Option<bool>,
    is_list: bool,
}

impl Told {
    /// From the parameters of an upload.
    pub fn by(upload: &Upload) -> Result<Self, Fault> {
        let parameters: &Parameters = &upload.parameters;
        let encoding = match parameters.get("encoding") {
            Some(name) => {
                let known = Encoding::by_name(name).ok_or_else(|| Fault::Encoding(name.to_owned()))?;
                Some((name.to_owned(), known))
            }
            None => None,
        };
        Ok(Self {
            delimiter: parameters.character("delimiter")?,
            quote: parameters.character("quote")?,
            encoding,
            with_bom: parameters.is_on("with_bom"),
            is_list: upload.is_list,
        })
    }
}

/// A table whose header was read.
pub(super) struct Table {
    pub header: Header,
    /// Between the cells of the answer.
    pub delimiter: u8,
    pub quote: u8,
    /// Whether the answer begins with a byte order mark, for spreadsheets that need one.
    pub has_bom: bool,
    rows: RowReader<Box<dyn Read + Send>>,
    is_decomposed: bool,
}

impl Table {
    /// Reads the start of a table and its header.
    pub fn open(mut source: SpoolReader, told: &Told) -> Result<Self, Fault> {
        let mut start = Vec::new();
        source.by_ref().take(START).read_to_end(&mut start).map_err(|_| Fault::CutOff)?;
        if start.iter().all(u8::is_ascii_whitespace) {
            return Err(Fault::EmptyFile);
        }
        let encoding = match &told.encoding {
            Some((name, encoding)) if !encoding.can_be(&start) => return Err(Fault::Encoding(name.clone())),
            Some((_, encoding)) => *encoding,
            None => Encoding::of(&start)?,
        };
        let text = encoding.decode_start(&start).map_err(|_| Fault::CutOff)?;
        let has_bom = told.with_bom.unwrap_or(start.starts_with(b"\xef\xbb\xbf"));
        let quote = told.quote.unwrap_or(b'"');
        let format = if told.is_list {
            RowFormat::LINES
        } else {
            let delimiter = told.delimiter.unwrap_or_else(|| delimiter_of(&text));
            RowFormat { delimiter, quote: Some(quote) }
        };
        let mut rows = RowReader::new(encoding.reader(start, source), format);
        let header = if told.is_list {
            Header::new(std::iter::once(LINE))?
        } else {
            let first = rows.read_row().map_err(|_| Fault::CutOff)?.ok_or(Fault::EmptyFile)?;
            Header::new(first.cells.iter())?
        };
        // one column needs no delimiter, and the one that was told may be any that stands nowhere
        let is_narrow = header.len() == 1 && told.delimiter.is_none();
        let delimiter = if is_narrow { b',' } else { format.delimiter };
        Ok(Self { header, delimiter, quote, has_bom, rows, is_decomposed: encoding.is_decomposed() })
    }

    /// The next row with as many cells as the header. Cells too many are put into the last one, and then the row
    /// is at fault: `false`.
    pub fn read_row(&mut self) -> io::Result<Option<(StringRecord, bool)>> {
        let Some(Row { cells, fault }) = self.rows.read_row()? else { return Ok(None) };
        let cells = if self.is_decomposed {
            cells.iter().map(|cell| cell.nfc().collect::<String>()).collect()
        } else {
            cells
        };
        let is_sound = fault.is_none() && !cells.iter().any(|cell| cell.contains('\u{fffd}'));
        let width = self.header.len();
        if cells.len() == width {
            return Ok(Some((cells, is_sound)));
        }
        let mut fitted: StringRecord = cells.iter().take(width.saturating_sub(1)).collect();
        if cells.len() > width {
            let between = char::from(self.delimiter).to_string();
            let rest: Vec<&str> = cells.iter().skip(width.saturating_sub(1)).collect();
            fitted.push_field(&rest.join(&between));
            return Ok(Some((fitted, false)));
        }
        (fitted.len()..width).for_each(|i| fitted.push_field(cells.get(i).unwrap_or_default()));
        Ok(Some((fitted, is_sound)))
    }
}
