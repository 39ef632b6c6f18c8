//! The encoding XML names in its first line, or shows by its byte order mark.

use std::io::{BufRead, BufReader};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::formats::ReadError;

/// The longest declaration looked for.
const MAX_DECLARATION: usize = 512;

/// The text as UTF-8. Bytes that are none of the encoding become U+FFFD.
pub fn decode(mut text: Box<dyn BufRead + Send>) -> Result<Box<dyn BufRead + Send>, ReadError> {
    let start = text.fill_buf()?;
    let encoding = match named(&start[..start.len().min(MAX_DECLARATION)]) {
        None => UTF_8,
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            // read as bytes of ASCII, it is not what it says; a true one has a byte order mark
            Some(known) if known == UTF_16LE || known == UTF_16BE => UTF_8,
            Some(known) => known,
            None => return Err(ReadError::UnknownEncoding(label)),
        },
    };
    let decoder = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(text);
    Ok(Box::new(BufReader::with_capacity(1 << 16, decoder)))
}

/// What stands after `encoding=` in `<?xml … ?>`.
fn named(start: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(start);
    let declaration = start.trim_start().strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.trim().to_owned())
}
