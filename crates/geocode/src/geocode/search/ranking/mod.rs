//! Which readings fit together, and how well: every named thing is a candidate, and everything
//! else in the query that names what it lies in (today or before) speaks for it.
//!
//! The score is the weight of the tokens explained, corrected for tones, typos and type words,
//! plus small bonuses for prominence and nearness. Nothing is filtered by geography beforehand:
//! what contradicts simply explains less.

mod binding;
mod candidate;
mod constrain;
mod doors;
mod support;

pub use crate::geocode::search::ranking::candidate::{Candidate, RolePart, Target, TokenRole};

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::geocode::search::ranking::binding::Binding;
use crate::geocode::search::ranking::candidate::NumberPart;
use crate::geocode::search::ranking::doors::StreetCandidate;
use crate::geocode::search::ranking::support::Support;

use crate::cost::RowBudget;
use crate::geocode::index::district_streets::StreetsOfDistricts;
use crate::geocode::index::gazetteer::{Level, StreetKind};
use crate::geocode::index::indices::{FormIndex, TableIndex, UnitIndex, WayIndex};
use crate::geocode::index::names::{NameTarget, Names, Posting};
use crate::geocode::index::prefixes::Popular;
use crate::geocode::index::streets::{WayKind, Ways};
use crate::geocode::index::units::{Step, Units};
use crate::geocode::search::answer::Focus;
use crate::geocode::search::found::Found;
use crate::geocode::search::interpretation::{Fit, Interpretation, Mention};
use crate::geocode::search::number::{AlleyNumber, Numbers};
use crate::geocode::search::weights::FULL_NAME_QUALITY;
use crate::geocode::text::words::Kinds;

/// The tables a query is ranked over.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    pub names: &'a Names,
    pub units: &'a Units,
    pub ways: &'a Ways,
    pub popular: &'a Popular,
    pub district_streets: &'a StreetsOfDistricts,
}

/// A reading before it is known whether it is the best of its target.
#[derive(Clone, Copy)]
struct ScoredReading<'a> {
    target: Target,
    via: Option<UnitIndex>,
    ward: Option<UnitIndex>,
    score: f32,
    called: Option<FormIndex>,
    own: RolePart,
    number: Option<NumberPart>,
    hamlet: Option<RolePart>,
    support: &'a Rc<Support>,
}

/// So many wards of today are offered for a district that is no more.
const WARDS_OF_A_DISTRICT: usize = 4;
/// More readings than this of one query are not weighed.
const MAX_CANDIDATES: usize = 20_000;

/// Weighs all readings; the best first, one for each target.
/// Every posting, every ward of a street and every door that is weighed counts against the budget.
pub fn candidates(
    reading: &Interpretation,
    tables: Tables,
    focus: Option<Focus>,
    budget: &RowBudget,
) -> Vec<Candidate> {
    let numbers = Numbers::of(reading);
    let mut ranking = Ranking {
        reading,
        tables,
        focus,
        budget,
        best: FxHashMap::default(),
        weighed: 0,
        highest: 0.0,
        most_of_doors: numbers.weight(reading)
            + reading.ranking.exact_number_bonus
            + focus.map_or(0.0, |focus| focus.nearness(focus.at)),
        numbers,
        alley_numbers: FxHashMap::default(),
        supports: FxHashMap::default(),
        options: Vec::new(),
        nothing: Rc::default(),
    };
    ranking.weigh_all();
    let mut found: Vec<Candidate> = ranking.best.into_values().collect();
    // what follows must not depend on the order of a table of hashes
    found.sort_by_cached_key(|candidate| order(candidate, &tables));
    constrain::to_ward(&mut found, reading, tables.units);
    constrain::to_end_of_text(&mut found, reading, tables);
    if let Some(binding) = Binding::of(reading, tables, budget) {
        binding.apply(&mut found, reading);
    }
    constrain::corrected(&mut found);
    // equal scores keep the order they have
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

/// A fixed order: the kind of thing, its id in the source, and where it lies. Two parts of one street may share the
/// id, and hamlets have none.
fn order(candidate: &Candidate, tables: &Tables) -> (u8, i64, Option<(i64, i64)>, usize) {
    let of_way = |rank: u8, way: WayIndex| {
        let way_of = &tables.ways[way];
        let id = way_of.source_id.or(tables.ways[way_of.root].source_id).unwrap_or(i64::MAX);
        (rank, id, candidate.at.map(|at| (at.x, at.y)), way.get())
    };
    match candidate.target {
        Target::House(at) => (0, tables.ways.houses.get(at).id, None, 0),
        Target::Between { way, .. } => of_way(1, way),
        Target::Way(way) => of_way(2, way),
        Target::Unit(unit) => (3, i64::from(tables.units[unit].id), None, 0),
    }
}

struct Ranking<'a> {
    reading: &'a Interpretation,
    tables: Tables<'a>,
    focus: Option<Focus>,
    budget: &'a RowBudget,
    best: FxHashMap<Target, Candidate>,
    weighed: usize,
    /// The best score so far.
    highest: f32,
    /// What a street may gain at most by the number of a door and by where it lies; what the door's hamlet would
    /// add is left out: it does not make up for everything else.
    most_of_doors: f32,
    numbers: Numbers,
    /// House numbers read already, by the tokens taken and where the street stands.
    alley_numbers: FxHashMap<(u64, usize), Rc<[AlleyNumber]>>,
    /// What speaks for a ward, by the tokens taken and the ward.
    supports: FxHashMap<(u64, Option<UnitIndex>), Rc<Support>>,
    /// Room for what may speak for a thing, used again and again.
    options: Vec<(f32, RolePart)>,
    /// What speaks for most things.
    nothing: Rc<Support>,
}

impl Ranking<'_> {
    /// Who may be meant by a mention; for a beginning shared by very many names the most
    /// prominent, those near the focus, and those inside units named elsewhere in the query.
    fn targets(&self, mention: &Mention) -> Vec<Posting> {
        let names = self.tables.names;
        let popular = match mention.found {
            Found::Exact => None,
            _ => self.tables.popular.of_prefix(mention.keys),
        };
        let Some(popular) = popular else {
            return names.postings(mention.keys).to_vec();
        };
        let mut targets = popular.to_vec();
        let mut wards = self.focus.map_or_else(Vec::new, |focus| self.tables.popular.wards_near(focus.at));
        for other in &self.reading.mentions {
            let is_apart = other.mask & mention.mask == 0;
            if is_apart && other.found == Found::Exact && !other.is_number {
                for posting in names.postings(other.keys).iter().take(8) {
                    if let NameTarget::Unit(unit) = posting.target {
                        let of = &self.tables.units[unit];
                        wards.extend(of.wards.iter().chain(of.today.iter().map(|step| &step.to)));
                        wards.push(unit);
                    }
                }
            }
        }
        wards.sort_unstable();
        wards.dedup();
        self.tables.popular.in_wards(&wards, mention.keys, names, &mut targets, self.budget);
        targets
    }

    /// Weighs every reading, as far as the budget goes.
    fn weigh_all(&mut self) {
        for mention in &self.reading.mentions {
            for posting in self.targets(mention) {
                if !self.may_go_on() {
                    return;
                }
                self.score_mention(mention, posting);
            }
        }
    }

    /// Counts one more reading.
    fn may_go_on(&mut self) -> bool {
        self.weighed += 1;
        if self.weighed > MAX_CANDIDATES {
            self.budget.cut();
            return false;
        }
        self.budget.look()
    }

    fn score_mention(&mut self, mention: &Mention, posting: Posting) {
        // a typo in initials or another short form makes anything of anything
        if matches!(mention.found, Found::Typo | Found::TwoTypos) && posting.quality < FULL_NAME_QUALITY {
            return;
        }
        match posting.target {
            NameTarget::Unit(unit) => self.score_unit(mention, posting, unit),
            NameTarget::Way(way) => self.score_way(mention, posting, way),
        }
    }

    /// What names a thing itself.
    fn own_part(&self, mention: &Mention, posting: Posting, fit: Fit, role: TokenRole) -> RolePart {
        let agreement = match mention.found {
            Found::Exact => self.tables.names.agreement(&mention.sound, posting.form),
            _ => 0.0,
        };
        // of two words every accent must be another one: a slip in one happens
        let is_other_word = match mention.tokens.len() {
            1 => agreement < 0.0,
            2 => agreement <= -1.0,
            _ => false,
        };
        RolePart { mask: fit.mask, role, found: mention.found, is_other_word }
    }

    /// How good the name itself is: short forms, tones, and how much of a beginning was typed.
    fn name_value(&self, mention: &Mention, posting: Posting) -> f32 {
        let tone = match mention.found {
            Found::Exact => self.tables.names.agreement(&mention.sound, posting.form),
            _ => 0.0,
        };
        let weights = &self.reading.ranking;
        let distance = (100 - posting.quality) as f32 / 100.0;
        tone * weights.tone * mention.weight - distance * weights.short_form_penalty
    }

    fn score_unit(&mut self, mention: &Mention, posting: Posting, index: UnitIndex) {
        let units = self.tables.units;
        let unit = &units[index];
        let Some(fit) = self.reading.fit(mention, unit.kinds, Some(unit.level)) else { return };
        let weights = &self.reading.ranking;
        let prominence = match (unit.level, unit.is_present) {
            (Level::Province, true) => weights.present_province,
            (Level::Ward, true) => weights.present_ward,
            (Level::District, _) => weights.district,
            (Level::Province, false) => weights.former_province,
            (Level::Ward, false) => weights.former_ward,
        };
        // "142 Lê Lợi, …": what follows a bare number is a street, known here or not.
        let follows_number = fit.mask == mention.mask
            && mention.tokens.start > 0
            && self.reading.number_at(mention.tokens.start - 1, 0);
        let against = match follows_number {
            true if self.reading.words_a_ward_beside(fit.mask) => {
                weights.unit_after_number_beside_ward_penalty * mention.weight
            }
            true => weights.unit_after_number_penalty,
            false => 0.0,
        };
        // what is more exact stands in front
        let behind = weights.token_before_penalty * mention.tokens.start as f32;
        let own = fit.gain + self.name_value(mention, posting) + prominence - against - behind;
        let own_part = self.own_part(mention, posting, fit, TokenRole::Unit(index));
        let is_former_ward = unit.level == Level::Ward && !unit.is_present;
        if is_former_ward && !unit.today.is_empty() {
            for (rank, step) in unit.today.iter().enumerate() {
                let support =
                    self.support(fit.mask, line_of_former(units, index, step, weights.successor_factor));
                // The order of the parts of a split ward, without deciding it.
                let score = own + support.gain
                    - rank as f32 * weights.later_successor_penalty
                    - self.penalty_without_district(mention, unit.level, &support);
                self.keep_best(ScoredReading {
                    via: Some(index),
                    score,
                    ..unit_of(step.to, own_part, &support)
                });
            }
            return;
        }
        let support = match unit.level {
            Level::Ward if unit.is_present => self.support(fit.mask, unit.lineage.iter().copied()),
            Level::District => self.support(fit.mask, line_of_district(units, index).into_iter()),
            _ => {
                // a province is written twice: "TP Hà Nội, Hà Nội"
                let itself = std::iter::once(index);
                let line =
                    unit.above.iter().copied().chain(unit.today.iter().map(|step| step.to)).chain(itself);
                self.support(fit.mask, line.map(|unit| (unit, 1.0)))
            }
        };
        let ward = (unit.level == Level::Ward && unit.is_present).then_some(index);
        let score = own + support.gain - self.penalty_without_district(mention, unit.level, &support);
        if unit.level == Level::District && mention.found != Found::Prefix {
            // What stands on its ground today, for who asked for something inside.
            for (rank, step) in unit.today.iter().take(WARDS_OF_A_DISTRICT).enumerate() {
                let score = score
                    - weights.district_penalty
                    - weights.ward_of_district_penalty
                    - rank as f32 * weights.later_ward_of_district_penalty;
                self.keep_best(ScoredReading { score, ..unit_of(step.to, own_part, &support) });
            }
        }
        if !unit.is_inferred() {
            self.keep_best(ScoredReading { ward, score, ..unit_of(index, own_part, &support) });
        }
    }

    /// What a numbered ward loses where its district is not named: there is a Phường 4 in every city.
    fn penalty_without_district(&self, mention: &Mention, level: Level, support: &Support) -> f32 {
        let units = self.tables.units;
        let has_district = support
            .parts
            .iter()
            .any(|part| matches!(part.role, TokenRole::Unit(unit) if units[unit].level == Level::District));
        if mention.is_number && level == Level::Ward && !has_district {
            self.reading.ranking.numbered_ward_without_district_penalty
        } else {
            0.0
        }
    }

    fn score_way(&mut self, mention: &Mention, posting: Posting, index: WayIndex) {
        let ways = self.tables.ways;
        let way = &ways[index];
        let kinds = match way.kind {
            WayKind::Hamlet => Kinds::HAMLET,
            WayKind::Landmark => Kinds::NONE,
            WayKind::Street(StreetKind::Alley) => Kinds::ALLEY | Kinds::STREET,
            WayKind::Street(StreetKind::NationalRoad | StreetKind::ProvincialRoad) => {
                Kinds::NUMBERED_ROAD | Kinds::STREET
            }
            WayKind::Street(StreetKind::Street) => Kinds::STREET,
        };
        let Some(fit) = self.reading.fit(mention, kinds, None) else { return };
        let weights = &self.reading.ranking;
        let size = (way.houses.len() as f32 + 1.0).ln() * weights.houses_of_a_street;
        let prominence = if way.kind == WayKind::Hamlet { weights.hamlet } else { weights.street };
        let prominence = prominence + size.min(weights.houses_of_a_street_limit);
        let own = fit.gain + self.name_value(mention, posting) + prominence;
        let own_part = self.own_part(mention, posting, fit, TokenRole::Way(index));
        let nowhere = way.wards.is_empty().then_some(None);
        for (i, ward) in way.wards.iter().copied().map(Some).chain(nowhere).enumerate() {
            if i > 0 && !self.budget.look() {
                return;
            }
            let support = self.support_of_ward(fit.mask, ward);
            let score = own + support.gain;
            if score + self.most_of_doors < weights.hopeless_share * self.highest {
                continue;
            }
            let street = ScoredReading {
                target: Target::Way(index),
                via: None,
                ward,
                score,
                called: (posting.form != way.form).then_some(posting.form),
                own: own_part,
                number: None,
                hamlet: None,
                support: &support,
            };
            self.score_houses(&StreetCandidate { way: index, ward, street, at: mention.tokens.start });
            // The street itself: once, in the ward the query speaks for.
            if i == 0 || support.gain > 0.0 {
                self.keep_best(street);
            }
        }
    }

    /// Keeps a reading, if it is the best of its target.
    fn keep_best(&mut self, offer: ScoredReading) {
        let ScoredReading { target, via, ward, score, called, own, number, hamlet, support } = offer;
        let at = match target {
            Target::House(house) => Some(self.tables.ways.houses.at(house)),
            Target::Between { at, .. } => Some(at),
            Target::Way(way) => Some(self.tables.ways[way].middle),
            Target::Unit(unit) => self.tables.units[unit].middle,
        };
        let nearness = self.focus.zip(at).map_or(0.0, |(focus, at)| focus.nearness(at));
        let score = score + nearness;
        self.highest = self.highest.max(score);
        if self.best.get(&target).is_some_and(|known| known.score >= score) {
            return;
        }
        let beside = number.map_or(0, |part| part.mask) | hamlet.map_or(0, |part| part.mask);
        let mask = own.mask | support.mask | beside;
        let support = Rc::clone(support);
        self.best.insert(
            target,
            Candidate { target, via, ward, score, mask, at, called, own, number, hamlet, support },
        );
    }
}

/// A former ward, what was above it, and one of its successors with its province.
fn line_of_former(
    units: &Units,
    former: UnitIndex,
    step: &Step,
    successor_factor: f32,
) -> impl Iterator<Item = (UnitIndex, f32)> {
    let above = |unit: UnitIndex| units[unit].above.iter().map(|above| (*above, 1.0));
    [(former, 1.0)]
        .into_iter()
        .chain(above(former))
        .chain([(step.to, successor_factor)])
        .chain(above(step.to))
}

/// The provinces a district lay in and, for mixed forms, those in which its ground is today.
fn line_of_district(units: &Units, district: UnitIndex) -> Vec<(UnitIndex, f32)> {
    let district = &units[district];
    let mut provinces: Vec<UnitIndex> =
        district.wards.iter().filter_map(|&ward| units[ward].parent()).collect();
    provinces.extend(district.above.iter().filter(|&&above| units[above].level == Level::Province));
    provinces.sort_unstable();
    provinces.dedup();
    provinces.into_iter().map(|province| (province, 1.0)).collect()
}

/// A unit, to be offered with more.
fn unit_of(unit: UnitIndex, own: RolePart, support: &Rc<Support>) -> ScoredReading<'_> {
    ScoredReading {
        target: Target::Unit(unit),
        via: None,
        ward: Some(unit),
        score: 0.0,
        called: None,
        own,
        number: None,
        hamlet: None,
        support,
    }
}
