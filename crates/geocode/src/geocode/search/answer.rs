//! What is asked and what is answered: plain types that every dialect can be written from.

use crate::geocode::codes::{Code, ParcelQuery, Place};
use crate::geocode::search::evidence::Evidence;
use crate::geometry::{World, WorldBox, distance_m};

/// Longest query read, in characters: longer ones are refused by every dialect.
pub const MAX_CHARS: usize = 200;

/// A question in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Query<'a> {
    /// As typed.
    pub text: &'a str,
    /// At most this many hits.
    pub limit: usize,
    /// Where the person looks: near places come first.
    pub focus: Option<Focus>,
    /// Whether the last word may be unfinished (autocomplete).
    pub is_prefix: bool,
    /// Only places in this box; places nobody knows the position of are left out then.
    pub within: Option<WorldBox>,
    /// Only places of these kinds; all where empty.
    pub kinds: &'a [HitKind],
}

/// Where the person looks, and how much that counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Focus {
    /// The middle of the view, or where the person stands.
    pub at: World,
    /// How far away is still near: where nearness has fallen to a third.
    pub radius_km: f64,
    /// 1 as usual; 0: nearness counts for nothing.
    pub strength: f64,
}

impl Focus {
    /// What being at a place adds to the score, which a word adds about 1 to.
    pub(super) fn nearness(&self, at: World) -> f32 {
        // a town, and the streets around
        const WIDE: f64 = 0.3;
        const CLOSE: f64 = 0.15;
        const CLOSER: f64 = 0.15;
        let radii = distance_m(self.at, at) / 1000.0 / self.radius_km;
        (self.strength * (WIDE * (-radii).exp() + CLOSE * (-radii / CLOSER).exp())) as f32
    }
}

impl From<World> for Focus {
    /// A place, as far and as much as usual.
    fn from(at: World) -> Self {
        Self { at, radius_km: 20.0, strength: 1.0 }
    }
}

impl<'a> Query<'a> {
    /// A finished text, ten hits, from nowhere in particular.
    pub fn new(text: &'a str) -> Self {
        Self { text, limit: 10, focus: None, is_prefix: false, within: None, kinds: &[] }
    }

    /// The same, while it is being typed.
    pub fn typing(text: &'a str) -> Self {
        Self { is_prefix: true, ..Self::new(text) }
    }

    /// Whether a hit is of a kind and in a place asked for.
    pub fn admits(&self, hit: &Hit) -> bool {
        let is_inside = self.within.is_none_or(|bounds| hit.point.is_some_and(|at| bounds.contains(at)));
        is_inside && (self.kinds.is_empty() || self.kinds.contains(&hit.kind))
    }
}

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum HitKind {
    Address,
    Street,
    Alley,
    Hamlet,
    /// A market, a school, a pagoda: known by its name.
    Landmark,
    Ward,
    /// A ward that ended and whose successor nobody noted.
    FormerWard,
    /// Quận, huyện, thị xã: none exists any more.
    FormerDistrict,
    Province,
    FormerProvince,
}

/// How the place was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchType {
    /// Everything asked for is this.
    Exact,
    /// Between two known house numbers.
    Interpolated,
    /// The nearest known thing: a street for an unknown number, a ward for an unknown street.
    Fallback,
}

/// What stands on the ground of an old unit today.
#[derive(Debug, Clone, PartialEq)]
pub struct Successor {
    /// Today's code.
    pub code: String,
    /// `Phường Vàng Danh, Tỉnh Quảng Ninh`.
    pub label: String,
    /// `false`: only a part of the old unit went there.
    pub is_whole: bool,
    /// Share of the old area, where known.
    pub share: Option<f64>,
}

/// A part of the query and what it was taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What was typed, lower case.
    pub typed: String,
    /// What it was taken for: `housenumber`, `street`, `hamlet`, `landmark`, `ward`, `district`, `province`.
    pub role: &'static str,
    /// The name found; of a street or landmark the one of its names that was meant.
    pub name: String,
    /// A unit that no longer exists, or a name its street no longer has.
    pub is_former: bool,
}

/// A ward of today and its province, each with its kind: `Phường Thanh Điền`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WardNames<'a> {
    /// Its name.
    pub name: &'a str,
    /// Five digits.
    pub code: &'a str,
    /// Of the province.
    pub province: Option<&'a str>,
    /// Two digits.
    pub province_code: Option<&'a str>,
}

/// Where a place lay before the reform, each with its kind: `Phường Hiệp Tân`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FormerUnits {
    pub ward: Option<String>,
    pub district: Option<String>,
    pub province: Option<String>,
}

/// How a unit of today was written before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormBefore {
    /// The code it had then.
    pub code: String,
    /// `Xã Bố Hạ, Tỉnh Bắc Ninh`.
    pub label: String,
    /// Whether it was written so on the last day before the reform, and not in the years since.
    pub is_of_before_reform: bool,
}

/// One place.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// `address:17`, `street:3`, `hamlet:…`, `unit:120`: stable as long as the source's ids are.
    pub id: String,
    /// In today's form: `36/23 Lê Thị Riêng, Khu phố 2, Phường Thanh Điền, Tỉnh Tây Ninh`.
    pub label: String,
    /// With the units that stood there before, where known.
    pub label_old: Option<String>,
    /// The first part of the label.
    pub name: String,
    /// House number as a whole chain.
    pub housenumber: Option<String>,
    /// Street name.
    pub street: Option<String>,
    /// Khu phố, ấp, thôn.
    pub hamlet: Option<String>,
    /// Today's ward with its kind: `Phường Thanh Điền`.
    pub ward: Option<String>,
    /// Today's code of the ward.
    pub ward_code: Option<String>,
    /// Today's province with its kind.
    pub province: Option<String>,
    /// Today's code of the province.
    pub province_code: Option<String>,
    /// The units that stood there before, where known.
    pub former: Option<FormerUnits>,
    /// The old unit by which it was found, with what was above it: `match` says "via former".
    pub via_former: Option<String>,
    /// Code of that old unit.
    pub former_code: Option<String>,
    /// Its id: a code may have passed from one old unit to another.
    pub former_unit_id: Option<i32>,
    /// `None` where no source says where it lies (units without a shape).
    pub point: Option<World>,
    /// Its box, for things larger than a door.
    pub bounds: Option<WorldBox>,
    /// Metres from the asked point; reverse answers only.
    pub distance_m: Option<f64>,
    /// 0 to 1: how likely it is that the ward is the right one, by what the text says and how unlike that is other wards
    /// (see [`Evidence`]).
    pub confidence: f64,
    /// The words that this does not explain, as typed: `phường 45`.
    pub unmatched: Vec<String>,
    /// What the confidence was made from; `None` where nothing was read from words.
    pub evidence: Option<Evidence>,
    /// How it was found.
    pub match_type: MatchType,
    /// What stands on the ground of the old unit today; empty for units of today.
    pub successors: Vec<Successor>,
    /// The database's id of an address.
    pub address_id: Option<i64>,
    /// The database's id of a street.
    pub street_id: Option<i64>,
    /// The unit's id.
    pub unit_id: Option<i32>,
    /// Nine symbols, without hyphens.
    pub door_code: Option<String>,
    /// Mã định danh địa điểm, where the source has it.
    pub national_place_id: Option<String>,
    /// The post's ten digits, where the source has them.
    pub post_address_code: Option<String>,
    /// Five digits, where the source has them.
    pub postal_code: Option<String>,
    /// The parcel the door stands on.
    pub parcel_id: Option<i64>,
    /// What each part of the query was taken for.
    pub parts: Vec<Part>,
    /// For comparing hits of one answer only.
    pub score: f32,
}

impl Hit {
    /// Below this probability another ward than the one found may as well be meant.
    const DOUBTFUL_WARD: f64 = 0.9;
    /// The same of a street or door: the town knows it, which speaks for it more than what was learnt from others.
    const DOUBTFUL_PLACE: f64 = 0.6;

    /// Whether another ward may as well be meant; of a name that a ward has from its district it always may.
    pub(super) fn is_doubtful(&self) -> bool {
        let is_like_a_district = self.evidence.is_some_and(|evidence| evidence.like_a_district > 0.0);
        let is_in_a_ward = matches!(
            self.kind,
            HitKind::Address | HitKind::Street | HitKind::Alley | HitKind::Hamlet | HitKind::Landmark
        );
        let least = if is_in_a_ward { Self::DOUBTFUL_PLACE } else { Self::DOUBTFUL_WARD };
        self.confidence < least || (is_like_a_district && !is_in_a_ward)
    }
}

/// Why an answer is empty before anything was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing but spaces, punctuation, symbols.
    #[error("the text holds no letter and no digit; write an address, a name or a code")]
    Empty,
    /// Longer than [`MAX_CHARS`].
    #[error("the text is longer than 200 characters; write one address at a time")]
    TooLong,
}

/// What a text was taken for as a whole, before names are searched.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Names and numbers.
    Text,
    /// A parcel by sheet and number; the store knows parcels.
    Parcel(ParcelQuery),
    /// Names and numbers, or a parcel: `45/123 phường Hiệp Tân`.
    TextOrParcel(ParcelQuery),
    /// One or several places (several for a VN-2000 pair of unknown meridian).
    Coordinates(Vec<Place>),
    /// A corner, in pairs of streets that may cross, the likeliest first; `hits` holds both streets alone.
    Crossing(Vec<(Hit, Hit)>),
    /// A code; `hits` holds what it names here.
    Code(Code),
}

/// Everything found.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Several places fit equally well; among them a split old ward that nothing decides.
    pub ambiguous: bool,
    /// What the text was taken for.
    pub reading: Reading,
    /// Why nothing was searched.
    pub problem: Option<Problem>,
}

impl Answer {
    /// No hits.
    pub fn none(reading: Reading) -> Self {
        Self { hits: Vec::new(), ambiguous: false, reading, problem: None }
    }

    /// Nothing was searched.
    pub fn refused(problem: Problem) -> Self {
        Self { problem: Some(problem), ..Self::none(Reading::Text) }
    }
}
