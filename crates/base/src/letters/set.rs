//! The sets of letters a file can be in, by the names people call them, and reading bytes in one.

use std::borrow::Cow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{tcvn3, vni, western};

/// A set of letters and how bytes stand for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterSet {
    /// Unicode, as nearly everything is today.
    Utf8,
    /// Unicode as Excel writes "Unicode text"; only a whole file is in it.
    Utf16Le,
    /// The same with the bytes the other way round.
    Utf16Be,
    /// The Vietnamese code page of Windows: tones come behind their letters.
    Windows1258,
    /// The western code page of Windows, and Latin-1: what is left of Vietnamese text that was cut to it.
    Windows1252,
    /// TCVN 5712:1993, fonts such as `.VnTime`.
    Tcvn3,
    /// The same bytes in a capital font (`.VnTimeH`): all letters are capitals.
    Tcvn3Capitals,
    /// VNI for Windows, fonts such as `VNI-Times`.
    VniWindows,
    /// Another one that browsers know; never found, only named.
    Other(&'static encoding_rs::Encoding),
}

impl LetterSet {
    /// By a name as people, browsers or Python write it: `tcvn3`, `abc`, `.VnTime`, `vni`, `cp1258`, `utf-8-sig`.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let key: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(match key.as_str() {
            "utf8" | "utf8sig" | "unicode" => Self::Utf8,
            "utf16" | "utf16le" => Self::Utf16Le,
            "utf16be" => Self::Utf16Be,
            "cp1258" | "windows1258" | "win1258" | "1258" => Self::Windows1258,
            "cp1252" | "windows1252" | "win1252" | "1252" | "latin1" | "iso88591" | "ansi" => {
                Self::Windows1252
            }
            "tcvn3" | "tcvn3abc" | "abc" | "tcvn" | "tcvn5712" | "tcvn57121" | "tcvn57121993" | "vntime" => {
                Self::Tcvn3
            }
            "vntimeh" | "tcvn3h" | "tcvn3capitals" => Self::Tcvn3Capitals,
            "vni" | "vniwindows" | "vniwin" | "vnitimes" => Self::VniWindows,
            _ => {
                let found = encoding_rs::Encoding::for_label(name.replace('_', "-").as_bytes())?;
                // an encoding no byte of which is read
                (found != encoding_rs::REPLACEMENT).then_some(Self::Other(found))?
            }
        })
    }

    /// As it is called in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1258 => "Windows-1258",
            Self::Windows1252 => "Windows-1252",
            Self::Tcvn3 => "TCVN3 (.VnTime)",
            Self::Tcvn3Capitals => "TCVN3 (.VnTimeH)",
            Self::VniWindows => "VNI",
            Self::Other(encoding) => encoding.name(),
        }
    }

    /// Whether letters, digits and marks of ASCII are their own bytes in it and no part of others, so that a file can be
    /// cut at them before it is read.
    pub fn has_ascii(self) -> bool {
        !matches!(self, Self::Utf16Le | Self::Utf16Be | Self::Other(_))
    }

    /// The codec of a stream in it; `None` for those that are read cell by cell.
    pub fn stream(self) -> Option<&'static encoding_rs::Encoding> {
        match self {
            Self::Utf16Le => Some(UTF_16LE),
            Self::Utf16Be => Some(UTF_16BE),
            Self::Other(encoding) => Some(encoding),
            _ => None,
        }
    }

    /// The set a byte order mark names.
    pub fn of_mark(start: &[u8]) -> Option<Self> {
        let (encoding, _) = encoding_rs::Encoding::for_bom(start)?;
        Some(match encoding {
            e if e == UTF_16LE => Self::Utf16Le,
            e if e == UTF_16BE => Self::Utf16Be,
            _ => Self::Utf8,
        })
    }

    /// Whether bytes that begin a file can be in it: all but UTF-8 take any bytes.
    pub fn can_be(self, start: &[u8]) -> bool {
        self != Self::Utf8 || Utf8Letters::of(start).is_utf8()
    }

    /// Reads bytes, composed (NFC). What is no letter becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        self.decode_counting(bytes).0
    }

    /// Reads bytes, and counts those that stand where a text in this set has none.
    pub(super) fn decode_counting(self, bytes: &[u8]) -> (Cow<'_, str>, usize) {
        let by = |encoding: &'static encoding_rs::Encoding| encoding.decode_without_bom_handling(bytes).0;
        let (text, strays) = match self {
            Self::Utf8 => (by(UTF_8), 0),
            Self::Windows1258 => (by(WINDOWS_1258), 0),
            Self::Windows1252 => (by(WINDOWS_1252), 0),
            Self::Utf16Le | Self::Utf16Be | Self::Other(_) => (by(self.stream().unwrap_or(UTF_8)), 0),
            Self::Tcvn3 => {
                let is_plain = bytes.is_ascii() && !tcvn3::has_control_letters(bytes);
                (
                    if is_plain {
                        by(UTF_8)
                    } else {
                        bytes.iter().map(|byte| tcvn3::letter(*byte)).collect()
                    },
                    0,
                )
            }
            Self::Tcvn3Capitals => {
                let text: String = bytes.iter().map(|byte| tcvn3::letter(*byte)).collect();
                (text.to_uppercase().into(), 0)
            }
            Self::VniWindows if bytes.is_ascii() => (by(UTF_8), 0),
            Self::VniWindows => {
                let (text, strays) = vni::decode(bytes, western::letter);
                (text.into(), strays)
            }
        };
        (if is_nfc(&text) { text } else { text.nfc().collect() }, strays)
    }
}

/// What bytes are when they are read as UTF-8.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Utf8Letters {
    /// Letters of two bytes and more.
    pub letters: usize,
    /// Places where bytes are no letters.
    pub broken: usize,
    /// Whether the last letter is cut off, which is no fault where a text was cut.
    pub is_cut: bool,
}

impl Utf8Letters {
    pub fn of(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            found.letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            let is_last = chunks.peek().is_none();
            match std::str::from_utf8(chunk.invalid()) {
                Err(error) if is_last && error.error_len().is_none() => found.is_cut = true,
                Err(_) => found.broken += 1,
                Ok(_) => {}
            }
        }
        found
    }

    /// Faults here and there leave a text UTF-8.
    pub fn is_utf8(self) -> bool {
        self.broken * 4 <= self.letters
    }
}
