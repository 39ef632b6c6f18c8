//! A corner as people name it: `ngã tư Hùng Vương và Bà Triệu`, `Hùng Vương giao Bà Triệu`, `góc Hùng Vương - Bà Triệu`.
//!
//! Only the form is read. Whether both are streets, those who know the streets say: `Thuận Giao` is a ward.

use crate::geocode::text::fold;
use crate::geocode::text::token::Token;
use crate::geocode::text::tokens::tokenise;

/// Words before the two names, folded.
const HEADS: [&[&str]; 8] = [
    &["nga", "ba"],
    &["nga", "tu"],
    &["nga", "nam"],
    &["nga", "sau"],
    &["nga", "bay"],
    &["giao", "lo"],
    &["nut", "giao"],
    &["goc"],
];

/// Two names that may cross, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossingWords {
    pub first: String,
    pub second: String,
    /// What follows behind a comma: a ward, a province.
    pub place: String,
}

/// Reads two names with a word of crossing between them; `None` for other texts.
pub fn read(text: &str) -> Option<CrossingWords> {
    if !may_be_crossing(text) {
        return None;
    }
    let tokens = tokenise(&with_words_for_signs(text));
    let head = HEADS.iter().find(|head| begins(&tokens, head)).map_or(0, |head| head.len());
    let has_head = head > 0;
    let (from, to) = (head..tokens.len()).find_map(|at| Some((at, separator(&tokens, at, has_head)?)))?;
    let part = tokens.get(to)?.part;
    let end = tokens.iter().rposition(|token| token.part == part)? + 1;
    let words =
        |tokens: &[Token]| tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
    let first = tokens.get(head..from)?;
    let is_one_part = first.iter().all(|token| token.part == part);
    let place: Vec<String> = tokens.get(end..)?.chunk_by(|a, b| a.part == b.part).map(words).collect();
    (!first.is_empty() && is_one_part).then(|| CrossingWords {
        first: words(first),
        second: words(tokens.get(to..end).unwrap_or_default()),
        place: place.join(", "),
    })
}

/// Whether a text may hold a word for a corner, looked at without taking it apart: nearly no text does.
fn may_be_crossing(text: &str) -> bool {
    let has_head = text.trim_start().starts_with(['n', 'N', 'g', 'G']);
    let has_giao = || text.as_bytes().windows(4).any(|letters| letters.eq_ignore_ascii_case(b"giao"));
    // the breve of "cắt", composed or not
    has_head || has_giao() || text.contains(['ắ', 'Ắ', '\u{306}'])
}

/// Signs that people set between the names of a corner, as the word.
fn with_words_for_signs(text: &str) -> String {
    let text = fold::normalise(text);
    [" - ", " x ", " + ", " / ", "&", "×"].iter().fold(text, |text, sign| text.replace(sign, " và "))
}

fn begins(tokens: &[Token], words: &[&str]) -> bool {
    words.len() <= tokens.len() && tokens.iter().zip(words).all(|(token, word)| token.key == *word)
}

/// Where the second name begins, if a word that separates the names stands at a token. *Và* does so only behind a word
/// for a corner; *cắt* only with its mark, since *Cát* is a name.
fn separator(tokens: &[Token], at: usize, has_head: bool) -> Option<usize> {
    const LONG: [&[&str]; 3] = [&["giao", "nhau", "voi"], &["giao", "voi"], &["giao", "cat"]];
    let rest = tokens.get(at..)?;
    if let Some(words) = LONG.iter().find(|words| begins(rest, words)) {
        return Some(at + words.len());
    }
    let token = rest.first()?;
    let is_between = token.key == "giao" || token.text == "cắt";
    (is_between || (has_head && matches!(token.key.as_str(), "va" | "voi"))).then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use crate::geocode::text::crossing::*;

    #[test]
    fn two_names_are_read_with_any_word_or_sign_of_a_corner() {
        for text in [
            "ngã tư Hùng Vương và Bà Triệu, Long Hoa, Tây Ninh",
            "Ngã ba Hùng Vương - Bà Triệu, Long Hoa, Tây Ninh",
            "góc Hùng Vương & Bà Triệu, Long Hoa, Tây Ninh",
            "giao lộ Hùng Vương với Bà Triệu, Long Hoa, Tây Ninh",
            "Hùng Vương giao Bà Triệu, Long Hoa, Tây Ninh",
            "Hùng Vương giao với Bà Triệu, Long Hoa, Tây Ninh",
            "Hùng Vương cắt Bà Triệu, Long Hoa, Tây Ninh",
        ] {
            let words = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((words.first.as_str(), words.second.as_str()), ("hùng vương", "bà triệu"), "{text}");
            assert_eq!(words.place, "long hoa, tây ninh", "{text}");
        }
    }

    #[test]
    fn names_that_only_look_like_a_corner_are_none() {
        for text in
            ["ngã tư Hàng Xanh", "Thuận Giao, Thuận An", "Giao Thủy", "Phù Cát", "Hùng Vương - Bà Triệu", ""]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
