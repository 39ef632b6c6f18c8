//! Bodies that stop or drip, answers that nobody reads, heads that never end.

use std::io::Write;
use std::time::Duration;

use super::{Raw, impatient, memory_mb, metric, wait_until};

const SEARCH: &str = "POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";

#[test]
fn half_a_body_is_answered_with_408_and_the_connection_closed() {
    let server = impatient();
    let mut raw = Raw::send(&server, &format!("{SEARCH}text=long"));
    let answer = raw.rest();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("access-control-allow-origin: *"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}

#[test]
fn a_body_that_drips_is_answered_with_408() {
    let server = impatient();
    let mut raw = Raw::send(&server, SEARCH);
    let mut sender = raw.0.try_clone().unwrap();
    let drip = std::thread::spawn(move || {
        // a letter every fifth of a second: never silent, never done
        while sender.write_all(b"a").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    assert_eq!(raw.status(), Some(408));
    drop(raw);
    drip.join().unwrap();
}

#[test]
fn a_head_that_is_not_ended_closes_the_connection() {
    let server = impatient();
    let mut raw = Raw::send(&server, "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    assert_eq!(raw.status(), None);
    assert_eq!(server.get("/health/live").status, 200);
}

#[test]
fn a_head_without_end_is_refused_after_a_few_kilobytes() {
    const MOST: usize = 64 << 20;
    let server = impatient();
    let before_mb = memory_mb(&server);
    let line = format!("X-Filling: {}\r\n", "x".repeat(1_000));
    let mut connections: Vec<Raw> = (0..8)
        .map(|_| {
            let mut raw = Raw::send(&server, "GET /health/live HTTP/1.1\r\nHost: x\r\n");
            let sent = raw.fill(line.as_bytes(), MOST);
            assert!(sent < MOST, "{sent} bytes of a head were taken");
            raw
        })
        .collect();
    let statuses: Vec<Option<u16>> = connections.iter_mut().map(Raw::status).collect();
    // closed with bytes unread, the answer may be lost
    assert!(statuses.iter().all(|status| [None, Some(431)].contains(status)), "{statuses:?}");
    let grown_mb = memory_mb(&server) - before_mb;
    assert!(grown_mb < 32, "grew by {grown_mb} MB");
}

#[test]
fn too_many_headers_are_told_from_a_request_that_cannot_be_read() {
    let server = impatient();
    let many: String = (0..300).map(|i| format!("X-{i}: 1\r\n")).collect();
    let mut raw = Raw::send(&server, &format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"));
    assert_eq!(raw.status(), Some(431));
}

#[test]
fn clients_that_never_read_are_cut_off_and_their_answers_forgotten() {
    const CLIENTS: usize = 100;
    let server = impatient();
    let before_mb = memory_mb(&server);
    let request = "GET /fonts/Be%20Vietnam%20Pro%20Regular/0-255.pbf HTTP/1.1\r\nHost: x\r\n\r\n";
    let page = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let pipelined = format!("{request}{page}").repeat(400);
    let unread: Vec<Raw> = (0..CLIENTS)
        .map(|_| {
            let mut raw = Raw::open(&server);
            raw.0.set_write_timeout(Some(Duration::from_millis(50))).unwrap();
            // the server stops taking requests whose answers are not read
            let _ = raw.0.write_all(pipelined.as_bytes());
            raw
        })
        .collect();
    wait_until("all clients that read nothing are cut off", || {
        metric(&server, "connections_open").is_some_and(|open| open < CLIENTS as f64 / 2.0)
    });
    let grown_mb = memory_mb(&server) - before_mb;
    assert!(grown_mb < 128, "grew by {grown_mb} MB");
    drop(unread);
}
