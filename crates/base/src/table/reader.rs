//! A table as it comes: what it is written in, its header, and rows as wide as the header. Import and batches of
//! addresses read through here, so a table that one of them understands the other does too.
//!
//! - The delimiter is detected in the first 64 KB unless it is given; a first line `sep=;`, as Excel writes it, names it
//!   and is no row.
//! - The letters of each column are found in the same bytes, and in its first cells that need it where those have none
//!   ([`FileLetters`]). What was found and done is told by [`TableReader::letters`] once the rows were read.
//! - Cells that are missing at the end of a row are empty; empty ones beyond the header are left out. Cells with
//!   something in them beyond the header are a fault, and are kept in the last cell.

use std::io::{self, Read};

use csv::{ByteRecord, StringRecord};
use thiserror::Error;

use super::delimiter::delimiter_of;
use super::encoding::{NotATable, bytes_of, marked, start_of};
use super::header::Header;
use super::rows::{Fault, RawRow, RowFormat, RowReader};
use crate::letters::{ColumnReport, FileLetters, LetterSet};

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
    /// Of the letters of all columns.
    pub encoding: Option<LetterSet>,
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
    /// Bytes that are no letters in the column's encoding; they became U+FFFD.
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
    /// Letters that are read as a stream, before the rows are.
    stream: Option<LetterSet>,
    letters: FileLetters,
    /// Rows whose letters were looked at before they were read.
    known_rows: u64,
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
        let set = match options.encoding {
            Some(set) if !set.can_be(&start) => return Err(OpenError::WrongEncoding),
            Some(set) => Some(set),
            None => marked(&start)?,
        };
        let stream = set.filter(|set| set.stream().is_some());
        let has_mark = start.starts_with(b"\xef\xbb\xbf");
        let bytes = start_of(set, &start)?;
        let named = if options.is_list { None } else { delimiter_line(&bytes) };
        let format = if options.is_list {
            RowFormat::LINES
        } else {
            let delimiter = options.delimiter.or(named).unwrap_or_else(|| delimiter_of(&bytes));
            RowFormat { delimiter, quote: Some(options.quote.unwrap_or(b'"')) }
        };
        let mut rows = RowReader::new(bytes_of(set, start, source), format);
        if named.is_some() {
            rows.read_row()?;
        }
        let names = if options.is_list {
            ByteRecord::from(vec![LIST_COLUMN])
        } else {
            rows.read_row()?.ok_or(OpenError::Empty)?.cells
        };
        if names.len() > MAX_COLUMNS {
            return Err(OpenError::TooWide(MAX_COLUMNS));
        }
        let mut letters = match (options.encoding, set) {
            // what is a stream is UTF-8 by now
            (Some(_), _) if stream.is_some() => FileLetters::given(names.len(), LetterSet::Utf8),
            (Some(given), _) => FileLetters::given(names.len(), given),
            (None, Some(_)) => FileLetters::marked(names.len()),
            (None, None) => FileLetters::found(names.len()),
        };
        let before_rows = usize::from(named.is_some()) + usize::from(!options.is_list);
        let known_rows = look_at(&mut letters, &names, whole_lines(&bytes), format, before_rows);
        let header = Header::new(names.iter().map(|name| letters.read_name(name)));
        // one column needs no delimiter, and the one that was detected may be any that stands nowhere
        let is_narrow = header.len() == 1 && options.delimiter.is_none();
        let delimiter = if is_narrow { b',' } else { format.delimiter };
        Ok(Self { header, delimiter, has_mark, stream, letters, known_rows, rows })
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

    /// What was found so far of the letters of the columns, in their order.
    pub fn letters(&self) -> Vec<ColumnReport> {
        let mut reports = self.letters.reports();
        if let Some(stream) = self.stream {
            reports.iter_mut().for_each(|report| report.set = stream);
        }
        reports
    }

    /// The next row; `None` after the last. After an error of the kind `WouldBlock` it may be asked again.
    pub fn read_row(&mut self) -> io::Result<Option<TableRow>> {
        let Some(row) = self.rows.read_row()? else { return Ok(None) };
        if self.known_rows > 0 {
            self.known_rows -= 1;
        } else {
            row.cells.iter().enumerate().for_each(|(column, cell)| self.letters.feed(column, cell));
        }
        let RawRow { cells, fault, line } = row;
        let (cells, is_broken) = self.read_cells(&cells);
        let fault = match fault {
            Some(Fault::OpenQuote) => Some(RowFault::OpenQuote),
            None if is_broken => Some(RowFault::NotText),
            None => None,
        };
        let (cells, surplus) = self.fit(cells);
        Ok(Some(TableRow { line, cells, fault: fault.or(surplus) }))
    }

    /// The letters of a row, and whether some bytes are none. Cells too many are read as the last column is.
    fn read_cells(&mut self, cells: &ByteRecord) -> (StringRecord, bool) {
        let mut read = StringRecord::with_capacity(cells.as_slice().len(), cells.len());
        let mut is_broken = false;
        let last = self.header.len().saturating_sub(1);
        for (column, cell) in cells.iter().enumerate() {
            let cell = self.letters.read(column.min(last), cell);
            // a stream has them in its text already
            is_broken |= cell.is_broken || (self.stream.is_some() && cell.text.contains('\u{fffd}'));
            read.push_field(&cell.text);
        }
        (read, is_broken)
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

/// Looks at the letters of a header and of the rows in the bytes a table begins with; gives how many rows these are.
fn look_at(
    letters: &mut FileLetters,
    names: &ByteRecord,
    bytes: &[u8],
    format: RowFormat,
    before_rows: usize,
) -> u64 {
    names.iter().for_each(|name| letters.feed_name(name));
    let mut rows = RowReader::new(bytes, format);
    let read = std::iter::from_fn(|| rows.read_row().ok().flatten());
    let mut count = 0;
    for row in read.skip(before_rows) {
        count += 1;
        row.cells.iter().enumerate().for_each(|(column, cell)| letters.feed(column, cell));
    }
    count
}

/// Without the last line if it may be cut off; all where there is one line.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    if bytes.len() < START_BYTES / 2 {
        return bytes;
    }
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(bytes, |end| &bytes[..=end])
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

    /// "id", "Tên", "Địa chỉ" with names in UTF-8, TCVN3 and VNI.
    const MIXED: &[u8] = b"id,utf8,tcvn3,vni\n\
        1,\xc4\x90\xc6\xb0\xe1\xbb\x9dng L\xc3\xaa L\xe1\xbb\xa3i,\xa7\xad\xeang Tr\xc7n Ph\xf3,\xd1\xf6\xf4\xf8ng Tra\xe0n Phu\xf9\n\
        2,Hu\xe1\xba\xbf,x\xb7 T\xa9n B\xd7nh,xa\xf5 Ta\xe2n B\xecnh\n";

    #[test]
    fn each_column_is_read_in_its_own_letters() {
        let read = rows(MIXED);
        assert_eq!(read[0], sound(&["1", "Đường Lê Lợi", "Đường Trần Phú", "Đường Trần Phú"]));
        assert_eq!(read[1], sound(&["2", "Huế", "xã Tân Bình", "xã Tân Bình"]));
        let mut reader = open(MIXED);
        while reader.read_row().unwrap().is_some() {}
        let sets: Vec<LetterSet> = reader.letters().iter().map(|report| report.set).collect();
        assert_eq!(sets, [LetterSet::Utf8, LetterSet::Utf8, LetterSet::Tcvn3, LetterSet::VniWindows]);
        assert_eq!(reader.letters()[2].cells, 2);
    }

    #[test]
    fn a_header_in_old_letters_is_read_as_one_text() {
        // "Tên đường", "Địa chỉ", "Mã xã" in TCVN3
        let table = b"T\xaan \xae\xad\xeang,\xa7\xd0a ch\xd8,M\xb7 x\xb7\n\xa7\xad\xeang Tr\xc7n Ph\xf3,5 L\xaa L\xeei,1\n";
        let reader = open(&table[..]);
        assert_eq!(reader.header().names()[0], "Tên đường");
        assert_eq!(reader.header().names()[2], "Mã xã");
    }

    #[test]
    fn the_old_code_page_is_read_and_composed() {
        let table = b"t\xean\nHo\xcca Th\xe0nh\nTh\xe0nh ph\xf4\xec H\xf4\xcc Ch\xed Minh\n\xd0\xfd\xf5\xccng Tr\xe2\xccn Ph\xfa\n";
        let read = rows(&table[..]);
        assert_eq!(read[0].0, ["Hòa Thành"]);
        assert_eq!(read[1].0, ["Thành phố Hồ Chí Minh"]);
        assert_eq!(read[2].0, ["Đường Trần Phú"]);
    }

    #[test]
    fn letters_that_are_given_are_not_looked_for() {
        let options = TableOptions { encoding: Some(LetterSet::Tcvn3), ..TableOptions::default() };
        let table = io::Cursor::new(b"q\nh\xe9\n".to_vec());
        let mut reader = TableReader::open(table, &options).unwrap();
        assert_eq!(&reader.read_row().unwrap().unwrap().cells[0], "hộ");
        let utf8 = TableOptions { encoding: Some(LetterSet::Utf8), ..TableOptions::default() };
        let refused = TableReader::open(io::Cursor::new(MIXED[..30].to_vec()), &utf8);
        assert!(refused.is_ok());
        let refused = TableReader::open(io::Cursor::new(b"q\nh\xe9 b\n".to_vec()), &utf8);
        assert!(matches!(refused, Err(OpenError::WrongEncoding)));
    }

    #[test]
    fn letters_that_come_late_are_found_where_they_come() {
        let mut table = b"a,b\n".to_vec();
        table.extend(b"1,plain\n".repeat(START_BYTES / 8 + 10));
        table.extend(b"2,\xa7\xad\xeang Tr\xc7n Ph\xf3\n");
        let mut reader = open(table);
        let mut last = None;
        while let Some(row) = reader.read_row().unwrap() {
            last = Some(row);
        }
        assert_eq!(&last.unwrap().cells[1], "Đường Trần Phú");
    }

    #[test]
    fn text_read_wrongly_before_it_came_is_mended_and_lost_letters_are_counted() {
        let mut reader = open("a,b\n§\u{ad}êng TrÇn Phó,Chi\u{1a}u sáng tuy\u{1a}n\nCafé,x\n");
        let row = reader.read_row().unwrap().unwrap();
        assert_eq!((&row.cells[0], row.fault), ("Đường Trần Phú", None));
        assert_eq!(&reader.read_row().unwrap().unwrap().cells[0], "Café");
        let reports = reader.letters();
        assert_eq!((reports[0].mended_cells, reports[1].lost_letters), (1, 2));
        assert_eq!(reports[0].samples[0].before, "§\u{ad}êng TrÇn Phó");
    }
}
