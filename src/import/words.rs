//! Small readings of what people type in tables: numbers, house numbers, kinds of streets.

/// A number with a decimal point or a Vietnamese decimal comma: `2159.6`, `2.159,6`, `2159,6`.
pub fn number(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = match (text.rfind('.'), text.rfind(',')) {
        (Some(dot), Some(comma)) if comma > dot => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (None, Some(_)) => text.replace(',', "."),
        _ => text,
    };
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

/// What a street is, from the word before its name, and the name without that word where the word
/// says no more than the kind (`domain.md`: names are kept as on the sign).
pub fn street(text: &str) -> (&'static str, String) {
    const WORDS: [(&str, &str, bool); 13] = [
        ("đường", "street", true),
        ("phố", "street", true),
        ("đ.", "street", true),
        ("hẻm", "alley", true),
        ("ngõ", "alley", true),
        ("ngách", "alley", true),
        ("kiệt", "alley", true),
        ("quốc lộ", "national_road", false),
        ("ql", "national_road", false),
        ("tỉnh lộ", "provincial_road", false),
        ("tl", "provincial_road", false),
        ("đt", "provincial_road", false),
        ("hương lộ", "street", false),
    ];
    let text = text.trim();
    for (word, kind, is_cut) in WORDS {
        let Some(rest) = after_word(text, word) else { continue };
        // `QL22`, `ĐT 794`: these words are part of the name, and need a number
        let is_numbered = rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if is_cut && !rest.trim().is_empty() && (rest.starts_with(char::is_whitespace) || word.ends_with('.'))
        {
            return (kind, rest.trim().to_owned());
        }
        if !is_cut && is_numbered {
            return (kind, text.to_owned());
        }
    }
    ("street", text.to_owned())
}

/// The rest of the text after a word at its start, whatever the capitals.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for expected in word.chars() {
        if !rest.next()?.to_lowercase().eq(std::iter::once(expected)) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// The parts of an address line that the schema keeps: house number, street, hamlet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AddressParts {
    /// A chain such as `36/45/32` stays one number.
    pub number: Option<String>,
    /// Name without the word for street.
    pub street: Option<String>,
    /// With its word: `Ấp Trường An`.
    pub hamlet: Option<String>,
}

/// Reads the front of an address line. The units at its end are told from the place, not from here;
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
            parts.street = Some(street(rest).1);
        }
        // `29/7C, đường số 25`: the number stood alone
        if let Some(next) = segments.get(at + 1).filter(|_| rest.is_empty()) {
            let says_street = ["đường", "phố", "hẻm", "ngõ"].iter().any(|w| after_word(next, w).is_some());
            parts.street = says_street.then(|| street(next).1);
        }
    }
    if parts.hamlet.is_none() {
        parts.hamlet = segments.iter().find_map(|segment| hamlet_of(segment));
    }
    parts
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
        assert_eq!(street("Đường Cách Mạng Tháng 8"), ("street", "Cách Mạng Tháng 8".to_owned()));
        assert_eq!(street("Hẻm 12"), ("alley", "12".to_owned()));
        assert_eq!(street("QL22B"), ("national_road", "QL22B".to_owned()));
        assert_eq!(street("Phổ Quang"), ("street", "Phổ Quang".to_owned()));
        assert_eq!(street("Đường"), ("street", "Đường".to_owned()));
    }

    #[test]
    fn an_address_line_gives_number_street_and_hamlet() {
        let parts = |line: &str| {
            let p = address_parts(line);
            [p.number, p.street, p.hamlet].map(Option::unwrap_or_default)
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
        assert_eq!(parts("Chợ Mới, 91 QL13, Hiệp Bình Phước, 700000"), ["91", "QL13", ""]);
    }
}
