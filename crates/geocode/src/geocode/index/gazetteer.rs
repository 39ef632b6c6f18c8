//! What the geocoder is built from: plain records, so that this room knows neither the store nor
//! any database. Rows refer to each other by id and code; rows that refer to nothing known are
//! kept as far as they go and counted by [`super::Index::build`].

use std::borrow::Cow;

use time::Date;

use crate::geocode::index::retired_codes::RetiredCode;
use crate::geometry::{World, WorldBox};
use crate::schema::DistrictStreet;

/// Province, district or ward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Tỉnh, thành phố trực thuộc trung ương.
    Province,
    /// Quận, huyện, thị xã, thành phố thuộc tỉnh: none since 2025-07-01.
    District,
    /// Phường, xã, thị trấn, đặc khu.
    Ward,
}

/// One version of a unit; a unit that changed its name or kind has several.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRow {
    /// The same for all versions.
    pub unit_id: i32,
    /// The same for all versions.
    pub level: Level,
    /// Two digits (province), three (district) or five (ward), leading zeros kept.
    pub code: String,
    /// As in the schema: `phuong`, `xa`, `thi_xa`, `thanh_pho`, …
    pub kind: String,
    /// Without the kind: `Hòa Thành`, `13`.
    pub name: String,
    /// The unit it belongs to.
    pub parent_id: Option<i32>,
    /// First day this version holds; `None`: since before records begin.
    pub valid_from: Option<Date>,
    /// First day it no longer holds; `None`: today's.
    pub valid_to: Option<Date>,
}

/// What became of an old unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitLinkRow {
    /// The unit that ended.
    pub old_unit_id: i32,
    /// The unit that has its ground now.
    pub new_unit_id: i32,
    /// `false`: only a part went there.
    pub is_whole: bool,
    /// Share of the old area, where known.
    pub share: Option<f64>,
}

/// Another name or code of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitAliasRow {
    /// The unit.
    pub unit_id: i32,
    /// The name or code.
    pub alias: String,
    /// Whether `alias` is a code.
    pub is_code: bool,
}

/// Where a unit lies, for those that have a shape.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitPlace {
    /// The unit.
    pub unit_id: i32,
    /// A point inside.
    pub middle: World,
    /// Its box.
    pub bounds: WorldBox,
}

/// What kind of way a street is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreetKind {
    /// Đường, phố.
    Street,
    /// Hẻm, ngõ, ngách, kiệt.
    Alley,
    /// Quốc lộ.
    NationalRoad,
    /// Đường tỉnh.
    ProvincialRoad,
}

/// A street or an alley of one.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetRow<'a> {
    /// The source's id.
    pub street_id: i64,
    /// As on the sign, without the word for street; `12` or `36/45` of an alley.
    pub name: &'a str,
    /// What kind of way.
    pub kind: StreetKind,
    /// The street an alley leaves.
    pub parent_id: Option<i64>,
    /// Today's code of the ward it lies in.
    pub ward_code: &'a str,
    /// A point on it.
    pub middle: World,
    /// Its box.
    pub bounds: WorldBox,
}

/// A name a street bore before: people still say it.
#[derive(Debug, Clone, PartialEq)]
pub struct FormerStreetNameRow<'a> {
    /// The street of today.
    pub street_id: i64,
    /// Without the word for street.
    pub name: &'a str,
}

/// A market, a school, a pagoda: a place known by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct LandmarkRow<'a> {
    /// The source's id.
    pub landmark_id: i64,
    /// As people say it, with the word for what it is: `Chợ Long Hoa`.
    pub name: &'a str,
    /// What else people call it.
    pub other_names: Vec<&'a str>,
    /// Today's code of the ward it lies in, where that is known.
    pub ward_code: Option<&'a str>,
    /// Its place.
    pub at: World,
}

/// A door.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are explained in migrations/0004_addresses.sql")]
pub struct AddressRow<'a> {
    pub address_id: i64,
    pub number: Option<&'a str>,
    pub street_id: Option<i64>,
    pub hamlet: Option<&'a str>,
    /// Today's code.
    pub ward_code: &'a str,
    pub former_unit_id: Option<i32>,
    pub former_place: Option<&'a str>,
    pub door_code: Option<&'a str>,
    /// Its twelve digits may be packed as a number in the store and made again.
    pub national_place_id: Option<Cow<'a, str>>,
    pub post_address_code: Option<&'a str>,
    pub postal_code: Option<&'a str>,
    pub parcel_id: Option<i64>,
    pub at: World,
}

impl<'a> AddressRow<'a> {
    /// A door of which nothing else is known.
    pub fn new(address_id: i64, ward_code: &'a str, at: World) -> Self {
        Self {
            address_id,
            number: None,
            street_id: None,
            hamlet: None,
            ward_code,
            former_unit_id: None,
            former_place: None,
            door_code: None,
            national_place_id: None,
            post_address_code: None,
            postal_code: None,
            parcel_id: None,
            at,
        }
    }
}

/// Everything the index is built from. Addresses come as an iterator of borrowed rows: a million
/// of them need not be copied first.
pub struct Gazetteer<'a> {
    /// All versions of all units, old and new.
    pub units: Vec<UnitRow>,
    /// Old unit → new unit.
    pub links: Vec<UnitLinkRow>,
    /// Other names and codes.
    pub aliases: Vec<UnitAliasRow>,
    /// Where units lie.
    pub places: Vec<UnitPlace>,
    /// Streets and alleys.
    pub streets: Vec<StreetRow<'a>>,
    /// Rows that are further segments of a street, by their ids: the segment's and the street's.
    pub street_segments: Vec<(i64, i64)>,
    /// What streets were called before.
    pub former_street_names: Vec<FormerStreetNameRow<'a>>,
    /// Street names of the country with the former districts that have such a street.
    pub district_streets: Vec<DistrictStreet>,
    /// Places known by name.
    pub landmarks: Vec<LandmarkRow<'a>>,
    /// Door codes that are on no door any more.
    pub retired_codes: Vec<RetiredCode>,
    /// Doors.
    pub addresses: Box<dyn Iterator<Item = AddressRow<'a>> + 'a>,
}

impl Default for Gazetteer<'_> {
    fn default() -> Self {
        Self {
            units: Vec::new(),
            links: Vec::new(),
            aliases: Vec::new(),
            places: Vec::new(),
            streets: Vec::new(),
            street_segments: Vec::new(),
            former_street_names: Vec::new(),
            district_streets: Vec::new(),
            landmarks: Vec::new(),
            retired_codes: Vec::new(),
            addresses: Box::new(std::iter::empty()),
        }
    }
}
