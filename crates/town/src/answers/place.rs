//! A place as every answer gives it and every dialect words it: a hit of the geocoder, a parcel, a zone, or a mere
//! point.
//!
//! `None` is not known; a dialect leaves such a key out.

use super::text::joined;
use crate::cost::RowBudget;
use crate::geocode::codes::{in_groups, plus_code};
use crate::geocode::{FormerUnits, Hit, HitKind, MatchType, Part, Successor, WardNames};
use crate::geometry::{GroundScale, World, WorldBox, distance_m};
use crate::planning::Parcel;
use crate::town::{Town, UnitName};

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PlaceKind {
    /// What the geocoder knows.
    Known(HitKind),
    Parcel,
    Zone,
    /// Coordinates somebody typed.
    Coordinates,
    /// A Plus Code or a geohash.
    Code,
}

/// One place.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Place {
    pub kind: PlaceKind,
    /// `address:17`
    pub id: String,
    pub name: String,
    pub label: String,
    pub label_old: Option<String>,
    pub housenumber: Option<String>,
    pub street: Option<String>,
    pub hamlet: Option<String>,
    /// `Phường Thanh Điền`
    pub ward: Option<String>,
    pub ward_code: Option<String>,
    pub province: Option<String>,
    pub province_code: Option<String>,
    pub former: Option<FormerUnits>,
    pub former_code: Option<String>,
    pub via_former: Option<String>,
    pub successors: Vec<Successor>,
    pub postal_code: Option<String>,
    pub door_code: Option<String>,
    pub national_place_id: Option<String>,
    pub post_address_code: Option<String>,
    pub address_id: Option<i64>,
    pub street_id: Option<i64>,
    pub parcel_id: Option<u64>,
    pub point: Option<World>,
    /// Of things larger than a door.
    pub bounds: Option<WorldBox>,
    /// From the asked place.
    pub distance_m: Option<f64>,
    /// Whither from the asked place: `NE`.
    pub direction: Option<&'static str>,
    /// It lies in another ward than the asked place.
    pub is_across_border: bool,
    /// Labels of the wards in which the asked place may lie as well, as exactly as borders are drawn.
    pub border_wards: Vec<String>,
    pub confidence: f64,
    pub match_type: MatchType,
    pub parts: Vec<Part>,
    /// Words of the text that this does not explain.
    pub unmatched: Vec<String>,
    pub score: f32,
}

impl Place {
    /// Nothing known but what it is called.
    fn named(kind: PlaceKind, id: String, name: String, label: String) -> Self {
        Self {
            kind,
            id,
            name,
            label,
            label_old: None,
            housenumber: None,
            street: None,
            hamlet: None,
            ward: None,
            ward_code: None,
            province: None,
            province_code: None,
            former: None,
            former_code: None,
            via_former: None,
            successors: Vec::new(),
            postal_code: None,
            door_code: None,
            national_place_id: None,
            post_address_code: None,
            address_id: None,
            street_id: None,
            parcel_id: None,
            point: None,
            bounds: None,
            distance_m: None,
            direction: None,
            is_across_border: false,
            border_wards: Vec::new(),
            confidence: 1.0,
            match_type: MatchType::Exact,
            parts: Vec::new(),
            unmatched: Vec::new(),
            score: 0.0,
        }
    }

    /// A parcel, named by its sheet and number.
    pub fn parcel(town: &Town, parcel: &Parcel<'_>) -> Self {
        let row = parcel.feature();
        let (sheet, number) = (parcel.sheet().unwrap_or("?"), parcel.number().unwrap_or("?"));
        let name = format!("Thửa {number}, tờ {sheet}");
        let unit = parcel.unit().map(|code| town.units().present(code));
        let surveyed = parcel.survey_unit().map(|code| town.units().former(code));
        let labelled = |unit: &Option<UnitName>| unit.as_ref().map(|unit| format!("{name}, {}", unit.label));
        let label = labelled(&unit).unwrap_or_else(|| name.clone());
        let label_old = labelled(&surveyed).filter(|old| *old != label);
        let mut place = Self::named(PlaceKind::Parcel, format!("parcel:{}", row.id()), name, label);
        place.label_old = label_old;
        place.parcel_id = Some(row.id());
        place.point = Some(row.point_on());
        place.bounds = Some(row.bounds());
        place.ward_code = parcel.unit().map(str::to_owned);
        place.set_ward(parcel.unit().and_then(|code| town.index().ward(code)));
        place
    }

    /// A zone of a plan.
    pub fn zone(id: u64, name: String) -> Self {
        Self::named(PlaceKind::Zone, format!("zone:{id}"), name.clone(), name)
    }

    /// A place that is only a point: coordinates, a Plus Code, a geohash. Its id is a text that finds it again,
    /// without a comma, which stands between ids.
    pub fn point(town: &Town, kind: PlaceKind, label: &str, at: World, budget: &RowBudget) -> Self {
        let degrees = at.to_lnglat();
        let id = match kind {
            PlaceKind::Code => format!("point:{label}"),
            _ => format!("point:{:.7} {:.7}", degrees.lat, degrees.lng),
        };
        let mut place = Self::named(kind, id, label.to_owned(), label.to_owned());
        place.point = Some(at);
        place.set_ward(town.ward_code_at(at, budget).and_then(|code| town.index().ward(code)));
        place
    }

    /// The hamlet a door says it is in. Nobody drew its border, so it stands where the door stands.
    pub fn hamlet_of(door: &Self) -> Option<Self> {
        let name = door.hamlet.clone()?;
        let label = joined([Some(name.as_str()), door.ward.as_deref(), door.province.as_deref()], ", ");
        let id = format!(
            "hamlet:{}:{}",
            door.ward_code.as_deref().unwrap_or_default(),
            crate::geocode::folded_key(&name)
        );
        Some(Self {
            hamlet: Some(name.clone()),
            ward: door.ward.clone(),
            ward_code: door.ward_code.clone(),
            province: door.province.clone(),
            province_code: door.province_code.clone(),
            former: door.former.clone(),
            point: door.point,
            distance_m: door.distance_m,
            direction: door.direction,
            match_type: MatchType::Fallback,
            confidence: door.confidence,
            ..Self::named(PlaceKind::Known(HitKind::Hamlet), id, name, label)
        })
    }

    fn set_ward(&mut self, ward: Option<WardNames<'_>>) {
        if let Some(ward) = ward {
            self.ward = Some(ward.name.to_owned());
            self.ward_code = Some(ward.code.to_owned());
            self.province = ward.province.map(str::to_owned);
            self.province_code = ward.province_code.map(str::to_owned);
        }
    }

    /// Says whither it lies from a place, and how far where that is not known yet.
    pub fn set_distance_from(&mut self, from: World) {
        self.distance_m = self.distance_m.or(self.point.map(|to| distance_m(from, to)));
        self.direction = self.point.and_then(|to| direction(from, to));
    }

    /// Whether it is a door.
    pub fn is_address(&self) -> bool {
        self.kind == PlaceKind::Known(HitKind::Address)
    }

    /// Whether its number is in no table and its place lies between two that are.
    pub fn is_interpolated(&self) -> bool {
        self.match_type == MatchType::Interpolated
    }

    /// Whether the text named a unit that no longer exists: then the old district is asked for too.
    pub fn was_asked_by_old_name(&self) -> bool {
        let is_old_unit = |part: &Part| part.is_former && part.role != "street";
        self.via_former.is_some() || self.parts.iter().any(is_old_unit)
    }

    /// The old district, where the question named an old unit.
    pub fn district_asked(&self) -> Option<&str> {
        self.former.as_ref()?.district.as_deref().filter(|_| self.was_asked_by_old_name())
    }

    /// `XXX-XXX-XXX`
    pub fn door_code_in_groups(&self) -> Option<String> {
        self.door_code.as_deref().map(in_groups)
    }

    /// Longitude and latitude in seven decimals: a centimetre.
    pub fn lon_lat(&self) -> Option<[f64; 2]> {
        let degrees = self.point?.to_lnglat();
        Some([degrees.lng, degrees.lat].map(seven_decimals))
    }

    /// West, south, east, north; of things larger than a door.
    pub fn bbox(&self) -> Option<[f64; 4]> {
        let bounds = self.bounds.filter(|bounds| !bounds.is_empty())?;
        Some(bounds.to_degrees().map(seven_decimals))
    }
}

impl From<Hit> for Place {
    fn from(hit: Hit) -> Self {
        Self {
            label_old: hit.label_old,
            housenumber: hit.housenumber,
            street: hit.street,
            hamlet: hit.hamlet,
            ward: hit.ward,
            ward_code: hit.ward_code,
            province: hit.province,
            province_code: hit.province_code,
            former: hit.former,
            former_code: hit.former_code,
            via_former: hit.via_former,
            successors: hit.successors,
            postal_code: hit.postal_code,
            door_code: hit.door_code,
            national_place_id: hit.national_place_id,
            post_address_code: hit.post_address_code,
            address_id: hit.address_id,
            street_id: hit.street_id,
            parcel_id: hit.parcel_id.and_then(|id| u64::try_from(id).ok()),
            point: hit.point,
            bounds: hit.bounds,
            distance_m: hit.distance_m,
            confidence: hit.confidence,
            match_type: hit.match_type,
            parts: hit.parts,
            unmatched: hit.unmatched,
            score: hit.score,
            ..Self::named(PlaceKind::Known(hit.kind), hit.id, hit.name, hit.label)
        }
    }
}

/// Seven decimals of a degree.
pub fn seven_decimals(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// One of eight winds; none for what is nearer than a metre.
fn direction(from: World, to: World) -> Option<&'static str> {
    const WINDS: [&str; 8] = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
    let (east_m, south_m) = GroundScale::at(from).offset_m(from, to);
    if east_m.hypot(south_m) < 1.0 {
        return None;
    }
    let eighths = (east_m.atan2(-south_m).to_degrees() / 45.0).round().rem_euclid(8.0);
    WINDS.get(eighths as usize).copied()
}

/// The code of a place that follows from its position alone.
pub fn plus_code_of(at: World) -> Option<String> {
    plus_code::encode(at.to_lnglat(), 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::LngLat;

    #[test]
    fn a_direction_is_the_nearest_of_eight_winds() {
        let at = |lng, lat| World::from_lnglat(LngLat { lng, lat });
        let from = at(106.0, 11.0);
        let whither = |lng, lat| direction(from, at(lng, lat));
        assert_eq!(whither(106.0, 11.001), Some("N"));
        assert_eq!(whither(106.001, 11.001), Some("NE"));
        assert_eq!(whither(106.001, 11.0), Some("E"));
        assert_eq!(whither(106.0, 10.999), Some("S"));
        assert_eq!(whither(105.999, 11.0), Some("W"));
        assert_eq!(whither(105.9990, 11.0011), Some("NW"));
        assert_eq!(whither(106.0, 11.0), None);
    }
}
