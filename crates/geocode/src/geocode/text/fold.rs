//! Vietnamese letters: folding to find, sounding to rank.
//!
//! `Hòa`, `Hoà`, `HÒA`, `Hoà` and `hoa` are found as one key; which of them was
//! typed is kept and compared with the written name only to rank: who types `đường` does not want
//! `dương`. The key of a name has no spaces, so that `Thiệnthành` and `Thiện Thành` meet.
//! Leaves out: what Telex and VNI leave behind (`ime_residue`), legacy 8-bit encodings.

use std::borrow::Cow;

use unicode_normalization::char::{decompose_canonical, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization};

/// A letter with its marks apart, so that the place of a tone can be compared and moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// Lower case, without any mark; `đ` is `d`.
    pub base: char,
    /// Circumflex, breve, horn or the bar of `đ`: another letter, not another tone.
    shape: Option<char>,
    tone: Option<char>,
}

impl Letter {
    /// Takes one character (lower case) apart.
    fn of(c: char) -> Self {
        if c == 'đ' {
            return Self { base: 'd', shape: Some('đ'), tone: None };
        }
        let (mut base, mut shape, mut tone) = (None, None, None);
        decompose_canonical(c, |part| match part {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => tone = Some(part),
            '\u{302}' | '\u{306}' | '\u{31B}' => shape = Some(part),
            _ if base.is_none() => base = Some(part),
            _ => {}
        });
        Self { base: base.unwrap_or(c), shape, tone }
    }

    /// Whether it carries a tone or is another letter than its base.
    pub fn has_mark(self) -> bool {
        self.shape.is_some() || self.tone.is_some()
    }
}

/// The same text with plain letters, digits and signs: full-width and styled forms are what they stand for
/// (NFKC: `１０８`, `Ｈồ`), every slash is `/` and every dash `-`. Fractions and raised digits stay: `12½` is not
/// `121/2`.
pub fn plain_signs(text: &str) -> Cow<'_, str> {
    if !text.contains(has_plainer_form) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '⁄' | '∕' | '／' | '＼' | '⧸' | '╱' => plain.push('/'),
            '\u{2010}'..='\u{2015}' | '−' | '－' | '﹣' => plain.push('-'),
            '，' | '､' | '、' => plain.push(','),
            '\u{FF01}'..='\u{FF5E}' => decompose_compatible(c, |part| plain.push(part)),
            // Eth and the African D look like Đ and stand for it in converted texts
            'Ð' | 'Ɖ' => plain.push('Đ'),
            'ð' | 'ɖ' => plain.push('đ'),
            c if c.is_alphanumeric() && has_plainer_form(c) => {
                decompose_compatible(c, |part| plain.push(part))
            }
            c => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

/// Whether [`plain_signs`] may write a character otherwise.
fn has_plainer_form(c: char) -> bool {
    match c {
        '\\' | 'Ð' | 'ð' | 'Ɖ' | 'ɖ' => true,
        // Latin and Vietnamese letters, marks; º and ª are signs of degrees; fractions and raised digits
        '\0'..='\u{36f}' | '\u{1e00}'..='\u{1eff}' => false,
        '\u{2070}'..='\u{209c}' | '\u{2150}'..='\u{215f}' | '\u{2189}' => false,
        _ => true,
    }
}

/// Composed, lower case and in plain signs, as typed otherwise.
pub fn normalise(text: &str) -> String {
    let text = &*plain_signs(text);
    if unicode_normalization::is_nfc_quick(text.chars()) == IsNormalized::Yes {
        let lower = text.to_lowercase();
        if unicode_normalization::is_nfc_quick(lower.chars()) == IsNormalized::Yes {
            return lower;
        }
    }
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Letters and digits of an already normalised text, with both fashions of placing a tone
/// (`hòa`/`hoà`, `thủy`/`thuỷ`, `qúy`/`quý`) and of `i`/`y` (`quy`/`qui`, `lý`/`lí`) made one.
pub fn sound(normalised: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> =
        normalised.chars().filter(|c| c.is_alphanumeric() || *c == '/').map(Letter::of).collect();
    for i in 1..letters.len() {
        let (first, second) = (letters[i - 1], letters[i]);
        let is_pair = first.shape.is_none()
            && second.shape.is_none()
            && matches!((first.base, second.base), ('o', 'a' | 'e') | ('u', 'y'));
        if is_pair && first.tone.is_some() && second.tone.is_none() {
            letters[i].tone = first.tone;
            letters[i - 1].tone = None;
        }
        if letters[i].base == 'y' && is_i_for_y(&letters, i) {
            letters[i].base = 'i';
        }
    }
    letters
}

/// Whether this `y` is the kind people also write `i`: alone after a consonant or `qu`, as in
/// `Lý`, `Mỹ`, `Quy`, and not in `Tây`, `Thủy`, `Nguyễn`, `Yên`. What follows does not matter, so
/// that the key of the beginning of a name is the beginning of its key.
fn is_i_for_y(letters: &[Letter], at: usize) -> bool {
    match letters[at - 1].base {
        'h' | 'k' | 'l' | 'm' | 's' | 't' => true,
        'u' => at >= 2 && letters[at - 2].base == 'q',
        _ => false,
    }
}

/// The key by which a name is found: base letters and digits only.
pub fn key(text: &str) -> String {
    sound(&normalise(text)).iter().map(|letter| letter.base).collect()
}

/// How well the marks somebody typed agree with a written name, from −1 to 1; 0 when no mark was
/// typed. Both must have the same key; where they do not (a typo) the answer is 0.
pub fn agreement(typed: &[Letter], written: &[Letter]) -> f32 {
    if typed.len() != written.len() {
        return 0.0;
    }
    let (mut right, mut wrong) = (0.0f32, 0.0f32);
    for (t, w) in typed.iter().zip(written) {
        match (t.has_mark(), w.has_mark()) {
            (true, _) if t.shape == w.shape && t.tone == w.tone => right += 1.0,
            (true, _) => wrong += 1.0,
            // Marks left out among marks that were typed: weak evidence.
            (false, true) => wrong += 0.25,
            (false, false) => {}
        }
    }
    if !typed.iter().any(|t| t.has_mark()) {
        return 0.0;
    }
    (right - 2.0 * wrong).max(-right - wrong) / (right + wrong).max(1.0)
}

#[cfg(test)]
mod tests {
    use crate::geocode::text::fold::*;
    use proptest::prelude::*;

    #[test]
    fn all_spellings_of_a_name_have_one_key() {
        let spellings =
            ["Hòa Thành", "Hoà Thành", "HÒA THÀNH", "hoa thanh", "Ho\u{0300}a Tha\u{0300}nh", "HoàThành"];
        for spelling in spellings {
            assert_eq!(key(spelling), "hoathanh", "{spelling}");
        }
        assert_eq!(key("Quy Nhơn"), key("Qui Nhơn"));
        assert_eq!(key("Mỹ Tho"), key("Mĩ Tho"));
        assert_eq!(key("B'Lao"), "blao");
        assert_eq!(key("Đường"), "duong");
        for spelling in ["Ｈồ Xuân Hương", "𝐇ồ Xuân Hương", "Hồ Xuân Hươｎｇ"] {
            assert_eq!(key(spelling), "hoxuanhuong", "{spelling}");
        }
        assert_eq!(key("Ðường"), "duong");
        assert_ne!(key("Tây"), key("Tai"));
    }

    #[test]
    fn digits_and_signs_are_plain_however_they_are_typed() {
        for (typed, plain) in [
            ("１５４／３４", "154/34"),
            ("154\\34", "154/34"),
            ("154⁄34", "154/34"),
            ("154∕34", "154/34"),
            ("12–14", "12-14"),
            ("−106.1", "-106.1"),
            ("𝟏𝟐", "12"),
            ("①", "1"),
            ("12½", "12½"),
            ("12²", "12²"),
            ("11º16'", "11º16'"),
            ("B´Lao", "B´Lao"),
        ] {
            assert_eq!(plain_signs(typed), plain, "{typed}");
        }
    }

    #[test]
    fn typed_marks_agree_or_disagree_with_a_written_name() {
        let compare =
            |typed: &str, written: &str| agreement(&sound(&normalise(typed)), &sound(&normalise(written)));
        assert!(compare("đường", "Đường") > compare("đường", "Dương"));
        assert_eq!(compare("duong", "Đường"), 0.0);
        assert_eq!(compare("hoà", "Hòa"), 1.0);
        assert_eq!(compare("thuỷ", "Thủy"), 1.0);
        assert!(compare("bà triệu", "Bà Triệu") > 0.9);
        assert!(compare("lý", "Lí") == 1.0);
    }

    proptest! {
        #[test]
        fn folding_takes_any_text(text in "\\PC{0,60}") {
            key(&text);
        }

        #[test]
        fn folding_twice_is_folding_once(text in "[ -~À-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ\u{300}\u{301}\u{303}\u{309}\u{323}]{0,60}") {
            let folded = key(&text);
            prop_assert_eq!(key(&folded), folded);
        }
    }
}
