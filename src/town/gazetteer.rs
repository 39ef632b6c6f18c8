//! What the geocoder is built from: the layers' rows and the unit tables in its own words.
//!
//! A foreign table is used as far as its public columns have the standard names; a street or an address
//! without its ward is left to the layer and not searched.

use crate::geocode::codes::RetiredCode;
use crate::geocode::{AddressRow, Gazetteer, StreetRow, UnitPlace};
use crate::store::{Layer, Snapshot};

use super::reference::Reference;

/// Everything search knows, borrowed from the snapshot.
pub(super) fn gazetteer<'a>(
    snapshot: &'a Snapshot,
    reference: Reference,
    streets: Vec<StreetRow<'a>>,
    retired_codes: Vec<RetiredCode>,
) -> Gazetteer<'a> {
    let places = snapshot.layer("units").map(|layer| unit_places(layer, &reference)).unwrap_or_default();
    let addresses: Box<dyn Iterator<Item = AddressRow<'_>>> = match snapshot.layer("addresses") {
        Some(layer) => Box::new(addresses(layer)),
        None => Box::new(std::iter::empty()),
    };
    Gazetteer {
        units: reference.units,
        links: reference.links,
        aliases: reference.aliases,
        places,
        streets,
        former_street_names: Vec::new(),
        landmarks: Vec::new(),
        retired_codes,
        addresses,
    }
}

/// Shapes of today's wards by their code.
fn unit_places(layer: &Layer, reference: &Reference) -> Vec<UnitPlace> {
    let Some(code) = layer.field("code") else { return Vec::new() };
    let by_code: rustc_hash::FxHashMap<&str, i32> = reference
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

fn addresses(layer: &Layer) -> impl Iterator<Item = AddressRow<'_>> {
    let column = |name: &str| layer.field(name);
    let (number, street_id, hamlet) = (column("number"), column("street_id"), column("hamlet"));
    let (unit, former_unit_id) = (column("unit"), column("former_unit_id"));
    let former_place = column("former_place");
    let (door_code, national_place_id) = (column("door_code"), column("national_place_id"));
    let (post_address_code, postal_code) = (column("post_address_code"), column("postal_code"));
    let parcel_id = column("parcel_id");
    layer.all().filter_map(move |feature| {
        let text = |column: Option<usize>| column.and_then(|c| feature.value(c).as_text());
        let int = |column: Option<usize>| column.and_then(|c| feature.value(c).as_int());
        Some(AddressRow {
            address_id: i64::try_from(feature.id()).ok()?,
            number: text(number),
            street_id: int(street_id),
            hamlet: text(hamlet),
            ward_code: text(unit)?,
            former_unit_id: int(former_unit_id).and_then(|id| i32::try_from(id).ok()),
            former_place: text(former_place),
            door_code: text(door_code),
            national_place_id: national_place_id.and_then(|c| feature.value(c).to_text()),
            post_address_code: text(post_address_code),
            postal_code: text(postal_code),
            parcel_id: int(parcel_id),
            at: feature.point_on(),
        })
    })
}
