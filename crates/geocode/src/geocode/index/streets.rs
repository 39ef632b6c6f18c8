//! Streets, alleys and hamlets, and the houses sorted inside them.
//!
//! A house in a numbered alley stands under the street the alley leaves, by its whole chain
//! (`36/23 Lê Thị Riêng`), whether the source hangs it on the alley or on the street. A hamlet
//! (khu phố, ấp, thôn) holds the houses that have no street.

use std::ops::{Index, IndexMut};

use rustc_hash::FxHashMap;

use crate::geocode::index::door_codes::DoorCodes;
use crate::geocode::index::gazetteer::{AddressRow, FormerStreetNameRow, LandmarkRow, StreetKind, StreetRow};
use crate::geocode::index::houses::{House, Houses, HousesBuilder, Setting};
use crate::geocode::index::indices::{
    FormIndex, HouseIndex, HouseRange, IndexRange, TableIndex, UnitIndex, WayIndex,
};
use crate::geocode::index::names::{NameTarget, NamesBuilder};
use crate::geocode::index::units::{InferredPlaces, Units};
use crate::geocode::index::variants;
use crate::geocode::text::fold;
use crate::geocode::text::house_number;
use crate::geocode::text::tokens::tokenise;
use crate::geometry::{World, WorldBox};

/// How good a match a former or other name is at best (100 = the name itself).
const OTHER_NAME: u8 = 94;

/// What kind of way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayKind {
    Street(StreetKind),
    Hamlet,
    Landmark,
}

/// A street, an alley, a hamlet or a landmark.
#[derive(Debug)]
pub struct Way {
    pub kind: WayKind,
    /// The source's id of a street or a landmark; hamlets have none.
    pub source_id: Option<i64>,
    /// The written name.
    pub form: FormIndex,
    /// Present wards it runs through, the source's first.
    pub wards: Vec<UnitIndex>,
    pub middle: World,
    pub bounds: WorldBox,
    /// The street a numbered alley leaves; itself otherwise.
    pub root: WayIndex,
    /// `36/45` of a numbered alley, empty otherwise.
    pub chain: Box<str>,
    /// Numbered alleys that leave it, at any depth.
    pub alleys: Vec<WayIndex>,
    /// Its houses.
    pub houses: HouseRange,
}

/// Codes a source gave a door; most have none.
#[derive(Debug, Default, Clone)]
pub struct HouseCodes {
    pub national_place_id: Option<Box<str>>,
    pub post_address_code: Option<Box<str>>,
    pub postal_code: Option<Box<str>>,
}

/// Hamlets met so far, by ward.
#[derive(Default)]
struct Hamlets<'a> {
    by_key: FxHashMap<(String, Option<UnitIndex>), WayIndex>,
    /// As written, so that a name is folded once and not for every door.
    as_written: FxHashMap<(&'a str, Option<UnitIndex>), WayIndex>,
}

impl<'a> Hamlets<'a> {
    /// The index of a hamlet; `next` where it is met for the first time.
    fn index(&mut self, name: &'a str, ward: Option<UnitIndex>, next: WayIndex) -> WayIndex {
        let by_key = &mut self.by_key;
        let folded = || *by_key.entry((fold::key(name), ward)).or_insert(next);
        *self.as_written.entry((name, ward)).or_insert_with(folded)
    }
}

/// All ways and houses.
#[derive(Debug, Default)]
pub struct Ways {
    pub all: Vec<Way>,
    pub houses: Houses,
    door_codes: DoorCodes,
    codes: FxHashMap<i64, HouseCodes>,
    by_number_code: FxHashMap<u64, Vec<i64>>,
    street_by_id: FxHashMap<i64, WayIndex>,
    landmark_by_id: FxHashMap<i64, WayIndex>,
    /// What doors say of old units that no table knows.
    pub inferred_places: InferredPlaces,
    /// Rows that named a ward, street or former unit nobody knows.
    pub dangling: usize,
}

impl Index<WayIndex> for Ways {
    type Output = Way;

    fn index(&self, way: WayIndex) -> &Way {
        &self.all[way.get()]
    }
}

impl IndexMut<WayIndex> for Ways {
    fn index_mut(&mut self, way: WayIndex) -> &mut Way {
        &mut self.all[way.get()]
    }
}

impl Ways {
    /// Joins streets, hamlets and houses, and enters their names.
    pub fn build<'a>(
        streets: &[StreetRow<'a>],
        segments: &[(i64, i64)],
        addresses: impl Iterator<Item = AddressRow<'a>>,
        units: &Units,
        names: &mut NamesBuilder,
    ) -> Self {
        let mut ways = Self::default();
        let mut wards = WardCodes { units, known: FxHashMap::default() };
        ways.take_streets(streets, segments, &mut wards, names);
        ways.take_addresses(addresses, &mut wards, names);
        ways.enter_names(names);
        ways
    }

    fn take_streets(
        &mut self,
        streets: &[StreetRow],
        segments: &[(i64, i64)],
        wards: &mut WardCodes,
        names: &mut NamesBuilder,
    ) {
        for street in streets {
            let at = self.next();
            let ward = wards.find(street.ward_code);
            self.dangling += usize::from(ward.is_none());
            self.street_by_id.insert(street.street_id, at);
            self.all.push(Way {
                kind: WayKind::Street(street.kind),
                source_id: Some(street.street_id),
                form: names.form(street.name),
                wards: ward.into_iter().collect(),
                middle: street.middle,
                bounds: street.bounds,
                root: at,
                chain: "".into(),
                alleys: Vec::new(),
                houses: HouseRange::default(),
            });
        }
        for (segment, street) in segments {
            if let Some(&at) = self.street_by_id.get(street) {
                self.street_by_id.insert(*segment, at);
            }
        }
        for (at, street) in IndexRange::all(streets.len()).iter().zip(streets) {
            let Some((root, chain)) = self.alley_chain(streets, at) else { continue };
            self.dangling +=
                usize::from(street.parent_id.is_some_and(|id| !self.street_by_id.contains_key(&id)));
            if root != at {
                self[at].root = root;
                self[at].chain = chain.into();
                self[root].alleys.push(at);
            }
        }
    }

    /// The street a numbered alley leaves and its chain of numbers from there.
    fn alley_chain(&self, streets: &[StreetRow], alley: WayIndex) -> Option<(WayIndex, String)> {
        let (mut at, mut chain) = (alley, String::new());
        for _ in 0..8 {
            let street = streets.get(at.get())?;
            let parent = street.parent_id.and_then(|id| self.street_by_id.get(&id));
            match parent {
                Some(&parent) if parent != at && is_number(street.name) => {
                    let number = house_number::canonical(street.name);
                    // `36/45` as a name holds its parent's number already.
                    chain = match chain.strip_prefix(&*number).is_some_and(|rest| rest.starts_with('/')) {
                        true => chain,
                        false if chain.is_empty() => number,
                        false => format!("{number}/{chain}"),
                    };
                    at = parent;
                }
                _ => return Some((at, chain)),
            }
        }
        None
    }

    /// The hamlet of a ward whose written name is accepted.
    pub fn hamlet_in(&self, ward: UnitIndex, accepts: impl Fn(FormIndex) -> bool) -> Option<WayIndex> {
        let is_it = |way: &Way| way.kind == WayKind::Hamlet && way.wards.contains(&ward) && accepts(way.form);
        IndexRange::all(self.all.len()).iter().find(|&at| is_it(&self[at]))
    }

    /// Joins doors with their street or hamlet, ward and codes.
    fn take_addresses<'a>(
        &mut self,
        addresses: impl Iterator<Item = AddressRow<'a>>,
        wards: &mut WardCodes,
        names: &mut NamesBuilder,
    ) {
        let mut hamlets = Hamlets::default();
        let mut doors = HousesBuilder::default();
        let mut door_codes: Vec<(i64, [u8; 9])> = Vec::new();
        for row in addresses {
            let ward = wards.find(row.ward_code);
            let street = row.street_id.and_then(|id| self.street_by_id.get(&id).copied());
            let former_unit = row.former_unit_id.and_then(|id| wards.units.by_id(id));
            self.dangling += usize::from(
                ward.is_none()
                    || street.is_none() != row.street_id.is_none()
                    || former_unit.is_none() != row.former_unit_id.is_none(),
            );
            let former_place = match (ward, former_unit, row.former_place) {
                (Some(ward), None, Some(place)) => Some(self.inferred_places.note(place, ward)),
                _ => None,
            };
            let hamlet = row.hamlet.map(|name| self.hamlet(name, ward, row.at, &mut hamlets, names));
            let number = row.number.map(house_number::canonical).unwrap_or_default();
            let (way, number) = match street {
                Some(street) => {
                    let (root, number) = self.door_on_street(street, ward, &number);
                    (Some(root), number)
                }
                None => (hamlet, number),
            };
            let setting = Setting { way, hamlet, ward, former: former_unit };
            let parcel_id = row.parcel_id.unwrap_or(0);
            if !doors.add(row.address_id, row.at, &number, setting, former_place, parcel_id) {
                // No house number; the door stays on the map without one.
                self.dangling += 1;
            }
            if let Some(code) = row.door_code.and_then(|code| <[u8; 9]>::try_from(code.as_bytes()).ok()) {
                door_codes.push((row.address_id, code));
            }
            self.take_codes(&row);
        }
        self.houses = doors.build();
        self.pack_door_codes(&door_codes);
        self.place_houses();
    }

    /// The hamlet of that name in that ward, made where it is new, its bounds widened to the door.
    fn hamlet<'a>(
        &mut self,
        name: &'a str,
        ward: Option<UnitIndex>,
        door: World,
        hamlets: &mut Hamlets<'a>,
        names: &mut NamesBuilder,
    ) -> WayIndex {
        let next = self.next();
        let hamlet = hamlets.index(name, ward, next);
        if hamlet == next {
            self.all.push(Way {
                kind: WayKind::Hamlet,
                source_id: None,
                form: names.form(name),
                wards: ward.into_iter().collect(),
                middle: door,
                bounds: WorldBox::EMPTY,
                root: next,
                chain: "".into(),
                alleys: Vec::new(),
                houses: HouseRange::default(),
            });
        }
        self[hamlet].bounds.include(door);
        hamlet
    }

    /// The street under which a door stands and its number there, with the chain of the alley; the street runs through
    /// the wards of its doors.
    fn door_on_street(
        &mut self,
        street: WayIndex,
        ward: Option<UnitIndex>,
        number: &str,
    ) -> (WayIndex, String) {
        let street = &self[street];
        let (root, number) = (street.root, house_number::chain(&street.chain, number));
        let wards = &mut self[root].wards;
        wards.extend(ward.filter(|ward| !wards.contains(ward)));
        (root, number)
    }

    /// Door codes by the order of the houses; a door that was dropped has none.
    fn pack_door_codes(&mut self, door_codes: &[(i64, [u8; 9])]) {
        let of_house = |(id, code): &'_ (i64, [u8; 9])| Some((self.houses.by_id(*id)?, *code));
        let door_codes: Vec<(HouseIndex, [u8; 9])> = door_codes.iter().filter_map(of_house).collect();
        self.door_codes =
            DoorCodes::pack(self.houses.len(), door_codes.iter().map(|(house, code)| (*house, code)));
    }

    /// Gives every way its range of houses, and hamlets the middle of theirs.
    fn place_houses(&mut self) {
        for (way, range) in self.houses.ranges() {
            if let Some(way) = way.and_then(|way| self.all.get_mut(way.get())) {
                way.houses = range;
            }
        }
        for way in self.all.iter_mut().filter(|way| way.kind == WayKind::Hamlet) {
            way.middle = way.bounds.center();
        }
    }

    fn take_codes(&mut self, row: &AddressRow) {
        for code in [row.national_place_id.as_deref(), row.post_address_code].into_iter().flatten() {
            // The length keeps a 10-digit and a 12-digit code with leading zeros apart.
            if let Some(number) = number_code(code) {
                self.by_number_code.entry(number).or_default().push(row.address_id);
            }
        }
        let codes = HouseCodes {
            national_place_id: row.national_place_id.as_deref().map(Into::into),
            post_address_code: row.post_address_code.map(Into::into),
            postal_code: row.postal_code.map(Into::into),
        };
        if codes.national_place_id.is_some()
            || codes.post_address_code.is_some()
            || codes.postal_code.is_some()
        {
            self.codes.insert(row.address_id, codes);
        }
    }

    /// Adds places known by name.
    pub fn take_landmarks(&mut self, rows: &[LandmarkRow], units: &Units, names: &mut NamesBuilder) {
        let mut wards = WardCodes { units, known: FxHashMap::default() };
        for row in rows {
            let at = self.next();
            let ward = row.ward_code.and_then(|code| wards.find(code));
            self.dangling += usize::from(ward.is_none() != row.ward_code.is_none());
            self.landmark_by_id.insert(row.landmark_id, at);
            let form = names.form(row.name);
            let above = ward.map(|ward| units.names_of_line(ward)).unwrap_or_default();
            for (key, quality) in variants::of_landmark(row.name, &above) {
                names.add(key, NameTarget::Way(at), form, quality);
            }
            for other in &row.other_names {
                let form = names.form(other);
                for (key, quality) in variants::of_landmark(other, &above) {
                    names.add(key, NameTarget::Way(at), form, quality.min(OTHER_NAME));
                }
            }
            self.all.push(Way {
                kind: WayKind::Landmark,
                source_id: Some(row.landmark_id),
                form,
                wards: ward.into_iter().collect(),
                middle: row.at,
                bounds: WorldBox { min: row.at, max: row.at },
                root: at,
                chain: "".into(),
                alleys: Vec::new(),
                houses: HouseRange::default(),
            });
        }
    }

    /// Enters what streets were called before.
    pub fn take_former_names(&mut self, rows: &[FormerStreetNameRow], names: &mut NamesBuilder) {
        for row in rows {
            let Some(&street) = self.street_by_id.get(&row.street_id) else {
                self.dangling += 1;
                continue;
            };
            let form = names.form(row.name);
            for (key, quality) in variants::of_way(row.name) {
                names.add(key, NameTarget::Way(street), form, quality.min(OTHER_NAME));
            }
        }
    }

    fn enter_names(&mut self, names: &mut NamesBuilder) {
        let mut variants_of: FxHashMap<FormIndex, Vec<(String, u8)>> = FxHashMap::default();
        for (index, way) in self.iter() {
            if way.root != index {
                // A numbered alley is found through its street.
                continue;
            }
            let variants = variants_of
                .entry(way.form)
                .or_insert_with(|| variants::of_way(names.written(way.form)))
                .clone();
            for (key, quality) in variants {
                names.add(key, NameTarget::Way(index), way.form, quality);
            }
        }
    }

    /// Every way with its index.
    pub fn iter(&self) -> impl Iterator<Item = (WayIndex, &Way)> {
        IndexRange::all(self.all.len()).iter().zip(&self.all)
    }

    /// The index of a way that is added next.
    fn next(&self) -> WayIndex {
        WayIndex::new(self.all.len())
    }

    /// The doors of a way, in the order of their numbers.
    pub fn houses_of(&self, way: WayIndex) -> HouseRange {
        self.all.get(way.get()).map(|way| way.houses).unwrap_or_default()
    }

    /// All doors of a way with exactly this canonical number.
    pub fn with_number(&self, way: WayIndex, number: &str) -> HouseRange {
        self.houses.with_number(self.houses_of(way), number)
    }

    /// The address with this id.
    pub fn house_by_id(&self, id: i64) -> Option<House> {
        self.houses.by_id(id).map(|index| self.houses.get(index))
    }

    /// The house with this door code.
    pub fn house_by_door_code(&self, code: &[u8; 9]) -> Option<House> {
        self.door_codes.find(code).map(|index| self.houses.get(index))
    }

    /// Houses that carry this 10- or 12-digit code.
    pub fn houses_by_number_code(&self, code: &str) -> Vec<House> {
        let ids = number_code(code).and_then(|number| self.by_number_code.get(&number));
        ids.into_iter().flatten().filter_map(|&id| self.house_by_id(id)).collect()
    }

    /// A house's door code.
    pub fn door_code(&self, house: &House) -> Option<String> {
        self.door_codes.of(house.index)
    }

    /// A house's other codes.
    pub fn codes(&self, house: &House) -> Option<&HouseCodes> {
        self.codes.get(&house.id)
    }

    /// Bytes the doors take, with their codes.
    pub fn house_bytes(&self) -> usize {
        self.houses.bytes() + self.door_codes.bytes()
    }

    /// The landmark with this id.
    pub fn landmark_by_id(&self, id: i64) -> Option<WayIndex> {
        self.landmark_by_id.get(&id).copied()
    }

    /// The street with this id.
    pub fn street_by_id(&self, id: i64) -> Option<WayIndex> {
        self.street_by_id.get(&id).copied()
    }
}

/// Finds present wards by code, remembering them.
struct WardCodes<'a> {
    units: &'a Units,
    known: FxHashMap<String, Option<UnitIndex>>,
}

impl WardCodes<'_> {
    fn find(&mut self, code: &str) -> Option<UnitIndex> {
        if let Some(&known) = self.known.get(code) {
            return known;
        }
        let found = self.units.present_by_code(code);
        self.known.insert(code.to_owned(), found);
        found
    }
}

/// Digits with a leading one, so that zeros in front count.
fn number_code(code: &str) -> Option<u64> {
    let is_digits = matches!(code.len(), 10 | 12) && code.bytes().all(|b| b.is_ascii_digit());
    if is_digits { format!("1{code}").parse().ok() } else { None }
}

/// Whether an alley's name is a number or a chain.
fn is_number(name: &str) -> bool {
    matches!(tokenise(name).as_slice(), [one] if one.is_number())
}
