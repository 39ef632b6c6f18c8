//! What the text says of a candidate that makes its ward likely or doubtful: the factors of `evidence`.

use std::ops::Range;

use crate::geocode::index::district_streets::StreetsOfDistricts;
use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::UnitIndex;
use crate::geocode::index::names::NameTarget;
use crate::geocode::index::streets::WayKind;
use crate::geocode::search::evidence::Evidence;
use crate::geocode::search::found::Found;
use crate::geocode::search::interpretation::Interpretation;
use crate::geocode::search::ranking::{Candidate, RolePart, Tables, Target, TokenRole};
use crate::geocode::text::ime_residue::is_syllable;
use crate::geocode::text::token::Token;
use crate::geocode::text::words::{self, Kinds};

/// Rivals further behind than this do not count as near.
const NEAR: f32 = 0.3;
/// So many parts of the text before the ward are looked at for a street.
const PARTS_BEFORE: usize = 3;
/// More candidates behind a hit are not looked at.
const MAX_RIVALS: usize = 64;

impl Evidence {
    /// What speaks for and against a candidate among all that were found, best first.
    pub(super) fn of(
        candidate: &Candidate,
        found: &[Candidate],
        reading: &Interpretation,
        tables: &Tables,
    ) -> Self {
        let mut evidence = Self::default();
        let named = Named::of(candidate, tables);
        evidence.set_class(candidate, &named);
        evidence.set_ward(candidate, &named, reading, tables);
        evidence.set_rivals(candidate, found, &named, tables);
        evidence.set_street(candidate, &named, reading, tables);
        evidence.set_unread(candidate, &named, reading, tables);
        evidence
    }

    fn set_class(&mut self, candidate: &Candidate, named: &Named) {
        let is_way = named.way.is_some();
        let class =
            match (named.ward.map(|(_, is_present)| is_present), named.has_district, named.has_province) {
                (Some(true), _, true) => &mut self.ward_of_today_in_province,
                (Some(true), _, false) => &mut self.ward_of_today,
                (Some(false), true, _) => &mut self.old_ward_in_district,
                (Some(false), false, _) => &mut self.old_ward,
                (None, true, _) if is_way => &mut self.street_in_district,
                (None, false, true) if is_way => &mut self.street_in_province,
                (None, false, false) if is_way => &mut self.street,
                (None, true, _) if candidate.ward.is_some() => &mut self.district,
                _ => &mut self.other,
            };
        *class = 1.0;
        self.province_named = f32::from(u8::from(named.has_province));
    }

    fn set_ward(&mut self, candidate: &Candidate, named: &Named, reading: &Interpretation, tables: &Tables) {
        let is_door = matches!(candidate.target, Target::House(_)) && !candidate.has_other_number();
        self.door_known = share_if(is_door);
        let Some((part, is_present)) = named.ward else { return };
        self.kind_named = share_if(reading.has_type_word(part.mask));
        self.whole_part = share_if(reading.is_whole_part(part.mask));
        self.numbered = share_if(reading.is_numbered(part.mask));
        self.like_a_district = share_if(
            self.kind_named == 0.0 && !named.has_district && reading.may_be_district(part.mask, tables),
        );
        let Some(unit) = part.unit().filter(|_| !is_present) else { return };
        let steps = &tables.units[unit].today;
        let own = steps.iter().find(|step| Some(step.to) == candidate.ward);
        let share = match (own, steps.len()) {
            (Some(step), count) if count > 1 => {
                step.share.map_or(1.0 / count as f32, |share| share as f32).clamp(0.0, 1.0)
            }
            _ => 1.0,
        };
        self.split = share_if(steps.len() > 1);
        self.other_share = 1.0 - share;
        self.other_share_of_street = if named.is_street { 1.0 - share } else { 0.0 };
        self.other_share_of_door = if is_door { 1.0 - share } else { 0.0 };
    }

    fn set_rivals(&mut self, candidate: &Candidate, found: &[Candidate], named: &Named, tables: &Tables) {
        let unit = named.ward.filter(|(_, is_present)| !is_present).and_then(|(part, _)| part.unit());
        // the other parts of a split ward count by their share
        let is_sibling = |other: &Candidate| {
            unit.is_some_and(|unit| {
                let mut steps = tables.units[unit].today.iter();
                steps.any(|step| Some(step.to) == other.ward)
            })
        };
        let mut lead: Option<f32> = None;
        let mut near: Vec<Option<UnitIndex>> = Vec::new();
        for other in found.iter().take(MAX_RIVALS) {
            if other.ward == candidate.ward || is_sibling(other) {
                continue;
            }
            let ahead = candidate.score - other.score;
            lead = Some(lead.map_or(ahead, |known| known.min(ahead)));
            if ahead < NEAR && !near.contains(&other.ward) {
                near.push(other.ward);
            }
        }
        let lead = lead.unwrap_or(1.0);
        self.lead = lead.clamp(0.0, 1.0);
        self.near_rivals = (near.len() as f32).ln_1p();
    }

    fn set_street(
        &mut self,
        candidate: &Candidate,
        named: &Named,
        reading: &Interpretation,
        tables: &Tables,
    ) {
        let Some(ward) = candidate.ward.and_then(|ward| tables.units.get(ward)) else { return };
        let Some(first) = named.first_unit.map(|part| part.mask.trailing_zeros() as usize) else { return };
        let districts = reading.street_before(first, tables.district_streets);
        if !districts.is_empty() {
            let is_there = ward.lineage.iter().any(|(unit, _)| districts.contains(unit));
            self.street_of_district = share_if(is_there);
            self.street_of_another = share_if(!is_there);
        }
    }

    fn set_unread(
        &mut self,
        candidate: &Candidate,
        named: &Named,
        reading: &Interpretation,
        tables: &Tables,
    ) {
        let understood = candidate.understood();
        let ward_from = named.first_unit.map_or(u32::MAX, |part| part.mask.trailing_zeros());
        let (mut before, mut behind) = (0.0, 0.0);
        for at in 0..reading.tokens.len().min(64) {
            if understood >> at & 1 == 1 {
                continue;
            }
            match (at as u32) < ward_from {
                true => before += reading.weights[at],
                false => behind += reading.weights[at],
            }
        }
        self.unread_before = f32::min(before, 4.0);
        self.unread_behind = f32::min(behind, 3.0);
        let part_before = named
            .ward
            .map(|(part, _)| part.mask.trailing_zeros() as usize)
            .and_then(|from| reading.part_before(from));
        let is_hamlet = |part: &Range<usize>| reading.is_numbered_hamlet(part);
        self.numbered_hamlet =
            if part_before.as_ref().is_some_and(is_hamlet) { self.like_a_district } else { 0.0 };
        let end = reading.part_before(reading.tokens.len());
        self.unread_end = share_if(
            end.is_some_and(|part| part.end <= 64 && part.clone().all(|at| understood >> at & 1 == 0)),
        );
        self.unread_part_before = share_if(part_before.is_some_and(|part| {
            part.end <= 64
                && part.clone().all(|at| understood >> at & 1 == 0 && !reading.tokens[at].is_number())
        }));
        self.other_unit = reading.other_units(candidate.mask, tables).min(2) as f32;
        self.unread_unit = reading.unread_units(candidate.mask).min(2) as f32;
        self.corrected_ward = share_if(named.ward.is_some_and(|(part, _)| part.is_corrected()));
        let corrected: u64 =
            candidate.parts().filter(RolePart::is_corrected).fold(0, |mask, part| mask | part.mask);
        self.corrected = reading.weight_of(corrected).min(3.0);
    }
}

/// What the parts of a reading name.
struct Named {
    /// The ward, and whether it stands today.
    ward: Option<(RolePart, bool)>,
    has_district: bool,
    has_province: bool,
    /// A street, hamlet or landmark.
    way: Option<RolePart>,
    is_street: bool,
    /// The unit that stands first in the text.
    first_unit: Option<RolePart>,
}

impl Named {
    fn of(candidate: &Candidate, tables: &Tables) -> Self {
        let mut named = Self {
            ward: None,
            has_district: false,
            has_province: false,
            way: None,
            is_street: false,
            first_unit: None,
        };
        for part in candidate.parts() {
            match part.role {
                TokenRole::Unit(unit) => {
                    let unit = &tables.units[unit];
                    match unit.level {
                        Level::Ward if named.ward.is_none() => named.ward = Some((part, unit.is_present)),
                        Level::Ward => {}
                        Level::District => named.has_district = true,
                        Level::Province => named.has_province = true,
                    }
                    let from = |part: RolePart| part.mask.trailing_zeros();
                    if named.first_unit.is_none_or(|first| from(part) < from(first)) {
                        named.first_unit = Some(part);
                    }
                }
                TokenRole::Way(way) => {
                    named.is_street |= matches!(tables.ways[way].kind, WayKind::Street(_));
                    named.way = Some(part);
                }
                TokenRole::Number => {}
            }
        }
        named
    }
}

fn share_if(is_so: bool) -> f32 {
    f32::from(u8::from(is_so))
}

impl Interpretation {
    /// Whether the name in a run of tokens is digits alone.
    fn is_numbered(&self, mask: u64) -> bool {
        let last = 63 - mask.leading_zeros().min(63) as usize;
        self.tokens.get(last).is_some_and(|token| token.is_digits())
    }

    /// Whether the last part of the text, of which nothing is read, holds a word that is no syllable here.
    pub(super) fn ends_abroad(&self, read: u64) -> bool {
        let is_foreign = |token: &Token| {
            !token.is_number() && !is_syllable(token.typed()) && !matches!(token.typed(), "vietnam" | "vn")
        };
        self.part_before(self.tokens.len()).is_some_and(|part| {
            part.end <= 64
                && part.clone().all(|at| read >> at & 1 == 0)
                && self.tokens[part].iter().any(is_foreign)
        })
    }

    /// Whether a part of the text is the word for a hamlet and its number.
    fn is_numbered_hamlet(&self, part: &Range<usize>) -> bool {
        let Some(last) = part.end.checked_sub(1).filter(|last| self.tokens[*last].is_number()) else {
            return false;
        };
        let words = words::before(&self.tokens, last);
        words.iter().any(|word| word.from == part.start && word.kinds.meets(Kinds::HAMLET))
    }

    /// How many parts of the text outside of what is read name a district or province.
    fn other_units(&self, read: u64, tables: &Tables) -> usize {
        let mut others: Vec<u64> = Vec::new();
        for mention in &self.mentions {
            let is_apart = mention.found == Found::Exact && mention.mask & read == 0;
            if !is_apart || mention.is_number || others.contains(&mention.mask) {
                continue;
            }
            let is_unit = |target: NameTarget| match target {
                NameTarget::Unit(unit) => tables.units[unit].level != Level::Ward,
                NameTarget::Way(_) => false,
            };
            let mut postings = tables.names.postings(mention.keys).iter();
            if self.is_whole_part(mention.mask) && postings.any(|posting| is_unit(posting.target)) {
                others.push(mention.mask);
            }
        }
        others.len()
    }

    /// The districts of the country that have the street named in one of the parts before a token, the nearest part
    /// first: what is left of the part without numbers and words of kinds in front.
    fn street_before<'a>(&self, first: usize, streets: &'a StreetsOfDistricts) -> &'a [UnitIndex] {
        let mut end = first;
        for _ in 0..PARTS_BEFORE {
            let Some(part) = self.part_before(end) else { break };
            let is_name =
                |at: &usize| !self.tokens[*at].is_number() && self.weights[*at] > self.ranking.type_word;
            let from = part.clone().find(is_name).unwrap_or(part.end);
            let key: String = self.tokens[from..part.end].iter().map(|token| token.key.as_str()).collect();
            let districts = streets.districts(&key);
            if !districts.is_empty() {
                return districts;
            }
            end = part.start;
        }
        &[]
    }

    /// Whether a run of tokens is also the name of a district.
    fn may_be_district(&self, mask: u64, tables: &Tables) -> bool {
        let same =
            self.mentions.iter().filter(|mention| mention.mask == mask && mention.found == Found::Exact);
        let mut postings = same.flat_map(|mention| tables.names.postings(mention.keys));
        postings.any(|posting| match posting.target {
            NameTarget::Unit(unit) => tables.units[unit].level == Level::District,
            NameTarget::Way(_) => false,
        })
    }

    /// How many words of a ward's or district's kind stand before a word that is not read.
    fn unread_units(&self, read: u64) -> usize {
        let is_unread = |at: usize| at < 64 && read >> at & 1 == 0;
        let of_unit = Kinds::WARDS.and(Kinds::DISTRICTS);
        (1..self.tokens.len().min(64))
            .filter(|&at| {
                is_unread(at)
                    && is_unread(at - 1)
                    && words::before(&self.tokens, at)
                        .first()
                        .is_some_and(|word| word.kinds.meets(of_unit) && !word.kinds.meets(Kinds::STREET))
            })
            .count()
    }
}
