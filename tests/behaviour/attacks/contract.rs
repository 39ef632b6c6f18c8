//! Requests that are no requests: each is told what is wrong with it, and a page of any origin can read that.

use super::{Raw, impatient};

#[test]
fn a_request_that_does_not_say_its_host_is_refused() {
    let server = impatient();
    let ask = |head: &str| {
        let mut raw = Raw::send(&server, &format!("GET /catalog {head}\r\nConnection: close\r\n\r\n"));
        let answer = raw.rest();
        let status = answer.get(9..12).unwrap().to_owned();
        assert!(status == "200" || answer.contains("`Host`"), "{answer}");
        assert!(answer.contains("access-control-allow-origin: *"), "{answer}");
        status
    };
    assert_eq!(ask("HTTP/1.1\r\nHost: x"), "200");
    assert_eq!(ask("HTTP/1.0\r\nX-Nothing: 1"), "200");
    for refused in ["HTTP/1.1\r\nX-Nothing: 1", "HTTP/1.1\r\nHost: ", "HTTP/1.1\r\nHost: x\r\nHost: y"] {
        assert_eq!(ask(refused), "400", "{refused:?}");
    }
}

#[test]
fn what_is_no_http_is_refused_in_a_way_that_a_page_can_read() {
    let server = impatient();
    for nonsense in ["GET / HTTP/1.1\r\nHost\x00: x\r\n\r\n", "\x16\x03\x01 nonsense\r\n\r\n", "GET\r\n\r\n"]
    {
        let answer = Raw::send(&server, nonsense).rest();
        assert!(answer.starts_with("HTTP/1.1 400"), "{nonsense:?}: {answer}");
        assert!(answer.contains("access-control-allow-origin: *"), "{nonsense:?}: {answer}");
    }
}

#[test]
fn a_body_that_breaks_off_is_not_called_too_large() {
    let server = impatient();
    for path in ["/v1/search", "/photon/api", "/nominatim/search", "/ban/search", "/v1/batch"] {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n");
        let answer =
            Raw::send(&server, &format!("{head}Transfer-Encoding: chunked\r\n\r\nno number\r\n")).rest();
        assert!(!answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
    }
    let long = format!(
        "POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{}",
        "a".repeat(100_000)
    );
    assert_eq!(Raw::send(&server, &long).status(), Some(413));
}
