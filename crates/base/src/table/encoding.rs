//! Which encoding the letters of a table are in, and reading them as UTF-8.
//!
//! A byte order mark decides; then valid UTF-8; then Windows-1258, the old Vietnamese code page, unless the letters
//! stand where TCVN3 has them: that is detected and refused, because read as anything else every name would be wrong.

use std::io::{self, Cursor, Read};

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1258};
use encoding_rs_io::DecodeReaderBytesBuilder;
use thiserror::Error;

/// Why bytes are not read as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum NotATable {
    #[error("this is a workbook or another packed file: save the sheet as “CSV UTF-8” and send that")]
    Packed,
    #[error("this is not text: send a table as CSV, in UTF-8")]
    NotText,
    #[error(
        "the letters are in TCVN3 (fonts such as .VnTime): convert them to Unicode first, for example with UniKey"
    )]
    Tcvn3,
}

/// An encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// By a name as browsers or Python write it: `utf-8-sig`, `windows-1258`, `cp1258`, `latin-1`.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace('_', "-");
        let name = match name.as_str() {
            "utf-8-sig" => "utf-8",
            "latin-1" => "latin1",
            "utf-16" => "utf-16le",
            other => other,
        };
        let found = encoding_rs::Encoding::for_label(name.as_bytes())?;
        // an encoding no byte of which is read
        (found != encoding_rs::REPLACEMENT).then_some(Self(found))
    }

    /// The encoding of a file that begins with these bytes.
    pub fn of(start: &[u8]) -> Result<Self, NotATable> {
        const PACKED: [&[u8]; 5] =
            [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF", b"SQLite format 3"];
        if PACKED.iter().any(|magic| start.starts_with(magic)) {
            return Err(NotATable::Packed);
        }
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(start) {
            return Ok(Self(encoding));
        }
        let is_control = |byte: &&u8| **byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0c | 0x1a);
        if start.contains(&0) || start.iter().filter(is_control).count() * 50 > start.len() {
            return Err(NotATable::NotText);
        }
        let (letters, broken) = utf8_letters(start);
        if broken * 4 <= letters {
            return Ok(Self(UTF_8));
        }
        if is_tcvn3(start) { Err(NotATable::Tcvn3) } else { Ok(Self(WINDOWS_1258)) }
    }

    /// Whether bytes that begin a file can be in it.
    pub fn can_be(self, start: &[u8]) -> bool {
        if self.0 == UTF_8 {
            let (letters, broken) = utf8_letters(start);
            return broken * 4 <= letters;
        }
        true
    }

    /// Whether letters come with their tones apart, to be put together before they are shown.
    pub fn is_decomposed(self) -> bool {
        self.0 == WINDOWS_1258
    }

    /// UTF-8 without byte order mark, read after `start` was. UTF-8 itself passes as it is, faults too: they are
    /// found row by row.
    pub fn reader<R: Read + Send + 'static>(self, start: Vec<u8>, rest: R) -> Box<dyn Read + Send> {
        if self.0 == UTF_8 {
            let mut start = Cursor::new(start);
            if start.get_ref().starts_with(b"\xef\xbb\xbf") {
                start.set_position(3);
            }
            return Box::new(start.chain(rest));
        }
        let has_mark = self.0 == UTF_16LE || self.0 == UTF_16BE;
        let whole: Box<dyn Read + Send> = Box::new(Cursor::new(start).chain(rest));
        Box::new(
            DecodeReaderBytesBuilder::new()
                .encoding(Some(self.0))
                .bom_override(has_mark)
                .strip_bom(has_mark)
                .build(whole),
        )
    }

    /// The start of a file as UTF-8.
    pub fn decode_start(self, start: &[u8]) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        self.reader(start.to_vec(), io::empty()).read_to_end(&mut text)?;
        Ok(text)
    }
}

/// Letters of two bytes and more, and bytes that are none; one that is cut off at the end is neither.
fn utf8_letters(bytes: &[u8]) -> (usize, usize) {
    let (mut letters, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    let is_cut = std::str::from_utf8(bytes).is_err_and(|_| {
        bytes.utf8_chunks().last().is_some_and(|chunk| {
            let tail = chunk.invalid();
            !tail.is_empty() && std::str::from_utf8(tail).is_err_and(|error| error.error_len().is_none())
        })
    });
    (letters, broken - usize::from(is_cut))
}

/// TCVN 5712:1993 VN3 has ă â ê ô ơ ư đ at A8 to AE and à ả ã á ạ at B5 to B9, where Windows-1258 has signs.
fn is_tcvn3(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let there = bytes.iter().filter(|byte| matches!(byte, 0xa8..=0xae | 0xb5..=0xb9)).count();
    there * 5 > high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        let encoding = Encoding::of(bytes).unwrap();
        String::from_utf8(encoding.decode_start(bytes).unwrap()).unwrap()
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
    fn the_old_code_page_is_read_and_its_tones_are_letters_of_their_own() {
        // "Hòa" and "đ" as Windows-1258 has them: o + combining grave, đ
        assert_eq!(read(b"t\xean\nHo\xcca Th\xe0nh \xf0"), "tên\nHo\u{300}a Thành đ");
    }

    #[test]
    fn tcvn3_is_detected_and_refused() {
        // "Đường Hoà Thành" in TCVN3
        assert_eq!(Encoding::of(b"t\xaan\n\xa7\xad\xeang Ho\xb5 Th\xb5nh"), Err(NotATable::Tcvn3));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(Encoding::of(b"PK\x03\x04rest"), Err(NotATable::Packed));
        assert_eq!(Encoding::of(b"a\0b\0c\0"), Err(NotATable::NotText));
    }

    #[test]
    fn one_bad_letter_among_many_good_ones_leaves_the_file_utf_8() {
        let text = [b"Ho\xe0 ".as_slice(), "Hòa Thành Tây Ninh đường phố".as_bytes()].concat();
        assert_eq!(Encoding::of(&text), Ok(Encoding(UTF_8)));
        // a letter cut off where the sample ends is no fault
        assert_eq!(Encoding::of(&"Hò".as_bytes()[..2]), Ok(Encoding(UTF_8)));
    }

    #[test]
    fn names_are_known_as_python_and_browsers_write_them() {
        for name in ["utf-8-sig", "UTF_8", "utf8", "cp1258", "windows-1258", "latin-1", "utf-16"] {
            assert!(Encoding::by_name(name).is_some(), "{name}");
        }
        assert_eq!(Encoding::by_name("klingon"), None);
    }
}
