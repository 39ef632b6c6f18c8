//! `just peers`: this server beside Martin and VersaTiles on the same generated town, measured over
//! HTTP and written as tables into `docs/performance.md`.
//!
//! One command makes the town in a PostgreSQL of its own, starts every server on a free port of this
//! machine, checks that they answer with the same, measures them in turns and stops them. The peers'
//! programs are not part of this repository: `scripts/bench-peers` says where they come from, and one
//! that is missing is missing in the tables. Searches and the page are not measured here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod aims;
mod arguments;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod fixed;
mod generalised;
mod load;
mod martin;
mod measure;
mod mvt;
mod report;
mod servers;
#[path = "../../tests/support/mod.rs"]
mod support;
mod tables;
mod tiles;
mod town;
mod versatiles;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use arguments::Arguments;
use common::arguments::give_up_in_time;
use common::machine;
use measure::Plan;
use report::Circumstances;
use servers::{Fleet, Site, Subject};
use support::Cluster;
use tables::PeerTables;

/// Enough to find 200 different tiles under them.
const POINTS: usize = 20_000;

fn main() {
    let Some(arguments) = Arguments::read() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    give_up_in_time(Some(folder.path().to_owned()));
    let started = Instant::now();
    let load_at_start = machine::load_average();

    let database = Cluster::shared().fresh_database();
    let mut tables = PeerTables::new(town::make(arguments.parcels, &database));
    let wards = town::wards(&database);
    let points = town::blind_points(&database, POINTS);

    eprintln!("starting our own server");
    let ours = servers::start_ours(Subject::Ours, &database, folder.path());
    generalised::generalised_tables(&mut tables, arguments.zooms.clone(), ours.address, &wards, &database);
    let mut fleet = Fleet::new();
    fleet.add(ours);
    fleet.add(servers::start_ours(Subject::OursCached, &database, folder.path()));
    fleet.add(fixed::start());
    let site = Site {
        arguments: &arguments,
        database: &database,
        tables: &tables,
        wards: &wards,
        folder: folder.path(),
    };
    fleet.start_peers(&site);

    let tiles: BTreeMap<_, _> =
        arguments.zooms.clone().map(|zoom| (zoom, tiles::under(&points, zoom))).collect();
    let limit = Duration::from_secs(arguments.seconds);
    let plan = Plan { fleet: &fleet, tables: &tables, tiles: &tiles, limit, folder: folder.path() };
    let results = plan.run();

    let section = report::section(
        &Circumstances {
            command: arguments.command(),
            day: database.value("SELECT current_date"),
            machine: machine::describe(&database),
            load_at_start,
            load_at_end: machine::load_average(),
            parcels: database.value("SELECT count(*) FROM peer_parcels").parse().expect("a count"),
            minutes: started.elapsed().as_secs().div_ceil(60),
            seconds: arguments.seconds,
        },
        &results,
    );
    println!("{section}");
    report::SECTION.write(&arguments.beside.out, &section).expect("the page can be written");
}
