//! Tables that are made to be slow, large, or never to end.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::Write;

use super::{Raw, SILENT, memory_mb, start, start_by, wait_until};
use crate::support::Server;

const BATCH: &str = "POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n";

fn whole(table: &str) -> String {
    format!("{BATCH}Connection: close\r\nContent-Length: {}\r\n\r\n{table}", table.len())
}

/// A form whose head of a part goes on and on.
const ENDLESS_PART: &str = "POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000000\r\n\
    Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"data\"; x=\"";

fn form(parts: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, content) in parts {
        write!(body, "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n").unwrap();
    }
    body.push_str("--b--\r\n");
    format!(
        "POST /v1/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; \
         boundary=b\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn a_head_of_a_part_without_end_is_refused_and_not_kept() {
    const MOST: usize = 300 << 20;
    let server = start(&format!("[limits]\n{SILENT}"));
    let before_mb = memory_mb(&server);
    let mut connections: Vec<Raw> = (0..4).map(|_| Raw::send(&server, ENDLESS_PART)).collect();
    for raw in &mut connections {
        let sent = raw.fill(&[b'x'; 64 * 1024], MOST);
        assert!(sent < MOST / 10, "{sent} bytes of a head were taken");
        // closed with bytes unread, the answer may be lost
        let status = raw.status();
        assert!([None, Some(400)].contains(&status), "{status:?}");
    }
    let grown_mb = memory_mb(&server) - before_mb;
    assert!(grown_mb < 64, "grew by {grown_mb} MB");
    assert_eq!(server.get("/health/live").status, 200);
}

#[test]
fn forms_of_too_many_or_too_long_names_are_refused() {
    let server = start(&format!("[limits]\n{SILENT}"));
    let long_name = "n".repeat(2_000);
    let many: Vec<(&str, &str)> = vec![("columns", "q"); 1_000];
    let long_value = "v".repeat(1 << 20);
    for parts in [&[(long_name.as_str(), "1")][..], &many, &[("columns", &long_value)]] {
        assert_eq!(Raw::send(&server, &form(parts)).status(), Some(400));
    }
    assert_eq!(Raw::send(&server, &form(&[("data", "q\nLong Hoa\n")])).status(), Some(200));
}

#[test]
fn a_table_of_tangled_quotes_is_answered_row_by_row() {
    let server = start(&format!("[limits]\n{SILENT}"));
    const LINES: usize = 180_000;
    let table = format!("a,b\n{}", "x\",\"\n".repeat(LINES));
    let answer = Raw::send(&server, &whole(&table)).rest();
    assert!(answer.starts_with("HTTP/1.1 200"), "{}", &answer[..200.min(answer.len())]);
    let errors = answer.matches(",error\r\n").count();
    assert!(errors > LINES / 2, "{errors} rows of {LINES}");
}

#[test]
fn idle_uploads_keep_no_place_from_others_and_lose_their_own() {
    let server = start(&format!("[limits]\n{SILENT}tables_per_client = 40\n"));
    let mut idle: Vec<Raw> = (0..30)
        .map(|_| Raw::send(&server, &format!("{BATCH}Content-Length: 1000000\r\n\r\nq\nLong Hoa\n")))
        .collect();
    for _ in 0..5 {
        let answer = Raw::send(&server, &whole("q\nLong Hoa\n")).rest();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(",ok\r\n"), "{answer}");
    }
    for raw in &mut idle {
        assert_eq!(raw.status(), Some(408));
    }
}

#[test]
fn uploads_that_drip_lose_their_place_though_rows_were_answered() {
    let server = start(&format!("[limits]\n{SILENT}"));
    // enough that the answer begins
    let start = format!("q\n{}", "Long Hoa\n".repeat(20_000));
    let mut raw = Raw::send(&server, &format!("{BATCH}Transfer-Encoding: chunked\r\n\r\n"));
    write!(raw.0, "{:x}\r\n{start}\r\n", start.len()).unwrap();
    let mut sender = raw.0.try_clone().unwrap();
    let drip = std::thread::spawn(move || {
        while sender.write_all(b"1\r\na\r\n").is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    });
    let answer = raw.rest();
    assert!(answer.starts_with("HTTP/1.1 200"), "{}", &answer[..200.min(answer.len())]);
    assert!(!answer.ends_with("0\r\n\r\n"), "a part was given for the whole");
    drop(raw);
    drip.join().unwrap();
    wait_until("the upload has lost its place", || {
        super::metric(&server, "batches_under_way").is_none_or(|under_way| under_way == 0.0)
    });
}

#[test]
fn one_client_cannot_take_all_places_of_tables() {
    let server = start(
        "trusted_proxies = [\"127.0.0.1\"]\n[limits]\ntables = 6\ntables_per_client = 3\nsilent_s = 60\n",
    );
    let of =
        |client: &str, text: &str| text.replace("Host: x", &format!("Host: x\r\nX-Forwarded-For: {client}"));
    let half = format!("{BATCH}Content-Length: 1000\r\n\r\nq\n");
    // one more each time: the table that asks whether all places are taken may itself be in the last one
    let held = RefCell::new(Vec::new());
    let table = whole("q\nLong Hoa\n");
    wait_until("the client has as many as it may have", || {
        held.borrow_mut().push(Raw::send(&server, &of("203.0.113.1", &half)));
        Raw::send(&server, &of("203.0.113.1", &table)).status() == Some(429)
    });
    assert_eq!(Raw::send(&server, &of("203.0.113.2", &table)).status(), Some(200));
    drop(held);
}

/// A table of so many bytes, whose rows have nothing to be searched.
fn table_of(bytes: usize) -> String {
    let row = format!("{}\n", "-".repeat(999));
    format!("q\n{}", row.repeat(bytes / row.len()))
}

#[test]
fn a_table_longer_than_is_taken_is_refused_or_cut_off() {
    let server = start(&format!("[limits]\n{SILENT}table_mb = 2\n"));
    assert_eq!(Raw::send(&server, &form(&[("data", &table_of(3 << 20))])).status(), Some(413));
    let fits = Raw::send(&server, &form(&[("data", &table_of(1 << 20))])).rest();
    assert!(fits.starts_with("HTTP/1.1 200") && fits.ends_with("0\r\n\r\n"));
    let bare = Raw::send(&server, &whole(&table_of(3 << 20))).rest();
    // the answer may have begun before the end was seen
    assert!(bare.starts_with("HTTP/1.1 413") || !bare.ends_with("0\r\n\r\n"), "taken as a whole");
}

#[test]
fn more_than_may_wait_on_disk_is_refused_and_not_written() {
    let server = start(&format!("[limits]\n{SILENT}waiting_mb = 2\n"));
    assert_eq!(Raw::send(&server, &form(&[("data", &table_of(5 << 20))])).status(), Some(503));
    let fits = Raw::send(&server, &form(&[("data", &table_of(2 << 20))])).rest();
    assert!(fits.starts_with("HTTP/1.1 200") && fits.ends_with("0\r\n\r\n"));
}

fn without_disk(server: &Server, folder: &str) {
    let answer = Raw::send(server, &form(&[("data", &table_of(3 << 20))])).rest();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("operator") && !answer.contains(folder), "{answer}");
    let small = Raw::send(server, &form(&[("data", "q\nLong Hoa\n")])).status();
    assert_eq!(small, Some(200), "what fits into memory needs no disk");
    server.wait_for_log("TMPDIR");
    assert!(!server.log().contains(folder), "{}", server.log());
}

#[test]
fn a_folder_for_temporary_files_that_is_gone_is_named_to_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let server = start_by(&[], &format!("[limits]\n{SILENT}"), &[("TMPDIR", &path)]);
    assert!(!server.log().contains("TMPDIR"), "{}", server.log());
    folder.close().unwrap();
    without_disk(&server, &path);
}

#[test]
fn a_folder_for_temporary_files_that_was_never_there_is_named_at_the_start() {
    let path = "/nonexistent/tmp";
    let server = start_by(&[], &format!("[limits]\n{SILENT}"), &[("TMPDIR", path)]);
    server.wait_for_log("TMPDIR");
    without_disk(&server, path);
}
