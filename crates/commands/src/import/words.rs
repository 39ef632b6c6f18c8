//! Small readings of what people type in tables: house numbers, kinds of streets.

pub use crate::table::number;

use crate::geocode::{
    StreetWords, after_word, has_street_name, is_bare_street_word, street_words, worded_street,
};

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

/// What a street is, from the word before its name.
pub fn street(text: &str) -> StreetName {
    street_words(text).into()
}

/// A street in an address; nothing where the text is no more than a word for one (`101 Hẻm`) or says
/// that it has no name.
pub fn street_of_address(text: &str) -> Option<StreetName> {
    let text = text.trim();
    (!is_bare_street_word(text) && text.contains(char::is_alphanumeric))
        .then(|| street(text))
        .filter(|street| has_street_name(&street.name))
}

/// The parts of an address line that the schema keeps: house number, street, hamlet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AddressParts {
    /// A chain such as `36/45/32` stays one number.
    pub number: Option<String>,
    /// As far as the line says so.
    pub street: Option<StreetName>,
    /// With its word: `Ấp Trường An`.
    pub hamlet: Option<String>,
}

/// Reads the front of an address line. The units at its end are known by the place, not from here;
/// the geocoder has the full reading.
pub fn address_parts(line: &str) -> AddressParts {
    const HAMLETS: [&str; 13] = [
        "ấp",
        "thôn",
        "xóm",
        "khóm",
        "khu phố",
        "kp",
        "tổ dân phố",
        "tdp",
        "tổ",
        "bản",
        "buôn",
        "làng",
        "khu dân cư",
    ];
    let hamlet_of = |segment: &str| {
        let is_hamlet = HAMLETS.iter().any(|word| {
            after_word(segment, word).is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_whitespace() || c == '.' || c.is_ascii_digit())
            })
        });
        is_hamlet.then(|| segment.to_owned())
    };
    let segments: Vec<&str> = line.split(',').map(str::trim).filter(|s| !s.is_empty()).collect();
    let mut parts = AddressParts::default();
    // A shop's name may stand before the number; a bare number further on may be a postal code.
    let numbered = segments.iter().enumerate().find_map(|(i, segment)| {
        let (number, rest) = house_number(segment)?;
        (i == 0 || !rest.is_empty() || number.len() < 5).then_some((i, number, rest))
    });
    if let Some((at, number, rest)) = numbered {
        parts.number = Some(number);
        parts.hamlet = hamlet_of(rest);
        if !rest.is_empty() && parts.hamlet.is_none() {
            parts.street = street_of_address(rest);
        }
        // `29/7C, đường số 25`: the number stood alone
        if let Some(next) = segments.get(at + 1).filter(|_| rest.is_empty()) {
            let says_street = ["đường", "phố", "hẻm", "ngõ"].iter().any(|w| after_word(next, w).is_some());
            parts.street = says_street.then(|| street_of_address(next)).flatten();
        }
    } else {
        // Without a number only a word tells a street from a shop or a village. `Phố` does not: Phố Lu
        // and Phố Nối are towns.
        let says_street = |segment: &&&str| after_word(segment, "phố").is_none();
        parts.street = segments
            .iter()
            .filter(says_street)
            .find_map(|segment| worded_street(segment))
            .filter(|street| has_street_name(street.name))
            .map(StreetName::from);
    }
    if parts.hamlet.is_none() {
        parts.hamlet = segments.iter().find_map(|segment| hamlet_of(segment));
    }
    parts
}

/// The end of an address line, where it names units: `Phường 6, Quận 3, Thành phố Hồ Chí Minh`, without country
/// and postal code, and never with a house number.
pub fn place_of(line: &str) -> Option<String> {
    const LEVELS: usize = 3;
    let is_postal = |word: &&str| matches!(word.len(), 5 | 6) && word.bytes().all(|b| b.is_ascii_digit());
    let without_code = |segment: &str| {
        segment.split_whitespace().filter(|word| !is_postal(word)).collect::<Vec<_>>().join(" ")
    };
    let is_country =
        |segment: &str| ["việt nam", "vietnam", "viet nam"].contains(&segment.to_lowercase().as_str());
    let segments: Vec<String> =
        line.split(',').map(without_code).filter(|part| !part.is_empty() && !is_country(part)).collect();
    let units = segments.iter().rev().take(LEVELS).take_while(|part| may_name_a_unit(part));
    let mut units: Vec<&str> = units.map(String::as_str).collect();
    units.reverse();
    (units.len() > 1).then(|| units.join(", "))
}

/// Not so a house number, nor what has digits enough to be somebody's phone or identity number.
fn may_name_a_unit(part: &str) -> bool {
    const UNIT_DIGITS: usize = 2;
    house_number(part).is_none() && part.chars().filter(char::is_ascii_digit).count() <= UNIT_DIGITS
}

/// A house number at the start, with what follows it.
fn house_number(segment: &str) -> Option<(String, &str)> {
    let start = ["số nhà", "số", "sn"]
        .iter()
        .find_map(|word| {
            after_word(segment, word)
                .filter(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        })
        .unwrap_or(segment)
        .trim_start();
    let end = start.find(|c: char| c.is_whitespace()).unwrap_or(start.len());
    let (word, mut rest) = start.split_at(end);
    let is_number = word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.'))
        // a Plus Code or a unit's name is no number
        && word.chars().filter(char::is_ascii_alphabetic).count() <= 3;
    if !is_number {
        return None;
    }
    let mut number = word.trim_end_matches(['-', '.', '/']).to_owned();
    if let Some(after) =
        after_word(rest.trim_start(), "bis").filter(|r| !r.starts_with(char::is_alphanumeric))
    {
        number.push_str(" Bis");
        rest = after;
    }
    Some((number, rest.trim()))
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
            ("Đường", "street", "Đường"),
        ] {
            assert_eq!(street(text), StreetName { kind, name: name.to_owned() }, "{text}");
        }
        assert_eq!(street_of_address("Hẻm"), None);
        assert_eq!(street_of_address("Đường Chưa Đặt Tên"), None);
    }

    #[test]
    fn an_address_line_gives_number_street_and_hamlet() {
        let parts = |line: &str| {
            let p = address_parts(line);
            [p.number, p.street.map(|s| s.name), p.hamlet].map(Option::unwrap_or_default)
        };
        assert_eq!(parts("786 Nguyễn Kiệm, Phường 3, Gò Vấp"), ["786", "Nguyễn Kiệm", ""]);
        assert_eq!(parts("501/9/2/17 Vườn Lài, An Phú Đông"), ["501/9/2/17", "Vườn Lài", ""]);
        assert_eq!(
            parts("29/7C, đường số 25-A1 Ngô Quyền, ấp Trường An, xã Trường Tây"),
            ["29/7C", "số 25-A1 Ngô Quyền", "ấp Trường An"]
        );
        assert_eq!(parts("7/14 Khu phố Bình Đức 2, Bình Hòa"), ["7/14", "", "Khu phố Bình Đức 2"]);
        assert_eq!(parts("130 Bis Đường Số 7, Phường 8"), ["130 Bis", "Số 7", ""]);
        assert_eq!(parts("Tổ 4, Nam Tân, Nam Khê"), ["", "", "Tổ 4"]);
        assert_eq!(parts("Chợ Bến Thành, Quận 1"), ["", "", ""]);
        assert_eq!(parts("2M2F+22C, 59 Đường 2"), ["59", "2", ""]);
        assert_eq!(parts("Trà sữa, Đường Trần Phú, Thịnh Long"), ["", "Trần Phú", ""]);
        assert_eq!(parts("Trần Phú, Thịnh Long"), ["", "", ""], "a street or a village");
        assert_eq!(parts("Phố Lu, Bảo Thắng"), ["", "", ""], "a town");
        assert_eq!(parts("101 Hẻm, Sơn Kỳ"), ["101", "", ""]);
        assert_eq!(parts("Chợ Mới, 91 QL13, Hiệp Bình Phước, 700000"), ["91", "QL13", ""]);
    }
}
