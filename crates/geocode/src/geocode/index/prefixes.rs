//! What to offer when very many names begin with what was typed: the most prominent targets of
//! every short beginning, worked out once, and the way from a ward to the names inside it.

use rustc_hash::FxHashMap;

use crate::cost::RowBudget;
use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::{
    FormIndex, IndexRange, KeyIndex, KeyRange, TableIndex, UnitIndex, WayIndex,
};
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
    top: FxHashMap<KeyRange, Vec<Posting>>,
    keys_of_form: Vec<Vec<KeyIndex>>,
    ways_of_ward: FxHashMap<UnitIndex, Vec<(WayIndex, FormIndex)>>,
    ward_middles: Vec<(UnitIndex, World)>,
    keys_of_ward: FxHashMap<UnitIndex, Vec<(KeyIndex, FormIndex)>>,
}

impl Popular {
    /// Works out the lists.
    pub fn build(names: &Names, units: &Units, ways: &Ways) -> Self {
        let mut popular = Self::default();
        for key in names.all_keys().iter() {
            for posting in names.postings(IndexRange::one(key)) {
                let form = posting.form.get();
                if popular.keys_of_form.len() <= form {
                    popular.keys_of_form.resize_with(form + 1, Vec::new);
                }
                if !popular.keys_of_form[form].contains(&key) {
                    popular.keys_of_form[form].push(key);
                }
                if let NameTarget::Unit(unit) = posting.target
                    && units[unit].level == Level::Ward
                    && units[unit].is_present
                {
                    popular.keys_of_ward.entry(unit).or_default().push((key, posting.form));
                }
            }
        }
        for (index, way) in ways.iter().filter(|(index, way)| way.root == *index) {
            for ward in &way.wards {
                popular.ways_of_ward.entry(*ward).or_default().push((index, way.form));
            }
        }
        for (index, unit) in units.iter() {
            if unit.level == Level::Ward
                && unit.is_present
                && let Some(middle) = unit.middle
            {
                popular.ward_middles.push((index, middle));
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
            let Some(beginning) = names.key(KeyIndex::new(from)).get(..length).map(str::to_owned) else {
                from += 1;
                continue;
            };
            let mut to = from + 1;
            while to < names.len() && names.key(KeyIndex::new(to)).starts_with(&beginning) {
                to += 1;
            }
            let keys = KeyRange::new(from, to);
            let targets = names.postings(keys);
            if targets.len() > MANY && !self.top.contains_key(&keys) {
                let mut ranked: Vec<(f32, Posting)> =
                    targets.iter().map(|target| (prominence(target, units, ways), *target)).collect();
                ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.form.cmp(&b.1.form)));
                let kept = ranked.into_iter().take(KEPT).map(|(_, target)| target);
                self.top.insert(keys, kept.collect());
            }
            from = to;
        }
    }

    /// The list for a range of names, if it is one that needs a list.
    pub fn of_prefix(&self, keys: KeyRange) -> Option<&[Posting]> {
        self.top.get(&keys).map(Vec::as_slice)
    }

    /// Adds what lies in these wards and has a name in the range.
    /// Every name that is looked at counts against the budget.
    pub fn in_wards(
        &self,
        wards: &[UnitIndex],
        keys: KeyRange,
        names: &Names,
        found: &mut Vec<Posting>,
        budget: &RowBudget,
    ) {
        let mut add = |target, key: KeyIndex, form| {
            let quality =
                names.postings(IndexRange::one(key)).iter().find(|p| p.target == target).map(|p| p.quality);
            found.push(Posting { target, form, quality: quality.unwrap_or(90) });
        };
        for ward in wards {
            let ways = self.ways_of_ward.get(ward).map_or(0, Vec::len);
            if !budget.look_at(1 + ways as u64 / WAYS_A_ROW) {
                return;
            }
            for &(key, form) in self.keys_of_ward.get(ward).into_iter().flatten() {
                if keys.contains(key) {
                    add(NameTarget::Unit(*ward), key, form);
                }
            }
            for &(way, form) in self.ways_of_ward.get(ward).into_iter().flatten() {
                if let Some(&key) = self.keys_of_form(form).iter().find(|key| keys.contains(**key)) {
                    add(NameTarget::Way(way), key, form);
                }
            }
        }
    }

    /// The present wards nearest to a place.
    pub fn wards_near(&self, focus: World) -> Vec<UnitIndex> {
        let away = |at: &World| i128::from(at.x - focus.x).pow(2) + i128::from(at.y - focus.y).pow(2);
        let mut wards: Vec<(i128, UnitIndex)> =
            self.ward_middles.iter().map(|(w, at)| (away(at), *w)).collect();
        if wards.len() > NEAR_WARDS {
            wards.select_nth_unstable(NEAR_WARDS);
            wards.truncate(NEAR_WARDS);
        }
        wards.into_iter().map(|(_, ward)| ward).collect()
    }

    /// The keys a written name is found by.
    pub fn keys_of_form(&self, form: FormIndex) -> &[KeyIndex] {
        self.keys_of_form.get(form.get()).map_or(&[], Vec::as_slice)
    }
}

fn prominence(posting: &Posting, units: &Units, ways: &Ways) -> f32 {
    let own = match posting.target {
        NameTarget::Unit(unit) => {
            let unit = &units[unit];
            match (unit.level, unit.is_present) {
                (Level::Province, true) => 9.0,
                (Level::Ward, true) => 3.0,
                (Level::District | Level::Province, _) => 2.0,
                (Level::Ward, false) => 1.0,
            }
        }
        // A town's server: a street it has is worth more than a ward far away.
        NameTarget::Way(way) => 3.0 + (ways[way].houses.len() as f32 + 1.0).ln(),
    };
    own * f32::from(posting.quality) / 100.0
}
