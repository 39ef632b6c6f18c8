//! Where a door lay before the reform, read from the line of its address.
//!
//! The end of the line names a ward of that time or, in many an old list, one that ended before any table of ours
//! begins. The first becomes a unit, the second is kept as written: the geocoder learns from it.

use std::collections::HashMap;

use crate::geocode::{Hit, HitKind, Index, MatchType, Query, national_gazetteer, place_of};
use crate::schema::ReferenceError;

/// What a line says of the time before the reform.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Former {
    /// The old ward, where the national tables have it.
    pub ward: Option<OldWard>,
    /// As written; nothing where the line is in the form of today.
    pub place: Option<String>,
}

/// A ward that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldWard {
    /// Its id in the national tables: its code may have passed to another.
    pub unit_id: i32,
    /// Its code, for people.
    pub code: String,
    /// Today's codes of the wards it went into.
    pub successors: Vec<String>,
}

/// Reads the ends of address lines; many lines end alike.
pub struct FormerPlaces {
    units: Index,
    known: HashMap<String, Former>,
}

impl FormerPlaces {
    /// Over the national unit tables.
    pub fn national() -> Result<Self, ReferenceError> {
        Ok(Self { units: Index::build(national_gazetteer()?), known: HashMap::new() })
    }

    /// What the end of a line says; nothing where it says how things are today.
    pub fn read(&mut self, line: &str) -> Former {
        let Some(place) = place_of(line) else { return Former::default() };
        if let Some(known) = self.known.get(&place) {
            return known.clone();
        }
        let former = self.look_up(&place);
        self.known.insert(place, former.clone());
        former
    }

    fn look_up(&self, place: &str) -> Former {
        let found = self.units.search(&Query { limit: 1, ..Query::new(place) });
        let first = found.hits.into_iter().next();
        let is_of_today = |hit: &Hit| {
            hit.via_former.is_none() && hit.kind == HitKind::Ward && hit.match_type == MatchType::Exact
        };
        if first.as_ref().is_some_and(|hit| is_of_today(hit) || is_above_wards(hit)) {
            return Former::default();
        }
        let ward = first.filter(|hit| hit.via_former.is_some()).and_then(|hit| {
            Some(OldWard {
                unit_id: hit.former_unit_id?,
                code: hit.former_code.unwrap_or_default(),
                successors: hit.successors.into_iter().map(|successor| successor.code).collect(),
            })
        });
        Former { ward, place: Some(place.to_owned()) }
    }
}

/// Whether all of a place is a district or a province: `Thành phố Đà Lạt, Lâm Đồng` names no ward.
fn is_above_wards(hit: &Hit) -> bool {
    let is_above = matches!(hit.kind, HitKind::FormerDistrict | HitKind::FormerProvince | HitKind::Province);
    is_above && hit.unmatched.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::national_units;

    #[test]
    fn an_old_ward_at_the_end_of_a_line_becomes_its_unit() {
        let mut places = FormerPlaces::national().unwrap();
        let former = places.read("331 Tô Ký, Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh, Việt Nam");
        let ward = former.ward.unwrap();
        assert_eq!(Some(ward.unit_id), national_units().unwrap().id_before_reform("25633"));
        assert_eq!(ward.code, "25633");
    }

    #[test]
    fn a_ward_that_no_table_knows_is_kept_as_written_without_the_house_number() {
        let mut places = FormerPlaces::national().unwrap();
        let former = places.read("12 Lê Lợi, Phường 88, Quận 3, Thành phố Hồ Chí Minh 70000, Việt Nam");
        assert_eq!(former.place.as_deref(), Some("Phường 88, Quận 3, Thành phố Hồ Chí Minh"));
        assert_eq!(former.ward, None);
    }

    #[test]
    fn a_district_or_a_city_in_the_place_of_a_ward_is_none() {
        let mut places = FormerPlaces::national().unwrap();
        for line in [
            "12 Lê Lợi, Thành phố Đà Lạt, Lâm Đồng",
            "12 Lê Lợi, Quận 5, Thành phố Hồ Chí Minh",
            "10 P. Phan Chu Trinh, St, Hoàn Kiếm, Hà Nội, Việt Nam",
        ] {
            assert_eq!(places.read(line), Former::default(), "{line}");
        }
    }

    #[test]
    fn a_line_in_the_form_of_today_says_nothing_of_before() {
        let mut places = FormerPlaces::national().unwrap();
        assert_eq!(places.read("12 Lê Lợi, Phường Long Hoa, Tỉnh Tây Ninh"), Former::default());
        assert_eq!(places.read("12 Lê Lợi"), Former::default());
    }
}
