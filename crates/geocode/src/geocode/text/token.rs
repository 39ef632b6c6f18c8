//! A word or number of a text, in the forms that names are compared by.

use crate::geocode::text::fold::{self, Letter};
use crate::geocode::text::ime_residue;

/// One word or number.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Composed, lower case, as typed otherwise.
    pub text: String,
    /// Folded; keeps `/` and `-` of numbers. Without the marks an input method left (`ime_residue`).
    pub key: String,
    /// Another reading: as typed where `key` is without these marks, and the other way round.
    pub other_key: Option<String>,
    /// Whether `key` is the one without these marks.
    is_bare: bool,
    /// Its letters with marks apart, for comparing tones.
    pub sound: Vec<Letter>,
    /// Number of the comma-separated part.
    pub part: u16,
}

impl Token {
    /// A word of this part of the text.
    pub fn new(text: &str, part: u16) -> Self {
        let mut sound = fold::sound(text);
        let typed: String = if text.contains(|c: char| c.is_ascii_digit()) {
            text.chars().map(fold_char).collect()
        } else {
            sound.iter().map(|letter| letter.base).collect()
        };
        let (key, other_key, is_bare) = match ime_residue::bare(&typed) {
            Some(bare) if bare.is_certain => (bare.key, Some(typed), true),
            Some(bare) => (typed, Some(bare.key), false),
            None => (typed, None, false),
        };
        if other_key.is_some() {
            // Where the marks belong is not known.
            sound = fold::sound(&key);
        }
        Self { text: text.to_owned(), key, other_key, is_bare, sound, part }
    }

    /// Read as typed in Telex or VNI, where it can be.
    pub fn bare(&self) -> &str {
        self.other_key.as_deref().filter(|_| !self.is_bare).unwrap_or(&self.key)
    }

    /// Read letter by letter.
    pub fn typed(&self) -> &str {
        self.other_key.as_deref().filter(|_| self.is_bare).unwrap_or(&self.key)
    }

    /// Whether it starts with a digit or is a letter or two and digits: `12`, `36/23`, `12A`, `B2-5`.
    pub fn is_number(&self) -> bool {
        let letters = self.key.bytes().take_while(u8::is_ascii_alphabetic).count();
        letters <= 2 && self.key.as_bytes().get(letters).is_some_and(u8::is_ascii_digit)
    }

    /// Whether it is digits only.
    pub fn is_digits(&self) -> bool {
        !self.key.is_empty() && self.key.bytes().all(|b| b.is_ascii_digit())
    }
}

fn fold_char(c: char) -> char {
    fold::sound(c.encode_utf8(&mut [0; 4])).first().map_or(c, |letter| letter.base)
}
