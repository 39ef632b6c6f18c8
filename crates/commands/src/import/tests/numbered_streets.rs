//! Streets that begin with a number, read from lines of addresses: the number is the street's and no house.
//!
//! Asked of every such name of the country's list of 2019 and of real addresses. Both stay outside of the project: their
//! folder is named by `BANDOSO_TEST_DATA`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::measure::{Row, rows};
use crate::import::address_parts;

/// Every street of the list whose name begins with a digit.
fn numbered_names(folder: &std::ffi::OsStr) -> BTreeSet<String> {
    let path = std::path::Path::new(folder).join("addresses/streets_by_district_2019.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(|row| row.unwrap()[3].to_owned())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

fn folder() -> std::ffi::OsString {
    std::env::var_os("BANDOSO_TEST_DATA").expect("BANDOSO_TEST_DATA names the folder of real data")
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn every_street_of_the_country_that_begins_with_a_number_keeps_it_behind_a_house_number() {
    let names = numbered_names(&folder());
    assert!(names.len() > 900, "{} names", names.len());
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in &names {
        for (form, line) in [
            ("behind a house", format!("17 {name}, Phường 5, Quận 3")),
            ("behind a house and a word", format!("17 Đường {name}, Phường 5, Quận 3")),
            ("behind a house and Đ.", format!("17/2 Đ. {name}, Phường 5, Quận 3")),
            ("behind a word", format!("Đường {name}, Phường 5, Quận 3")),
        ] {
            let read = address_parts(&line);
            let street = read.street.map(|street| street.name).unwrap_or_default();
            let house = line.split_once(' ').map(|(house, _)| house).filter(|house| *house != "Đường");
            if street != *name || read.number.as_deref() != house {
                wrong.entry(form).or_default().push(format!("{line}: {:?} {street}", read.number));
            }
        }
    }
    for (form, lines) in &wrong {
        eprintln!("{form}: {} of {} wrong, {:?}", lines.len(), names.len(), &lines[..lines.len().min(60)]);
    }
    assert!(wrong.is_empty());
}

/// A street is doubtful where a number stands before words that make no date, behind no word for an alley: most are
/// `51 83 Tân Triều`, of which nobody can say whether house 51 of the alley 83 or house 51/83 is meant.
#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn of_real_streets_that_begin_with_a_number_few_hold_a_house_number() {
    let folder = folder();
    let names = numbered_names(&folder);
    let (mut streets, mut numbered, mut doubtful) = (0, 0, Vec::new());
    for Row { text, .. } in rows(&folder) {
        let read = address_parts(&text);
        let Some(street) = read.street else { continue };
        streets += 1;
        if !street.name.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        numbered += 1;
        let is_date = street.name.to_lowercase().contains(" tháng ");
        let is_bare = !street.name.contains(char::is_whitespace);
        if street.kind == "street" && !is_date && !is_bare && !names.contains(&street.name) {
            doubtful.push(format!("{text}: {:?} {}", read.number, street.name));
        }
    }
    eprintln!("{numbered} of {streets} streets begin with a number, {} doubtful", doubtful.len());
    for line in &doubtful {
        eprintln!("  {line}");
    }
    assert!(numbered > 500 && doubtful.len() <= 40, "{} of {numbered}", doubtful.len());
}
