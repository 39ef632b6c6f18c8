//! `tests/geocode/cases.csv`: what people write and what they must find, by category. The file only
//! grows. The engine was built against it; `tests/geocode/frozen.csv` was written without it and is not tuned to.
//!
//! Columns as in geocoder-tester: `query`; `expected_<property>`, empty for "does not matter";
//! `limit` (the right one is among so many, 1 where empty); `lat`, `lon` of the place in view;
//! `mark`, the category; `comment`; and `typing` = 1 for autocomplete.

use std::collections::BTreeMap;

use crate::geocode::tests::town::{index, table};
use crate::geocode::*;
use crate::geometry::{LngLat, World};

pub(super) type Row = BTreeMap<String, String>;

/// What of a category was found.
#[derive(Default)]
struct Score {
    count: u32,
    first: u32,
    five: u32,
    /// Letters typed of letters there are, until the answer stood first.
    keystrokes: f64,
}

fn property(hit: &Hit, name: &str) -> Option<String> {
    match name {
        "label" => Some(if hit.kind == HitKind::Landmark { hit.name.clone() } else { hit.label.clone() }),
        "ward_code" => hit.ward_code.clone(),
        "kind" => Some(format!("{:?}", hit.kind)),
        "housenumber" => hit.housenumber.clone(),
        "street" => hit.street.clone(),
        "province" => hit.province.clone(),
        "former" => hit.former_code.clone(),
        other => panic!("unknown column expected_{other}"),
    }
}

pub(super) fn is_right(hit: &Hit, row: &Row) -> bool {
    let wanted = row.iter().filter_map(|(column, value)| Some((column.strip_prefix("expected_")?, value)));
    wanted.filter(|(_, value)| !value.is_empty()).all(|(name, v)| property(hit, name).as_ref() == Some(v))
}

pub(super) fn focus(row: &Row) -> Option<World> {
    let (lat, lng) = (row["lat"].parse().ok()?, row["lon"].parse().ok()?);
    Some(World::from_lnglat(LngLat { lng, lat }))
}

/// Among the first five, where the right one stands.
fn rank(row: &Row, text: &str, is_prefix: bool) -> (Option<usize>, Option<String>) {
    let query = Query { limit: 5, is_prefix, focus: focus(row).map(Focus::from), ..Query::new(text) };
    let hits = index().search(&query).hits;
    let rank = hits.iter().position(|hit| is_right(hit, row));
    (rank, hits.first().map(|hit| format!("{} [{:?} {:.2}]", hit.label, hit.kind, hit.score)))
}

/// The share of the text that had to be typed until the answer came first; 1 where it never does.
fn keystrokes(row: &Row, text: &str) -> f64 {
    let ends: Vec<usize> = text.char_indices().map(|(i, c)| i + c.len_utf8()).collect();
    let first = ends.iter().position(|&end| rank(row, &text[..end], true).0 == Some(0));
    first.map_or(1.0, |at| (at + 1) as f64 / ends.len() as f64)
}

/// Every row held against the index: what of each category was found, and a line for each row that was not.
fn judged(rows: &[Row]) -> (BTreeMap<&str, Score>, Vec<String>) {
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let mut misses = Vec::new();
    for row in rows {
        let text = row["query"].replace("\\n", "\n");
        let limit: usize = row["limit"].parse().unwrap_or(1);
        let (rank, first) = rank(row, &text, row["typing"] == "1");
        let score = scores.entry(&row["mark"]).or_default();
        score.count += 1;
        score.first += u32::from(rank.is_some_and(|rank| rank < limit));
        score.five += u32::from(rank.is_some());
        score.keystrokes += keystrokes(row, &text);
        if rank.is_none_or(|rank| rank >= limit) {
            misses.push(format!("{} | {text:?} got {first:?}, right at {rank:?}", row["mark"]));
        }
    }
    eprintln!("{:24}{:>6}{:>9}{:>9}{:>13}", "category", "cases", "exact@1", "exact@5", "keystrokes");
    for (mark, score) in &scores {
        let percent = |part: u32| f64::from(part) * 100.0 / f64::from(score.count);
        let keystrokes = score.keystrokes * 100.0 / f64::from(score.count);
        let (first, five) = (percent(score.first), percent(score.five));
        eprintln!("{mark:24}{:6}{first:8.1}%{five:8.1}%{keystrokes:12.0}%", score.count);
    }
    (scores, misses)
}

#[test]
fn what_people_write_is_found() {
    let rows: Vec<Row> = table("cases.csv");
    let (_, misses) = judged(&rows);
    assert!(rows.len() >= 581, "cases are added, never taken away");
    assert!(misses.is_empty(), "{} of {} missed:\n{}", misses.len(), rows.len(), misses.join("\n"));
}

/// Category of `frozen.csv`, how many of its rows are found first, and how many there are: what was measured when the
/// file came. Nothing is tuned to its rows, and they are not changed; the second number may only rise.
const FROZEN_FLOORS: [(&str, u32, u32); 17] = [
    ("alley_chains", 16, 16),
    ("bare_letters", 15, 15),
    ("country_old", 21, 21),
    ("country_today", 21, 21),
    ("decomposed_text", 15, 15),
    ("former_streets", 15, 15),
    ("ime_left_over", 20, 20),
    ("landmark_names", 12, 16),
    ("new_address", 16, 16),
    ("noise", 14, 16),
    ("old_address", 15, 15),
    ("old_ward_province", 16, 16),
    ("one_slip", 15, 16),
    ("prefixes", 15, 16),
    ("reordered", 16, 16),
    ("shortened", 14, 15),
    ("today_spellings", 16, 16),
];

#[test]
fn texts_that_nothing_was_tuned_to_are_found_as_often_as_before() {
    assert_floors("frozen.csv", &FROZEN_FLOORS);
}

fn assert_floors(file: &str, floors: &[(&str, u32, u32)]) {
    let rows: Vec<Row> = table(file);
    let (scores, misses) = judged(&rows);
    eprintln!("{}", misses.join("\n"));
    assert_eq!(scores.len(), floors.len());
    for &(mark, floor, count) in floors {
        let score = &scores[mark];
        assert_eq!(score.count, count, "{mark}");
        assert!(score.first >= floor, "{mark}: {} of {count} found first, {floor} before", score.first);
    }
}

/// Category of `frozen2.csv` and how many of its rows are found first, of how many: what was measured when the
/// file was first asked. Nothing is tuned to its rows.
const FROZEN2_FLOORS: [(&str, u32, u32); 21] = [
    ("before_abbreviated", 16, 16),
    ("before_full", 12, 12),
    ("before_no_kinds", 12, 12),
    ("before_no_marks", 12, 12),
    ("before_reversed", 8, 8),
    ("before_upper_case", 8, 8),
    ("code_and_country_behind", 16, 16),
    ("districts_no_more", 18, 18),
    ("hcm_forms", 22, 22),
    ("input_method_off", 27, 28),
    ("levels_left_out", 24, 24),
    ("old_and_new_mixed", 32, 32),
    ("one_slip", 24, 24),
    ("split_wards", 25, 25),
    ("today_abbreviated", 18, 18),
    ("today_full", 15, 15),
    ("today_no_kinds", 15, 15),
    ("today_no_marks", 16, 16),
    ("today_reversed", 12, 12),
    ("today_upper_case", 10, 10),
    ("town_addresses", 74, 74),
];

#[test]
fn texts_drawn_by_rules_are_found_as_often_as_when_first_asked() {
    assert_floors("frozen2.csv", &FROZEN2_FLOORS);
}
