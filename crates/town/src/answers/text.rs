//! The text of a question as it is read, and texts put together.

use crate::geocode::MAX_CHARS;

/// A text has more characters than are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// How many it has.
    pub chars: usize,
}

/// The text as it is searched: control characters are spaces, marks of writing direction and of zero
/// width, which come along when one copies from a document, are nothing.
pub fn readable(text: &str) -> Result<String, TooLong> {
    let chars = text.chars().count();
    if chars > MAX_CHARS {
        return Err(TooLong { chars });
    }
    let visible = text.chars().filter(|c| !is_invisible(*c));
    Ok(visible.map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned())
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Parts of an address put together, the empty ones left out.
pub fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>, between: &str) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_not_searched() {
        assert_eq!(readable("\u{202E}12\u{200B} Hùng\u{0}Vương\n").unwrap(), "12 Hùng Vương");
        assert_eq!(readable("\u{2066}\u{2069}").unwrap(), "");
        assert!(readable(&"đ".repeat(200)).is_ok());
        assert_eq!(readable(&"đ".repeat(201)), Err(TooLong { chars: 201 }));
    }
}
