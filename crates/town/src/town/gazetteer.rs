//! What the geocoder is built from: the layers' rows and the unit tables in its own words.
//!
//! A foreign table is used as far as its public columns have the standard names; a street or an address
//! without its ward, and a landmark without a name, is left to the layer and not searched.

use crate::geocode::{AddressRow, Gazetteer, LandmarkRow, StreetRow, UnitPlace};
use crate::schema::DistrictStreet;
use crate::store::{Layer, Snapshot};

use rustc_hash::FxHashMap;

use super::reference::Reference;
use super::side_tables::SideTables;
use super::streets::FormerName;

/// Everything search knows, borrowed from the snapshot.
pub(super) fn gazetteer<'a>(
    snapshot: &'a Snapshot,
    reference: Reference,
    (streets, street_segments): (Vec<StreetRow<'a>>, Vec<(i64, i64)>),
    side_tables: &'a SideTables,
    district_streets: Vec<DistrictStreet>,
) -> Gazetteer<'a> {
    let places = snapshot.layer("units").map(|layer| unit_places(layer, &reference)).unwrap_or_default();
    let landmarks = snapshot.layer("landmarks").map(|layer| landmarks(layer, snapshot)).unwrap_or_default();
    let addresses: Box<dyn Iterator<Item = AddressRow<'_>>> = match snapshot.layer("addresses") {
        Some(layer) => Box::new(addresses(layer, &side_tables.former_places)),
        None => Box::new(std::iter::empty()),
    };
    Gazetteer {
        units: reference.units,
        links: reference.links,
        aliases: reference.aliases,
        places,
        streets,
        street_segments,
        district_streets,
        former_street_names: side_tables.former_names.iter().map(FormerName::row).collect(),
        landmarks,
        retired_codes: side_tables.retired_codes.clone(),
        addresses,
    }
}

/// Shapes of today's wards by their code.
fn unit_places(layer: &Layer, reference: &Reference) -> Vec<UnitPlace> {
    let Some(code) = layer.field("code") else { return Vec::new() };
    let by_code: FxHashMap<&str, i32> = reference
        .units
        .iter()
        .filter(|row| row.valid_to.is_none())
        .map(|row| (row.code.as_str(), row.unit_id))
        .collect();
    layer
        .all()
        .filter_map(|feature| {
            let unit_id = *by_code.get(feature.value(code).as_text()?)?;
            Some(UnitPlace { unit_id, middle: feature.point_on(), bounds: feature.bounds() })
        })
        .collect()
}

/// Places known by name; the ward is the one the row names, else the one around the place.
fn landmarks<'a>(layer: &'a Layer, snapshot: &'a Snapshot) -> Vec<LandmarkRow<'a>> {
    let Some(name) = layer.field("name") else { return Vec::new() };
    let (other_names, unit) = (layer.field("other_names"), layer.field("unit"));
    let wards = snapshot.layer("units").and_then(|units| Some((units, units.field("code")?)));
    layer
        .all()
        .filter_map(|feature| {
            let text = |column: Option<usize>| column.and_then(|c| feature.value(c).as_text());
            let at = feature.point_on();
            let around = || {
                let (units, code) = wards?;
                units.covering(at).find_map(|ward| ward.value(code).as_text())
            };
            Some(LandmarkRow {
                landmark_id: i64::try_from(feature.id()).ok()?,
                name: feature.value(name).as_text()?,
                other_names: text(other_names).map(names_in).unwrap_or_default(),
                ward_code: text(unit).or_else(around),
                at,
            })
        })
        .collect()
}

/// The names in a text that has `;` between them.
fn names_in(text: &str) -> Vec<&str> {
    text.split(';').map(str::trim).filter(|name| !name.is_empty()).collect()
}

fn addresses<'a>(
    layer: &'a Layer,
    former_places: &'a FxHashMap<i64, String>,
) -> impl Iterator<Item = AddressRow<'a>> {
    let column = |name: &str| layer.field(name);
    let (number, street_id, hamlet) = (column("number"), column("street_id"), column("hamlet"));
    let (unit, former_unit_id) = (column("unit"), column("former_unit_id"));
    let (door_code, national_place_id) = (column("door_code"), column("national_place_id"));
    let (post_address_code, postal_code) = (column("post_address_code"), column("postal_code"));
    let parcel_id = column("parcel_id");
    layer.all().filter_map(move |feature| {
        let text = |column: Option<usize>| column.and_then(|c| feature.value(c).as_text());
        let int = |column: Option<usize>| column.and_then(|c| feature.value(c).as_int());
        let address_id = i64::try_from(feature.id()).ok()?;
        Some(AddressRow {
            address_id,
            number: text(number),
            street_id: int(street_id),
            hamlet: text(hamlet),
            ward_code: text(unit)?,
            former_unit_id: int(former_unit_id).and_then(|id| i32::try_from(id).ok()),
            former_place: former_places.get(&address_id).map(String::as_str),
            door_code: text(door_code),
            national_place_id: national_place_id.and_then(|c| feature.value(c).to_text()),
            post_address_code: text(post_address_code),
            postal_code: text(postal_code),
            parcel_id: int(parcel_id),
            at: feature.point_on(),
        })
    })
}
