//! The tables as Markdown.

use super::aims;
use super::common::page::Section;
use super::common::table::{Table, whole};
use super::measure::{Measured, Results};
use super::servers::{Encoding, Subject};

/// Where the tables stand.
pub const SECTION: Section = Section { name: "peers", heading: "SideTables other servers" };

/// What stands above the tables.
pub struct Circumstances {
    pub command: String,
    pub day: String,
    pub machine: String,
    pub load_at_start: String,
    pub load_at_end: String,
    pub parcels: u64,
    pub minutes: u64,
    pub seconds: u64,
}

/// The whole section.
pub fn section(about: &Circumstances, results: &Results) -> String {
    format!(
        "{}\n\n### Without caches, identity\n\n{}\n\n### Without caches, gzip\n\n{}\n\n\
         ### With caches and archives, gzip\n\n{}\n\n### Aims\n\n{}",
        introduction(about),
        table(results, Encoding::Identity, &Subject::COLD, Subject::Ours),
        table(results, Encoding::Gzip, &Subject::COLD, Subject::Ours),
        table(results, Encoding::Gzip, &Subject::WARM, Subject::OursCached),
        aims::table(results),
    )
}

fn introduction(about: &Circumstances) -> String {
    format!(
        "    {}\n\n\
         measured on {} in {} min, {} parcels. {}, database, servers and client on the same machine \
         (load average {} at the start, {} at the end).\n\n\
         Every server has the same rows and attributes: from z15 on all of them, below z15 the generalised shapes \
         read back from our own tiles, one table a zoom. About 20 tiles a zoom are decoded from both sides; a ratio \
         stands only where features (± 0.1 %), attribute names and areas (± 2 % and 20 square units) inside the \
         tiles agree. Up to 200 different tiles a zoom, each under a parcel chosen blindly. *Serial* is one \
         request after the other over one connection; the load is `wrk` with 8 connections for {} s; *half load* \
         is a client that asks half as often as `wrk` could, a dash where the client could not. Martin draws our \
         buffer of 64 units from PostGIS with a pool of 8 and without its cache; on archives it has its usual \
         caches. VersaTiles draws no buffer, so its tiles hold a little less. *Times* is our requests a second \
         over theirs.",
        about.command,
        about.day,
        about.minutes,
        whole(about.parcels),
        about.machine,
        about.load_at_start,
        about.load_at_end,
        about.seconds,
    )
}

fn table(results: &Results, encoding: Encoding, subjects: &[Subject], ours: Subject) -> Table {
    let mut table = Table::new(&[
        "Server",
        "zoom",
        "serial p50 ms",
        "p99 ms",
        "requests/s",
        "MB/s",
        "p50 ms",
        "p99 ms",
        "half load p99 ms",
        "bytes",
        "errors",
        "times",
    ]);
    let zooms: std::collections::BTreeSet<u8> = results.cells.keys().map(|(zoom, ..)| *zoom).collect();
    for zoom in zooms {
        for &subject in subjects {
            let mut row = vec![subject.name().to_owned(), format!("z{zoom}")];
            match results.cells.get(&(zoom, encoding, subject)) {
                Some(Ok(measured)) => {
                    row.extend(cells(measured));
                    row.push(times(results, zoom, encoding, ours, subject));
                }
                Some(Err(why)) => row.extend(unmeasured(why)),
                None => row.extend(unmeasured("")),
            }
            table.row(row);
        }
    }
    table
}

fn cells(measured: &Measured) -> [String; 9] {
    let load = &measured.saturated;
    [
        format!("{:.2}", measured.serial_p50_ms),
        format!("{:.2}", measured.serial_p99_ms),
        if load.requests_per_s < 100.0 {
            format!("{:.1}", load.requests_per_s)
        } else {
            whole(load.requests_per_s as u64)
        },
        format!("{:.1}", load.megabytes_per_s),
        format!("{:.2}", load.p50_ms),
        format!("{:.2}", load.p99_ms),
        measured.half_load_p99_ms.map_or("–".to_owned(), |p99| format!("{p99:.2}")),
        whole(measured.body_bytes as u64),
        whole(load.errors),
    ]
}

fn times(results: &Results, zoom: u8, encoding: Encoding, ours: Subject, other: Subject) -> String {
    if other.is_ours() {
        return String::new();
    }
    results.ratio(zoom, encoding, ours, other).map_or_else(|why| why, factor)
}

/// With as many digits as mean something.
pub fn factor(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") }
}

fn unmeasured(why: &str) -> Vec<String> {
    let mut row = vec![String::new(); 9];
    row.push(format!("not measured: {why}"));
    row
}
