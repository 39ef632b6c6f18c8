//! A query as tokens: words and numbers with the comma-separated part they stand in.
//!
//! A slash chain, a range, a lot and a kilometre stone (`36/45/32`, `12-14`, `B2-5`, `12+300`) stay one token; a type word
//! glued to its number (`P13Q3`, `phường13`, `QL22B`) is taken apart. Control characters, bidi
//! marks and emoji separate and are otherwise nothing.

use crate::geocode::text::token::Token;
use crate::geocode::text::{fold, ime_residue, words};

/// More tokens than any address has; what follows is not read.
pub const MAX_TOKENS: usize = 40;

/// Takes a text apart.
pub fn tokenise(text: &str) -> Vec<Token> {
    let text = close_up(&fold::normalise(text));
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut word, mut part) = (String::new(), 0u16);
    let is_vni = says_vni(&text);
    for (i, &c) in chars.iter().enumerate() {
        if c.is_alphanumeric() {
            word.push(c);
        } else if matches!(c, '\'' | '’' | '`') || ('\u{300}'..='\u{36f}').contains(&c) {
            // B'Lao, Ea H’leo: part of the word and not written by everybody.
        } else if joins_a_number(c, &word, &chars[i + 1..]) {
            word.push(c);
        } else {
            finish_word(&mut word, part, is_vni, &mut tokens);
            if matches!(c, ',' | ';' | '|' | '\n' | '\r') {
                part = part.saturating_add(1);
            }
        }
    }
    finish_word(&mut word, part, is_vni, &mut tokens);
    tokens.truncate(MAX_TOKENS);
    tokens
}

/// Whether a sign after `word` belongs to a number: a slash or hyphen with digits on both sides, or one
/// letter with nothing but digits behind it (`35N/1C`, `12/A5`, but not `Khu phố 2-Phường 3`); a plus between the
/// kilometres and the metres of a stone.
fn joins_a_number(sign: char, word: &str, rest: &[char]) -> bool {
    if sign == '+' {
        return is_kilometre(word) && rest.first().is_some_and(char::is_ascii_digit);
    }
    if !matches!(sign, '/' | '-') || !word.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    match rest.first() {
        Some(c) if c.is_ascii_digit() => true,
        Some(c) if c.is_alphabetic() => rest.get(1).is_none_or(|next| !next.is_alphabetic()),
        _ => false,
    }
}

/// Whether a word may be the kilometres of a stone on a road, before its metres: `12+300`, `km12+300`.
fn is_kilometre(word: &str) -> bool {
    let digits = word.strip_prefix("km").unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `66 / 3` and `12 - 14` as one number: people set their signs apart. A range must go up, or it is two
/// things with a dash between them.
fn close_up(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign_at) = rest.find(['/', '-']) {
        let (before, from_sign) = rest.split_at(sign_at);
        let (sign, after) = from_sign.split_at(1);
        out.push_str(before);
        let first = trailing_number(out.trim_end());
        let digits = after.trim_start();
        let second = digits.split(|c: char| !c.is_ascii_digit()).next().and_then(|d| d.parse::<u32>().ok());
        let is_one = match (first, second) {
            (Some(first), Some(second)) => sign == "/" || (first < second && second - first < 100),
            _ => false,
        };
        if is_one {
            out.truncate(out.trim_end().len());
        }
        out.push_str(sign);
        rest = if is_one { digits } else { after };
    }
    out.push_str(rest);
    out
}

/// The digits a text ends with, where they are a word or part of a chain.
fn trailing_number(text: &str) -> Option<u32> {
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_word = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    text.get(before.len()..)?.parse().ok().filter(|_| is_word)
}

/// Whether a word of the text can only be what VNI leaves behind.
fn says_vni(text: &str) -> bool {
    let is_residue = |word: &str| {
        let has_both = word.contains(|c: char| c.is_ascii_digit()) && word.contains(char::is_alphabetic);
        has_both && ime_residue::bare(&fold::key(word)).is_some_and(|bare| bare.is_certain)
    };
    text.contains(|c: char| c.is_ascii_digit()) && text.split(|c: char| !c.is_alphanumeric()).any(is_residue)
}

/// Splits what was glued together and appends the tokens.
fn finish_word(word: &mut String, part: u16, is_vni: bool, tokens: &mut Vec<Token>) {
    if word.is_empty() {
        return;
    }
    let mut rest = word.as_str();
    // Ngô and Tô begin more street names than alley 6 and group 6
    if is_vni && matches!(rest, "ngo6" | "to6") {
        tokens.push(Token::new(rest, part));
        return word.clear();
    }
    while let Some(cut) = glued_at(rest) {
        tokens.push(Token::new(&rest[..cut], part));
        rest = &rest[cut..];
    }
    tokens.push(Token::new(rest, part));
    word.clear();
}

/// Where a glued word must be cut: after a type word before a digit (`p13`, `phường13`), before a
/// type word between digits (`13q3`), before three or more letters after digits (`123hùng`).
fn glued_at(word: &str) -> Option<usize> {
    let first_digit = word.find(|c: char| c.is_ascii_digit())?;
    if ime_residue::bare(&fold::key(word)).is_some_and(|bare| bare.is_certain) {
        return None;
    }
    if first_digit > 0 {
        let letters = &word[..first_digit];
        let is_name = !letters.chars().all(char::is_alphabetic);
        return (!is_name && words::is_glued_before_number(&fold::key(letters))).then_some(first_digit);
    }
    let letters_at = word.find(|c: char| c.is_alphabetic())?;
    let letters_end = word[letters_at..]
        .find(|c: char| !c.is_alphabetic())
        .map_or(word.len(), |length| letters_at + length);
    let letters = &word[letters_at..letters_end];
    let count = letters.chars().count();
    let is_suffix = matches!(letters, "bis" | "ter");
    let starts_number = letters_end < word.len()
        && word[letters_end..].starts_with(|c: char| c.is_ascii_digit())
        && words::is_glued_before_number(&fold::key(letters));
    ((count >= 3 && !is_suffix) || starts_number).then_some(letters_at)
}

#[cfg(test)]
mod tests {
    use crate::geocode::text::tokens::*;
    use proptest::prelude::*;

    fn keys(text: &str) -> Vec<String> {
        tokenise(text).into_iter().map(|token| token.key).collect()
    }

    #[test]
    fn numbers_stay_whole_and_glued_words_come_apart() {
        assert_eq!(keys("36/45/32/49 Lê Lợi"), ["36/45/32/49", "le", "loi"]);
        assert_eq!(keys("12-14 Trần Phú"), ["12-14", "tran", "phu"]);
        assert_eq!(keys("P13Q3"), ["p", "13", "q", "3"]);
        assert_eq!(keys("phường13,quận3"), ["phuong", "13", "quan", "3"]);
        assert_eq!(keys("TP.HCM"), ["tp", "hcm"]);
        assert_eq!(keys("35N/1C Phan Rang-Tháp Chàm"), ["35n/1c", "phan", "rang", "thap", "cham"]);
        assert_eq!(keys("123hùng vương"), ["123", "hung", "vuong"]);
        assert_eq!(keys("130Bis Lô B2-5"), ["130bis", "lo", "b2-5"]);
        assert_eq!(keys("25 Ngo6 Gia Tu75"), ["25", "ngo6", "gia", "tu"]);
        assert_eq!(keys("25 ngo6 Gia Tự"), ["25", "ngo", "6", "gia", "tu"]);
        assert_eq!(keys("66 / 3 Phạm Hùng"), ["66/3", "pham", "hung"]);
        assert_eq!(keys("12 - 14 Lê Lợi"), ["12-14", "le", "loi"]);
        assert_eq!(keys("Phường 12 - Quận 3"), ["phuong", "12", "quan", "3"]);
        assert_eq!(keys("Khu phố 2-Phường Long Hoa"), ["khu", "pho", "2", "phuong", "long", "hoa"]);
        assert_eq!(keys("154\\34 Hồ Xuân Hương, 154／34"), ["154/34", "ho", "xuan", "huong", "154/34"]);
        assert_eq!(keys("Km12+300 QL22, Km 5 TL10"), ["km", "12+300", "ql", "22", "km", "5", "tl", "10"]);
        assert_eq!(keys("12 – 14 Lê Lợi"), ["12-14", "le", "loi"]);
        assert_eq!(keys("thửa173 TBĐ8"), ["thua", "173", "tbd", "8"]);
        assert_eq!(keys("ĐT254 CMT8 12A"), ["dt", "254", "cmt8", "12a"]);
    }

    #[test]
    fn commas_and_line_breaks_make_parts() {
        let parts: Vec<u16> = tokenise("a, b\nc d").iter().map(|token| token.part).collect();
        assert_eq!(parts, [0, 1, 2, 2]);
    }

    proptest! {
        #[test]
        fn any_text_comes_apart(text in "\\PC{0,80}|[0-9a-zđà/\\-,. \u{202e}\u{0}]{0,80}") {
            for token in tokenise(&text) {
                prop_assert!(!token.text.is_empty());
            }
        }
    }
}
