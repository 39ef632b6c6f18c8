//! Coordinates as people paste them: decimal degrees in either order, with letters of direction, degrees
//! with minutes, with seconds, and VN-2000 metres whose meridian is not said. Links are in [`super::links`].

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::geocode::codes::Shape;
use crate::geometry::{EpsgCode, LngLat, Projector, Transformer, VN2000_MERIDIANS, World};

/// A place that coordinates may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Where.
    pub at: World,
    /// The VN-2000 system it was read in; `None`: degrees.
    pub system: Option<EpsgCode>,
}

/// Two numbers, if the text is nothing else.
pub(super) fn read(text: &str) -> Option<Shape> {
    let numbers = numbers(text)?;
    match numbers.as_slice() {
        [a, b] if a.abs() > 10_000.0 && b.abs() > 10_000.0 => Some(Shape::Metres(*a, *b)),
        [a, b] if a.fract() != 0.0 || b.fract() != 0.0 || has_fraction_or_sign(text) => degrees(*a, *b, text),
        [d1, m1, d2, m2] if text.contains(['°', 'º']) || has_directions(text) => {
            degrees(d1 + m1 / 60.0, d2 + m2 / 60.0, text)
        }
        [d1, m1, s1, d2, m2, s2] => {
            let whole = |d: f64, m: f64, s: f64| d + m / 60.0 + s / 3600.0;
            degrees(whole(*d1, *m1, *s1), whole(*d2, *m2, *s2), text)
        }
        _ => None,
    }
}

fn has_fraction_or_sign(text: &str) -> bool {
    text.contains(['.', '°', 'º', 'N', 'n'])
}

/// `11 16.98 N, 106 07.62 E`.
fn has_directions(text: &str) -> bool {
    text.contains(['N', 'n', 'B', 'b']) && text.contains(['E', 'e', 'Đ', 'đ'])
}

/// The country with its islands: longitudes and latitudes do not overlap in it.
fn is_in_country(lat: f64, lng: f64) -> bool {
    (6.0..=24.0).contains(&lat) && (101.0..=118.0).contains(&lng)
}

/// Latitude first unless the letters say otherwise, or only the other order lies in the country.
fn degrees(a: f64, b: f64, text: &str) -> Option<Shape> {
    let upper = text.to_uppercase();
    let is_east_first = match (upper.find(['E', 'Đ']), upper.find(['N', 'B'])) {
        (Some(east), Some(north)) => east < north,
        _ => a.abs() > 90.0 || (is_in_country(b, a) && !is_in_country(a, b)),
    };
    let (mut lat, mut lng) = if is_east_first { (b, a) } else { (a, b) };
    if upper.contains('S') {
        lat = -lat.abs();
    }
    if upper.contains('W') {
        lng = -lng.abs();
    }
    (lat.abs() <= 90.0 && lng.abs() <= 180.0).then_some(Shape::Degrees(LngLat { lng, lat }))
}

/// All numbers of a text that holds nothing but numbers, marks of degrees, separators and the
/// letters of directions and axes.
fn numbers(text: &str) -> Option<Vec<f64>> {
    const ALLOWED: &str = "+-°º'′’\"″”,;:=()NSEWBĐXYnsewbđxyLlAaTtOoGgMm ";
    if !text.chars().all(|c| c.is_ascii_digit() || c == '.' || c.is_whitespace() || ALLOWED.contains(c)) {
        return None;
    }
    // Words other than directions, axes and lat/lon/lng are not coordinates.
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        let known = ["n", "s", "e", "w", "b", "đ", "x", "y", "lat", "lon", "lng", "long", "m"];
        if !known.contains(&word.to_lowercase().as_str()) {
            return None;
        }
    }
    let text = if is_decimal_comma(text) { text.replace(',', ".") } else { text.to_owned() };
    let mut found = Vec::new();
    for piece in text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')) {
        let piece = piece.trim_end_matches(['.', '-']);
        if piece.is_empty() {
            continue;
        }
        found.push(piece.parse::<f64>().ok().filter(|number| number.is_finite())?);
        if found.len() > 6 {
            return None;
        }
    }
    Some(found)
}

/// `1247941,21 568255,53`: two chunks apart, each with one comma inside and no point.
fn is_decimal_comma(text: &str) -> bool {
    let chunks: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ';').filter(|chunk| !chunk.is_empty()).collect();
    let has_inner_comma = |chunk: &&str| {
        chunk.split_once(',').is_some_and(|(a, b)| {
            a.ends_with(|c: char| c.is_ascii_digit())
                && b.starts_with(|c: char| c.is_ascii_digit())
                && !b.contains(',')
        })
    };
    !text.contains('.') && chunks.len() == 2 && chunks.iter().all(has_inner_comma)
}

/// Makes this thread's PROJ handles for all VN-2000 systems, both ways: about 0.5 s and some megabytes. What
/// answers requests does this before it is asked anything; without, the first pair on a thread waits for it.
pub fn prepare_vn2000() {
    TRANSFORMERS.with_borrow_mut(|known| {
        for (system, _) in VN2000_MERIDIANS {
            known.entry(system).or_insert_with(|| Transformer::new(system).ok());
        }
    });
    PROJECTORS.with_borrow_mut(|known| {
        for (system, _) in VN2000_MERIDIANS {
            known.entry(system).or_insert_with(|| Projector::new(system).ok());
        }
    });
}

thread_local! {
    /// PROJ handles belong to a thread and cost 15 ms to make: made when first asked for.
    static TRANSFORMERS: RefCell<BTreeMap<EpsgCode, Option<Transformer>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Where a pair of VN-2000 metres lies for every meridian that puts it into the country's box
/// and near enough to itself (TM-3 zones are 3° wide). X is northing and Y easting in Vietnamese
/// practice; either order is taken, since only one can be right (a northing is above 800 km, an
/// easting between 200 and 800). The first call on a thread makes 18 PROJ handles: about 0.3 s.
pub fn vn2000_places(a: f64, b: f64) -> Vec<Place> {
    let (northing, easting) = if a > b { (a, b) } else { (b, a) };
    if !((800_000.0..2_700_000.0).contains(&northing) && (200_000.0..800_000.0).contains(&easting)) {
        return Vec::new();
    }
    TRANSFORMERS.with_borrow_mut(|known| {
        let mut places = Vec::new();
        for (system, meridian) in VN2000_MERIDIANS {
            let transformer = known.entry(system).or_insert_with(|| Transformer::new(system).ok());
            let Some(Ok(at)) = transformer.as_ref().map(|t| t.point_to_wgs84(easting, northing)) else {
                continue;
            };
            // Mainland and near islands: 102.1–109.5° E, 8.3–23.4° N.
            let is_inside = (102.1..=109.5).contains(&at.lng) && (8.3..=23.4).contains(&at.lat);
            if is_inside && (at.lng - meridian).abs() < 2.5 {
                places.push(Place { at: World::from_lnglat(at), system: Some(system) });
            }
        }
        places
    })
}

thread_local! {
    static PROJECTORS: RefCell<BTreeMap<EpsgCode, Option<Projector>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Easting and northing of a place in a VN-2000 system; `None` far outside of it. The first call on a
/// thread for a system makes a PROJ handle: about 15 ms.
pub fn vn2000_pair(at: World, system: EpsgCode) -> Option<(f64, f64)> {
    PROJECTORS.with_borrow_mut(|known| {
        let projector = known.entry(system).or_insert_with(|| Projector::new(system).ok());
        projector.as_ref()?.point(at.to_lnglat()).ok()
    })
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::coordinates::*;

    fn at(text: &str) -> (f64, f64) {
        match read(text) {
            Some(Shape::Degrees(at)) => (at.lat, at.lng),
            other => panic!("{text}: {other:?}"),
        }
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
        assert_eq!(at("0, 0.0"), (0.0, 0.0));
        for text in ["12 14", "Lê Lợi 11.2 106.1", "1", "", "91.0, 200.0", "1.2.3, 4"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_vn2000_pair_is_offered_for_the_meridians_that_may_be_meant() {
        // EPSG:9209 check value of the domain reference.
        for (a, b) in [(1_247_941.205, 568_255.530), (568_255.530, 1_247_941.205)] {
            let places = vn2000_places(a, b);
            let right = places.iter().find(|place| place.system == Some(EpsgCode(9209))).unwrap();
            let there = right.at.to_lnglat();
            assert!((there.lat - 11.284).abs() < 1e-6 && (there.lng - 106.127).abs() < 1e-6);
        }
        let there = World::from_lnglat(LngLat { lng: 106.127, lat: 11.284 });
        let (easting, northing) = vn2000_pair(there, EpsgCode(9209)).unwrap();
        assert!((easting - 568_255.530).abs() < 2e-3 && (northing - 1_247_941.205).abs() < 2e-3);
        assert!(vn2000_places(1.0, 2.0).is_empty());
        assert!(vn2000_places(f64::NAN, f64::INFINITY).is_empty());
        assert!(matches!(read("X=1247941.21 Y=568255.53"), Some(Shape::Metres(..))));
        assert!(matches!(read("1247941,21 568255,53"), Some(Shape::Metres(..))));
    }
}
