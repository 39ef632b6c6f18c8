//! `/ban/search/csv` and `/ban/reverse/csv`, with the columns and refusals of addok.

use super::town::{form, form_without_file, rows_of, server, statuses};
use crate::support::Reply;

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
fn columns_that_addok_has_not_are_added_where_they_are_asked_for() {
    let asked = [("columns", "q"), ("result_columns", "unmatched"), ("result_columns", "result_truncated")];
    let reply = form("/ban/search/csv", "f.csv", "q\n\"qqqqzzzz, Phường Thanh Điền\"\nwwwwxxxx\n", &asked);
    assert_eq!(
        reply.text().replace("\r\n", "\n"),
        "q,result_unmatched,result_truncated\n\"qqqqzzzz, Phường Thanh Điền\",qqqqzzzz,false\nwwwwxxxx,,false\n"
    );
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
