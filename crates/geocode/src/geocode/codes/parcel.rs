//! A parcel as the certificate names it: `thửa 123 tờ 45 phường Hiệp Tân`. The pair is unique
//! only inside the ward it was surveyed in, so the wards named are part of the question.

use crate::geocode::text::token::Token;
use crate::geocode::text::tokens::tokenise;

/// A question for the store: which parcels bear this number on this sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelQuery {
    /// Số tờ bản đồ, where it was said.
    pub sheet: Option<String>,
    /// Số thửa.
    pub number: String,
    /// Survey units that may be meant, the likeliest first: those named and what stood on their
    /// ground before. Empty: none was named.
    pub unit_ids: Vec<i32>,
    /// `45/123` does not say which is which: look for the other way round too.
    pub may_be_swapped: bool,
}

/// The pair and the rest of the text, which may name a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelWords {
    pub sheet: Option<String>,
    pub number: String,
    pub rest: String,
}

/// Reads `thửa [đất] [số] N` with `tờ [bản đồ] [số] M` in any order.
pub fn parcel_words(text: &str) -> Option<ParcelWords> {
    if !may_say_parcel(text) {
        return None;
    }
    let tokens = tokenise(text);
    let (number, number_at) = number_after(&tokens, &["thua"], &["dat", "so"])?;
    let sheet = number_after(&tokens, &["to"], &["ban", "do", "so"]).filter(|(_, at)| {
        // "tổ 4" is a neighbourhood: without the words it must stand beside the parcel's number.
        let typed = tokens.get(at.start).map(|token| token.text.as_str());
        typed != Some("tổ") && !(at.start < number_at.end && number_at.start < at.end)
    });
    let is_used = |i: usize| number_at.contains(&i) || sheet.as_ref().is_some_and(|(_, at)| at.contains(&i));
    let rest: Vec<String> = tokens
        .iter()
        .enumerate()
        .filter(|(i, _)| !is_used(*i))
        .map(|(i, token)| {
            let ends_part = tokens.get(i + 1).is_some_and(|next| next.part != token.part);
            if ends_part { format!("{},", token.text) } else { token.text.clone() }
        })
        .collect();
    Some(ParcelWords { sheet: sheet.map(|(sheet, _)| sheet), number, rest: rest.join(" ") })
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

fn number_after(tokens: &[Token], first: &[&str], fill: &[&str]) -> Option<(String, std::ops::Range<usize>)> {
    let starts = (0..tokens.len()).filter(|&i| first.contains(&tokens[i].key.as_str()));
    starts
        .filter_map(|start| {
            let mut at = start + 1;
            while tokens.get(at).is_some_and(|token| fill.contains(&token.key.as_str())) {
                at += 1;
            }
            let token = tokens.get(at).filter(|token| token.is_number() && !token.key.contains('/'))?;
            Some((token.key.to_uppercase(), start..at + 1))
        })
        .next()
}

/// `45/123`, possibly with a unit after it: the two numbers and the rest.
pub fn slash_pair(text: &str) -> Option<(String, String, String)> {
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
    Some((sheet.to_owned(), number.to_owned(), rest.join(" ")))
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::parcel::*;

    #[test]
    fn sheet_and_number_are_read_in_any_order() {
        for text in [
            "thửa 123 tờ 45 phường Hiệp Tân",
            "Thửa đất số 123, tờ bản đồ số 45, phường Hiệp Tân",
            "tờ bản đồ số 45 thửa 123 phường hiệp tân",
            "THUA 123 TO 45 PHUONG HIEP TAN",
            "thu\u{031b}\u{0309}a 123 to\u{031b}\u{0300} 45 phường Hiệp Tân",
        ] {
            let words = parcel_words(text).unwrap();
            assert_eq!((words.sheet.as_deref(), words.number.as_str()), (Some("45"), "123"), "{text}");
            assert!(words.rest.ends_with("tân") || words.rest.ends_with("tan"), "{}", words.rest);
        }
        assert_eq!(parcel_words("thửa 7, tổ 4, Nam Khê").unwrap().sheet, None);
        assert_eq!(parcel_words("12 Hùng Vương"), None);
        assert_eq!(slash_pair("45/123 phường Hiệp Tân").unwrap().2, "phường hiệp tân");
        assert_eq!(slash_pair("45/12A"), None);
    }
}
