//! A street as people write it behind a house number: a name that is a number keeps the word for the street, since
//! `77 Số 12` and `9 30 Tháng 4` cannot be read. Every other name stands as on the sign.

use std::borrow::Cow;

use crate::geocode::index::gazetteer::StreetKind;
use crate::geocode::text::street_name::after_word;

/// The street as it is written behind a house number; `province_code` says which word the region has for an alley.
pub fn street_label<'a>(kind: StreetKind, name: &'a str, province_code: Option<&str>) -> Cow<'a, str> {
    let begins_with_digit = name.starts_with(|c: char| c.is_ascii_digit());
    match kind {
        StreetKind::Street => match numbered(name) {
            Some(number) => format!("Đường số {number}").into(),
            None if begins_with_digit || is_code(name) => format!("Đường {name}").into(),
            None => name.into(),
        },
        StreetKind::Alley if begins_with_digit => format!("{} {name}", alley_word(province_code)).into(),
        StreetKind::NationalRoad if begins_with_digit => format!("Quốc lộ {name}").into(),
        StreetKind::ProvincialRoad if begins_with_digit => format!("Đường tỉnh {name}").into(),
        StreetKind::Alley | StreetKind::NationalRoad | StreetKind::ProvincialRoad => name.into(),
    }
}

/// The word for an alley: the tables keep none. Ngõ in the north, kiệt in the centre, hẻm in the south; provinces are
/// numbered from north to south.
pub fn alley_word(province_code: Option<&str>) -> &'static str {
    /// Hà Tĩnh.
    const LAST_NORTHERN: u8 = 42;
    /// Đà Nẵng.
    const LAST_CENTRAL: u8 = 48;
    match province_code.and_then(|code| code.parse::<u8>().ok()) {
        Some(..=LAST_NORTHERN) => "Ngõ",
        Some(..=LAST_CENTRAL) => "Kiệt",
        _ => "Hẻm",
    }
}

/// The number of `Số 12`.
fn numbered(name: &str) -> Option<&str> {
    let number = after_word(name, "số")?.trim_start();
    number.starts_with(|c: char| c.is_ascii_digit()).then_some(number)
}

/// `D5`, `DX 036`, `A`: letters and a number that a plan gave, no name.
fn is_code(name: &str) -> bool {
    const LETTERS: usize = 3;
    /// Quốc lộ, tỉnh lộ, hương lộ, đường tỉnh, cao tốc: words for the road already.
    const ROADS: [&str; 5] = ["QL", "TL", "HL", "DT", "CT"];
    let letters = name.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(name.len());
    let rest = name.get(letters..).unwrap_or_default().trim_start();
    let is_road = name.get(..letters).is_some_and(|word| ROADS.contains(&word));
    (1..=LETTERS).contains(&letters)
        && !is_road
        && (rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_a_number_keeps_its_word_and_any_other_stands_as_on_the_sign() {
        for (name, label) in [
            ("Số 12", "Đường số 12"),
            ("số 25-A1 Ngô Quyền", "Đường số 25-A1 Ngô Quyền"),
            ("12", "Đường 12"),
            ("30/4", "Đường 30/4"),
            ("3 Tháng 2", "Đường 3 Tháng 2"),
            ("D5", "Đường D5"),
            ("DX 036", "Đường DX 036"),
            ("A", "Đường A"),
            ("QL19", "QL19"),
            ("TL 10", "TL 10"),
            ("Hùng Vương", "Hùng Vương"),
            ("Sống Mới", "Sống Mới"),
            ("An Dương Vương", "An Dương Vương"),
            ("Cách Mạng Tháng 8", "Cách Mạng Tháng 8"),
            ("", ""),
        ] {
            assert_eq!(street_label(StreetKind::Street, name, None), label);
        }
    }

    #[test]
    fn an_alley_by_number_has_the_word_of_its_region_and_a_road_its_own() {
        let alley = |name, province| street_label(StreetKind::Alley, name, Some(province)).into_owned();
        assert_eq!(alley("84 Kim Ngưu", "01"), "Ngõ 84 Kim Ngưu");
        assert_eq!(alley("230 Bà Triệu", "46"), "Kiệt 230 Bà Triệu");
        assert_eq!(alley("36 Lê Thị Riêng", "80"), "Hẻm 36 Lê Thị Riêng");
        assert_eq!(alley("Nguyễn Nhiều Hẻm", "80"), "Nguyễn Nhiều Hẻm");
        assert_eq!(street_label(StreetKind::NationalRoad, "QL22B", None), "QL22B");
        assert_eq!(street_label(StreetKind::NationalRoad, "22B", None), "Quốc lộ 22B");
        assert_eq!(street_label(StreetKind::ProvincialRoad, "794", None), "Đường tỉnh 794");
    }
}
