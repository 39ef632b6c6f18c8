//! addok's shapes and errors.

use serde_json::{Value, json};

use super::town::{address, assert_no_null, assert_order, encoded, json, server};

fn search(rest: &str) -> Value {
    json(&format!("/ban/search?q={}{rest}", encoded(&address().text)))
}

#[test]
fn an_address_has_its_place_now_and_before() {
    let reply = server().get(&format!("/ban/search/?q={}&limit=1", encoded(&address().text)));
    let text = reply.text();
    let start = r#"{"type":"FeatureCollection","version":"draft","features":[{"type":"Feature","geometry":{"#;
    assert!(text.starts_with(start), "{text}");
    let order = [
        "label",
        "score",
        "housenumber",
        "id",
        "name",
        "postcode",
        "citycode",
        "oldcitycode",
        "city",
        "oldcity",
        "context",
        "district",
        "street",
        "attribution",
        "licence",
        "query",
        "limit",
    ];
    assert_order(&text, &order);
    let answer = reply.json();
    assert_no_null(&answer);
    let (properties, wanted) = (&answer["features"][0]["properties"], address());
    assert_eq!(properties["label"], wanted.property("label"));
    assert_eq!(properties["type"], "housenumber");
    assert_eq!(properties["citycode"], wanted.property("ward_code"));
    assert_eq!(properties["city"], wanted.property("locality"));
    assert_eq!(properties["oldcitycode"], wanted.property("former_code"));
    assert!(wanted.property("label_old").contains(properties["oldcity"].as_str().unwrap()));
    let name = format!("{} {}", wanted.property("housenumber"), wanted.property("street"));
    assert_eq!(properties["name"], name);
    let context = format!("{}, {}", wanted.property("region_a"), wanted.property("region"));
    assert_eq!(properties["context"], context);
    assert_eq!((&answer["query"], &answer["limit"]), (&json!(wanted.text), &json!(1)));
    for key in ["filters", "center"] {
        assert_eq!(answer.get(key), None, "{key}");
    }
    assert_eq!(properties.get("distance"), None, "there is no centre");
}

#[test]
fn the_distance_from_the_centre_is_in_whole_metres_also_at_zero() {
    let (lat, lon) = (address().lat, address().lon);
    let near = search(&format!("&latitude={lat}&lng={lon}"));
    assert_eq!(near["features"][0]["properties"]["distance"], 0);
    assert_eq!(near["center"], json!([lon, lat]));
    let zero = search("&lat=0&lon=0");
    assert!(zero["features"][0]["properties"]["distance"].as_i64().unwrap() > 1_000_000);
    assert_eq!(zero["center"], json!([0.0, 0.0]));
}

#[test]
fn filters_hold_alternatives_and_all_of_them_must_be_met() {
    let kinds = |rest: &str| -> Vec<String> {
        let answer = search(rest);
        let features = answer["features"].as_array().unwrap();
        features.iter().map(|f| f["properties"]["type"].as_str().unwrap().to_owned()).collect()
    };
    let ward = address().property("ward_code");
    assert!(kinds("&type=street").iter().all(|kind| kind == "street"));
    for both in ["&type=street+housenumber", "&type=street&type=housenumber"] {
        assert!(kinds(both).iter().all(|kind| kind != "municipality"));
        assert_eq!(search(both)["filters"], json!({"type": "street housenumber"}));
    }
    assert_eq!(kinds(&format!("&citycode={ward}&limit=1")), ["housenumber"]);
    assert!(kinds("&citycode=00000").is_empty());
    assert!(kinds(&format!("&citycode={ward}&type=locality&postcode=00000")).is_empty());
}

#[test]
fn errors_have_a_title_and_where_it_helps_a_description() {
    let missing = |name: &str| json!({"title": "Missing parameter", "description": format!("The \"{name}\" parameter is required.")});
    let invalid = |name: &str, why: &str| {
        json!({
            "title": "Invalid parameter",
            "description": format!("The \"{name}\" parameter is invalid. {why}")
        })
    };
    let long = format!("/ban/search?q={}", "a".repeat(300));
    let values = format!("/ban/search?q=a&citycode={}", ["1"; 11].join("+"));
    for (path, status, body) in [
        ("/ban/search", 400, missing("q")),
        ("/ban/search?q=", 400, missing("q")),
        ("/ban/search?q=a&limit=101", 400, invalid("limit", "out of range (1..100)")),
        ("/ban/search?q=a&limit=-1", 400, invalid("limit", "out of range (1..100)")),
        ("/ban/search?q=a&limit=x", 400, invalid("limit", "The value must be an integer.")),
        ("/ban/search?q=a&lat=x&lon=1", 400, invalid("lat", "invalid value")),
        ("/ban/search?q=a&lat=1&lon=nan", 400, invalid("lon", "invalid value")),
        ("/ban/search?q=a&lat=1&lon=181", 400, invalid("lon", "out of range")),
        ("/ban/reverse?lat=1", 400, missing("lon")),
        ("/ban/reverse?lon=1", 400, missing("lat")),
        (&values, 400, invalid("citycode", "too many values (at most 10)")),
        (&long, 413, json!({"title": "Query too long, 300 chars, limit is 200"})),
    ] {
        let reply = server().get(path);
        assert_eq!((reply.status, reply.json()), (status, body), "{path}");
    }
    assert_eq!(search("&limit=0")["limit"], 5);
}

#[test]
fn reverse_gives_the_nearest_door() {
    let (lat, lon) = (address().lat, address().lon);
    let answer = json(&format!("/ban/reverse?lat={lat}&lon={lon}"));
    assert_eq!(answer["features"].as_array().unwrap().len(), 1);
    assert_eq!(answer["features"][0]["properties"]["label"], address().property("label"));
    assert_eq!(answer["features"][0]["properties"]["distance"], 0);
    assert_eq!(answer["limit"], 1);
    let ward = json(&format!("/ban/reverse/?lat={lat}&long={lon}&type=municipality"));
    assert_eq!(ward["features"][0]["properties"]["citycode"], address().property("ward_code"));
    assert_eq!(json("/ban/reverse?lat=0&lon=0")["features"], json!([]));
}

#[test]
fn a_text_that_is_nothing_finds_nothing() {
    assert_eq!(json("/ban/search?q=%2C%2C%2C")["features"], json!([]));
    assert_eq!(json("/ban/search?q=zzzqqqxxx")["features"], json!([]));
    assert_eq!(json("/ban/health"), json!({"status": "HEALTHY"}));
}
