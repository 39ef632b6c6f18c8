//! One small demo town behind a server that answers tables, and what every test sends it.

use std::collections::HashMap;
use std::io::Write;
use std::sync::OnceLock;

use crate::support::{Reply, Server, block_on};

/// Rows of one table that the test server answers.
pub const MAX_ROWS: usize = 5_000;

pub fn server() -> &'static Server {
    static SERVER: OnceLock<(Server, tempfile::TempDir)> = OnceLock::new();
    let (server, _) = SERVER.get_or_init(start);
    server
}

/// A small demo town; `SERVER` is shared, what measures starts its own.
pub fn start() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    let (code, _, log) = Server::run(&["demo", "--parcels", "2000", "--out", file]);
    assert_eq!(code, 0, "{log}");
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, format!("batch_max_rows = {MAX_ROWS}\n")).unwrap();
    let config = config.to_str().unwrap();
    (Server::start(&["serve", "--source", file, "--config", config]), folder)
}

pub fn post(path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    let request = reqwest::Client::new().post(format!("{}{path}", server().base_url));
    let request = request.header("content-type", kind).body(body.into());
    block_on(|| async {
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Reply { status, headers, body: answer.bytes().await.expect("a whole body").to_vec() }
    })
}

/// A file sent as a form, its other fields behind it, as `curl -F` does.
pub fn form(path: &str, file: &str, bytes: impl AsRef<[u8]>, fields: &[(&str, &str)]) -> Reply {
    let head = format!("form-data; name=\"data\"; filename=\"{file}\"\r\nContent-Type: text/csv");
    let mut parts = vec![(head, bytes.as_ref())];
    parts
        .extend(fields.iter().map(|(name, value)| (format!("form-data; name=\"{name}\""), value.as_bytes())));
    post_form(path, &parts)
}

/// RFC 7578 by hand: the head of every part, and what is in it.
pub fn post_form(path: &str, parts: &[(String, &[u8])]) -> Reply {
    let mut body = Vec::new();
    for (head, content) in parts {
        write!(body, "--border\r\nContent-Disposition: {head}\r\n\r\n").unwrap();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--border--\r\n");
    post(path, "multipart/form-data; boundary=border", body)
}

/// A form without a file.
pub fn form_without_file(path: &str) -> Reply {
    post_form(path, &[("form-data; name=\"columns\"".to_owned(), b"a")])
}

pub type Row = HashMap<String, String>;

pub fn rows_of(reply: &Reply, delimiter: u8) -> Vec<Row> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(reply.body.as_slice());
    reader.deserialize().map(|row| row.expect("a row as wide as the header")).collect()
}

pub fn batch(query: &str, table: &str) -> Vec<Row> {
    rows_of(&post(&format!("/v1/batch{query}"), "text/csv", table), b',')
}

pub fn statuses(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row["result_status"].as_str()).collect()
}

/// An address of the town, as it is written today.
pub fn address() -> String {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| example("address")).clone()
}

pub fn example(kind: &str) -> String {
    let examples = server().get("/catalog").json()["examples"].clone();
    let of_kind = examples.as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap();
    of_kind["text"].as_str().unwrap().to_owned()
}
