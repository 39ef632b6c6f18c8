//! Open Location Code (Plus Codes), in integers after the specification's 2025 revision:
//! latitude in steps of 1/25,000,000°, longitude of 1/8,192,000°.
//!
//! Checked against all official vectors.

use crate::geometry::{LngLat, World, WorldBox};

const ALPHABET: &[u8; 20] = b"23456789CFGHJMPQRVWX";
const SEPARATOR_AT: usize = 8;
const PAIRS: usize = 10;
const MAX_DIGITS: usize = 15;
const LAT_STEPS: i64 = 25_000_000;
const LNG_STEPS: i64 = 8_192_000;

/// The cell of a code, in steps from the south pole and 180° W.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    lat: i64,
    lng: i64,
    height: i64,
    width: i64,
    /// Digits of the code.
    pub digits: usize,
}

impl Cell {
    /// South, west, north, east in degrees.
    pub fn degrees(&self) -> [f64; 4] {
        let lat = |steps: i64| (steps - 90 * LAT_STEPS) as f64 / LAT_STEPS as f64;
        let lng = |steps: i64| (steps - 180 * LNG_STEPS) as f64 / LNG_STEPS as f64;
        [lat(self.lat), lng(self.lng), lat(self.lat + self.height), lng(self.lng + self.width)]
    }

    /// Its middle.
    pub fn middle(&self) -> World {
        let [south, west, north, east] = self.degrees();
        World::from_lnglat(LngLat { lng: (west + east) / 2.0, lat: (south + north) / 2.0 })
    }

    /// Its box.
    pub fn bounds(&self) -> WorldBox {
        let [south, west, north, east] = self.degrees();
        WorldBox {
            min: World::from_lnglat(LngLat { lng: west, lat: north }),
            max: World::from_lnglat(LngLat { lng: east, lat: south }),
        }
    }
}

/// The code of a place with 2, 4, 6, 8 or 10 to 15 digits; `None` for another length.
pub fn encode(at: LngLat, digits: usize) -> Option<String> {
    let lat = (at.lat * LAT_STEPS as f64).floor() as i64;
    let lng = (at.lng * LNG_STEPS as f64).floor() as i64;
    encode_steps(lat.saturating_add(90 * LAT_STEPS), lng.saturating_add(180 * LNG_STEPS), digits)
}

/// [`encode`] from steps: latitudes beyond the poles are moved to them, longitudes wrap.
fn encode_steps(lat: i64, lng: i64, digits: usize) -> Option<String> {
    if digits < 2 || (digits < PAIRS && digits % 2 == 1) {
        return None;
    }
    let digits = digits.min(MAX_DIGITS);
    let mut lat = lat.clamp(0, 180 * LAT_STEPS - 1);
    let mut lng = lng.rem_euclid(360 * LNG_STEPS);
    let mut code = [0u8; MAX_DIGITS];
    for place in (PAIRS..MAX_DIGITS).rev() {
        code[place] = ALPHABET[(lat % 5 * 4 + lng % 4) as usize];
        (lat, lng) = (lat / 5, lng / 4);
    }
    for place in (0..PAIRS).step_by(2).rev() {
        code[place] = ALPHABET[(lat % 20) as usize];
        code[place + 1] = ALPHABET[(lng % 20) as usize];
        (lat, lng) = (lat / 20, lng / 20);
    }
    let mut text = String::with_capacity(MAX_DIGITS + 1);
    for (place, &digit) in code.iter().enumerate() {
        if place == SEPARATOR_AT {
            text.push('+');
        }
        if place < digits {
            text.push(digit as char);
        } else if place < SEPARATOR_AT {
            text.push('0');
        }
    }
    Some(text)
}

/// The cell of a full code; `None` for anything else, short codes too.
pub fn decode(code: &str) -> Option<Cell> {
    if !is_full(code) {
        return None;
    }
    let values: Vec<i64> = code.bytes().filter_map(value).take(MAX_DIGITS).collect();
    let (mut lat, mut lng) = (0, 0);
    let (mut height, mut width) = (180 * LAT_STEPS / 9 * 20, 360 * LNG_STEPS / 18 * 20);
    for pair in values.get(..values.len().min(PAIRS))?.chunks(2) {
        (height, width) = (height / 20, width / 20);
        lat += pair[0] * height;
        lng += pair.get(1)? * width;
    }
    for digit in values.iter().skip(PAIRS) {
        (height, width) = (height / 5, width / 4);
        lat += digit / 4 * height;
        lng += digit % 4 * width;
    }
    Some(Cell { lat, lng, height, width, digits: values.len() })
}

/// The full code meant by a short one, the nearest to a place; a full code stays as it is, and `None` for
/// what is neither.
pub fn recover(code: &str, near: LngLat) -> Option<String> {
    if is_full(code) {
        return Some(code.to_ascii_uppercase());
    }
    let missing = code.find('+').filter(|_| is_valid(code)).map(|at| SEPARATOR_AT - at)?;
    let near = LngLat { lat: near.lat.clamp(-90.0, 90.0), lng: near.lng };
    let head = encode(near, PAIRS)?.get(..missing)?.to_owned();
    let cell = decode(&format!("{head}{code}"))?;
    // a cell of the missing digits: the place meant lies at most half of one away
    let width = 20f64.powi(2 - missing as i32 / 2);
    let [south, west, north, east] = cell.degrees();
    let (mut lat, mut lng) = ((south + north) / 2.0, (west + east) / 2.0);
    if near.lat + width / 2.0 < lat && lat - width >= -90.0 {
        lat -= width;
    } else if near.lat - width / 2.0 > lat && lat + width <= 90.0 {
        lat += width;
    }
    if near.lng + width / 2.0 < lng {
        lng -= width;
    } else if near.lng - width / 2.0 > lng {
        lng += width;
    }
    encode(LngLat { lng, lat }, cell.digits)
}

/// A full code without the leading digits that a place near it says already; `None` where none can go.
pub fn shorten(code: &str, near: LngLat) -> Option<String> {
    let cell = decode(code).filter(|cell| cell.digits >= SEPARATOR_AT)?;
    let [south, west, north, east] = cell.degrees();
    let away = ((south + north) / 2.0 - near.lat).abs().max(((west + east) / 2.0 - near.lng).abs());
    // 0.3 and not 0.5 of a cell: the place need not be known to the metre
    let is_safe = |digits: &usize| away < 20f64.powi(2 - *digits as i32 / 2) * 0.3;
    let left_out = [8, 6, 4].into_iter().find(is_safe)?;
    code.get(left_out..).map(str::to_ascii_uppercase)
}

/// Whether a text is a code, full or short.
pub fn is_valid(code: &str) -> bool {
    let Some((front, back)) = code.split_once('+') else { return false };
    if back.contains('+') || front.len() > SEPARATOR_AT || front.len() % 2 == 1 || back.len() == 1 {
        return false;
    }
    let digits = front.trim_end_matches('0');
    let padding = front.len() - digits.len();
    let is_padding_right = padding == 0
        || (padding % 2 == 0 && !digits.is_empty() && front.len() == SEPARATOR_AT && back.is_empty());
    is_padding_right
        && digits.bytes().chain(back.bytes()).all(|b| value(b).is_some())
        && !(front.is_empty() && back.is_empty())
}

/// Whether a text is a code that needs no reference place.
pub fn is_full(code: &str) -> bool {
    if !is_valid(code) || code.find('+') != Some(SEPARATOR_AT) {
        return false;
    }
    // The first latitude digit ends at 180°, the first longitude digit at 360°.
    let first = |at: usize| code.as_bytes().get(at).copied().and_then(value);
    first(0).is_some_and(|lat| lat < 9) && first(1).is_some_and(|lng| lng < 18)
}

fn value(digit: u8) -> Option<i64> {
    let upper = digit.to_ascii_uppercase();
    ALPHABET.iter().position(|known| *known == upper).map(|at| at as i64)
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::plus_code::*;
    use std::path::Path;

    /// The rows of a file of official vectors.
    fn vectors(name: &str) -> Vec<Vec<String>> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/codes").join(name);
        let text = std::fs::read_to_string(file).unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        rows.map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect()).collect()
    }

    #[test]
    fn a_handful_of_official_vectors_hold() {
        let code = |lat, lng, digits| encode(LngLat { lng, lat }, digits).unwrap();
        assert_eq!(code(20.375, 2.775, 6), "7FG49Q00+");
        assert_eq!(code(20.3700625, 2.7821875, 10), "7FG49QCJ+2V");
        assert_eq!(code(20.3701125, 2.782234375, 11), "7FG49QCJ+2VX");
        assert_eq!(code(-41.2730625, 174.7859375, 10), "4VCPPQGP+Q9");
        assert_eq!(encode(LngLat { lng: 0.0, lat: 0.0 }, 9), None);
        assert!(is_valid("8FWC2345+G6") && is_full("8FWC2345+G6") && !is_full("WC2345+G6"));
        assert!(!is_valid("8FWC2345+G") && !is_valid("8FWC2_45+G6") && !is_valid("+"));
    }

    #[test]
    fn all_official_encoding_vectors_hold() {
        let rows = vectors("olc_encoding.csv");
        let (mut count, mut from_degrees) = (0, 0);
        for row in &rows {
            let steps = |i: usize| row[i].parse::<i64>().unwrap();
            let digits = row[4].parse::<usize>().unwrap();
            let wanted = Some(row[5].clone()).filter(|code| !code.is_empty());
            assert_eq!(encode_steps(steps(2), steps(3), digits), wanted, "{row:?}");
            let at = LngLat { lat: row[0].parse().unwrap(), lng: row[1].parse().unwrap() };
            from_degrees += usize::from(encode(at, digits) == wanted);
            count += 1;
        }
        // The suite allows 5 %: a degree in floating point may lie on either side of a border.
        assert!(count > 100 && from_degrees * 100 >= count * 95, "{from_degrees} of {count}");
    }

    #[test]
    fn all_official_decoding_vectors_hold() {
        let rows = vectors("olc_decoding.csv");
        assert!(rows.len() > 10);
        for row in rows {
            let cell = decode(&row[0]).unwrap_or_else(|| panic!("{row:?}"));
            assert_eq!(cell.digits, row[1].parse::<usize>().unwrap().min(15), "{row:?}");
            for (got, wanted) in cell.degrees().iter().zip(&row[2..]) {
                assert!((got - wanted.parse::<f64>().unwrap()).abs() < 1e-9, "{row:?} {got}");
            }
        }
    }

    #[test]
    fn a_short_code_is_the_nearest_to_a_place_and_comes_back_whole() {
        let hoa_thanh = LngLat { lng: 106.127, lat: 11.284 };
        let full = encode(hoa_thanh, 10).unwrap();
        let short = shorten(&full, LngLat { lng: 106.15, lat: 11.31 }).unwrap();
        assert_eq!((full.as_str(), short.as_str()), ("7P3874MG+JR", "74MG+JR"));
        assert_eq!(recover(&short, LngLat { lng: 106.2, lat: 11.2 }), Some(full));
        assert_eq!(shorten("7P380000+", hoa_thanh), None);
        assert_eq!(recover("+", hoa_thanh), None);
    }

    #[test]
    fn all_official_short_code_vectors_hold() {
        let rows = vectors("olc_shortCodeTests.csv");
        assert!(rows.len() >= 15, "{}", rows.len());
        for row in rows {
            let near = LngLat { lat: row[1].parse().unwrap(), lng: row[2].parse().unwrap() };
            if row[4] != "R" {
                assert_eq!(shorten(&row[0], near).as_ref(), Some(&row[3]), "{row:?}");
            }
            if row[4] != "S" {
                assert_eq!(recover(&row[3], near).as_ref(), Some(&row[0]), "{row:?}");
            }
        }
    }

    #[test]
    fn all_official_validity_vectors_hold() {
        let rows = vectors("olc_validityTests.csv");
        assert!(rows.len() >= 15, "{}", rows.len());
        for row in rows {
            let is = |i: usize| row[i] == "true";
            assert_eq!((is_valid(&row[0]), is_full(&row[0])), (is(1), is(3)), "{row:?}");
        }
    }
}
