//! In which former districts there is a street of a name, in the whole country.
//!
//! The town's own streets are in `streets`; these have no place and no doors. They tell a street from a unit, and where a
//! street can be that the town's tables do not have. The list behind them is not complete, so absence says nothing.

use rayon::prelude::*;

use crate::geocode::index::indices::UnitIndex;
use crate::geocode::index::units::Units;
use crate::geocode::index::variants;
use crate::schema::DistrictStreet;

/// Keys worse than this are left out: initials, and a hamlet without its word, would be the name of nearly anything.
const LEAST_QUALITY: u8 = 90;

/// Keys of street names, sorted, and for each the districts that have such a street.
#[derive(Debug, Default)]
pub struct StreetsOfDistricts {
    keys: String,
    /// Where key `i` begins in `keys`; one more than there are keys.
    keys_at: Vec<u32>,
    districts: Vec<UnitIndex>,
    /// Where the districts of key `i` begin; one more than there are keys.
    districts_at: Vec<u32>,
}

impl StreetsOfDistricts {
    /// From names as written; a district that is no unit of the index is left out.
    pub fn build(streets: &[DistrictStreet], units: &Units) -> Self {
        let mut keys: Vec<(String, &DistrictStreet)> = streets
            .par_iter()
            .flat_map_iter(|street| {
                let variants = variants::of_way(&street.name).into_iter();
                let good = variants.filter(|(_, quality)| *quality >= LEAST_QUALITY).map(|(key, _)| key);
                let said = good.filter(|key| !key.is_empty() && !is_run_together(&street.name, key));
                said.map(move |key| (key, street))
            })
            .collect();
        keys.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut found = Self::default();
        let mut districts = Vec::new();
        for of_key in keys.chunk_by(|a, b| a.0 == b.0) {
            districts.clear();
            let ids = of_key.iter().flat_map(|(_, street)| &street.district_ids);
            districts.extend(ids.filter_map(|&id| units.by_id(id)));
            districts.sort_unstable();
            districts.dedup();
            let Some((key, _)) = of_key.first().filter(|_| !districts.is_empty()) else { continue };
            found.keys_at.push(found.keys.len() as u32);
            found.districts_at.push(found.districts.len() as u32);
            found.keys.push_str(key);
            found.districts.extend_from_slice(&districts);
        }
        found.keys_at.push(found.keys.len() as u32);
        found.districts_at.push(found.districts.len() as u32);
        found.keys.shrink_to_fit();
        found.keys_at.shrink_to_fit();
        found.districts_at.shrink_to_fit();
        found.districts.shrink_to_fit();
        found
    }

    /// The former districts that have a street whose name folds to this key, in the order of their indices; none where no
    /// such street is known. Numbers are streets too: `5` is in many districts.
    pub fn districts(&self, key: &str) -> &[UnitIndex] {
        let Some(at) = self.find(key) else { return &[] };
        match (self.districts_at.get(at), self.districts_at.get(at + 1)) {
            (Some(&from), Some(&to)) => self.districts.get(from as usize..to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// How many distinct keys there are.
    fn len(&self) -> usize {
        self.keys_at.len().saturating_sub(1)
    }

    fn key(&self, at: usize) -> &str {
        match (self.keys_at.get(at), self.keys_at.get(at + 1)) {
            (Some(&from), Some(&to)) => self.keys.get(from as usize..to as usize).unwrap_or_default(),
            _ => "",
        }
    }

    /// The place of exactly this key.
    fn find(&self, key: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.len() && self.key(low) == key).then_some(low)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.keys.capacity()
            + (self.keys_at.capacity() + self.districts_at.capacity()) * size_of::<u32>()
            + self.districts.capacity() * size_of::<UnitIndex>()
    }
}

fn is_number(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a key is a number that is not in the name: `Liên ấp 2-6` folds well, but `1-2` becomes 12.
fn is_run_together(name: &str, key: &str) -> bool {
    is_number(key) && name.contains(['-', '–', '.'])
}

#[cfg(test)]
mod tests {
    use crate::geocode::index::names::NamesBuilder;
    use crate::geocode::index::national::national_gazetteer;
    use crate::geocode::text::fold;

    use super::*;

    fn country() -> (Units, StreetsOfDistricts) {
        let gazetteer = national_gazetteer().unwrap();
        let names = &mut NamesBuilder::default();
        let units =
            Units::build(gazetteer.units, &gazetteer.links, &gazetteer.aliases, &gazetteer.places, names);
        let streets = StreetsOfDistricts::build(&gazetteer.district_streets, &units);
        (units, streets)
    }

    /// Codes of the districts that have a street, as somebody writes it.
    fn districts(written: &str) -> Vec<String> {
        let (units, streets) = country();
        streets
            .districts(&fold::key(written))
            .iter()
            .map(|&district| units[district].code().to_owned())
            .collect()
    }

    #[test]
    fn a_street_is_in_the_districts_that_had_it() {
        assert_eq!(districts("Tam Trinh"), ["007", "008"]);
        assert!(districts("Lương Định Của").contains(&"769".to_owned()));
        assert_eq!(districts("Không Có Đường Này"), [""; 0]);
        assert_eq!(districts(""), [""; 0]);
    }

    #[test]
    fn spellings_of_a_street_are_one() {
        let as_on_the_sign = districts("Cách Mạng Tháng Tám");
        assert!(as_on_the_sign.len() > 50);
        for other in ["cach mang thang tam", "CÁCH MẠNG THÁNG 8", "cmt8"] {
            let found = districts(other);
            assert!(as_on_the_sign.iter().all(|district| found.contains(district)), "{other}");
        }
        assert_eq!(districts("Quốc lộ 22B"), districts("QL22B"));
        // the list has ĐT 782 in three districts and Tỉnh lộ 782 in two
        assert_eq!((districts("ĐT 782").len(), districts("ĐT 782")), (4, districts("TL782")));
    }

    #[test]
    fn a_range_of_numbers_is_no_number() {
        let street = |name: &str| DistrictStreet { name: name.to_owned(), district_ids: vec![1_100_785] };
        let streets =
            StreetsOfDistricts::build(&[street("1-2"), street("Liên ấp 2-6"), street("13")], &country().0);
        assert!(streets.districts("12").is_empty());
        assert_eq!([streets.districts("13").len(), streets.districts("lienap26").len()], [1, 1]);
    }

    #[test]
    fn a_district_the_index_does_not_have_is_left_out() {
        let street = DistrictStreet { name: "Hùng Vương".to_owned(), district_ids: vec![7, 1_100_709] };
        let found = StreetsOfDistricts::build(&[street], &country().0);
        assert_eq!(found.districts("hungvuong").len(), 1);
        let nowhere = StreetsOfDistricts::build(&[], &Units::default());
        assert_eq!(nowhere.districts("hungvuong"), &[][..]);
    }

    #[test]
    fn the_country_takes_less_than_two_megabytes() {
        assert!((100_000..2_000_000).contains(&country().1.bytes()), "{}", country().1.bytes());
    }
}
