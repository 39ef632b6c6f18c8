//! `/v1/batch`: order, statuses, delimiters, encodings, and what is refused.

use super::town::{
    MAX_ROWS, address, batch, example, form, form_without_file, post, rows_of, server, statuses,
};

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
         result_match,result_ambiguous,result_unmatched,result_truncated,result_status"
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
        "Phường Hồng Hà, Hà Nội",
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
    for row in &rows {
        let has_point = !row["latitude"].is_empty() && !row["longitude"].is_empty();
        assert_eq!(row["result_status"], if has_point { "ok" } else { "not-found" }, "{row:?}");
        assert_eq!(row["result_truncated"], "false");
    }
    assert!(statuses(&rows).contains(&"ok") && statuses(&rows).contains(&"not-found"), "{rows:?}");
}

#[test]
fn a_unit_whose_position_nobody_knows_is_not_found_and_still_named() {
    // the generated town has no shape of this ward
    let rows = batch("?columns=q", "q\nPhường Phúc Xá\nPhường Thanh Điền\n");
    assert_eq!(statuses(&rows), ["not-found", "ok"]);
    assert_eq!((&*rows[0]["latitude"], &*rows[0]["longitude"]), ("", ""));
    assert_eq!((&*rows[0]["result_ward_code"], &*rows[0]["result_ward"]), ("00097", "Phường Hồng Hà"));
}

#[test]
fn a_row_says_which_words_were_not_understood() {
    let rows =
        batch("?columns=q", "q\n\"Hùng Vương, qqqqzzzz, Phường Thanh Điền, gọi 0912345678\"\nLong Hoa\n");
    assert_eq!((&*rows[0]["result_status"], &*rows[0]["result_unmatched"]), ("ok", "qqqqzzzz"));
    assert_eq!(rows[1]["result_unmatched"], "");
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
fn a_row_is_held_to_the_ward_whose_code_it_gives() {
    let street = "Hùng Vương";
    let rows = batch(
        "?address=q&ward=ma_xa",
        &format!(
            "q,ma_xa\n{street},25633\n{street},99999\n{street},00001\nThanh Điền,25633\nThanh Điền,25630\n,25633\n"
        ),
    );
    let told: Vec<(&str, &str)> =
        rows.iter().map(|row| (row["result_status"].as_str(), row["result_ward_code"].as_str())).collect();
    assert_eq!(told[0], ("ok", "25633"));
    assert_eq!(told[1], ("not-found", ""), "nobody knows this code");
    // 00001 was Phúc Xá and is in 00097 today: the street is elsewhere, and all that is left of the row is its ward
    assert_eq!(told[2], ("not-found", "00097"), "and nobody knows where that lies");
    assert_eq!((rows[2]["result_type"].as_str(), rows[2]["result_street"].as_str()), ("ward", ""));
    assert_ne!(rows[2]["result_match"], "exact");
    assert_eq!(told[3], ("ok", "25633"));
    assert!(["not-found", "ok"].contains(&told[4].0) && told[4].1 != "25633", "{:?}", told[4]);
    assert_eq!(told[5], ("ok", "25633"), "the ward itself");
    let beside = batch("?columns=q&ward=ma_xa", &format!("q,ma_xa\n{street},25633\n{street},25633.0\n"));
    assert_eq!((&*beside[0]["result_ward_code"], &*beside[1]["result_ward_code"]), ("25633", "25633"));
}

#[test]
fn parameters_that_nobody_knows_are_refused_and_the_nearest_named() {
    for (query, nearest) in [("?colums=q", "columns"), ("?adress=q", "address"), ("?minscore=1", "min_score")]
    {
        let reply = post(&format!("/v1/batch{query}"), "text/csv", "q\nLong Hoa\n");
        assert_eq!(reply.status, 400, "{}", reply.text());
        assert!(reply.text().contains(&format!("did you mean `{nearest}`")), "{}", reply.text());
    }
    let form = form("/v1/units/convert", "a.csv", "q\nLong Hoa\n", &[("direktion", "old")]);
    assert_eq!(form.status, 400, "{}", form.text());
    assert!(form.text().contains("direction"), "{}", form.text());
}

#[test]
fn a_broken_row_is_an_error_and_the_others_are_answered() {
    let mut table = b"id,q\n1,25633\n2,Ho\xe0 Th\xe0nh\n3\n4,Long Hoa,phu,them\n5,\"Long Hoa\n".to_vec();
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
    let table = format!("q\n{}", "25633\n".repeat(MAX_ROWS + 10));
    let rows = batch("", &table);
    assert_eq!(rows.len(), MAX_ROWS + 10);
    assert!(rows[..MAX_ROWS].iter().all(|row| row["result_status"] == "ok"));
    assert!(rows[MAX_ROWS..].iter().all(|row| row["result_status"] == "skipped" && row["q"] == "25633"));
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
    let mut dice = crate::support::Dice(7);
    for _ in 0..200 {
        let length = dice.roll(3_000) as usize;
        let bytes: Vec<u8> = (0..length).map(|_| dice.roll(256) as u8).collect();
        let reply = post("/v1/batch", "text/csv", bytes);
        assert!([200, 400].contains(&reply.status), "{} {}", reply.status, reply.text());
    }
}
