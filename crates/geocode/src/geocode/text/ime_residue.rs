//! What an input method leaves behind when it was off: `Phuwowngf` and `Phu7o7ng2` are *Phường* as typed
//! in Telex and in VNI. The marks cannot all be put back on their letters without the method's rules, so
//! only the letters are read; what was meant by the marks decides nothing.
//!
//! A word is read so only where it is no Vietnamese syllable as it stands and is one without the marks.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::geocode::text::fold;

/// Beginnings of syllables, folded, the longest first.
const ONSETS: [&str; 27] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "g", "h", "k", "l",
    "m", "n", "p", "r", "s", "t", "v", "x", "",
];

/// What may follow, folded; `y` as in `fold`, where it is often an `i`.
const RHYMES: [&str; 116] = [
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "ec", "ech", "em",
    "en", "eng", "enh", "eo", "ep", "et", "eu", "i", "ia", "ich", "iec", "iem", "ien", "ieng", "iep", "iet",
    "ieu", "im", "in", "inh", "ip", "it", "iu", "o", "oa", "oac", "oach", "oai", "oam", "oan", "oang",
    "oanh", "oao", "oap", "oat", "oay", "oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong", "op", "ot",
    "u", "ua", "uan", "uang", "uat", "uay", "uc", "ue", "uech", "uenh", "ui", "um", "un", "ung", "uo", "uoc",
    "uoi", "uom", "uon", "uong", "uop", "uot", "uou", "up", "ut", "uu", "uy", "uya", "uych", "uyen", "uyet",
    "uyn", "uynh", "uyt", "uyu", "y", "yem", "yen", "yeng", "yet", "yeu", "oong", "ooc", "uit", "uinh",
    "uien", "uiet", "uych", "uia", "uip", "uin", "uiu",
];

/// Words of addresses that only look like what an input method leaves behind.
const NOT_RESIDUE: [&str; 5] = ["bis", "ter", "lex", "plaza", "tower"];

/// *ĐT*, the road of a province, typed so.
const PROVINCIAL_ROAD: [&str; 2] = ["ddt", "d9t"];

/// A word with its marks taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bare {
    /// Letters only.
    pub key: String,
    /// `false`: it may as well be a word and a number (`hoa2`: *hòa*, or house 2 of a Hoa).
    pub is_certain: bool,
}

/// Reads a folded word as typed in Telex or VNI, if it can only be that.
pub fn bare(key: &str) -> Option<Bare> {
    if key.len() < 3 || key.len() > 14 || !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        return None;
    }
    if NOT_RESIDUE.contains(&key) {
        return None;
    }
    if PROVINCIAL_ROAD.contains(&key) {
        return Some(Bare { key: "dt".to_owned(), is_certain: true });
    }
    if key.bytes().any(|b| b.is_ascii_digit()) { from_vni(key) } else { from_telex(key) }
}

/// Digits behind letters: 1–5 are tones, 6–8 shapes, 9 the bar of *đ*.
fn from_vni(key: &str) -> Option<Bare> {
    let letters = fold::key(&key.chars().filter(char::is_ascii_alphabetic).collect::<String>());
    let digits: Vec<u8> = key.bytes().filter(u8::is_ascii_digit).collect();
    let tones = digits.iter().filter(|digit| (b'1'..=b'5').contains(digit)).count();
    let is_vni = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && letters.len() >= 2
        && digits.len() <= 4
        && tones <= 1
        && !digits.contains(&b'0')
        && is_syllable(&letters);
    let is_inside = key.ends_with(|c: char| c.is_ascii_alphabetic());
    let has_shape = digits.len() > tones;
    is_vni.then_some(Bare { key: letters, is_certain: is_inside || (has_shape && tones > 0) })
}

/// Letters doubled (`aa`, `dd`), a `w`, and a tone's letter behind the vowels.
fn from_telex(key: &str) -> Option<Bare> {
    let mut bare = String::with_capacity(key.len());
    let mut has_vowel = false;
    for c in key.chars() {
        let is_double = matches!(c, 'a' | 'e' | 'o' | 'd') && bare.ends_with(c);
        let is_tone = has_vowel && matches!(c, 's' | 'f' | 'r' | 'x' | 'j');
        has_vowel |= matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        match c {
            'w' if bare.ends_with(['a', 'o', 'u']) => {}
            // "tw" for "tư"
            'w' => {
                bare.push('u');
                has_vowel = true;
            }
            _ if is_double || is_tone => {}
            _ => bare.push(c),
        }
    }
    (bare != key && is_syllable(&bare) && !is_syllable(key)).then_some(Bare { key: bare, is_certain: true })
}

/// Whether folded letters are one Vietnamese syllable.
pub fn is_syllable(key: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<&str>> = LazyLock::new(|| RHYMES.into_iter().collect());
    ONSETS.iter().any(|onset| key.strip_prefix(onset).is_some_and(|rhyme| KNOWN.contains(rhyme)))
}

#[cfg(test)]
mod tests {
    use crate::geocode::text::ime_residue::*;

    fn read(text: &str) -> Option<String> {
        bare(&fold::key(text)).map(|bare| bare.key)
    }

    #[test]
    fn marks_typed_as_letters_and_digits_are_taken_off() {
        for (typed, word) in [
            ("Phuwowngf", "phuong"),
            ("DDuwowngf", "duong"),
            ("Nguyeenx", "nguyen"),
            ("Hueej", "hue"),
            ("Vawn", "van"),
            ("Lee", "le"),
            ("xax", "xa"),
            ("Phu7o7ng2", "phuong"),
            ("D9u7o7ng2", "duong"),
            ("Nguye64n", "nguyen"),
            ("Hue65", "hue"),
            ("To6n", "ton"),
            ("Ta6y", "tay"),
            ("DDT", "dt"),
            ("D9T", "dt"),
        ] {
            assert_eq!(read(typed).as_deref(), Some(word), "{typed}");
        }
    }

    #[test]
    fn words_numbers_and_foreign_names_stay_as_they_are() {
        for word in [
            "Nguyễn", "Huệ", "Tây", "Thủy", "Quyết", "Pasteur", "Yersin", "Bis", "CMT8", "QL22B", "B2", "12A",
        ] {
            assert_eq!(read(word), None, "{word}");
        }
        assert!(!bare("hoa2").unwrap().is_certain);
    }

    #[test]
    fn every_word_of_every_unit_is_a_syllable_or_foreign() {
        let words: Vec<String> = crate::schema::national_units()
            .unwrap()
            .units
            .iter()
            .flat_map(|unit| &unit.versions)
            .flat_map(|version| version.name.split_whitespace().map(fold::key).collect::<Vec<_>>())
            .filter(|key| key.bytes().all(|b| b.is_ascii_lowercase()) && !key.is_empty())
            .collect();
        let foreign = words.iter().filter(|word| !is_syllable(word)).count();
        // B'Lao, Krông, Đắk: names of the highlands.
        assert!(foreign * 20 < words.len(), "{foreign} of {}", words.len());
        let changed: Vec<&String> = words.iter().filter(|word| bare(word).is_some()).collect();
        assert!(changed.len() * 200 < words.len(), "{changed:?}");
    }
}
