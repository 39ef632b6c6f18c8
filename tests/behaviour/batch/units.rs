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
                one["new"]["code"].as_str().unwrap_or_default(),
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
fn a_ward_that_ended_between_two_lists_leads_on_to_the_ward_that_took_it() {
    for (text, old, new) in [
        ("xã Tà Lai, Mộc Châu, Sơn La", "04003", "04000"),
        ("thị trấn Phù Yên, huyện Phù Yên", "03898", "03910"),
        ("xã Thắng Cương, huyện Yên Dũng, Bắc Giang", "07744", "07681"),
        ("xã Mỹ Lâm, huyện Cát Tiên, Lâm Đồng", "25174", "25159"),
        ("xã Quế Phước, huyện Nông Sơn", "20674", "20669"),
        ("25177", "25177", "25159"),
    ] {
        assert_eq!(steps(&units(&format!("text={text}"))), [(old, new, "merged")], "{text}");
    }
    let made_of = units("text=25159&direction=old");
    let old: Vec<&str> = steps(&made_of).iter().map(|(old, _, _)| *old).collect();
    assert_eq!(old, ["25159", "25171", "25189"], "those that had ended by then are not among them");
}

#[test]
fn an_island_district_without_wards_became_the_special_zone() {
    for (text, district, zone) in [
        ("huyện Côn Đảo, Bà Rịa - Vũng Tàu", "755", "26732"),
        ("huyện Bạch Long Vĩ, Hải Phòng", "318", "11948"),
        ("huyện Cồn Cỏ, Quảng Trị", "471", "19742"),
        ("huyện Hoàng Sa, Đà Nẵng", "498", "20333"),
        ("huyện Lý Sơn, Quảng Ngãi", "536", "21548"),
    ] {
        assert_eq!(steps(&units(&format!("text={text}"))), [(district, zone, "renamed")], "{text}");
    }
    assert_eq!(steps(&units("text=26732&direction=old")), [("755", "26732", "renamed")]);
}

/// The 22 communes that resolutions 237 and 388 made wards in 2026.
#[test]
fn no_old_unit_is_without_a_code_and_a_ward_of_2026_was_made_of_wards_of_before_the_reform() {
    for code in [
        "07294", "07375", "07399", "07444", "07840", "09193", "09292", "09313", "09319", "09454", "09475",
        "09496", "25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485",
    ] {
        let today = units(&format!("text={code}"));
        assert_eq!(steps(&today)[0], (code, code, "renamed"), "{today}");
        let made_of = units(&format!("text={code}&direction=old"));
        assert!(steps(&made_of).len() > 1, "{made_of}");
        for (old, new, relation) in steps(&made_of) {
            assert!(old.len() == 5 && new == code && ["merged", "split"].contains(&relation), "{made_of}");
        }
    }
}

#[test]
fn where_no_source_leads_on_the_answer_says_unknown_and_nobody_is_sure() {
    let unknown = units("text=25186");
    assert_eq!(steps(&unknown), [("25186", "", "unknown")], "{unknown}");
    assert!(unknown["units"][0]["new"].is_null(), "{unknown}");
    assert_eq!(steps(&units("text=xã Phù Mỹ, huyện Đạ Huoai, Lâm Đồng")), [("25186", "", "unknown")]);
    let rows = rows_of(&post("/v1/units/convert", "text/plain", "16411"), b',');
    assert_eq!((statuses(&rows), &*rows[0]["result_relation"]), (vec!["not-found"], "unknown"));
    assert_eq!((&*rows[0]["result_old_code"], &*rows[0]["result_new_code"]), ("16411", ""));
    for path in
        ["/v1/units/25186", "/v1/search?text=25186", "/v1/search?text=xã Phù Mỹ, huyện Đạ Huoai, Lâm Đồng"]
    {
        let found = server().get(path).json();
        let first = &found["features"][0]["properties"];
        assert_eq!((&first["former_code"], &first["confidence"]), (&"25186".into(), &0.0.into()), "{found}");
    }
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
