//! `cargo bench --bench geocode -- ADDRESSES [--copies=N]`: a generated town of so many addresses, asked for as people
//! write them: how much is found first, in how long, in process and over HTTP, and what the index weighs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
mod country;
mod quality;
mod served;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::time::Instant;

use bandoso::geocode::ReverseQuery;
use bandoso::geometry::World;
use bandoso::town::Town;
use common::doors::{Doors, encoded, make_town};
use common::table::{Table, whole};
use common::{arguments, machine};
use support::Dice;

/// The server's allocator, because it decides what memory comes to.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ADDRESSES: u32 = 1_000_000;

fn main() -> ExitCode {
    let addresses = match arguments::number("geocode", "ADDRESSES", ADDRESSES) {
        Ok(addresses) => addresses,
        Err(code) => return code,
    };
    let copies = arguments::option("copies").and_then(|copies| copies.parse().ok()).unwrap_or(1);
    arguments::give_up_in_time(None);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("town.gpkg");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let town = runtime.block_on(make_town(&file, addresses));
    println!("Load of the machine at the start: {}", machine::load_average());
    let mut dice = Dice(2026);
    let doors = Doors::of(&town);
    size(&town);
    quality::print(&doors, &mut dice);
    reverse(&doors, &mut dice);
    let paths = paths(&doors, &mut dice);
    let list = doors.questions("old form", quality::ASKED, &mut dice);
    let list: Vec<String> = list.into_iter().map(|question| question.text).collect();
    if copies > 1 {
        let (index, ids) = country::index(&town, copies);
        let doors = Doors { index: &index, ids };
        quality::print(&doors, &mut dice);
        reverse(&doors, &mut dice);
    }
    drop(town);
    served::print(&file, &paths, &list);
    println!("\nLoad of the machine at the end: {}", machine::load_average());
    ExitCode::SUCCESS
}

fn size(town: &Town) {
    let size = town.index().size();
    let mut table =
        Table::new(&["Addresses", "streets and hamlets", "names", "built in s", "bytes an address"]);
    table.row(vec![
        whole(size.addresses as u64),
        whole(size.ways as u64),
        whole(size.names as u64),
        format!("{:.2}", size.built_in.as_secs_f64()),
        format!("{:.1}", size.bytes as f64 / size.addresses.max(1) as f64),
    ]);
    table.print("The index");
}

/// Random places within some 200 m of random doors.
fn reverse(doors: &Doors<'_>, dice: &mut Dice) {
    const PLACES: u32 = 50_000;
    let places: Vec<World> = (0..PLACES).map(|_| doors.place_near(dice)).collect();
    let started = Instant::now();
    let found =
        places.iter().filter(|&&at| !doors.index.reverse(&ReverseQuery::at(at)).addresses.is_empty()).count();
    let seconds = started.elapsed().as_secs_f64();
    let mut table = Table::new(&["Places", "with a door within 1 km", "a second on one thread"]);
    table.row(vec![
        whole(u64::from(PLACES)),
        whole(found as u64),
        whole((f64::from(PLACES) / seconds) as u64),
    ]);
    table.print("Reverse");
}

/// What is asked over HTTP.
fn paths(doors: &Doors<'_>, dice: &mut Dice) -> Vec<(&'static str, Vec<String>)> {
    let mut texts = |category: &str| -> Vec<String> {
        doors.questions(category, quality::ASKED, dice).into_iter().map(|q| encoded(&q.text)).collect()
    };
    let full: Vec<String> =
        texts("full form of today").iter().map(|t| format!("/v1/search?text={t}")).collect();
    let old: Vec<String> =
        texts("old form, no marks").iter().map(|t| format!("/v1/search?text={t}")).collect();
    let slips: Vec<String> = texts("wrong letter").iter().map(|t| format!("/v1/search?text={t}")).collect();
    let typed = doors
        .questions("without province", quality::ASKED, dice)
        .iter()
        .flat_map(|question| {
            let ends = question.text.char_indices().map(|(i, c)| i + c.len_utf8());
            ends.step_by(5)
                .map(|end| format!("/v1/autocomplete?text={}", encoded(&question.text[..end])))
                .collect::<Vec<_>>()
        })
        .collect();
    let reverse = (0..1_000)
        .map(|_| {
            let at = doors.place_near(dice).to_lnglat();
            format!("/v1/reverse?lat={:.6}&lon={:.6}", at.lat, at.lng)
        })
        .collect();
    vec![
        ("search, form of today", full),
        ("search, old form without marks", old),
        ("search, a wrong letter", slips),
        ("autocomplete, every fifth keystroke", typed),
        ("reverse", reverse),
    ]
}
