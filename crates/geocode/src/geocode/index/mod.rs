//! What search and reverse look up, built once from a [`Gazetteer`] and never changed: names, units old and new,
//! streets with their houses, the street names of the country, ready lists for short beginnings, the nearest doors, codes.
//!
//! Knows how things are found, not how a text is read or what fits best: that is `search`.

pub mod district_streets;
pub mod door_codes;
pub mod gazetteer;
pub mod houses;
pub mod indices;
pub mod names;
pub mod national;
pub mod nearest;
pub mod postal_codes;
pub mod prefixes;
pub mod retired_codes;
pub mod streets;
pub mod units;
pub mod variants;

use std::time::{Duration, Instant};

use district_streets::StreetsOfDistricts;
use gazetteer::{Gazetteer, Level};
use indices::UnitIndex;
use names::{Names, NamesBuilder};
use nearest::Nearest;
use postal_codes::PostalCodes;
use prefixes::Popular;
use retired_codes::RetiredCodes;
use streets::Ways;
use units::Units;

use crate::geometry::WorldBox;

/// Everything search and reverse need, built once for a snapshot.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) names: Names,
    pub(super) units: Units,
    pub(super) ways: Ways,
    pub(super) district_streets: StreetsOfDistricts,
    pub(super) popular: Popular,
    pub(super) doors: Nearest,
    pub(super) postal: PostalCodes,
    pub(super) retired: RetiredCodes,
    /// The wards of today that have a shape, with their boxes.
    pub(super) ward_boxes: Vec<(UnitIndex, WorldBox)>,
    pub(super) built_in: Duration,
}

/// What an index holds, for the start-up log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexSize {
    /// Units old and new.
    pub units: usize,
    /// Streets, alleys, hamlets.
    pub ways: usize,
    /// Addresses.
    pub addresses: usize,
    /// Distinct keys of names.
    pub names: usize,
    /// References to units or streets that are not there; the rows are kept without them.
    pub dangling: usize,
    /// Bytes of the dictionary, the houses and the street names of the country, about.
    pub bytes: usize,
    /// How long building it took.
    pub built_in: Duration,
}

impl Index {
    /// Builds the index; references to nothing are counted, never a reason to fail.
    pub fn build(gazetteer: Gazetteer) -> Self {
        let started = Instant::now();
        let mut names = NamesBuilder::default();
        let mut units = Units::build(
            gazetteer.units,
            &gazetteer.links,
            &gazetteer.aliases,
            &gazetteer.places,
            &mut names,
        );
        let district_streets = StreetsOfDistricts::build(&gazetteer.district_streets, &units);
        let mut ways = Ways::build(
            &gazetteer.streets,
            &gazetteer.street_segments,
            gazetteer.addresses,
            &units,
            &mut names,
        );
        let inferred = units.infer(std::mem::take(&mut ways.inferred_places), &mut names);
        ways.houses.settle_former(&inferred);
        ways.take_landmarks(&gazetteer.landmarks, &units, &mut names);
        ways.take_former_names(&gazetteer.former_street_names, &mut names);
        let houses = &ways.houses;
        let (names, doors) = rayon::join(|| names.build(), || Nearest::build(houses));
        units.borrow_places();
        units.rank_by_doors(&ways.houses.by_former_unit());
        units.take_keys(&names);
        let popular = Popular::build(&names, &units, &ways);
        let postal = PostalCodes::build(&ways);
        let retired = RetiredCodes::build(gazetteer.retired_codes);
        let wards = units.iter().filter(|(_, unit)| unit.is_present && unit.level == Level::Ward);
        let ward_boxes = wards.filter_map(|(ward, unit)| Some((ward, unit.bounds?))).collect();
        let built_in = started.elapsed();
        Self { names, units, ways, district_streets, popular, doors, postal, retired, ward_boxes, built_in }
    }

    /// What it holds.
    pub fn size(&self) -> IndexSize {
        IndexSize {
            units: self.units.all.len(),
            ways: self.ways.all.len(),
            addresses: self.ways.houses.len(),
            names: self.names.len(),
            dangling: self.units.dangling + self.ways.dangling,
            bytes: self.names.bytes()
                + self.ways.house_bytes()
                + self.doors.bytes()
                + self.district_streets.bytes(),
            built_in: self.built_in,
        }
    }
}
