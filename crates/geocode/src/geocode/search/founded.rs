//! Whether a reading is founded in the text, or found by chance in words that mean no place.
//!
//! Among ten thousand names nearly every word of any language is one, or is one with a letter put right. A reading
//! stands on a name as typed: of several words, behind the word of its kind, or by itself between commas; or it
//! explains nearly all of the text. Without that, saying nothing is the better answer.

use crate::geocode::search::interpretation::Interpretation;
use crate::geocode::search::ranking::{Candidate, RolePart, TokenRole};

/// A text is nearly explained where so much of its words is.
const NEARLY_ALL: f32 = 0.88;
/// A name of so many words is the one meant though a letter is put right.
const MIN_CORRECTED_WORDS: u32 = 3;
/// A name put right that is all of the text has at least so many letters.
const MIN_CORRECTED_LETTERS: usize = 6;

/// What of a text must be explained.
pub(super) struct Grounds<'a> {
    reading: &'a Interpretation,
    /// The tokens that are no numbers: a number may belong to a door that nobody knows.
    words: u64,
    /// So much of their weight is nearly all.
    nearly_all: f32,
}

impl<'a> Grounds<'a> {
    pub(super) fn of(reading: &'a Interpretation) -> Self {
        let tokens = reading.tokens.iter().take(64).enumerate();
        let words = tokens.filter(|(_, token)| !token.is_number()).fold(0, |mask, (at, _)| mask | 1 << at);
        Self { reading, words, nearly_all: NEARLY_ALL * reading.weight_of(words) }
    }

    /// Whether the text says enough of a candidate.
    pub(super) fn hold(&self, candidate: &Candidate) -> bool {
        let is_nearly_all = || self.reading.weight_of(candidate.mask & self.words) >= self.nearly_all;
        candidate.parts().any(|part| match part.role {
            TokenRole::Number => false,
            TokenRole::Unit(_) | TokenRole::Way(_) if part.is_corrected() || part.is_other_word => {
                part.mask.count_ones() >= MIN_CORRECTED_WORDS
                    || (self.letters(part.mask) >= MIN_CORRECTED_LETTERS && is_nearly_all())
            }
            TokenRole::Unit(_) | TokenRole::Way(_) => self.stands_out(part) || is_nearly_all(),
        })
    }

    /// Whether a name as typed is no single word among others.
    fn stands_out(&self, part: RolePart) -> bool {
        part.mask.count_ones() > 1 || self.reading.is_whole_part(part.mask)
    }

    fn letters(&self, mask: u64) -> usize {
        let tokens = self.reading.tokens.iter().enumerate();
        tokens.filter(|(at, _)| *at < 64 && mask >> at & 1 == 1).map(|(_, token)| token.key.len()).sum()
    }
}
