//! Hits by id or code: what is known already and needs no reading of a text.

use time::Date;

use super::answer::{FormBefore, Hit, WardNames};
use crate::geocode::index::Index;
use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::units::Unit;
use crate::geocode::text::fold::key;
use crate::schema::REFORM;

impl Index {
    /// The street with this id, in its first ward.
    pub fn street(&self, street_id: i64) -> Option<Hit> {
        self.ways.street_by_id(street_id).map(|street| self.tables().way(street, None))
    }

    /// The street with this id, in the ward with this code.
    pub fn street_in(&self, street_id: i64, ward_code: &str) -> Option<Hit> {
        let ward = self.units.present_by_code(ward_code);
        self.ways.street_by_id(street_id).map(|street| self.tables().way(street, ward))
    }

    /// The street with this id in each of its wards.
    pub fn street_in_each_ward(&self, street_id: i64) -> Vec<Hit> {
        let Some(street) = self.ways.street_by_id(street_id) else { return Vec::new() };
        let wards = self.ways[street].wards.iter();
        wards.map(|&ward| self.tables().way(street, Some(ward))).collect()
    }

    /// The hamlet of this name, folded, in the ward with this code.
    pub fn hamlet(&self, ward_code: &str, folded_name: &str) -> Option<Hit> {
        let ward = self.units.present_by_code(ward_code)?;
        let hamlet = self.ways.hamlet_in(ward, |form| key(self.names.written(form)) == folded_name)?;
        Some(self.tables().way(hamlet, Some(ward)))
    }

    /// Whether the street with this id, or a door on it, is said to be in the ward with this code.
    pub fn is_street_of(&self, street_id: i64, ward_code: &str) -> bool {
        let (street, ward) = (self.ways.street_by_id(street_id), self.units.present_by_code(ward_code));
        street.zip(ward).is_some_and(|(street, ward)| self.ways[street].wards.contains(&ward))
    }

    /// The address with this id.
    pub fn address(&self, address_id: i64) -> Option<Hit> {
        self.ways.house_by_id(address_id).map(|house| self.tables().house(&house))
    }

    /// The landmark with this id.
    pub fn landmark(&self, landmark_id: i64) -> Option<Hit> {
        self.ways.landmark_by_id(landmark_id).map(|way| self.tables().way(way, None))
    }

    /// Units that bear this code today, then those that bore it; aliases included.
    pub fn units_by_code(&self, code: &str) -> Vec<Hit> {
        self.units.by_code(code).into_iter().map(|unit| self.tables().unit(unit)).collect()
    }

    /// Units that had this code on a day: codes passed from unit to unit at the reform.
    pub fn units_by_code_on(&self, code: &str, day: Date) -> Vec<Hit> {
        self.units.by_code_on(code, day).into_iter().map(|unit| self.tables().unit(unit)).collect()
    }

    /// The ward of today with this code, and its province.
    pub fn ward(&self, code: &str) -> Option<WardNames<'_>> {
        let at = self.units.present_by_code(code).filter(|&at| self.units[at].level == Level::Ward)?;
        let ward = &self.units[at];
        let province = ward.parent().and_then(|province| self.units.get(province));
        Some(WardNames {
            name: ward.full_name(),
            code: ward.code(),
            province: province.map(Unit::full_name),
            province_code: province.map(Unit::code),
        })
    }

    /// The unit with this id.
    pub fn unit(&self, unit_id: i32) -> Option<Hit> {
        self.units.by_id(unit_id).map(|unit| self.tables().unit(unit))
    }

    /// The wards of the last day before the reform on whose ground a ward of today stands, wholly or in part; of a special
    /// zone where no ward was, the district.
    pub fn predecessors(&self, unit_id: i32) -> Vec<Hit> {
        let Some(ward) = self.units.by_id(unit_id) else { return Vec::new() };
        let formers = |level: Level| {
            let ground = self.units[ward].lineage.iter().map(|(unit, _)| *unit);
            ground
                .filter(|&unit| unit != ward && self.units[unit].level == level)
                .filter(|&unit| self.units[unit].stood_until(REFORM))
                .map(|unit| self.tables().unit(unit))
                .collect::<Vec<Hit>>()
        };
        let wards = formers(Level::Ward);
        let is_new = self.units[ward].forms.first().is_some_and(|form| form.from >= Some(REFORM));
        if wards.is_empty() && is_new { formers(Level::District) } else { wards }
    }

    /// How a unit that still stands was written last before, if otherwise.
    pub fn form_before(&self, unit_id: i32) -> Option<FormBefore> {
        let (form, label) = self.units.form_before(self.units.by_id(unit_id)?)?;
        let is_of_before_reform = form.until.is_some_and(|until| until <= REFORM);
        Some(FormBefore { code: form.code.to_string(), label, is_of_before_reform })
    }
}
