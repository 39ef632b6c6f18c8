//! The numbered doors nearest to a place: a k-d tree without nodes. The doors lie in one array; the middle
//! of a range splits it west from east or south from north in turn, so the tree is the order itself, 4
//! bytes a door, and never changes.

use crate::cost::RowBudget;
use crate::geocode::index::houses::Houses;
use crate::geocode::index::indices::HouseIndex;
use crate::geometry::{GroundScale, World, distance_m};

/// Ranges this short are looked through.
const LEAF: usize = 8;
/// Longer ones are ordered on all cores.
const MANY: usize = 50_000;
/// A step on the grid is up to 0.6 % longer from west to east than from north to south; bounds allow a
/// little more.
const STRETCH: f64 = 1.01;

/// Doors in the order of a balanced k-d tree.
#[derive(Debug, Default)]
pub struct Nearest {
    doors: Vec<HouseIndex>,
}

/// A search under way.
struct Search<'a, A> {
    houses: &'a Houses,
    from: World,
    step_m: f64,
    limit: usize,
    max_distance_m: f64,
    /// Nearest first.
    found: Vec<(f64, HouseIndex)>,
    budget: &'a RowBudget,
    accepts: A,
}

impl Nearest {
    /// Orders the doors that have a number.
    pub fn build(houses: &Houses) -> Self {
        let numbered = houses.indices().iter().filter(|&door| !houses.number(door).is_empty());
        let mut doors: Vec<(World, HouseIndex)> = numbered.map(|door| (houses.at(door), door)).collect();
        order(&mut doors, true);
        Self { doors: doors.into_iter().map(|(_, door)| door).collect() }
    }

    /// The nearest `limit` doors within `max_distance_m` that are accepted, nearest first, with metres on the
    /// ground. Every door whose distance is measured counts against the budget.
    pub fn find(
        &self,
        houses: &Houses,
        from: World,
        limit: usize,
        max_distance_m: f64,
        budget: &RowBudget,
        accepts: impl Fn(HouseIndex) -> bool,
    ) -> Vec<(f64, HouseIndex)> {
        let limit = limit.max(1);
        let step_m = GroundScale::at(from).y_m / STRETCH;
        let found = Vec::new();
        let mut search = Search { houses, from, step_m, limit, max_distance_m, found, budget, accepts };
        search.look(&self.doors, true);
        search.found
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.doors.len() * 4
    }
}

fn order(doors: &mut [(World, HouseIndex)], by_x: bool) {
    if doors.len() <= LEAF {
        return;
    }
    let middle = doors.len() / 2;
    doors.select_nth_unstable_by_key(middle, |(at, door)| (if by_x { at.x } else { at.y }, *door));
    let (low, high) = doors.split_at_mut(middle);
    let Some((_, high)) = high.split_first_mut() else { return };
    if middle > MANY {
        rayon::join(|| order(low, !by_x), || order(high, !by_x));
    } else {
        order(low, !by_x);
        order(high, !by_x);
    }
}

impl<A: Fn(HouseIndex) -> bool> Search<'_, A> {
    fn look(&mut self, doors: &[HouseIndex], by_x: bool) {
        if doors.len() <= LEAF {
            doors.iter().for_each(|&door| self.keep_best(door));
            return;
        }
        let (low, rest) = doors.split_at(doors.len() / 2);
        let Some((&middle, high)) = rest.split_first() else { return };
        let at = self.houses.at(middle);
        let beyond = if by_x { self.from.x - at.x } else { self.from.y - at.y };
        let (near, far) = if beyond < 0 { (low, high) } else { (high, low) };
        self.look(near, !by_x);
        if self.budget.is_spent() {
            return;
        }
        if beyond.unsigned_abs() as f64 * self.step_m <= self.horizon_m() {
            self.keep_best(middle);
            self.look(far, !by_x);
        }
    }

    fn keep_best(&mut self, door: HouseIndex) {
        if !self.budget.look() {
            return;
        }
        let away_m = distance_m(self.from, self.houses.at(door));
        if away_m <= self.horizon_m() && (self.accepts)(door) {
            let place = self.found.partition_point(|known| *known <= (away_m, door));
            self.found.insert(place, (away_m, door));
            self.found.truncate(self.limit);
        }
    }

    /// What lies farther is of no use.
    fn horizon_m(&self) -> f64 {
        if self.found.len() < self.limit {
            return self.max_distance_m;
        }
        self.found.last().map_or(self.max_distance_m, |(away_m, _)| *away_m)
    }
}

#[cfg(test)]
mod tests {
    use crate::geocode::index::houses::{HousesBuilder, Setting};
    use crate::geocode::index::nearest::*;
    use crate::geometry::LngLat;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nearest_are_those_that_a_look_at_all_finds(
            doors in prop::collection::vec((-5_000_000i64..5_000_000, -5_000_000i64..5_000_000), 0..200),
            from in (-6_000_000i64..6_000_000, -6_000_000i64..6_000_000),
            limit in 1usize..8,
            radius_m in 1.0..5_000.0f64,
        ) {
            let middle = World::from_lnglat(LngLat { lng: 106.127, lat: 11.284 });
            let place = |(x, y): (i64, i64)| World { x: middle.x + x, y: middle.y + y };
            let mut builder = HousesBuilder::default();
            for (i, &door) in doors.iter().enumerate() {
                builder.add(i as i64 + 1, place(door), "1", Setting::default(), None, 0);
            }
            let houses = builder.build();
            let budget = RowBudget::unlimited();
            let found = Nearest::build(&houses).find(&houses, place(from), limit, radius_m, &budget, |_| true);
            let mut all: Vec<f64> = doors
                .iter()
                .map(|&door| distance_m(place(from), place(door)))
                .filter(|away_m| *away_m <= radius_m)
                .collect();
            all.sort_by(f64::total_cmp);
            all.truncate(limit);
            prop_assert_eq!(found.into_iter().map(|(away_m, _)| away_m).collect::<Vec<_>>(), all);
        }
    }
}
