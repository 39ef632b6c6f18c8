//! What became of units: the steps from old to new followed to today, and the parts of a split unit ranked by
//! what is known of them.

use rustc_hash::FxHashMap;

use crate::geocode::index::gazetteer::{Level, UnitLinkRow};
use crate::geocode::index::indices::UnitIndex;
use crate::geocode::index::units::{LEAST_PART, Step, Units};

/// So many known doors say how a split unit was divided.
const ENOUGH_DOORS: u32 = 5;

impl Units {
    /// Follows steps until they end in units of today.
    pub(super) fn find_today(&mut self, links: &[UnitLinkRow]) {
        let mut steps: FxHashMap<UnitIndex, Vec<Step>> = FxHashMap::default();
        for link in links {
            match (self.by_id.get(&link.old_unit_id), self.by_id.get(&link.new_unit_id)) {
                (Some(&old), Some(&new)) => steps.entry(old).or_default().push(Step {
                    to: new,
                    is_whole: link.is_whole,
                    share: link.share,
                }),
                _ => self.dangling += 1,
            }
        }
        for old in self.indices().iter() {
            if self[old].is_present {
                continue;
            }
            let mut found: Vec<Step> = Vec::new();
            let mut open: Vec<(Step, usize)> =
                steps.get(&old).into_iter().flatten().map(|step| (*step, 0)).collect();
            while let Some((step, depth)) = open.pop() {
                if self[step.to].is_present {
                    match found.iter_mut().find(|known| known.to == step.to) {
                        Some(known) => known.is_whole |= step.is_whole,
                        None => found.push(step),
                    }
                } else if depth < 8 {
                    // Whole only if every step was.
                    open.extend(steps.get(&step.to).into_iter().flatten().map(|next| {
                        let share = step.share.or(step.is_whole.then_some(1.0));
                        let next_share = next.share.or(next.is_whole.then_some(1.0));
                        let both = Step {
                            to: next.to,
                            is_whole: step.is_whole && next.is_whole,
                            share: share.zip(next_share).map(|(a, b)| a * b),
                        };
                        (both, depth + 1)
                    }));
                }
            }
            self.rank_steps(old, &mut found);
            self[old].today = found;
        }
        self.spread_to_parents();
    }

    /// The likeliest part first: the largest known share, then the ward that took over the code
    /// or the name, since it was formed around the old seat.
    fn rank_steps(&self, old: UnitIndex, steps: &mut [Step]) {
        let old = &self[old];
        let evidence = |step: &Step| {
            let new = &self[step.to];
            let inherits = old.forms.iter().any(|form| *form.code == *new.code());
            let same_name = old.forms.iter().any(|form| *form.name == *new.name());
            (step.share.unwrap_or(0.0), f64::from(inherits) + f64::from(same_name))
        };
        steps.sort_by(|a, b| evidence(b).partial_cmp(&evidence(a)).unwrap_or(std::cmp::Ordering::Equal));
    }

    /// Puts first the part of a split unit, and the ward of a district, where the most known doors are that
    /// once were in it, and lets a ward count for as much of an old one as it has of its doors: `doors`
    /// holds (old unit, present ward) and how many.
    pub fn rank_by_doors(&mut self, doors: &FxHashMap<(UnitIndex, UnitIndex), u32>) {
        let mut of_district: FxHashMap<(UnitIndex, UnitIndex), u32> = FxHashMap::default();
        for (&(old, ward), &count) in doors {
            let Some(unit) = self.get(old) else { continue };
            for &above in unit.above.iter().filter(|&&above| self[above].level == Level::District) {
                *of_district.entry((above, ward)).or_default() += count;
            }
        }
        for old in self.indices().iter() {
            let unit = &mut self[old];
            let doors = if unit.level == Level::Ward { doors } else { &of_district };
            let count = |step: &Step| doors.get(&(old, step.to)).copied().unwrap_or(0);
            if unit.today.len() < 2 {
                continue;
            }
            unit.today.sort_by_key(|step| std::cmp::Reverse(count(step)));
            let total: u32 = unit.today.iter().map(count).sum();
            if unit.level != Level::Ward || total < ENOUGH_DOORS {
                continue;
            }
            for step in unit.today.clone() {
                let share = count(&step) as f32 / total as f32;
                let line = &mut self[step.to].lineage;
                if let Some(part) = line.iter_mut().find(|(unit, _)| *unit == old) {
                    part.1 = LEAST_PART + (1.0 - LEAST_PART) * share;
                }
            }
        }
    }

    /// Wards below every province and former district; a former one is today where its wards are.
    fn spread_to_parents(&mut self) {
        let mut wards_of: FxHashMap<UnitIndex, Vec<UnitIndex>> = FxHashMap::default();
        for (index, unit) in self.iter() {
            // of the districts only those without wards, that became special zones, have steps of their own by now
            if unit.level == Level::Province || (unit.level == Level::District && unit.today.is_empty()) {
                continue;
            }
            let grounds: Vec<UnitIndex> =
                if unit.is_present { vec![index] } else { unit.today.iter().map(|step| step.to).collect() };
            if unit.level == Level::District {
                wards_of.entry(index).or_default().extend(&grounds);
            }
            for form in &unit.forms {
                let mut above = form.parent;
                for _ in 0..3 {
                    let Some(parent) = above else { break };
                    wards_of.entry(parent).or_default().extend(&grounds);
                    above = self[parent].parent();
                }
            }
        }
        for (parent, mut wards) in wards_of {
            wards.sort_unstable();
            wards.dedup();
            if self[parent].level != Level::Ward {
                self[parent].wards = wards;
            }
        }
        for index in self.indices().iter() {
            let unit = &self[index];
            if unit.is_present || unit.level == Level::Ward || !unit.today.is_empty() {
                continue;
            }
            // Where its wards are; for a province the one or two provinces of today above them.
            let targets: Vec<UnitIndex> = if unit.level == Level::Province {
                let mut above: Vec<UnitIndex> =
                    unit.wards.iter().filter_map(|&ward| self[ward].parent()).collect();
                above.sort_unstable();
                let mut counted: Vec<(usize, UnitIndex)> =
                    above.chunk_by(|a, b| a == b).map(|same| (same.len(), same[0])).collect();
                counted.sort_unstable_by(|a, b| b.cmp(a));
                counted.into_iter().map(|(_, to)| to).collect()
            } else {
                unit.wards.clone()
            };
            let is_whole = targets.len() == 1;
            self[index].today = targets.into_iter().map(|to| Step { to, is_whole, share: None }).collect();
        }
    }
}
