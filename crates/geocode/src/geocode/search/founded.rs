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

impl Candidate {
    /// Whether the text says enough of it.
    pub(super) fn is_founded(&self, reading: &Interpretation) -> bool {
        // a number may belong to a door that nobody knows
        let numbers = reading.numbers();
        let of_words = |mask: u64| reading.weight_of(mask & !numbers);
        let is_nearly_all = of_words(self.mask) >= NEARLY_ALL * of_words(u64::MAX);
        self.parts().any(|part| match part.role {
            TokenRole::Number => false,
            TokenRole::Unit(_) | TokenRole::Way(_) if part.is_corrected() => {
                let is_long = part.mask.count_ones() >= MIN_CORRECTED_WORDS;
                is_long || (is_nearly_all && reading.letters(part.mask) >= MIN_CORRECTED_LETTERS)
            }
            TokenRole::Unit(_) | TokenRole::Way(_) => is_nearly_all || reading.stands_out(part),
        })
    }
}

impl Interpretation {
    /// Whether a name as typed is no single word among others.
    fn stands_out(&self, part: RolePart) -> bool {
        part.mask.count_ones() > 1 || self.is_whole_part(part.mask)
    }

    /// The tokens that are numbers.
    fn numbers(&self) -> u64 {
        let numbers = self.tokens.iter().take(64).enumerate().filter(|(_, token)| token.is_number());
        numbers.fold(0, |mask, (at, _)| mask | 1 << at)
    }

    fn letters(&self, mask: u64) -> usize {
        let taken = self.tokens.iter().enumerate().filter(|(at, _)| *at < 64 && mask >> at & 1 == 1);
        taken.map(|(_, token)| token.key.len()).sum()
    }
}
