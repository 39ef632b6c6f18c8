//! `cargo bench --bench country -- COPIES`: the parcels of a generated town of a million so many times side by
//! side, through the loader and into tiles, as the whole country would be.
//!
//! The copies are read from memory on one thread: what a source takes is measured in `town`. Every parcel of every copy has
//! an id of its own, a date, and every second one a geohash.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../common/mod.rs"]
mod common;
mod ewkb;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bandoso::config::{Config, LayerConfig};
use bandoso::demo::{RECORDED_AT, TownOptions, write_town};
use bandoso::schema::SchemaWriter;
use bandoso::source::{Location, Source};
use bandoso::store::{ColumnType, Key, Layer, LayerBuilder, RawGeometry, Value};
use bandoso::tile::MapLayer;
use bandoso::town::{Clock, load_town};
use common::table::{Table, whole};
use common::{arguments, machine, tiles};
use time::{Date, Duration as Days, Month};

/// The server's allocator, because it decides what memory comes to.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PARCELS: u32 = 1_000_000;
const COPIES: u64 = 10;
/// Copies in a row, and degrees from one to the next: no two meet.
const COLUMNS: u64 = 10;
const APART: (f64, f64) = (0.4, 1.2);

fn main() -> ExitCode {
    let copies = match arguments::number("country", "COPIES", COPIES) {
        Ok(copies) => copies,
        Err(code) => return code,
    };
    arguments::give_up_in_time(None);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let (layer, config) = runtime.block_on(town());
    let mut table = Table::new(&["Copies", "parcels", "seconds", "bytes a row", "resident MB", "peak MB"]);
    println!("Load of the machine at the start: {}", machine::load_average());
    let before = machine::resident();
    machine::reset_peak();
    let started = Instant::now();
    let country = many(&layer, copies);
    let seconds = started.elapsed().as_secs_f64();
    let bytes = country.report().bytes as f64 / country.len() as f64;
    table.row(vec![
        copies.to_string(),
        whole(country.len() as u64),
        format!("{seconds:.1}"),
        format!("{bytes:.1}"),
        machine::resident(),
        machine::peak(),
    ]);
    table.print("Loading parcels from memory");
    println!("\nBefore, with the one town they are copied from, {before} MB were resident.");
    drop(layer);
    tiles::print(&MapLayer::of_rows(Arc::new(country), config), 15..=18);
    println!("\nLoad of the machine at the end: {}", machine::load_average());
    ExitCode::SUCCESS
}

/// The parcels of a generated town.
async fn town() -> (Arc<Layer>, LayerConfig) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("town.gpkg");
    eprintln!("making a town of {PARCELS} parcels");
    let mut writer = SchemaWriter::geopackage(&file, RECORDED_AT).await.unwrap();
    let options = TownOptions { parcels: PARCELS, ..TownOptions::default() };
    write_town(&options, &mut writer, |_| {}).await.unwrap();
    writer.commit().await.unwrap();
    let place = Location::GeoPackage(file);
    let source = Source::open(&place, Duration::from_secs(10)).await.unwrap();
    let town = load_town(&source, &place, &Config::default(), &Clock::system(), |_| {}).await.unwrap();
    let parcels = town.map().iter().find(|layer| layer.name() == "parcels").expect("a layer of parcels");
    (Arc::clone(parcels.layer()), parcels.config().clone())
}

/// The rows of a layer so many times, each with the entropy of a real register.
fn many(layer: &Layer, copies: u64) -> Layer {
    let mut builder = LayerBuilder::new(layer.id(), layer.fields().to_vec(), None);
    let ids = layer.len() as u64;
    let first_day = Date::from_calendar_date(1995, Month::January, 1).expect("a day");
    let mut bytes = Vec::new();
    for copy in 0..copies {
        eprintln!("copy {} of {copies}", copy + 1);
        let (column, row) = (copy % COLUMNS, copy / COLUMNS);
        let shift = (column as f64 * APART.0 - 1.0, row as f64 * APART.1 - 2.5);
        for (n, parcel) in layer.all().enumerate() {
            let id = copy * ids + n as u64 + 1;
            ewkb::write(&parcel, shift, &mut bytes);
            let geohash = id.is_multiple_of(2).then(|| geohash_like(id));
            let values: Vec<Value<'_>> = layer
                .fields()
                .iter()
                .zip(parcel.values())
                .map(|(field, value)| match (field.name.as_str(), field.column_type) {
                    ("official_id", _) => geohash.as_deref().map_or(Value::Null, Value::Text),
                    ("valid_from", ColumnType::Date) => Value::Date(first_day + Days::days(day_of(id))),
                    _ => value,
                })
                .collect();
            let texts: Vec<Option<String>> = values.iter().map(|v| v.to_text().map(Into::into)).collect();
            let plain = values.iter().zip(&texts).map(|(&value, text)| match (value, text) {
                (Value::ComputedText(_), Some(text)) => Value::Text(text),
                _ => value,
            });
            builder.push(Key::Int(id as i64), RawGeometry::Ewkb(&bytes), &plain.collect::<Vec<_>>());
        }
    }
    builder.finish(Duration::ZERO)
}

/// Twelve digits of a geohash whose first five are those of a town.
fn geohash_like(id: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
    let mut bits = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let tail = (0..7).map(|_| {
        bits = bits.rotate_left(5);
        char::from(DIGITS[(bits & 31) as usize])
    });
    "w6u9k".chars().chain(tail).collect()
}

/// One of the days of thirty years.
fn day_of(id: u64) -> i64 {
    (id.wrapping_mul(2_654_435_761) >> 7) as i64 % 11_000
}
