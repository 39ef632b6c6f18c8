//! Doors, packed: a column for each thing known of them, in the order of their way and number, so that
//! the doors of a street stand side by side and a number is found by halving.
//!
//! About 40 bytes a door with its number, id, parcel and place. Ward, former unit and hamlet are
//! shared by all doors that have the same; ids are kept as differences where they are near each other.
//! Leaves out: codes (`door_codes`) and what a way is (`ways`).

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::geocode::index::absent::NONE;
use crate::geocode::index::house_number;
use crate::geometry::World;

/// Marks the number of a place in [`Setting::former`] whose unit is not inferred yet.
pub const INFERRED: u32 = 1 << 31;

/// A door, read out of its columns.
#[derive(Debug, Clone, Copy)]
pub struct House {
    /// Its place in [`Houses`].
    pub index: u32,
    pub id: i64,
    pub at: World,
    /// The street or hamlet it is numbered in, or [`NONE`].
    pub way: u32,
    /// Its hamlet, or [`NONE`].
    pub hamlet: u32,
    pub ward: u32,
    /// The unit that stood here before, or [`NONE`].
    pub former: u32,
    /// 0 where none is known.
    pub parcel_id: i64,
}

/// What many doors share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setting {
    pub way: u32,
    pub hamlet: u32,
    pub ward: u32,
    pub former: u32,
}

/// All doors.
#[derive(Debug, Default)]
pub struct Houses {
    ids: Ids,
    /// Places in the order of ids.
    by_id: Vec<u32>,
    points: Points,
    settings: Vec<Setting>,
    /// Which setting a door has.
    setting_of: Vec<u32>,
    parcels: Ids,
    numbers: String,
    /// Where a door's number begins; one more than there are doors.
    number_at: Vec<u32>,
}

/// A door not yet packed.
#[derive(Debug, Clone, Copy)]
struct HouseRow {
    id: i64,
    at: World,
    setting: u32,
    parcel_id: i64,
    number_at: u32,
    number_len: u8,
}

/// Collects doors for [`Houses`].
#[derive(Debug, Default)]
pub struct HousesBuilder {
    rows: Vec<HouseRow>,
    numbers: String,
    settings: Vec<Setting>,
    known: FxHashMap<Setting, u32>,
}

impl HousesBuilder {
    /// Adds a door with its canonical number; `false` where the number is too long to be one, and is left out.
    pub fn add(&mut self, id: i64, at: World, number: &str, setting: Setting, parcel_id: i64) -> bool {
        let next = self.settings.len() as u32;
        let setting_at = *self.known.entry(setting).or_insert(next);
        if setting_at == next {
            self.settings.push(setting);
        }
        let number_len = u8::try_from(number.len());
        let number_at = self.numbers.len() as u32;
        if number_len.is_ok() {
            self.numbers.push_str(number);
        }
        let is_kept = number_len.is_ok();
        let number_len = number_len.unwrap_or(0);
        self.rows.push(HouseRow { id, at, setting: setting_at, parcel_id, number_at, number_len });
        is_kept
    }

    /// Sorts by way and number and packs.
    pub fn build(mut self) -> Houses {
        let (numbers, settings) = (&self.numbers, &self.settings);
        let number = |row: &HouseRow| {
            let from = row.number_at as usize;
            numbers.get(from..from + usize::from(row.number_len)).unwrap_or_default()
        };
        let way = |row: &HouseRow| settings.get(row.setting as usize).map_or(NONE, |setting| setting.way);
        let mut keyed: Vec<(u32, u32, HouseRow)> = std::mem::take(&mut self.rows)
            .into_iter()
            .map(|row| (way(&row), house_number::leading(number(&row)), row))
            .collect();
        keyed.par_sort_unstable_by(|a, b| {
            (a.0, a.1)
                .cmp(&(b.0, b.1))
                .then_with(|| house_number::compare(number(&a.2), number(&b.2)))
                .then(a.2.id.cmp(&b.2.id))
        });
        let mut packed = Houses {
            numbers: String::with_capacity(numbers.len()),
            number_at: Vec::with_capacity(keyed.len() + 1),
            setting_of: keyed.iter().map(|(_, _, row)| row.setting).collect(),
            ids: Ids::pack(keyed.iter().map(|(_, _, row)| row.id)),
            parcels: Ids::pack(keyed.iter().map(|(_, _, row)| row.parcel_id)),
            points: Points::pack(keyed.iter().map(|(_, _, row)| row.at)),
            ..Houses::default()
        };
        for (_, _, row) in &keyed {
            packed.number_at.push(packed.numbers.len() as u32);
            packed.numbers.push_str(number(row));
        }
        packed.number_at.push(packed.numbers.len() as u32);
        packed.by_id = (0..keyed.len() as u32).collect();
        packed.by_id.par_sort_unstable_by_key(|&i| keyed.get(i as usize).map_or(0, |(_, _, row)| row.id));
        packed.settings = self.settings;
        packed
    }
}

impl Houses {
    /// How many doors there are.
    pub fn len(&self) -> usize {
        self.setting_of.len()
    }

    /// All doors, way by way in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = House> {
        (0..self.len() as u32).map(|index| self.get(index))
    }

    /// The door at a place that this room gave out.
    pub fn get(&self, index: u32) -> House {
        let Setting { way, hamlet, ward, former } = self.setting(index);
        House {
            index,
            id: self.ids.get(index),
            at: self.points.get(index),
            way,
            hamlet,
            ward,
            former,
            parcel_id: self.parcels.get(index),
        }
    }

    /// What the door shares with others.
    pub fn setting(&self, index: u32) -> Setting {
        let at = self.setting_of.get(index as usize).copied().unwrap_or(NONE);
        let nowhere = Setting { way: NONE, hamlet: NONE, ward: NONE, former: NONE };
        self.settings.get(at as usize).copied().unwrap_or(nowhere)
    }

    /// Where it stands.
    pub fn at(&self, index: u32) -> World {
        self.points.get(index)
    }

    /// Its number as a whole chain; empty where it has none.
    pub fn number(&self, index: u32) -> &str {
        let i = index as usize;
        match (self.number_at.get(i), self.number_at.get(i + 1)) {
            (Some(&from), Some(&to)) => self.numbers.get(from as usize..to as usize).unwrap_or_default(),
            _ => "",
        }
    }

    /// The doors of a range with exactly this canonical number.
    pub fn with_number(&self, range: Range<u32>, number: &str) -> Range<u32> {
        let from = self.partition(range.clone(), |known| house_number::compare(known, number).is_lt());
        let to = self.partition(from..range.end, |known| house_number::compare(known, number).is_le());
        from..to
    }

    /// The first door of a range whose number does not pass the test.
    pub fn partition(&self, range: Range<u32>, is_before: impl Fn(&str) -> bool) -> u32 {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.number(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The address with this id.
    pub fn by_id(&self, id: i64) -> Option<u32> {
        let at = self.by_id.partition_point(|&index| self.ids.get(index) < id);
        self.by_id.get(at).copied().filter(|&index| self.ids.get(index) == id)
    }

    /// The doors of each way, in order.
    pub fn ranges(&self) -> impl Iterator<Item = (u32, Range<u32>)> {
        let mut from = 0u32;
        std::iter::from_fn(move || {
            let way = self.setting(from).way;
            let start = from;
            while (from as usize) < self.len() && self.setting(from).way == way {
                from += 1;
            }
            (from > start).then_some((way, start..from))
        })
    }

    /// Puts the units that were inferred in the place of the marks that stood for them.
    pub fn settle_former(&mut self, inferred: &[Option<u32>]) {
        for setting in self.settings.iter_mut().filter(|setting| setting.former & INFERRED != 0) {
            let place = (setting.former & !INFERRED) as usize;
            setting.former = inferred.get(place).copied().flatten().unwrap_or(NONE);
        }
    }

    /// How many doors of each unit of before stand in each ward of today.
    pub fn by_former_unit(&self) -> FxHashMap<(u32, u32), u32> {
        let mut doors = vec![0u32; self.settings.len()];
        for &setting in &self.setting_of {
            if let Some(count) = doors.get_mut(setting as usize) {
                *count += 1;
            }
        }
        let mut counts = FxHashMap::default();
        for (setting, count) in self.settings.iter().zip(doors) {
            *counts.entry((setting.former, setting.ward)).or_default() += count;
        }
        counts
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.ids.bytes()
            + self.by_id.len() * 4
            + self.points.bytes()
            + self.settings.len() * size_of::<Setting>()
            + self.setting_of.len() * 4
            + self.parcels.bytes()
            + self.numbers.len()
            + self.number_at.len() * 4
    }
}

/// Numbers from 0 to 2^53: as 32-bit differences to the smallest where they fit. 0 is kept apart.
#[derive(Debug)]
enum Ids {
    Near { smallest: i64, above: Vec<u32> },
    Far(Vec<i64>),
}

impl Default for Ids {
    fn default() -> Self {
        Self::Far(Vec::new())
    }
}

impl Ids {
    fn pack(ids: impl Iterator<Item = i64> + Clone) -> Self {
        let known = ids.clone().filter(|&id| id != 0);
        let (smallest, largest) = (known.clone().min().unwrap_or(1), known.max().unwrap_or(1));
        let is_near = largest.checked_sub(smallest).is_some_and(|range| range < i64::from(u32::MAX));
        if !is_near {
            return Self::Far(ids.collect());
        }
        let above = ids.map(|id| if id == 0 { 0 } else { (id - smallest + 1) as u32 }).collect();
        Self::Near { smallest, above }
    }

    fn get(&self, index: u32) -> i64 {
        let i = index as usize;
        match self {
            Self::Near { smallest, above } => match above.get(i) {
                None | Some(0) => 0,
                Some(&above) => smallest + i64::from(above) - 1,
            },
            Self::Far(ids) => ids.get(i).copied().unwrap_or(0),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Near { above, .. } => above.len() * 4,
            Self::Far(ids) => ids.len() * 8,
        }
    }
}

/// Places, as 32-bit differences to a corner where they fit: 2^32 steps are 2,500 km, more than the country.
#[derive(Debug)]
enum Points {
    Near { corner: World, from_corner: Vec<[u32; 2]> },
    Far(Vec<World>),
}

impl Default for Points {
    fn default() -> Self {
        Self::Far(Vec::new())
    }
}

impl Points {
    fn pack(points: impl Iterator<Item = World> + Clone) -> Self {
        let corner = World {
            x: points.clone().map(|at| at.x).min().unwrap_or(0),
            y: points.clone().map(|at| at.y).min().unwrap_or(0),
        };
        let from_corner: Option<Vec<[u32; 2]>> = points
            .clone()
            .map(|at| {
                let x = u32::try_from(at.x.checked_sub(corner.x)?).ok()?;
                Some([x, u32::try_from(at.y.checked_sub(corner.y)?).ok()?])
            })
            .collect();
        match from_corner {
            Some(from_corner) => Self::Near { corner, from_corner },
            None => Self::Far(points.collect()),
        }
    }

    fn get(&self, index: u32) -> World {
        let i = index as usize;
        match self {
            Self::Near { corner, from_corner } => from_corner
                .get(i)
                .map_or(*corner, |[x, y]| World { x: corner.x + i64::from(*x), y: corner.y + i64::from(*y) }),
            Self::Far(points) => points.get(i).copied().unwrap_or(World { x: 0, y: 0 }),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Near { from_corner, .. } => from_corner.len() * 8,
            Self::Far(points) => points.len() * size_of::<World>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::geocode::index::houses::*;
    use proptest::prelude::*;

    const NOWHERE: Setting = Setting { way: 0, hamlet: NONE, ward: NONE, former: NONE };

    #[test]
    fn doors_stand_in_the_order_of_their_street() {
        let mut builder = HousesBuilder::default();
        for (id, number, way) in [(5, "11", 1), (6, "9", 1), (7, "3", 0), (8, "10/2", 1), (9, "10A", 1)] {
            let setting = Setting { way, ..NOWHERE };
            assert!(builder.add(id, World { x: id, y: -id }, number, setting, 0));
        }
        assert!(!builder.add(10, World { x: 0, y: 0 }, &"1/".repeat(200), NOWHERE, 0));
        let houses = builder.build();
        assert_eq!(houses.len(), 6);
        let ranges: Vec<_> = houses.ranges().collect();
        assert_eq!(ranges, [(0, 0..2), (1, 2..6)]);
        let numbers: Vec<&str> = (2..6).map(|i| houses.number(i)).collect();
        assert_eq!(numbers, ["9", "10A", "10/2", "11"]);
        assert_eq!(houses.with_number(2..6, "10/2"), 4..5);
        assert_eq!(houses.with_number(2..6, "12").len(), 0);
        let house = houses.get(houses.by_id(8).unwrap());
        assert_eq!((house.id, house.at, house.way), (8, World { x: 8, y: -8 }, 1));
        assert_eq!(houses.by_id(11), None);
    }

    proptest! {
        #[test]
        fn ids_and_places_come_back(ids in prop::collection::vec(0i64..1 << 53, 0..20), is_near: bool) {
            let ids: Vec<i64> = ids.into_iter().map(|id| if is_near { id % 1000 } else { id }).collect();
            let packed = Ids::pack(ids.iter().copied());
            let points: Vec<World> = ids.iter().map(|&id| World { x: id, y: -id }).collect();
            let places = Points::pack(points.iter().copied());
            for (i, &id) in ids.iter().enumerate() {
                prop_assert_eq!(packed.get(i as u32), id);
                prop_assert_eq!(places.get(i as u32), points[i]);
            }
        }
    }
}
