//! The places a pair of plane metres may mean, the likeliest first.
//!
//! The system of a pair is a property of the paper it stands on. Where the text does not say it, what speaks for one is
//! counted: the meridian of the province that is named, looked at or loaded, and whether the place lies there.

use rustc_hash::FxHashSet;

use crate::cost::RowBudget;
use crate::geocode::codes::{Metres, Place, PlaneReading, plane_readings};
use crate::geocode::index::Index;
use crate::geocode::index::indices::UnitIndex;
use crate::geocode::search::answer::Focus;
use crate::geometry::{EpsgCode, VN2000_MERIDIANS, World, WorldBox};
use crate::schema::provincial_system;

/// What speaks for a reading, in shares against each other.
mod evidence {
    /// Every reading may be right.
    pub const ANY: f64 = 1.0;
    /// Zones of 6° are of base maps, which few people copy from.
    pub const ZONE_OF_6: f64 = 0.5;
    /// It lies in the unit that is named.
    pub const IN_NAMED: f64 = 12.0;
    /// It is in the meridian of the named unit's province.
    pub const MERIDIAN_OF_NAMED: f64 = 6.0;
    /// It lies where the person looks, less with the distance.
    pub const IN_VIEW: f64 = 6.0;
    /// It is in the meridian of the province looked at.
    pub const MERIDIAN_OF_VIEW: f64 = 6.0;
    /// It lies in a ward that is loaded.
    pub const IN_LOADED: f64 = 4.0;
    /// It is in the meridian of the province that this ward belongs to.
    pub const MERIDIAN_OF_ITS_WARD: f64 = 4.0;
    /// It is in a meridian of the provinces that are loaded.
    pub const MERIDIAN_OF_LOADED: f64 = 3.0;
}

/// What a text, a view and the data say of where a pair lies.
struct Hints {
    named: Vec<WorldBox>,
    named_systems: FxHashSet<EpsgCode>,
    view_system: Option<EpsgCode>,
    loaded_systems: FxHashSet<EpsgCode>,
}

impl Index {
    /// The places of a pair, on land as far as is known, the likeliest first. `None` where words stand beside it that
    /// name no unit: then the text is something else.
    pub(super) fn likely_places(
        &self,
        metres: &Metres,
        focus: Option<Focus>,
        budget: &RowBudget,
    ) -> Option<Vec<Place>> {
        let named = self.named_units(&metres.rest, budget);
        let is_named = !named.units.is_empty() && named.read > 0.5 * named.all;
        if !metres.rest.is_empty() && !is_named {
            return None;
        }
        let readings = plane_readings(metres);
        let ward_around = |at: World| self.ward_boxes.iter().find(|(_, bounds)| bounds.contains(at));
        let may_be = |reading: &PlaneReading| reading.is_near_land || ward_around(reading.at).is_some();
        let on_land: Vec<PlaneReading> = readings.iter().copied().filter(may_be).collect();
        // who says the system means the sea
        let kept = if on_land.is_empty() && !metres.systems.is_empty() { readings } else { on_land };
        let hints = self.hints(&named.units, focus);
        let mut places: Vec<Place> = kept
            .iter()
            .map(|reading| {
                let ward = ward_around(reading.at).map(|(ward, _)| *ward);
                let is_of_ward =
                    ward.is_some_and(|ward| self.systems_of(ward).any(|of| of == reading.system));
                let weight = hints.weight(reading, focus)
                    + if ward.is_some() { evidence::IN_LOADED } else { 0.0 }
                    + if is_of_ward { evidence::MERIDIAN_OF_ITS_WARD } else { 0.0 };
                Place { at: reading.at, system: Some(reading.system), confidence: weight }
            })
            .collect();
        places.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let all: f64 = places.iter().map(|place| place.confidence).sum();
        let hundredths = |share: f64| (share * 100.0).round() / 100.0;
        places.iter_mut().for_each(|place| place.confidence = hundredths(place.confidence / all));
        Some(places)
    }

    fn hints(&self, named: &[UnitIndex], focus: Option<Focus>) -> Hints {
        let size = |bounds: &WorldBox| {
            i128::from(bounds.max.x - bounds.min.x) * i128::from(bounds.max.y - bounds.min.y)
        };
        let in_view = focus.and_then(|focus| {
            let around = self.ward_boxes.iter().filter(|(_, bounds)| bounds.contains(focus.at));
            around.min_by_key(|(_, bounds)| size(bounds))
        });
        let near = named.iter().take(1);
        Hints {
            named: near.clone().filter_map(|&unit| self.units[unit].bounds).collect(),
            named_systems: near.flat_map(|&unit| self.systems_of(unit)).collect(),
            view_system: in_view.and_then(|(ward, _)| self.systems_of(*ward).next()),
            loaded_systems: self.ward_boxes.iter().flat_map(|(ward, _)| self.systems_of(*ward)).collect(),
        }
    }

    /// The systems of the provinces of today in which a unit's ground lies.
    fn systems_of(&self, unit: UnitIndex) -> impl Iterator<Item = EpsgCode> {
        let units = &self.units;
        let of_ward = units[unit].parent().into_iter();
        let today = units[unit].today.iter().filter_map(|step| units[step.to].parent());
        std::iter::once(unit).chain(of_ward).chain(today).filter_map(|unit| {
            let unit = &units[unit];
            unit.is_present.then(|| provincial_system(unit.code())).flatten()
        })
    }
}

impl Hints {
    fn weight(&self, reading: &PlaneReading, focus: Option<Focus>) -> f64 {
        let is_of_3 = VN2000_MERIDIANS.iter().any(|(system, _)| *system == reading.system);
        let base = if is_of_3 { evidence::ANY } else { evidence::ZONE_OF_6 };
        let speaks = |does: bool, weight: f64| if does { weight } else { 0.0 };
        // at most 0.6 where somebody stands
        let nearness = focus.map_or(0.0, |focus| f64::from(focus.nearness(reading.at)) / 0.6);
        base + speaks(self.named.iter().any(|bounds| bounds.contains(reading.at)), evidence::IN_NAMED)
            + speaks(self.named_systems.contains(&reading.system), evidence::MERIDIAN_OF_NAMED)
            + speaks(self.view_system == Some(reading.system), evidence::MERIDIAN_OF_VIEW)
            + speaks(self.loaded_systems.contains(&reading.system), evidence::MERIDIAN_OF_LOADED)
            + nearness * evidence::IN_VIEW
    }
}
