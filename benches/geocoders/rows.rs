//! What every geocoder is given: the town's doors with number, street and units of today and before, the
//! streets they stand in, and the shapes of today's wards.

use std::collections::BTreeMap;

use bandoso::geocode::Hit;
use bandoso::geometry::{LngLat, World};
use bandoso::store::Feature;
use bandoso::town::Town;

use super::common::doors::Doors;

/// A door.
pub struct Row {
    pub number: String,
    pub street_id: i64,
    pub ward_code: String,
    pub hamlet: Option<String>,
    /// The ward that stood there before, with its kind, and what was above it.
    pub old_ward: Option<String>,
    pub old_district: Option<String>,
    pub old_province: Option<String>,
    pub at: LngLat,
}

/// A street that doors are numbered along.
pub struct Street {
    pub name: String,
    pub lines: Vec<Vec<LngLat>>,
}

impl Street {
    /// As people say it who say what it is.
    pub fn long_name(&self) -> String {
        format!("Đường {}", self.name)
    }
}

/// A ward of today.
pub struct Ward {
    pub name: String,
    pub province: String,
    /// What the province was called before.
    pub old_province: Option<String>,
    /// Outer rings, then holes, all open.
    pub rings: Vec<(bool, Vec<LngLat>)>,
}

/// All of them. Doors without a number or a street are left out: nobody is asked for them.
pub struct Register {
    pub rows: Vec<Row>,
    pub streets: BTreeMap<i64, Street>,
    pub wards: BTreeMap<String, Ward>,
}

impl Register {
    pub fn of(town: &Town, doors: &Doors<'_>) -> Self {
        let mut register = Self { rows: Vec::new(), streets: BTreeMap::new(), wards: BTreeMap::new() };
        for hit in doors.all() {
            register.add(hit);
        }
        register.draw(town);
        register
    }

    fn add(&mut self, hit: Hit) -> Option<()> {
        let (number, street_id, at) = (hit.housenumber?, hit.street_id?, hit.point?.to_lnglat());
        let (ward_code, name, province) = (hit.ward_code?, hit.ward?, hit.province?);
        let former = hit.former;
        let old_province = former.as_ref().and_then(|old| old.province.clone());
        let street = hit.street?;
        self.streets.entry(street_id).or_insert(Street { name: street, lines: Vec::new() });
        self.wards.entry(ward_code.clone()).or_insert_with(|| Ward {
            name,
            province,
            old_province: old_province.clone(),
            rings: Vec::new(),
        });
        self.rows.push(Row {
            number,
            street_id,
            ward_code,
            hamlet: hit.hamlet,
            old_ward: former.as_ref().and_then(|old| old.ward.clone()),
            old_district: former.and_then(|old| old.district),
            old_province,
            at,
        });
        Some(())
    }

    /// Gives streets their lines and wards their shapes.
    fn draw(&mut self, town: &Town) {
        let layer = |id: &str| town.snapshot().layer(id).expect("a layer of the town");
        for line in layer("streets").all() {
            let id = i64::try_from(line.id()).unwrap_or_default();
            if let Some(street) = self.streets.get_mut(&id) {
                street.lines = rings(&line).into_iter().map(|(_, points)| points).collect();
            }
        }
        let units = layer("units");
        let code = units.field("code").expect("a code");
        for area in units.all() {
            if let Some(ward) = area.value(code).as_text().and_then(|code| self.wards.get_mut(code)) {
                ward.rings = rings(&area);
            }
        }
    }
}

fn rings(shape: &Feature<'_>) -> Vec<(bool, Vec<LngLat>)> {
    shape.rings().map(|ring| (ring.is_hole, ring.points().map(World::to_lnglat).collect())).collect()
}
