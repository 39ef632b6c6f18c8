//! What bytes are no table, and streams of letters that are turned into UTF-8 before they are cut into rows.
//!
//! Most sets of letters keep ASCII, so rows are cut first and each column is read in its own (`letters`). UTF-16 and the
//! encodings of other countries do not: they are read as a whole.

use std::io::{self, Cursor, Read};

use encoding_rs_io::DecodeReaderBytesBuilder;
use thiserror::Error;

use crate::letters::LetterSet;

/// Why bytes are not read as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum NotATable {
    #[error("this is a workbook or another packed file: save the sheet as “CSV UTF-8” and send that")]
    Packed,
    #[error("this is not text: send a table as CSV, in UTF-8")]
    NotText,
}

/// The set of letters the mark at the start of a file names; `None` where it has none. A file that is no table is
/// refused.
pub(super) fn marked(start: &[u8]) -> Result<Option<LetterSet>, NotATable> {
    const PACKED: [&[u8]; 5] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF", b"SQLite format 3"];
    if PACKED.iter().any(|magic| start.starts_with(magic)) {
        return Err(NotATable::Packed);
    }
    if let Some(set) = LetterSet::of_mark(start) {
        return Ok(Some(set));
    }
    let is_control = |byte: &&u8| **byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0c | 0x1a);
    if start.contains(&0) || start.iter().filter(is_control).count() * 50 > start.len() {
        return Err(NotATable::NotText);
    }
    Ok(None)
}

/// The bytes of a table without byte order mark, read after `start` was: UTF-8 where its letters are a stream.
pub(super) fn bytes_of<R: Read + Send + 'static>(
    set: Option<LetterSet>,
    start: Vec<u8>,
    rest: R,
) -> Box<dyn Read + Send> {
    let mut start = Cursor::new(start);
    let Some(stream) = set.and_then(LetterSet::stream) else {
        if start.get_ref().starts_with(b"\xef\xbb\xbf") {
            start.set_position(3);
        }
        return Box::new(start.chain(rest));
    };
    let has_mark = matches!(set, Some(LetterSet::Utf16Le | LetterSet::Utf16Be));
    Box::new(
        DecodeReaderBytesBuilder::new()
            .encoding(Some(stream))
            .bom_override(has_mark)
            .strip_bom(has_mark)
            .build(start.chain(rest)),
    )
}

/// The bytes of the start of a table.
pub(super) fn start_of(set: Option<LetterSet>, start: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes_of(set, start.to_vec(), io::empty()).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        String::from_utf8(start_of(marked(bytes).unwrap(), bytes).unwrap()).unwrap()
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
    }

    #[test]
    fn byte_order_marks_decide_and_are_taken_off() {
        let text = "địa chỉ\nĐường Hòa Thành";
        assert_eq!(read(text.as_bytes()), text);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), text);
        assert_eq!(read(&utf16(text, u16::to_le_bytes)), text);
        assert_eq!(read(&utf16(text, u16::to_be_bytes)), text);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(marked(b"PK\x03\x04rest"), Err(NotATable::Packed));
        assert_eq!(marked(b"a\0b\0c\0"), Err(NotATable::NotText));
    }
}
