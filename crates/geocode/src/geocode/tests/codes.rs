//! Parcels and plane coordinates in the invented town: which units are asked for, and what is likeliest.

use crate::geocode::codes::{ParcelQuery, Place, vn2000_pair};
use crate::geocode::tests::town::{at, index, national};
use crate::geocode::*;
use crate::geometry::{EpsgCode, World, WorldBox};

fn reading(text: &str) -> Reading {
    index().search(&Query::new(text)).reading
}

fn parcel(text: &str) -> ParcelQuery {
    match reading(text) {
        Reading::Parcel(parcel) | Reading::TextOrParcel(parcel) => parcel,
        other => panic!("{text}: {other:?}"),
    }
}

fn places(query: &Query) -> Vec<Place> {
    match index().search(query).reading {
        Reading::Coordinates(places) => places,
        other => panic!("{}: {other:?}", query.text),
    }
}

#[test]
fn a_parcel_is_asked_for_in_the_wards_it_may_have_been_surveyed_in() {
    let hiep_tan = parcel("thửa 123 tờ 45 phường Hiệp Tân, Hòa Thành");
    assert_eq!((hiep_tan.pairs[0].sheet.as_deref(), hiep_tan.pairs[0].number.as_str()), (Some("45"), "123"));
    let units = index().units_by_code("25633");
    let former = units.iter().find(|unit| unit.name.contains("Hiệp Tân")).and_then(|unit| unit.unit_id);
    let today = units.iter().find(|unit| unit.name.contains("Thanh Điền")).and_then(|unit| unit.unit_id);
    assert_eq!(hiep_tan.unit_ids.first(), former.as_ref());
    assert!(hiep_tan.unit_ids.contains(&today.unwrap()));
    let new = parcel("thửa 1 tờ 2 phường Thanh Điền Tây Ninh");
    assert!(new.unit_ids.contains(&hiep_tan.unit_ids[0]), "sheets of the old wards too");
    assert!(matches!(reading("45/123"), Reading::TextOrParcel(_)));
    assert!(matches!(reading("45/123 phường Hiệp Tân Hòa Thành"), Reading::TextOrParcel(_)));
    assert_eq!(reading("36/23 Lê Thị Riêng, Hiệp Tân"), Reading::Text);
}

#[test]
fn a_parcel_key_asks_in_every_unit_that_has_or_had_the_code() {
    let key = parcel("25633-08-0173");
    assert_eq!((key.pairs[0].sheet.as_deref(), key.pairs[0].number.as_str()), (Some("8"), "173"));
    assert_eq!(key.unit_ids.len(), index().units_by_code("25633").len());
    assert_eq!(parcel("256330080173"), key);
    assert_eq!(reading("99999-8-173"), Reading::Text);
    assert!(matches!(reading("123456789012"), Reading::Code(_)), "a code that a door has is that door's");
}

#[test]
fn what_is_not_read_beside_a_parcel_is_a_doubt() {
    for text in ["thửa 123 tờ 45 phường Hiệp Tân, Hòa Thành", "Thửa 123, TBĐ 45", "25633-8-173"]
    {
        assert_eq!(parcel(text).share_read, 1.0, "{text}");
    }
    for text in [
        "thửa 123, 124 tờ 45 phường Hiệp Tân, Hòa Thành",
        "thửa 123 tờ 45 phường Không Tồn Tại",
        "thửa 123 tờ 45 số 7 phường Hiệp Tân, Hòa Thành",
        "45/123",
    ] {
        assert!(parcel(text).share_read < 0.9, "{text}: {}", parcel(text).share_read);
    }
}

/// Metres of a place in the town, northing first.
fn typed(at: World, system: u32) -> String {
    let (easting, northing) = vn2000_pair(at, EpsgCode(system)).unwrap();
    format!("{northing:.3} {easting:.3}")
}

#[test]
fn a_pair_without_a_system_gives_all_candidates_and_none_is_certain() {
    let found = places(&Query::new(&typed(at(150), 9209)));
    assert!(found.len() > 2);
    assert!(found.iter().all(|place| place.confidence < 1.0 && place.system.is_some()));
    assert!((found.iter().map(|place| place.confidence).sum::<f64>() - 1.0).abs() < 0.1);
    assert!(index().search(&Query::new(&typed(at(150), 9209))).ambiguous);
}

#[test]
fn of_the_meridians_the_one_that_leads_into_a_loaded_ward_is_the_likeliest() {
    let mut gazetteer = national();
    let unit_id =
        index().units_by_code("25630").iter().find(|unit| unit.former_code.is_none()).unwrap().unit_id;
    let (west, east) = (at(0), at(300));
    let bounds = WorldBox {
        min: World { x: west.x, y: west.y - 1_000_000 },
        max: World { x: east.x, y: east.y + 1_000_000 },
    };
    gazetteer.places.push(UnitPlace { unit_id: unit_id.unwrap(), middle: bounds.center(), bounds });
    let index = Index::build(gazetteer);
    for system in [9209, 9210, 9212] {
        let text = typed(at(150), system);
        let Reading::Coordinates(places) = index.search(&Query::new(&text)).reading else { panic!("{text}") };
        assert_eq!(places[0].system, Some(EpsgCode(system)));
    }
}

#[test]
fn a_system_that_is_said_is_the_only_one() {
    let text = typed(at(150), 9210);
    for said in ["EPSG:9210", "KTT 105°45′", "(KTT 105.75)"] {
        let text = format!("{text} {said}");
        let found = places(&Query::new(&text));
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].system, found[0].confidence), (Some(EpsgCode(9210)), 1.0), "{text}");
        assert!(crate::geometry::distance_m(found[0].at, at(150)) < 0.1);
    }
}

#[test]
fn the_view_and_a_named_ward_say_which_meridian_is_meant() {
    // nothing loaded lies there in any meridian
    let text = "1200000.5 540000.5";
    let first = |query: &Query| places(query)[0].system;
    // Tây Ninh draws in 105°45′
    assert_eq!(first(&Query { focus: Some(at(150).into()), ..Query::new(text) }), Some(EpsgCode(9210)));
    let named = |place: &str| first(&Query::new(&format!("{text} {place}")));
    assert_eq!(named("tỉnh Quảng Ninh"), Some(EpsgCode(5899)));
    assert_eq!(named("phường Hiệp Tân, Hòa Thành, Tây Ninh"), Some(EpsgCode(9210)));
    assert_eq!(reading("hợp đồng lạ kỳ 1200000.5 540000.5 zzzz"), Reading::Text);
}

#[test]
fn a_corner_is_answered_with_both_streets_and_the_pairs_that_may_cross() {
    for text in [
        "ngã tư Hùng Vương và Bà Triệu, Long Hoa",
        "Hùng Vương giao Bà Triệu, Long Hoa",
        "góc Hùng Vương - Bà Triệu",
    ] {
        let answer = index().search(&Query::new(text));
        let Reading::Crossing(pairs) = &answer.reading else { panic!("{text}: {:?}", answer.reading) };
        let ids = pairs.first().map(|(one, other)| (one.street_id, other.street_id));
        assert_eq!(ids, Some((Some(1), Some(6))), "{text}");
        let streets: Vec<_> = answer.hits.iter().filter_map(|hit| hit.street_id).collect();
        assert_eq!(streets, [1, 6], "{text}");
        assert!(answer.hits.iter().all(|hit| hit.match_type == MatchType::Fallback && hit.confidence <= 0.5));
    }
}

#[test]
fn a_text_that_names_no_two_streets_is_no_corner() {
    for text in
        ["ngã tư Hàng Xanh", "phường Thuận Giao Thuận An", "ngã tư Hùng Vương và Không Ai Biết", "Hùng Vương"]
    {
        assert_eq!(reading(text), Reading::Text, "{text}");
    }
}
