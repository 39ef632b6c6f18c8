//! Old wards and districts that are in no unit table, inferred from the addresses that name them: a town with a
//! hundred doors of `Phường 6, Quận 3` in one ward of today knows where that ward went, whatever list it is
//! missing from.
//!
//! What is inferred has no code and no date, and is never an answer itself: it leads to the wards of today in
//! which its doors are. Names that a table has below the same district are left to the table.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::{PlaceIndex, TableIndex, UnitIndex};
use crate::geocode::index::names::NamesBuilder;
use crate::geocode::index::units::{LEAST_PART, Step, Unit, UnitForm, Units, enter_name, full_name};
use crate::geocode::index::variants;
use crate::geocode::text::token::Token;
use crate::geocode::text::tokens::tokenise;
use crate::geocode::text::words::{self, Kinds};

/// A name without a word such as *phường* may be anything somebody wrote there, a person's too: it is inferred from so
/// many doors on.
const ENOUGH_DOORS: u32 = 3;
/// More words than a ward's name has.
const MAX_NAME_TOKENS: usize = 5;

/// What addresses say of where they lay before: how often, by ward of today.
#[derive(Debug, Default)]
pub struct InferredPlaces {
    places: FxHashMap<Box<str>, PlaceIndex>,
    /// The doors of each by ward of today.
    doors: Vec<FxHashMap<UnitIndex, u32>>,
}

impl InferredPlaces {
    /// Notes that a door in `ward` lay in `place` before: `Phường 6, Quận 3, Thành phố Hồ Chí Minh`. Gives the index
    /// of the place.
    pub fn note(&mut self, place: &str, ward: UnitIndex) -> PlaceIndex {
        let index = self.places.get(place).copied().unwrap_or_else(|| {
            let next = PlaceIndex::new(self.doors.len());
            self.places.insert(place.into(), next);
            self.doors.push(FxHashMap::default());
            next
        });
        if let Some(doors) = self.doors.get_mut(index.get()) {
            *doors.entry(ward).or_default() += 1;
        }
        index
    }

    /// The same place however it is spelt, in a fixed order.
    fn by_name(self) -> impl Iterator<Item = InferredName> {
        let mut by_name: BTreeMap<Vec<String>, InferredName> = BTreeMap::new();
        let mut places: Vec<(Box<str>, PlaceIndex)> = self.places.into_iter().collect();
        places.sort_unstable();
        for (place, index) in places {
            let parts = Named::all(&place);
            let keys = parts.iter().map(|part| part.key.clone()).collect();
            let known = by_name.entry(keys).or_default();
            known.places.push(index);
            // the spelling that says the most kinds
            let worded = |parts: &[Named]| parts.iter().filter(|part| part.kinds != Kinds::NONE).count();
            if known.parts.is_empty() || worded(&parts) > worded(&known.parts) {
                known.parts = parts;
            }
            for (&ward, &count) in self.doors.get(index.get()).into_iter().flatten() {
                *known.doors.entry(ward).or_default() += count;
            }
        }
        by_name.into_values()
    }
}

/// A place and its doors, by ward of today.
#[derive(Default)]
struct InferredName {
    /// Its spellings.
    places: Vec<PlaceIndex>,
    /// The ward first.
    parts: Vec<Named>,
    doors: FxHashMap<UnitIndex, u32>,
}

/// Provinces, districts and wards.
const UNITS: Kinds = Kinds::PROVINCES.and(Kinds::DISTRICTS).and(Kinds::WARDS);

/// One part of a place: the kinds its type word may say, and its name.
#[derive(Debug, Clone)]
struct Named {
    kinds: Kinds,
    name: String,
    key: String,
}

impl Named {
    /// The names at the end of a place; what no unit is called ends them.
    fn all(place: &str) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        for part in place.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match Self::read(part) {
                Some(named) => parts.push(named),
                None => parts.clear(),
            }
        }
        parts
    }

    /// `P.6`, `TX. Buôn Hồ`, `Ea Blang`; nothing where it is no name of a unit.
    fn read(part: &str) -> Option<Self> {
        let tokens = tokenise(part);
        let (mut at, mut kinds) = (0, Kinds::NONE);
        // "P. Phường 5", but "Thị trấn Phố Lu"
        while let Some((length, word)) = type_word(tokens.get(at..).unwrap_or_default())
            && (at == 0 || word.meets(UNITS))
        {
            (at, kinds) = (at + length, word);
        }
        let name = tokens.get(at..).filter(|name| name.len() <= MAX_NAME_TOKENS)?;
        let is_unit = kinds == Kinds::NONE || kinds.meets(UNITS);
        let is_numbered =
            name.first().is_none_or(|first| first.key.starts_with(|c: char| c.is_ascii_digit()));
        if !is_unit || is_numbered && (kinds == Kinds::NONE || name.len() != 1) {
            return None;
        }
        Some(Self { kinds, name: written(name), key: name.iter().map(|token| token.key.as_str()).collect() })
    }
}

/// The longest type word at the start with something behind it, and how many tokens it has.
fn type_word(tokens: &[Token]) -> Option<(usize, Kinds)> {
    let lengths = (1..=2).rev().filter(|&length| length < tokens.len());
    lengths.filter_map(|length| Some((length, words::kinds_of(tokens.get(..length)?)?))).next()
}

/// Words with capitals.
fn written(name: &[Token]) -> String {
    let capital = |token: &Token| {
        let mut letters = token.text.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        first + letters.as_str()
    };
    name.iter().map(capital).collect::<Vec<_>>().join(" ")
}

/// Units by the key of a name.
type ByKey = FxHashMap<(Level, String), Vec<UnitIndex>>;

impl Units {
    /// Adds the old wards, and the districts above them, that addresses name and no table knows. Gives the ward of
    /// each place that was noted, by its index.
    pub fn infer(
        &mut self,
        inferred_places: InferredPlaces,
        names: &mut NamesBuilder,
    ) -> Vec<Option<UnitIndex>> {
        let mut inferred = vec![None; inferred_places.doors.len()];
        let mut by_key = self.by_key();
        let mut doors: BTreeMap<UnitIndex, FxHashMap<UnitIndex, u32>> = BTreeMap::new();
        for inferred_name in inferred_places.by_name() {
            let Some(ward) = self.ward_named(&inferred_name, &mut by_key, names) else { continue };
            for place in inferred_name.places {
                if let Some(of_place) = inferred.get_mut(place.get()) {
                    *of_place = Some(ward);
                }
            }
            let known = doors.entry(ward).or_default();
            for (today, count) in inferred_name.doors {
                *known.entry(today).or_default() += count;
            }
        }
        for (ward, counts) in doors {
            self.lead(ward, counts);
        }
        inferred
    }

    fn by_key(&self) -> ByKey {
        let mut by_key = ByKey::default();
        for (index, unit) in self.iter() {
            let is_province = unit.level == Level::Province;
            let variants = unit.forms.iter().flat_map(|form| variants::of_unit(&form.name, is_province));
            let keys: FxHashSet<String> = variants.map(|(key, _)| key).collect();
            for key in keys {
                by_key.entry((unit.level, key)).or_default().push(index);
            }
        }
        by_key
    }

    /// The ward a place names, made anew; nothing where a table knows it or nothing above it is known.
    fn ward_named(
        &mut self,
        inferred_name: &InferredName,
        by_key: &mut ByKey,
        names: &mut NamesBuilder,
    ) -> Option<UnitIndex> {
        let mut parts = inferred_name.parts.clone();
        let mut above: Vec<UnitIndex> = Vec::new();
        let mut of_same_name: Option<UnitIndex> = None;
        for level in [Level::Province, Level::District] {
            let Some(last) = parts.last() else { break };
            let found = self.find(last, level, &above, by_key);
            of_same_name = match level {
                Level::Province if !found.is_empty() => {
                    self.find(last, Level::District, &found, by_key).first().copied()
                }
                _ => of_same_name.filter(|_| found.is_empty()),
            };
            // without its province a district is known by a name that no other has
            if !found.is_empty() && (level == Level::Province || !above.is_empty() || found.len() == 1) {
                above = found;
                parts.pop();
            } else if let Some(&province) = above.first()
                && level == Level::District
                && parts.len() > 1
                && last.kinds.meets(Kinds::QUAN | Kinds::HUYEN | Kinds::THI_XA | Kinds::THANH_PHO)
            {
                above = vec![self.add(last, level, province, by_key, names)];
                parts.pop();
            }
        }
        let ward = parts.pop()?;
        if let Some(city) = of_same_name {
            // "Phường 1, Bến Tre": a town's wards are written without its province
            above = vec![city];
        }
        let parent = *above.first()?;
        let is_below_province = self[parent].level == Level::Province;
        let says_ward = ward.kinds.meets(Kinds::WARDS);
        let is_said_often = inferred_name.doors.values().sum::<u32>() >= ENOUGH_DOORS;
        if !says_ward && (is_below_province || ward.kinds != Kinds::NONE || !is_said_often) {
            return None;
        }
        let known = self.find(&ward, Level::Ward, &above, by_key).first().copied();
        match known {
            Some(known) => self[known].is_inferred().then_some(known),
            None => Some(self.add(&ward, Level::Ward, parent, by_key, names)),
        }
    }

    /// The units of this level and name that are or were below one of `above`, former ones first, each by their ids.
    fn find(&self, named: &Named, level: Level, above: &[UnitIndex], by_key: &ByKey) -> Vec<UnitIndex> {
        let targets = by_key.get(&(level, named.key.clone()));
        let is_below =
            |unit: &UnitIndex| above.is_empty() || self[*unit].above.iter().any(|unit| above.contains(unit));
        let mut found: Vec<UnitIndex> = targets.into_iter().flatten().copied().filter(is_below).collect();
        found.sort_by_key(|&unit| (self[unit].is_present, self[unit].id));
        found
    }

    fn add(
        &mut self,
        named: &Named,
        level: Level,
        parent: UnitIndex,
        by_key: &mut ByKey,
        names: &mut NamesBuilder,
    ) -> UnitIndex {
        let at = UnitIndex::new(self.all.len());
        let kinds = [
            ("phuong", Kinds::PHUONG),
            ("xa", Kinds::XA),
            ("thi_tran", Kinds::THI_TRAN),
            ("quan", Kinds::QUAN),
            ("huyen", Kinds::HUYEN),
            ("thi_xa", Kinds::THI_XA),
            ("thanh_pho", Kinds::THANH_PHO),
        ];
        let kind = kinds.iter().find(|(_, kind)| kind.meets(named.kinds)).map_or("", |(kind, _)| *kind);
        let above: Vec<UnitIndex> =
            std::iter::once(parent).chain(self[parent].above.iter().copied()).collect();
        self.all.push(Unit {
            // ids of the source are positive
            id: -(at.get() as i32),
            level,
            forms: vec![UnitForm {
                code: "".into(),
                full_name: full_name(kind, &named.name),
                name: named.name.as_str().into(),
                parent: Some(parent),
                from: None,
                until: None,
            }],
            kinds: if level == Level::Ward { Kinds::WARDS } else { Kinds::DISTRICTS },
            is_present: false,
            today: Vec::new(),
            lineage: Vec::new(),
            above,
            wards: Vec::new(),
            middle: None,
            bounds: None,
            keys: Vec::new(),
        });
        enter_name(names, at, level, &named.name);
        by_key.entry((level, named.key.clone())).or_default().push(at);
        at
    }

    /// Lets an inferred ward, and an inferred district above it, lead to the wards of today in which its doors are.
    fn lead(&mut self, ward: UnitIndex, doors: FxHashMap<UnitIndex, u32>) {
        let total: u32 = doors.values().sum();
        let mut counted: Vec<(UnitIndex, u32)> = doors.into_iter().collect();
        counted.sort_unstable_by_key(|&(today, count)| (Reverse(count), self[today].id));
        for (today, count) in counted {
            let part = LEAST_PART + (1.0 - LEAST_PART) * count as f32 / total.max(1) as f32;
            let step = Step { to: today, is_whole: false, share: None };
            self[ward].today.push(step);
            let line = self[ward].above.clone();
            let above: Vec<UnitIndex> = line.into_iter().filter(|&unit| !self[unit].is_present).collect();
            let lineage = &mut self[today].lineage;
            lineage.push((ward, part));
            for unit in &above {
                if lineage.iter().all(|(known, _)| known != unit) {
                    lineage.push((*unit, LEAST_PART));
                }
            }
            for unit in above.into_iter().filter(|&unit| self[unit].is_inferred()).collect::<Vec<_>>() {
                let district = &mut self[unit];
                if !district.wards.contains(&today) {
                    district.wards.push(today);
                    district.today.push(step);
                }
            }
        }
    }
}
