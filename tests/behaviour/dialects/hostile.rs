//! What comes in by accident and by intent: a clear answer in the dialect's own shape, never a fault of ours.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use super::town::{address, encoded, json, server};

/// A search and a reverse search of every dialect, before the text and before the point.
const SEARCHES: [&str; 7] = [
    "/photon/api?q=",
    "/photon/structured?street=",
    "/nominatim/search?q=",
    "/nominatim/search?street=",
    "/ban/search?q=",
    "/v1/search?text=",
    "/v1/autocomplete?text=",
];
const REVERSES: [&str; 4] = ["/photon/reverse", "/nominatim/reverse", "/ban/reverse", "/v1/reverse"];

#[test]
fn bad_texts_are_answered_and_never_a_server_error() {
    let texts = [
        String::new(),
        "%00%01%02".to_owned(),
        "%E2%80%AE%E2%81%A6%E2%81%A9".to_owned(),
        "%ED%A0%80".to_owned(),
        "%ED%A0%BD%ED%B8%80".to_owned(),
        "%FF%FE".to_owned(),
        "%".to_owned(),
        "%zz%u1234".to_owned(),
        "%F0%9F%8F%A0".to_owned(),
        "a".repeat(200),
        "a".repeat(201),
        encoded(&"ế".repeat(201)),
        "%2F".repeat(200),
        "1%2F".repeat(60),
        "%27%20OR%201%3D1--".to_owned(),
        "%3Cscript%3E".to_owned(),
        "NaN".to_owned(),
        "inf%2Cinf".to_owned(),
        "999999999999999999999999".to_owned(),
    ];
    for start in SEARCHES {
        for text in &texts {
            let reply = server().get(&format!("{start}{text}"));
            assert!(reply.status < 500, "{start}{text}: {} {}", reply.status, reply.text());
            assert_eq!(reply.header("access-control-allow-origin"), "*", "{start}{text}");
            assert!(reply.header("content-type").starts_with("application/json"), "{start}{text}");
            // parses, whatever the status
            let _ = reply.json();
        }
    }
}

#[test]
fn bad_points_are_refused_and_zero_is_a_place() {
    for start in REVERSES {
        for point in [
            "?lat=NaN&lon=NaN",
            "?lat=inf&lon=1",
            "?lat=1e999&lon=1",
            "?lat=&lon=",
            "?lat=11",
            "?lon=106",
            "",
            "?lat=abc&lon=def",
            "?lat=11,5&lon=106",
        ] {
            let reply = server().get(&format!("{start}{point}"));
            assert_eq!(reply.status, 400, "{start}{point}: {}", reply.text());
            assert_eq!(reply.header("access-control-allow-origin"), "*");
        }
        for point in ["?lat=0&lon=0", "?lat=-0&lon=180", "?lat=90&lon=-180", "?lat=11&lon=106&zoom=17.3"] {
            let reply = server().get(&format!("{start}{point}"));
            assert_eq!(reply.status, 200, "{start}{point}: {}", reply.text());
        }
    }
}

#[test]
fn a_text_nobody_encoded_is_read_as_it_stands() {
    let address_of_server = server().base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address_of_server).unwrap();
    // bytes above 127 as they are; a space would end the address, so browsers encode that one
    let text = address().text.replace(' ', "%20");
    let request = format!(
        "GET /nominatim/search?q={text}&format=json&limit=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let body = answer.split("\r\n\r\n").nth(1).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(body.contains(&format!("\"lat\":\"{:.7}\"", address().lat)), "{body}");
}

#[test]
fn no_address_need_stand_in_a_url() {
    let text = &address().text;
    for (path, name) in [
        ("/photon/api", "q"),
        ("/photon/structured", "street"),
        ("/nominatim/search", "q"),
        ("/nominatim/search.php", "q"),
        ("/ban/search", "q"),
        ("/v1/search", "text"),
        ("/v1/autocomplete/", "text"),
    ] {
        let mut by_get = json(&format!("{path}?{name}={}&limit=2", encoded(text)));
        let form = format!("{name}={}", encoded(text));
        let object = json!({ name: text, "limit": 2 }).to_string();
        for (kind, query, body) in
            [("application/x-www-form-urlencoded", "?limit=2", form), ("application/json", "", object)]
        {
            let reply = server().post(&format!("{path}{query}"), kind, &body);
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
            let mut by_post = reply.json();
            for answer in [&mut by_get, &mut by_post] {
                if let Some(geocoding) = answer.get_mut("geocoding") {
                    geocoding["timestamp"] = json!(0);
                }
            }
            assert_eq!(by_post, by_get, "{path} {kind}");
        }
    }
    for path in REVERSES {
        let body = json!({ "lat": address().lat, "lon": address().lon }).to_string();
        assert_eq!(server().post(path, "application/json", &body).status, 200, "{path}");
    }
}

#[test]
fn a_body_that_is_nothing_or_too_long_is_refused_in_the_dialects_shape() {
    for (body, status) in [("{\"q\": \"\\ud800\"}", 400), ("{", 400), (&*"q=a".repeat(20_000), 413)] {
        let photon = server().post("/photon/api", "application/json", body);
        assert_eq!(photon.status, status);
        assert!(photon.json()["message"].is_string());
        let nominatim = server().post("/nominatim/search", "application/json", body);
        assert_eq!((nominatim.status, &nominatim.json()["error"]["code"]), (status, &json!(status)));
        let ban = server().post("/ban/search", "application/json", body);
        assert!(ban.status == status && ban.json()["title"].is_string());
        let pelias = server().post("/v1/search", "application/json", body);
        assert!(pelias.status == status && pelias.json()["geocoding"]["errors"].is_array());
    }
}
