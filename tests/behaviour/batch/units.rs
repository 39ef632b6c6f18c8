//! `/v1/units/convert`: units of before and of today, of a text and of a table.

use super::town::{post, rows_of, server, statuses};

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
