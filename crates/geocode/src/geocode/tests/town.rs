//! The national units and the invented streets, doors and landmarks of `tests/geocode/*.csv`: a town
//! in Hòa Thành and Uông Bí, and some streets of other cities that bear the same names.

use std::sync::LazyLock;

use serde::de::DeserializeOwned;

use crate::geocode::*;
use crate::geometry::{LngLat, World, WorldBox};
use crate::schema::national_units;

/// The place of house `n`: along a line through Hòa Thành.
pub fn at(n: i64) -> World {
    let start = World::from_lnglat(LngLat { lng: 106.127, lat: 11.284 });
    World { x: start.x + n * 10_000, y: start.y }
}

/// Units as the store hands them in.
pub fn national<'a>() -> Gazetteer<'a> {
    national_gazetteer().unwrap()
}

/// The rows of one of the files beside the cases.
pub fn table<Row: DeserializeOwned>(file: &str) -> Vec<Row> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/geocode").join(file);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[derive(serde::Deserialize)]
struct Street {
    street_id: i64,
    name: String,
    kind: String,
    parent_id: Option<i64>,
    ward_code: String,
}

#[derive(serde::Deserialize)]
struct Address {
    address_id: i64,
    number: String,
    street_id: Option<i64>,
    hamlet: String,
    ward_code: String,
    former_code: String,
}

#[derive(serde::Deserialize)]
struct Landmark {
    landmark_id: i64,
    name: String,
    ward_code: String,
}

#[derive(serde::Deserialize)]
struct FormerName {
    street_id: i64,
    name: String,
}

/// Places of wards far from the line, so that only those of the town are near it.
fn shift(ward_code: &str) -> i64 {
    if ward_code.starts_with("256") { 0 } else { 1_000_000 }
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let national = national_units().unwrap();
    let (streets, addresses): (Vec<Street>, Vec<Address>) = (table("streets.csv"), table("addresses.csv"));
    let landmarks: Vec<Landmark> = table("landmarks.csv");
    let former_names: Vec<FormerName> = table("former_street_names.csv");
    let mut gazetteer = self::national();
    for (code, n) in [("25630", 0), ("25645", 300), ("25633", 600)] {
        let unit_id = national.id_after_reform(code).unwrap();
        let bounds = WorldBox { min: at(n), max: at(n + 300) };
        gazetteer.places.push(UnitPlace { unit_id, middle: bounds.center(), bounds });
    }
    gazetteer.streets = streets
        .iter()
        .map(|street| {
            let start = street.street_id + shift(&street.ward_code);
            StreetRow {
                street_id: street.street_id,
                name: &street.name,
                kind: match street.kind.as_str() {
                    "alley" => StreetKind::Alley,
                    "national_road" => StreetKind::NationalRoad,
                    "provincial_road" => StreetKind::ProvincialRoad,
                    _ => StreetKind::Street,
                },
                parent_id: street.parent_id,
                ward_code: &street.ward_code,
                middle: at(start),
                bounds: WorldBox { min: at(start), max: at(start + 100) },
            }
        })
        .collect();
    gazetteer.former_street_names = former_names
        .iter()
        .map(|former| FormerStreetNameRow { street_id: former.street_id, name: &former.name })
        .collect();
    gazetteer.landmarks = landmarks
        .iter()
        .map(|landmark| LandmarkRow {
            landmark_id: landmark.landmark_id,
            name: &landmark.name,
            other_names: Vec::new(),
            ward_code: Some(&landmark.ward_code),
            at: at(landmark.landmark_id + shift(&landmark.ward_code)),
        })
        .collect();
    gazetteer.addresses = Box::new(addresses.iter().map(|address| AddressRow {
        number: Some(&address.number),
        street_id: address.street_id,
        hamlet: (!address.hamlet.is_empty()).then_some(&address.hamlet),
        former_unit_id: national.id_before_reform(&address.former_code),
        door_code: (address.address_id == 12).then_some("K3F9QR2XW"),
        national_place_id: (address.address_id == 12).then_some("123456789012".into()),
        ..AddressRow::new(
            address.address_id,
            &address.ward_code,
            at(address.address_id + shift(&address.ward_code)),
        )
    }));
    let index = Index::build(gazetteer);
    assert_eq!(index.size().dangling, 0);
    index
});

/// The index of all tests.
pub fn index() -> &'static Index {
    &INDEX
}
