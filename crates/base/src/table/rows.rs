//! Rows of a table, one at a time and never more than one in memory.
//!
//! RFC 4180 as `csv-core` reads it. A quote that is opened and never closed would swallow the rest of the file: after
//! a megabyte, or at the end, its first line is given as a broken row and reading goes on behind it. What was scanned
//! in search of the closing quote is then scanned again; a file made of such lines would take time that grows with the
//! square of its length. So the bytes scanned again are counted, and when they are more than a few times the bytes
//! that came, the stretch in question is read line by line: there a quoted cell cannot hold a line break.

use std::io::{self, Read};

use csv::ByteRecord;
use csv_core::ReadRecordResult;

/// Longest row that is read.
pub const MAX_ROW_BYTES: usize = 1 << 20;

const READ_BYTES: usize = 1 << 16;

/// How many bytes may be scanned again for every byte that came.
const RESCANS_PER_BYTE: u64 = 4;

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
    /// A quote that is not closed, or a row longer than [`MAX_ROW_BYTES`]; the cells are those of its first line.
    OpenQuote,
}

/// The cells of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRow {
    /// As they stand, without their quotes.
    pub cells: ByteRecord,
    /// `None` for a sound row.
    pub fault: Option<Fault>,
    /// Line of the table its first cell stands on, from 1.
    pub line: u64,
}

/// How far the row that is being read was scanned.
#[derive(Debug, Clone, Copy, Default)]
struct Scan {
    /// Bytes of it that were read.
    taken: usize,
    /// Bytes of its cells that were written.
    text_len: usize,
    /// Cells that ended.
    cells: usize,
}

/// Reads rows in any letters that keep ASCII; what the bytes between are is not looked at.
pub struct RowReader<R> {
    source: R,
    format: RowFormat,
    parser: csv_core::Reader,
    /// Raw bytes from the start of the row on; what lies before `start` is done with.
    raw: Vec<u8>,
    start: usize,
    /// Kept between two calls, so that a source that has nothing yet (`WouldBlock`) can be asked again.
    scan: Scan,
    is_over: bool,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// The line that `start` stands on.
    line: u64,
    /// Whether the rest of a line that was too long is being passed over.
    is_passing_over: bool,
    /// Up to here in `raw` every line is a row of its own.
    single_lines_until: usize,
    came: u64,
    scanned: u64,
    scanned_again: u64,
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
            scan: Scan::default(),
            is_over: false,
            text: vec![0; 1024],
            ends: vec![0; 32],
            line: 1,
            is_passing_over: false,
            single_lines_until: 0,
            came: 0,
            scanned: 0,
            scanned_again: 0,
        }
    }

    /// Bytes that were looked at so far, those looked at twice counted twice.
    pub fn scanned_bytes(&self) -> u64 {
        self.scanned
    }

    /// The next row; blank lines are left out. `None` after the last. After an error of the kind `WouldBlock` the
    /// same row is read on by the next call.
    pub fn read_row(&mut self) -> io::Result<Option<RawRow>> {
        loop {
            if self.scan.taken == 0 {
                self.go_to_row();
            }
            let at = self.start + self.scan.taken;
            let is_end = at >= self.raw.len();
            if is_end && !self.is_over {
                if self.scan.taken >= MAX_ROW_BYTES {
                    return Ok(Some(self.broken_row()));
                }
                self.fill()?;
                continue;
            }
            if is_end && self.scan.taken == 0 {
                return Ok(None);
            }
            let is_single_line = self.start < self.single_lines_until;
            let input = match (is_end, is_single_line) {
                // at the end a line break that is not there tells a row that is over from a quote that is open
                (true, _) => b"\n".as_slice(),
                (false, true) => first_line(&self.raw[at..]),
                (false, false) => &self.raw[at..],
            };
            let is_line_over = is_end || (is_single_line && input.ends_with(b"\n"));
            let (text, ends) = (&mut self.text[self.scan.text_len..], &mut self.ends[self.scan.cells..]);
            let (result, read, written, ended) = self.parser.read_record(input, text, ends);
            let is_all_read = read == input.len();
            self.scan.text_len += written;
            self.scan.cells += ended;
            self.scan.taken += if is_end { 0 } else { read };
            self.scanned += read as u64;
            match result {
                ReadRecordResult::Record => return Ok(Some(self.whole_row())),
                ReadRecordResult::InputEmpty if is_line_over && is_all_read => {
                    return Ok(Some(self.broken_row()));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// Passes over blank lines, and the rest of a line that was too long.
    fn go_to_row(&mut self) {
        while let Some(&byte) = self.raw.get(self.start) {
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.is_passing_over = false;
                }
                b'\r' => {}
                _ if self.is_passing_over => {}
                _ => return,
            }
            self.start += 1;
            self.scanned += 1;
        }
    }

    /// Reads on; what is done with makes room.
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.raw.drain(..self.start);
            self.single_lines_until = self.single_lines_until.saturating_sub(self.start);
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
        let count = read.as_ref().copied().unwrap_or(0);
        self.raw.truncate(held + count);
        self.came += count as u64;
        self.is_over = read? == 0;
        Ok(())
    }

    /// Goes behind so many bytes of a row that was read, and gives the line it began on.
    fn finish(&mut self, bytes: usize) -> u64 {
        let line = self.line;
        let breaks = self.raw[self.start..self.start + bytes].iter().filter(|byte| **byte == b'\n').count();
        self.line += breaks as u64;
        self.start += bytes;
        self.scan = Scan::default();
        line
    }

    /// The row whose cells were all read.
    fn whole_row(&mut self) -> RawRow {
        let Scan { taken, cells, .. } = self.scan;
        let line = self.finish(taken);
        let mut row = ByteRecord::with_capacity(0, cells);
        let mut from = 0;
        for &end in &self.ends[..cells] {
            row.push_field(&self.text[from..end]);
            from = end;
        }
        RawRow { cells: row, fault: None, line }
    }

    /// The first line of what was scanned, its quotes taken for letters.
    fn broken_row(&mut self) -> RawRow {
        // to build a new one takes as long as to read kilobytes
        self.parser.reset();
        let line = first_line(&self.raw[self.start..]);
        self.scanned += line.len() as u64;
        let is_too_long = line.len() > MAX_ROW_BYTES || !(line.ends_with(b"\n") || self.is_over);
        let line = &line[..line.len().min(MAX_ROW_BYTES)];
        let line_len = line.len();
        let mut cells = ByteRecord::new();
        for cell in line.trim_ascii_end().split(|byte| *byte == self.format.delimiter) {
            cells.push_field(cell);
        }
        let scanned_until = self.start + self.scan.taken;
        self.scanned_again += self.scan.taken.saturating_sub(line_len) as u64;
        if self.scanned_again > RESCANS_PER_BYTE * self.came {
            self.single_lines_until = self.single_lines_until.max(scanned_until);
        }
        let line = self.finish(line_len);
        self.is_passing_over = is_too_long;
        RawRow { cells, fault: Some(Fault::OpenQuote), line }
    }
}

/// The bytes up to the first line break and with it; all where there is none.
fn first_line(bytes: &[u8]) -> &[u8] {
    bytes.iter().position(|byte| *byte == b'\n').map_or(bytes, |end| &bytes[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(cells: &ByteRecord) -> Vec<String> {
        cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }

    fn rows(text: &[u8]) -> Vec<(Vec<String>, Option<Fault>)> {
        let mut reader = RowReader::new(text, RowFormat::default());
        std::iter::from_fn(|| reader.read_row().unwrap()).map(|row| (texts(&row.cells), row.fault)).collect()
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
    fn cells_are_the_bytes_that_came_whatever_their_letters() {
        let mut reader = RowReader::new(b"a,b\n1,\"Ho\xe0, \xa7\"\n".as_slice(), RowFormat::default());
        reader.read_row().unwrap();
        assert_eq!(&reader.read_row().unwrap().unwrap().cells[1], b"Ho\xe0, \xa7");
    }

    #[test]
    fn a_line_of_a_list_is_one_cell_with_its_commas_and_quotes() {
        let mut reader = RowReader::new(b"5\" \"x\", y\r\n\r\nb".as_slice(), RowFormat::LINES);
        let cells: Vec<String> = std::iter::from_fn(|| reader.read_row().unwrap())
            .map(|row| texts(&row.cells).remove(0))
            .collect();
        assert_eq!(cells, ["5\" \"x\", y", "b"]);
    }

    #[test]
    fn a_row_knows_the_line_it_begins_on() {
        let mut reader = RowReader::new(b"a\r\n\r\n\"b\nb\"\nc\n".as_slice(), RowFormat::default());
        let lines: Vec<u64> = std::iter::from_fn(|| reader.read_row().unwrap()).map(|row| row.line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }

    #[test]
    fn a_file_of_blank_lines_is_not_held() {
        let blank = io::repeat(b'\n').take(5 * MAX_ROW_BYTES as u64).chain(b"a\n".as_slice());
        let mut reader = RowReader::new(blank, RowFormat::default());
        assert_eq!(&reader.read_row().unwrap().unwrap().cells[0], b"a");
        assert!(reader.raw.capacity() <= 2 * READ_BYTES, "{}", reader.raw.capacity());
    }

    #[test]
    fn the_rest_of_a_line_that_is_too_long_is_no_row_of_its_own() {
        let long = [b"x,".repeat(MAX_ROW_BYTES), b"y\nz,1\n".to_vec()].concat();
        let read = rows(&long);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].1, Some(Fault::OpenQuote));
        assert_eq!(read[1], (vec!["z".to_owned(), "1".to_owned()], None));
    }

    /// Lines whose last cell opens a quote that the next line's first cell seems to close.
    fn tangled(lines: usize) -> Vec<u8> {
        b"x\",\"\n".repeat(lines)
    }

    /// The bytes looked at and the rows of a table.
    fn cost(table: &[u8]) -> (u64, u64) {
        let mut reader = RowReader::new(table, RowFormat::default());
        let mut count = 0;
        while reader.read_row().unwrap().is_some() {
            count += 1;
        }
        (reader.scanned_bytes(), count)
    }

    /// Bytes that are looked at for one byte that comes: once, again [`RESCANS_PER_BYTE`] times and once beyond that,
    /// line by line, and the line breaks looked for.
    const MAX_SCANS_PER_BYTE: u64 = RESCANS_PER_BYTE + 5;

    #[test]
    fn tangled_quotes_cost_no_more_than_their_length() {
        for lines in [1_000, 33_000, 180_000, 1_000_000] {
            let table = tangled(lines);
            let (scanned, rows) = cost(&table);
            assert!(scanned <= MAX_SCANS_PER_BYTE * table.len() as u64, "{lines} lines: {scanned}");
            assert!(rows as usize >= lines / 2, "{rows} of {lines} lines are rows");
        }
    }

    #[test]
    fn sound_lines_among_tangled_ones_are_read() {
        let mut table = tangled(60_000);
        table.extend(b"sound,1\n".repeat(10));
        let read = rows(&table);
        let sound = read.iter().filter(|(cells, fault)| fault.is_none() && cells == &["sound", "1"]).count();
        assert_eq!(sound, 10);
    }

    /// Gives a few bytes at a time and has nothing in between.
    struct Halting<'a>(&'a [u8], bool);

    impl Read for Halting<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let count = self.0.len().min(3);
            self.0.read(&mut buffer[..count])
        }
    }

    proptest! {
        /// Whatever stands in a table, reading it costs a few times its length at most.
        #[test]
        fn the_cost_of_a_table_grows_with_its_length(
            lines in prop::collection::vec("[a,\"\r ;x]{0,9}", 1..12), times in 1usize..400
        ) {
            let table = (lines.join("\n") + "\n").repeat(times).into_bytes();
            let (scanned, _) = cost(&table);
            prop_assert!(scanned <= MAX_SCANS_PER_BYTE * table.len() as u64 + 64, "{} for {}", scanned, table.len());
        }

        /// A source that has nothing for a while changes no row.
        #[test]
        fn a_table_that_comes_in_pieces_has_the_same_rows(table in "([ab]|,|\"|\n|đ){0,40}") {
            let mut reader = RowReader::new(Halting(table.as_bytes(), false), RowFormat::default());
            let mut read = Vec::new();
            loop {
                match reader.read_row() {
                    Ok(Some(row)) => {
                        read.push((texts(&row.cells), row.fault));
                    }
                    Ok(None) => break,
                    Err(error) => prop_assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
                }
            }
            prop_assert_eq!(read, rows(table.as_bytes()));
        }

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
