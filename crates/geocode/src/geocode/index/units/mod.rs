//! Units old and new, who came after whom, and how a unit is written.
//!
//! A unit is keyed by its id, never by its code: 06820 was phường Trưng Vương and is phường Vàng
//! Danh. *Lineage* of a present ward: itself, its province, and everything that stood on its
//! ground before with the districts and provinces of that time, because people still write them.

mod inferred;
mod succession;

pub use crate::geocode::index::units::inferred::InferredPlaces;

use std::ops::{Index, IndexMut};

use rustc_hash::FxHashMap;
use time::Date;

use crate::geocode::index::gazetteer::{Level, UnitAliasRow, UnitLinkRow, UnitPlace, UnitRow};
use crate::geocode::index::indices::{IndexRange, KeyIndex, TableIndex, UnitIndex};
use crate::geocode::index::names::{NameTarget, Names, NamesBuilder};
use crate::geocode::index::variants;
use crate::geocode::text::words::{Kinds, unit_word};
use crate::geometry::{World, WorldBox};
use crate::schema::{PROVINCE_DIGITS, WARD_DIGITS, with_zeros};

/// What naming an old unit counts for a ward that has a part of it, but none of its known doors.
const LEAST_PART: f32 = 0.75;

/// As long as most labels of a unit with what is above it.
const LABEL_BYTES: usize = 96;

/// One name and kind a unit had.
#[derive(Debug)]
pub struct UnitForm {
    pub code: Box<str>,
    pub name: Box<str>,
    /// `Phường Hiệp Tân`.
    pub full_name: Box<str>,
    pub parent: Option<UnitIndex>,
    /// First day it held; `None`: as far back as is known.
    pub from: Option<Date>,
    /// First day it no longer held; `None`: today's.
    pub until: Option<Date>,
}

impl UnitForm {
    /// Whether the unit had this form on a day.
    fn held_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// A name behind the word of its kind.
fn full_name(kind: &str, name: &str) -> Box<str> {
    match unit_word(kind) {
        "" => name.into(),
        word => format!("{word} {name}").into(),
    }
}

/// A step from an old unit to a new one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub to: UnitIndex,
    pub is_whole: bool,
    pub share: Option<f64>,
}

/// A province, district or ward, of today or gone.
#[derive(Debug)]
pub struct Unit {
    pub id: i32,
    pub level: Level,
    /// Newest last.
    pub forms: Vec<UnitForm>,
    /// All kinds it ever was.
    pub kinds: Kinds,
    pub is_present: bool,
    /// Where its ground is today: present units only, found through all steps. A former district
    /// or province has those of its wards.
    pub today: Vec<Step>,
    /// Present wards only: index and how near the relation is (1 = itself or above it).
    pub lineage: Vec<(UnitIndex, f32)>,
    /// Everything above it in any of its versions.
    pub above: Vec<UnitIndex>,
    /// Present wards below it, for a district or province of any time.
    pub wards: Vec<UnitIndex>,
    pub middle: Option<World>,
    pub bounds: Option<WorldBox>,
    /// Keys of its names, filled once the dictionary is built.
    pub keys: Vec<KeyIndex>,
}

impl Unit {
    /// The newest form.
    pub fn form(&self) -> Option<&UnitForm> {
        self.forms.last()
    }

    /// Today's code, or the last it had.
    pub fn code(&self) -> &str {
        self.form().map_or("", |form| &form.code)
    }

    /// Its code, where one is known.
    pub fn known_code(&self) -> Option<String> {
        Some(self.code()).filter(|code| !code.is_empty()).map(str::to_owned)
    }

    /// Its id, where a table has it.
    pub fn known_id(&self) -> Option<i32> {
        Some(self.id).filter(|_| !self.is_inferred())
    }

    /// Whether it is in no table and known from addresses only.
    pub fn is_inferred(&self) -> bool {
        self.id < 0
    }

    /// Whether it stands or ended no earlier than on a day; never of one that is inferred.
    pub fn stood_until(&self, day: Date) -> bool {
        !self.is_inferred() && self.form().is_some_and(|form| form.until.is_none_or(|until| until >= day))
    }

    /// The name without its kind.
    pub fn name(&self) -> &str {
        self.form().map_or("", |form| &form.name)
    }

    /// `Phường Hiệp Tân`.
    pub fn full_name(&self) -> &str {
        self.form().map_or("", |form| &form.full_name)
    }

    /// The form it had while `child` had its form.
    fn form_beside(&self, child: &UnitForm) -> Option<&UnitForm> {
        let beside = |form: &&UnitForm| match (child.until, form.until) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(child), Some(form)) => form >= child,
        };
        self.forms.iter().find(beside).or(self.form())
    }

    /// The unit it belongs to, or last belonged to.
    pub fn parent(&self) -> Option<UnitIndex> {
        self.form().and_then(|form| form.parent)
    }
}

/// All units.
#[derive(Debug, Default)]
pub struct Units {
    pub all: Vec<Unit>,
    by_id: FxHashMap<i32, UnitIndex>,
    /// Code → units that bear or bore it or have it as an alias.
    by_code: FxHashMap<Box<str>, Vec<UnitIndex>>,
    /// Rows that named a unit nobody knows.
    pub dangling: usize,
}

impl Index<UnitIndex> for Units {
    type Output = Unit;

    fn index(&self, unit: UnitIndex) -> &Unit {
        &self.all[unit.get()]
    }
}

impl IndexMut<UnitIndex> for Units {
    fn index_mut(&mut self, unit: UnitIndex) -> &mut Unit {
        &mut self.all[unit.get()]
    }
}

impl Units {
    /// Joins versions, steps and places, and enters all names.
    pub fn build(
        rows: Vec<UnitRow>,
        links: &[UnitLinkRow],
        aliases: &[UnitAliasRow],
        places: &[UnitPlace],
        names: &mut NamesBuilder,
    ) -> Self {
        let mut units = Self::default();
        units.take_versions(rows);
        units.find_today(links);
        units.set_lineage();
        units.set_places(places);
        units.enter_names(aliases, names);
        units
    }

    fn take_versions(&mut self, mut rows: Vec<UnitRow>) {
        rows.sort_by_key(|row| (row.unit_id, row.valid_to.is_none(), row.valid_from));
        for row in &rows {
            if !self.by_id.contains_key(&row.unit_id) {
                self.by_id.insert(row.unit_id, UnitIndex::new(self.all.len()));
                self.all.push(Unit {
                    id: row.unit_id,
                    level: row.level,
                    forms: Vec::new(),
                    kinds: Kinds::NONE,
                    is_present: false,
                    today: Vec::new(),
                    lineage: Vec::new(),
                    above: Vec::new(),
                    wards: Vec::new(),
                    middle: None,
                    bounds: None,
                    keys: Vec::new(),
                });
            }
        }
        for row in rows {
            let parent = row.parent_id.and_then(|id| self.by_id.get(&id).copied());
            self.dangling += usize::from(row.parent_id.is_some() && parent.is_none());
            let Some(&at) = self.by_id.get(&row.unit_id) else { continue };
            let holders = self.by_code.entry(row.code.as_str().into()).or_default();
            if !holders.contains(&at) {
                holders.push(at);
            }
            let unit = &mut self[at];
            unit.kinds = unit.kinds | Kinds::of_unit(&row.kind);
            unit.is_present |= row.valid_to.is_none();
            unit.forms.push(UnitForm {
                full_name: full_name(&row.kind, &row.name),
                code: row.code.into(),
                name: row.name.into(),
                parent,
                from: row.valid_from,
                until: row.valid_to,
            });
        }
    }

    fn set_lineage(&mut self) {
        for unit in self.indices().iter() {
            self[unit].above = self.find_above(unit);
        }
        let mut lineages: FxHashMap<UnitIndex, Vec<(UnitIndex, f32)>> = FxHashMap::default();
        for (index, unit) in self.iter().filter(|(_, unit)| unit.level != Level::Province) {
            if unit.is_present {
                let line = lineages.entry(index).or_default();
                line.push((index, 1.0));
                // A ward that kept its id was once in a district.
                line.extend(unit.above.iter().map(|above| (*above, 1.0)));
            }
            for step in &unit.today {
                let line = lineages.entry(step.to).or_default();
                line.push((index, if step.is_whole { 0.95 } else { 0.9 }));
                line.extend(unit.above.iter().map(|above| (*above, 0.95)));
            }
        }
        for (ward, mut line) in lineages {
            line.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            line.dedup_by_key(|(unit, _)| *unit);
            self[ward].lineage = line;
        }
    }

    fn find_above(&self, unit: UnitIndex) -> Vec<UnitIndex> {
        let mut found = Vec::new();
        let mut open = vec![unit];
        while let Some(next) = open.pop() {
            for parent in self[next].forms.iter().filter_map(|form| form.parent) {
                if found.len() < 16 && !found.contains(&parent) {
                    found.push(parent);
                    open.push(parent);
                }
            }
        }
        found
    }

    fn set_places(&mut self, places: &[UnitPlace]) {
        for place in places {
            match self.by_id.get(&place.unit_id) {
                Some(&at) => {
                    self[at].middle = Some(place.middle);
                    self[at].bounds = Some(place.bounds);
                }
                None => self.dangling += 1,
            }
        }
        self.borrow_places();
    }

    /// Gives a unit without a shape the box of the present wards on its ground.
    pub fn borrow_places(&mut self) {
        for index in self.indices().iter() {
            if self[index].middle.is_some() {
                continue;
            }
            let grounds = if self[index].level == Level::Ward {
                self[index].today.iter().map(|step| step.to).collect()
            } else {
                self[index].wards.clone()
            };
            let mut bounds = WorldBox::EMPTY;
            for ground in grounds {
                let ground = &self[ground];
                match (ground.bounds, ground.middle) {
                    (Some(known), _) => bounds.include_box(&known),
                    (None, Some(point)) => bounds.include(point),
                    (None, None) => {}
                }
            }
            if !bounds.is_empty() {
                self[index].middle = Some(bounds.center());
                self[index].bounds = Some(bounds);
            }
        }
    }

    fn enter_names(&mut self, aliases: &[UnitAliasRow], names: &mut NamesBuilder) {
        for (index, unit) in self.iter() {
            for form in &unit.forms {
                enter_name(names, index, unit.level, &form.name);
                if unit.level == Level::District {
                    enter_initials(names, index, unit, &form.name);
                }
            }
        }
        for alias in aliases {
            let Some(&at) = self.by_id.get(&alias.unit_id) else {
                self.dangling += 1;
                continue;
            };
            if alias.is_code {
                let holders = self.by_code.entry(alias.alias.as_str().into()).or_default();
                if !holders.contains(&at) {
                    holders.push(at);
                }
            } else {
                let written = names.form(&alias.alias);
                for (key, quality) in variants::of_unit(&alias.alias, false) {
                    names.add(key, NameTarget::Unit(at), written, quality.min(97));
                }
            }
        }
    }

    /// Notes under which keys each unit stands in the finished dictionary.
    pub fn take_keys(&mut self, names: &Names) {
        for key in names.all_keys().iter() {
            for posting in names.postings(IndexRange::one(key)) {
                if let NameTarget::Unit(unit) = posting.target {
                    self[unit].keys.push(key);
                }
            }
        }
    }

    /// Every unit with its index.
    pub fn iter(&self) -> impl Iterator<Item = (UnitIndex, &Unit)> {
        self.indices().iter().zip(&self.all)
    }

    /// The indices of all units.
    fn indices(&self) -> IndexRange<UnitIndex> {
        IndexRange::all(self.all.len())
    }

    /// The unit with this index.
    pub fn get(&self, unit: UnitIndex) -> Option<&Unit> {
        self.all.get(unit.get())
    }

    /// The unit with this id.
    pub fn by_id(&self, id: i32) -> Option<UnitIndex> {
        self.by_id.get(&id).copied()
    }

    /// Units that bear this code today first, then those that bore it; then the ward or province of which it lost
    /// the zeros: 439 is the district 439 or the ward 00439.
    pub fn by_code(&self, code: &str) -> Vec<UnitIndex> {
        let mut found = self.by_exact_code(code);
        let is_known = |code: &str| self.by_code.contains_key(code);
        for digits in [PROVINCE_DIGITS, WARD_DIGITS] {
            if let Some(restored) = with_zeros(code, digits, is_known) {
                found.extend(self.by_exact_code(&restored));
            }
        }
        found
    }

    /// The same, as far as they had the code on a day; of another code a table gives them, as far as they stood.
    pub fn by_code_on(&self, code: &str, day: Date) -> Vec<UnitIndex> {
        let plain = |code: &str| code.trim_start_matches('0').to_owned();
        let wanted = plain(code);
        let mut found = self.by_code(code);
        found.retain(|&unit| {
            let forms = &self[unit].forms;
            let has_code = |form: &&UnitForm| plain(&form.code) == wanted;
            match forms.iter().any(|form| has_code(&form)) {
                true => forms.iter().filter(has_code).any(|form| form.held_on(day)),
                false => forms.iter().any(|form| form.held_on(day)),
            }
        });
        found
    }

    fn by_exact_code(&self, code: &str) -> Vec<UnitIndex> {
        let mut found = self.by_code.get(code).cloned().unwrap_or_default();
        found.sort_by_key(|&at| {
            let unit = &self[at];
            (!unit.forms.iter().any(|form| form.until.is_none() && *form.code == *code), !unit.is_present)
        });
        found
    }

    /// Today's unit with this code.
    pub fn present_by_code(&self, code: &str) -> Option<UnitIndex> {
        let first = *self.by_code(code).first()?;
        self[first].is_present.then_some(first)
    }

    /// Where a unit's ground is today: itself if it still stands.
    pub fn today(&self, unit: UnitIndex) -> Vec<Step> {
        let of = &self[unit];
        if of.is_present { vec![Step { to: unit, is_whole: true, share: None }] } else { of.today.clone() }
    }

    /// `Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh`: the unit and what is above it, in the
    /// form it last had.
    pub fn label(&self, unit: UnitIndex) -> String {
        self[unit].form().map_or_else(String::new, |form| self.label_of(form))
    }

    /// How a unit that still stands was written last before, if otherwise.
    pub fn label_before(&self, unit: UnitIndex) -> Option<String> {
        self.form_before(unit).map(|(_, label)| label)
    }

    /// The last form of a unit that was written otherwise than today's, with its label.
    pub fn form_before(&self, unit: UnitIndex) -> Option<(&UnitForm, String)> {
        let unit = &self[unit];
        let now = self.label_of(unit.form()?);
        let mut forms = unit.forms.iter().rev().map(|form| (form, self.label_of(form)));
        forms.find(|(_, label)| *label != now)
    }

    fn label_of(&self, form: &UnitForm) -> String {
        let mut label = String::with_capacity(LABEL_BYTES);
        label.push_str(&form.full_name);
        for (_, above) in self.forms_above(form) {
            label.push_str(", ");
            label.push_str(&above.full_name);
        }
        label
    }

    /// A unit and what was above it, each with its kind and name, in the form the unit last had.
    pub fn line(&self, unit: UnitIndex) -> Vec<(Level, &str)> {
        let unit = &self[unit];
        let Some(form) = unit.form() else { return Vec::new() };
        let above = self.forms_above(form).map(|(level, form)| (level, &*form.full_name));
        std::iter::once((unit.level, &*form.full_name)).chain(above).collect()
    }

    /// The names of a unit of today and of all that stood there or above it, with and without kinds.
    pub fn names_of_line(&self, unit: UnitIndex) -> Vec<String> {
        let line = self.get(unit).map_or(&[][..], |unit| &unit.lineage);
        let forms = line.iter().flat_map(|(unit, _)| &self[*unit].forms);
        forms.map(|form| form.name.to_string()).collect()
    }

    /// What was above a form; of a province that still stands, its form of the same time.
    fn forms_above<'a>(&'a self, form: &'a UnitForm) -> impl Iterator<Item = (Level, &'a UnitForm)> {
        let mut child = form;
        std::iter::from_fn(move || {
            let unit = &self[child.parent?];
            child = unit.form_beside(form)?;
            Some((unit.level, child))
        })
        .take(3)
    }
}

/// Enters a name of a unit under all its keys.
fn enter_name(names: &mut NamesBuilder, unit: UnitIndex, level: Level, name: &str) {
    let written = names.form(name);
    for (key, quality) in variants::of_unit(name, level == Level::Province) {
        names.add(key, NameTarget::Unit(unit), written, quality);
    }
}

/// Enters a district under the initials people write behind its kind.
fn enter_initials(names: &mut NamesBuilder, index: UnitIndex, district: &Unit, name: &str) {
    let written = names.form(name);
    for (key, quality) in variants::of_district(district.kinds, name) {
        names.add(key, NameTarget::Unit(index), written, quality);
    }
}
