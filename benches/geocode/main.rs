//! `cargo bench --bench geocode -- ADDRESSES [--copies=N]`: a generated town of so many addresses, asked for as people
//! write them: how much is found first, in how long, in process and over HTTP, and what the index weighs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod ask;
#[path = "../common/mod.rs"]
mod common;
mod country;
mod quality;
mod served;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bandoso::config::Config;
use bandoso::demo::{RECORDED_AT, TownOptions, write_town};
use bandoso::geocode::{Index, ReverseQuery};
use bandoso::geometry::World;
use bandoso::schema::SchemaWriter;
use bandoso::source::{Location, Source};
use bandoso::town::{Town, load_town};
use common::table::{Table, whole};
use common::{arguments, machine};
use support::Dice;

/// The server's allocator, because it decides what memory comes to.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ADDRESSES: u32 = 1_000_000;
/// A generated town has so many addresses a parcel.
const ADDRESSES_A_PARCEL: f64 = 0.7;

fn main() -> ExitCode {
    let addresses = match arguments::number("geocode", "ADDRESSES", ADDRESSES) {
        Ok(addresses) => addresses,
        Err(code) => return code,
    };
    let copies = arguments::option("copies").and_then(|copies| copies.parse().ok()).unwrap_or(1);
    arguments::give_up_in_time();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("town.gpkg");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let town = runtime.block_on(town(&file, addresses));
    println!("Load of the machine at the start: {}", machine::load_average());
    let mut dice = Dice(2026);
    let layer = town.snapshot().layer("addresses").expect("addresses");
    let ids: Vec<i64> = layer.all().filter_map(|row| i64::try_from(row.id()).ok()).collect();
    size(&town);
    quality::print(town.index(), &ids, &mut dice);
    reverse(town.index(), &ids, &mut dice);
    let paths = paths(town.index(), &ids, &mut dice);
    let list = quality::questions(town.index(), "old form", &ids, &mut dice);
    let list: Vec<String> = list.into_iter().map(|question| question.text).collect();
    if copies > 1 {
        let (index, ids) = country::index(&town, copies);
        quality::print(&index, &ids, &mut dice);
        reverse(&index, &ids, &mut dice);
    }
    drop(town);
    served::print(&file, &paths, &list);
    println!("\nLoad of the machine at the end: {}", machine::load_average());
    ExitCode::SUCCESS
}

async fn town(file: &Path, addresses: u32) -> Town {
    let parcels = (f64::from(addresses) / ADDRESSES_A_PARCEL) as u32;
    eprintln!("making a town of {parcels} parcels");
    let mut writer = SchemaWriter::geopackage(file, RECORDED_AT).await.unwrap();
    let options = TownOptions { parcels, ..TownOptions::default() };
    write_town(&options, &mut writer, |_| {}).await.unwrap();
    writer.commit().await.unwrap();
    let place = Location::GeoPackage(file.to_owned());
    let source = Source::open(&place, Duration::from_secs(10)).await.unwrap();
    load_town(&source, &place, &Config::default(), |_| {}).await.unwrap()
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
fn reverse(index: &Index, ids: &[i64], dice: &mut Dice) {
    const PLACES: u32 = 50_000;
    let places: Vec<World> = (0..PLACES).map(|_| near_a_door(index, ids, dice)).collect();
    let started = Instant::now();
    let found =
        places.iter().filter(|&&at| !index.reverse(&ReverseQuery::at(at)).addresses.is_empty()).count();
    let seconds = started.elapsed().as_secs_f64();
    let mut table = Table::new(&["Places", "with a door within 1 km", "a second on one thread"]);
    table.row(vec![
        whole(u64::from(PLACES)),
        whole(found as u64),
        whole((f64::from(PLACES) / seconds) as u64),
    ]);
    table.print("Reverse");
}

fn near_a_door(index: &Index, ids: &[i64], dice: &mut Dice) -> World {
    const STEPS: u64 = 700_000;
    let door = index.address(ids[dice.roll(ids.len() as u64) as usize]).and_then(|hit| hit.point);
    let shift = |dice: &mut Dice| dice.roll(STEPS) as i64 - STEPS as i64 / 2;
    let door = door.expect("a door has a place");
    World { x: door.x + shift(dice), y: door.y + shift(dice) }
}

/// What is asked over HTTP.
fn paths(index: &Index, ids: &[i64], dice: &mut Dice) -> Vec<(&'static str, Vec<String>)> {
    let mut texts = |category: &str| -> Vec<String> {
        quality::questions(index, category, ids, dice).into_iter().map(|q| encoded(&q.text)).collect()
    };
    let full: Vec<String> =
        texts("full form of today").iter().map(|t| format!("/v1/search?text={t}")).collect();
    let old: Vec<String> =
        texts("old form, no marks").iter().map(|t| format!("/v1/search?text={t}")).collect();
    let slips: Vec<String> = texts("wrong letter").iter().map(|t| format!("/v1/search?text={t}")).collect();
    let typed = quality::questions(index, "without province", ids, dice)
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
            let at = near_a_door(index, ids, dice).to_lnglat();
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

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
