//! The sets of texts that scripts drew (`probes.csv`, `frozen2.csv`): that they fit the units and the town they were drawn from.

use std::collections::BTreeSet;

use crate::geocode::tests::cases::Row;
use crate::geocode::tests::town::table;
use crate::schema::national_units;

/// Whether every code that is filled is that of a ward of today.
fn are_wards_of_today<'a>(codes: impl Iterator<Item = &'a str>) -> bool {
    let units = national_units().unwrap();
    let codes: BTreeSet<&str> = codes.filter(|code| !code.is_empty()).collect();
    !codes.is_empty() && codes.iter().all(|code| code.len() == 5 && units.id_after_reform(code).is_some())
}

#[test]
fn every_probe_has_a_street_of_its_own_and_wards_of_today() {
    let probes: Vec<Row> = table("probes.csv");
    assert_eq!(probes.len(), 2_883);
    assert!(are_wards_of_today(probes.iter().flat_map(|p| [&*p["ward_code"], &*p["street_ward_code"]])));
    let streets: Vec<&String> =
        probes.iter().map(|p| &p["street"]).filter(|street| !street.is_empty()).collect();
    assert_eq!(streets.iter().collect::<BTreeSet<_>>().len(), streets.len());
    for probe in &probes {
        let is_to_be_known = !probe["street_ward_code"].is_empty();
        assert!(!is_to_be_known || !probe["street"].is_empty(), "{}", probe["text"]);
    }
}

#[test]
fn the_second_frozen_set_names_wards_of_today_and_no_text_of_the_others() {
    let rows: Vec<Row> = table("frozen2.csv");
    assert_eq!(rows.len(), 417);
    assert!(are_wards_of_today(rows.iter().map(|row| &*row["expected_ward_code"])));
    let others: Vec<Row> = ["cases.csv", "frozen.csv"].into_iter().flat_map(table).collect();
    let others: BTreeSet<&String> = others.iter().map(|row| &row["query"]).collect();
    assert!(rows.iter().all(|row| !others.contains(&row["query"])));
}
