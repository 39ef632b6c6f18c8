//! The day a town is in force on, and what has to be done when it ends.
//!
//! Most midnights change nothing: no row comes into force, none ends, and the day is all that moves on. On the
//! others the town has to be loaded again, because search, planning and low zooms are made of the rows in force.

use std::sync::atomic::{AtomicI32, Ordering};

use time::Date;

use super::Town;

/// A date that moves on while the town is served: the only thing about it that does.
#[derive(Debug)]
pub(super) struct ServedDay(AtomicI32);

impl ServedDay {
    pub fn new(day: Date) -> Self {
        Self(AtomicI32::new(day.to_julian_day()))
    }

    pub fn get(&self) -> Date {
        Date::from_julian_day(self.0.load(Ordering::Relaxed)).unwrap_or(Date::MIN)
    }

    fn set(&self, day: Date) {
        self.0.store(day.to_julian_day(), Ordering::Relaxed);
    }
}

/// What another day means for a town that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewDay {
    /// It is the day that is served.
    Same,
    /// The same rows are in force: the town is served on with the new date.
    SameRows,
    /// Other rows are in force: the town has to be loaded again.
    OtherRows,
}

impl Town {
    /// Goes on to this day where the same rows are in force on it.
    pub fn go_on_to(&self, day: Date) -> NewDay {
        let served = self.today();
        if day == served {
            return NewDay::Same;
        }
        let (before, after) = (served.min(day), served.max(day));
        let is_between = |change: &Date| before < *change && *change <= after;
        let has_change = self.unit_changes.iter().any(is_between)
            || self.map().iter().any(|layer| layer.change_days().iter().any(is_between));
        if has_change {
            return NewDay::OtherRows;
        }
        self.day.set(day);
        NewDay::SameRows
    }
}
