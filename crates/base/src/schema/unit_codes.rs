//! Codes and kinds of units as tables have them: codes whose leading zeros were lost, names with the word for
//! the kind before them.
//!
//! `00439` is `439` in every spreadsheet and in every column of whole numbers. The zeros come back where the
//! code they make is known; 439 by itself may also be a district's, so whoever has a place beside the code asks
//! whether the unit is there. One function for tables served, imported and answered row by row.

/// Digits of a ward's code.
pub const WARD_DIGITS: usize = 5;
/// Digits of a province's code.
pub const PROVINCE_DIGITS: usize = 2;

/// The kinds of units with the words for them, the longer ones first.
pub const UNIT_KINDS: [(&str, &str); 9] = [
    ("thanh_pho", "Thành phố"),
    ("thi_tran", "Thị trấn"),
    ("dac_khu", "Đặc khu"),
    ("thi_xa", "Thị xã"),
    ("phuong", "Phường"),
    ("huyen", "Huyện"),
    ("tinh", "Tỉnh"),
    ("quan", "Quận"),
    ("xa", "Xã"),
];

/// The name of a unit without the word for its kind: `Hiệp Tân` of `Phường Hiệp Tân`.
pub fn without_unit_kind(name: &str) -> &str {
    let rest_after = |word: &str| {
        let mut rest = name.chars();
        for expected in word.chars().flat_map(char::to_lowercase) {
            if !rest.next()?.to_lowercase().eq(std::iter::once(expected)) {
                return None;
            }
        }
        let rest = rest.as_str();
        rest.starts_with(char::is_whitespace).then(|| rest.trim_start()).filter(|rest| !rest.is_empty())
    };
    UNIT_KINDS.iter().find_map(|(_, word)| rest_after(word)).unwrap_or(name)
}

/// A whole number without the `.0` that some programs write behind it; any other text as it stands.
pub fn without_point_zero(text: &str) -> &str {
    let Some((whole, rest)) = text.split_once('.') else { return text };
    let is_whole = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    let is_zero = !rest.is_empty() && rest.bytes().all(|b| b == b'0');
    if is_whole && is_zero { whole } else { text }
}

/// The code that lost its zeros, with `digits` of them; `None` where nothing was lost, or where no such code is
/// known. `439.0`, as some programs write a number, is 439.
pub fn with_zeros(code: &str, digits: usize, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let code = code.trim();
    let whole = without_point_zero(code);
    let is_number = !whole.is_empty() && whole.len() <= digits && whole.bytes().all(|b| b.is_ascii_digit());
    if !is_number || whole.bytes().all(|b| b == b'0') {
        return None;
    }
    let restored = format!("{whole:0>digits$}");
    (restored != code && is_known(&restored)).then_some(restored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_loses_its_point_and_nothing_else_does() {
        for (text, plain) in [
            ("12.0", "12"),
            ("12.000", "12"),
            ("12", "12"),
            ("12.5", "12.5"),
            ("12.", "12."),
            (".0", ".0"),
            ("12A.0", "12A.0"),
        ] {
            assert_eq!(without_point_zero(text), plain);
        }
    }

    #[test]
    fn zeros_come_back_where_the_code_they_make_is_known() {
        let known = |code: &str| ["00439", "25630", "01"].contains(&code);
        let wards = [
            ("439", Some("00439")),
            ("0439", Some("00439")),
            ("439.0", Some("00439")),
            (" 439 ", Some("00439")),
            ("25630.0", Some("25630")),
            ("25630", None),
            ("00439", None),
            ("440", None),
            ("439a", None),
            ("439.5", None),
            ("439.", None),
            ("0", None),
            ("", None),
            ("-439", None),
        ];
        for (code, restored) in wards {
            assert_eq!(with_zeros(code, WARD_DIGITS, known).as_deref(), restored, "{code}");
        }
        assert_eq!(with_zeros("1", PROVINCE_DIGITS, known).as_deref(), Some("01"));
    }
}
