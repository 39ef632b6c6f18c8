//! How often the unit part of real addresses alone leads to the right ward of today.
//!
//! The rows stay outside of the project: the folder is named by `BANDOSO_TEST_DATA`.

use std::io::Read;
use std::time::{Duration, Instant};

use super::super::*;
use super::town::national;

#[derive(serde::Deserialize)]
struct Row {
    text: String,
    ward_code: String,
    agrees: u8,
}

#[test]
fn real_old_addresses_lead_to_their_ward_of_today() {
    let Some(folder) = std::env::var_os("BANDOSO_TEST_DATA") else {
        eprintln!("NOT TESTED: BANDOSO_TEST_DATA is not set, real addresses are not there");
        return;
    };
    let path = std::path::PathBuf::from(folder).join("addresses/addresses_vn.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let begun = Instant::now();
    let index = Index::build(national());
    let built = begun.elapsed();
    let (mut all, mut first, mut five) = (0u32, 0u32, 0u32);
    let mut times: Vec<Duration> = Vec::new();
    let mut misses = Vec::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize::<Row>() {
        let row = row.unwrap();
        if row.agrees != 1 || row.text.chars().count() > MAX_CHARS {
            continue;
        }
        all += 1;
        // Every third row is enough for a measure in a development build.
        if all % 3 != 0 {
            continue;
        }
        let begun = Instant::now();
        let answer = index.search(&Query { limit: 5, ..Query::new(&row.text) });
        times.push(begun.elapsed());
        let rank = answer.hits.iter().position(|hit| hit.ward_code.as_deref() == Some(&*row.ward_code));
        first += u32::from(rank == Some(0));
        five += u32::from(rank.is_some());
        if rank.is_none() {
            misses.push((row.text, row.ward_code, answer.hits.into_iter().next().map(|hit| hit.label)));
        }
    }
    times.sort_unstable();
    let count = times.len() as u32;
    let percent = |part: u32| f64::from(part) * 100.0 / f64::from(count.max(1));
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize];
    eprintln!("units built in {built:?}: {:?}", index.size());
    eprintln!(
        "{count} real addresses, units only: first {:.1} %, first five {:.1} %",
        percent(first),
        percent(five)
    );
    eprintln!("time p50 {:?} p99 {:?} max {:?}", at(0.5), at(0.99), at(1.0));
    if std::env::var_os("SHOW_MISSES").is_some() {
        misses.iter().step_by((misses.len() / 60).max(1)).for_each(|miss| eprintln!("{miss:?}"));
    }
    assert!(percent(five) > 75.0);
}
