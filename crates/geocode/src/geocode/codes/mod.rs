//! Codes in the search box, told apart by their shape before any name is searched: ward code, postal
//! code, door code, 12- and 10-digit ids, Plus Codes full and short, geohash, coordinates, VN-2000
//! pairs, parcels.
//!
//! Ten and twelve digits may be a person's number: they are recognised and looked up but neither
//! kept in the answer nor echoed.

mod coordinates;
pub mod door_code;
mod geohash;
mod links;
mod metres;
mod parcel;
pub mod plus_code;
pub(super) mod plus_text;
mod vn2000;

pub use door_code::{DoorCode, DoorCodeError, Issuer, IssuerError, SYMBOLS, compact, in_groups};
pub use geohash::geohash;
pub(super) use metres::Metres;
pub(super) use parcel::{ParcelKey, ParcelWords, parcel_key_of_digits, slash_pair};
pub use parcel::{ParcelPair, ParcelQuery};
pub use plus_text::PlusText;
pub(super) use vn2000::{PlaneReading, plane_readings};
pub use vn2000::{prepare_vn2000, vn2000_pair};

use crate::geocode::text::fold::plain_signs;
use crate::geometry::{EpsgCode, LngLat, World, WorldBox};

/// A place that coordinates may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Where.
    pub at: World,
    /// The system it was read in; `None`: degrees.
    pub system: Option<EpsgCode>,
    /// 1 where nothing else can be meant; the shares of several add up to 1.
    pub confidence: f64,
}

/// A code, by its form.
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// Five digits: a ward of today or of before, or the postal code of doors. Both are looked up.
    Ward(String),
    /// Nine symbols, without hyphens, upper case.
    Door(String),
    /// Twelve digits: a mã định danh địa điểm. Not repeated here.
    NationalPlaceId,
    /// Ten digits: the post's address code. Not repeated here.
    PostAddress,
    /// A full Plus Code and its cell.
    Plus {
        /// As it is written.
        code: String,
        /// The middle of the cell.
        at: World,
        /// The cell.
        bounds: WorldBox,
    },
    /// A Plus Code that is short for one near the place named, or near where the person looks.
    ShortPlus(PlusText),
    /// Twelve characters of geohash: a mã định danh thửa đất.
    Geohash {
        /// Lower case.
        code: String,
        /// The middle of the cell.
        at: World,
    },
}

/// What a text is by its shape alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Code(Code),
    Degrees(LngLat),
    /// Northing and easting.
    Metres(Metres),
    /// The code of a unit with sheet and number.
    ParcelKey(ParcelKey),
    Parcel(ParcelWords),
    /// Names and numbers.
    Text,
}

/// Tells the shape of a text in plain signs.
pub(super) fn shape(text: &str) -> Shape {
    let trimmed = text.trim();
    if let Some(code) = code(trimmed) {
        return Shape::Code(code);
    }
    if let Some(at) = links::read(trimmed) {
        return Shape::Degrees(at);
    }
    if let Some(key) = parcel::parcel_key(trimmed) {
        return Shape::ParcelKey(key);
    }
    if let Some(at) = coordinates::read(trimmed) {
        return Shape::Degrees(at);
    }
    if let Some(metres) = metres::read(trimmed) {
        return Shape::Metres(metres);
    }
    match parcel::parcel_words(trimmed) {
        Some(words) => Shape::Parcel(words),
        None => Shape::Text,
    }
}

/// Whether a text is a place by its coordinates and nothing else: digits of theirs are nobody's number.
pub fn is_pair_of_coordinates(text: &str) -> bool {
    match shape(&plain_signs(text)) {
        // seven digits at most, and no identity card in two halves: the first of those begins with 0
        Shape::Metres(metres) => metres.rest.is_empty(),
        // a link may hold anything beside the place
        Shape::Degrees(_) => links::read(text.trim()).is_none(),
        _ => false,
    }
}

fn code(text: &str) -> Option<Code> {
    if let Some(plus) = plus_text::read(text) {
        return Some(match plus_code::decode(&plus.code) {
            Some(cell) => Code::Plus { at: cell.middle(), bounds: cell.bounds(), code: plus.code },
            None => Code::ShortPlus(plus),
        });
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = compact.bytes().all(|b| b.is_ascii_digit()).then_some(compact.len());
    match digits {
        Some(5) => return Some(Code::Ward(compact)),
        Some(10) => return Some(Code::PostAddress),
        Some(12) => return Some(Code::NationalPlaceId),
        _ => {}
    }
    if let Some(door) = door_code(text) {
        return Some(Code::Door(door));
    }
    if text.len() == 12
        && let Some(at) = geohash::decode(text)
    {
        return Some(Code::Geohash { code: text.to_ascii_lowercase(), at: World::from_lnglat(at) });
    }
    None
}

/// `XXX-XXX-XXX`, or nine symbols in one with letters and digits among them. Nine letters are a word unless
/// written in groups or their check symbol is right. What is not of our scheme passes too: a town's rows may
/// bear older codes, and a typo is found out where the code is looked up.
fn door_code(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(['-', ' ', '–', '.']).collect();
    let code = compact(text);
    let is_grouped = groups.len() == 3 && groups.iter().all(|group| group.len() == 3);
    let is_right = code.len() == 9 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let has = |test: fn(&u8) -> bool| code.as_bytes().iter().any(test);
    let has_both = has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit);
    let is_hyphenated = is_grouped && !text.contains(' ') && has(u8::is_ascii_alphabetic);
    let is_whole = (groups.len() == 1 || is_grouped) && (has_both || code.parse::<DoorCode>().is_ok());
    (is_right && (is_hyphenated || is_whole)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_told_apart_by_their_form() {
        assert_eq!(shape("25633"), Shape::Code(Code::Ward("25633".into())));
        assert_eq!(shape("079123456789"), Shape::Code(Code::NationalPlaceId));
        assert_eq!(shape("0912345678"), Shape::Code(Code::PostAddress));
        assert_eq!(shape("k3f-9qr-2xw"), Shape::Code(Code::Door("K3F9QR2XW".into())));
        assert!(matches!(shape("7P28 74MG+J3"), Shape::Code(Code::Plus { .. })));
        assert!(matches!(shape("74MG+J3 Hòa Thành"), Shape::Code(Code::ShortPlus(_))));
        assert!(matches!(shape("w652nypq464c"), Shape::Code(Code::Geohash { .. })));
        assert!(matches!(shape("11.283, 106.127"), Shape::Degrees(_)));
        assert!(matches!(shape(&plain_signs("１１.２８３，１０６.１２７")), Shape::Degrees(_)));
        assert!(matches!(shape("geo:11.283,106.127"), Shape::Degrees(_)));
        assert!(matches!(shape("1247941.21 568255.53"), Shape::Metres(_)));
        assert!(matches!(shape(&plain_signs("２５６３３")), Shape::Code(Code::Ward(_))));
        assert!(matches!(shape("25645-8-173"), Shape::ParcelKey(_)));
        assert!(matches!(shape("thửa 123 tờ 45 phường Hiệp Tân"), Shape::Parcel(_)));
        for text in ["hungvuong", "123 Hùng Vương", "Phường 13", "12/5", "", "Quận 3", "Ấp Chợ"] {
            assert_eq!(shape(text), Shape::Text, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_shape(text in "\\PC{0,60}|[0-9 .,°'\"NE+\\-WwZ]{0,40}") {
            shape(&text);
        }
    }
}
