//! What to offer when very many names begin with what was typed: the most prominent targets of
//! every short beginning, worked out once, and the way from a ward to the names inside it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::cost::RowBudget;
use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::names::{NameTarget, Names, Posting};
use crate::geocode::index::streets::Ways;
use crate::geocode::index::units::Units;
use crate::geometry::World;

/// Beginnings with more targets than this have a list.
const MANY: usize = 200;
/// So many targets are kept of such a beginning.
const KEPT: usize = 60;
/// So many names of a ward are run over in the time that one reading is weighed.
const WAYS_A_ROW: u64 = 16;
/// Wards looked into around the focus.
const NEAR_WARDS: usize = 40;

/// Lists for short beginnings, and what lies in each ward.
#[derive(Debug, Default)]
pub struct Popular {
    top: FxHashMap<(u32, u32), Vec<Posting>>,
    keys_of_form: Vec<Vec<u32>>,
    ways_of_ward: FxHashMap<u32, Vec<(u32, u32)>>,
    ward_middles: Vec<(u32, World)>,
    keys_of_ward: FxHashMap<u32, Vec<(u32, u32)>>,
}

impl Popular {
    /// Works out the lists.
    pub fn build(names: &Names, units: &Units, ways: &Ways) -> Self {
        let mut popular = Self::default();
        for key in 0..names.len() {
            for posting in names.postings(key..key + 1) {
                let form = posting.form as usize;
                if popular.keys_of_form.len() <= form {
                    popular.keys_of_form.resize_with(form + 1, Vec::new);
                }
                if !popular.keys_of_form[form].contains(&key) {
                    popular.keys_of_form[form].push(key);
                }
                if let NameTarget::Unit(unit) = posting.target
                    && units.all[unit as usize].level == Level::Ward
                    && units.all[unit as usize].is_present
                {
                    popular.keys_of_ward.entry(unit).or_default().push((key, posting.form));
                }
            }
        }
        for (i, way) in ways.all.iter().enumerate().filter(|(i, way)| way.root == *i as u32) {
            for ward in &way.wards {
                popular.ways_of_ward.entry(*ward).or_default().push((i as u32, way.form));
            }
        }
        for (i, unit) in units.all.iter().enumerate() {
            if unit.level == Level::Ward
                && unit.is_present
                && let Some(middle) = unit.middle
            {
                popular.ward_middles.push((i as u32, middle));
            }
        }
        for length in 1..=12 {
            popular.list_beginnings(length, names, units, ways);
        }
        popular
    }

    fn list_beginnings(&mut self, length: usize, names: &Names, units: &Units, ways: &Ways) {
        let mut from = 0;
        while from < names.len() {
            let Some(beginning) = names.key(from).get(..length).map(str::to_owned) else {
                from += 1;
                continue;
            };
            let mut to = from + 1;
            while to < names.len() && names.key(to).starts_with(&beginning) {
                to += 1;
            }
            let targets = names.postings(from..to);
            if targets.len() > MANY && !self.top.contains_key(&(from, to)) {
                let mut ranked: Vec<(f32, Posting)> =
                    targets.iter().map(|target| (prominence(target, units, ways), *target)).collect();
                ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.form.cmp(&b.1.form)));
                let kept = ranked.into_iter().take(KEPT).map(|(_, target)| target);
                self.top.insert((from, to), kept.collect());
            }
            from = to;
        }
    }

    /// The list for a range of names, if it is one that needs a list.
    pub fn of_prefix(&self, keys: &Range<u32>) -> Option<&[Posting]> {
        self.top.get(&(keys.start, keys.end)).map(Vec::as_slice)
    }

    /// Adds what lies in these wards and has a name in the range.
    /// Every name that is looked at counts against the budget.
    pub fn in_wards(
        &self,
        wards: &[u32],
        keys: &Range<u32>,
        names: &Names,
        found: &mut Vec<Posting>,
        budget: &RowBudget,
    ) {
        let mut add = |target, key: u32, form| {
            let quality = names.postings(key..key + 1).iter().find(|p| p.target == target).map(|p| p.quality);
            found.push(Posting { target, form, quality: quality.unwrap_or(90) });
        };
        for ward in wards {
            let ways = self.ways_of_ward.get(ward).map_or(0, Vec::len);
            if !budget.look_at(1 + ways as u64 / WAYS_A_ROW) {
                return;
            }
            for &(key, form) in self.keys_of_ward.get(ward).into_iter().flatten() {
                if keys.contains(&key) {
                    add(NameTarget::Unit(*ward), key, form);
                }
            }
            for &(way, form) in self.ways_of_ward.get(ward).into_iter().flatten() {
                if let Some(&key) = self.keys_of_form(form).iter().find(|key| keys.contains(key)) {
                    add(NameTarget::Way(way), key, form);
                }
            }
        }
    }

    /// The present wards nearest to a place.
    pub fn wards_near(&self, focus: World) -> Vec<u32> {
        let away = |at: &World| i128::from(at.x - focus.x).pow(2) + i128::from(at.y - focus.y).pow(2);
        let mut wards: Vec<(i128, u32)> = self.ward_middles.iter().map(|(w, at)| (away(at), *w)).collect();
        if wards.len() > NEAR_WARDS {
            wards.select_nth_unstable(NEAR_WARDS);
            wards.truncate(NEAR_WARDS);
        }
        wards.into_iter().map(|(_, ward)| ward).collect()
    }

    /// The keys a written name is found by.
    pub fn keys_of_form(&self, form: u32) -> &[u32] {
        self.keys_of_form.get(form as usize).map_or(&[], Vec::as_slice)
    }
}

fn prominence(posting: &Posting, units: &Units, ways: &Ways) -> f32 {
    let own = match posting.target {
        NameTarget::Unit(unit) => {
            let unit = &units.all[unit as usize];
            match (unit.level, unit.is_present) {
                (Level::Province, true) => 9.0,
                (Level::Ward, true) => 3.0,
                (Level::District | Level::Province, _) => 2.0,
                (Level::Ward, false) => 1.0,
            }
        }
        // A town's server: a street it has is worth more than a ward far away.
        NameTarget::Way(way) => 3.0 + (ways.all[way as usize].houses.len() as f32 + 1.0).ln(),
    };
    own * f32::from(posting.quality) / 100.0
}
