//! A loaded town: one snapshot and everything built from it that answers need, swapped whole.

mod border_tolerances;
mod clock;
mod day;
mod gazetteer;
mod ground;
mod kept;
mod load;
mod names;
mod reference;
mod side_tables;
mod streets;

use std::collections::BTreeSet;

use time::{Date, OffsetDateTime, UtcOffset};

pub use clock::Clock;
pub use day::NewDay;
pub use ground::WardsAt;
pub use load::{TownError, TownEvent, load_town, load_town_after};
pub use names::{UnitName, UnitNames};

use crate::geocode::Index;
use crate::planning::{CodeTables, ParcelIndex};
use crate::store::Snapshot;
use crate::tile::MapLayer;
use border_tolerances::BorderTolerances;
use day::ServedDay;

/// A loaded town.
#[derive(Debug)]
pub struct Town {
    snapshot: Snapshot,
    /// What tiles offer of it, in the snapshot's order.
    map: Vec<MapLayer>,
    parcels: Option<ParcelIndex>,
    codes: CodeTables,
    units: UnitNames,
    index: Index,
    border_tolerances: BorderTolerances,
    /// Whether any data set is invented; the page then says so.
    is_generated: bool,
    placeless_streets: usize,
    /// Days on which units came or went.
    unit_changes: BTreeSet<Date>,
    loaded_at: OffsetDateTime,
    day: ServedDay,
}

impl Town {
    /// The layers' rows.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What tiles offer: every layer, lowest first, each followed by its labels where it has areas.
    pub fn map(&self) -> &[MapLayer] {
        &self.map
    }

    /// Parcels by sheet and number.
    pub fn parcels(&self) -> Option<&ParcelIndex> {
        self.parcels.as_ref()
    }

    /// Names and colours of land uses and zones.
    pub fn codes(&self) -> &CodeTables {
        &self.codes
    }

    /// Names of administrative units, old and new.
    pub fn units(&self) -> &UnitNames {
        &self.units
    }

    /// Search and reverse.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Whether any data set is invented.
    pub fn is_generated(&self) -> bool {
        self.is_generated
    }

    /// Streets left out of search: known by name only, and no door on them.
    pub fn placeless_streets(&self) -> usize {
        self.placeless_streets
    }

    /// When it was loaded, in UTC, as the dialects say it.
    pub fn loaded_at(&self) -> OffsetDateTime {
        self.loaded_at.to_offset(UtcOffset::UTC)
    }

    /// The day it is in force on, in Viet Nam: what every answer calls today.
    pub fn today(&self) -> Date {
        self.day.get()
    }
}
