//! The national units and a few invented streets of Hòa Thành and Uông Bí.

use std::sync::LazyLock;

use crate::geocode::*;
use crate::geometry::{LngLat, World, WorldBox};
use crate::schema::national_units;

/// The place of house `n`: along a line through Hòa Thành.
pub fn at(n: i64) -> World {
    let start = World::from_lnglat(LngLat { lng: 106.127, lat: 11.284 });
    World { x: start.x + n * 10_000, y: start.y }
}

/// Units as the store hands them in.
pub fn national() -> Gazetteer<'static> {
    let national = national_units().unwrap();
    let mut gazetteer = Gazetteer::default();
    for unit in national.units {
        let level = match unit.level {
            "province" => Level::Province,
            "district" => Level::District,
            _ => Level::Ward,
        };
        for version in unit.versions {
            gazetteer.units.push(UnitRow {
                unit_id: unit.unit_id,
                level,
                code: version.code,
                kind: version.kind,
                name: version.name,
                parent_id: version.parent_id,
                valid_from: version.validity.from,
                valid_to: version.validity.to,
            });
        }
        for (alias, what, _) in unit.aliases {
            gazetteer.aliases.push(UnitAliasRow { unit_id: unit.unit_id, alias, is_code: what == "code" });
        }
    }
    gazetteer.links.extend(national.links.into_iter().map(|link| UnitLinkRow {
        old_unit_id: link.old_unit_id,
        new_unit_id: link.new_unit_id,
        is_whole: link.is_whole,
        share: link.share,
    }));
    gazetteer
}

/// (id, name, kind, parent, ward)
const STREETS: [(i64, &str, StreetKind, Option<i64>, &str); 17] = [
    (1, "Hùng Vương", StreetKind::Street, None, "25630"),
    (2, "Hùng Vương", StreetKind::Street, None, "25645"),
    (3, "Lê Thị Riêng", StreetKind::Street, None, "25633"),
    (4, "36", StreetKind::Alley, Some(3), "25633"),
    (5, "45", StreetKind::Alley, Some(4), "25633"),
    (6, "Bà Triệu", StreetKind::Street, None, "25630"),
    (7, "Bà Trưng", StreetKind::Street, None, "25630"),
    (8, "Lê Lai", StreetKind::Street, None, "25630"),
    (9, "Lê Lài", StreetKind::Street, None, "25630"),
    (10, "Cách Mạng Tháng Tám", StreetKind::Street, None, "25630"),
    (11, "30 Tháng 4", StreetKind::Street, None, "25645"),
    (12, "Quốc lộ 22B", StreetKind::NationalRoad, None, "25630"),
    (13, "ĐT 794", StreetKind::ProvincialRoad, None, "25633"),
    (14, "Số 7", StreetKind::Street, None, "25645"),
    (15, "Trần Nhân Tông", StreetKind::Street, None, "06811"),
    (16, "Xô Viết Nghệ Tĩnh", StreetKind::Street, None, "25645"),
    (17, "Dương Minh Châu", StreetKind::Street, None, "25645"),
];

/// (id, number, street, hamlet, ward, former ward's code)
const ADDRESSES: [(i64, &str, i64, &str, &str, &str); 22] = [
    (12, "12", 1, "", "25630", "25630"),
    (16, "16", 1, "", "25630", "25630"),
    (13, "13A", 1, "Khu phố 3", "25630", "25636"),
    (20, "120", 1, "", "25630", "25630"),
    (21, "12", 2, "", "25645", "25645"),
    (30, "23", 4, "Khu phố 2", "25633", "25633"),
    (31, "36/25", 4, "Khu phố 2", "25633", "25633"),
    (32, "7", 5, "", "25633", "25633"),
    (33, "38", 3, "", "25633", "25618"),
    (40, "5", 6, "", "25630", "25630"),
    (41, "5", 7, "", "25630", "25630"),
    (42, "5 Bis", 8, "", "25630", "25630"),
    (43, "501", 10, "", "25630", "25630"),
    (44, "9", 11, "", "25645", "25645"),
    (45, "556", 12, "", "25630", "25639"),
    (46, "434", 13, "", "25633", "25633"),
    (47, "3", 14, "", "25645", "25645"),
    (48, "12-14", 16, "", "25645", "25651"),
    (49, "8", 17, "", "25645", "25645"),
    (70, "7", 15, "", "06811", "06820"),
    (71, "B2-5", 17, "", "25645", "25645"),
    (80, "7/14", 0, "Ấp Trường An", "25630", "25648"),
];

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let national = national_units().unwrap();
    let former = |code: &str| national.id_before_reform(code);
    let mut gazetteer = self::national();
    for (code, n) in [("25630", 0), ("25645", 300), ("25633", 600)] {
        let unit_id = national.id_after_reform(code).unwrap();
        let bounds = WorldBox { min: at(n), max: at(n + 300) };
        gazetteer.places.push(UnitPlace { unit_id, middle: bounds.center(), bounds });
    }
    gazetteer.streets = STREETS
        .iter()
        .map(|&(street_id, name, kind, parent_id, ward_code)| StreetRow {
            street_id,
            name,
            kind,
            parent_id,
            ward_code,
            middle: at(street_id),
            bounds: WorldBox { min: at(street_id), max: at(street_id + 100) },
        })
        .collect();
    let rows: Vec<AddressRow> = ADDRESSES
        .iter()
        .map(|&(id, number, street, hamlet, ward_code, former_code)| AddressRow {
            address_id: id,
            number: Some(number),
            street_id: (street != 0).then_some(street),
            hamlet: (!hamlet.is_empty()).then_some(hamlet),
            ward_code,
            former_unit_id: former(former_code),
            door_code: (id == 12).then_some("K3F9QR2XW"),
            national_place_id: (id == 12).then_some("123456789012".into()),
            post_address_code: None,
            postal_code: None,
            parcel_id: None,
            at: at(id),
        })
        .collect();
    gazetteer.addresses = Box::new(rows.into_iter());
    let index = Index::build(gazetteer);
    assert_eq!(index.size().dangling, 0);
    index
});

/// The index of all tests.
pub fn index() -> &'static Index {
    &INDEX
}
