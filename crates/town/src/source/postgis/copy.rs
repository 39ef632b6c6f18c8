//! PostgreSQL's binary COPY format, read as it comes over the wire.
//!
//! A signature, then for every row a count of fields and for every field a length and its bytes, all
//! big-endian, `-1` for NULL, and `-1` as the last count
//! (postgresql.org/docs/current/sql-copy.html, "Binary Format"). A row may lie across two chunks.

use thiserror::Error;
use time::Date;

use crate::source::{RowSink, SourceRow};
use crate::store::{ColumnType, Key, RawGeometry, Value};

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// PostgreSQL counts days from here: 2000-01-01 as a Julian day.
const EPOCH_JULIAN_DAY: i32 = 2_451_545;

/// Bytes that are not what was asked for. Not seen from a real server.
#[derive(Debug, Error, PartialEq)]
pub enum CopyError {
    /// No signature.
    #[error("the database sent something else than binary COPY")]
    NotCopy,
    /// Another number of fields, or a value of another length.
    #[error("the database sent a row that does not fit the columns asked for")]
    Misfit,
    /// The stream ended within a row.
    #[error("the connection to the database was lost in the middle of a row")]
    CutOff,
}

/// How the key of a row comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// A whole number of 64 bits.
    Int,
    /// A text.
    Text,
    /// A number of any size, as text.
    Digits,
}

/// Turns chunks of a stream into rows.
#[derive(Debug)]
pub struct Decoder {
    key_type: Option<KeyType>,
    has_geometry: bool,
    types: Vec<ColumnType>,
    /// The unfinished row at the end of the last chunk.
    pending: Vec<u8>,
    state: State,
    /// Where the fields of a row are, in the bytes it was found in.
    fields: Vec<Option<(usize, usize)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Rows,
    Done,
}

impl Decoder {
    /// For rows of: key (where there is one), geometry (where there is one), other columns.
    pub fn new(key_type: Option<KeyType>, has_geometry: bool, types: Vec<ColumnType>) -> Self {
        Self { key_type, has_geometry, types, pending: Vec::new(), state: State::Header, fields: Vec::new() }
    }

    /// Before the first chunk of a stream.
    pub fn begin(&mut self) {
        self.pending.clear();
        self.state = State::Header;
    }

    /// Hands on every row that is complete.
    pub fn feed(&mut self, chunk: &[u8], sink: &mut impl RowSink) -> Result<(), CopyError> {
        if self.pending.is_empty() {
            let used = self.decode(chunk, sink)?;
            self.pending.extend_from_slice(&chunk[used..]);
        } else {
            let mut joined = std::mem::take(&mut self.pending);
            joined.extend_from_slice(chunk);
            let used = self.decode(&joined, sink)?;
            joined.drain(..used);
            self.pending = joined;
        }
        Ok(())
    }

    /// After the last chunk.
    pub fn end(&self) -> Result<(), CopyError> {
        if self.state == State::Done && self.pending.is_empty() { Ok(()) } else { Err(CopyError::CutOff) }
    }

    /// Reads as far as the bytes go and says how far that was.
    fn decode(&mut self, bytes: &[u8], sink: &mut impl RowSink) -> Result<usize, CopyError> {
        let mut at = 0;
        if self.state == State::Header {
            let Some(end) = header_end(bytes)? else { return Ok(0) };
            at = end;
            self.state = State::Rows;
        }
        while self.state == State::Rows {
            match self.find_fields(bytes, at)? {
                Found::Row { end } => {
                    self.hand_over(bytes, sink)?;
                    at = end;
                }
                Found::Trailer { end } => {
                    at = end;
                    self.state = State::Done;
                }
                Found::TooShort => break,
            }
        }
        Ok(at)
    }

    fn find_fields(&mut self, bytes: &[u8], start: usize) -> Result<Found, CopyError> {
        let Some(count) = bytes.get(start..).and_then(|b| b.first_chunk()) else {
            return Ok(Found::TooShort);
        };
        let mut at = start + 2;
        let count = i16::from_be_bytes(*count);
        if count == -1 {
            return Ok(Found::Trailer { end: at });
        }
        let expected =
            usize::from(self.key_type.is_some()) + usize::from(self.has_geometry) + self.types.len();
        if usize::try_from(count) != Ok(expected) {
            return Err(CopyError::Misfit);
        }
        self.fields.clear();
        for _ in 0..expected {
            let Some(length) = bytes.get(at..).and_then(|b| b.first_chunk()) else {
                return Ok(Found::TooShort);
            };
            at += 4;
            match i32::from_be_bytes(*length) {
                -1 => self.fields.push(None),
                length => {
                    let end = at + usize::try_from(length).map_err(|_| CopyError::Misfit)?;
                    self.fields.push(Some((at, end)));
                    at = end;
                }
            }
        }
        Ok(if at <= bytes.len() { Found::Row { end: at } } else { Found::TooShort })
    }

    fn hand_over(&self, bytes: &[u8], sink: &mut impl RowSink) -> Result<(), CopyError> {
        let mut fields = self.fields.iter().map(|field| field.and_then(|(start, end)| bytes.get(start..end)));
        let mut next = || fields.next().flatten();
        let key = self.key_type.zip(self.key_type.and_then(|_| next()));
        let key = key.map_or(Ok(Key::Null), |(key_type, bytes)| read_key(key_type, bytes))?;
        let geometry = match self.has_geometry.then(&mut next).flatten() {
            Some(ewkb) => RawGeometry::Ewkb(ewkb),
            None => RawGeometry::Null,
        };
        let mut values = Vec::with_capacity(self.types.len());
        for (column, column_type) in self.types.iter().enumerate() {
            let value = next().map_or(Ok(Some(Value::Null)), |b| value(*column_type, b))?;
            if value.is_none() {
                sink.lose(key, column, "bytes that are not UTF-8");
            }
            values.push(value.unwrap_or(Value::Null));
        }
        sink.row(SourceRow { key, geometry, values: &values });
        Ok(())
    }
}

enum Found {
    Row { end: usize },
    Trailer { end: usize },
    TooShort,
}

/// Where the rows begin: after the signature, 4 bytes of flags and an extension with its length.
fn header_end(bytes: &[u8]) -> Result<Option<usize>, CopyError> {
    let begins_right = bytes.iter().zip(SIGNATURE).all(|(a, b)| a == b);
    if !begins_right {
        return Err(CopyError::NotCopy);
    }
    let Some(length) = bytes.get(15..).and_then(|b| b.first_chunk()) else { return Ok(None) };
    let length = usize::try_from(i32::from_be_bytes(*length)).map_err(|_| CopyError::NotCopy)?;
    let end = 19 + length;
    Ok((bytes.len() >= end).then_some(end))
}

fn read_key(key_type: KeyType, bytes: &[u8]) -> Result<Key<'_>, CopyError> {
    if key_type == KeyType::Int {
        return Ok(Key::Int(i64::from_be_bytes(bytes.try_into().map_err(|_| CopyError::Misfit)?)));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(Key::Null) };
    let number = (key_type == KeyType::Digits).then(|| text.parse().ok()).flatten();
    Ok(number.map_or(Key::Text(text), Key::Int))
}

/// `None` for a text that is not UTF-8: a database in SQL_ASCII may hold such.
fn value(column_type: ColumnType, bytes: &[u8]) -> Result<Option<Value<'_>>, CopyError> {
    let misfit = |_| CopyError::Misfit;
    Ok(Some(match column_type {
        ColumnType::Bool => Value::Bool(<[u8; 1]>::try_from(bytes).map_err(misfit)? != [0]),
        ColumnType::Int => Value::Int(i64::from_be_bytes(bytes.try_into().map_err(misfit)?)),
        ColumnType::Float => Value::Float(f64::from_be_bytes(bytes.try_into().map_err(misfit)?)),
        ColumnType::Date => {
            let days = i32::from_be_bytes(bytes.try_into().map_err(misfit)?);
            let day = days.checked_add(EPOCH_JULIAN_DAY).and_then(|d| Date::from_julian_day(d).ok());
            // a day after the year 9999: as text the store leaves it out and counts it
            day.map_or(Value::Text("a day after the year 9999"), Value::Date)
        }
        ColumnType::Text => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text),
            Err(_) => return Ok(None),
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    #[derive(Default)]
    struct Rows(Vec<String>);

    impl RowSink for Rows {
        fn row(&mut self, row: SourceRow<'_>) {
            self.0.push(format!("{row:?}"));
        }

        fn refuse(&mut self, key: Key<'_>, reason: &str) {
            self.0.push(format!("{key:?}: {reason}"));
        }

        fn lose(&mut self, key: Key<'_>, column: usize, what: &str) {
            self.0.push(format!("{key:?}, column {column}: {what}"));
        }
    }

    fn decoder() -> Decoder {
        use ColumnType::{Bool, Date, Float, Int, Text};
        Decoder::new(Some(KeyType::Int), true, vec![Bool, Int, Float, Date, Text])
    }

    /// Two rows as PostgreSQL 15 sent them for
    /// `SELECT 7::int8, '\x0102'::bytea, true, -1::int8, 1.5::float8, date '2025-07-01', 'Hòa'` and
    /// the same with NULLs after the key.
    fn stream() -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend([0; 8]);
        let fields: [&[u8]; 7] = [
            &7i64.to_be_bytes(),
            &[1, 2],
            &[1],
            &(-1i64).to_be_bytes(),
            &1.5f64.to_be_bytes(),
            &9313i32.to_be_bytes(),
            "Hòa".as_bytes(),
        ];
        bytes.extend(7i16.to_be_bytes());
        for field in fields {
            bytes.extend((field.len() as i32).to_be_bytes());
            bytes.extend(field);
        }
        bytes.extend(7i16.to_be_bytes());
        bytes.extend(8i32.to_be_bytes());
        bytes.extend(8i64.to_be_bytes());
        (0..6).for_each(|_| bytes.extend((-1i32).to_be_bytes()));
        bytes.extend((-1i16).to_be_bytes());
        bytes
    }

    #[test]
    fn every_type_is_read_and_null_is_null() {
        let (mut decoder, mut rows) = (decoder(), Rows::default());
        decoder.feed(&stream(), &mut rows).unwrap();
        decoder.end().unwrap();
        let expected = format!(
            "{:?}",
            SourceRow {
                key: Key::Int(7),
                geometry: RawGeometry::Ewkb(&[1, 2]),
                values: &[
                    Value::Bool(true),
                    Value::Int(-1),
                    Value::Float(1.5),
                    Value::Date(date!(2025 - 07 - 01)),
                    Value::Text("Hòa")
                ]
            }
        );
        assert_eq!(rows.0[0], expected);
        assert!(rows.0[1].contains("Int(8)") && rows.0[1].matches("Null").count() == 6, "{}", rows.0[1]);
    }

    #[test]
    fn a_stream_that_breaks_off_or_is_something_else_is_an_error() {
        let (mut decoder, mut rows) = (decoder(), Rows::default());
        let whole = stream();
        decoder.feed(&whole[..whole.len() - 3], &mut rows).unwrap();
        assert_eq!(decoder.end(), Err(CopyError::CutOff));
        decoder.begin();
        assert_eq!(decoder.feed(b"7\tHoa\n", &mut rows), Err(CopyError::NotCopy));
    }

    proptest! {
        #[test]
        fn rows_do_not_depend_on_where_the_stream_is_cut(mut cuts in prop::collection::vec(0usize..150, 0..6)) {
            let bytes = stream();
            cuts.iter_mut().for_each(|c| *c = (*c).min(bytes.len()));
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let (mut decoder, mut rows) = (decoder(), Rows::default());
            for pair in cuts.windows(2) {
                decoder.feed(&bytes[pair[0]..pair[1]], &mut rows).unwrap();
            }
            decoder.end().unwrap();
            prop_assert_eq!(rows.0.len(), 2);
        }

        #[test]
        fn any_bytes_are_an_error_and_not_a_panic(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = stream()[..19].to_vec();
            bytes.extend(tail);
            let _ = decoder().feed(&bytes, &mut Rows::default());
        }
    }
}
