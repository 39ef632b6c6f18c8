//! A street as a table or an address names it: the word for its kind, and the name that is on the sign.
//!
//! One reading for tables that are imported, tables that are served as they stand, and lines of addresses.

/// A street as a text names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreetWords<'a> {
    /// `street`, `alley`, `national_road` or `provincial_road`.
    pub kind: &'static str,
    /// Without the word where that says no more than the kind.
    pub name: &'a str,
}

/// The words for a street, the kind each says, and whether the name stands without it.
const STREET_WORDS: [(&str, &str, bool); 18] = [
    ("đường tỉnh", "provincial_road", false),
    ("đường", "street", true),
    ("phố", "street", true),
    ("đ.", "street", true),
    ("đ", "street", true),
    ("hẻm", "alley", true),
    ("ngõ", "alley", true),
    ("ngách", "alley", true),
    ("ngh.", "alley", true),
    ("ng.", "alley", true),
    ("kiệt", "alley", true),
    ("kiet", "alley", true),
    ("quốc lộ", "national_road", false),
    ("ql", "national_road", false),
    ("tỉnh lộ", "provincial_road", false),
    ("tl", "provincial_road", false),
    ("đt", "provincial_road", false),
    ("hương lộ", "street", false),
];

/// What a street is, from the word before its name.
pub fn street_words(text: &str) -> StreetWords<'_> {
    let text = text.trim();
    worded_street(text).unwrap_or_else(|| {
        // `P. Láng Hạ` and `P. 8-3` are a phố where a street is expected; `P. 5` and any other place, a phường
        let is_date =
            |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains(['-', '/']);
        let of_pho = after_word(text, "p.")
            .map(str::trim)
            .filter(|rest| rest.starts_with(char::is_alphabetic) || is_date(rest));
        StreetWords { kind: "street", name: of_pho.unwrap_or(text) }
    })
}

/// A street whose kind the text says by a word at its start.
pub fn worded_street(text: &str) -> Option<StreetWords<'_>> {
    STREET_WORDS.iter().find_map(|&(word, kind, is_cut)| {
        let rest = after_word(text, word)?;
        let name = rest.trim();
        let is_numbered = name.starts_with(|c: char| c.is_ascii_digit());
        if word == "ng." && !is_numbered {
            // `Ng. 84 Kim Ngưu` is a ngõ, `Ng. Quyền` is Ngô Quyền
            return None;
        }
        if !is_cut {
            // `QL22`, `ĐT 794`: these words are part of the name, and need a number
            return is_numbered.then_some(StreetWords { kind, name: text });
        }
        if name.is_empty() || !(rest.starts_with(char::is_whitespace) || word.ends_with('.')) {
            return None;
        }
        // `Đường Hẻm 579 Lê Hồng Phong` is an alley, `Đường Quốc lộ 21A` a national road
        let inner = (kind == "street").then(|| worded_street(name)).flatten();
        Some(inner.unwrap_or(StreetWords { kind, name }))
    })
}

/// Whether a name is one: unnamed streets of a ward are not one street.
pub fn has_street_name(name: &str) -> bool {
    !["chưa đặt tên", "chưa có tên", "không tên", "unnamed"]
        .iter()
        .any(|none| after_word(name, none).is_some())
}

/// Whether a text is no more than a word for a street: `Hẻm`.
pub fn is_bare_street_word(text: &str) -> bool {
    STREET_WORDS.iter().any(|(word, ..)| after_word(text, word).is_some_and(str::is_empty))
}

/// The rest of the text after a word at its start, whatever the capitals.
pub fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for expected in word.chars() {
        if !rest.next()?.to_lowercase().eq(std::iter::once(expected)) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// A street as an address names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreetName {
    /// `street`, `alley`, `national_road` or `provincial_road`.
    pub kind: &'static str,
    /// Without the word where that says no more than the kind: names are kept as on the sign.
    pub name: String,
}

impl From<StreetWords<'_>> for StreetName {
    fn from(words: StreetWords<'_>) -> Self {
        Self { kind: words.kind, name: words.name.to_owned() }
    }
}

/// What a street is, from the word before its name. An alley by number has the name of its street without the word
/// for it: `Ng. 239 P. Bồ Đề` is 239 Bồ Đề.
pub fn street_of_table(text: &str) -> StreetName {
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
        .then(|| street_of_table(text))
        .filter(|street| has_street_name(&street.name))
}

/// `Nguyen Kiem Street` as `Nguyen Kiem`.
fn without_english_word(text: &str) -> &str {
    let (name, last) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    let is_word = ["street", "st", "road", "rd", "avenue"].contains(&last.to_lowercase().as_str());
    if is_word { name.trim_end() } else { text }
}

/// Whether a text says in words that it is a ward, or is no more than the word for one.
pub(super) fn is_ward(text: &str) -> bool {
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
            assert_eq!(street_of_table(text), StreetName { kind, name: name.to_owned() }, "{text}");
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
