//! One line, one reading: what an import makes of a line of an address is the door that a search for the line finds.

use crate::geocode::tests::town::{at, national};
use crate::geocode::text::house_number::canonical;
use crate::geocode::*;
use crate::geometry::WorldBox;

/// The front of a line, the number of its house and its street.
const LINES: [(&str, &str, &str); 19] = [
    ("66 Ng. 430 Đ. Nguyễn Tất Thành", "430/66", "Nguyễn Tất Thành"),
    ("12 Ng. 211 P. Khương Trung", "211/12", "Khương Trung"),
    ("35 Ngh. 298/26 Đ. Ngọc Lâm", "298/26/35", "Ngọc Lâm"),
    ("10, Ngách 17, ngõ 68 Lưu Hữu Phước", "68/17/10", "Lưu Hữu Phước"),
    ("Số 2, ngõ 59 Láng Hạ", "59/2", "Láng Hạ"),
    ("16 Hẻm 9 Đ. 8", "9/16", "8"),
    ("11, 230 Bùi Thị Xuân", "230/11", "Bùi Thị Xuân"),
    ("Số 11, 230 Bùi Thị Xuân", "230/11", "Bùi Thị Xuân"),
    ("64, 4 Đường Ngô Thì Nhậm", "4/64", "Ngô Thì Nhậm"),
    ("34, 34/49 Đ. số 13", "34/49", "số 13"),
    ("282, 284 Trần Nguyên Hãn", "282-284", "Trần Nguyên Hãn"),
    ("630 30 Tháng 4", "630", "30 Tháng 4"),
    ("12, 30 Tháng 4", "12", "30 Tháng 4"),
    ("193 3/2", "193", "3/2"),
    ("1 P. 8-3", "1", "8-3"),
    ("4 Đường 25", "4", "25"),
    ("29/7C, đường Ngô Quyền", "29/7C", "Ngô Quyền"),
    ("130 Bis Đường Số 7", "130 Bis", "Số 7"),
    ("91 QL13", "91", "QL13"),
];

/// The id of a street: the place of the first line that names it.
fn street_id(street: &str) -> i64 {
    let first = LINES.iter().position(|(_, _, of)| *of == street);
    first.map_or(0, |first| first as i64 + 1)
}

/// The streets of the lines, each with the door of every line and those that a reading in part would find.
fn index() -> Index {
    let mut streets: Vec<&str> = LINES.iter().map(|(_, _, street)| *street).collect();
    streets.dedup();
    let mut gazetteer = national();
    gazetteer.streets = streets
        .into_iter()
        .map(|name| StreetRow {
            street_id: street_id(name),
            name,
            kind: if name.starts_with("QL") { StreetKind::NationalRoad } else { StreetKind::Street },
            parent_id: None,
            ward_code: "25630",
            middle: at(street_id(name) * 100),
            bounds: WorldBox { min: at(street_id(name) * 100), max: at(street_id(name) * 100 + 90) },
        })
        .collect();
    let mut doors: Vec<(&str, i64)> = Vec::new();
    for (_, number, street) in LINES {
        let parts = number.split(['/', '-']);
        doors.extend(std::iter::once(number).chain(parts).map(|number| (number, street_id(street))));
    }
    gazetteer.addresses = Box::new(doors.into_iter().zip(1..).map(|((number, street_id), id)| AddressRow {
        number: Some(number),
        street_id: Some(street_id),
        ..AddressRow::new(id, "25630", at(street_id * 100 + id % 90))
    }));
    Index::build(gazetteer)
}

#[test]
fn a_line_is_found_by_the_number_under_which_it_was_imported() {
    let index = index();
    let mut wrong = Vec::new();
    for (front, number, street) in LINES {
        let line = format!("{front}, Phường Long Hoa, Tây Ninh");
        let parts = address_parts(&line);
        assert_eq!(parts.number.as_deref(), Some(number), "{line}");
        assert_eq!(parts.street.map(|street| street.name).as_deref(), Some(street), "{line}");
        let hit = index.search(&Query::new(&line)).hits.into_iter().next();
        let found = hit.as_ref().and_then(|hit| hit.housenumber.as_deref()).map(canonical);
        let of_street = hit.as_ref().and_then(|hit| hit.street_id);
        let is_doubt = hit.as_ref().is_some_and(|hit| hit.has_other_number);
        if found != Some(canonical(number)) || of_street != Some(street_id(street)) || is_doubt {
            wrong.push(format!("{line}: {:?}", hit.map(|hit| hit.label)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn of_two_addresses_in_a_text_the_first_is_found_and_the_other_said_not_to_be_read() {
    let text = "91 QL13, Phường Long Hoa; 4 Đường 25, Phường Long Hoa";
    let hit = &index().search(&Query::new(text)).hits[0];
    assert_eq!(hit.housenumber.as_deref(), Some("91"));
    assert_eq!(hit.unmatched, ["4 Đường 25, Phường Long Hoa"]);
    assert_ne!(hit.match_type, MatchType::Exact);
}
