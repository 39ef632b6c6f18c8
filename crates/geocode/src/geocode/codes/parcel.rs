//! A parcel as the certificate names it: `thửa 123 tờ 45 phường Hiệp Tân`, `TBĐ 45, thửa số 123`, `25645-45-123`.
//! The pair is unique only inside the ward it was surveyed in, so the wards named are part of the question.

use std::ops::Range;

use crate::geocode::text::token::Token;
use crate::geocode::text::tokens::tokenise;
use crate::geocode::text::words;
use crate::schema::parcel_number;

/// A sheet and a number on it, each in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelPair {
    /// Số tờ bản đồ, where it was said.
    pub sheet: Option<String>,
    /// Số thửa.
    pub number: String,
}

/// A question for the store: which parcels bear this number on this sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelQuery {
    /// What may be meant, the likeliest first: `45/123` does not say which is the sheet.
    pub pairs: Vec<ParcelPair>,
    /// Survey units that may be meant, the likeliest first: those named and what stood on their
    /// ground before. Empty: none was named.
    pub unit_ids: Vec<i32>,
    /// The share of the text that was read, 0 to 1.
    pub share_read: f64,
}

/// The pairs that may be meant and the rest of the text, which may name a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelWords {
    pub pairs: Vec<ParcelPair>,
    pub rest: String,
}

/// A parcel by the code of its unit: `25645-8-173`, or five, three and four digits in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelKey {
    /// Code of a ward of today or of before.
    pub unit_code: String,
    pub pair: ParcelPair,
}

/// Words for a map sheet: *tờ*, *tờ bản đồ*, *TBĐ*, *BĐ*, *mảnh*; *bản* alone is a village.
const SHEET_WORDS: [&[&str]; 5] = [&["to"], &["tbd"], &["bd"], &["ban", "do"], &["manh"]];
/// What may stand between these and the number: *bản đồ*, *BĐ*, *địa chính*, *số*.
const AFTER_SHEET: [&str; 6] = ["ban", "do", "bd", "dia", "chinh", "so"];
/// The same behind *thửa*: *đất*, *số*.
const AFTER_PARCEL: [&str; 2] = ["dat", "so"];

impl ParcelPair {
    fn new(sheet: Option<&str>, number: &str) -> Self {
        let canonical = |text: &str| parcel_number(text).into_owned();
        Self { sheet: sheet.map(canonical), number: canonical(number) }
    }

    /// Two numbers that do not say which is which.
    fn either_way(first: &str, second: &str) -> [Self; 2] {
        [Self::new(Some(first), second), Self::new(Some(second), first)]
    }
}

/// Reads `thửa [đất] [số] N` with `tờ [bản đồ] [số] M` in any order.
pub fn parcel_words(text: &str) -> Option<ParcelWords> {
    if !may_say_parcel(text) {
        return None;
    }
    let tokens = tokenise(text);
    let number = worded_number(&tokens, &[&["thua"]], &AFTER_PARCEL, |_| true)?;
    let sheet = worded_number(&tokens, &SHEET_WORDS, &AFTER_SHEET, |sheet| {
        // "tổ 4" is a neighbourhood: without the words it must stand beside the parcel's number.
        let typed = tokens.get(sheet.word).map(|token| token.text.as_str());
        typed != Some("tổ")
            && !(sheet.tokens.start < number.tokens.end && number.tokens.start < sheet.tokens.end)
    });
    let is_used = |i: usize| {
        number.tokens.contains(&i) || sheet.as_ref().is_some_and(|sheet| sheet.tokens.contains(&i))
    };
    let rest: Vec<String> = tokens
        .iter()
        .enumerate()
        .filter(|(i, _)| !is_used(*i))
        .map(|(i, token)| {
            let ends_part = tokens.get(i + 1).is_some_and(|next| next.part != token.part);
            if ends_part { format!("{},", token.text) } else { token.text.clone() }
        })
        .collect();
    let mut pairs = vec![ParcelPair::new(sheet.as_ref().map(|sheet| sheet.text.as_str()), &number.text)];
    if sheet.is_none()
        && let Some((first, second)) = number.text.split_once('/')
    {
        // "thửa 173/8": a number of two parts, or number and sheet
        pairs.push(ParcelPair::new(Some(second), first));
        pairs.push(ParcelPair::new(Some(first), second));
    }
    Some(ParcelWords { pairs, rest: rest.join(" ") })
}

/// Whether the letters of `thửa` may be there, with whatever marks: most texts need not be taken apart to know.
fn may_say_parcel(text: &str) -> bool {
    let goes_on = |rest: &str| {
        let mut letters = rest.chars();
        let first = letters.next().filter(|c| matches!(c, 'u' | 'U') || !c.is_ascii());
        let next = letters.next().filter(|c| matches!(c, 'a' | 'A') || !c.is_ascii());
        first.is_some() && next.is_some()
    };
    let pairs = text.as_bytes().windows(2).enumerate();
    let mut beginnings = pairs.filter(|(_, pair)| pair.eq_ignore_ascii_case(b"th"));
    beginnings.any(|(at, _)| text.get(at + 2..).is_some_and(goes_on))
}

/// A number with the words that say what it is.
struct WordedNumber {
    text: String,
    /// Where the word stands.
    word: usize,
    /// All of its tokens.
    tokens: Range<usize>,
}

/// The first number that follows one of these words, with nothing but `fill` between.
fn worded_number(
    tokens: &[Token],
    words: &[&[&str]],
    fill: &[&str],
    is_wanted: impl Fn(&WordedNumber) -> bool,
) -> Option<WordedNumber> {
    let key = |at: usize| tokens.get(at).map(|token| token.key.as_str());
    let length_at = |at: usize| {
        let is_here = |word: &&&[&str]| word.iter().enumerate().all(|(i, part)| key(at + i) == Some(*part));
        words.iter().find(is_here).map(|word| word.len())
    };
    (0..tokens.len()).find_map(|word| {
        let mut at = word + length_at(word)?;
        while key(at).is_some_and(|key| fill.contains(&key)) {
            at += 1;
        }
        let (text, end) = number_at(tokens, at)?;
        // "số thửa 173", "số tờ 8"
        let start = if word > 0 && key(word - 1) == Some("so") { word - 1 } else { word };
        Some(WordedNumber { text, word, tokens: start..end }).filter(|number| is_wanted(number))
    })
}

/// The number at a token and where it ends: `173`, `12 A`, `DC-5`.
fn number_at(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let token = tokens.get(at)?;
    let next = tokens.get(at + 1).filter(|next| next.part == token.part);
    let is_letters =
        |token: &Token| token.key.len() <= 3 && token.key.bytes().all(|b| b.is_ascii_alphabetic());
    let is_word = |at: usize| words::kinds_of(tokens.get(at..at + 1).unwrap_or_default()).is_some();
    if is_letters(token) && !is_word(at) {
        let digits = next.filter(|next| next.is_digits())?;
        return Some((format!("{}{}", token.key, digits.key), at + 2));
    }
    if !token.is_number() {
        return None;
    }
    // "12 A" is one number, "12 P" begins "phường"
    let is_letter = |next: &&Token| next.key.len() == 1 && is_letters(next);
    match next.filter(is_letter).filter(|_| !is_word(at + 1)) {
        Some(letter) => Some((format!("{}{}", token.key, letter.key), at + 2)),
        None => Some((token.key.clone(), at + 1)),
    }
}

/// `45/123`, possibly with a unit after it: the pairs it may be and the rest.
pub fn slash_pair(text: &str) -> Option<ParcelWords> {
    let first = text.chars().find(|c| c.is_alphanumeric())?;
    if !first.is_ascii_digit() || !text.contains('/') {
        return None;
    }
    let tokens = tokenise(text);
    let (sheet, number) = tokens.first()?.key.split_once('/')?;
    let is_plain =
        |part: &str| !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit());
    if !is_plain(sheet) || !is_plain(number) {
        return None;
    }
    let rest: Vec<&str> = tokens[1..].iter().map(|token| token.text.as_str()).collect();
    Some(ParcelWords { pairs: ParcelPair::either_way(sheet, number).to_vec(), rest: rest.join(" ") })
}

/// Reads `25645-8-173` and nothing else: a unit's five digits, sheet and number with signs between.
pub fn parcel_key(text: &str) -> Option<ParcelKey> {
    let is_sign = |c: char| matches!(c, '-' | '/' | '.' | '_' | ' ');
    let mut groups = text.split(is_sign);
    let (unit, sheet, number) = (groups.next()?, groups.next()?, groups.next()?);
    let is_unit = unit.len() == 5 && unit.bytes().all(|b| b.is_ascii_digit());
    let is_number = |group: &str, most: usize| {
        let digits = group.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let letters = group.len() - digits.len();
        let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        all_digits && digits.len() <= most && letters <= 1
    };
    let is_key = groups.next().is_none() && is_unit && is_number(sheet, 4) && is_number(number, 5);
    is_key.then(|| ParcelKey { unit_code: unit.to_owned(), pair: ParcelPair::new(Some(sheet), number) })
}

/// Twelve digits as such a key: ward 5, sheet 3, parcel 4. They may be another code: that is looked up first.
pub fn parcel_key_of_digits(digits: &str) -> Option<ParcelKey> {
    if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (unit, rest) = digits.split_at(5);
    let (sheet, number) = rest.split_at(3);
    let pair = ParcelPair::new(Some(sheet), number);
    let is_said = pair.number != "0" && pair.sheet.as_deref() != Some("0");
    is_said.then(|| ParcelKey { unit_code: unit.to_owned(), pair })
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::parcel::*;

    fn pair(text: &str) -> (Option<String>, String) {
        let pair = parcel_words(text).unwrap_or_else(|| panic!("{text}")).pairs.swap_remove(0);
        (pair.sheet, pair.number)
    }

    #[test]
    fn sheet_and_number_are_read_in_any_order() {
        for text in [
            "thửa 123 tờ 45 phường Hiệp Tân",
            "Thửa đất số 123, tờ bản đồ số 45, phường Hiệp Tân",
            "tờ bản đồ số 45 thửa 123 phường hiệp tân",
            "THUA 123 TO 45 PHUONG HIEP TAN",
            "thu\u{031b}\u{0309}a 123 to\u{031b}\u{0300} 45 phường Hiệp Tân",
            "thửa 123 TBĐ 45 phường Hiệp Tân",
            "Thửa số 123; Tờ BĐ số 045, Hiệp Tân",
            "thửa 0123 BĐ 45 Hiệp Tân",
            "số thửa: 123, số tờ: 45, Hiệp Tân",
            "tờ số 45 thửa đất 123 Hiệp Tân",
            "thửa123 TBĐ45 Hiệp Tân",
            "bản đồ số 45, thửa 123 Hiệp Tân",
            "tờ bản đồ địa chính số 45 thửa 123 Hiệp Tân",
            "mảnh bản đồ số 45, thửa 123/ Hiệp Tân",
        ] {
            let words = parcel_words(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(words.pairs, [ParcelPair::new(Some("45"), "123")], "{text}");
            let rest = crate::geocode::folded_key(&words.rest);
            assert!(["hieptan", "phuonghieptan"].contains(&rest.as_str()), "{text}: {}", words.rest);
        }
        assert_eq!(pair("thửa 7, tổ 4, Nam Khê").0, None);
        assert_eq!(parcel_words("12 Hùng Vương"), None);
    }

    #[test]
    fn letters_and_zeros_of_a_number_make_no_other_number() {
        let of = |sheet: &str, number: &str| (Some(sheet.to_owned()), number.to_owned());
        assert_eq!(pair("thửa 12a tờ 08"), of("8", "12A"));
        assert_eq!(pair("thửa 12 A, tờ 8"), of("8", "12A"));
        assert_eq!(pair("thửa 568/ tờ 8"), of("8", "568"));
        assert_eq!(pair("thửa 568/1 tờ 8"), of("8", "568/1"));
        assert_eq!(pair("thửa 12 tờ DC-05"), of("DC5", "12"));
        assert_eq!(pair("thửa 12 P. Long Hoa"), (None, "12".to_owned()));
    }

    #[test]
    fn two_numbers_with_a_slash_may_be_sheet_and_number_in_either_order() {
        let pairs = slash_pair("45/0123 phường Hiệp Tân").unwrap();
        assert_eq!(pairs.pairs, ParcelPair::either_way("45", "123"));
        assert_eq!(pairs.rest, "phường hiệp tân");
        assert_eq!(slash_pair("45/12A"), None);
        let words = parcel_words("thửa 173/8 Long Hoa").unwrap().pairs;
        assert_eq!(words[0], ParcelPair { sheet: None, number: "173/8".into() });
        assert_eq!(words[1..], ParcelPair::either_way("8", "173"));
    }

    #[test]
    fn a_key_is_the_code_of_a_unit_with_sheet_and_number() {
        let key = Some(ParcelKey { unit_code: "25645".into(), pair: ParcelPair::new(Some("8"), "173") });
        for text in ["25645-8-173", "25645/08/0173", "25645.8.173", "25645 8 173", "25645_8_173"] {
            assert_eq!(parcel_key(text), key, "{text}");
        }
        assert_eq!(parcel_key_of_digits("256450080173"), key);
        for text in
            ["25645", "25645-8", "2564-8-173", "25645-8-173-2", "25645-8-", "a5645-8-173", "25645-12345-1"]
        {
            assert_eq!(parcel_key(text), None, "{text}");
        }
        assert_eq!(parcel_key_of_digits("256450000173"), None);
    }
}
