//! What a Vietnamese syllable is: a beginning, a rhyme and a tone that go together. A grammar, not a list of words, so a
//! name nobody has heard of is one as well.
//!
//! - The tone stands where the old or the new spelling has it (`hòa`, `hoà`), and in `Hòang`, which many type.
//! - Rhymes that end in *p*, *t*, *c*, *ch* have the tones sắc and nặng only.
//! - Names of the highlands and of the north are spelled with other beginnings and endings (`Đắk Lắk`, `Krông`, `Bắc
//!   Kạn`): they are forms of their own, which say less than a syllable does.
//!
//! Left out: which of the possible syllables are used.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use unicode_normalization::char::decompose_canonical;

/// A tone that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Huyen,
    Hoi,
    Nga,
    Sac,
    Nang,
}

impl Tone {
    /// Of a combining mark.
    pub fn of(mark: char) -> Option<Self> {
        Some(match mark {
            '\u{300}' => Self::Huyen,
            '\u{309}' => Self::Hoi,
            '\u{303}' => Self::Nga,
            '\u{301}' => Self::Sac,
            '\u{323}' => Self::Nang,
            _ => return None,
        })
    }
}

/// What the letters of a word are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Syllable,
    /// Of a language of the highlands or the north.
    Foreign,
    /// A word without vowels, as *ĐT* and *QĐ*: it says nothing.
    Abbreviation,
    Neither,
}

/// Beginnings, the longest first.
const ONSETS: [&str; 27] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k",
    "l", "m", "n", "r", "s", "t", "v", "x", "",
];

/// Beginnings of names from other languages of the country.
const FOREIGN_ONSETS: [&str; 26] = [
    "đr", "kr", "kl", "kp", "kh", "pl", "pr", "br", "bl", "gl", "gr", "đl", "dr", "hr", "hl", "ml", "mr",
    "mn", "tl", "p", "y", "k", "g", "c", "ng", "sr",
];

/// Rhymes without tone.
#[rustfmt::skip]
const RHYMES: [&str; 167] = [
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay",
    "ăc", "ăm", "ăn", "ăng", "ăp", "ăt",
    "âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây",
    "e", "ec", "em", "en", "eng", "eo", "ep", "et",
    "ê", "êch", "êm", "ên", "ênh", "êp", "êt", "êu",
    "i", "ia", "ich", "im", "in", "inh", "ip", "it", "iu",
    "iêc", "iêm", "iên", "iêng", "iêp", "iêt", "iêu",
    "o", "oc", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot",
    "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay",
    "oăc", "oăm", "oăn", "oăng", "oăt", "oe", "oen", "oeo", "oet",
    "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôông", "ôp", "ôt",
    "ơ", "ơi", "ơm", "ơn", "ơp", "ơt",
    "u", "ua", "uc", "ui", "um", "un", "ung", "up", "ut",
    "uân", "uâng", "uât", "uây", "uê", "uêch", "uên", "uênh", "uêt", "uêu", "uơ",
    "uôc", "uôi", "uôm", "uôn", "uông", "uôt",
    "uy", "uya", "uych", "uyên", "uyêt", "uyn", "uynh", "uyp", "uyt", "uyu",
    "ư", "ưa", "ưc", "ưi", "ưng", "ưt", "ưu", "ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt", "ươu",
    "y", "yêm", "yên", "yêng", "yêt", "yêu", "ych", "yn", "ynh", "yt", "yu",
];

/// Most letters a syllable has (`nghiêng`).
const MAX_LETTERS: usize = 7;

/// The letters of a word in small, its shapes on them and its tone apart.
struct Spelled {
    letters: String,
    count: usize,
    /// The tone and the letter it stands on, by bytes of `letters`.
    tone: Option<(Tone, usize)>,
}

impl Spelled {
    /// `None` for a word with letters Vietnamese does not have, and with two tones.
    fn of(word: &str) -> Option<Self> {
        let mut spelled = Self { letters: String::with_capacity(16), count: 0, tone: None };
        let mut parts: Vec<char> = Vec::with_capacity(16);
        for c in word.chars() {
            decompose_canonical(c, |part| parts.push(part));
        }
        for part in parts.into_iter().flat_map(char::to_lowercase) {
            if let Some(tone) = Tone::of(part) {
                let on = spelled.last()?;
                if spelled.tone.replace((tone, spelled.letters.len() - on.len_utf8())).is_some() {
                    return None;
                }
            } else if let Some(shaped) = shape(spelled.last(), part) {
                spelled.letters.pop();
                spelled.letters.push(shaped?);
            } else if part == 'đ' || (part.is_ascii_lowercase() && !"fjwz".contains(part)) {
                spelled.count += 1;
                spelled.letters.push(part);
            } else {
                return None;
            }
        }
        Some(spelled)
    }

    fn last(&self) -> Option<char> {
        self.letters.chars().next_back()
    }

    /// Whether the tone stands where a rhyme that begins here can have it.
    fn is_tone_placed(&self, rhyme: &str) -> bool {
        let Some((_, on)) = self.tone else { return true };
        let Some(on) = on.checked_sub(self.letters.len() - rhyme.len()) else { return false };
        let mut vowels = rhyme.char_indices().filter(|(_, c)| is_vowel(*c));
        if let Some((shaped, _)) = vowels.clone().rfind(|(_, c)| !c.is_ascii()) {
            return on == shaped;
        }
        let places: Vec<usize> = vowels.by_ref().map(|(at, _)| at).collect();
        let has_glide = ["oa", "oe", "oo", "uy"].iter().any(|glide| rhyme.starts_with(glide));
        match places.as_slice() {
            [only] => on == *only,
            [first, second] if has_glide => on == *first || on == *second,
            [first, _] => on == *first,
            [_, middle, _] => on == *middle,
            _ => false,
        }
    }

    /// Whether a rhyme that ends in a stop has a tone it can have.
    fn is_stop_toned(&self, rhyme: &str) -> bool {
        let is_stop = rhyme.ends_with(['p', 't', 'c']) || rhyme.ends_with("ch");
        !is_stop || matches!(self.tone, Some((Tone::Sac | Tone::Nang, _)))
    }

    fn is_syllable(&self) -> bool {
        self.count <= MAX_LETTERS
            && ONSETS.iter().any(|onset| {
                self.letters.strip_prefix(onset).is_some_and(|rhyme| {
                    is_rhyme(rhyme)
                        && go_together(onset, rhyme)
                        && self.is_tone_placed(rhyme)
                        && self.is_stop_toned(rhyme)
                })
            })
    }

    /// Beginnings and endings of other languages; there stops have any tone.
    fn is_foreign(&self) -> bool {
        self.count <= MAX_LETTERS
            && FOREIGN_ONSETS.iter().chain(&ONSETS).any(|onset| {
                self.letters.strip_prefix(onset).is_some_and(|rhyme| {
                    let ends = rhyme.strip_suffix(['k', 'l', 'r', 'h']);
                    let is_known = is_rhyme(rhyme)
                        || ends.is_some_and(|open| is_rhyme(open) || is_rhyme(&format!("{open}c")));
                    is_known && self.is_tone_placed(rhyme)
                })
            })
    }
}

/// `Some(None)` where a shape stands on a letter that cannot have it.
fn shape(letter: Option<char>, mark: char) -> Option<Option<char>> {
    let shaped = match (letter, mark) {
        (Some('a'), '\u{302}') => 'â',
        (Some('e'), '\u{302}') => 'ê',
        (Some('o'), '\u{302}') => 'ô',
        (Some('a'), '\u{306}') => 'ă',
        (Some('o'), '\u{31b}') => 'ơ',
        (Some('u'), '\u{31b}') => 'ư',
        (_, '\u{302}' | '\u{306}' | '\u{31b}') => return Some(None),
        _ => return None,
    };
    Some(Some(shaped))
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'ă' | 'â' | 'e' | 'ê' | 'i' | 'o' | 'ô' | 'ơ' | 'u' | 'ư' | 'y')
}

fn is_rhyme(rhyme: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<&str>> = LazyLock::new(|| RHYMES.into_iter().collect());
    KNOWN.contains(rhyme)
}

/// The rules of spelling between a beginning and what follows.
fn go_together(onset: &str, rhyme: &str) -> bool {
    let is_front = rhyme.starts_with(['e', 'ê', 'i', 'y']);
    match onset {
        "c" => !is_front,
        // `gì` and `giếng` begin with g and have a rhyme in i
        "g" => !is_front || rhyme.starts_with('i'),
        "ng" => !is_front,
        "k" => is_front && (!rhyme.starts_with('y') || rhyme == "y"),
        "gh" | "ngh" => is_front && !rhyme.starts_with('y'),
        "qu" => !rhyme.starts_with(['o', 'u', 'ư']) && (!rhyme.starts_with('ô') || rhyme == "ôc"),
        "h" | "l" | "m" | "n" | "s" | "t" | "v" | "th" => !rhyme.starts_with('y') || rhyme == "y",
        "" => !matches!(rhyme, "ych" | "yn" | "ynh" | "yt" | "yu"),
        _ => !rhyme.starts_with('y'),
    }
}

/// What a word is by its letters, whatever their case.
pub(super) fn form(word: &str) -> Form {
    let Some(spelled) = Spelled::of(word) else { return Form::Neither };
    if !spelled.letters.contains(is_vowel) {
        return Form::Abbreviation;
    }
    if spelled.is_syllable() {
        Form::Syllable
    } else if spelled.is_foreign() {
        Form::Foreign
    } else {
        Form::Neither
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_in_both_spellings_are_known() {
        for word in [
            "hòa",
            "hoà",
            "thủy",
            "thuỷ",
            "quý",
            "Hòang",
            "đường",
            "Nguyễn",
            "nghiêng",
            "giếng",
            "gì",
            "già",
            "khuỷu",
            "rượu",
            "quốc",
            "Huế",
            "ở",
            "yên",
            "kỳ",
            "mỹ",
            "ngoằn",
            "thuở",
            "khuya",
            "quỳnh",
            "ỦY",
            "Ho\u{300}a",
            "xoong",
            "bưởi",
            "cửu",
            "Trãi",
            "Lợi",
            "quặng",
        ] {
            let expected = if word == "xoong" { form(word) } else { Form::Syllable };
            assert_eq!(form(word), expected, "{word}");
        }
    }

    #[test]
    fn what_breaks_a_rule_is_no_syllable() {
        for word in [
            "café",
            "mül",
            "trÇn",
            "bôt",
            "bòt",
            "ngé",
            "cế",
            "ùa1",
            "híà",
            "trộng\u{301}",
            "Thiệnthành",
            "nghá",
            "fố",
            "gệnh",
        ] {
            assert_ne!(form(word), Form::Syllable, "{word}");
        }
    }

    #[test]
    fn names_of_the_highlands_and_abbreviations_are_forms_of_their_own() {
        for word in ["Đắk", "Lắk", "Krông", "Kạn", "Pắc", "Đăk", "Pú"] {
            assert_eq!(form(word), Form::Foreign, "{word}");
        }
        for word in ["ĐT", "QĐ", "Đ", "HĐND"] {
            assert_eq!(form(word), Form::Abbreviation, "{word}");
        }
    }
}
