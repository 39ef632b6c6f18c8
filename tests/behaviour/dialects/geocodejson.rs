//! GeocodeJSON against the rules of the specification's JSON schema (geocodejson-spec, draft), one by one.

use serde_json::Value;

use super::town::{address, encoded, json};

const TEXTS: [&str; 10] =
    ["label", "name", "housenumber", "street", "locality", "postcode", "city", "district", "county", "state"];

/// Every rule of the schema.
fn assert_valid(answer: &Value) {
    let is_text_or_missing = |value: Option<&Value>| value.is_none_or(Value::is_string);
    assert_eq!(answer["type"], "FeatureCollection");
    let geocoding = answer["geocoding"].as_object().expect("the namespace `geocoding`");
    let version = geocoding["version"].as_str().expect("a version");
    let numbers: Vec<&str> = version.split('.').collect();
    assert!(numbers.len() == 3 && numbers.iter().all(|n| n.parse::<u32>().is_ok()), "semver: {version}");
    for key in ["licence", "attribution", "query"] {
        assert!(is_text_or_missing(geocoding.get(key)), "{key} is text");
    }
    for feature in answer["features"].as_array().expect("features") {
        assert_eq!(feature["type"], "Feature");
        assert!(feature.get("geometry").is_some(), "a feature has a geometry, or null");
        if !feature["geometry"].is_null() {
            assert_eq!(feature["geometry"]["type"], "Point");
            let position = feature["geometry"]["coordinates"].as_array().expect("coordinates");
            assert!(position.len() >= 2 && position.iter().all(Value::is_number));
        }
        let place = feature["properties"]["geocoding"].as_object().expect("`geocoding` in the properties");
        assert!(place["type"].is_string(), "the type is required");
        assert!(place.get("accuracy").is_none_or(|metres| metres.as_f64().is_some_and(|m| m >= 0.0)));
        for key in TEXTS.iter().chain(&["country"]) {
            assert!(is_text_or_missing(place.get(*key)), "{key} is text: {place:?}");
        }
        for (level, name) in place.get("admin").and_then(Value::as_object).into_iter().flatten() {
            let digits = level.strip_prefix("level").expect("levelN");
            assert!(digits.chars().all(|c| c.is_ascii_digit()) && name.is_string(), "{level}");
        }
        if let Some(geohash) = place.get("geohash") {
            let symbols = "0123456789bcdefghjkmnpqrstuvwxyz";
            assert!(geohash.as_str().unwrap().chars().all(|c| symbols.contains(c)), "{geohash}");
        }
    }
}

#[test]
fn answers_obey_the_schema() {
    let text = encoded(&address().text);
    let at = format!("lat={}&lon={}", address().lat, address().lon);
    let mut places = 0;
    for path in [
        format!("/v1/search?format=geocodejson&text={text}"),
        format!("/v1/autocomplete?format=geocodejson&text={}", encoded("phường")),
        format!("/v1/reverse?format=geocodejson&{at}"),
        format!("/nominatim/search?format=geocodejson&addressdetails=1&q={text}"),
        format!("/nominatim/search?format=geocodejson&extratags=1&q={text}"),
        format!("/nominatim/reverse?format=geocodejson&{at}"),
        "/v1/search?format=geocodejson&text=zzzqqqxxx".to_owned(),
    ] {
        let answer = json(&path);
        assert_valid(&answer);
        places += answer["features"].as_array().unwrap().len();
    }
    assert!(places >= 10, "only {places} places were looked at");
}

#[test]
fn a_door_says_where_it_is_and_how_far() {
    let at = format!("lat={}&lon={}", address().lat, address().lon);
    for path in ["/v1/reverse?format=geocodejson&", "/nominatim/reverse?format=geocodejson&"] {
        let place = json(&format!("{path}{at}"))["features"][0]["properties"]["geocoding"].clone();
        assert_eq!((&place["type"], &place["accuracy"]), (&"house".into(), &0.into()), "{path}");
        assert_eq!(place["city"], address().property("locality"));
        assert_eq!(place["admin"]["level4"], address().property("region"));
        assert_eq!(place["admin"]["level6"], address().property("locality"));
    }
}
