//! How much a text consists of real Vietnamese syllables: the judge between two ways of reading the same bytes.
//!
//! A word is what stands between spaces, digits and the marks of ASCII; signs such as `§` or `¹` that stand in it are
//! part of it, since that is what letters look like when they are read wrongly. A word of ASCII alone says nothing.

use super::syllable::{Form, form};

/// The words of a text that have letters beyond ASCII.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Vietnamese syllables.
    pub syllables: usize,
    /// Names as the languages of the highlands have them (`Krông`).
    pub foreign_forms: usize,
    /// Syllables whose accented letters alone are small (`HOạCH`): TCVN3 in a capital font.
    pub half_capitals: usize,
    /// Neither: another language, or read in the wrong letters.
    pub others: usize,
}

/// What one word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// ASCII, an abbreviation, or a sign that stands alone.
    Silent,
    Syllable,
    ForeignForm,
    HalfCapitals,
    Other,
}

impl Judgement {
    /// The higher the likelier that the text was read rightly.
    pub fn points(&self) -> i64 {
        let points =
            |words: usize, each: i64| i64::try_from(words).unwrap_or(i64::MAX / 8).saturating_mul(each);
        points(self.syllables, 2) + points(self.foreign_forms, 1)
            - points(self.half_capitals, 2)
            - points(self.others, 2)
    }

    /// The same where capitals in half are what the letters look like.
    pub(super) fn in_capital_fonts(self) -> Self {
        Self { syllables: self.syllables + self.half_capitals, half_capitals: 0, ..self }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.syllables += other.syllables;
        self.foreign_forms += other.foreign_forms;
        self.half_capitals += other.half_capitals;
        self.others += other.others;
    }
}

/// Judges a text.
pub fn judge(text: &str) -> Judgement {
    let mut judgement = Judgement::default();
    if text.is_ascii() {
        return judgement;
    }
    for word in words(text) {
        match kind(word) {
            Word::Silent => {}
            Word::Syllable => judgement.syllables += 1,
            Word::ForeignForm => judgement.foreign_forms += 1,
            Word::HalfCapitals => judgement.half_capitals += 1,
            Word::Other => judgement.others += 1,
        }
    }
    judgement
}

/// The words of a text, its signs in them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_between_words).filter(|word| !word.is_ascii())
}

fn is_between_words(c: char) -> bool {
    match c {
        '\u{0}'..='\u{7f}' => !c.is_ascii_alphabetic(),
        // marks of degrees and powers, and quotes
        '°' | '²' | '³' | '±' | '´' | '\u{2010}'..='\u{206f}' => true,
        _ => c.is_whitespace(),
    }
}

/// What a word with letters beyond ASCII says.
pub(super) fn kind(word: &str) -> Word {
    if !word.chars().any(char::is_alphabetic) {
        return Word::Silent;
    }
    match (form(word), case(word)) {
        (Form::Neither, _) | (_, Case::Mixed) => Word::Other,
        (Form::Abbreviation, _) => Word::Silent,
        (_, Case::Half) => Word::HalfCapitals,
        (Form::Syllable, Case::Plain) => Word::Syllable,
        (Form::Foreign, Case::Plain) => Word::ForeignForm,
    }
}

/// How the capitals of a word stand.
enum Case {
    /// None, the first one, or all.
    Plain,
    /// Two of ASCII and more, and no other.
    Half,
    Mixed,
}

fn case(word: &str) -> Case {
    let letters = || word.chars().filter(|c| c.is_alphabetic());
    let is_small_behind = letters().skip(1).all(|c| !c.is_uppercase());
    if is_small_behind || letters().all(|c| !c.is_lowercase()) {
        return Case::Plain;
    }
    let is_half = letters().all(|c| c.is_ascii_uppercase() || (!c.is_ascii() && c.is_lowercase()));
    if is_half { Case::Half } else { Case::Mixed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(text: &str) -> [usize; 4] {
        let Judgement { syllables, foreign_forms, half_capitals, others } = judge(text);
        [syllables, foreign_forms, half_capitals, others]
    }

    #[test]
    fn right_text_is_syllables_and_wrongly_read_text_is_not() {
        assert_eq!(counts("36/23 Đường Trần Phú, “Hòa Thành” 12 m², 105°30′"), [5, 0, 0, 0]);
        assert_eq!(counts("§\u{ad}êng TrÇn Phó"), [1, 0, 0, 2]);
        assert_eq!(counts("Ñöôøng Traàn Phuù"), [0, 0, 0, 3]);
        assert_eq!(counts("Đắk Lắk, Krông Pắc"), [0, 4, 0, 0]);
    }

    #[test]
    fn ascii_and_signs_that_stand_alone_say_nothing() {
        assert_eq!(counts("12 Pasteur, Q.1"), [0; 4]);
        assert_eq!(counts("• 5 § 3 × 4 ĐT 741"), [0; 4]);
    }

    #[test]
    fn capitals_stand_first_or_everywhere() {
        assert_eq!(counts("QUY HOẠCH Đất tấT"), [2, 0, 0, 1]);
        assert_eq!(counts("HOạCH"), [0, 0, 1, 0]);
        assert_eq!(counts("Café Müller"), [0, 0, 0, 2]);
    }
}
