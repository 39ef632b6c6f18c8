//! Units old → new and back: what a ward, district or province of any time is today and how it came to be, and what a
//! unit of today was made of.

use serde::Serialize;
use time::Date;

use super::place::Place;
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::{FormBefore, Hit, HitKind, Index, Problem, Query, Reading};
use crate::schema::{WARD_DIGITS, with_zeros, without_point_zero};
use crate::town::Town;

/// Rows that are read for a step: both units and what they were made of.
const ROWS_OF_A_STEP: u64 = 16;

/// Hits whose score is nearer than this to the best one's are as good as it.
const SAME_SCORE: f32 = 0.05;

/// The code of a ward that a text is, with the zeros back that a spreadsheet took away: `439` and `439.0` are `00439`.
pub fn ward_code(text: &str) -> Option<String> {
    let plain = without_point_zero(text.trim());
    let is_code = plain.len() == WARD_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { Some(plain.to_owned()) } else { with_zeros(plain, WARD_DIGITS, |_| true) }
}

/// What happened between an old unit and one of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The same unit under the same name.
    Unchanged,
    /// The same ground under another name, kind or code.
    Renamed,
    /// Wholly in a unit that has other ground too.
    Merged,
    /// Over several units; this is one of them.
    Split,
    /// No source says where the old unit's ground is today.
    Unknown,
}

impl Relation {
    /// As answers show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Renamed => "renamed",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Unknown => "unknown",
        }
    }
}

/// A unit by its code and with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitRef {
    /// Two, three or five digits.
    pub code: String,
    /// `Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh`.
    pub label: String,
}

/// One step between an old unit and a unit of today.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Converted {
    /// The old one; none where a unit of today was asked for that was no other before.
    pub old: Option<UnitRef>,
    /// Today's; none where that is unknown.
    pub new: Option<UnitRef>,
    /// How one became the other.
    pub relation: Relation,
    /// Share of the old unit's area, where known.
    pub share: Option<f64>,
}

/// All that a text may mean.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conversion {
    /// The likeliest first.
    pub steps: Vec<Converted>,
    /// Several units of today are possible and nothing in the text decides between them.
    pub is_ambiguous: bool,
    /// More was to be looked at than one answer may cost.
    pub is_cut: bool,
}

/// Which way units are converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the units of today. Of a code that was given twice both meanings; only the one before the reform
    /// where `is_old`.
    New {
        /// Codes and names are those of before the reform, where they were used twice.
        is_old: bool,
    },
    /// To what a unit of today was made of; of a door that knows its old ward, that one.
    Old,
}

/// What is a unit today, or what was it before? Asked with a unit of any time, its code, or a whole address.
#[derive(Debug, Clone)]
pub struct ConvertUnits {
    /// As typed.
    pub text: String,
    /// Which way.
    pub direction: Direction,
}

/// Which units have or had this code?
#[derive(Debug, Clone)]
pub struct UnitsByCode {
    /// Without a date.
    pub code: String,
    /// The day on which they had it; without one today's unit comes first, then those that had it before.
    pub day: Option<Date>,
}

impl Question for ConvertUnits {
    type Answer = Result<Conversion, Problem>;

    fn cost(&self, _: &Town) -> Cost {
        if Index::is_projected(&self.text) { Cost::Heavy } else { Cost::Light }
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> Self::Answer {
        let converter = Converter { town, budget };
        match self.direction {
            Direction::New { is_old } => converter.units_today(&self.text, is_old),
            Direction::Old => converter.units_before(&self.text),
        }
    }
}

impl Question for UnitsByCode {
    type Answer = Vec<Place>;

    fn cost(&self, _: &Town) -> Cost {
        Cost::Light
    }

    fn answer(&self, town: &Town, _: &RowBudget) -> Vec<Place> {
        let units = match self.day {
            Some(day) => town.index().units_by_code_on(&self.code, day),
            None => town.index().units_by_code(&self.code),
        };
        units.into_iter().map(Place::from).collect()
    }
}

/// A town whose units are converted within a budget.
struct Converter<'a> {
    town: &'a Town,
    budget: &'a RowBudget,
}

impl Converter<'_> {
    /// Today's units of a text: a unit of any time, its code, or a whole address. Of a code that was given twice
    /// both meanings; only the one before the reform where `is_old`.
    fn units_today(&self, text: &str, is_old: bool) -> Result<Conversion, Problem> {
        let hits = self.hits(text)?;
        let is_former = |hit: &Hit| hit.via_former.is_some() || !hit.successors.is_empty();
        let only_former = is_old && hits.iter().any(is_former);
        let mut conversion = Conversion::default();
        for hit in hits.iter().filter(|hit| !only_former || is_former(hit)) {
            self.add(&mut conversion, self.steps_of(hit));
        }
        Ok(self.settled(conversion))
    }

    /// What the ward of today that a text names was made of; of a door that knows its old ward, that one.
    fn units_before(&self, text: &str) -> Result<Conversion, Problem> {
        let mut conversion = Conversion::default();
        for hit in self.hits(text)? {
            let Some(code) = &hit.ward_code else { continue };
            let of_door = hit.kind == HitKind::Address && hit.former_code.is_some();
            let steps = if of_door { self.steps_of(&hit) } else { self.steps_into(code) };
            self.add(&mut conversion, steps);
        }
        Ok(self.settled(conversion))
    }

    /// Adds the steps that are not there yet.
    fn add(&self, conversion: &mut Conversion, steps: Vec<Converted>) {
        for step in steps {
            if !conversion.steps.contains(&step) {
                conversion.steps.push(step);
            }
        }
    }

    fn settled(&self, conversion: Conversion) -> Conversion {
        Conversion {
            is_ambiguous: conversion.has_several_today(),
            is_cut: self.budget.is_cut(),
            ..conversion
        }
    }

    /// The hits of a text that are equally good; all units of a code.
    fn hits(&self, text: &str) -> Result<Vec<Hit>, Problem> {
        let answer = self.town.index().search_within(&Query::new(text), self.budget);
        if let Some(problem) = answer.problem {
            return Err(problem);
        }
        let is_code = matches!(answer.reading, Reading::Code(_));
        let mut hits = answer.hits;
        let best = hits.first().map_or(0.0, |hit| hit.score);
        let mut count = 0;
        hits.retain(|hit| {
            count += 1;
            is_code || count == 1 || (answer.ambiguous && hit.score > best - SAME_SCORE)
        });
        Ok(hits)
    }

    fn steps_of(&self, hit: &Hit) -> Vec<Converted> {
        let is_unit =
            !matches!(hit.kind, HitKind::Address | HitKind::Street | HitKind::Alley | HitKind::Hamlet);
        if !is_unit {
            return self.step_of_place(hit).into_iter().collect();
        }
        if !hit.successors.is_empty() {
            let old = hit.former_code.clone().map(|code| UnitRef {
                code,
                label: hit.via_former.clone().unwrap_or_else(|| hit.label.clone()),
            });
            return self.steps_from(old.as_ref(), hit);
        }
        match hit.kind {
            HitKind::FormerWard | HitKind::FormerDistrict => unknown_step(hit).into_iter().collect(),
            _ => self.step_of_present(hit).into_iter().collect(),
        }
    }

    /// All that a former unit became.
    fn steps_from(&self, old: Option<&UnitRef>, former: &Hit) -> Vec<Converted> {
        let count = former.successors.len();
        let step = |successor: &crate::geocode::Successor| {
            let relation = if count > 1 || !successor.is_whole {
                Relation::Split
            } else if self.is_made_of_several(&successor.code) {
                Relation::Merged
            } else {
                Relation::Renamed
            };
            Converted {
                old: old.cloned(),
                new: Some(UnitRef { code: successor.code.clone(), label: successor.label.clone() }),
                relation,
                share: successor.share,
            }
        };
        let successors = former.successors.iter().take_while(|_| self.budget.look_at(ROWS_OF_A_STEP));
        successors.map(step).collect()
    }

    /// A unit that still stands.
    fn step_of_present(&self, hit: &Hit) -> Option<Converted> {
        let code = hit.ward_code.clone().or_else(|| hit.province_code.clone())?;
        let before = self.form_before(hit);
        let own_name = |label: &str| label.split(',').next().map(str::to_owned);
        let is_renamed =
            before.as_ref().is_some_and(|before| own_name(&before.label) != own_name(&hit.label));
        Some(Converted {
            old: before.map(|before| UnitRef { code: before.code, label: before.label }),
            new: Some(UnitRef { code, label: hit.label.clone() }),
            relation: if is_renamed { Relation::Renamed } else { Relation::Unchanged },
            share: None,
        })
    }

    fn form_before(&self, hit: &Hit) -> Option<FormBefore> {
        hit.unit_id.and_then(|id| self.town.index().form_before(id))
    }

    /// Whether the unit is one of before the reform that lives on.
    fn stood_before_reform(&self, ward: &Hit) -> bool {
        self.form_before(ward).is_some_and(|before| before.is_of_before_reform)
    }

    /// The ward a door or street lies in, and the old one where it is known: then nothing is ambiguous.
    fn step_of_place(&self, hit: &Hit) -> Option<Converted> {
        let ward = self.ward(hit.ward_code.as_deref()?)?;
        let new = UnitRef { code: hit.ward_code.clone()?, label: ward.label.clone() };
        let former = hit.former_code.as_deref().and_then(|code| {
            let mut units = self.town.index().units_by_code(code).into_iter();
            units.find(|unit| unit.successors.iter().any(|successor| successor.code == new.code))
        });
        let Some(former) = former else { return self.step_of_present(&ward) };
        let old = UnitRef { code: hit.former_code.clone()?, label: former.label.clone() };
        self.steps_from(Some(&old), &former).into_iter().find(|step| step.is_into(&new.code))
    }

    /// All that a ward of today was made of.
    fn steps_into(&self, code: &str) -> Vec<Converted> {
        let Some(ward) = self.ward(code) else { return Vec::new() };
        let formers = ward.unit_id.map(|id| self.town.index().predecessors(id)).unwrap_or_default();
        let own =
            (formers.is_empty() || self.stood_before_reform(&ward)).then(|| self.step_of_present(&ward));
        let mut steps: Vec<Converted> = own.flatten().into_iter().collect();
        for former in formers {
            if !self.budget.look_at(ROWS_OF_A_STEP) {
                break;
            }
            let old = former.former_code.clone().map(|code| UnitRef { code, label: former.label.clone() });
            let all = self.steps_from(old.as_ref(), &former);
            steps.extend(all.into_iter().filter(|step| step.is_into(code)));
        }
        steps
    }

    fn is_made_of_several(&self, code: &str) -> bool {
        let Some(ward) = self.ward(code) else { return true };
        let formers = ward.unit_id.map_or(0, |id| self.town.index().predecessors(id).len());
        formers + usize::from(self.stood_before_reform(&ward)) > 1
    }

    fn ward(&self, code: &str) -> Option<Hit> {
        self.town.index().units_by_code(code).into_iter().find(|unit| unit.kind == HitKind::Ward)
    }
}

/// A former unit of which no source says where it is today.
fn unknown_step(former: &Hit) -> Option<Converted> {
    let old = UnitRef { code: former.former_code.clone()?, label: former.label.clone() };
    Some(Converted { old: Some(old), new: None, relation: Relation::Unknown, share: None })
}

impl Conversion {
    fn has_several_today(&self) -> bool {
        let mut codes = self.steps.iter().filter_map(|step| Some(&step.new.as_ref()?.code));
        let first = codes.next();
        codes.any(|code| Some(code) != first)
    }
}

impl Converted {
    fn is_into(&self, code: &str) -> bool {
        self.new.as_ref().is_some_and(|new| new.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ward_code_gets_back_what_a_spreadsheet_took_from_it() {
        for (text, code) in
            [("25633", "25633"), (" 25633.0 ", "25633"), ("439", "00439"), ("439.00", "00439")]
        {
            assert_eq!(ward_code(text).as_deref(), Some(code), "{text}");
        }
        for text in ["", "Long Hoa", "256333", "4.39", "-439", "0"] {
            assert_eq!(ward_code(text), None, "{text}");
        }
    }
}
