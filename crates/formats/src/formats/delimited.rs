//! A delimited table as [`TableReader`] reads it, its rows with texts by column name.

use std::io::BufRead;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::read_rows::{NamedCrs, ReadOptions, ReadRows, Remark};
use super::row::{Content, Header, Row};
use super::shape_column::ShapeColumn;
use super::{ReadError, letters_found};
use crate::table::{OpenError, TableOptions, TableReader};

/// The rows of a table.
pub struct Table {
    reader: TableReader,
    header: Arc<Header>,
    shapes: ShapeColumn,
}

impl Table {
    /// Reads the header line.
    pub fn new(text: Box<dyn BufRead + Send>, options: ReadOptions) -> Result<Self, ReadError> {
        let options = TableOptions { encoding: options.letters, ..TableOptions::default() };
        let reader = TableReader::open(text, &options).map_err(unopened)?;
        let names: Vec<String> = reader.header().names().iter().map(|name| name.nfc().collect()).collect();
        if names.iter().any(|name| name.contains('\u{fffd}')) {
            return Err(ReadError::HeaderNotUtf8);
        }
        let shapes = ShapeColumn::of(&names);
        Ok(Self { reader, header: Arc::new(Header::new(names)), shapes })
    }
}

impl ReadRows for Table {
    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        let Some(row) = self.reader.read_row()? else { return Ok(None) };
        let content = match row.fault {
            None => self
                .shapes
                .read(&row.cells)
                .map(|shape| Content::of_cells(Arc::clone(&self.header), row.cells, shape)),
            Some(fault) => Err(fault.to_string()),
        };
        Ok(Some(Row { number: row.line, content }))
    }

    fn crs(&self) -> Option<NamedCrs> {
        self.shapes.crs()
    }

    fn remarks(&self) -> Vec<Remark> {
        let mut remarks = self.shapes.remarks();
        remarks.extend(letters_found::remarks(self.header.names(), &self.reader.letters()));
        remarks
    }
}

fn unopened(error: OpenError) -> ReadError {
    match error {
        OpenError::Reading(error) => ReadError::from(error),
        OpenError::Empty => ReadError::Empty,
        other => ReadError::Table(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::Input;
    use super::*;

    fn table(bytes: &[u8]) -> Result<Table, ReadError> {
        Table::new(Input::from_bytes(bytes)?.text, ReadOptions::default())
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
        let mut table =
            table(&[b"code,name\n2,Ho\xe0\n3,".as_slice(), "Đường Lê Thị Riêng\n".as_bytes()].concat())
                .unwrap();
        let rows: Vec<Row> = std::iter::from_fn(|| table.read_row().unwrap()).collect();
        let refused: Vec<u64> = rows.iter().filter(|r| r.content.is_err()).map(|r| r.number).collect();
        assert_eq!((rows.len(), refused), (2, vec![2]));
    }

    #[test]
    fn a_row_with_a_column_too_many_is_refused_and_one_too_few_is_empty() {
        let mut table = table(b"code,name\n1\n1,2,3\n1,2,,\n").unwrap();
        let rows: Vec<Row> = std::iter::from_fn(|| table.read_row().unwrap()).collect();
        let too_few = rows[0].content.as_ref().unwrap();
        assert_eq!((too_few.text("code").as_deref(), too_few.text("name")), (Some("1"), None));
        assert!(rows[1].content.as_ref().unwrap_err().contains("(3, not 2)"));
        assert!(rows[2].content.is_ok());
    }

    #[test]
    fn an_open_quote_refuses_its_own_line_only() {
        let mut table = table(b"code,name\n1,\"a\n2,b\n").unwrap();
        let rows: Vec<Row> = std::iter::from_fn(|| table.read_row().unwrap()).collect();
        let sound: Vec<(u64, bool)> = rows.iter().map(|row| (row.number, row.content.is_ok())).collect();
        assert_eq!(sound, [(2, false), (3, true)]);
    }

    #[test]
    fn what_excel_saves_in_other_encodings_is_read() {
        let text = "sep=;\r\nMã;Tên\r\n1;Hòa Thành\r\n";
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes().to_vec(), utf16] {
            let row = table(&bytes).unwrap().read_row().unwrap().unwrap();
            assert_eq!(row.content.unwrap().text("Tên").as_deref(), Some("Hòa Thành"));
        }
    }

    #[test]
    fn a_header_with_broken_letters_ends_the_reading() {
        let broken = b"m\xe3,b\n1,\xc4\x90\xc6\xb0\xe1\xbb\x9dng L\xc3\xaa\n";
        assert!(matches!(table(broken), Err(ReadError::HeaderNotUtf8)));
    }

    #[test]
    fn a_column_named_twice_is_known_as_such() {
        let row = table(b"a,a,b\n1,2,3\n").unwrap().read_row().unwrap().unwrap().content.unwrap();
        assert!(row.is_doubled("a") && !row.is_doubled("b"));
        assert_eq!(row.text("b").as_deref(), Some("3"));
    }
}
