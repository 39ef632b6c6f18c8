//! The judge of `benches/geocoders`: what it takes for the door that was asked for, in the answers of servers
//! that have different words for it.

#[path = "../../benches/geocoders/answers.rs"]
mod answers;

use answers::{Found, places};

/// As addok answers.
const ADDOK: &str = r#"{"type": "FeatureCollection", "query": "33/27a bach dang phuong 1", "features": [
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [106.79, 21.06]},
     "properties": {"label": "33/27A Bạch Đằng Phường 12", "housenumber": "33/27A", "name": "33/27A Bạch Đằng",
                    "street": "Bạch Đằng", "city": "Phường 12"}}]}"#;

/// As Nominatim does: the ward of today stands under whatever key its rank has there.
const NOMINATIM: &str = r#"[{"place_id": 1, "display_name": "33/27A, Bạch Đằng, Phường Vàng Danh, Việt Nam",
    "address": {"house_number": "33/27A", "road": "Bạch Đằng", "county": "Phường Vàng Danh"}}]"#;

fn only(body: &str) -> Found {
    let mut places = places(body.as_bytes()).unwrap();
    assert_eq!(places.len(), 1);
    places.remove(0)
}

#[test]
fn a_door_is_known_in_the_words_of_either_dialect() {
    assert!(only(ADDOK).is_door("33/27A", "Bạch Đằng", "Phường 12"));
    assert!(only(NOMINATIM).is_door("33/27A", "Bạch Đằng", "Phường Vàng Danh"));
}

#[test]
fn case_does_not_matter() {
    assert!(only(ADDOK).is_door("33/27a", "BẠCH ĐẰNG", "phường 12"));
}

#[test]
fn another_number_street_or_ward_is_another_door() {
    assert!(!only(ADDOK).is_door("33/27", "Bạch Đằng", "Phường 12"));
    assert!(!only(ADDOK).is_door("33/27A", "Bạch Thái Bưởi", "Phường 12"));
    assert!(!only(NOMINATIM).is_door("33/27A", "Bạch Đằng", "Phường Uông Bí"));
}

#[test]
fn a_ward_whose_name_only_begins_alike_is_not_named() {
    assert!(!only(ADDOK).is_door("33/27A", "Bạch Đằng", "Phường 1"));
}

#[test]
fn any_ward_will_do_where_none_was_asked_for() {
    assert!(only(NOMINATIM).is_door("33/27A", "Bạch Đằng", ""));
}

#[test]
fn nothing_found_is_an_answer_and_an_error_page_is_none() {
    assert!(places(b"[]").unwrap().is_empty());
    assert!(places(br#"{"features": []}"#).unwrap().is_empty());
    assert!(places(b"<html>").is_err());
    assert!(places(br#"{"error": "no"}"#).is_err());
}
