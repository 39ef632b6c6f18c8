//! What the tiles are to reach, and what was measured of it.

use super::common::table::Table;
use super::measure::Results;
use super::report;
use super::servers::{Encoding, Subject};

/// What an aim is about.
#[derive(Clone, Copy)]
enum Measure {
    /// Our requests a second over another's, at least.
    Times { ours: Subject, other: Subject, encoding: Encoding, at_least: f64 },
    /// Our slowest answers without a cache, one request at a time, at most.
    SlowestMs(f64),
}

struct Aim {
    what: &'static str,
    zooms: std::ops::RangeInclusive<u8>,
    measure: Measure,
}

const fn cold(other: Subject, encoding: Encoding, at_least: f64) -> Measure {
    Measure::Times { ours: Subject::Ours, other, encoding, at_least }
}

const fn warm(other: Subject, at_least: f64) -> Measure {
    Measure::Times { ours: Subject::OursCached, other, encoding: Encoding::Gzip, at_least }
}

const AIMS: [Aim; 9] = [
    Aim {
        what: "Martin on PostGIS, no cache, identity",
        zooms: 13..=15,
        measure: cold(Subject::MartinPostgis, Encoding::Identity, 30.0),
    },
    Aim {
        what: "Martin on PostGIS, no cache, identity",
        zooms: 16..=16,
        measure: cold(Subject::MartinPostgis, Encoding::Identity, 23.0),
    },
    Aim {
        what: "Martin on PostGIS, no cache, gzip",
        zooms: 13..=15,
        measure: cold(Subject::MartinPostgis, Encoding::Gzip, 20.0),
    },
    Aim {
        what: "Martin on PostGIS, no cache, gzip",
        zooms: 16..=16,
        measure: cold(Subject::MartinPostgis, Encoding::Gzip, 15.0),
    },
    Aim {
        what: "VersaTiles in memory, identity",
        zooms: 12..=16,
        measure: cold(Subject::Versatiles, Encoding::Identity, 14.0),
    },
    Aim { what: "99 % of tiles without a cache, ms", zooms: 8..=11, measure: Measure::SlowestMs(10.0) },
    Aim { what: "Martin on MBTiles, gzip", zooms: 14..=16, measure: warm(Subject::MartinMbtiles, 3.0) },
    Aim { what: "Martin on PMTiles, gzip", zooms: 14..=16, measure: warm(Subject::MartinPmtiles, 3.0) },
    Aim { what: "fixed body of the same size, gzip", zooms: 6..=18, measure: warm(Subject::Fixed, 0.9) },
];

/// The aims beside what was measured.
pub fn table(results: &Results) -> Table {
    let mut table = Table::new(&["Against", "zooms", "aim", "measured", "reached"]);
    for aim in &AIMS {
        let bound = match aim.measure {
            Measure::Times { at_least, .. } => format!("≥ {at_least} times"),
            Measure::SlowestMs(at_most) => format!("≤ {at_most} ms"),
        };
        let found: Vec<(u8, Result<f64, String>)> =
            aim.zooms.clone().map(|zoom| (zoom, value(results, zoom, aim.measure))).collect();
        let known: Vec<(u8, f64)> = found.iter().filter_map(|(z, v)| Some((*z, *v.as_ref().ok()?))).collect();
        let measured: Vec<String> =
            known.iter().map(|&(zoom, value)| format!("z{zoom} {}", report::factor(value))).collect();
        table.row(vec![
            aim.what.to_owned(),
            format!("z{} to z{}", aim.zooms.start(), aim.zooms.end()),
            bound,
            if measured.is_empty() { "nothing".to_owned() } else { measured.join(", ") },
            verdict(aim.measure, &known, found.len()).to_owned(),
        ]);
    }
    table
}

fn value(results: &Results, zoom: u8, measure: Measure) -> Result<f64, String> {
    match measure {
        Measure::Times { ours, other, encoding, .. } => results.ratio(zoom, encoding, ours, other),
        Measure::SlowestMs(_) => match results.cells.get(&(zoom, Encoding::Identity, Subject::Ours)) {
            Some(Ok(measured)) => Ok(measured.serial_p99_ms),
            Some(Err(why)) => Err(why.clone()),
            None => Err("not measured".to_owned()),
        },
    }
}

fn verdict(measure: Measure, known: &[(u8, f64)], zooms: usize) -> &'static str {
    let is_reached = |&(_, value): &(u8, f64)| match measure {
        Measure::Times { at_least, .. } => value >= at_least,
        Measure::SlowestMs(at_most) => value <= at_most,
    };
    match known.iter().filter(|value| is_reached(value)).count() {
        _ if known.is_empty() => "unknown",
        reached if reached == zooms => "yes",
        reached if reached == known.len() => "where measured",
        0 => "no",
        _ => "in part",
    }
}
