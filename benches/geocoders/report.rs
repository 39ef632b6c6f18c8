//! The tables as Markdown, with what was set beneath them.

use super::common::machine;
use super::common::page::Section;
use super::common::questions::CATEGORIES;
use super::common::sample::percentile;
use super::common::table::{Table, whole};
use super::measure::{Measured, Results, Share};
use super::nominatim;
use super::servers::{Subject, WORKERS};

/// Where the tables stand.
pub const SECTION: Section = Section { name: "geocoders", heading: "SideTables other geocoders" };

/// What stands around the tables.
pub struct Circumstances {
    pub command: String,
    pub day: time::Date,
    pub load_at_start: String,
    pub load_at_end: String,
    pub addresses: usize,
    pub questions: usize,
    pub minutes: u64,
}

/// The whole section.
pub fn section(about: &Circumstances, results: &Results) -> String {
    format!(
        "{}\n\n### Found: exact@1 %, exact@5 %\n\n{}\n\n### In how long, in how much memory\n\n{}\n\n{}",
        introduction(about, results),
        found(results),
        costs(results),
        foot(),
    )
}

fn introduction(about: &Circumstances, results: &Results) -> String {
    let measured = results.iter().filter_map(|(_, measured)| measured.as_ref().ok());
    let mut versions: Vec<&str> = measured.map(|measured| measured.version.as_str()).collect();
    versions.dedup();
    let missing: String = results
        .iter()
        .filter_map(|(subject, measured)| Some((subject.name(), measured.as_ref().err()?)))
        .map(|(name, why)| format!(" Not measured: {name} ({why})."))
        .collect();
    format!(
        "    {}\n\n\
         measured on {} in {} min: {} addresses of a generated town, {} questions in each category. {}; {}, \
         servers and client on the same machine (load average {} at the start, {} at the end).{missing}\n\n\
         Every geocoder has the same doors with number, street, hamlet, ward and province of today, ward and \
         district of before, and coordinates, and is asked the same texts in its own dialect, one server running \
         at a time. *Found* is a place whose house number and street are those asked for, without regard to case, \
         and that names today's ward in whatever field; first (exact@1) or among five (exact@5). Where the text \
         names no ward, any will do.",
        about.command,
        about.day,
        about.minutes,
        whole(about.addresses as u64),
        about.questions,
        versions.join(", "),
        machine::describe_hardware(),
        about.load_at_start,
        about.load_at_end,
    )
}

fn found(results: &Results) -> Table {
    let names = results.iter().map(|(subject, _)| subject.name());
    let heads: Vec<&str> = std::iter::once("Written").chain(names).collect();
    let mut table = Table::new(&heads);
    for (i, category) in CATEGORIES.iter().enumerate() {
        let shares = results.iter().map(|(_, measured)| Some(&measured.as_ref().ok()?.found[i]));
        let cells = shares.map(|share| share.map_or("–".to_owned(), percents));
        table.row([(*category).to_owned()].into_iter().chain(cells).collect());
    }
    let means = results.iter().map(|(_, measured)| {
        measured.as_ref().map_or("–".to_owned(), |measured| percents(&sum(&measured.found)))
    });
    table.row(["all together".to_owned()].into_iter().chain(means).collect());
    table
}

fn sum(shares: &[Share]) -> Share {
    let total = |pick: fn(&Share) -> usize| shares.iter().map(pick).sum();
    Share {
        asked: total(|share| share.asked),
        first: total(|share| share.first),
        among_five: total(|share| share.among_five),
        errors: total(|share| share.errors),
    }
}

fn percents(share: &Share) -> String {
    let percent = |part: usize| part as f64 * 100.0 / share.asked.max(1) as f64;
    format!("{:.1} / {:.1}", percent(share.first), percent(share.among_five))
}

fn costs(results: &Results) -> Table {
    let mut table = Table::new(&[
        "Server",
        "search p50 ms",
        "p99 ms",
        "answers a second, 4 clients",
        "reverse p50 ms",
        "p99 ms",
        "errors",
        "memory MB",
        "loaded in s",
    ]);
    for (subject, measured) in results {
        table.row(match measured {
            Ok(measured) => costs_of(*subject, measured),
            Err(_) => std::iter::once(subject.name()).chain(["–"; 8]).map(str::to_owned).collect(),
        });
    }
    table
}

fn costs_of(subject: Subject, measured: &Measured) -> Vec<String> {
    let ms = |values: &[f64], percent| format!("{:.2}", percentile(values.to_vec(), percent));
    vec![
        subject.name().to_owned(),
        ms(&measured.search_ms, 50),
        ms(&measured.search_ms, 99),
        whole(measured.answers_per_s as u64),
        ms(&measured.reverse_ms, 50),
        ms(&measured.reverse_ms, 99),
        whole(measured.errors as u64),
        whole(measured.memory_mb as u64),
        format!("{:.1}", measured.load_s),
    ]
}

fn foot() -> String {
    format!(
        "Searches are those of the first table one after the other; for *answers a second* the clients ask them \
         in turns of all categories for 10 s. Memory is the proportional set size of all processes of a server \
         after the questions, Redis and PostgreSQL included and pages that several share counted once; files in \
         the system's cache are not in it. Ours holds the town's parcels, plans and streets too, and its time to \
         load includes reading them. Load is from the doors in a server's own form to its first answer.\n\n\
         *bandoso*: as it comes, `/v1/search` and `/v1/reverse`. \
         *addok, stock*: as it comes, a document for every street of a ward and old ward, with the old units as \
         second values and \"Đường …\" as a second name; `addok batch` and `ngrams`, gunicorn with {WORKERS} workers, \
         Redis on a socket, `autocomplete=0`. It takes the first word for a house number, where that is digits only. \
         *addok, configured*: the same with `benches/geocoders/addok_vietnamese.py`: numbers with slashes and letters \
         anywhere in the text, hamlets, abbreviations of units spelt out, labels with the old units. \
         *Nominatim*: import style `address`, ICU tokenizer with its Vietnamese abbreviations and those for tỉnh, \
         huyện and xã, two threads, `countrycodes=vn`; doors as nodes with the old units in `addr:*`, streets as \
         ways with \"Đường …\" as `alt_name`, wards and provinces as boundaries; PostgreSQL without `fsync` and with \
         {}; gunicorn with {WORKERS} workers of uvicorn.",
        nominatim::SETTINGS.map(|setting| format!("`{setting}`")).join(", "),
    )
}
