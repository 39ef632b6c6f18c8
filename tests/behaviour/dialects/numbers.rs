//! A run of digits that may be somebody's number is neither said again nor logged, in no dialect, by no method, at no level
//! of the log; coordinates, parcels and codes that this town has are said again.

use super::town::{encoded, file, json, server};
use crate::support::Server;

/// Numbers as people type them, alone, with words and before an address.
const TEXTS: [&str; 10] = [
    "0912 345 678",
    "0912.345.678",
    "079203001234",
    "CCCD079203001234",
    "079203001234CCCD",
    "+84 912 345 678",
    "012-345-6789",
    "301234567",
    "12 Hùng Vương 0912345678",
    "thửa 0912345678 tờ 3",
];

const SEARCHES: [&str; 12] = [
    "/v1/search?explain=1&text=",
    "/v1/search?format=geocodejson&text=",
    "/v1/autocomplete?explain=1&text=",
    "/v1/search/structured?address=",
    "/photon/api?q=",
    "/photon/structured?street=",
    "/nominatim/search?format=xml&q=",
    "/nominatim/search?format=geocodejson&q=",
    "/nominatim/search?q=",
    "/ban/search?q=",
    "/ban/search?q=a&citycode=",
    "/v1/units/convert?text=",
];

/// Texts where nothing of the kind belongs.
const ELSEWHERE: [&str; 16] = [
    "/v1/search?text=a&size=",
    "/v1/search?text=a&layers=",
    "/v1/search?text=a&lang=",
    "/v1/search?text=a&format=",
    "/v1/search?text=a&lat=",
    "/v1/reverse?include=parcel&lat=11&lon=",
    "/v1/place?ids=",
    "/v1/addresses/",
    "/v1/parcels/",
    "/v1/units/",
    "/d/",
    "/tiles/",
    "/tiles/parcels?filter=",
    "/tiles/parcels/14/13020/7678?filter=number%3D",
    "/nominatim/search?q=a&viewbox=",
    "/nothing/of/the/kind/",
];

/// Digits of a text that are many enough to be known again.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The numbers of the texts, without what is between the digits.
const NUMBERS: [&str; 5] = ["912345678", "079203001234", "84912345678", "0123456789", "301234567"];

fn assert_not_said(what: &str, text: &str) {
    let said = digits(text);
    let found = NUMBERS.iter().find(|number| said.contains(**number));
    assert_eq!(found, None, "{what}: {text}");
}

#[test]
fn a_number_is_not_said_again_and_not_logged_at_any_level() {
    let server = Server::start_with(&["serve", "--source", file()], &[("RUST_LOG", "trace")]);
    for text in TEXTS {
        for start in SEARCHES.iter().chain(&ELSEWHERE) {
            let path = format!("{start}{}", encoded(text));
            let reply = server.get(&path);
            assert!(reply.status < 500, "{path}: {}", reply.status);
            assert_not_said(&path, &reply.text());
            for (name, value) in &reply.headers {
                assert_not_said(name.as_str(), value.to_str().unwrap_or_default());
            }
        }
        for (path, name) in
            [("/v1/search", "text"), ("/photon/api", "q"), ("/nominatim/search", "q"), ("/ban/search", "q")]
        {
            let form = format!("{name}={}", encoded(text));
            let reply = server.post(path, "application/x-www-form-urlencoded", &form);
            assert_not_said(path, &reply.text());
        }
    }
    assert_not_said("a file's name", &{
        let table = "--b\r\ncontent-disposition: form-data; name=\"data\"; filename=\"0912345678.csv\"\r\n\r\nq\r\na\r\n--b--\r\n";
        let reply = server.post("/ban/search/csv", "multipart/form-data; boundary=b", table);
        assert_eq!(reply.status, 200, "{}", reply.text());
        format!("{:?}", reply.header("content-disposition"))
    });
    let log = server.stop();
    for line in log.lines() {
        let found = NUMBERS.iter().find(|number| digits_apart(line).any(|run| run.contains(**number)));
        assert_eq!(found, None, "logged: {line}");
    }
}

/// The runs of a line of the log, with the signs between groups left out.
fn digits_apart(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split(|c: char| !(c.is_ascii_digit() || " .-".contains(c))).map(digits)
}

#[test]
fn coordinates_and_codes_of_this_town_are_said_again() {
    for text in ["11.258733, 106.116722", "1245678.21 538255.53"] {
        let answer = json(&format!("/v1/search?text={}", encoded(text)));
        assert_eq!(answer["geocoding"]["query"]["text"], text, "{answer}");
    }
    let parcel = "thửa 12 tờ 3";
    let answer = json(&format!("/v1/search?text={}", encoded(parcel)));
    assert_eq!(answer["geocoding"]["query"]["text"], parcel);
    assert!(server().get("/health/live").status == 200);
}
