//! Nominatim's shapes and errors.

use serde_json::{Value, json};

use super::town::{address, assert_no_null, assert_order, encoded, json, server};

fn search(rest: &str) -> Value {
    json(&format!("/nominatim/search?q={}{rest}", encoded(&address().text)))
}

fn at(rest: &str) -> String {
    format!("/nominatim/reverse?lat={}&lon={}{rest}", address().lat, address().lon)
}

#[test]
fn a_search_is_an_array_with_positions_as_text_in_seven_decimals() {
    let path = format!("/nominatim/search?q={}&addressdetails=1&limit=1", encoded(&address().text));
    let reply = server().get(&path);
    assert!(reply.text().starts_with(r#"[{"place_id":"#), "{}", reply.text());
    let order = [
        "place_id",
        "licence",
        "lat",
        "lon",
        "category",
        "type",
        "place_rank",
        "importance",
        "addresstype",
        "name",
        "display_name",
        "address",
        "house_number",
        "road",
        "suburb",
        "city_district",
        "state",
        "country",
        "country_code",
        "boundingbox",
    ];
    assert_order(&reply.text(), &order);
    assert_no_null(&reply.json());
    let (place, wanted) = (&reply.json()[0], address());
    assert_eq!(place["lat"], format!("{:.7}", wanted.lat));
    assert_eq!(place["lon"], format!("{:.7}", wanted.lon));
    assert_eq!((&place["category"], &place["type"]), (&json!("place"), &json!("house")));
    assert_eq!((&place["place_rank"], &place["importance"]), (&json!(30), &json!(0.00001)));
    assert_eq!((&place["addresstype"], &place["name"]), (&json!("place"), &json!("")));
    let start = format!("{}, {}, ", wanted.property("housenumber"), wanted.property("street"));
    let name = place["display_name"].as_str().unwrap();
    assert!(name.starts_with(&start) && name.ends_with(", Việt Nam"), "{name}");
    assert_eq!(place["address"]["house_number"], wanted.property("housenumber"));
    assert_eq!(place["address"]["suburb"], wanted.property("locality"));
    assert_eq!(place["address"]["city_district"], wanted.property("locality"));
    assert_eq!(place["address"]["country_code"], "vn");
    let [south, north, west, east] =
        [0, 1, 2, 3].map(|i| place["boundingbox"][i].as_str().unwrap().parse::<f64>().unwrap());
    assert!(south < wanted.lat && wanted.lat < north && west < wanted.lon && wanted.lon < east);
    assert_eq!((place.get("osm_id"), place.get("osm_type")), (None, None));
}

#[test]
fn json_says_class_and_jsonv2_says_category() {
    let [json, v2] = ["json", "jsonv2"].map(|format| search(&format!("&limit=1&format={format}")));
    assert_eq!((&json[0]["class"], &v2[0]["category"]), (&json!("place"), &json!("place")));
    assert_eq!((json[0].get("category"), v2[0].get("class")), (None, None));
    assert_eq!(json[0].get("address"), None, "the address is told on request");
}

#[test]
fn geojson_has_a_box_of_numbers_on_every_feature() {
    let answer = search("&format=geojson&polygon_geojson=1&addressdetails=1");
    assert_eq!(answer["type"], "FeatureCollection");
    assert!(answer["licence"].is_string());
    for feature in answer["features"].as_array().unwrap() {
        let [west, south, east, north] = [0, 1, 2, 3].map(|i| feature["bbox"][i].as_f64().unwrap());
        let [lon, lat] = [0, 1].map(|i| feature["geometry"]["coordinates"][i].as_f64().unwrap());
        assert!(west <= lon && lon <= east && south <= lat && lat <= north, "{feature}");
        assert!(feature["properties"]["display_name"].is_string());
        assert!(feature["properties"]["address"].is_object());
    }
}

#[test]
fn every_boolean_but_zero_is_yes() {
    assert!(search("&extratags=True")[0]["extratags"]["id"].is_string());
    assert!(search("&namedetails=1")[0]["namedetails"].is_object());
    assert_eq!(search("&extratags=0")[0].get("extratags"), None);
    // geopy sends an empty value for no
    assert!(search("&addressdetails=")[0]["address"].is_object());
}

#[test]
fn what_was_not_understood_is_among_the_extra_tags_in_every_format() {
    let query = encoded(&format!("{}, qqqqzzzz", address().text));
    let ask = |rest: &str| server().get(&format!("/nominatim/search?q={query}&limit=1&extratags=1{rest}"));
    assert_eq!(ask("").json()[0]["extratags"]["unmatched"], "qqqqzzzz");
    let geocode_json = ask("&format=geocodejson").json();
    assert_eq!(geocode_json["features"][0]["properties"]["geocoding"]["extra"]["unmatched"], "qqqqzzzz");
    let xml = ask("&format=xml").text();
    assert!(xml.contains(r#"<tag key="unmatched" value="qqqqzzzz" />"#), "{xml}");
    assert_eq!(search("&extratags=1")[0]["extratags"].get("unmatched"), None);
}

#[test]
fn nothing_found_is_an_empty_array_and_for_a_reverse_search_the_text_geopy_knows() {
    for path in [
        "/nominatim/search?q=zzzqqqxxx&format=json",
        "/nominatim/search?q=",
        "/nominatim/search?q=%2C%2C%2C.%3F",
        "/nominatim/search?amenity=pub",
        "/nominatim/search?q=hung+vuong&countrycodes=la,th",
        "/nominatim/search?q=hung+vuong&layer=poi",
        "/nominatim/search?q=hung+vuong&featureType=country",
        "/nominatim/search?street=Hung+Vuong&country=France",
        "/nominatim/lookup?osm_ids=N1,W2&format=json",
    ] {
        assert_eq!(json(path), json!([]), "{path}");
    }
    for path in [
        "/nominatim/reverse?lat=0&lon=0&format=json",
        "/nominatim/reverse?lat=0&lon=0&format=geojson",
        "/nominatim/reverse?lat=95&lon=0&format=jsonv2",
        "/nominatim/reverse?lat=11.28&lon=106.12&format=json&layer=poi",
    ] {
        assert_eq!(json(path), json!({"error": "Unable to geocode"}), "{path}");
    }
    assert_eq!(json("/nominatim/search?q=zzzqqqxxx&format=geojson")["features"], json!([]));
}

#[test]
fn errors_have_a_code_and_a_message() {
    let long = format!("/nominatim/search?q={}", "a".repeat(201));
    let both = "Structured query parameters(amenity, street, city, county, state, postalcode, country) cannot \
                be used together with 'q' parameter.";
    for (path, status, message) in [
        ("/nominatim/search", 400, "Nothing to search for."),
        ("/nominatim/search?format=json&limit=5", 400, "Nothing to search for."),
        ("/nominatim/search?q=a&city=b", 400, both),
        ("/nominatim/search?q=a&limit=x", 400, "Parameter 'limit' must be a number."),
        (
            "/nominatim/search?q=a&viewbox=1,2,3",
            400,
            "Bounding box parameter 'viewbox' must be four numbers.",
        ),
        ("/nominatim/search?q=a&json_callback=alert(1)", 400, "Invalid json_callback value"),
        ("/nominatim/reverse?format=json", 400, "Parameter 'lon' missing."),
        ("/nominatim/reverse?format=json&lon=1", 400, "Parameter 'lat' missing."),
        ("/nominatim/reverse?format=json&lon=1&lat=x", 400, "Parameter 'lat' must be a number."),
        ("/nominatim/reverse?format=json&lon=1&lat=nan", 400, "Parameter 'lat' must be a number."),
        ("/nominatim/reverse?format=json&lon=1&lat=1&zoom=far", 400, "Parameter 'zoom' must be a number."),
        (&long, 413, "Query too long, 201 chars, limit is 200"),
    ] {
        let reply = server().get(path);
        let expected = json!({"error": {"code": status, "message": message}});
        assert_eq!((reply.status, reply.json()), (status, expected), "{path}");
    }
    let unknown = server().get("/nominatim/search?q=a&format=pdf");
    let text = "Parameter 'format' must be one of: xml, geojson, geocodejson, json, jsonv2";
    assert_eq!((unknown.status, unknown.text()), (400, text.to_owned()));
    let xml = server().get("/nominatim/reverse?lat=1");
    assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
    assert!(
        xml.text().contains("<error><code>400</code><message>Parameter 'lon' missing.</message></error>")
    );
}

#[test]
fn the_zoom_says_how_coarse_a_reverse_answer_is() {
    let kind = |zoom: &str| {
        let place = json(&at(&format!("&format=jsonv2&zoom={zoom}")));
        (place["type"].as_str().unwrap().to_owned(), place["addresstype"].as_str().unwrap().to_owned())
    };
    let door = ("house".to_owned(), "place".to_owned());
    for zoom in ["18", "19.6", "25"] {
        assert_eq!(kind(zoom), door, "{zoom}");
    }
    assert_eq!(kind("17"), ("road".to_owned(), "road".to_owned()));
    assert_eq!(kind("10"), ("administrative".to_owned(), "suburb".to_owned()));
    assert_eq!(kind("5"), ("administrative".to_owned(), "state".to_owned()));
    let place = json(&at("&format=json"));
    assert!(place["address"].is_object(), "a reverse search tells the address");
    assert_eq!(json(&at("&format=json&addressdetails=0")).get("address"), None);
}

#[test]
fn reverse_is_xml_unless_told_otherwise_and_the_old_paths_answer() {
    let reply = server().get(&at(""));
    assert_eq!(reply.header("content-type"), "text/xml; charset=utf-8");
    let text = reply.text();
    assert!(
        text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<reversegeocode timestamp=\""),
        "{text}"
    );
    assert!(text.contains("</result><addressparts><house_number>"), "{text}");
    let none = server().get("/nominatim/reverse?lat=0&lon=0").text();
    assert!(none.ends_with("<error>Unable to geocode</error></reversegeocode>"), "{none}");
    let list = server().get(&format!("/nominatim/search?format=xml&q={}", encoded(&address().text))).text();
    assert!(list.contains("<searchresults timestamp=") && list.contains("<place place_id=\""), "{list}");
    for path in ["search.php", "search.php/", "search/"] {
        let reply = server().get(&format!("/nominatim/{path}?q={}&limit=1", encoded(&address().text)));
        assert_eq!(reply.json(), search("&limit=1"), "{path}");
    }
    let old = server().get(&at("&format=json").replace("reverse?", "reverse.php?")).json();
    assert_eq!(old, json(&at("&format=json")));
}

#[test]
fn an_answer_can_be_the_argument_of_a_function() {
    let reply = server().get(&at("&format=json&json_callback=L.done_1"));
    assert_eq!(reply.header("content-type"), "application/javascript; charset=utf-8");
    assert!(reply.text().starts_with("L.done_1({\"place_id\"") && reply.text().ends_with("})"));
}

#[test]
fn a_box_of_any_two_corners_draws_near_and_bounded_leaves_out_the_rest() {
    let (lat, lon) = (address().lat, address().lon);
    let around = format!("&viewbox={},{},{},{}", lon + 0.01, lat - 0.01, lon - 0.01, lat + 0.01);
    assert_eq!(search(&format!("{around}&bounded=1&limit=1")), search(&format!("{around}&limit=1")));
    assert_eq!(search("&viewbox=1,1,2,2&bounded=1"), json!([]));
    assert!(!search("&viewbox=1,1,2,2").as_array().unwrap().is_empty());
}

#[test]
fn parts_find_what_a_line_finds_and_an_excluded_place_does_not_come_back() {
    let wanted = address();
    let path = format!(
        "/nominatim/search?street={}&city={}&state={}&country=Vietnam&limit=1",
        encoded(&format!("{} {}", wanted.property("housenumber"), wanted.property("street"))),
        encoded(wanted.property("locality")),
        encoded(wanted.property("region")),
    );
    let found = json(&path);
    assert_eq!(found[0]["lat"], format!("{:.7}", wanted.lat));
    let id = found[0]["place_id"].as_u64().unwrap();
    assert!(id < 1 << 53);
    let next = json(&format!("{path}&exclude_place_ids={id}"));
    assert_ne!(next[0]["place_id"], id);
}

#[test]
fn a_place_is_looked_up_by_the_id_its_further_tags_show() {
    let place = search("&extratags=1&limit=1")[0].clone();
    let id = place["extratags"]["id"].as_str().unwrap();
    let again = json(&format!("/nominatim/lookup?osm_ids={id},N17&format=jsonv2"));
    assert_eq!(again.as_array().unwrap().len(), 1);
    assert_eq!(again[0]["place_id"], place["place_id"]);
    let many = vec!["N1"; 51].join(",");
    let reply = server().get(&format!("/nominatim/lookup?osm_ids={many}&format=json"));
    assert_eq!(reply.json(), json!({"error": {"code": 400, "message": "Too many object IDs."}}));
}

#[test]
fn coordinates_are_answered_with_what_lies_there() {
    let text = format!("{:.7}, {:.7}", address().lat, address().lon);
    let found = json(&format!("/nominatim/search?q={}", encoded(&text)));
    assert_eq!(found[0]["type"], "house");
    assert_eq!(found[0]["lat"], format!("{:.7}", address().lat));
}

#[test]
fn the_status_is_a_word_or_an_object() {
    let reply = server().get("/nominatim/status");
    assert_eq!((reply.status, reply.text()), (200, "OK".to_owned()));
    let status = json("/nominatim/status.php?format=json");
    assert_eq!((&status["status"], &status["message"]), (&json!(0), &json!("OK")));
    assert_order(
        &server().get("/nominatim/status?format=json").text(),
        &["status", "message", "data_updated", "software_version", "database_version"],
    );
}
