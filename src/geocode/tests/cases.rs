//! `tests/geocode/cases.csv`: what people write and what they must find first.
//!
//! Columns: `query`; `expected_<property>` as named below, empty for "does not matter"; `limit`
//! (the right one is among so many); `typing` = 1 for autocomplete; `comment`.

use std::collections::BTreeMap;

use super::super::*;
use super::town::index;

fn property<'a>(hit: &'a Hit, name: &str) -> Option<String> {
    let text = |value: &'a Option<String>| value.clone();
    match name {
        "label" => Some(hit.label.clone()),
        "ward_code" => text(&hit.ward_code),
        "kind" => Some(format!("{:?}", hit.kind)),
        "housenumber" => text(&hit.housenumber),
        "street" => text(&hit.street),
        "province" => text(&hit.province),
        "former" => text(&hit.former_code),
        other => panic!("unknown column expected_{other}"),
    }
}

#[test]
fn every_case_is_found() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/geocode/cases.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let columns = reader.headers().unwrap().clone();
    let (mut count, mut misses) = (0, Vec::new());
    for row in reader.records() {
        let row: BTreeMap<String, String> =
            columns.iter().zip(row.unwrap().iter()).map(|(c, v)| (c.to_owned(), v.to_owned())).collect();
        let limit = row["limit"].parse().unwrap_or(1);
        let is_prefix = row["typing"] == "1";
        let text = row["query"].replace("\\n", "\n");
        let answer = index().search(&Query { limit, is_prefix, ..Query::new(&text) });
        let wanted = row.iter().filter_map(|(c, v)| Some((c.strip_prefix("expected_")?, v)));
        let wanted: Vec<_> = wanted.filter(|(_, v)| !v.is_empty()).collect();
        let is_found = answer
            .hits
            .iter()
            .any(|hit| wanted.iter().all(|(name, v)| property(hit, name).as_ref() == Some(*v)));
        count += 1;
        if !is_found {
            let got = answer.hits.first().map(|hit| (&hit.label, &hit.ward_code, hit.kind, hit.score));
            misses.push(format!("{text:?} ({}) wanted {wanted:?}, got {got:?}", row["comment"]));
        }
    }
    assert!(count >= 60);
    assert!(misses.is_empty(), "{} of {count} missed:\n{}", misses.len(), misses.join("\n"));
}
