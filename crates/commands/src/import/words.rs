//! Small readings of what people type in tables: house numbers, kinds of streets.

pub use crate::table::number;

use crate::geocode::{StreetWords, after_word, has_street_name, is_bare_street_word, street_words};

/// A street as a text names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreetName {
    /// `street`, `alley`, `national_road` or `provincial_road`.
    pub kind: &'static str,
    /// Without the word where that says no more than the kind (`domain.md`: names are kept as on the
    /// sign).
    pub name: String,
}

impl From<StreetWords<'_>> for StreetName {
    fn from(words: StreetWords<'_>) -> Self {
        Self { kind: words.kind, name: words.name.to_owned() }
    }
}

/// What a street is, from the word before its name. An alley by number has the name of its street without the word
/// for it: `Ng. 239 P. Bồ Đề` is 239 Bồ Đề.
pub fn street(text: &str) -> StreetName {
    let street = StreetName::from(street_words(text));
    let numbered = street
        .name
        .split_once(' ')
        .filter(|(number, _)| street.kind == "alley" && number.starts_with(|c: char| c.is_ascii_digit()));
    match numbered {
        Some((number, of)) => StreetName { name: format!("{number} {}", street_words(of).name), ..street },
        None => street,
    }
}

/// A street in an address; nothing where the text is no more than a word for one (`101 Hẻm`), names a ward in its
/// place (`25B Phường Cát Lái`) or says that it has no name.
pub fn street_of_address(text: &str) -> Option<StreetName> {
    let text = without_english_word(text.trim().trim_end_matches(['.', ',']));
    (!is_bare_street_word(text) && !is_ward(text) && text.contains(char::is_alphanumeric))
        .then(|| street(text))
        .filter(|street| has_street_name(&street.name))
}

/// `Nguyen Kiem Street` as `Nguyen Kiem`.
fn without_english_word(text: &str) -> &str {
    let (name, last) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    let is_word = ["street", "st", "road", "rd", "avenue"].contains(&last.to_lowercase().as_str());
    if is_word { name.trim_end() } else { text }
}

/// Whether a text says in words that it is a ward, or is no more than the word for one.
pub fn is_ward(text: &str) -> bool {
    let numbered_ward = |word: &str| {
        after_word(text, word).map(str::trim).is_some_and(|rest| {
            !rest.is_empty() && rest.len() <= 2 && rest.bytes().all(|b| b.is_ascii_digit())
        })
    };
    let is_after =
        |word: &str| after_word(text, word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    is_after("phường")
        || is_after("thị trấn")
        || is_after("tt.")
        || text.to_lowercase().ends_with(" ward")
        || ["p.", "p", "ward"].into_iter().any(numbered_ward)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written_here_and_abroad() {
        for (text, value) in
            [("2.159,6", 2159.6), ("2159.6", 2159.6), ("2159,6", 2159.6), ("1,234.5", 1234.5)]
        {
            assert_eq!(number(text), Some(value));
        }
        assert_eq!(number("12a"), None);
    }

    #[test]
    fn streets_lose_the_word_for_street_and_keep_what_is_a_name() {
        for (text, kind, name) in [
            ("Đường Cách Mạng Tháng 8", "street", "Cách Mạng Tháng 8"),
            ("Hẻm 12", "alley", "12"),
            ("QL22B", "national_road", "QL22B"),
            ("Đường tỉnh 353", "provincial_road", "Đường tỉnh 353"),
            ("Đường Quốc lộ 21A", "national_road", "Quốc lộ 21A"),
            ("Đường Hẻm 579 Lê Hồng Phong", "alley", "579 Lê Hồng Phong"),
            ("Ng. 84 Kim Ngưu", "alley", "84 Kim Ngưu"),
            ("Ng. Quyền", "street", "Ng. Quyền"),
            ("Phổ Quang", "street", "Phổ Quang"),
            ("Đ Tôn Dật Tiên", "street", "Tôn Dật Tiên"),
            ("Đào Tấn", "street", "Đào Tấn"),
            ("P. Láng Hạ", "street", "Láng Hạ"),
            ("P. 5", "street", "P. 5"),
            ("P. 8-3", "street", "8-3"),
            ("Ng. 239 P. Bồ Đề", "alley", "239 Bồ Đề"),
            ("Ngh. 298/26 Đ. Ngọc Lâm", "alley", "298/26 Ngọc Lâm"),
            ("Đường", "street", "Đường"),
        ] {
            assert_eq!(street(text), StreetName { kind, name: name.to_owned() }, "{text}");
        }
        for none in
            ["Hẻm", "Street", "Unnamed Road", "Phường.", "Phường Cát Lái", "P. 5", "Ward 3", "Dong Ve Ward"]
        {
            assert_eq!(street_of_address(none), None, "{none}");
        }
        assert_eq!(street_of_address("Nguyen Kiem Street").unwrap().name, "Nguyen Kiem");
        assert_eq!(street_of_address("Xã Đàn").unwrap().name, "Xã Đàn");
        assert_eq!(street_of_address("Đường Chưa Đặt Tên"), None);
    }
}
