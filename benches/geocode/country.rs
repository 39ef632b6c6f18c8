//! The town so many times over, each copy in other wards of the country: what an index of ten or thirty
//! million doors weighs, and whether it still answers in time.
//!
//! The copies come from memory on one thread, so reading a source is not in these numbers. Every copy has the same
//! street names, which is harder than a country: each name stands in as many wards as there are copies.

use std::time::Instant;

use bandoso::geocode::{AddressRow, Gazetteer, Index, StreetKind, StreetRow, national_gazetteer};
use bandoso::geometry::{World, WorldBox};
use bandoso::store::{Feature, Layer};
use bandoso::town::Town;
use rustc_hash::FxHashMap;

use super::common::machine;
use super::common::table::{Table, whole};

/// More than a town has rows; the ids of a copy begin at a multiple.
const IDS: i64 = 100_000_000;
/// Copies in a row, and world units from one to the next.
const COLUMNS: i64 = 10;
const APART: i64 = 80_000_000;

/// The index, and the ids of every seventh door.
pub fn index(town: &Town, copies: i64) -> (Index, Vec<i64>) {
    let streets = town.snapshot().layer("streets").expect("streets");
    let addresses = town.snapshot().layer("addresses").expect("addresses");
    let wards = Wards::of(addresses);
    let ids = (0..copies).flat_map(|copy| doors(addresses, &wards, copy).map(|door| door.address_id));
    let ids = ids.step_by(7).collect();
    let before = machine::resident();
    machine::reset_peak();
    let started = Instant::now();
    let index = Index::build(Gazetteer {
        streets: (0..copies).flat_map(|copy| ways(streets, &wards, copy)).collect(),
        addresses: Box::new((0..copies).flat_map(|copy| doors(addresses, &wards, copy))),
        ..national_gazetteer().expect("the national tables")
    });
    let seconds = started.elapsed().as_secs_f64();
    let mut table = Table::new(&[
        "Copies",
        "addresses",
        "built in s",
        "bytes an address",
        "resident MB",
        "before MB",
        "peak MB",
    ]);
    let size = index.size();
    table.row(vec![
        copies.to_string(),
        whole(size.addresses as u64),
        format!("{seconds:.1}"),
        format!("{:.1}", size.bytes as f64 / size.addresses.max(1) as f64),
        machine::resident(),
        before,
        machine::peak(),
    ]);
    table.print("The town so many times over");
    (index, ids)
}

/// The town's wards, and all of the country to put copies in.
struct Wards {
    own: FxHashMap<String, usize>,
    all: Vec<(String, Option<i32>)>,
}

impl Wards {
    fn of(addresses: &Layer) -> Self {
        let unit = addresses.field("unit").expect("wards");
        let mut own: FxHashMap<String, usize> = FxHashMap::default();
        for code in addresses.all().filter_map(|door| door.value(unit).as_text()) {
            let next = own.len();
            if !own.contains_key(code) {
                own.insert(code.to_owned(), next);
            }
        }
        let national = national_gazetteer().expect("the national tables");
        let former: FxHashMap<i32, i32> =
            national.links.iter().map(|link| (link.new_unit_id, link.old_unit_id)).collect();
        let present = national.units.iter().filter(|unit| unit.valid_to.is_none() && unit.code.len() == 5);
        let all = present.map(|unit| (unit.code.clone(), former.get(&unit.unit_id).copied())).collect();
        Self { own, all }
    }

    /// Where a copy of a ward lies: its code, and an old ward on its ground.
    fn of_copy(&self, code: &str, copy: i64) -> Option<&(String, Option<i32>)> {
        let own = *self.own.get(code)?;
        self.all.get((copy as usize * self.own.len() + own) % self.all.len())
    }
}

fn moved(at: World, copy: i64) -> World {
    World { x: at.x + copy % COLUMNS * APART, y: at.y + copy / COLUMNS * APART }
}

fn ways<'a>(layer: &'a Layer, wards: &'a Wards, copy: i64) -> impl Iterator<Item = StreetRow<'a>> {
    let column = |name: &str| layer.field(name).expect("a column");
    let (name, kind, parent, unit) = (column("name"), column("kind"), column("parent_id"), column("unit"));
    layer.all().filter_map(move |street| {
        let bounds = street.bounds();
        Some(StreetRow {
            street_id: id(street, copy)?,
            name: street.value(name).as_text()?,
            kind: if street.value(kind).as_text() == Some("alley") {
                StreetKind::Alley
            } else {
                StreetKind::Street
            },
            parent_id: street.value(parent).as_int().map(|parent| parent + copy * IDS),
            ward_code: &wards.of_copy(street.value(unit).as_text()?, copy)?.0,
            middle: moved(street.point_on(), copy),
            bounds: WorldBox { min: moved(bounds.min, copy), max: moved(bounds.max, copy) },
        })
    })
}

fn doors<'a>(layer: &'a Layer, wards: &'a Wards, copy: i64) -> impl Iterator<Item = AddressRow<'a>> {
    let column = |name: &str| layer.field(name).expect("a column");
    let (number, street, hamlet, unit) =
        (column("number"), column("street_id"), column("hamlet"), column("unit"));
    layer.all().filter_map(move |door| {
        let (ward_code, former_unit_id) = wards.of_copy(door.value(unit).as_text()?, copy)?;
        Some(AddressRow {
            number: door.value(number).as_text(),
            street_id: door.value(street).as_int().map(|street| street + copy * IDS),
            hamlet: door.value(hamlet).as_text(),
            former_unit_id: *former_unit_id,
            ..AddressRow::new(id(door, copy)?, ward_code, moved(door.point_on(), copy))
        })
    })
}

fn id(feature: Feature<'_>, copy: i64) -> Option<i64> {
    Some(i64::try_from(feature.id()).ok()? + copy * IDS)
}
