//! The line of an address as people write it in one cell: its front gives house number, street and hamlet, its end the
//! place before the reform.

use super::words::{StreetName, is_ward, street_of_address};
use crate::geocode::{after_word, has_street_name, is_bare_street_word, worded_street};

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

/// What a hamlet is called, before its name.
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

/// The words for an alley that may stand between a house number and a street.
const ALLEYS: [&str; 7] = ["hẻm", "ngõ", "ngách", "ngh.", "ng.", "kiệt", "kiet"];

/// Reads the front of an address line. The units at its end are known by the place, not from here;
/// the geocoder has the full reading.
///
/// Alleys between house and street become part of the number, the outermost first: `66 Ng. 430 Đ. Nguyễn Tất Thành` is
/// 430/66 Nguyễn Tất Thành. A second number with nothing between is such an alley too: `11, 230 Bùi Thị Xuân`.
pub fn address_parts(line: &str) -> AddressParts {
    let line = first_address(line);
    let segments: Vec<&str> = line.split(',').map(str::trim).filter(|s| !s.is_empty()).collect();
    let mut parts = AddressParts::default();
    // A shop's name may stand before the number; a bare number further on may be a postal code.
    let numbered = segments.iter().enumerate().find_map(|(i, segment)| {
        let (number, rest) = house_number(segment)?;
        (i == 0 || !rest.is_empty() || number.len() < 5).then_some((i, number, rest))
    });
    match numbered {
        Some((at, number, rest)) => Door { segments: &segments, at, rest }.read(number, &mut parts),
        None => parts.street = street_by_word(&segments),
    }
    if parts.hamlet.is_none() {
        parts.hamlet = segments.iter().find_map(|segment| hamlet_of(segment));
    }
    parts
}

/// The first of the addresses in a cell that holds several.
fn first_address(line: &str) -> &str {
    line.split([';', '\n']).map(str::trim).find(|part| !part.is_empty()).unwrap_or_default()
}

/// What stands behind a house number, segment by segment.
struct Door<'a> {
    segments: &'a [&'a str],
    /// The segment that is read.
    at: usize,
    /// What is left of it.
    rest: &'a str,
}

impl<'a> Door<'a> {
    fn read(mut self, number: String, parts: &mut AddressParts) {
        let mut chain = number;
        if let Some((second, rest)) = self.second_number().or_else(|| self.neighbour_of(&chain)) {
            chain = with_second(&chain, &second);
            self.step(rest);
        }
        let mut outermost = None;
        while let Some((alley, rest)) = self.text().and_then(numbered_alley) {
            let inner = chain.clone();
            chain = within(&alley, &chain);
            outermost = Some((inner, alley));
            self.step(rest);
        }
        if !self.rest.is_empty() {
            parts.hamlet = hamlet_of(self.rest);
        }
        if parts.hamlet.is_none() {
            parts.street = self.street();
        }
        // an alley of a street that the line does not name
        let alone = outermost.filter(|_| parts.street.is_none());
        if let Some((inner, alley)) = alone {
            parts.street = Some(StreetName { kind: "alley", name: alley });
            chain = inner;
        }
        parts.number = Some(chain);
    }

    /// What is read next: the rest of the segment, or the next one.
    fn text(&self) -> Option<&'a str> {
        if self.rest.is_empty() { self.next() } else { Some(self.rest) }
    }

    fn next(&self) -> Option<&'a str> {
        self.segments.get(self.at + 1).copied()
    }

    /// Goes on behind what was read of [`Door::text`].
    fn step(&mut self, rest: &'a str) {
        self.at += usize::from(self.rest.is_empty());
        self.rest = rest;
    }

    /// A number with a street behind it, directly behind a number that stands alone.
    fn second_number(&self) -> Option<(String, &'a str)> {
        let next = self.next().filter(|_| self.rest.is_empty())?;
        // `12, 700000 Hồ Chí Minh` is a postal code
        let is_short = |number: &str| number.split(['/', '-']).all(|part| part.len() <= 4);
        house_number(next)
            .filter(|(number, rest)| is_short(number) && !rest.is_empty() && hamlet_of(rest).is_none())
    }

    /// The number of the house next door, behind a space: `116 118 Trần Tuấn Khải`.
    fn neighbour_of(&self, first: &str) -> Option<(String, &'a str)> {
        house_number(self.rest).filter(|(second, rest)| are_neighbours(first, second) && !rest.is_empty())
    }

    /// A street in the rest of the segment; where the number stood alone, in the next one if a word says so or a ward
    /// follows it.
    fn street(&self) -> Option<StreetName> {
        if !self.rest.is_empty() {
            return alley_of_ha_noi(self.rest, self.segments).or_else(|| street_of_address(self.rest));
        }
        let next = self.next()?;
        let says_street = worded_street(next).is_some();
        let ends_as_street = next.to_lowercase().ends_with(" street");
        (says_street || ends_as_street || self.stands_before_a_ward(next))
            .then(|| street_of_address(next))
            .flatten()
    }

    /// Whether a name without a word for what it is has nothing but a hamlet between it and a ward in words.
    fn stands_before_a_ward(&self, name: &str) -> bool {
        const PLACES: [&str; 8] = ["chợ", "khu", "chung cư", "tòa", "lô", "cụm", "kcn", "xã"];
        let is_place = PLACES.iter().any(|word| after_word(name, word).is_some());
        let behind = self.segments.get(self.at + 2..).unwrap_or_default();
        let ward = behind.iter().find(|segment| hamlet_of(segment).is_none());
        !is_place
            && hamlet_of(name).is_none()
            && !is_ward(name)
            && ward.is_some_and(|segment| is_ward(segment))
    }
}

/// The number of a house inside what a second number names. Two neighbours of one side are one door, and a number
/// that holds the other's says both.
fn with_second(first: &str, second: &str) -> String {
    if first == second || second.strip_prefix(first).is_some_and(|rest| rest.starts_with('/')) {
        return second.to_owned();
    }
    if are_neighbours(first, second) {
        return format!("{first}-{second}");
    }
    within(second, first)
}

/// Whether two numbers are of houses side by side that were joined.
fn are_neighbours(first: &str, second: &str) -> bool {
    const JOINED: u32 = 6;
    let numbers = first.parse::<u32>().ok().zip(second.parse::<u32>().ok());
    numbers.is_some_and(|(a, b)| a % 2 == b % 2 && b > a && b - a <= JOINED)
}

/// A chain inside an alley, unless it says so already.
fn within(alley: &str, chain: &str) -> String {
    match chain.strip_prefix(alley).is_some_and(|rest| rest.starts_with('/')) {
        true => chain.to_owned(),
        false => format!("{alley}/{chain}"),
    }
}

/// `Ngõ 68 Lưu Hữu Phước`: the number of an alley and what follows it.
fn numbered_alley(text: &str) -> Option<(String, &str)> {
    let rest = ALLEYS.iter().find_map(|word| {
        after_word(text, word).filter(|rest| word.ends_with('.') || rest.starts_with(char::is_whitespace))
    })?;
    house_number(rest.trim())
}

/// `25 Ng. Trung Yên` in Hà Nội is an alley with a name; `Ng. Quyền` is Ngô Quyền, there too.
fn alley_of_ha_noi(text: &str, segments: &[&str]) -> Option<StreetName> {
    const OF_NGO: [&str; 7] = ["quyền", "gia tự", "tất tố", "thì nhậm", "sĩ liên", "đức kế", "gia khảm"];
    let is_in_ha_noi = segments.iter().any(|part| {
        let part = part.to_lowercase();
        ["hà nội", "ha noi", "hanoi"].iter().any(|name| part.contains(name))
    });
    let name = after_word(text, "ng.").map(str::trim).filter(|_| is_in_ha_noi)?;
    let is_name = name.starts_with(char::is_alphabetic) && !OF_NGO.contains(&name.to_lowercase().as_str());
    is_name.then(|| StreetName { kind: "alley", name: name.to_owned() })
}

/// Without a number only a word, or a date, tells a street from a shop or a village. `Phố` does not: Phố Lu and Phố
/// Nối are towns.
fn street_by_word(segments: &[&str]) -> Option<StreetName> {
    let by_word = |segment: &&str| {
        let is_worded =
            is_date(segment) || (after_word(segment, "phố").is_none() && worded_street(segment).is_some());
        is_worded.then(|| street_of_address(segment)).flatten()
    };
    segments.iter().find_map(by_word).filter(|street| has_street_name(&street.name))
}

/// `30 Tháng 4` is a street and no house 30.
fn is_date(segment: &str) -> bool {
    let words: Vec<&str> = segment.split_whitespace().collect();
    let is_number = |word: &str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    matches!(words.as_slice(), [day, month_word, month]
        if is_number(day) && is_number(month) && ["tháng", "thang"].contains(&month_word.to_lowercase().as_str()))
}

fn hamlet_of(segment: &str) -> Option<String> {
    let is_hamlet = HAMLETS.iter().any(|word| {
        after_word(segment, word).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_whitespace() || c == '.' || c.is_ascii_digit())
        })
    });
    is_hamlet.then(|| segment.to_owned())
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
    let segments: Vec<String> = line
        .split(',')
        .map(without_code)
        .filter(|part| !part.is_empty() && !is_country(part) && !is_bare_word(part))
        .collect();
    let units = segments.iter().rev().take(LEVELS).take_while(|part| may_name_a_unit(part));
    let mut units: Vec<&str> = units.map(String::as_str).collect();
    units.reverse();
    (units.len() > 1).then(|| units.join(", "))
}

/// `Phường`, `Street`: a word for what is not named.
fn is_bare_word(part: &str) -> bool {
    const WORDS: [&str; 12] = [
        "phường",
        "xã",
        "thị trấn",
        "quận",
        "huyện",
        "thị xã",
        "thành phố",
        "tỉnh",
        "street",
        "st",
        "road",
        "unnamed road",
    ];
    let part = part.trim_end_matches('.').to_lowercase();
    WORDS.contains(&part.as_str()) || is_bare_street_word(&part)
}

/// Not so a house number, nor what has digits enough to be somebody's phone or identity number.
fn may_name_a_unit(part: &str) -> bool {
    const UNIT_DIGITS: usize = 2;
    house_number(part).is_none() && part.chars().filter(char::is_ascii_digit).count() <= UNIT_DIGITS
}

/// A house number at the start, with what follows it.
fn house_number(segment: &str) -> Option<(String, &str)> {
    if is_date(segment) {
        return None;
    }
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
    // `17/ 3 Bùi Viện` is 17/3
    if let Some((inner, behind)) = house_number(rest.trim_start()).filter(|_| word.ends_with('/')) {
        return Some((format!("{number}/{inner}"), behind));
    }
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

    fn parts(line: &str) -> [String; 3] {
        let p = address_parts(line);
        [p.number, p.street.map(|s| s.name), p.hamlet].map(Option::unwrap_or_default)
    }

    #[test]
    fn alleys_before_a_street_are_part_of_the_number_the_outermost_first() {
        for (line, number, street) in [
            ("66 Ng. 430 Đ. Nguyễn Tất Thành, Ph.Tân Dân", "430/66", "Nguyễn Tất Thành"),
            ("12 Ng. 211 P. Khương Trung, Khương Trung, Hà Nội", "211/12", "Khương Trung"),
            ("35 Ngh. 298/26 Đ. Ngọc Lâm, Street, Long Biên", "298/26/35", "Ngọc Lâm"),
            ("10, Ngách 17, ngõ 68 Lưu Hữu Phước, Hà Nội", "68/17/10", "Lưu Hữu Phước"),
            ("Số 2, ngõ 59 Láng Hạ, Láng Hạ", "59/2", "Láng Hạ"),
            ("16 Hẻm 9 Đ. 8, Tăng Nhơn Phú B", "9/16", "8"),
            ("11, 230 Bùi Thị Xuân, Phường Đúc", "230/11", "Bùi Thị Xuân"),
            ("64, 4 Đường Ngô Thì Nhậm, Phường 4", "4/64", "Ngô Thì Nhậm"),
            ("34, 34/49 Đ. số 13, Bình Hưng Hoà A", "34/49", "số 13"),
            ("282, 284 Trần Nguyên Hãn, Phường 8", "282-284", "Trần Nguyên Hãn"),
            ("116 118 Trần Tuấn Khải, Phường 5", "116-118", "Trần Tuấn Khải"),
            ("17/ 3 Bùi Viện, Phường 4", "17/3", "Bùi Viện"),
            ("Sn06, ngõ 38, Tân Dân", "06", "38"),
            ("25 Ng. Trung Yên, Hàng Bạc, Hoàn Kiếm, Hà Nội", "25", "Trung Yên"),
            ("811 Ng. Quyền, An Hải Bắc, Sơn Trà, Đà Nẵng", "811", "Ng. Quyền"),
            ("Ng. 239 P. Bồ Đề, Lâm Du, Bồ Đề", "", "239 Bồ Đề"),
        ] {
            assert_eq!(parts(line), [number, street, ""], "{line}");
        }
    }

    #[test]
    fn a_street_that_begins_with_a_number_is_no_house() {
        for (line, number, street) in [
            ("630 30 Tháng 4, Hoà Cường Bắc", "630", "30 Tháng 4"),
            ("30 Tháng 4, Hoà Cường Bắc", "", "30 Tháng 4"),
            ("12, 30 Tháng 4, Phường 5", "12", "30 Tháng 4"),
            ("193 3/2, Phường 9, Quận 10", "193", "3/2"),
            ("1 P. 8-3, Quỳnh Mai", "1", "8-3"),
            ("4 Đường 25, Phường 6", "4", "25"),
            ("17/ 3 Tháng 2, Phường 6", "17", "3 Tháng 2"),
        ] {
            assert_eq!(parts(line), [number, street, ""], "{line}");
        }
    }

    #[test]
    fn a_word_for_a_ward_or_an_english_word_is_no_street() {
        for (line, number, street) in [
            ("186/8 Phường., Tân Biên, Biên Hòa", "186/8", ""),
            ("25B, Phường Cát Lái, Quận 2", "25B", ""),
            ("1, Phường Đồng Văn, Tỉnh Ninh Bình", "1", ""),
            ("105/7 Nguyen Kiem Street, Ward 3", "105/7", "Nguyen Kiem"),
            ("225, Hoang Hoa Tham Street, Ward 13", "225", "Hoang Hoa Tham"),
            ("124, Mai Thị Hồng Hạnh, Phường Rạch Sỏi", "124", "Mai Thị Hồng Hạnh"),
            ("12, 700000 Hồ Chí Minh", "12", ""),
            ("53, Lạc Nghĩa, Đơn Dương, Lâm Đồng", "53", ""),
            ("329, Quốc Lộ 61, Chợ Cầu Đinh", "329", "Quốc Lộ 61"),
        ] {
            assert_eq!(parts(line), [number, street, ""], "{line}");
        }
        let behind_a_hamlet = parts("10/3, Đinh Tiên Hoàng, Tổ 14, Phường 1");
        assert_eq!(behind_a_hamlet, ["10/3", "Đinh Tiên Hoàng", "Tổ 14"]);
    }

    #[test]
    fn of_two_addresses_in_a_cell_the_first_is_read() {
        assert_eq!(parts("12 Lê Lợi, Phường 1; 14 Hùng Vương, Phường 2"), ["12", "Lê Lợi", ""]);
        assert_eq!(parts("12 Lê Lợi\n14 Hùng Vương"), ["12", "Lê Lợi", ""]);
    }

    #[test]
    fn the_place_at_the_end_is_no_bare_word() {
        let place = |line| place_of(line).unwrap_or_default();
        assert_eq!(place("10 P. Phan Chu Trinh, St, Hoàn Kiếm, Hà Nội, Việt Nam"), "Hoàn Kiếm, Hà Nội");
        assert_eq!(place("186/8 Phường., Tân Biên, Biên Hòa, Đồng Nai"), "Tân Biên, Biên Hòa, Đồng Nai");
        assert_eq!(place("2 Trần Phú, Phường, Quận 5, Hồ Chí Minh"), "Quận 5, Hồ Chí Minh");
    }

    #[test]
    fn an_address_line_gives_number_street_and_hamlet() {
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
