//! Tables over the real binary: order, statuses, delimiters, encodings, what is refused, memory, hanging up. The `csv`
//! crate reads the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use support::{Reply, Server, block_on};

/// Rows of one table that the test server answers.
const MAX_ROWS: usize = 5_000;

fn server() -> &'static Server {
    static SERVER: OnceLock<(Server, tempfile::TempDir)> = OnceLock::new();
    let (server, _) = SERVER.get_or_init(start);
    server
}

/// A small demo town; `SERVER` is shared, what measures starts its own.
fn start() -> (Server, tempfile::TempDir) {
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

fn post(path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    let request = reqwest::Client::new().post(format!("{}{path}", server().base_url));
    let request = request.header("content-type", kind).body(body.into());
    block_on(|| async {
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Reply { status, headers, body: answer.bytes().await.expect("a whole body").to_vec() }
    })
}

/// A file sent as a form, its other fields behind it, as `curl -F` does.
fn form(path: &str, file: &str, bytes: impl AsRef<[u8]>, fields: &[(&str, &str)]) -> Reply {
    let head = format!("form-data; name=\"data\"; filename=\"{file}\"\r\nContent-Type: text/csv");
    let mut parts = vec![(head, bytes.as_ref())];
    parts
        .extend(fields.iter().map(|(name, value)| (format!("form-data; name=\"{name}\""), value.as_bytes())));
    post_form(path, &parts)
}

/// RFC 7578 by hand: the head of every part, and what is in it.
fn post_form(path: &str, parts: &[(String, &[u8])]) -> Reply {
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
fn form_without_file(path: &str) -> Reply {
    post_form(path, &[("form-data; name=\"columns\"".to_owned(), b"a")])
}

type Row = HashMap<String, String>;

fn rows_of(reply: &Reply, delimiter: u8) -> Vec<Row> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(reply.body.as_slice());
    reader.deserialize().map(|row| row.expect("a row as wide as the header")).collect()
}

fn batch(query: &str, table: &str) -> Vec<Row> {
    rows_of(&post(&format!("/v1/batch{query}"), "text/csv", table), b',')
}

fn statuses(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row["result_status"].as_str()).collect()
}

/// An address of the town, as it is written today.
fn address() -> String {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| example("address")).clone()
}

fn example(kind: &str) -> String {
    let examples = server().get("/catalog").json()["examples"].clone();
    let of_kind = examples.as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap();
    of_kind["text"].as_str().unwrap().to_owned()
}

#[test]
fn rows_come_back_in_their_order_each_with_a_status() {
    let (mut table, long) = ("id,q\n".to_owned(), "x ".repeat(150));
    for id in 0..3_000 {
        let text = ["Phường Thanh Điền", "qqqqzzzz wwwwxxxx", "", &long][id % 4];
        table.push_str(&format!("{id},{text}\n"));
    }
    let rows = batch("?columns=q", &table);
    let ids: Vec<usize> = rows.iter().map(|row| row["id"].parse().unwrap()).collect();
    assert_eq!(ids, (0..3_000).collect::<Vec<_>>());
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row["result_status"], ["ok", "not-found", "skipped", "error"][i % 4], "{row:?}");
        assert_eq!(row["result_ward_code"], ["25633", "", "", ""][i % 4]);
    }
}

#[test]
fn the_header_keeps_what_came_and_adds_ours() {
    let reply = post("/v1/batch?columns=q", "text/csv", "latitude,q\n1,Long Hoa\n");
    assert_eq!(
        reply.text().lines().next().unwrap(),
        "latitude,q,latitude_2,longitude,result_label,result_label_old,result_score,result_score_next,\
         result_type,result_id,result_housenumber,result_street,result_ward,result_ward_code,result_province,\
         result_match,result_ambiguous,result_status"
    );
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"batch.geocoded.csv\"");
    let named = form("/v1/batch", "danh sách.csv", "q\nLong Hoa\n", &[]);
    let disposition = named.header("content-disposition").to_owned();
    assert!(disposition.ends_with("filename*=UTF-8''danh%20s%C3%A1ch.geocoded.csv"), "{disposition}");
}

#[test]
fn a_row_says_what_a_single_search_says() {
    let coordinates = example("coordinates");
    let texts = [
        &address(),
        "Phường Thanh Điền",
        "duong hung vuong",
        &example("parcel"),
        &coordinates,
        "25633",
        "06820",
    ];
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["q"]).unwrap();
    texts.iter().for_each(|text| table.write_record([text]).unwrap());
    let rows = batch("", &String::from_utf8(table.into_inner().unwrap()).unwrap());
    for (text, row) in texts.iter().zip(&rows) {
        let url = reqwest::Url::parse_with_params("http://x/v1/search", [("text", text)]).unwrap();
        let single = server().get(&format!("/v1/search?{}", url.query().unwrap())).json();
        let first = &single["features"][0];
        let is_of = |column: &str, key: &str| {
            let value = &first["properties"][key];
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let value = if value == "null" { String::new() } else { value };
            assert_eq!(row[column].parse::<f64>().ok(), value.parse::<f64>().ok(), "{text}: {row:?}");
            assert!(row[column] == value || value.parse::<f64>().is_ok(), "{text} {column}: {row:?} {value}");
        };
        is_of("result_label", "label");
        is_of("result_label_old", "label_old");
        is_of("result_type", "layer");
        is_of("result_id", "id");
        is_of("result_ward_code", "ward_code");
        is_of("result_score", "confidence");
        is_of("result_match", "match_type");
        let at = &first["geometry"]["coordinates"];
        assert_eq!(row["longitude"].parse::<f64>().ok(), at[0].as_f64(), "{text}");
        assert_eq!(row["latitude"].parse::<f64>().ok(), at[1].as_f64(), "{text}");
        let is_ambiguous = single["geocoding"]["ambiguous"] == true;
        assert_eq!(row["result_ambiguous"], is_ambiguous.to_string(), "{text}");
    }
    assert!(statuses(&rows).iter().all(|status| *status == "ok"), "{rows:?}");
}

#[test]
fn delimiters_are_told_and_answered_with_the_same() {
    for delimiter in [',', ';', '\t', '|'] {
        let quoted = format!("id{delimiter}q\n1{delimiter}\"Phường Thanh Điền{delimiter} Tây Ninh\"\n");
        let rows = rows_of(&post("/v1/batch?columns=q", "text/csv", quoted), delimiter as u8);
        assert_eq!(rows[0]["result_ward_code"], "25633", "{delimiter:?}");
        assert_eq!(rows[0]["q"], format!("Phường Thanh Điền{delimiter} Tây Ninh"));
    }
    let given = rows_of(&post("/v1/batch?delimiter=semicolon", "text/csv", "a;b\n1;Long Hoa\n"), b';');
    assert_eq!(given[0]["b"], "Long Hoa");
}

#[test]
fn encodings_are_told_by_their_bytes() {
    let table = "tên,q\nông Đặng,Phường Thanh Điền\n";
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{table}").encode_utf16().flat_map(to_bytes).collect()
    };
    // Windows-1258: the dot below and the hook are characters of their own behind the vowel
    let cp1258 = b"t\xean,q\n\xf4ng \xd0\xe3\xf2ng,Ph\xfd\xf5\xcc\x6eg Thanh \xd0i\xea\xcc\x6e\n".to_vec();
    let tables = [
        ("UTF-8", table.as_bytes().to_vec()),
        ("UTF-8 with a mark", [b"\xef\xbb\xbf", table.as_bytes()].concat()),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("Windows-1258", cp1258),
    ];
    for (name, bytes) in tables {
        let has_mark = bytes.starts_with(b"\xef\xbb\xbf");
        let mut reply = post("/v1/batch?columns=q", "text/csv", bytes);
        assert_eq!(reply.body.starts_with(b"\xef\xbb\xbf"), has_mark, "{name}");
        if has_mark {
            reply.body.drain(..3);
        }
        let rows = rows_of(&reply, b',');
        assert_eq!(
            (rows[0]["tên"].as_str(), rows[0]["result_ward_code"].as_str()),
            ("ông Đặng", "25633"),
            "{name}"
        );
    }
    let marked = post("/v1/batch?with_bom=1", "text/csv", "q\nLong Hoa\n");
    assert!(marked.body.starts_with(b"\xef\xbb\xbfq,"), "{}", marked.text());
}

#[test]
fn cells_with_line_breaks_and_quotes_come_back_as_they_were() {
    let cell = "Phường Thanh Điền\nsố \"nhà\", Tây Ninh";
    let table = format!("q,ghi chú\n\"{}\",\"a\r\nb\"\n", cell.replace('"', "\"\""));
    let rows = batch("?columns=q", &table);
    assert_eq!((rows[0]["q"].as_str(), rows[0]["ghi chú"].as_str()), (cell, "a\r\nb"));
    assert_eq!(rows[0]["result_ward_code"], "25633");
}

#[test]
fn columns_may_be_given_by_what_they_hold_and_join_in_the_order_of_an_address() {
    let table = "tỉnh,phường,đường\nTây Ninh,Long Hoa,Hùng Vương\n";
    let url = reqwest::Url::parse_with_params(
        "http://x",
        [("address", "đường"), ("ward", "phường"), ("province", "tỉnh")],
    )
    .unwrap();
    let rows = batch(&format!("?{}", url.query().unwrap()), table);
    let single = server().get("/v1/search?text=H%C3%B9ng+V%C6%B0%C6%A1ng,+Long+Hoa,+T%C3%A2y+Ninh").json();
    assert_eq!(rows[0]["result_label"], single["features"][0]["properties"]["label"].as_str().unwrap());
}

#[test]
fn a_broken_row_is_an_error_and_the_others_are_answered() {
    let mut table = b"id,q\n1,Long Hoa\n2,Ho\xe0 Th\xe0nh\n3\n4,Long Hoa,phu,them\n5,\"Long Hoa\n".to_vec();
    table.extend("6,Phường Thanh Điền là đây, đường phố ở đó\n7,Phường Thanh Điền\n".as_bytes());
    let rows = rows_of(&post("/v1/batch?columns=q", "text/csv", table), b',');
    assert_eq!(statuses(&rows), ["ok", "error", "skipped", "error", "error", "error", "ok"]);
    assert_eq!(rows[3]["q"], "Long Hoa,phu,them", "cells too many are not lost");
    assert_eq!(rows[4]["q"], "\"Long Hoa");
}

#[test]
fn a_score_too_low_is_not_found_and_filters_hold() {
    let text = address();
    let table = format!("q\n\"{text} xyzxyz\"\n");
    assert_eq!(statuses(&batch("", &table)), ["ok"]);
    assert_eq!(statuses(&batch("?min_score=1", &table)), ["not-found"]);
    assert_eq!(statuses(&batch("?bbox=105,20,106,21", &table)), ["not-found"]);
    let wards = batch("?layers=ward", "q\nThanh Điền\n");
    assert_eq!(wards[0]["result_type"], "ward");
}

#[test]
fn lines_need_no_header_and_no_quotes() {
    let list = "Phường Thanh Điền, \"Tây\" Ninh\r\n\r\nPhường Long Hoa, Tây Ninh";
    let rows = rows_of(&post("/v1/batch", "text/plain; charset=utf-8", list), b',');
    assert_eq!(rows[0]["text"], "Phường Thanh Điền, \"Tây\" Ninh");
    let codes: Vec<&str> = rows.iter().map(|row| row["result_ward_code"].as_str()).collect();
    assert_eq!(codes, ["25633", "25630"]);
}

#[test]
fn rows_beyond_the_limit_come_back_unanswered() {
    let table = format!("q\n{}", "Long Hoa\n".repeat(MAX_ROWS + 10));
    let rows = batch("", &table);
    assert_eq!(rows.len(), MAX_ROWS + 10);
    assert!(rows[..MAX_ROWS].iter().all(|row| row["result_status"] == "ok"));
    assert!(rows[MAX_ROWS..].iter().all(|row| row["result_status"] == "skipped" && row["q"] == "Long Hoa"));
}

#[test]
fn what_is_no_table_is_refused_with_a_sentence() {
    let detail = |query: &str, body: &[u8]| {
        let reply = post(&format!("/v1/batch{query}"), "text/csv", body);
        assert_eq!(reply.status, 400, "{}", reply.text());
        assert_eq!(reply.header("content-type"), "application/problem+json");
        reply.json()["detail"].as_str().unwrap().to_owned()
    };
    assert!(detail("?columns=x", b"a,b\n1,2\n").contains("no column `x`; the columns are: a, b"));
    assert!(detail("", b"").contains("empty"));
    assert!(detail("", b" \r\n").contains("empty"));
    assert!(detail("", b"PK\x03\x04\0\0").contains("CSV UTF-8"));
    assert!(detail("", b"\x7fELF\0\x01\x02\x03\xff\xfe\xfd").contains("not text"));
    assert!(detail("?encoding=klingon", b"a\n1\n").contains("klingon"));
    assert!(detail("?delimiter=ab", b"a\n1\n").contains("one character"));
    assert!(detail("?min_score=2", b"a\n1\n").contains("from 0 to 1"));
    assert!(detail("?bbox=1,2", b"a\n1\n").contains("west,south,east,north"));
    assert!(detail("?layers=house", b"a\n1\n").contains("address, street"));
    assert!(detail("?lat=a", b"a\n1\n").contains("both lat and lon"));
    assert!(detail("", &[b'a', b','].repeat(2_000)).contains("1000 columns"));
    assert_eq!(server().get("/v1/batch").status, 405);
    assert_eq!(form_without_file("/v1/batch").status, 400);
}

#[test]
fn random_bytes_are_answered_or_refused_and_never_a_server_error() {
    let mut dice = support::Dice(7);
    for _ in 0..200 {
        let length = dice.roll(3_000) as usize;
        let bytes: Vec<u8> = (0..length).map(|_| dice.roll(256) as u8).collect();
        let reply = post("/v1/batch", "text/csv", bytes);
        assert!([200, 400].contains(&reply.status), "{} {}", reply.status, reply.text());
    }
}

// ---- Units ----

fn units(query: &str) -> serde_json::Value {
    let reply = server().get(&format!("/v1/units/convert?{query}"));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// (old code, new code, relation) of every step.
fn steps(answer: &serde_json::Value) -> Vec<(&str, &str, &str)> {
    let units = answer["units"].as_array().unwrap();
    units
        .iter()
        .map(|one| {
            (
                one["old"]["code"].as_str().unwrap_or_default(),
                one["new"]["code"].as_str().unwrap(),
                one["relation"].as_str().unwrap(),
            )
        })
        .collect()
}

#[test]
fn an_old_ward_becomes_the_one_it_went_into() {
    // 1682/NQ-UBTVQH15, point 92: Hiệp Tân with Thanh Điền of huyện Châu Thành
    let merged =
        units("text=ph%C6%B0%E1%BB%9Dng+Hi%E1%BB%87p+T%C3%A2n,+th%E1%BB%8B+x%C3%A3+H%C3%B2a+Th%C3%A0nh");
    assert_eq!(steps(&merged), [("25633", "25633", "merged")]);
    assert_eq!(merged["ambiguous"], false);
}

#[test]
fn an_old_ward_that_was_split_has_all_candidates_until_something_decides() {
    let split = units("text=phuong+Trung+Vuong,+thanh+pho+Uong+Bi");
    assert_eq!(split["ambiguous"], true);
    assert!(steps(&split).len() > 1, "{split}");
    assert!(
        steps(&split).iter().all(|(old, _, relation)| (*old, *relation) == ("06820", "split")),
        "{split}"
    );
}

#[test]
fn a_code_that_was_given_twice_has_both_meanings_or_the_old_one() {
    let both = units("text=06820");
    assert_eq!(both["ambiguous"], true);
    assert!(steps(&both).iter().any(|(_, new, _)| *new == "06820"), "{both}");
    let old = units("text=06820&from=old");
    assert!(steps(&old).iter().all(|(old, _, _)| *old == "06820"), "{old}");
}

#[test]
fn a_ward_of_today_says_what_it_was_made_of() {
    // 1682/NQ-UBTVQH15, point 90
    let made_of = units("text=25630&direction=old");
    let mut old: Vec<&str> = steps(&made_of).iter().map(|(old, _, _)| *old).collect();
    old.sort_unstable();
    assert_eq!(old, ["25630", "25636", "25639", "25642", "25648"], "{made_of}");
    assert!(steps(&made_of).iter().all(|(_, new, relation)| (*new, *relation) == ("25630", "merged")));
}

#[test]
fn units_are_converted_by_the_table_too() {
    let table = "q\n\"phường Hiệp Tân, thị xã Hòa Thành\"\n06820\nqqqqzzzz\n\n";
    let rows = rows_of(&post("/v1/units/convert?columns=q", "text/csv", table), b',');
    assert_eq!(statuses(&rows), ["ok", "ok", "not-found"]);
    let of = |row: usize, column: &str| rows[row][column].clone();
    assert_eq!((of(0, "result_old_code"), of(0, "result_new_code")), ("25633".into(), "25633".into()));
    assert_eq!((of(0, "result_relation"), of(0, "result_ambiguous")), ("merged".into(), "false".into()));
    assert!(of(0, "result_new_label").contains("Thanh Điền"));
    assert_eq!(of(1, "result_ambiguous"), "true");
    assert!(of(1, "result_candidates").contains('|'));
    let back = rows_of(&post("/v1/units/convert?direction=old", "text/plain", "25645"), b',');
    assert_eq!(back[0]["result_old_code"], "25645|25651");
    assert_eq!(server().get("/v1/units/convert").status, 400);
    assert_eq!(server().get("/v1/units/25630").status, 200);
}

// ---- The tables of addok ----

#[test]
fn addoks_clients_find_their_columns() {
    let table = "name,street\nBưu điện,Phường Thanh Điền\nAi,qqqqzzzz\n";
    for path in ["/ban/search/csv", "/ban/search/csv/"] {
        let reply = form(path, "file.csv", table, &[("columns", "street")]);
        assert_eq!(reply.header("content-disposition"), "attachment; filename=\"file.geocoded.csv\"");
        assert_eq!(
            reply.text().lines().next().unwrap(),
            "name,street,latitude,longitude,result_label,result_score,result_score_next,result_type,result_id,\
             result_housenumber,result_name,result_street,result_postcode,result_city,result_context,\
             result_citycode,result_oldcitycode,result_oldcity,result_district,result_status"
        );
        let rows = rows_of(&reply, b',');
        assert_eq!(
            (rows[0]["result_citycode"].as_str(), rows[0]["result_type"].as_str()),
            ("25633", "municipality")
        );
        assert_eq!(statuses(&rows), ["ok", "not-found"]);
        assert_eq!(rows[1]["latitude"], "");
    }
    let filtered =
        [("columns", "q"), ("type", "loại"), ("result_columns", "label"), ("result_columns", "status")];
    let reply = form("/ban/search/csv", "f.csv", "q,loại\nThanh Điền,street\nThanh Điền,\n", &filtered);
    assert_eq!(reply.text().lines().next().unwrap(), "q,loại,result_label,result_status");
    assert_eq!(rows_of(&reply, b',')[1]["result_status"], "ok");
}

#[test]
fn addoks_refusals_are_said_in_its_words() {
    let refusal = |reply: Reply| {
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (400, "application/json"),
            "{}",
            reply.text()
        );
        let text = reply.json()["title"].as_str().unwrap().to_owned();
        assert_eq!(reply.text(), serde_json::json!({ "title": text, "description": text }).to_string());
        text
    };
    assert_eq!(refusal(form_without_file("/ban/search/csv")), "Missing file");
    assert_eq!(refusal(form("/ban/search/csv", "f.csv", "", &[])), "Empty file");
    assert_eq!(
        refusal(form("/ban/search/csv", "f.csv", "id,q\n1,a\n", &[("columns", "x")])),
        "Cannot found column 'x' in columns ['id', 'q']"
    );
    assert_eq!(
        refusal(form("/ban/search/csv", "f.csv", "q\n1\n", &[("encoding", "klingon")])),
        "Unable to decode with encoding \"klingon\""
    );
    assert_eq!(
        refusal(form("/ban/search/csv", "f.csv", b"q\nHo\xe0 Th\xe0nh\n", &[("encoding", "utf-8")])),
        "Unable to decode with encoding \"utf-8\""
    );
}

#[test]
fn addoks_reverse_names_the_nearest_door() {
    let at =
        server().get("/v1/search?text=phuong+thanh+dien").json()["features"][0]["geometry"]["coordinates"]
            .clone();
    let table = format!("id,lat,lng\n1,{},{}\n2,x,1\n3,,\n4,0,0\n", at[1], at[0]);
    let rows = rows_of(&form("/ban/reverse/csv", "f.csv", table, &[]), b',');
    assert_eq!(statuses(&rows), ["ok", "error", "skipped", "not-found"]);
    assert_ne!((rows[0]["result_label"].as_str(), rows[0]["result_latitude"].as_str()), ("", ""));
    let single = server().get(&format!("/v1/reverse?lat={}&lon={}", at[1], at[0])).json();
    assert_eq!(rows[0]["result_label"], single["features"][0]["properties"]["label"].as_str().unwrap());
}

// ---- Memory, and clients that hang up ----

/// A table on its way to a server, in pieces of a chunked body.
struct Sending(TcpStream);

impl Sending {
    fn start(server: &Server, path: &str) -> Self {
        let mut stream = TcpStream::connect(server.base_url.strip_prefix("http://").unwrap()).unwrap();
        let head = "Host: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nConnection: close";
        write!(stream, "POST {path} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
        Self(stream)
    }

    fn piece(&mut self, text: &str) {
        write!(self.0, "{:x}\r\n{text}\r\n", text.len()).unwrap();
    }

    fn end(mut self) -> BufReader<TcpStream> {
        self.0.write_all(b"0\r\n\r\n").unwrap();
        BufReader::new(self.0)
    }
}

fn peak_memory_mb(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
fn two_hundred_megabytes_do_not_grow_the_server_though_the_client_reads_nothing_before_it_has_sent_all() {
    const GROWTH_MB: u64 = 64;
    let (server, _folder) = start();
    let row = format!("Phường Thanh Điền,{}\n", "ghi chú ".repeat(100));
    let thousand = row.repeat(1_000);
    let answer = |thousands: usize| {
        let mut sending = Sending::start(&server, "/v1/batch?columns=q");
        sending.piece("q,note\n");
        (0..thousands).for_each(|_| sending.piece(&thousand));
        let mut answer = sending.end();
        let mut lines = 0;
        let mut line = Vec::new();
        while answer.read_until(b'\n', &mut line).unwrap() > 0 {
            lines += usize::from(line.starts_with("Phường Thanh Điền,".as_bytes()));
            line.clear();
        }
        lines
    };
    // the threads and the buffers that every table needs
    answer(10);
    let before_mb = peak_memory_mb(&server);
    let thousands = 200_000_000 / thousand.len() + 1;
    let lines = answer(thousands);
    let grown_mb = peak_memory_mb(&server) - before_mb;
    // a row may be cut by the borders of the answer's chunks
    assert!(lines * 100 >= thousands * 1_000 * 99, "{lines} of {thousands},000 rows came back");
    assert!(grown_mb < GROWTH_MB, "grew by {grown_mb} MB over {before_mb} MB");
}

#[test]
fn a_client_that_hangs_up_ends_the_work() {
    const ROWS: usize = 1_000_000;
    let (server, _folder) = start_unlimited();
    let mut sending = Sending::start(&server, "/v1/batch");
    sending.piece("q\n");
    let thousand = "12 duong hung vuong long hoa hoa thanh\n".repeat(1_000);
    (0..ROWS / 1_000).for_each(|_| sending.piece(&thousand));
    let mut answer = sending.end();
    let mut some = [0; 10_000];
    answer.read_exact(&mut some).unwrap();
    drop(answer);
    let started = Instant::now();
    let metric = |name: &str| -> Option<f64> {
        let metrics = server.get("/metrics").text();
        let lines: Vec<&str> = metrics.lines().filter(|line| line.starts_with(name)).collect();
        (!lines.is_empty())
            .then(|| lines.iter().filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
    };
    while metric("batches_under_way") != Some(0.0) {
        assert!(started.elapsed() < Duration::from_secs(30), "the work goes on");
        std::thread::sleep(Duration::from_millis(20));
    }
    let answered = metric("batch_rows_total").unwrap();
    assert!(answered < ROWS as f64 / 2.0, "{answered} rows were answered for nobody");
}

/// A server that answers tables of any length.
fn start_unlimited() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    assert_eq!(Server::run(&["demo", "--parcels", "1000", "--out", file]).0, 0);
    (Server::start(&["serve", "--source", file]), folder)
}

#[test]
fn an_upload_that_is_cut_off_is_no_whole_answer() {
    let mut sending = Sending::start(server(), "/v1/batch");
    sending.piece("q\n");
    sending.piece(&"Long Hoa\n".repeat(20_000));
    sending.0.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = sending.0.read_to_end(&mut answer);
    assert!(!answer.ends_with(b"0\r\n\r\n"), "a part was given for the whole");
}
