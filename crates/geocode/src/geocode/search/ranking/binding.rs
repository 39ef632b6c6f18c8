//! The ward a text names for sure: with its kind, or whole between commas beside the district or province it lies in.
//! What lies elsewhere comes after it, however well its street or its number fits.
//!
//! Of several parts of a text that may be a ward, the one is meant that has its district and province named, its kind,
//! and stands beside them; of several wards that the part may be, the one whose accents agree, then its kind, then
//! one of today. A bare name that is also that of a district there binds nothing.

use crate::cost::RowBudget;
use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::UnitIndex;
use crate::geocode::index::names::NameTarget;
use crate::geocode::search::found::Found;
use crate::geocode::search::interpretation::{Interpretation, Mention, mask_of};
use crate::geocode::search::ranking::{Candidate, Tables, Target};
use crate::geocode::search::weights::FULL_NAME_QUALITY;
use crate::geocode::text::words::Kinds;

/// Where the ground of the ward named is today.
#[derive(Debug)]
pub(super) struct Binding {
    /// Whether it is one ward, of which the others are parts.
    is_one_ward: bool,
    /// The wards of today on its ground, in the order of their shares.
    ground: Vec<UnitIndex>,
    /// Those on the ground of old wards that the same part names as well, in a city that has the name of its province.
    namesakes: Vec<UnitIndex>,
}

/// How surely a part of the text names a ward: compared from the first field to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sureness {
    /// Whether its district and its province are named: one for each.
    levels_above: u8,
    /// 2: behind the word of its own kind, 1: without a word, 0: behind that of another kind.
    kind: u8,
    /// Whether it stands next to what is above it.
    is_beside: bool,
}

/// How well a unit fits the part that names it, beside others that fit as surely: compared in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fitness {
    levels_above: u8,
    /// How far its accents agree with those typed, in eighths.
    tones: i8,
    kind: u8,
    /// Its district is named, which for a name without a kind may be a city with the name of its province.
    has_district: bool,
    /// A ward of today, not named with a province that is no more.
    is_present: bool,
}

/// A ward that a run of tokens may name.
struct Naming {
    mask: u64,
    unit: UnitIndex,
    sureness: Sureness,
    fitness: Fitness,
    /// The city it was a ward of is named.
    has_district: bool,
}

impl Binding {
    /// The ward that the text binds the answer to, if it does. Every ward that a part may name counts against the budget.
    pub(super) fn of(reading: &Interpretation, tables: Tables, budget: &RowBudget) -> Option<Self> {
        let mut namings: Vec<Naming> = Vec::new();
        for mention in &reading.mentions {
            if mention.found == Found::Exact {
                add_namings(mention, reading, tables, budget, &mut namings);
            }
        }
        // "Long Thành Trung" is not Long Thành
        let mut masks: Vec<u64> = namings.iter().map(|naming| naming.mask).collect();
        masks.dedup();
        namings.retain(|naming| {
            !masks.iter().any(|&mask| mask != naming.mask && mask & naming.mask == naming.mask)
        });
        // of two that are as sure the first
        let best = namings.iter().max_by_key(|naming| (naming.sureness, naming.mask.leading_zeros()))?;
        let mask = best.mask;
        let is_bound = best.sureness.levels_above > 0 || best.sureness.kind == 2;
        if !is_bound {
            return None;
        }
        let of_part = || namings.iter().filter(|naming| naming.mask == mask);
        let fitness = of_part().map(|naming| naming.fitness).max()?;
        let is_meant = |naming: &&Naming| naming.mask == mask && naming.fitness == fitness;
        let ground = ground_of(of_part().filter(is_meant), tables);
        let mut meant = of_part().filter(is_meant).map(|naming| naming.unit);
        let is_one_ward = meant.next().is_some_and(|first| meant.all(|other| other == first));
        let usual = (fitness.levels_above, fitness.tones, fitness.kind);
        let is_as_good = |naming: &&Naming| {
            let fitness = naming.fitness;
            naming.has_district && (fitness.levels_above, fitness.tones, fitness.kind) == usual
        };
        let mut namesakes = ground_of(of_part().filter(is_as_good), tables);
        namesakes.retain(|ward| !ground.contains(ward));
        (!ground.is_empty()).then_some(Self { is_one_ward, ground, namesakes })
    }

    /// Puts what lies on the ground of the ward first. The parts of a split ward stand in the order of their shares,
    /// unless a street or a door decides.
    pub(super) fn apply(&self, found: &mut [Candidate], reading: &Interpretation) {
        let weights = &reading.ranking;
        let rank = |candidate: &Candidate| {
            let ward = candidate.ward?;
            self.ground.iter().position(|&on| on == ward)
        };
        let is_unit = |candidate: &Candidate| matches!(candidate.target, Target::Unit(_));
        let highest = |found: &[Candidate], is_one: &dyn Fn(&Candidate) -> bool| {
            found.iter().filter(|c| is_one(c)).map(|c| c.score).max_by(f32::total_cmp)
        };
        let Some(of_ground) = highest(found, &|c| rank(c).is_some()) else { return };
        let of_units = highest(found, &|c| is_unit(c) && rank(c).is_some());
        if let Some(of_units) = of_units.filter(|_| self.is_one_ward) {
            for candidate in found.iter_mut().filter(|c| is_unit(c)) {
                if let Some(rank) = rank(candidate) {
                    candidate.score = of_units - rank as f32 * weights.later_successor_penalty;
                }
            }
        }
        let mut of_ground = of_ground;
        if let Some(elsewhere) = highest(found, &|c| rank(c).is_none()) {
            let lacking = elsewhere + weights.outside_bound_ward_penalty - of_ground;
            if lacking > 0.0 {
                found.iter_mut().filter(|c| rank(c).is_some()).for_each(|c| c.score += lacking);
                of_ground += lacking;
            }
        }
        // so near that the answer says that both may be meant
        let near = of_ground - 0.5 * weights.same_score;
        let is_namesake =
            |c: &Candidate| is_unit(c) && c.ward.is_some_and(|ward| self.namesakes.contains(&ward));
        if let Some(of_namesakes) = highest(found, &is_namesake).filter(|of_namesakes| *of_namesakes < near) {
            let namesakes = found.iter_mut().filter(|c| is_namesake(c));
            namesakes.for_each(|c| c.score += near - of_namesakes);
        }
    }
}

/// The wards of today on the ground of these, each once.
fn ground_of<'a>(namings: impl Iterator<Item = &'a Naming>, tables: Tables) -> Vec<UnitIndex> {
    let mut wards: Vec<UnitIndex> = namings.map(|naming| naming.unit).collect();
    wards.sort_unstable();
    wards.dedup();
    let mut ground: Vec<UnitIndex> = Vec::new();
    for step in wards.iter().flat_map(|&ward| tables.units.today(ward)) {
        if !ground.contains(&step.to) {
            ground.push(step.to);
        }
    }
    ground
}

/// Adds the wards that a mention may name, where it is behind the word of a ward or a part of the text by itself.
fn add_namings(
    mention: &Mention,
    reading: &Interpretation,
    tables: Tables,
    budget: &RowBudget,
    namings: &mut Vec<Naming>,
) {
    // the longest is the word meant: "thị xã", not "xã"
    let word = mention.type_words.first();
    if word.is_some_and(|word| !word.kinds.meets(Kinds::WARDS)) {
        return;
    }
    if word.is_none() && (mention.is_number || !reading.is_whole_part(mention.mask)) {
        return;
    }
    if !reading.ends_a_name(mention) || reading.runs_over_a_comma(mention) {
        return;
    }
    let worded = word.map_or(mention.mask, |word| mention.mask | mask_of(&(word.from..mention.tokens.start)));
    // "P." may be phố: only a part by itself is surely a ward
    let may_be_street = word.is_some_and(|word| word.kinds.meets(Kinds::STREET));
    if may_be_street && !reading.is_whole_part(worded) {
        return;
    }
    let units = tables.units;
    let postings = tables.names.postings(mention.keys);
    let of_level = |wanted: Level| {
        postings.iter().filter_map(move |posting| match posting.target {
            NameTarget::Unit(unit) if units[unit].level == wanted && posting.quality >= FULL_NAME_QUALITY => {
                Some((unit, posting.form))
            }
            _ => None,
        })
    };
    for (unit, form) in of_level(Level::Ward) {
        if !budget.look() {
            return;
        }
        let above = Above::of(unit, worded, reading, tables);
        if word.is_none() {
            let is_district_there = of_level(Level::District).any(|(district, _)| {
                let of_district = &units[district];
                of_district.above.iter().any(|up| units[unit].above.contains(up))
                    || of_district
                        .wards
                        .iter()
                        .any(|&ward| ward == unit || units[unit].today.iter().any(|step| step.to == ward))
            });
            if !above.has_district && (is_district_there || !above.has_province) {
                continue;
            }
        }
        // there is a Phường 4 in every city: that of another one is not meant
        if mention.is_number && !above.has_district && !units[unit].is_present {
            continue;
        }
        let kind = match word {
            None => 1,
            Some(word) if word.kinds.meets(units[unit].kinds) => 2,
            Some(_) => 0,
        };
        if kind == 0 && !above.has_district && !above.has_province {
            continue;
        }
        let levels_above = above.levels();
        let sureness = Sureness { levels_above, kind, is_beside: above.is_beside };
        let fitness = Fitness {
            levels_above,
            tones: (tables.names.agreement(&mention.sound, form) * 8.0) as i8,
            kind,
            has_district: above.has_district && kind != 2,
            is_present: units[unit].is_present && (above.has_province_of_today || !above.has_province),
        };
        namings.push(Naming { mask: worded, unit, sureness, fitness, has_district: above.has_district });
    }
}

/// What of a ward's district and province the text names beside it.
#[derive(Default)]
struct Above {
    has_district: bool,
    has_province: bool,
    /// The province that stands there today is.
    has_province_of_today: bool,
    /// Both are named by the same words ("TP Huế"), which count once.
    is_one_name: bool,
    /// One of them is the next part of the text, or the one before.
    is_beside: bool,
}

impl Above {
    fn of(ward: UnitIndex, taken: u64, reading: &Interpretation, tables: Tables) -> Self {
        let units = tables.units;
        let mut above = Self::default();
        let (mut of_districts, mut of_provinces) = (0, 0);
        // a ward that stands has no steps
        let of_today = units[ward].today.iter().flat_map(|step| units[step.to].above.iter());
        for &unit in units[ward].above.iter().chain(of_today) {
            let of_unit = &units[unit];
            for mention in reading.mentions_of(unit, &of_unit.keys) {
                let is_free = mention.mask & taken == 0 && mention.found == Found::Exact;
                let Some(fit) = reading.fit(mention, of_unit.kinds, Some(of_unit.level)).filter(|_| is_free)
                else {
                    continue;
                };
                if fit.gain < 0.9 * mention.weight {
                    continue;
                }
                match of_unit.level {
                    Level::District => of_districts |= fit.mask,
                    Level::Province => {
                        of_provinces |= fit.mask;
                        above.has_province_of_today |= of_unit.is_present;
                    }
                    Level::Ward => {}
                }
                above.is_beside |= reading.are_neighbours(taken, fit.mask);
            }
        }
        above.has_district = of_districts != 0;
        above.has_province = of_provinces != 0;
        above.is_one_name = of_districts == of_provinces;
        above
    }

    fn levels(&self) -> u8 {
        let both = u8::from(self.has_district) + u8::from(self.has_province);
        if self.is_one_name { both.min(1) } else { both }
    }
}
