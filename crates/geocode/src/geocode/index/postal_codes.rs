//! Which wards have doors with a postal code. Five digits may be a ward's code or a postal code: both are answered.

use std::collections::BTreeMap;

use crate::geocode::index::indices::UnitIndex;
use crate::geocode::index::streets::Ways;

/// Wards by postal code, those with most of its doors first.
#[derive(Debug, Default)]
pub struct PostalCodes(BTreeMap<Box<str>, Vec<UnitIndex>>);

impl PostalCodes {
    /// From the rows that carry one.
    pub fn build(ways: &Ways) -> Self {
        let mut doors: BTreeMap<Box<str>, BTreeMap<UnitIndex, usize>> = BTreeMap::new();
        for house in ways.houses.iter() {
            if let Some(ward) = house.ward
                && let Some(code) = ways.codes(&house).and_then(|codes| codes.postal_code.clone())
            {
                *doors.entry(code).or_default().entry(ward).or_default() += 1;
            }
        }
        let by_doors = |wards: BTreeMap<UnitIndex, usize>| {
            let mut wards: Vec<(UnitIndex, usize)> = wards.into_iter().collect();
            wards.sort_by_key(|&(ward, doors)| (std::cmp::Reverse(doors), ward));
            wards.into_iter().map(|(ward, _)| ward).collect()
        };
        Self(doors.into_iter().map(|(code, wards)| (code, by_doors(wards))).collect())
    }

    /// The wards.
    pub fn wards(&self, code: &str) -> &[UnitIndex] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }
}
