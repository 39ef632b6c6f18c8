//! `just bench`: what a generated town costs to make, to load and to draw, printed as tables.
//!
//! A plain program and not a statistics harness: it needs a database, and a load of a million
//! parcels is not something to repeat a hundred times. It starts its own PostgreSQL (the settings of
//! the tests: nothing is forced to disk, memory as PostgreSQL comes, so 128 MB of shared buffers),
//! which ends with this process. HTTP, the page and searches are not measured here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
mod load;
mod make;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use bandoso::source::Location;
use bandoso::tile::map_layers;
use common::table::whole;
use common::{arguments, machine, tiles};
use support::Cluster;

/// The server's allocator, because it decides what memory comes to.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PARCELS: u32 = 1_000_000;

fn main() -> ExitCode {
    let parcels = match arguments::number("town", "PARCELS", PARCELS) {
        Ok(parcels) => parcels,
        Err(code) => return code,
    };
    arguments::give_up_in_time(None);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(parcels));
    ExitCode::SUCCESS
}

async fn run(parcels: u32) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("town.gpkg");
    let database = Cluster::shared().fresh_database();
    machine::print(&database);

    make::print(parcels, &file, &database).await;
    let places = [
        ("GeoPackage", Location::GeoPackage(file.clone())),
        ("PostGIS", database.url.parse().expect("an address of a database")),
    ];
    let town = load::print(places, &database.url).await;
    let parcels = town.map().iter().find(|layer| layer.name() == "parcels").expect("the layer of parcels");
    let started = Instant::now();
    drop(map_layers([((Arc::clone(parcels.layer()), parcels.config().clone()), None)], |_| {}));
    let (seconds, bytes) = (started.elapsed().as_secs_f64(), whole(parcels.derived_bytes() as u64));
    println!("\nLow zooms and labels of the parcels were made in {seconds:.1} s and take {bytes} bytes.");
    tiles::print(parcels, 6..=18);
    println!("\nLoad of the machine at the end: {}", machine::load_average());
}
