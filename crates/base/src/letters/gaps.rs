//! UTF-8 that was shown as Windows-1252 and lost the five bytes that code page does not have: `Phưá»ng` for *Phường*.
//!
//! They are put back where one of the five alone makes a syllable; where two do (`thề`, `thọ`) the text stays as it came.

use super::words::{Word, kind};

/// Bytes that Windows-1252 does not have.
const DROPPED: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// Most of them in one word: those of *Đ* and of the letter with the tone.
const MAX_GAPS: usize = 2;

/// The text behind bytes with such gaps.
pub(super) fn filled(bytes: &[u8]) -> Option<String> {
    let words: Option<Vec<String>> = bytes.split(|byte| *byte == b' ').map(filled_word).collect();
    Some(words?.join(" "))
}

fn filled_word(word: &[u8]) -> Option<String> {
    if let Ok(whole) = std::str::from_utf8(word) {
        return Some(whole.to_owned());
    }
    let pieces = pieces(word);
    let gaps = pieces.len() - 1;
    if gaps == 0 || gaps > MAX_GAPS {
        return None;
    }
    let choices = DROPPED.len().pow(u32::try_from(gaps).ok()?);
    let mut syllables = (0..choices).filter_map(|choice| {
        let mut bytes = pieces[0].to_vec();
        let mut rest = choice;
        for piece in &pieces[1..] {
            bytes.push(DROPPED[rest % DROPPED.len()]);
            rest /= DROPPED.len();
            bytes.extend_from_slice(piece);
        }
        let text = String::from_utf8(bytes).ok()?;
        let letters = text.trim_matches(|c: char| !c.is_alphabetic());
        (kind(letters) == Word::Syllable).then_some(text)
    });
    let only = syllables.next()?;
    syllables.next().is_none().then_some(only)
}

/// A word cut where the last byte of a letter is missing.
fn pieces(word: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while at < word.len() {
        let length = match word[at] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 1,
        };
        let behind =
            word[at + 1..].iter().take(length - 1).take_while(|byte| matches!(byte, 0x80..=0xbf)).count();
        at += 1 + behind;
        if behind + 2 == length {
            pieces.push(&word[from..at]);
            from = at;
        }
    }
    pieces.push(&word[from..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_that_makes_a_syllable_is_put_back() {
        // Đ is C4 90, ờ is E1 BB 9D
        assert_eq!(filled(b"\xc4\xc6\xb0\xe1\xbbng 5").as_deref(), Some("Đường 5"));
    }

    #[test]
    fn where_several_make_one_nothing_is_guessed() {
        // thề, thọ, thỏ, thờ
        assert_eq!(filled(b"nh\xc3\xa0 th\xe1\xbb"), None);
        assert_eq!(filled(b"Caf\xe9"), None);
    }
}
