//! What streets were called before: invented names for the first named street of every ward, for some two.

use time::macros::date;

use super::names::lines;
use crate::schema::{FormerStreetName, Street};

const NAMES: &str = include_str!("../../../../data/demo/former_street_names.csv");

/// Every which ward has a street with two former names.
const TWICE_RENAMED: usize = 3;

/// Former names, each dealt once.
pub struct FormerNameDeck {
    names: Box<dyn Iterator<Item = &'static str> + Send>,
    wards: usize,
}

impl Default for FormerNameDeck {
    fn default() -> Self {
        Self { names: Box::new(lines(NAMES).filter_map(|cells| cells.first().copied())), wards: 0 }
    }
}

impl FormerNameDeck {
    /// The former names of the streets of the next ward.
    pub fn deal(&mut self, streets: &[Street]) -> Vec<FormerStreetName> {
        self.wards += 1;
        let is_named = |street: &&Street| street.kind == "street" && !street.name.starts_with("Số ");
        let Some(street) = streets.iter().find(is_named) else { return Vec::new() };
        let count = if self.wards.is_multiple_of(TWICE_RENAMED) { 2 } else { 1 };
        let ends = [Some(date!(2005 - 01 - 01)), None];
        let dealt = self.names.by_ref().take(count).zip(ends);
        dealt
            .map(|(name, valid_to)| FormerStreetName {
                street_id: street.street_id,
                dataset_id: street.dataset_id,
                name: name.to_owned(),
                valid_to,
                legal_basis: String::new(),
            })
            .collect()
    }
}
