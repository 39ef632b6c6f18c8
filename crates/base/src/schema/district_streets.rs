//! Which districts had a street of a name in 2019: the national table of `data/streets` as records.

use serde::Deserialize;

use super::national_table::{ReferenceError, rows};
use super::unit_ids::old_id;

const STREETS_BY_DISTRICT: &str = include_str!("../../../../data/streets/streets_by_district.csv");

/// A name that streets of the country have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictStreet {
    /// As on the sign, without the word for street.
    pub name: String,
    /// The units of the last day before the reform that had such a street.
    pub district_ids: Vec<i32>,
}

#[derive(Deserialize)]
struct StreetRow {
    name: String,
    /// Codes with a space between.
    districts: String,
}

/// The street names of the country with the districts that had them. A name that is missing, or a district that is missing
/// beside a name, means nothing: the list is not complete.
pub fn district_streets() -> Result<Vec<DistrictStreet>, ReferenceError> {
    let streets = rows::<StreetRow>("streets/streets_by_district.csv", STREETS_BY_DISTRICT)?;
    let with_ids = |row: StreetRow| DistrictStreet {
        name: row.name,
        district_ids: row.districts.split(' ').map(old_id).collect(),
    };
    Ok(streets.into_iter().map(with_ids).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use unicode_normalization::is_nfc;

    use crate::schema::national_units;

    use super::*;

    #[test]
    fn every_street_lies_in_districts_of_the_last_list() {
        let units = national_units().unwrap();
        let districts: BTreeSet<i32> =
            units.units.iter().filter(|unit| unit.level == "district").map(|unit| unit.unit_id).collect();
        let streets = district_streets().unwrap();
        assert_eq!(streets.len(), 15_851);
        for street in &streets {
            let ids = &street.district_ids;
            assert!(!ids.is_empty() && ids.is_sorted_by(|a, b| a < b), "{street:?}");
            assert!(ids.iter().all(|id| districts.contains(id)), "{street:?}");
        }
        let reached: BTreeSet<i32> = streets.into_iter().flat_map(|street| street.district_ids).collect();
        assert_eq!(reached.len(), 650);
    }

    #[test]
    fn names_are_composed_and_trimmed_and_stand_once() {
        let mut seen = BTreeSet::new();
        for DistrictStreet { name, .. } in district_streets().unwrap() {
            assert!(
                is_nfc(&name) && name.split_whitespace().collect::<Vec<_>>().join(" ") == name,
                "{name:?}"
            );
            assert!(!name.is_empty() && !name.chars().any(char::is_control), "{name:?}");
            assert!(seen.insert(name.to_lowercase()), "{name} stands twice");
        }
    }

    #[test]
    fn a_street_of_a_district_that_ended_lies_in_the_one_that_took_it_over() {
        let streets = district_streets().unwrap();
        let districts = |name: &str| &streets.iter().find(|street| street.name == name).unwrap().district_ids;
        // Lương Định Của was in Quận 2, which is part of Thủ Đức since 2021
        assert!(districts("Lương Định Của").contains(&old_id("769")));
        // thành phố Huế was divided in two in 2025, and the list does not say on which side a street lies
        assert!([old_id("474"), old_id("475")].iter().all(|id| districts("Kim Long").contains(id)));
    }
}
