//! `just geocoders`: this server's geocoder beside addok and Nominatim on the same addresses, written as
//! tables into `docs/performance.md`.
//!
//! One command makes a generated town, writes its doors in each peer's own form, and then, one server after
//! the other, loads them, asks the same questions over HTTP and stops what it started. The peers' programs are
//! not part of this repository: `scripts/bench-geocoders` says where they come from, and one that is missing is
//! missing in the tables. What the town cannot ask (landmarks, real slips of real people) is not measured.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod addok;
mod answers;
mod arguments;
#[path = "../common/mod.rs"]
mod common;
mod measure;
mod nominatim;
mod osm;
mod report;
mod rows;
mod servers;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use arguments::Arguments;
use common::doors::{Doors, make_town};
use common::{arguments::give_up_in_time, machine};
use measure::{Questions, Results};
use report::Circumstances;
use rows::Register;
use servers::{Site, Subject};
use support::{Dice, block_on};

fn main() {
    let Some(arguments) = Arguments::read() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    give_up_in_time(Some(folder.path().to_owned()));
    let started = Instant::now();
    let load_at_start = machine::load_average();

    let file = folder.path().join("town.gpkg");
    let town = block_on(|| make_town(&file, arguments.addresses));
    let doors = Doors::of(&town);
    let questions = Questions::about(&doors, arguments.questions, &mut Dice(2026));
    let register = Register::of(&town, &doors);
    drop(town);

    let site = Site { arguments: &arguments, register: &register, town: &file, folder: folder.path() };
    let mut results = Results::new();
    for subject in Subject::ALL {
        eprintln!("{}", subject.name());
        let measured = subject.start(&site).and_then(|server| questions.put_to(&server));
        if let Err(why) = &measured {
            eprintln!("  not measured: {why}");
        }
        results.push((subject, measured));
    }

    let section = report::section(
        &Circumstances {
            command: arguments.command(),
            day: time::OffsetDateTime::now_utc().date(),
            load_at_start,
            load_at_end: machine::load_average(),
            addresses: register.rows.len(),
            questions: arguments.questions,
            minutes: started.elapsed().as_secs().div_ceil(60),
        },
        &results,
    );
    println!("{section}");
    report::SECTION.write(&arguments.beside.out, &section).expect("the page can be written");
}
