//! Text that is Unicode already, but was read in the wrong letters on the way: `§­êng TrÇn Phó` is *Đường Trần Phú* in
//! TCVN3, `Ñöôøng` the same word in VNI, `ÄÆ°á»ng` in UTF-8, all shown as Windows-1252.
//!
//! The bytes behind the text are read again in each set. A reading is taken only where words that were no syllables
//! become some, more than one or one that cannot be a word of any language, and no other reading does as well.

use unicode_normalization::UnicodeNormalization;

use super::gaps;
use super::set::LetterSet;
use super::western;
use super::words::{Judgement, Word, judge, kind, words};

/// What may have been read wrongly, UTF-8 aside.
const SETS: [LetterSet; 3] = [LetterSet::Tcvn3, LetterSet::VniWindows, LetterSet::Windows1258];

/// Longest text that is read again; a longer one is no name.
const MAX_BYTES: usize = 1 << 14;

/// The text as it was meant; `None` where it is right, or nothing is sure.
pub fn mend(text: &str) -> Option<String> {
    if text.is_ascii() || text.len() > MAX_BYTES {
        return None;
    }
    let before = judge(text);
    if before.others == 0 {
        return None;
    }
    let bytes = western::bytes_behind(text)?;
    if let Ok(utf8) = std::str::from_utf8(&bytes) {
        return is_utf8_meant(&before, utf8).then(|| mend(utf8).unwrap_or_else(|| utf8.nfc().collect()));
    }
    if let Some(utf8) = gaps::filled(&bytes).filter(|utf8| is_utf8_meant(&before, utf8)) {
        return Some(utf8.nfc().collect());
    }
    let enough = words_needed(text)?;
    let mut readings: Vec<(i64, String)> = SETS
        .into_iter()
        .filter_map(|set| {
            let (reading, strays) = match set {
                LetterSet::Windows1258 => read_wrong_words(text)?,
                set => read(set, &bytes),
            };
            let after = judge(&reading);
            let is_mended = strays == 0 && reading != text && is_better(&before, &after, enough);
            is_mended.then(|| (after.points(), reading))
        })
        .collect();
    readings.sort_by_key(|(points, _)| -points);
    let mut readings = readings.into_iter();
    let (points, best) = readings.next()?;
    readings.next().is_none_or(|(second, reading)| second < points || reading == best).then_some(best)
}

/// Letters of several bytes do not come about by chance, so a reading that is no worse is what was meant.
fn is_utf8_meant(before: &Judgement, utf8: &str) -> bool {
    !utf8.chars().any(char::is_control) && judge(utf8).points() >= before.points()
}

/// How many words must become syllables. `None` for a text with letters only Vietnamese has and nothing in it that no
/// language has: it was read rightly.
fn words_needed(text: &str) -> Option<usize> {
    if words(text).any(is_unnatural) {
        return Some(1);
    }
    let is_plain = !text.contains(['ă', 'Ă', 'đ', 'Đ', 'ơ', 'Ơ', 'ư', 'Ư']);
    is_plain.then(|| 2 + words(text).filter(|word| has_diaeresis(word)).count())
}

/// A name as French has them, `Loïc` or `Noël`: it tells of nothing.
fn has_diaeresis(word: &str) -> bool {
    let mut pairs = word.chars().zip(word.chars().skip(1));
    pairs.any(|(a, b)| matches!(a, 'a' | 'e' | 'o' | 'u') && matches!(b, 'ï' | 'ë' | 'ü'))
}

fn read(set: LetterSet, bytes: &[u8]) -> (String, usize) {
    let (reading, strays) = set.decode_counting(bytes);
    let is_half = set == LetterSet::Tcvn3
        && !bytes.iter().any(u8::is_ascii_lowercase)
        && judge(&reading).half_capitals > 0;
    (if is_half { reading.to_uppercase() } else { reading.into_owned() }, strays)
}

/// The two code pages of Windows differ in few letters, so most words of such a text are right, and one that is a
/// syllable as it stands is what was meant: *Lý* is not *Lư* because `Ðông` beside it is *Đông*.
fn read_wrong_words(text: &str) -> Option<(String, usize)> {
    let (mut reading, mut strays) = (String::with_capacity(text.len()), 0);
    for word in text.split_inclusive(char::is_whitespace) {
        if judge(word).others == 0 {
            reading.push_str(word);
            continue;
        }
        let bytes = western::bytes_behind(word)?;
        let (read, stray) = LetterSet::Windows1258.decode_counting(&bytes);
        reading.push_str(&read);
        strays += stray;
    }
    Some((reading.nfc().collect(), strays))
}

fn is_better(before: &Judgement, after: &Judgement, enough: usize) -> bool {
    let mended = before.others.saturating_sub(after.others);
    let gained = after.syllables.saturating_sub(before.syllables);
    mended >= enough && gained >= 1 && after.others * 2 <= after.syllables && after.half_capitals == 0
}

/// What only VNI has: a vowel and behind it the same one, or one like it, with a mark. French and Irish have some of
/// its other pairs (`Loïc`, `Seán`).
const VNI_PAIRS: [(char, &str); 3] = [('a', "âáàåãäêøûõù"), ('e', "âàåãä"), ('o', "âàåãä")];

/// Whether a word cannot be one of a language: signs stand in it, two accented letters in a row, a capital within small
/// letters, or a pair that VNI alone has.
fn is_unnatural(word: &str) -> bool {
    if kind(word) != Word::Other {
        return false;
    }
    let is_sign = |c: char| !c.is_alphabetic() || matches!(c, 'µ' | 'ª' | 'º' | 'þ' | 'Þ' | 'ð' | 'Ð');
    let is_of_vni = |a: char, b: char| {
        let (a, b) = (a.to_ascii_lowercase(), b.to_lowercase().next().unwrap_or(b));
        VNI_PAIRS.iter().any(|(vowel, marked)| *vowel == a && marked.contains(b))
    };
    let has_capital_within =
        word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    let mut pairs = word.chars().zip(word.chars().skip(1));
    has_capital_within
        || word.chars().any(is_sign)
        || pairs.any(|(a, b)| (!a.is_ascii() && !b.is_ascii()) || is_of_vni(a, b))
}
