//! Text that is Unicode already, but was read in the wrong letters on the way: `§­êng TrÇn Phó` is *Đường Trần Phú* in
//! TCVN3, `Ñöôøng` the same word in VNI, `ÄÆ°á»ng` in UTF-8, all shown as Windows-1252.
//!
//! The bytes behind the text are read again in each set. A reading is taken only where words that were no syllables
//! become some, more than one or one that cannot be a word of any language, and no other reading does as well.

use super::set::LetterSet;
use super::western;
use super::words::{Judgement, Word, judge, kind, words};

/// What may have been read wrongly.
const SETS: [LetterSet; 4] =
    [LetterSet::Utf8, LetterSet::Tcvn3, LetterSet::VniWindows, LetterSet::Windows1258];

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
    let is_unnatural = words(text).any(is_unnatural);
    let mut readings: Vec<(i64, String)> = SETS
        .into_iter()
        .filter_map(|set| {
            let (reading, strays) = read(set, &bytes)?;
            let after = judge(&reading);
            let is_better = strays == 0 && reading != text && is_better(&before, &after, is_unnatural);
            is_better.then(|| (after.points(), reading))
        })
        .collect();
    readings.sort_by_key(|(points, _)| -points);
    let mut readings = readings.into_iter();
    let (points, best) = readings.next()?;
    readings.next().is_none_or(|(second, reading)| second < points || reading == best).then_some(best)
}

fn read(set: LetterSet, bytes: &[u8]) -> Option<(String, usize)> {
    if set == LetterSet::Utf8 && std::str::from_utf8(bytes).is_err() {
        return None;
    }
    let (reading, strays) = set.decode_counting(bytes);
    let is_half = set == LetterSet::Tcvn3
        && !bytes.iter().any(u8::is_ascii_lowercase)
        && judge(&reading).half_capitals > 0;
    Some((if is_half { reading.to_uppercase() } else { reading.into_owned() }, strays))
}

fn is_better(before: &Judgement, after: &Judgement, is_unnatural: bool) -> bool {
    let mended = before.others.saturating_sub(after.others);
    let enough = if is_unnatural { 1 } else { 2 };
    let gained = after.syllables.saturating_sub(before.syllables);
    mended >= enough && gained >= 1 && after.others * 2 <= after.syllables && after.half_capitals == 0
}

/// Whether a word cannot be one of a language in Latin letters: signs stand in it, two accented letters that no
/// Vietnamese word has in a row, or a capital behind small letters.
fn is_unnatural(word: &str) -> bool {
    if kind(word) != Word::Other {
        return false;
    }
    let has_sign = word.chars().any(|c| !c.is_alphabetic());
    let mut pairs = word.chars().zip(word.chars().skip(1));
    has_sign || pairs.any(|(a, b)| (!a.is_ascii() && !b.is_ascii()) || (a.is_lowercase() && b.is_uppercase()))
}
