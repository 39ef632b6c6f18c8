//! Doors, packed: a column for each thing known of them, in the order of their way and number, so that
//! the doors of a street stand side by side and a number is found by halving.
//!
//! About 40 bytes a door with its number, id, parcel and place. Ward, former unit and hamlet are
//! shared by all doors that have the same; ids are kept as differences where they are near each other.
//! Leaves out: codes (`door_codes`) and what a way is (`ways`).

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::geocode::index::indices::{
    HouseIndex, HouseRange, IndexRange, PlaceIndex, SettingIndex, TableIndex, UnitIndex, WayIndex,
};
use crate::geocode::text::house_number;
use crate::geometry::World;

/// A door, read out of its columns.
#[derive(Debug, Clone, Copy)]
pub struct House {
    /// Its place in [`Houses`].
    pub index: HouseIndex,
    pub id: i64,
    pub at: World,
    /// The street or hamlet it is numbered in.
    pub way: Option<WayIndex>,
    pub hamlet: Option<WayIndex>,
    pub ward: Option<UnitIndex>,
    /// The unit that stood here before.
    pub former: Option<UnitIndex>,
    /// 0 where none is known.
    pub parcel_id: i64,
}

/// What many doors share.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setting {
    pub way: Option<WayIndex>,
    pub hamlet: Option<WayIndex>,
    pub ward: Option<UnitIndex>,
    pub former: Option<UnitIndex>,
}

/// All doors.
#[derive(Debug, Default)]
pub struct Houses {
    ids: Ids,
    /// Places in the order of ids.
    by_id: Vec<HouseIndex>,
    points: Points,
    settings: Vec<Setting>,
    /// Settings whose former unit is to be inferred from a place.
    unsettled: Vec<(SettingIndex, PlaceIndex)>,
    /// Which setting a door has.
    setting_of: Vec<SettingIndex>,
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
    setting: SettingIndex,
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
    unsettled: Vec<(SettingIndex, PlaceIndex)>,
    known: FxHashMap<(Setting, Option<PlaceIndex>), SettingIndex>,
}

impl HousesBuilder {
    /// Adds a door with its canonical number, and the place from which its former unit is to be inferred; `false` where
    /// the number is too long to be one, and is left out.
    pub fn add(
        &mut self,
        id: i64,
        at: World,
        number: &str,
        setting: Setting,
        former_place: Option<PlaceIndex>,
        parcel_id: i64,
    ) -> bool {
        let next = SettingIndex::new(self.settings.len());
        let setting_at = *self.known.entry((setting, former_place)).or_insert(next);
        if setting_at == next {
            self.settings.push(setting);
            self.unsettled.extend(former_place.map(|place| (next, place)));
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
        let way = |row: &HouseRow| settings.get(row.setting.get()).and_then(|setting| setting.way);
        let mut keyed: Vec<(Option<WayIndex>, u32, HouseRow)> = std::mem::take(&mut self.rows)
            .into_iter()
            .map(|row| (way(&row), house_number::leading(number(&row)), row))
            .collect();
        keyed.par_sort_unstable_by(|a, b| {
            // doors of no way are the last
            (a.0.is_none(), a.0, a.1)
                .cmp(&(b.0.is_none(), b.0, b.1))
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
        packed.by_id = packed.indices().iter().collect();
        packed
            .by_id
            .par_sort_unstable_by_key(|&house| keyed.get(house.get()).map_or(0, |(_, _, row)| row.id));
        packed.settings = self.settings;
        packed.unsettled = self.unsettled;
        packed
    }
}

impl Houses {
    /// How many doors there are.
    pub fn len(&self) -> usize {
        self.setting_of.len()
    }

    /// The indices of all doors.
    pub fn indices(&self) -> HouseRange {
        IndexRange::all(self.len())
    }

    /// All doors, way by way in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = House> {
        self.indices().iter().map(|index| self.get(index))
    }

    /// The door at a place that this room gave out.
    pub fn get(&self, index: HouseIndex) -> House {
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
    pub fn setting(&self, index: HouseIndex) -> Setting {
        let setting = self.setting_of.get(index.get()).and_then(|setting| self.settings.get(setting.get()));
        setting.copied().unwrap_or_default()
    }

    /// Where it stands.
    pub fn at(&self, index: HouseIndex) -> World {
        self.points.get(index)
    }

    /// Its number as a whole chain; empty where it has none.
    pub fn number(&self, index: HouseIndex) -> &str {
        let i = index.get();
        match (self.number_at.get(i), self.number_at.get(i + 1)) {
            (Some(&from), Some(&to)) => self.numbers.get(from as usize..to as usize).unwrap_or_default(),
            _ => "",
        }
    }

    /// The doors of a range with exactly this canonical number.
    pub fn with_number(&self, range: HouseRange, number: &str) -> HouseRange {
        let start = self.partition(range, |known| house_number::compare(known, number).is_lt());
        let rest = HouseRange { start, ..range };
        let end = self.partition(rest, |known| house_number::compare(known, number).is_le());
        HouseRange { start, end }
    }

    /// The first door of a range whose number does not pass the test.
    pub fn partition(&self, range: HouseRange, is_before: impl Fn(&str) -> bool) -> HouseIndex {
        let (mut low, mut high) = (range.start.get(), range.end.get());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.number(HouseIndex::new(middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        HouseIndex::new(low)
    }

    /// The address with this id.
    pub fn by_id(&self, id: i64) -> Option<HouseIndex> {
        let at = self.by_id.partition_point(|&index| self.ids.get(index) < id);
        self.by_id.get(at).copied().filter(|&index| self.ids.get(index) == id)
    }

    /// The doors of each way, in order, then those of none.
    pub fn ranges(&self) -> impl Iterator<Item = (Option<WayIndex>, HouseRange)> {
        let way_of = |place| self.setting(HouseIndex::new(place)).way;
        let mut from = 0;
        std::iter::from_fn(move || {
            let way = way_of(from);
            let start = from;
            while from < self.len() && way_of(from) == way {
                from += 1;
            }
            (from > start).then_some((way, HouseRange::new(start, from)))
        })
    }

    /// Notes the units that were inferred, by place.
    pub fn settle_former(&mut self, inferred: &[Option<UnitIndex>]) {
        for (setting, place) in std::mem::take(&mut self.unsettled) {
            if let Some(setting) = self.settings.get_mut(setting.get()) {
                setting.former = inferred.get(place.get()).copied().flatten();
            }
        }
    }

    /// How many doors of each unit of before stand in each ward of today.
    pub fn by_former_unit(&self) -> FxHashMap<(UnitIndex, UnitIndex), u32> {
        let mut doors = vec![0u32; self.settings.len()];
        for &setting in &self.setting_of {
            if let Some(count) = doors.get_mut(setting.get()) {
                *count += 1;
            }
        }
        let mut counts = FxHashMap::default();
        for (setting, count) in self.settings.iter().zip(doors) {
            if let Some(units) = setting.former.zip(setting.ward) {
                *counts.entry(units).or_default() += count;
            }
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

    fn get(&self, index: HouseIndex) -> i64 {
        let i = index.get();
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

    fn get(&self, index: HouseIndex) -> World {
        let i = index.get();
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

    #[test]
    fn doors_stand_in_the_order_of_their_street() {
        let mut builder = HousesBuilder::default();
        for (id, number, way) in [(5, "11", 1), (6, "9", 1), (7, "3", 0), (8, "10/2", 1), (9, "10A", 1)] {
            let setting = Setting { way: Some(WayIndex::new(way)), ..Setting::default() };
            assert!(builder.add(id, World { x: id, y: -id }, number, setting, None, 0));
        }
        assert!(!builder.add(10, World { x: 0, y: 0 }, &"1/".repeat(200), Setting::default(), None, 0));
        let houses = builder.build();
        assert_eq!(houses.len(), 6);
        let ranges: Vec<_> = houses.ranges().collect();
        let (first, second) = (HouseRange::new(0, 1), HouseRange::new(1, 5));
        let way = |place| Some(WayIndex::new(place));
        assert_eq!(ranges, [(way(0), first), (way(1), second), (None, HouseRange::new(5, 6))]);
        let numbers: Vec<&str> = second.iter().map(|door| houses.number(door)).collect();
        assert_eq!(numbers, ["9", "10A", "10/2", "11"]);
        assert_eq!(houses.with_number(second, "10/2"), HouseRange::new(3, 4));
        assert_eq!(houses.with_number(second, "12").len(), 0);
        let house = houses.get(houses.by_id(8).unwrap());
        assert_eq!((house.id, house.at, house.way), (8, World { x: 8, y: -8 }, way(1)));
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
                prop_assert_eq!(packed.get(HouseIndex::new(i)), id);
                prop_assert_eq!(places.get(HouseIndex::new(i)), points[i]);
            }
        }
    }
}
