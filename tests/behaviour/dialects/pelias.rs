//! Pelias's envelope and what `/v1` says beside it.

use serde_json::{Value, json};

use super::town::{address, assert_order, encoded, json, server};

fn search(rest: &str) -> Value {
    json(&format!("/v1/search?text={}{rest}", encoded(&address().text)))
}

fn first(answer: &Value) -> &Value {
    &answer["features"][0]["properties"]
}

#[test]
fn the_envelope_says_what_was_asked_by_whom_it_is_answered_and_when() {
    let answer = search("&size=3&lang=vi&focus.point.lat=11.25&focus.point.lon=106.125");
    let geocoding = &answer["geocoding"];
    let query = json!({
        "text": address().text, "size": 3, "lang": "vi", "focus.point.lat": 11.25, "focus.point.lon": 106.125
    });
    assert_eq!((&geocoding["version"], &geocoding["query"]), (&json!("0.2"), &query));
    assert_eq!(geocoding["engine"]["name"], "bandoso");
    assert!(geocoding["timestamp"].as_u64().unwrap() > 1_700_000_000_000);
    assert_eq!((geocoding.get("warnings"), geocoding.get("errors")), (None, None));
    assert_eq!(answer["bbox"].as_array().unwrap().len(), 4);
}

#[test]
fn a_feature_has_its_ward_and_its_labels_of_now_and_before_with_and_without_accents() {
    let text = server().get(&format!("/v1/search?text={}&size=1", encoded(&address().text))).text();
    let order =
        ["id", "gid", "layer", "source", "source_id", "housenumber", "street", "confidence", "match_type"];
    assert_order(&text[text.find("\"properties\"").unwrap()..], &order);
    let properties = &address().properties;
    assert_eq!(properties["ward_code"].as_str().unwrap().len(), 5);
    for label in ["label", "label_old"] {
        let plain = properties[format!("{label}_ascii")].as_str().unwrap();
        assert!(plain.is_ascii(), "{plain}");
        assert_eq!(plain.chars().count(), address().property(label).chars().count());
    }
    assert_eq!(properties["gid"], format!("bandoso:{}", address().property("id")));
    assert_eq!(properties["country_a"], "VNM");
}

#[test]
fn a_number_that_may_be_a_persons_is_nowhere_in_an_answer() {
    for number in ["079123456789", "0912345678", "0912 345 678", "079123456789 hung vuong"] {
        for path in [
            "/v1/search?explain=1&text=",
            "/v1/autocomplete?text=",
            "/v1/search?format=geocodejson&text=",
            "/photon/api?debug=1&q=",
            "/nominatim/search?format=geocodejson&q=",
            "/nominatim/search?format=xml&q=",
            "/ban/search?q=",
        ] {
            let text = server().get(&format!("{path}{}", encoded(number))).text();
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let asked: String = number.chars().filter(char::is_ascii_digit).collect();
            assert!(!text.contains(number) && !digits.contains(&asked), "{path}{number}: {text}");
        }
    }
}

#[test]
fn a_size_out_of_range_and_unknown_names_are_warned_of() {
    let warnings = |rest: &str| search(rest)["geocoding"]["warnings"].clone();
    assert_eq!(warnings("&size=0"), json!(["out-of-range integer 'size', using MIN_SIZE"]));
    assert_eq!(warnings("&size=1000"), json!(["out-of-range integer 'size', using MAX_SIZE"]));
    assert_eq!(warnings("&size=x"), json!(["invalid integer 'size', using DEFAULT_SIZE"]));
    assert_eq!(warnings("&colour=red&shape=round"), json!(["2 unknown parameters are ignored"]));
    assert_eq!(search("&size=0")["features"].as_array().unwrap().len(), 1);
}

#[test]
fn errors_are_in_the_envelope_with_no_features() {
    let long = format!("/v1/search?text={}", "a".repeat(201));
    for (path, status, error) in [
        ("/v1/search", 400, "invalid param 'text': text length, must be >0"),
        ("/v1/autocomplete?text=%20", 400, "invalid param 'text': text length, must be >0"),
        ("/v1/reverse", 400, "missing param 'point.lat' or 'point.lon'"),
        ("/v1/reverse?point.lat=1", 400, "missing param 'point.lon'"),
        (
            "/v1/reverse?point.lat=nan&point.lon=1",
            400,
            "invalid param 'point.lat': must be a number from -90 to 90",
        ),
        ("/v1/search?text=a&format=pdf", 400, "invalid param 'format': geojson or geocodejson"),
        ("/v1/place", 400, "invalid param 'ids': text length, must be >0"),
        ("/v1/search?text=%ED%A0%80", 400, "parameter 'text' is not UTF-8"),
        (&long, 413, "Query too long, 201 chars, limit is 200"),
        ("/v1/units/99999", 404, "no unit with this code; codes have 2 (province), 3 or 5 (ward) digits"),
    ] {
        let reply = server().get(path);
        let body = reply.json();
        assert_eq!((reply.status, &body["geocoding"]["errors"]), (status, &json!([error])), "{path}");
        assert_eq!((&body["type"], &body["features"]), (&json!("FeatureCollection"), &json!([])));
    }
}

#[test]
fn boundaries_and_layers_leave_out_the_rest() {
    let (lat, lon) = (address().lat, address().lon);
    let found = |rest: &str| search(rest)["features"].as_array().unwrap().len();
    let rect = |d: f64| {
        format!(
            "&boundary.rect.min_lat={}&boundary.rect.max_lat={}&boundary.rect.min_lon={}&boundary.rect.max_lon={}",
            lat - d,
            lat + d,
            lon - d,
            lon + d
        )
    };
    assert_eq!(first(&search(&rect(0.0005)))["id"], address().property("id"));
    assert_eq!(
        found(
            "&boundary.rect.min_lat=1&boundary.rect.max_lat=2&boundary.rect.min_lon=1&boundary.rect.max_lon=2"
        ),
        0
    );
    let circle =
        |km: f64| format!("&boundary.circle.lat={lat}&boundary.circle.lon={lon}&boundary.circle.radius={km}");
    let near = search(&circle(0.05));
    assert_eq!(first(&near)["id"], address().property("id"));
    assert_eq!(found("&boundary.circle.lat=1&boundary.circle.lon=1&boundary.circle.radius=5"), 0);
    assert_eq!((found("&boundary.country=LA"), found("&boundary.country=vnm&size=1")), (0, 1));
    for feature in search("&layers=street,ward")["features"].as_array().unwrap() {
        assert!(["street", "ward"].contains(&feature["properties"]["layer"].as_str().unwrap()));
    }
    let wards = json(&format!("/v1/search?text={}&layers=locality", encoded(address().property("locality"))));
    assert_eq!(first(&wards)["layer"], "ward");
}

#[test]
fn an_address_in_parts_is_found_like_one_in_a_line() {
    let wanted = address();
    let path = format!(
        "/v1/search/structured?address={}&locality={}&region={}&country=VNM",
        encoded(&format!("{} {}", wanted.property("housenumber"), wanted.property("street"))),
        encoded(wanted.property("locality")),
        encoded(wanted.property("region")),
    );
    assert_eq!(first(&json(&path))["id"], wanted.property("id"));
    let reply = server().get("/v1/search/structured");
    assert_eq!(reply.status, 400);
    assert!(
        reply.json()["geocoding"]["errors"][0].as_str().unwrap().starts_with("at least one of the following")
    );
}

#[test]
fn what_the_text_was_taken_for_is_explained_on_request() {
    let answer = search("&explain=1&size=1");
    assert_eq!(answer["geocoding"]["reading"], "text");
    let explain = &first(&answer)["explain"];
    let roles: Vec<&str> =
        explain["parts"].as_array().unwrap().iter().map(|part| part["role"].as_str().unwrap()).collect();
    assert!(roles.contains(&"housenumber") && roles.contains(&"street"), "{explain}");
    assert!(explain["confidence"].is_number() && explain["score"].is_number());
    assert_eq!(explain["match_type"], "exact");
    assert_eq!(first(&search("")).get("explain"), None);
}

#[test]
fn a_reverse_answer_goes_from_the_door_to_the_ward_and_includes_what_is_asked() {
    let at = format!("/v1/reverse?point.lat={}&point.lon={}", address().lat, address().lon);
    let layers = |rest: &str| -> Vec<String> {
        let answer = json(&format!("{at}{rest}"));
        let features = answer["features"].as_array().unwrap();
        features.iter().map(|f| f["properties"]["layer"].as_str().unwrap().to_owned()).collect()
    };
    let usual = layers("");
    assert_eq!(usual[..2], ["address", "street"]);
    assert!(usual.contains(&"ward".to_owned()), "{usual:?}");
    assert!(!layers("&include=").contains(&"parcel".to_owned()));
    assert!(!layers("&include=zones").contains(&"parcel".to_owned()));
    assert_eq!(layers("&layers=ward"), ["ward"]);
    let answer = json(&at);
    let door = first(&answer);
    assert_eq!(door["id"], address().property("id"));
    assert_eq!((&door["distance"], &door["confidence"]), (&json!(0.0), &json!(1.0)));
    assert_eq!(answer["geocoding"]["query"]["point.lat"], address().lat);
    let unknown = server().get(&format!("{at}&include=moon"));
    assert_eq!(unknown.status, 400);
}

#[test]
fn zones_are_told_with_their_plans() {
    let home = server().get("/catalog").json()["layers"]["plan_zones"]["bounds"].clone();
    let [west, south, east, north] = [0, 1, 2, 3].map(|i| home[i].as_f64().unwrap());
    let zone = (0..400).find_map(|i| {
        let (x, y) = (f64::from(i % 20) / 20.0, f64::from(i / 20) / 20.0);
        let (lon, lat) = (west + (east - west) * x, south + (north - south) * y);
        let answer = json(&format!("/v1/reverse?point.lat={lat}&point.lon={lon}&include=zones&layers=zone"));
        answer["features"].as_array().unwrap().first().cloned()
    });
    let zone = zone.expect("the demo town has planned zones")["properties"].clone();
    assert_eq!(zone["layer"], "zone");
    assert!(zone["code"].is_string() && zone["plan"]["id"].is_u64(), "{zone}");
}

#[test]
fn every_place_is_found_again_by_its_id() {
    let mut seen = Vec::new();
    let ward = encoded(address().property("locality"));
    let at = format!("/v1/reverse?point.lat={}&point.lon={}", address().lat, address().lon);
    let paths = [
        format!("/v1/search?text={}", encoded(&address().text)),
        format!("/v1/search?text={ward}"),
        format!("/v1/search?text={:.5}%2C{:.5}", address().lat, address().lon),
        format!("{at}&include=parcel,zones"),
    ];
    for path in &paths {
        for feature in json(path)["features"].as_array().unwrap() {
            let properties = &feature["properties"];
            let gid = properties["gid"].as_str().unwrap();
            let again = json(&format!("/v1/place?ids={}", encoded(gid)));
            assert_eq!(first(&again)["gid"], gid, "{path}");
            seen.push(properties["layer"].as_str().unwrap().to_owned());
        }
    }
    for layer in ["address", "street", "ward", "coordinates"] {
        assert!(seen.contains(&layer.to_owned()), "no {layer} was tried: {seen:?}");
    }
}
