//! A pair of plane coordinates as people write it: X and Y in either order, with the separators of any country, and
//! what is said of their system: `EPSG:9209`, `KTT 105°30′`, `VN2000`, `UTM 48`.

use crate::geocode::text::fold;
use crate::geometry::{EpsgCode, VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM};

/// Northings of the country, metres.
const NORTHINGS: std::ops::Range<f64> = 800_000.0..2_700_000.0;
/// Eastings within three degrees of a meridian, metres, with the false easting of 500 km.
const EASTINGS: std::ops::Range<f64> = 200_000.0..800_000.0;
/// Fewer digits are no such pair.
const MIN_DIGITS: usize = 12;
/// A third number may be a height.
const HIGHEST_M: f64 = 4_000.0;

/// Words that may stand beside such numbers and name no place, folded.
const WORDS: [&str; 35] = [
    "x", "y", "z", "h", "n", "e", "b", "d", "m", "met", "vn", "wgs", "gps", "utm", "tm", "ktt", "kttw", "kt",
    "kinh", "tuyen", "truc", "mui", "chieu", "do", "phut", "zone", "epsg", "srid", "crs", "toa", "he", "bac",
    "dong", "northing", "easting",
];

/// A pair, what its system may be, and words beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Metres {
    /// X in Vietnamese practice.
    pub northing: f64,
    /// Y.
    pub easting: f64,
    /// The systems the text says it may be in, the likeliest first; empty: it says none.
    pub systems: Vec<EpsgCode>,
    /// What may name the place it lies in.
    pub rest: String,
}

/// A pair of metres and what stands beside it; `None` for other texts.
pub(super) fn read(text: &str) -> Option<Metres> {
    if text.bytes().filter(u8::is_ascii_digit).count() < MIN_DIGITS {
        return None;
    }
    let pieces = pieces(text);
    let mut reader = Reader { pieces: &pieces, at: 0, said: Said::default(), numbers: Vec::new() };
    reader.read();
    let Reader { said, numbers, .. } = reader;
    let (northing, easting) = pair(&numbers)?;
    Some(Metres { northing, easting, systems: said.systems(), rest: rest(text) })
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece<'a> {
    Word(&'a str),
    /// Digits with points and commas among them.
    Number(&'a str),
    Sign(char),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if first.is_ascii_digit() {
            number_end(rest)
        } else if is_letter(first) {
            // a mark may stand apart from its letter
            let goes_on = |c: char| is_letter(c) || ('\u{300}'..='\u{36f}').contains(&c);
            rest.find(|c| !goes_on(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, after) = rest.split_at(end);
        if first.is_ascii_digit() {
            found.push(Piece::Number(piece));
        } else if is_letter(first) {
            found.push(Piece::Word(piece));
        } else if !first.is_whitespace() {
            found.push(Piece::Sign(first));
        }
        rest = after;
    }
    found
}

/// The sign º of degrees counts as a letter elsewhere.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && c != 'º'
}

/// Where a number ends: a point or comma belongs to it where a digit follows.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let goes_on =
        |at: usize| is_digit(at) || (matches!(bytes.get(at), Some(b'.' | b',')) && is_digit(at + 1));
    (0..text.len()).find(|&at| !goes_on(at)).unwrap_or(text.len())
}

/// What a text says of the system.
#[derive(Debug, Default)]
struct Said {
    epsg: Option<EpsgCode>,
    meridian: Option<f64>,
    /// 48 or 49.
    zone: Option<u32>,
    is_utm: bool,
    is_vn2000: bool,
    is_wgs84: bool,
}

impl Said {
    fn systems(&self) -> Vec<EpsgCode> {
        if let Some(epsg) = self.epsg {
            return vec![epsg];
        }
        let meridian = self.zone.map(|zone| f64::from(zone) * 6.0 - 183.0).or(self.meridian);
        let of = |systems: &[(EpsgCode, f64)]| -> Vec<EpsgCode> {
            let is_it = |of: f64| meridian.is_none_or(|said| (said - of).abs() < 0.01);
            systems.iter().filter(|(_, of)| is_it(*of)).map(|(system, _)| *system).collect()
        };
        if self.is_utm || self.is_wgs84 || self.zone.is_some() {
            return match (self.is_vn2000, self.is_wgs84) {
                (_, true) => of(&WGS84_UTM),
                (true, false) => of(&VN2000_UTM),
                (false, false) => [of(&VN2000_UTM), of(&WGS84_UTM)].concat(),
            };
        }
        if meridian.is_none() {
            return Vec::new();
        }
        let three_degrees = of(&VN2000_MERIDIANS);
        if three_degrees.is_empty() { of(&VN2000_UTM) } else { three_degrees }
    }
}

struct Reader<'a> {
    pieces: &'a [Piece<'a>],
    at: usize,
    said: Said,
    /// Numbers that say nothing of the system.
    numbers: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        while let Some(&piece) = self.pieces.get(self.at) {
            self.at += 1;
            match piece {
                Piece::Word(word) => self.word(&fold::key(word)),
                Piece::Number(number) => {
                    let bare = self.at;
                    // "105°30′" beside the pair
                    let is_angle = number.len() <= 7 && self.next_is_degrees();
                    self.at = bare - 1;
                    match self.angle().filter(|angle| is_angle && (100.0..112.0).contains(angle)) {
                        Some(angle) => self.said.meridian = Some(angle),
                        None => {
                            self.at = bare;
                            self.numbers.push(number);
                        }
                    }
                }
                Piece::Sign(_) => {}
            }
        }
    }

    /// What a word says, with the numbers that belong to it.
    fn word(&mut self, key: &str) {
        match key {
            "vn" => self.said.is_vn2000 |= self.number_is(&[2000]).is_some(),
            "wgs" => self.said.is_wgs84 |= self.number_is(&[84]).is_some(),
            "epsg" | "srid" | "crs" => {
                let mut known = VN2000_MERIDIANS.iter().chain(&VN2000_UTM).chain(&WGS84_UTM);
                let said = self.number_that(|code| code < 100_000).map(EpsgCode);
                self.said.epsg =
                    said.filter(|said| known.any(|(system, _)| system == said)).or(self.said.epsg);
            }
            "utm" => {
                self.said.is_utm = true;
                self.said.zone = self.number_is(&[48, 49]).or(self.said.zone);
            }
            "zone" => self.said.zone = self.number_is(&[48, 49]).or(self.said.zone),
            // "múi 48", "múi chiếu 3°", "múi 6 độ"
            "mui" => {
                if self.pieces.get(self.at).is_some_and(|next| is_word(next, "chieu")) {
                    self.at += 1;
                }
                match self.number_is(&[3, 6, 48, 49]) {
                    Some(6) => self.said.is_utm = true,
                    Some(zone @ (48 | 49)) => self.said.zone = Some(zone),
                    _ => {}
                }
            }
            // "TM-3 105-30", as EPSG names it
            "tm" if self.number_is(&[3]).is_some() => self.meridian(),
            "ktt" | "kttw" | "truc" | "tuyen" => {
                self.said.is_vn2000 = true;
                self.meridian();
            }
            _ => {}
        }
    }

    /// The number that comes next, signs left out, where it is one of these.
    fn number_is(&mut self, wanted: &[u32]) -> Option<u32> {
        self.number_that(|number| wanted.contains(&number))
    }

    fn number_that(&mut self, is_wanted: impl Fn(u32) -> bool) -> Option<u32> {
        let at = self.after_signs();
        let Some(Piece::Number(number)) = self.pieces.get(at) else { return None };
        let number = number.parse().ok().filter(|number| is_wanted(*number))?;
        self.at = at + 1;
        Some(number)
    }

    fn meridian(&mut self) {
        let before = self.at;
        self.at = self.after_signs();
        match self.angle().filter(|angle| (100.0..112.0).contains(angle)) {
            Some(angle) => self.said.meridian = Some(angle),
            None => self.at = before,
        }
    }

    fn after_signs(&self) -> usize {
        let is_sign = |piece: &&Piece| matches!(piece, Piece::Sign('-' | ':' | '=' | '(' | '.' | '/'));
        self.at + self.pieces.iter().skip(self.at).take_while(is_sign).count()
    }

    /// `105°30′`, `105.5`, `105-30`, `105 độ 30 phút`, `105.30` as minutes.
    fn angle(&mut self) -> Option<f64> {
        let Some(Piece::Number(number)) = self.pieces.get(self.at) else { return None };
        self.at += 1;
        let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
        let whole: f64 = whole.parse().ok()?;
        if !fraction.is_empty() {
            let decimal: f64 = format!("0.{fraction}").parse().ok()?;
            let minutes: f64 = fraction.parse().ok()?;
            self.skip_degrees();
            // the meridians stand at quarters of a degree: 105.30 is 105°30′ and 105.75 is no minutes
            let is_quarter = (decimal * 4.0).fract() == 0.0;
            return Some(whole + if is_quarter { decimal } else { minutes / 60.0 });
        }
        self.skip_degrees();
        if let Some(Piece::Sign('-')) = self.pieces.get(self.at) {
            self.at += 1;
        }
        let minutes = match self.pieces.get(self.at) {
            Some(Piece::Number(minutes)) if minutes.len() <= 2 => minutes.parse().ok(),
            _ => None,
        };
        let Some(minutes) = minutes.filter(|minutes: &f64| *minutes < 60.0) else { return Some(whole) };
        self.at += 1;
        if self.pieces.get(self.at).is_some_and(|next| is_word(next, "phut")) {
            self.at += 1;
        }
        Some(whole + minutes / 60.0)
    }

    fn next_is_degrees(&self) -> bool {
        match self.pieces.get(self.at) {
            Some(Piece::Sign(sign)) => matches!(sign, '°' | 'º' | '˚'),
            Some(word) => is_word(word, "do") || is_word(word, "o"),
            None => false,
        }
    }

    fn skip_degrees(&mut self) {
        if self.next_is_degrees() {
            self.at += 1;
        }
    }
}

fn is_word(piece: &Piece, wanted: &str) -> bool {
    matches!(piece, Piece::Word(word) if fold::key(word) == wanted)
}

/// Northing and easting among the numbers of a text, where these are one pair and at most a height.
fn pair(numbers: &[&str]) -> Option<(f64, f64)> {
    match numbers {
        [one] => {
            let commas = one.match_indices(',');
            commas.into_iter().find_map(|(at, _)| ordered(one.get(..at)?, one.get(at + 1..)?))
        }
        [one, other] => ordered(one, other),
        [one, other, height] if is_height(height) => ordered(one, other),
        many => spaced(many),
    }
}

fn is_height(number: &str) -> bool {
    number.replace(',', ".").parse::<f64>().is_ok_and(|height| height < HIGHEST_M)
}

/// Two numbers as northing and easting: only one of them can be either.
fn ordered(one: &str, other: &str) -> Option<(f64, f64)> {
    let (one, other) = (metres(one), metres(other));
    let first =
        |values: &[f64], range: &std::ops::Range<f64>| values.iter().copied().find(|v| range.contains(v));
    let as_written = first(&one, &NORTHINGS).zip(first(&other, &EASTINGS));
    as_written.or_else(|| first(&other, &NORTHINGS).zip(first(&one, &EASTINGS)))
}

/// `1 247 513.58 566 946.63`: groups of three digits.
fn spaced(groups: &[&str]) -> Option<(f64, f64)> {
    if groups.len() > 6 {
        return None;
    }
    // an easting and a northing below a million have twelve digits, as the numbers of persons have
    let is_long = |pair: &(f64, f64)| pair.0 >= 1_000_000.0;
    let joined = |groups: &[&str]| {
        let (first, rest) = groups.split_first()?;
        let is_group = |group: &&str| group.bytes().take_while(u8::is_ascii_digit).count() == 3;
        let before_last = groups.get(..groups.len() - 1)?;
        let is_number = (1..=3).contains(&first.len())
            && rest.iter().all(is_group)
            && before_last.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()));
        (is_number && !first.starts_with('0')).then(|| groups.concat())
    };
    (1..groups.len()).find_map(|cut| {
        let (one, other) = groups.split_at_checked(cut)?;
        ordered(&joined(one)?, &joined(other)?).filter(is_long)
    })
}

/// What a number may be, the comma or the point being the decimal sign and the other one standing between thousands.
fn metres(number: &str) -> Vec<f64> {
    [('.', ','), (',', '.')]
        .into_iter()
        .filter_map(|(decimal, thousands)| with_signs(number, decimal, thousands))
        .collect()
}

fn with_signs(number: &str, decimal: char, thousands: char) -> Option<f64> {
    let (whole, fraction) = number.split_once(decimal).unwrap_or((number, "0"));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut groups = whole.split(thousands);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    is_grouped.then(|| format!("{first}{}.{fraction}", rest.concat()).parse().ok()).flatten()
}

/// The words of a text that may name a place. A run of words between numbers is left out where all of it is about
/// coordinates; such words before a name are too.
fn rest(text: &str) -> String {
    let runs = text.split(|c: char| c.is_ascii_digit());
    let named = runs.filter_map(|run| {
        let words: Vec<&str> = run.split_whitespace().collect();
        let is_known = |word: &&str| {
            let mut parts = word.split(|c: char| !is_letter(c)).filter(|part| !part.is_empty());
            parts.all(|part| WORDS.contains(&fold::key(part).as_str()))
        };
        if words.iter().all(is_known) {
            return None;
        }
        // "tọa độ tại phường Long Hoa"; "Đông Hòa" keeps its first word
        let leads = |word: &&str| {
            ["toa", "do", "tai", "o"].contains(&fold::key(word).as_str())
                || !word.contains(char::is_alphabetic)
        };
        let from = words.iter().take_while(|word| leads(word)).count();
        Some(words.get(from..)?.join(" "))
    });
    let named: Vec<String> = named.collect();
    named.join(", ").trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::metres::*;
    use proptest::prelude::*;

    const NORTHING: f64 = 1_247_513.579;
    const EASTING: f64 = 566_946.632;

    fn systems(text: &str) -> Vec<u32> {
        let metres = read(text).unwrap_or_else(|| panic!("{text}"));
        assert!(
            (metres.northing - NORTHING).abs() < 1.0 && (metres.easting - EASTING).abs() < 1.0,
            "{metres:?}"
        );
        assert_eq!(metres.rest, "", "{text}");
        metres.systems.into_iter().map(|system| system.0).collect()
    }

    #[test]
    fn a_pair_is_read_with_the_separators_of_any_country() {
        for text in [
            "1247513.579 566946.632",
            "566946.632, 1247513.579",
            "1247513.579,566946.632",
            "1247513,566946",
            "566,946.632 1,247,513.579",
            "566,946.632, 1,247,513.579",
            "1.247.513,579 566.946,632",
            "1.247.513 566.946",
            "1247513,579 566946,632",
            "1247513,579; 566946,632",
            "1 247 513.579 566 946.632",
            "1 247 513,579; 566 946,632",
            "X=1247513.58 Y=566946.63",
            "X: 1247513.58; Y: 566946.63; H: 12.5",
            "X (m) = 1247513.58, Y (m) = 566946.63",
            "N1247513.58 E566946.63",
            "(1247513.579; 566946.632)",
            "tọa độ 1247513.579 566946.632",
            "TOẠ ĐỘ VN2000 1247513.579 566946.632",
            "tọa độ VN-2000: X=1247513.579, Y=566946.632",
            "hệ tọa độ VN 2000 1247513.579 566946.632",
        ] {
            assert_eq!(systems(text), [0; 0], "{text}");
        }
    }

    #[test]
    fn the_system_is_read_in_all_the_ways_it_is_said() {
        for text in [
            "1247513.579 566946.632 EPSG:9209",
            "EPSG 9209 1247513.579 566946.632",
            "1247513.579 566946.632 srid=9209",
            "X=1247513.58 Y=566946.63 (KTT 105°30′)",
            "1.247.513,58 566.946,63 (KTT 105°30')",
            "VN2000 KTT 105.5 1247513.579 566946.632",
            "VN2000 KTT 105.30 1247513.579 566946.632",
            "KTT: 105 30 1247513.579 566946.632",
            "1247513.579 566946.632 KTT 105-30",
            "1247513.579 566946.632 kinh tuyến trục 105 độ 30 phút",
            "1247513.579 566946.632 kinh tuyến trục 105º30', múi chiếu 3°",
            "1247513.579 566946.632 VN-2000 / TM-3 105-30",
            "1247513.579 566946.632 105°30'",
        ] {
            assert_eq!(systems(text), [9209], "{text}");
        }
        assert_eq!(systems("1247513.579 566946.632 KTT 105°45′"), [9210]);
        assert_eq!(systems("1247513.579 566946.632 KTT 105"), [5897]);
        assert_eq!(systems("1247513.579 566946.632 KTT 105, múi 6"), [3405]);
        assert_eq!(systems("1247513.579 566946.632 VN2000 UTM 48N"), [3405]);
        assert_eq!(systems("1247513.579 566946.632 UTM 49"), [3406, 32649]);
        assert_eq!(systems("1247513.579 566946.632 UTM zone 48"), [3405, 32648]);
        assert_eq!(systems("WGS84 UTM 48N 1247513.579 566946.632"), [32648]);
        assert_eq!(systems("1247513.579 566946.632 EPSG:4326"), [0; 0]);
    }

    #[test]
    fn words_that_name_a_place_are_kept_apart() {
        let rest = |text: &str| read(text).unwrap().rest;
        assert_eq!(rest("1247513.579 566946.632 phường Long Hoa"), "phường Long Hoa");
        assert_eq!(rest("tọa độ tại Đông Hòa: 1247513.579 566946.632"), "Đông Hòa");
        assert_eq!(rest("1247513.579 566946.632 (KTT 105°30′), Đông Hòa"), "Đông Hòa");
    }

    #[test]
    fn other_numbers_are_no_pair() {
        for text in [
            "12 Hùng Vương",
            "11.283, 106.127",
            "0912 345 678",
            "079 201 001 234",
            "123 456 789 012",
            "079201001234",
            "1247513.579 566946.632 1247513.579 566946.632",
            "9999999.1 566946.632",
            "1247513.579",
            "1.2.3.4.5.6.7.8.9.1.2.3",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_left(text in "\\PC{0,60}|[0-9 .,°'\"XYKT=:\\-]{0,60}") {
            if let Some(metres) = read(&text) {
                prop_assert!(NORTHINGS.contains(&metres.northing) && EASTINGS.contains(&metres.easting));
            }
        }
    }
}
