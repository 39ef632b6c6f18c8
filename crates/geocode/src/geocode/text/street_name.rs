//! A street as a table names it: the word for its kind, and the name that is on the sign.
//!
//! One reading for tables that are imported and tables that are served as they stand.

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
