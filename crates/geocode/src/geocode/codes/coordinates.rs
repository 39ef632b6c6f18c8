//! Coordinates as people paste them: decimal degrees in either order, with letters or words of direction, degrees
//! with minutes, with seconds. Links are in [`super::links`], metres in [`super::metres`].

use crate::geocode::text::fold;
use crate::geometry::LngLat;

/// Words that say north and latitude, or east and longitude, folded.
const NORTH: [&str; 5] = ["n", "b", "bac", "lat", "vi"];
const EAST: [&str; 7] = ["e", "d", "dong", "lon", "lng", "long", "kinh"];
/// Words that say neither, and are of coordinates.
const OTHERS: [&str; 8] = ["s", "w", "x", "y", "m", "toa", "do", "gps"];

/// Two numbers, if the text is nothing else.
pub(super) fn read(text: &str) -> Option<LngLat> {
    // what our own answers print behind a place says in which system it was typed
    let is_note = |note: &str| {
        note.ends_with(')') && note.split(|c: char| !c.is_ascii_digit()).all(|run| run.len() < 6)
    };
    let text = text.split_once('(').filter(|(_, note)| is_note(note)).map_or(text, |(text, _)| text);
    let text = without_datum(text);
    let words = Words::of(&text)?;
    let numbers = numbers(&text)?;
    let is_sixtieth = |part: &f64| (0.0..60.0).contains(part);
    match numbers.as_slice() {
        [a, b]
            if text.contains(['.', '°', 'º'])
                || a.fract() != 0.0
                || b.fract() != 0.0
                || words.north.is_some() =>
        {
            degrees(*a, *b, &words)
        }
        [d1, m1, d2, m2] if text.contains(['°', 'º']) || words.are_directions() => {
            degrees(d1 + m1 / 60.0, d2 + m2 / 60.0, &words)
        }
        [d1, m1, s1, d2, m2, s2] if [m1, s1, m2, s2].into_iter().all(is_sixtieth) => {
            let whole = |d: f64, m: f64, s: f64| d + m / 60.0 + s / 3600.0;
            degrees(whole(*d1, *m1, *s1), whole(*d2, *m2, *s2), &words)
        }
        _ => None,
    }
}

/// The text without `WGS 84`, which says what degrees are in anyway.
fn without_datum(text: &str) -> String {
    let lower = text.to_lowercase();
    ["wgs84", "wgs-84", "wgs 84"].iter().fold(lower, |text, datum| text.replace(datum, " "))
}

/// Where the words of a text stand that tell its numbers apart.
struct Words {
    north: Option<usize>,
    east: Option<usize>,
    is_south: bool,
    is_west: bool,
}

impl Words {
    /// `None` where a word is not of coordinates.
    fn of(text: &str) -> Option<Self> {
        let mut found = Self { north: None, east: None, is_south: false, is_west: false };
        let words = text.split(|c: char| !c.is_alphabetic() || c == 'º').filter(|word| !word.is_empty());
        for (at, word) in words.enumerate() {
            // Đ is east, D is a name
            if word.eq_ignore_ascii_case("d") {
                return None;
            }
            let word = fold::key(word);
            match word.as_str() {
                word if NORTH.contains(&word) => found.north = found.north.or(Some(at)),
                word if EAST.contains(&word) => found.east = found.east.or(Some(at)),
                word if OTHERS.contains(&word) => {
                    found.is_south |= word == "s";
                    found.is_west |= word == "w";
                }
                _ => return None,
            }
        }
        Some(found)
    }

    fn are_directions(&self) -> bool {
        self.north.is_some() && self.east.is_some()
    }
}

/// The country with its islands: longitudes and latitudes do not overlap in it.
fn is_in_country(lat: f64, lng: f64) -> bool {
    (6.0..=24.0).contains(&lat) && (101.0..=118.0).contains(&lng)
}

/// Latitude first unless the words say otherwise, or only the other order lies in the country.
fn degrees(a: f64, b: f64, words: &Words) -> Option<LngLat> {
    let is_east_first = match (words.east, words.north) {
        (Some(east), Some(north)) => east < north,
        _ => a.abs() > 90.0 || (is_in_country(b, a) && !is_in_country(a, b)),
    };
    let (mut lat, mut lng) = if is_east_first { (b, a) } else { (a, b) };
    if words.is_south {
        lat = -lat.abs();
    }
    if words.is_west {
        lng = -lng.abs();
    }
    (lat.abs() <= 90.0 && lng.abs() <= 180.0).then_some(LngLat { lng, lat })
}

/// All numbers of a text that holds nothing but numbers, words, marks of degrees and separators.
fn numbers(text: &str) -> Option<Vec<f64>> {
    const SIGNS: &str = "+-°º'′’\"″”,;:=()";
    let is_sign = |c: char| c == '.' || c.is_whitespace() || SIGNS.contains(c);
    let is_mark = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    if !text.chars().all(|c| c.is_ascii_digit() || c.is_alphabetic() || is_sign(c) || is_mark(c)) {
        return None;
    }
    let text = if is_decimal_comma(text) { text.replace(',', ".") } else { text.to_owned() };
    let mut found = Vec::new();
    for piece in text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')) {
        // a dash behind a digit stands between two numbers
        let (sign, piece) =
            if piece.starts_with('-') { (-1.0, piece.trim_start_matches('-')) } else { (1.0, piece) };
        for (at, number) in piece.split('-').enumerate() {
            let number = number.trim_end_matches('.');
            if number.is_empty() {
                continue;
            }
            let value = number.parse::<f64>().ok().filter(|number| number.is_finite())?;
            found.push(if at == 0 { value * sign } else { value });
        }
        if found.len() > 6 {
            return None;
        }
    }
    Some(found)
}

/// `11,283 106,127`: two chunks apart, each with one comma inside and no point.
fn is_decimal_comma(text: &str) -> bool {
    let chunks = text.split(|c: char| c.is_whitespace() || matches!(c, ';' | '°' | 'º'));
    let chunks: Vec<&str> = chunks.filter(|chunk| chunk.contains(|c: char| c.is_ascii_digit())).collect();
    let has_inner_comma = |chunk: &&str| {
        chunk.split_once(',').is_some_and(|(a, b)| {
            a.ends_with(|c: char| c.is_ascii_digit())
                && b.starts_with(|c: char| c.is_ascii_digit())
                && !b.contains(',')
        })
    };
    !text.contains('.') && chunks.len() == 2 && chunks.iter().all(has_inner_comma)
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::coordinates::*;

    fn at(text: &str) -> (f64, f64) {
        let at = read(text).unwrap_or_else(|| panic!("{text}"));
        (at.lat, at.lng)
    }

    #[test]
    fn degrees_are_read_in_all_notations() {
        let close = |text: &str| {
            let (lat, lng) = at(text);
            assert!((lat - 11.283).abs() < 1e-4 && (lng - 106.127).abs() < 1e-4, "{text}: {lat} {lng}");
        };
        close("11.283, 106.127");
        close("106.127 11.283");
        close("11.283N 106.127E");
        close("E106.127, N11.283");
        close("11°16'58.8\"N 106°07'37.2\"E");
        close("11° 16.98' 106° 7.62'");
        close("11 16.98 N, 106 7.62 E");
        close("lat: 11.283 lng: 106.127");
        close("11,283 106,127");
        close("11º16'58.8\"N 106º07'37.2\"E");
        close("11.283-106.127");
        close("tọa độ 11.283, 106.127");
        close("Tọa độ GPS: 106.127, 11.283");
        close("vĩ độ 11.283, kinh độ 106.127");
        close("kinh độ 106.127 vĩ độ 11.283");
        close("WGS84 11.283 106.127");
        close("11,283° B; 106,127° Đ");
        close("11.283000, 106.127000 (VN-2000 KTT 105°30′, EPSG:9209)");
        assert_eq!(at("0, 0.0"), (0.0, 0.0));
        for text in ["12 14", "Lê Lợi 11.2 106.1", "1", "", "91.0, 200.0", "1.2.3, 4", "số 11.2 106.1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
