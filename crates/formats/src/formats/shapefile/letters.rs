//! From the bytes of cells to texts: the one place where the letters of a table are decided.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252, WINDOWS_1258};

/// What the cells of a table are read in.
pub struct Letters {
    /// For cells that are not UTF-8.
    fallback: &'static Encoding,
}

/// Language bytes of dBase that stand for Windows-1258 in no list; programs write what they were set to. 0x57 is "ANSI",
/// the code page of the machine.
impl Letters {
    /// By the text of the `.cpg`, then by the language byte of the table.
    pub fn new(cpg: Option<&str>) -> Self {
        let said = cpg.map(|text| text.to_ascii_lowercase()).unwrap_or_default();
        Self { fallback: if said.contains("1258") { WINDOWS_1258 } else { WINDOWS_1252 } }
    }

    /// A text.
    pub fn read<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            // cut in the middle of a letter
            Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
                String::from_utf8_lossy(&bytes[..error.valid_up_to()])
            }
            Err(_) => self.fallback.decode_without_bom_handling(bytes).0,
        }
    }
}
