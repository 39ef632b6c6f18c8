//! The start of a text: unpacking it if it is gzip and seeing what is in it. Both are seen from the first
//! bytes and never from the name, because names lie.

use std::io::{BufRead, BufReader};

use flate2::bufread::MultiGzDecoder;

use super::ReadError;
use super::foreign::Foreign;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A FeatureCollection, or one feature a line.
    GeoJson,
    /// GML or KML.
    Xml,
    /// A table with a header line.
    Delimited,
}

/// An opened file, unpacked and without byte order mark.
pub struct Input {
    /// Told from the first character.
    pub format: Format,
    /// The text.
    pub text: Box<dyn BufRead + Send>,
}

const BUFFER: usize = 1 << 17;

impl Input {
    /// Looks at the first bytes; `name` is for the sentence about a file that is neither.
    pub fn from_reader(mut packed: impl BufRead + Send + 'static, name: &str) -> Result<Self, ReadError> {
        let is_gzip = packed.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let mut text: Box<dyn BufRead + Send> = if is_gzip {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed)))
        } else {
            Box::new(packed)
        };
        let start = text.fill_buf()?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            // a table is read in any encoding its reader knows, GeoJSON is UTF-8 by its standard
            let mut letters = start[2..].iter().filter(|byte| **byte != 0 && !byte.is_ascii_whitespace());
            return match letters.next() {
                Some(b'{') => Err(ReadError::Utf16),
                Some(b'<') => Ok(Self { format: Format::Xml, text }),
                _ => Ok(Self { format: Format::Delimited, text }),
            };
        }
        if let Some(foreign) = Foreign::recognise(name, start) {
            return Err(ReadError::Foreign(foreign));
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            text.consume(3);
        }
        let start = text.fill_buf()?;
        // 0x1e separates the records of RFC 8142 (GeoJSON text sequences)
        let mut letters = start.iter().filter(|b| !b.is_ascii_whitespace() && **b != 0x1e);
        let format = match letters.next() {
            Some(b'{') => Format::GeoJson,
            // an array of features; a table may begin with a bracket too
            Some(b'[') if matches!(letters.next(), Some(b'{' | b']')) => Format::GeoJson,
            Some(b'<') => Format::Xml,
            Some(_) => Format::Delimited,
            None => return Err(ReadError::Empty),
        };
        Ok(Self { format, text })
    }

    #[cfg(test)]
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, ReadError> {
        Self::from_reader(std::io::Cursor::new(bytes.to_vec()), "file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packing_and_content_are_told_from_the_bytes() {
        for (bytes, format, first) in [
            (b"{\"type\":1}".to_vec(), Format::GeoJson, b'{'),
            (b"\xef\xbb\xbfcode,lat\n".to_vec(), Format::Delimited, b'c'),
            (gzip(b"\xef\xbb\xbf  {}"), Format::GeoJson, b' '),
            (b"\x1e{}\n".to_vec(), Format::GeoJson, 0x1e),
            (b"[\n {}]".to_vec(), Format::GeoJson, b'['),
            (b"[id],name\n".to_vec(), Format::Delimited, b'['),
            (b"\xef\xbb\xbf<?xml version='1.0'?>".to_vec(), Format::Xml, b'<'),
        ] {
            let mut input = Input::from_bytes(&bytes).unwrap();
            assert_eq!(input.format, format);
            assert_eq!(input.text.fill_buf().unwrap()[0], first);
        }
    }

    #[test]
    fn an_empty_file_and_geojson_in_utf_16_are_refused_with_the_way_out() {
        assert!(matches!(Input::from_bytes(b" \n"), Err(ReadError::Empty)));
        assert!(matches!(Input::from_bytes(b"\xff\xfe{\0"), Err(ReadError::Utf16)));
        assert!(matches!(Input::from_bytes(b"PK\x03\x04"), Err(ReadError::Foreign(_))));
    }

    #[test]
    fn gzip_that_was_cut_off_is_an_error_and_not_the_end() {
        let mut whole = gzip(&b"code,name\n25630,Long Hoa\n".repeat(1000));
        whole.truncate(whole.len() / 2);
        let mut input = Input::from_bytes(&whole).unwrap();
        let error = std::io::copy(&mut input.text, &mut std::io::sink()).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
    }
}
