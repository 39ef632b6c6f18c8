//! Plus Codes as people write them: whole, or short with the name of a place before or after, with a `+`
//! that a web form turned into a space.

use crate::geocode::codes::plus_code;

/// A Plus Code and the words around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlusText {
    /// Capitals, with its `+`; full or short.
    pub code: String,
    /// `Hòa Thành`; empty where nothing was named.
    pub place: String,
}

/// Finds the code in a text; `None` where there is none.
pub fn read(text: &str) -> Option<PlusText> {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches([',', ';'])).collect();
    with_plus(&words).or_else(|| with_space(&words))
}

fn with_plus(words: &[&str]) -> Option<PlusText> {
    let at = words.iter().position(|word| word.contains('+'))?;
    let (before, from_code) = words.split_at(at);
    let (code, after) = from_code.split_first()?;
    // `7P38 74MG+J3`: a full code in two pieces, as printed
    if let [piece] = before
        && plus_code::is_full(&format!("{piece}{code}"))
    {
        return Some(found(&format!("{piece}{code}"), &[after]));
    }
    plus_code::is_valid(code).then(|| found(code, &[before, after]))
}

/// `74MG J3 Hòa Thành`, `7P3874MG J3`, `7P380000`: what `?text=74MG+J3` becomes.
fn with_space(words: &[&str]) -> Option<PlusText> {
    let (&front, rest) = words.split_first()?;
    // digits alone are more likely a house number or an id
    if !front.bytes().any(|b| b.is_ascii_alphabetic()) || !front.is_ascii() {
        return None;
    }
    if front.len() == 8 && front.ends_with("00") && rest.is_empty() {
        let code = format!("{front}+");
        return plus_code::is_full(&code).then(|| found(&code, &[]));
    }
    let (&back, rest) = rest.split_first()?;
    let code = format!("{front}+{back}");
    let is_likely = match front.len() {
        8 => plus_code::is_full(&code),
        4 | 6 => matches!(back.len(), 2 | 3) && plus_code::is_valid(&code),
        _ => false,
    };
    if is_likely {
        return Some(found(&code, &[rest]));
    }
    let (&end, rest) = rest.split_first()?;
    let code = format!("{front}{back}+{end}");
    plus_code::is_full(&code).then(|| found(&code, &[rest]))
}

fn found(code: &str, around: &[&[&str]]) -> PlusText {
    PlusText { code: code.to_ascii_uppercase(), place: around.concat().join(" ") }
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::plus_text::*;

    fn code_and_place(text: &str) -> Option<(String, String)> {
        read(text).map(|found| (found.code, found.place))
    }

    #[test]
    fn a_code_is_found_with_the_place_it_is_short_for() {
        for (text, code, place) in [
            ("7P3874MG+J3", "7P3874MG+J3", ""),
            ("7p28 74mg+j3", "7P2874MG+J3", ""),
            ("7P3874MG J3", "7P3874MG+J3", ""),
            ("7P38 74MG J3", "7P3874MG+J3", ""),
            ("7P380000+", "7P380000+", ""),
            ("7P380000", "7P380000+", ""),
            ("74MG+J3 Hòa Thành", "74MG+J3", "Hòa Thành"),
            ("74MG J3 Hòa Thành", "74MG+J3", "Hòa Thành"),
            ("Hòa Thành 74MG+J3", "74MG+J3", "Hòa Thành"),
            ("C8C4+C84, Tam Hiệp, Châu Thành, Tiền Giang", "C8C4+C84", "Tam Hiệp Châu Thành Tiền Giang"),
            ("74MG+J3", "74MG+J3", ""),
        ] {
            assert_eq!(code_and_place(text), Some((code.to_owned(), place.to_owned())), "{text}");
        }
    }

    #[test]
    fn addresses_and_other_codes_are_no_plus_codes() {
        for text in [
            "12 Hùng Vương",
            "2345 67 Lê Lợi",
            "P13 Q3",
            "T72-345-676",
            "w652nypq464c",
            "Ấp Chợ",
            "",
            "+",
            "a+b",
            "0912345678",
            "22222222",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
