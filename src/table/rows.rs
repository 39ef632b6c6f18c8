//! Rows of a table, one at a time and never more than one in memory.
//!
//! RFC 4180 as `csv-core` reads it. A quote that is opened and never closed would swallow the rest of the file: after
//! a megabyte, or at the end, its first line is given as a broken row and reading goes on behind it.

use std::io::{self, Read};

use csv::{ByteRecord, StringRecord};
use csv_core::ReadRecordResult;

/// Longest row that is read.
pub const MAX_ROW_BYTES: usize = 1 << 20;

const READ_BYTES: usize = 1 << 16;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowFormat {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells that hold delimiters; `None`: quotes are letters like others.
    pub quote: Option<u8>,
}

impl Default for RowFormat {
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"') }
    }
}

impl RowFormat {
    /// Every line is one cell: a list of addresses, commas and quotes as they stand.
    pub const LINES: Self = Self { delimiter: 0, quote: None };

    fn parser(self) -> csv_core::Reader {
        let mut builder = csv_core::ReaderBuilder::new();
        builder.delimiter(self.delimiter).quoting(self.quote.is_some());
        builder.quote(self.quote.unwrap_or(b'"')).build()
    }
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Bytes that are no letters in the table's encoding; they became U+FFFD.
    NotText,
    /// A quote that is not closed, or a row longer than [`MAX_ROW_BYTES`]; the cells are those of its first line.
    OpenQuote,
}

/// The cells of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As they stand, without their quotes.
    pub cells: StringRecord,
    /// `None` for a sound row.
    pub fault: Option<Fault>,
}

/// Reads rows of UTF-8.
pub struct RowReader<R> {
    source: R,
    format: RowFormat,
    parser: csv_core::Reader,
    /// Raw bytes from the start of the row on; what lies before `start` is done with.
    raw: Vec<u8>,
    start: usize,
    is_over: bool,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> RowReader<R> {
    /// Rows of a source from where it stands.
    pub fn new(source: R, format: RowFormat) -> Self {
        Self {
            source,
            format,
            parser: format.parser(),
            raw: Vec::new(),
            start: 0,
            is_over: false,
            text: vec![0; 1024],
            ends: vec![0; 32],
        }
    }

    /// The next row; blank lines are left out. `None` after the last.
    pub fn read_row(&mut self) -> io::Result<Option<Row>> {
        let (mut taken, mut text_len, mut cells) = (0, 0, 0);
        loop {
            let is_last = self.start + taken >= self.raw.len();
            if is_last && !self.is_over {
                if taken >= MAX_ROW_BYTES && !self.is_blank() {
                    return Ok(Some(self.first_line()));
                }
                self.fill()?;
                continue;
            }
            // at the end a line break that is not there tells a row that is over from a quote that is open
            let input = if is_last { b"\n".as_slice() } else { &self.raw[self.start + taken..] };
            let (result, read, written, ended) =
                self.parser.read_record(input, &mut self.text[text_len..], &mut self.ends[cells..]);
            text_len += written;
            cells += ended;
            taken += if is_last { 0 } else { read };
            match result {
                ReadRecordResult::Record => {
                    self.start += taken;
                    return Ok(Some(self.row(cells, None)));
                }
                ReadRecordResult::InputEmpty if is_last => {
                    return Ok((!self.is_blank()).then(|| self.first_line()));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// Whether nothing but line breaks is held.
    fn is_blank(&self) -> bool {
        self.raw[self.start..].iter().all(|byte| matches!(byte, b'\n' | b'\r'))
    }

    /// Reads on; what is done with makes room.
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.raw.drain(..self.start);
            self.start = 0;
        }
        let held = self.raw.len();
        self.raw.resize(held + READ_BYTES, 0);
        let read = loop {
            match self.source.read(&mut self.raw[held..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.raw.truncate(held + read.as_ref().copied().unwrap_or(0));
        self.is_over = read? == 0;
        Ok(())
    }

    fn row(&self, cells: usize, fault: Option<Fault>) -> Row {
        let mut bytes = ByteRecord::with_capacity(0, cells);
        let mut from = 0;
        for &end in &self.ends[..cells] {
            bytes.push_field(&self.text[from..end]);
            from = end;
        }
        match StringRecord::from_byte_record(bytes) {
            Ok(cells) => Row { cells, fault },
            Err(error) => Row {
                cells: StringRecord::from_byte_record_lossy(error.into_byte_record()),
                fault: fault.or(Some(Fault::NotText)),
            },
        }
    }

    /// The first line of what is held, its quotes taken for letters.
    fn first_line(&mut self) -> Row {
        self.parser = self.format.parser();
        let held = &self.raw[self.start..];
        let line = held.iter().position(|byte| *byte == b'\n').map_or(held.len(), |end| end + 1);
        let line = &held[..line.min(MAX_ROW_BYTES)];
        let mut cells = ByteRecord::new();
        for cell in line.trim_ascii_end().split(|byte| *byte == self.format.delimiter) {
            cells.push_field(cell);
        }
        self.start += line.len();
        Row { cells: StringRecord::from_byte_record_lossy(cells), fault: Some(Fault::OpenQuote) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &[u8]) -> Vec<(Vec<String>, Option<Fault>)> {
        let mut reader = RowReader::new(text, RowFormat::default());
        std::iter::from_fn(|| reader.read_row().unwrap())
            .map(|row| (row.cells.iter().map(str::to_owned).collect(), row.fault))
            .collect()
    }

    #[test]
    fn a_quote_that_is_never_closed_breaks_its_own_line_only() {
        let read = rows(b"a,b\n1,\"open\n2,x\n3,y\n");
        let cells: Vec<&str> = read.iter().map(|(cells, _)| cells[1].as_str()).collect();
        assert_eq!(cells, ["b", "\"open", "x", "y"]);
        let faults: Vec<_> = read.iter().map(|(_, fault)| *fault).collect();
        assert_eq!(faults, [None, Some(Fault::OpenQuote), None, None]);
    }

    #[test]
    fn an_open_quote_in_a_file_without_end_does_not_hold_the_file() {
        let endless = b"a,b\n1,\"open\n".chain(io::repeat(b'x').take(3 * MAX_ROW_BYTES as u64));
        let mut reader = RowReader::new(endless, RowFormat::default());
        while reader.read_row().unwrap().is_some() {
            assert!(reader.raw.len() < 2 * MAX_ROW_BYTES);
        }
    }

    #[test]
    fn bytes_that_are_no_letters_are_told_and_the_rest_of_the_row_is_kept() {
        let read = rows(b"a,b\n1,Ho\xe0\n2,c\n");
        assert_eq!(read[1], (vec!["1".to_owned(), "Ho\u{fffd}".to_owned()], Some(Fault::NotText)));
        assert_eq!(read[2].1, None);
    }

    #[test]
    fn a_line_of_a_list_is_one_cell_with_its_commas_and_quotes() {
        let mut reader = RowReader::new(b"5\" \"x\", y\r\n\r\nb".as_slice(), RowFormat::LINES);
        let cells: Vec<String> =
            std::iter::from_fn(|| reader.read_row().unwrap()).map(|row| row.cells[0].to_owned()).collect();
        assert_eq!(cells, ["5\" \"x\", y", "b"]);
    }

    proptest! {
        /// The `csv` crate is the oracle: what it writes is read as it was.
        #[test]
        fn what_a_csv_writer_wrote_is_read_as_it_was(
            table in prop::collection::vec(prop::collection::vec("[a-zđ,;\"\r\n ]{0,12}", 2), 1..20)
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let read = rows(&writer.into_inner().unwrap());
            let cells: Vec<Vec<String>> = read.into_iter().map(|(cells, _)| cells).collect();
            prop_assert_eq!(cells, table);
        }
    }
}
