//! A ward that is named with its kind is that ward (`tests/geocode/probes.csv`, drawn from the unit tables by
//! `scripts/tables/probes.py`): where its name is also that of a district, an older ward or another kind of unit, and where
//! the street that is named with it is known only somewhere else.

use std::collections::BTreeMap;

use crate::geocode::tests::town::{at, national, table};
use crate::geocode::*;
use crate::geometry::WorldBox;

/// An answer elsewhere counts where it is said to be likely.
const LIKELY: f64 = 0.8;

#[derive(serde::Deserialize)]
struct Probe {
    text: String,
    ward_code: String,
    kind: String,
    street_ward_code: String,
    street: String,
}

/// The national units, and of each probe with a street this one in the ward it is known in.
fn load(probes: &[Probe]) -> Index {
    let mut gazetteer = national();
    let with_street = probes.iter().enumerate().filter(|(_, probe)| !probe.street_ward_code.is_empty());
    gazetteer.streets = with_street
        .map(|(i, probe)| {
            let start = i as i64 * 10_000;
            StreetRow {
                street_id: i as i64 + 1,
                name: &probe.street,
                kind: StreetKind::Street,
                parent_id: None,
                ward_code: &probe.street_ward_code,
                middle: at(start),
                bounds: WorldBox { min: at(start), max: at(start + 100) },
            }
        })
        .collect();
    assert!(gazetteer.streets.len() > 500, "probes with a street: {}", gazetteer.streets.len());
    Index::build(gazetteer)
}

#[test]
fn a_ward_named_with_its_kind_is_that_ward_and_a_street_known_elsewhere_comes_after_it() {
    let probes: Vec<Probe> = table("probes.csv");
    let index = load(&probes);
    // of each kind: how many there are, how many lead elsewhere, and how many of these are said to be likely
    let mut kinds: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for probe in &probes {
        let answer = index.search(&Query { limit: 2, ..Query::new(&probe.text) });
        let (count, wrong, likely) = kinds.entry(&probe.kind).or_default();
        *count += 1;
        let Some(first) = answer.hits.first() else {
            *wrong += 1;
            elsewhere.push(format!("{} | {}: nothing", probe.kind, probe.text));
            continue;
        };
        if first.ward_code.as_deref() != Some(&probe.ward_code) {
            *wrong += 1;
            *likely += usize::from(first.confidence >= LIKELY);
            elsewhere.push(format!(
                "{} | {} ({}): {} {:?} at {:.2}",
                probe.kind, probe.text, probe.ward_code, first.label, first.ward_code, first.confidence
            ));
        }
    }
    eprintln!("{}", elsewhere.join("\n"));
    eprintln!("{kinds:?}");
    for (kind, (count, wrong, likely)) in kinds {
        assert!(count >= 300, "{kind}: only {count} probes");
        assert!(likely * 100 <= count, "{kind}: {likely} of {count} likely elsewhere");
        assert!(wrong * 50 <= count, "{kind}: {wrong} of {count} elsewhere");
    }
}
