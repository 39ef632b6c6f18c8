//! What speaks for a thing: the units named elsewhere in the query that it lies in, today or before.

use std::rc::Rc;

use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::UnitIndex;
use crate::geocode::search::ranking::{Ranking, RolePart, TokenRole};

/// What the surroundings named in the query add.
#[derive(Debug, Default)]
pub(super) struct Support {
    pub gain: f32,
    pub mask: u64,
    pub parts: Vec<RolePart>,
}

impl Ranking<'_> {
    /// For what lies in a ward of today, beside the tokens taken; many streets of one name ask for the same.
    pub(super) fn support_of_ward(&mut self, taken: u64, ward: Option<UnitIndex>) -> Rc<Support> {
        if let Some(known) = self.supports.get(&(taken, ward)) {
            return Rc::clone(known);
        }
        let unit = ward.and_then(|ward| self.tables.units.get(ward));
        let line = unit.map_or(&[][..], |unit| &unit.lineage);
        let support = self.support(taken, line.iter().copied());
        self.supports.insert((taken, ward), Rc::clone(&support));
        support
    }

    /// What else in the query names these units: the best mentions that do not overlap, each unit
    /// once in full and again for less.
    pub(super) fn support(
        &mut self,
        taken: u64,
        line: impl Iterator<Item = (UnitIndex, f32)>,
    ) -> Rc<Support> {
        let units = self.tables.units;
        let mut options = std::mem::take(&mut self.options);
        let (mut has_numbered_ward, mut has_district) = (false, false);
        for (index, factor) in line {
            let unit = &units[index];
            for mention in self.reading.mentions_of(index, &unit.keys) {
                if mention.mask & taken != 0 {
                    continue;
                }
                if let Some(fit) = self.reading.fit(mention, unit.kinds, Some(unit.level))
                    && fit.gain > 0.0
                {
                    has_district |= unit.level == Level::District;
                    has_numbered_ward |= unit.level == Level::Ward && mention.is_number;
                    let role = TokenRole::Unit(index);
                    options.push((
                        fit.gain * factor,
                        RolePart { mask: fit.mask, role, found: mention.found, is_other_word: false },
                    ));
                }
            }
        }
        if options.is_empty() {
            self.options = options;
            return Rc::clone(&self.nothing);
        }
        options.sort_by(|(a, of_a), (b, of_b)| b.total_cmp(a).then_with(|| of_a.unit().cmp(&of_b.unit())));
        let weights = &self.reading.ranking;
        let is_anywhere = has_numbered_ward && !has_district;
        let penalty = if is_anywhere { weights.numbered_ward_without_district_penalty } else { 0.0 };
        let mut support = Support { gain: -penalty, mask: 0, parts: Vec::new() };
        for is_repeat in [false, true] {
            for &(gain, part) in &options {
                let is_known = support.parts.iter().any(|known| known.role == part.role);
                if part.mask & (taken | support.mask) == 0 && is_known == is_repeat {
                    support.gain += if is_repeat { gain * weights.repeated_unit_factor } else { gain };
                    support.mask |= part.mask;
                    support.parts.push(part);
                }
            }
        }
        options.clear();
        self.options = options;
        Rc::new(support)
    }
}
