//! Vietnamese letters without their accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters without accents, case kept: `Đường` is `Duong`.
pub fn without_accents(text: &str) -> String {
    let bare = text.nfd().filter(|c| !is_combining_mark(*c));
    bare.map(|c| match c {
        'đ' | 'ð' => 'd',
        'Đ' | 'Ð' => 'D',
        other => other,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go_and_case_stays_composed_or_not() {
        assert_eq!(
            without_accents("36/23 Lê Thị Riêng, Phường Đông Hòa"),
            "36/23 Le Thi Rieng, Phuong Dong Hoa"
        );
        assert_eq!(without_accents("Ho\u{300}a Thành"), "Hoa Thanh");
    }
}
