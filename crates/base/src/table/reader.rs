//! A table as it comes: what it is written in, its header, and rows as wide as the header. Import and batches of
//! addresses read through here, so a table that one of them understands the other does too.
//!
//! - The encoding and the delimiter are detected in the first 64 KB unless they are given; a first line `sep=;`, as
//!   Excel writes it, names the delimiter and is no row.
//! - Cells that are missing at the end of a row are empty; empty ones beyond the header are left out. Cells with
//!   something in them beyond the header are a fault, and are kept in the last cell.

use std::io::{self, Read};

use csv::StringRecord;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::delimiter::delimiter_of;
use super::encoding::{Encoding, NotATable};
use super::header::Header;
use super::rows::{Fault, RowFormat, RowReader};

/// Bytes looked at to tell what a table is.
pub const START_BYTES: usize = 1 << 16;

/// Widest table that is read.
pub const MAX_COLUMNS: usize = 1_000;

/// What a list without header calls its column.
const LIST_COLUMN: &str = "text";

/// What is said of a table beforehand; what is not said is detected in its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableOptions {
    /// Between cells.
    pub delimiter: Option<u8>,
    /// Around cells that hold delimiters.
    pub quote: Option<u8>,
    /// Of the letters.
    pub encoding: Option<Encoding>,
    /// Every line is one text, without header.
    pub is_list: bool,
}

/// Why a table cannot be opened.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum OpenError {
    #[error("reading failed: {0}")]
    Reading(#[from] io::Error),
    #[error("the table is empty: its first line names the columns")]
    Empty,
    #[error("the table is not in the encoding that was given")]
    WrongEncoding,
    #[error(transparent)]
    NotATable(#[from] NotATable),
    #[error("the table has more than {0} columns: is the delimiter right?")]
    TooWide(usize),
}

/// What is wrong with a row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RowFault {
    /// Bytes that are no letters in the table's encoding; they became U+FFFD.
    #[error("bytes that are not UTF-8: save the file as UTF-8 (CSV UTF-8 in Excel)")]
    NotText,
    /// A quote that is not closed, or a row that is too long.
    #[error("a quote is opened and not closed, or the row is longer than 1 MB")]
    OpenQuote,
    /// More cells than the header has.
    #[error("the row has more cells than the header has columns ({cells}, not {columns})")]
    TooManyCells {
        /// In the row.
        cells: usize,
        /// In the header.
        columns: usize,
    },
}

/// A row with as many cells as the header.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// As they stand.
    pub cells: StringRecord,
    /// `None` for a sound row.
    pub fault: Option<RowFault>,
}

/// A table whose header was read.
pub struct TableReader {
    header: Header,
    delimiter: u8,
    has_mark: bool,
    is_decomposed: bool,
    rows: RowReader<Box<dyn Read + Send>>,
}

impl TableReader {
    /// Reads the start of a table and its header. The source must give its first [`START_BYTES`], or all there are,
    /// without `WouldBlock`.
    pub fn open<R: Read + Send + 'static>(mut source: R, options: &TableOptions) -> Result<Self, OpenError> {
        let mut start = Vec::new();
        source.by_ref().take(START_BYTES as u64).read_to_end(&mut start)?;
        if start.iter().all(u8::is_ascii_whitespace) {
            return Err(OpenError::Empty);
        }
        let encoding = match options.encoding {
            Some(encoding) if !encoding.can_be(&start) => return Err(OpenError::WrongEncoding),
            Some(encoding) => encoding,
            None => Encoding::of(&start)?,
        };
        let text = encoding.decode_start(&start)?;
        let has_mark = start.starts_with(b"\xef\xbb\xbf");
        let named = if options.is_list { None } else { delimiter_line(&text) };
        let format = if options.is_list {
            RowFormat::LINES
        } else {
            let delimiter = options.delimiter.or(named).unwrap_or_else(|| delimiter_of(&text));
            RowFormat { delimiter, quote: Some(options.quote.unwrap_or(b'"')) }
        };
        let mut rows = RowReader::new(encoding.reader(start, source), format);
        if named.is_some() {
            rows.read_row()?;
        }
        let header = if options.is_list {
            Header::new(std::iter::once(LIST_COLUMN))
        } else {
            Header::new(rows.read_row()?.ok_or(OpenError::Empty)?.cells.iter())
        };
        if header.len() > MAX_COLUMNS {
            return Err(OpenError::TooWide(MAX_COLUMNS));
        }
        // one column needs no delimiter, and the one that was detected may be any that stands nowhere
        let is_narrow = header.len() == 1 && options.delimiter.is_none();
        let delimiter = if is_narrow { b',' } else { format.delimiter };
        Ok(Self { header, delimiter, has_mark, is_decomposed: encoding.is_decomposed(), rows })
    }

    /// The columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Between the cells; a comma where there is one column.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Whether the table begins with the byte order mark of UTF-8.
    pub fn has_mark(&self) -> bool {
        self.has_mark
    }

    /// The next row; `None` after the last. After an error of the kind `WouldBlock` it may be asked again.
    pub fn read_row(&mut self) -> io::Result<Option<TableRow>> {
        let Some(row) = self.rows.read_row()? else { return Ok(None) };
        let cells: StringRecord = if self.is_decomposed {
            row.cells.iter().map(|cell| cell.nfc().collect::<String>()).collect()
        } else {
            row.cells
        };
        let fault = match row.fault {
            Some(Fault::OpenQuote) => Some(RowFault::OpenQuote),
            Some(Fault::NotText) => Some(RowFault::NotText),
            None if cells.iter().any(|cell| cell.contains('\u{fffd}')) => Some(RowFault::NotText),
            None => None,
        };
        let (cells, surplus) = self.fit(cells);
        Ok(Some(TableRow { line: row.line, cells, fault: fault.or(surplus) }))
    }

    /// Makes a row as wide as the header.
    fn fit(&self, cells: StringRecord) -> (StringRecord, Option<RowFault>) {
        let columns = self.header.len();
        if cells.len() == columns {
            return (cells, None);
        }
        if cells.iter().skip(columns).all(|cell| cell.trim().is_empty()) {
            return ((0..columns).map(|i| cells.get(i).unwrap_or_default()).collect(), None);
        }
        let mut fitted: StringRecord = cells.iter().take(columns.saturating_sub(1)).collect();
        let between = char::from(self.delimiter).to_string();
        let rest: Vec<&str> = cells.iter().skip(columns.saturating_sub(1)).collect();
        fitted.push_field(&rest.join(&between));
        (fitted, Some(RowFault::TooManyCells { cells: cells.len(), columns }))
    }
}

/// The delimiter a first line `sep=;` names.
fn delimiter_line(text: &[u8]) -> Option<u8> {
    let line = text.split(|byte| *byte == b'\n').next()?.trim_ascii_start();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match bare {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => {
            let can_be = delimiter.is_ascii() && !delimiter.is_ascii_alphanumeric() && *delimiter != b'"';
            can_be.then_some(*delimiter)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(table: impl Into<Vec<u8>>) -> TableReader {
        TableReader::open(io::Cursor::new(table.into()), &TableOptions::default()).unwrap()
    }

    fn rows(table: impl Into<Vec<u8>>) -> Vec<(Vec<String>, Option<RowFault>)> {
        let mut reader = open(table);
        std::iter::from_fn(|| reader.read_row().unwrap())
            .map(|row| (row.cells.iter().map(str::to_owned).collect(), row.fault))
            .collect()
    }

    fn sound(cells: &[&str]) -> (Vec<String>, Option<RowFault>) {
        (cells.iter().map(|cell| (*cell).to_owned()).collect(), None)
    }

    #[test]
    fn a_first_line_that_names_the_delimiter_is_no_row() {
        for first in ["sep=;\r\n", "sep=;\n", "SEP=;\n", "\"sep=;\"\n"] {
            let mut reader = open(format!("{first}id;q, or text\n1;a\n"));
            assert_eq!(reader.header().names(), ["id", "q, or text"], "{first:?}");
            let row = reader.read_row().unwrap().unwrap();
            assert_eq!((row.line, &row.cells[1]), (3, "a"));
        }
        assert_eq!(open("sep=\tx\na\tb\n").header().names(), ["sep=", "x"]);
    }

    #[test]
    fn missing_last_cells_and_empty_ones_too_many_are_no_fault() {
        let read = rows("a,b,c\n1\n1,2\n1,2,3,,\n1,2,3, ,\n1,2,3\n");
        let expected =
            [&["1", "", ""][..], &["1", "2", ""], &["1", "2", "3"], &["1", "2", "3"], &["1", "2", "3"]];
        assert_eq!(read, expected.map(sound));
    }

    #[test]
    fn cells_too_many_are_a_fault_and_not_lost() {
        let read = rows("a,b\n1,2,3\n");
        assert_eq!(read[0].0, ["1", "2,3"]);
        assert_eq!(read[0].1, Some(RowFault::TooManyCells { cells: 3, columns: 2 }));
    }

    #[test]
    fn a_header_alone_has_no_rows_and_nothing_is_no_table() {
        assert_eq!(rows("a,b"), []);
        let error = TableReader::open(io::Cursor::new(b" \n".to_vec()), &TableOptions::default()).err();
        assert!(matches!(error, Some(OpenError::Empty)));
    }
}
