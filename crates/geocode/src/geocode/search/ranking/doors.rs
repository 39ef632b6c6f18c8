//! Doors of a street that is a candidate: the very number, the alley, a number between two known ones, and what
//! the query says of a door beyond its street and ward.

use std::rc::Rc;

use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::houses::House;
use crate::geocode::index::indices::{HouseIndex, HouseRange, UnitIndex, WayIndex};
use crate::geocode::search::number::{AlleyNumber, Kept};
use crate::geocode::search::ranking::candidate::NumberPart;
use crate::geocode::search::ranking::support::Support;
use crate::geocode::search::ranking::{Ranking, RolePart, ScoredReading, Target, TokenRole};
use crate::geocode::text::house_number;
use crate::geocode::text::words::Kinds;
use crate::geometry::World;

/// Over how many numbers the bonus of a near one falls to a third.
const NEAR_NUMBERS: f64 = 60.0;
/// So many numbers are looked through for a neighbour; a street may run through several wards.
const MAX_NEIGHBOURS: usize = 100;
/// And so many doors that begin with the same number.
const MAX_OF_A_NUMBER: usize = 16;

/// A street or hamlet that is a candidate, in one of its wards.
pub(super) struct StreetCandidate<'a> {
    pub way: WayIndex,
    pub ward: Option<UnitIndex>,
    /// What it is offered as without a door.
    pub street: ScoredReading<'a>,
    /// Where its name begins in the text.
    pub at: usize,
}

impl StreetCandidate<'_> {
    /// Tokens that name it and what it lies in.
    fn taken(&self) -> u64 {
        self.street.own.mask | self.street.support.mask
    }
}

/// A house number and its place.
type Numbered = (u32, World);

impl Ranking<'_> {
    /// The houses of a way in one ward that bear the number in the query, or where it would be.
    pub(super) fn score_houses(&mut self, street_candidate: &StreetCandidate) {
        let ways = self.tables.ways;
        let &StreetCandidate { way, ward, street, at } = street_candidate;
        let taken = street_candidate.taken();
        let weights = &self.reading.ranking;
        for chain in self.alley_numbers(taken, at).iter() {
            let score = street.score + self.reading.weight_of(chain.mask) * chain.quality;
            let number = Some(NumberPart { mask: chain.mask, kept: chain.kept });
            if chain.is_alley {
                if !self.budget.look_at(ways[way].alleys.len() as u64) {
                    return;
                }
                let alley = ways[way]
                    .alleys
                    .iter()
                    .find(|&&alley| *house_number::canonical(&ways[alley].chain) == *chain.text);
                if let Some(&alley) = alley {
                    let known = ways[alley].wards.first().copied();
                    let score = score + weights.exact_number_bonus;
                    self.keep_best(ScoredReading {
                        target: Target::Way(alley),
                        ward: known,
                        score,
                        number,
                        ..street
                    });
                }
                continue;
            }
            let mut is_known = false;
            for door in ways.with_number(way, &chain.text).iter() {
                if !self.budget.look() {
                    return;
                }
                if ways.houses.setting(door).ward != ward {
                    continue;
                }
                is_known = true;
                let (bonus, hamlet) =
                    self.house_bonus(&ways.houses.get(door), taken | chain.mask, street.support);
                let score = score + weights.exact_number_bonus * chain.quality + bonus;
                self.keep_best(ScoredReading {
                    target: Target::House(door),
                    score,
                    number,
                    hamlet,
                    ..street
                });
            }
            if is_known {
                return;
            }
        }
        self.score_between(street_candidate);
    }

    /// The readings of the number beside what is taken; many streets of one name ask for the same.
    fn alley_numbers(&mut self, taken: u64, street_at: usize) -> Rc<[AlleyNumber]> {
        let (reading, numbers) = (self.reading, &self.numbers);
        let alley_numbers = self.alley_numbers.entry((taken, street_at));
        Rc::clone(alley_numbers.or_insert_with(|| numbers.alley_numbers(reading, taken, street_at).into()))
    }

    /// What the query says of a house beyond its street and ward: its hamlet, and which of the
    /// old wards on the ground of the present one it stood in.
    fn house_bonus(&self, house: &House, taken: u64, support: &Support) -> (f32, Option<RolePart>) {
        let (mut bonus, mut hamlet_part) = (0.0, None);
        if let Some(hamlet) = house.hamlet {
            let keys = self.tables.popular.keys_of_form(self.tables.ways[hamlet].form);
            let fits = self
                .reading
                .mentions
                .iter()
                .filter(|mention| keys.iter().any(|key| mention.keys.contains(*key)))
                .filter_map(|mention| Some((mention.found, self.reading.fit(mention, Kinds::HAMLET, None)?)))
                .filter(|(_, fit)| fit.mask & taken == 0);
            if let Some((found, fit)) = fits.max_by(|(_, a), (_, b)| a.gain.total_cmp(&b.gain)) {
                bonus += fit.gain;
                hamlet_part = Some(RolePart {
                    mask: fit.mask,
                    role: TokenRole::Way(hamlet),
                    found,
                    is_other_word: false,
                });
            }
        }
        let (units, weights) = (self.tables.units, &self.reading.ranking);
        for part in &support.parts {
            if let TokenRole::Unit(unit) = part.role
                && units[unit].level == Level::Ward
                && !units[unit].is_present
                && let Some(former) = house.former
            {
                bonus += match former == unit {
                    true => weights.former_ward_of_door_bonus,
                    false => -weights.other_former_ward_of_door_penalty,
                };
            }
        }
        (bonus, hamlet_part)
    }

    /// A plain number that is not there: between two of its side of the street that are; else the street,
    /// for more where the numbers known in this ward come near.
    fn score_between(&mut self, street_candidate: &StreetCandidate) {
        let &StreetCandidate { way, ward, street, at } = street_candidate;
        let alley_numbers = self.alley_numbers(street_candidate.taken(), at);
        let wanted = alley_numbers.iter().find_map(|chain| Some((chain, house_number::plain(&chain.text)?)));
        let Some((chain, wanted)) = wanted.filter(|(chain, _)| !chain.is_alley) else { return };
        let (below, above) = self.neighbours(way, ward, wanted);
        let (Some((low, a)), Some((high, b))) = (below, above) else {
            if let Some((nearest, _)) = below.or(above) {
                let near = self.reading.ranking.near_number_bonus
                    * (-f64::from(nearest.abs_diff(wanted)) / NEAR_NUMBERS).exp() as f32;
                self.keep_best(ScoredReading { score: street.score + near, ..street });
            }
            return;
        };
        let along = f64::from(wanted - low) / f64::from(high - low);
        let between = |a: i64, b: i64| a + ((b - a) as f64 * along).round() as i64;
        let at = World { x: between(a.x, b.x), y: between(a.y, b.y) };
        let score =
            street.score + self.reading.weight_of(chain.mask) * self.reading.ranking.number_between_factor;
        let target = Target::Between { way, number: wanted, at };
        // the place of 38 is not that of 38A
        let kept = if chain.text == wanted.to_string() { chain.kept } else { Kept::InPart };
        let number = Some(NumberPart { mask: chain.mask, kept });
        self.keep_best(ScoredReading { target, score, number, ..street });
    }

    /// The nearest known numbers of the same side below and above a number, with their places.
    fn neighbours(
        &self,
        way: WayIndex,
        ward: Option<UnitIndex>,
        wanted: u32,
    ) -> (Option<Numbered>, Option<Numbered>) {
        let houses = &self.tables.ways.houses;
        let range = self.tables.ways.houses_of(way);
        let leading = |at: HouseIndex| house_number::leading(houses.number(at));
        // doors that begin with one number stand together, those of its alleys behind it: a look at each group
        let of_group = |group: HouseRange, number: u32| {
            if !self.budget.look() {
                return None;
            }
            let is_side = number % 2 == wanted % 2 && number != wanted;
            let mut doors = group.iter().take(if is_side { MAX_OF_A_NUMBER } else { 0 });
            let is_it = |at: &HouseIndex| {
                houses.setting(*at).ward == ward && house_number::plain(houses.number(*at)) == Some(number)
            };
            doors.find(is_it).map(|at| (number, houses.at(at)))
        };
        let (mut below, mut above) = (None, None);
        let middle = houses.partition(range, |number| house_number::leading(number) < wanted);
        let mut lower = HouseRange { end: middle, ..range };
        let mut upper = HouseRange { start: middle, ..range };
        for _ in 0..MAX_NEIGHBOURS {
            let Some(last) = lower.last().filter(|_| below.is_none()) else { break };
            let number = leading(last);
            let start = houses.partition(lower, |known| house_number::leading(known) < number);
            below = of_group(HouseRange { start, ..lower }, number);
            lower.end = start;
        }
        for _ in 0..MAX_NEIGHBOURS {
            let Some(first) = upper.first().filter(|_| above.is_none()) else { break };
            let number = leading(first);
            let end = houses.partition(upper, |known| house_number::leading(known) <= number);
            above = of_group(HouseRange { end, ..upper }, number);
            upper.start = end;
        }
        (below, above)
    }
}
