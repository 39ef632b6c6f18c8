//! Photon's shapes and errors.

use serde_json::{Value, json};

use super::town::{address, assert_no_null, assert_order, encoded, json, server, server_with};

fn search(rest: &str) -> Value {
    json(&format!("/photon/api?q={}{rest}", encoded(&address().text)))
}

fn first(answer: &Value) -> &Value {
    &answer["features"][0]["properties"]
}

#[test]
fn an_address_comes_in_photons_keys_in_its_order_without_null_and_without_a_name() {
    let reply = server().get(&format!("/photon/api?q={}&limit=1", encoded(&address().text)));
    let text = reply.text();
    assert!(text.starts_with(r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"#));
    let order = [
        "osm_key",
        "osm_value",
        "housenumber",
        "street",
        "locality",
        "district",
        "city",
        "state",
        "country",
        "postcode",
        "countrycode",
        "extra",
    ];
    assert_order(&text, &order);
    let answer = reply.json();
    assert_no_null(&answer);
    let properties = first(&answer);
    let wanted = address();
    assert_eq!(properties["type"], "house");
    assert_eq!(properties["housenumber"], wanted.property("housenumber"));
    assert_eq!(properties["street"], wanted.property("street"));
    assert_eq!(properties["city"], wanted.property("locality"));
    assert_eq!(properties["state"], wanted.property("region"));
    assert_eq!((&properties["country"], &properties["countrycode"]), (&json!("Việt Nam"), &json!("VN")));
    // the text names the old town, so the old district is told too
    assert_eq!(properties["extra"]["old_address"], wanted.property("label_old"));
    for key in ["name", "osm_id", "osm_type", "county", "extent"] {
        assert_eq!(properties.get(key), None, "{key}");
    }
    assert_eq!(
        answer["features"][0]["geometry"],
        json!({"type": "Point", "coordinates": [wanted.lon, wanted.lat]})
    );
}

#[test]
fn a_switch_names_doors_for_leaflet() {
    let (server, _folder) = server_with("[geocoding]\nphoton_names_addresses = true\n");
    let answer = server.get(&format!("/photon/api?q={}", encoded(&address().text))).json();
    let name = format!("{} {}", address().property("housenumber"), address().property("street"));
    assert_eq!(first(&answer)["name"], name);
}

#[test]
fn a_ward_is_a_city_with_its_extent_from_north_west_to_south_east() {
    let ward = address().property("locality");
    let answer = json(&format!("/photon/api?q={}&layer=city", encoded(ward)));
    let properties = first(&answer);
    assert_eq!((&properties["type"], &properties["name"]), (&json!("city"), &json!(ward)));
    assert_eq!(properties.get("city"), None);
    let [west, north, east, south] = [0, 1, 2, 3].map(|i| properties["extent"][i].as_f64().unwrap());
    assert!(west < east && south < north, "{}", properties["extent"]);
    assert!((west..=east).contains(&address().lon) && (south..=north).contains(&address().lat));
}

#[test]
fn filters_by_layer_tag_and_category_keep_only_what_they_say() {
    let kinds = |rest: &str| -> Vec<String> {
        let answer = search(rest);
        let features = answer["features"].as_array().unwrap();
        features.iter().map(|f| f["properties"]["type"].as_str().unwrap().to_owned()).collect()
    };
    assert!(kinds("&layer=street").iter().all(|kind| kind == "street"));
    assert!(kinds("&layer=house&layer=street").contains(&"house".to_owned()));
    assert!(kinds("&layer=country").is_empty());
    assert_eq!(kinds("&osm_tag=place:house&limit=1"), ["house"]);
    assert!(!kinds("&osm_tag=!place:house").contains(&"house".to_owned()));
    assert!(!kinds("&exclude=osm.place").contains(&"house".to_owned()));
    assert!(kinds("&include=osm.highway").iter().all(|kind| kind == "street"));
    assert!(kinds("&countrycode=LA").is_empty());
    assert_eq!(kinds("&countrycode=LA&countrycode=VN&limit=1"), ["house"]);
}

#[test]
fn a_limit_is_clamped_and_what_nobody_knows_is_ignored() {
    let count = |path: &str| json(path)["features"].as_array().unwrap().len();
    assert_eq!(count("/photon/api?q=phuong&limit=0"), 1);
    assert_eq!(count("/photon/api?q=phuong&limit=-5"), 1);
    assert!(count("/photon/api?q=phuong&limit=1000") <= 50);
    assert!(count("/photon/api?q=phuong") <= 15);
    let (lat, lon) = (address().lat, address().lon);
    let near = format!("&lat={lat}&lon={lon}");
    let plain = search(&near);
    for rest in ["&zoom=14.37", "&zoom=99", "&colour=red", "&geometry=1", "&dedupe=0", "&suggest_addresses=1"]
    {
        assert_eq!(search(&format!("{near}{rest}")), plain, "{rest}");
    }
    let slash = json(&format!("/photon/api/?q={}{near}", encoded(&address().text)));
    assert_eq!(slash, plain);
}

#[test]
fn the_centre_brings_near_places_first_unless_the_whole_world_is_in_view() {
    let (lat, lon) = (address().lat, address().lon);
    let ask = |rest: &str| json(&format!("/photon/api?q=phuong&limit=50{rest}"));
    let nowhere = ask("");
    assert_eq!(ask(&format!("&lat={lat}&lon={lon}&zoom=4")), nowhere);
    assert_eq!(ask(&format!("&lat={lat}&lon={lon}&location_bias_scale=1")), nowhere);
    // the less importance counts, and the closer the view, the nearer is what comes first
    let away = |rest: &str| {
        let first =
            ask(&format!("&lat={lat}&lon={lon}{rest}"))["features"][0]["geometry"]["coordinates"].clone();
        (first[0].as_f64().unwrap() - lon).hypot(first[1].as_f64().unwrap() - lat)
    };
    assert!(away("&zoom=17&location_bias_scale=0") <= away("&zoom=8&location_bias_scale=0.9"));
    let zero = ask("&lat=0&lon=0");
    assert!(zero["features"].is_array(), "latitude 0 is a place");
}

#[test]
fn a_box_leaves_out_what_lies_beyond_it() {
    let (lat, lon) = (address().lat, address().lon);
    let around = format!("&bbox={},{},{},{}", lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001);
    assert_eq!(first(&search(&around))["housenumber"], address().property("housenumber"));
    assert_eq!(search("&bbox=1,1,2,2")["features"], json!([]));
}

#[test]
fn errors_are_a_message_in_photons_words() {
    let no_query = "q parameter is required when no include categories are specified";
    let layers = "Unknown layer type. Available layers: [house, street, locality, district, city, county, \
                  state, country, other]";
    let bbox = "Invalid number of supplied coordinates for parameter 'bbox', expected format is: \
                minLon,minLat,maxLon,maxLat";
    let long = format!("/photon/api?q={}", "a".repeat(201));
    for (path, status, message) in [
        ("/photon/api", 400, no_query),
        ("/photon/api?q=", 400, no_query),
        ("/photon/api?q=%20%20", 400, no_query),
        ("/photon/api?q=a&lang=xx", 400, "Language is not supported. Supported are: default, vi, en"),
        ("/photon/api?q=a&layer=moon", 400, layers),
        ("/photon/api?q=a&bbox=1,2,3", 400, bbox),
        ("/photon/api?q=a&bbox=a,2,3,4", 400, bbox),
        ("/photon/api?q=a&limit=many", 400, "Invalid value for 'limit' parameter."),
        ("/photon/api?q=a&lat=91&lon=1", 400, "Invalid value for 'lat' parameter."),
        ("/photon/api?q=a&lat=NaN&lon=1", 400, "Invalid value for 'lat' parameter."),
        ("/photon/api?q=a&lat=1", 400, "Missing parameter 'lon'."),
        ("/photon/api?q=a&lon=1", 400, "Missing parameter 'lat'."),
        ("/photon/api?q=a&osm_tag=:", 400, "Invalid parameter 'osm_tag': bad syntax for tag filter."),
        ("/photon/api?q=a&include=x", 400, "Invalid category pattern in 'include'."),
        ("/photon/api?q=%FF", 400, "parameter 'q' is not UTF-8"),
        ("/photon/reverse", 400, "Missing parameter 'lat'."),
        ("/photon/reverse?lat=11", 400, "Missing parameter 'lon'."),
        ("/photon/reverse?lat=inf&lon=1", 400, "Invalid value for 'lat' parameter."),
        ("/photon/reverse?lat=1&lon=1&radius=0", 400, "Invalid value for 'radius' parameter."),
        (&long, 413, "Query too long, 201 chars, limit is 200"),
    ] {
        let reply = server().get(path);
        assert_eq!((reply.status, reply.json()), (status, json!({ "message": message })), "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
    }
    assert_eq!(json(&format!("/photon/api?q={}", "a".repeat(200)))["features"], json!([]));
}

#[test]
fn reverse_gives_the_nearest_door_how_far_and_whither_and_the_ward_to_who_asks() {
    let (lat, lon) = (address().lat, address().lon);
    let here = json(&format!("/photon/reverse/?lat={lat}&lon={lon}"));
    assert_eq!(here["features"].as_array().unwrap().len(), 1);
    assert_eq!(first(&here)["housenumber"], address().property("housenumber"));
    assert_eq!(first(&here)["extra"]["distance"], 0);
    // eleven metres south of the door
    let south = json(&format!("/photon/reverse?lat={}&lon={lon}", lat - 0.0001));
    let extra = &first(&south)["extra"];
    assert!(extra["distance"].as_i64().unwrap() <= 11, "{extra}");
    let many = json(&format!("/photon/reverse?lat={lat}&lon={lon}&limit=7"));
    assert_eq!(many["features"].as_array().unwrap().len(), 7);
    let ward = json(&format!("/photon/reverse?lat={lat}&lon={lon}&layer=city"));
    assert_eq!(first(&ward)["name"], address().property("locality"));
    let street = json(&format!("/photon/reverse?lat={lat}&lon={lon}&layer=street"));
    assert_eq!(first(&street)["type"], "street");
    assert_eq!(json("/photon/reverse?lat=0&lon=0"), json!({"type": "FeatureCollection", "features": []}));
}

#[test]
fn an_address_in_parts_is_found_like_one_in_a_line() {
    let wanted = address();
    let query = format!(
        "/photon/structured?housenumber={}&street={}&city={}&state={}&countrycode=VN&limit=1",
        encoded(wanted.property("housenumber")),
        encoded(wanted.property("street")),
        encoded(wanted.property("locality")),
        encoded(wanted.property("region")),
    );
    assert_eq!(json(&query)["features"][0]["geometry"]["coordinates"], json!([wanted.lon, wanted.lat]));
    let reply = server().get("/photon/structured?limit=1");
    assert_eq!(reply.status, 400);
    assert!(
        reply.json()["message"].as_str().unwrap().starts_with("at least one of the parameters [countrycode")
    );
}

#[test]
fn what_was_understood_is_told_to_who_debugs() {
    let raw = &search("&debug=1&limit=1")["properties"]["raw_data"][0];
    let parts = raw["parts"].as_array().unwrap();
    assert!(parts.iter().any(|part| part["role"] == "street"), "{raw}");
    assert_eq!(search("").get("properties"), None);
}

#[test]
fn the_status_names_the_day_of_the_data_and_the_version() {
    let status = json("/photon/status");
    assert_eq!((&status["status"], &status["version"]), (&json!("Ok"), &json!(env!("CARGO_PKG_VERSION"))));
    assert!(status["import_date"].as_str().unwrap().ends_with('Z'), "{status}");
}

#[test]
fn english_is_only_the_country() {
    assert_eq!(first(&search("&lang=en"))["country"], "Vietnam");
    let path = format!("/photon/api?q={}", encoded(&address().text));
    let accepted = server().request(&path, &[("accept-language", "en-GB,en;q=0.9,vi;q=0.5")]).json();
    assert_eq!(first(&accepted)["country"], "Vietnam");
}
