//! What each weight of the ranking is worth: how many cases are no longer found where they should be once it is zero.

use crate::geocode::tests::cases::{Row, focus, is_right};
use crate::geocode::tests::town::{index, table};
use crate::geocode::*;

/// How many of the cases are found, each among as many hits as it allows.
fn found(rows: &[Row], weights: &Weights) -> usize {
    let is_found = |row: &&Row| {
        let text = row["query"].replace("\\n", "\n");
        let limit = row["limit"].parse().unwrap_or(1);
        let query = Query {
            limit: 5,
            is_prefix: row["typing"] == "1",
            focus: focus(row).map(Focus::from),
            ..Query::new(&text)
        };
        let hits = index().search_weighted(&query, weights).hits;
        hits.iter().take(limit).any(|hit| is_right(hit, row))
    };
    rows.iter().filter(is_found).count()
}

#[test]
#[ignore = "a measure, run by scripts/weights"]
fn prints_what_each_weight_is_worth() {
    // codes and coordinates are found without any weight
    let mut rows: Vec<Row> = table("cases.csv");
    rows.retain(|row| found(std::slice::from_ref(row), &Weights::USUAL) == 1);
    assert!(rows.len() > 500, "cases that are texts: {}", rows.len());
    eprintln!("{} cases are texts and found; lost of them with one weight at zero:\n", rows.len());
    eprintln!("{:42}{:>7} {:8}{:>6}  reason", "weight", "value", "unit", "lost");
    for weight in Weights::TABLE {
        let lost = rows.len() - found(&rows, &Weights::without(weight.name).unwrap());
        let unit = format!("{:?}", weight.unit);
        eprintln!("{:42}{:>7} {unit:8}{lost:>6}  {}", weight.name, weight.value, weight.reason);
    }
}
