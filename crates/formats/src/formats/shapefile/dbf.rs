//! The table beside the shapes (`.dbf`): its rows one after the other, each cell as the bytes that stand in it.
//!
//! Rows have a fixed length, so nothing within a row ends the table: the byte 0x1A, DBF's mark of its end, stands in the
//! texts of real files. Deleted rows are given as such, because the shapes still count them. Memos lie in another file
//! and are not read.

use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::formats::ReadError;

const BUFFER: usize = 1 << 17;
const HEADER: usize = 32;
const COLUMN: usize = 32;
const END_OF_COLUMNS: u8 = 0x0d;
/// Visual FoxPro's own column of bits: which cells are NULL.
const NULL_FLAGS: u8 = b'0';

/// A table and the row that was read last.
pub struct Dbf<R> {
    reader: BufReader<R>,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Rows, as the header says.
    pub rows: u64,
    /// Rows the file has room for.
    pub room: u64,
    first_row: u64,
    row: Vec<u8>,
    next: u64,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// As it stands: often cut at ten bytes, in the middle of a letter too.
    pub name: Vec<u8>,
    kind: u8,
    at: Range<usize>,
}

impl Column {
    /// Whether its cells are values and not numbers of blocks in another file, or in a form that is not read.
    pub fn is_read(&self) -> bool {
        matches!((self.kind, self.at.len()), (b'C' | b'N' | b'F' | b'D' | b'L', _) | (b'I', 4) | (b'B', 8))
    }
}

/// Whether a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It does.
    Kept,
    /// It was deleted and its place not yet given away.
    Deleted,
}

/// What stands in a cell.
#[derive(Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Bytes of the file, without the blanks and NULs around them.
    Bytes(&'a [u8]),
    /// A day, a truth or a binary number, in words.
    Words(String),
    /// Nothing.
    Empty,
    /// Stars: a number that did not fit when it was written.
    Overflown,
}

impl<R: Read + Seek> Dbf<R> {
    /// Reads the header.
    pub fn open(mut bytes: R) -> Result<Self, ReadError> {
        let size = bytes.seek(SeekFrom::End(0))?;
        bytes.rewind()?;
        let mut reader = BufReader::with_capacity(BUFFER, bytes);
        let mut start = [0; HEADER];
        read_whole(&mut reader, &mut start, 0)?;
        let [version, _, _, _, r0, r1, r2, r3, h0, h1, l0, l1, ..] = start;
        if version & 0b111 == 4 {
            return Err(broken("it is dBase 7: save it as dBase IV"));
        }
        let rows = u64::from(u32::from_le_bytes([r0, r1, r2, r3]));
        let header_length = usize::from(u16::from_le_bytes([h0, h1]));
        let row_length = usize::from(u16::from_le_bytes([l0, l1]));
        if header_length <= HEADER || row_length < 2 {
            return Err(broken("its header gives no columns"));
        }
        let mut descriptions = vec![0; header_length - HEADER];
        read_whole(&mut reader, &mut descriptions, 0)?;
        let columns = columns(&descriptions, row_length)?;
        let room = size.saturating_sub(header_length as u64) / row_length as u64;
        Ok(Self {
            reader,
            columns,
            rows,
            room,
            first_row: header_length as u64,
            row: vec![0; row_length],
            next: 0,
        })
    }

    /// Reads the next row; `None` after the last that the header counts.
    pub fn next_row(&mut self) -> Result<Option<Mark>, ReadError> {
        if self.next >= self.rows {
            return Ok(None);
        }
        read_whole(&mut self.reader, &mut self.row, self.next)?;
        self.next += 1;
        Ok(Some(if self.row[0] == b'*' { Mark::Deleted } else { Mark::Kept }))
    }

    /// The row read last, a cell each column, and whether bytes behind a NUL were left out of it.
    pub fn cells(&self) -> impl Iterator<Item = (Cell<'_>, bool)> {
        self.columns.iter().map(|column| {
            let bytes = &self.row[column.at.clone()];
            if column.is_read() { cell(column.kind, bytes) } else { (Cell::Empty, false) }
        })
    }

    /// Back to the first row.
    pub fn rewind(&mut self) -> Result<(), ReadError> {
        self.reader.seek(SeekFrom::Start(self.first_row))?;
        self.next = 0;
        Ok(())
    }
}

/// Whether bytes begin as a table does: it has no magic, but a day, lengths and the end of its columns.
pub fn is_table(start: &[u8]) -> bool {
    let [version, _, month, day, _, _, _, _, h0, h1, l0, l1, z0, z1, ..] = start else { return false };
    let is_version =
        matches!(*version, 0x02..=0x05 | 0x30..=0x32 | 0x43 | 0x63 | 0x83 | 0x8b | 0x8c | 0xcb | 0xf5 | 0xfb);
    let header_length = usize::from(u16::from_le_bytes([*h0, *h1]));
    let row_length = u16::from_le_bytes([*l0, *l1]);
    let mut ends = (HEADER + COLUMN..header_length).step_by(COLUMN);
    let has_end = ends.any(|at| start.get(at).is_none_or(|byte| *byte == END_OF_COLUMNS));
    is_version && *month <= 12 && *day <= 31 && row_length >= 2 && [*z0, *z1] == [0, 0] && has_end
}

/// The columns a header describes, and where they stand in a row.
fn columns(descriptions: &[u8], row_length: usize) -> Result<Vec<Column>, ReadError> {
    let described: Vec<&[u8]> =
        descriptions.chunks_exact(COLUMN).take_while(|column| column[0] != END_OF_COLUMNS).collect();
    let length = |column: &[u8], has_long_texts: bool| match column[11] {
        // programs of old kept the high byte of a long text where the decimals of a number stand
        b'C' if has_long_texts => usize::from(u16::from_le_bytes([column[16], column[17]])),
        _ => usize::from(column[16]),
    };
    let fits = |has_long_texts| {
        1 + described.iter().map(|column| length(column, has_long_texts)).sum::<usize>() == row_length
    };
    let has_long_texts = !fits(false) && fits(true);
    let mut end = 1;
    let mut columns = Vec::with_capacity(described.len());
    for description in described {
        let start = end;
        end += length(description, has_long_texts);
        if end > row_length {
            return Err(broken("its columns are longer than its rows"));
        }
        let name = before_nul(&description[..11]).trim_ascii().to_vec();
        if description[11] != NULL_FLAGS {
            columns.push(Column { name, kind: description[11], at: start..end });
        }
    }
    if columns.is_empty() {
        return Err(broken("its header gives no columns"));
    }
    Ok(columns)
}

/// What stands in a cell, and whether something behind a NUL was left out.
fn cell(kind: u8, bytes: &[u8]) -> (Cell<'_>, bool) {
    match (kind, bytes) {
        (b'I', &[a, b, c, d]) => {
            return (Cell::Words(i32::from_le_bytes([a, b, c, d]).to_string()), false);
        }
        (b'B', &[a, b, c, d, e, f, g, h]) => {
            return (Cell::Words(f64::from_le_bytes([a, b, c, d, e, f, g, h]).to_string()), false);
        }
        _ => {}
    }
    let text = before_nul(bytes);
    let is_cut = bytes[text.len()..].iter().any(|byte| !matches!(byte, 0 | b' '));
    let text = trimmed(text);
    let cell = match (kind, text) {
        (_, []) => Cell::Empty,
        (b'N' | b'F', _) if text.iter().all(|byte| *byte == b'*') => Cell::Overflown,
        (b'D', b"00000000") | (b'L', b"?") => Cell::Empty,
        (b'D', _) => day(text).map_or(Cell::Bytes(text), Cell::Words),
        (b'L', b"T" | b"t" | b"Y" | b"y") => Cell::Words("true".to_owned()),
        (b'L', b"F" | b"f" | b"N" | b"n") => Cell::Words("false".to_owned()),
        _ => Cell::Bytes(text),
    };
    (cell, is_cut)
}

/// `20250630` as `2025-06-30`.
fn day(text: &[u8]) -> Option<String> {
    let digits = std::str::from_utf8(text).ok()?;
    let is_day = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_day.then(|| format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]))
}

/// Programs end a text with NUL and leave behind it what stood in their memory.
fn before_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Without the blanks around it; other bytes that look like blanks may be halves of letters.
fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(b" ") {
        bytes = rest;
    }
    while let Some(rest) = bytes.strip_suffix(b" ") {
        bytes = rest;
    }
    bytes
}

fn read_whole(reader: &mut impl Read, into: &mut [u8], after: u64) -> Result<(), ReadError> {
    reader.read_exact(into).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => ReadError::PartCutOff { part: ".dbf", after },
        _ => ReadError::Reading(error),
    })
}

fn broken(why: &'static str) -> ReadError {
    ReadError::BrokenPart { part: ".dbf", why }
}
