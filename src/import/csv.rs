//! A CSV table: the delimiter told from its first rows, every row checked to be UTF-8.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::sync::Arc;

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};

use super::ImportError;
use super::row::{Content, Fields, Row};
use crate::table::delimiter_of;

/// The names of the columns and where they stand.
#[derive(Debug)]
pub struct Header {
    names: Vec<String>,
    positions: HashMap<String, usize>,
}

impl Header {
    /// Where a column stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// All names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// The rows of a table.
pub struct Table {
    reader: Reader<Box<dyn Read + Send>>,
    header: Arc<Header>,
    record: ByteRecord,
}

impl Table {
    /// Reads the header line.
    pub fn new(mut text: Box<dyn BufRead + Send>) -> Result<Self, ImportError> {
        let mut first_line = Vec::new();
        text.read_until(b'\n', &mut first_line).map_err(ImportError::read)?;
        let mut start = first_line.clone();
        start.extend_from_slice(text.fill_buf().map_err(ImportError::read)?);
        let delimiter = delimiter_of(&start);
        let whole: Box<dyn Read + Send> = Box::new(std::io::Cursor::new(first_line).chain(text));
        // `flexible`, so that a row with a column too few is refused by name and the rest is kept
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(whole);
        let names = reader.byte_headers().map_err(broken)?;
        let names = StringRecord::from_byte_record(names.clone()).map_err(|_| ImportError::HeaderNotUtf8)?;
        let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        let mut positions = HashMap::new();
        for (i, name) in names.iter().enumerate() {
            if positions.insert(name.clone(), i).is_some() && !name.is_empty() {
                return Err(ImportError::TwiceInHeader(name.clone()));
            }
        }
        Ok(Self { reader, header: Arc::new(Header { names, positions }), record: ByteRecord::new() })
    }

    /// The next row; `None` after the last.
    pub fn read_row(&mut self) -> Result<Option<Row>, ImportError> {
        if !self.reader.read_byte_record(&mut self.record).map_err(broken)? {
            return Ok(None);
        }
        let number = self.record.position().map_or(0, csv::Position::line);
        Ok(Some(Row { number, content: self.content() }))
    }

    fn content(&self) -> Result<Content, String> {
        let (is, should) = (self.record.len(), self.header.names.len());
        if is != should {
            return Err(format!(
                "the row has another number of columns than the header ({is}, not {should})"
            ));
        }
        match StringRecord::from_byte_record(self.record.clone()) {
            Ok(texts) => Ok(Content { fields: Fields::Csv(Arc::clone(&self.header), texts), geometry: None }),
            Err(_) => Err("bytes that are not UTF-8: save the file as UTF-8 (CSV UTF-8 in Excel)".to_owned()),
        }
    }
}

fn broken(error: csv::Error) -> ImportError {
    match error.into_kind() {
        csv::ErrorKind::Io(e) => ImportError::read(e),
        other => ImportError::Csv(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::Input;
    use super::*;

    fn table(bytes: &[u8]) -> Result<Table, ImportError> {
        Table::new(Input::from_bytes(bytes)?.text)
    }

    #[test]
    fn comma_semicolon_tab_and_bar_are_told_apart() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = format!("code{delimiter}\"name; full\"\n1{delimiter}a\n");
            let row = table(text.as_bytes()).unwrap().read_row().unwrap().unwrap();
            let content = row.content.unwrap();
            assert_eq!((row.number, content.text("name; full").as_deref()), (2, Some("a")), "{text}");
        }
    }

    #[test]
    fn a_row_that_is_not_utf_8_is_refused_by_its_line_and_the_rest_is_kept() {
        let mut table = table(b"code,name\n1,a\n2,Ho\xe0 Th\xe0nh\n3,c\n").unwrap();
        let rows: Vec<Row> = std::iter::from_fn(|| table.read_row().unwrap()).collect();
        let refused: Vec<u64> = rows.iter().filter(|r| r.content.is_err()).map(|r| r.number).collect();
        assert_eq!((rows.len(), refused), (3, vec![3]));
    }

    #[test]
    fn a_row_with_a_column_too_few_is_refused() {
        let row = table(b"code,name\n1\n").unwrap().read_row().unwrap().unwrap();
        assert!(row.content.unwrap_err().contains("(1, not 2)"));
    }

    #[test]
    fn a_header_that_is_not_utf_8_or_names_a_column_twice_ends_the_import() {
        assert!(matches!(table(b"m\xe3,b\n1,2\n"), Err(ImportError::HeaderNotUtf8)));
        assert!(matches!(table(b"a,a\n1,2\n"), Err(ImportError::TwiceInHeader(_))));
    }
}
