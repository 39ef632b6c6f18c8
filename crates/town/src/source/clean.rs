//! Texts as they may stand in a map, a page and an XML file: no control characters, no name as long as a book.
//!
//! Control characters come from tables cut or padded by old programs; XML 1.0 and SVG cannot hold them at all.

use std::borrow::Cow;

/// Characters of a value that is kept whole.
const LONGEST_TEXT: usize = 4_000;
/// The same of a name, which is drawn on the map and spoken by screen readers.
const LONGEST_NAME: usize = 300;
/// Public names of columns that hold names.
const NAMES: [&str; 8] = ["name", "other_names", "label", "hamlet", "number", "sheet", "door_code", "street"];

/// How many characters a value of the public column may have.
pub(super) fn limit_of(column: &str) -> usize {
    if NAMES.contains(&column) { LONGEST_NAME } else { LONGEST_TEXT }
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    ControlCharacters,
    TooLong,
}

impl Flaw {
    /// For the account of the load.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ControlCharacters => "control characters in a text: they are spaces now",
            Self::TooLong => "a text too long for the map: cut off",
        }
    }
}

/// The text without its flaw, where it has one.
pub(super) fn cleaned(text: &str, limit: usize) -> Option<(String, Flaw)> {
    // by bytes first: nearly no text has one
    let may_have = text.bytes().any(|b| b < 0x20 || matches!(b, 0x7f | 0xc2 | 0xef));
    let has_control = may_have && text.contains(is_unprintable);
    let is_long = text.len() > limit && text.chars().count() > limit;
    if !has_control && !is_long {
        return None;
    }
    let visible = |c: char| if is_unprintable(c) { ' ' } else { c };
    let text: Cow<'_, str> =
        if has_control { text.chars().map(visible).collect::<String>().into() } else { text.into() };
    let flaw = if is_long { Flaw::TooLong } else { Flaw::ControlCharacters };
    Some((text.trim_end().chars().take(limit).collect(), flaw))
}

/// What XML 1.0 cannot hold, and the rest of the control characters but those that end lines.
fn is_unprintable(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t') || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spaces_and_long_texts_are_cut() {
        assert_eq!(cleaned("Chợ Long Hoa — 12/5", 300), None);
        let (text, flaw) = cleaned("Chi\u{1a}u sáng\u{0}\u{0}", 300).unwrap();
        assert_eq!((text.as_str(), flaw), ("Chi u sáng", Flaw::ControlCharacters));
        assert_eq!(cleaned("a\u{85}b\u{FFFF}", 300).unwrap().0, "a b");
        let (text, flaw) = cleaned(&"đ".repeat(301), 300).unwrap();
        assert_eq!((text.chars().count(), flaw), (300, Flaw::TooLong));
        assert_eq!(cleaned(&"đ".repeat(300), 300), None);
    }
}
