//! Loading: the whole town as the server does it, from either form, and beside it the rows of the
//! parcels sent by one plain `COPY … BINARY` and thrown away.

use std::time::{Duration, Instant};

use bandoso::config::Config;
use bandoso::database::quote_identifier;
use bandoso::source::{LoadEvent, Location, Source, standard_layers};
use bandoso::store::LoadReport;
use bandoso::town::{self, Town, TownEvent, load_town};
use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection};

use super::common::machine;
use super::common::sample::median;
use super::common::table::{Table, whole};

const ROUNDS: usize = 3;
const PARCELS: &str = "parcels";

/// How long something took.
#[derive(Clone, Copy)]
struct Took {
    seconds: f64,
    cpu_seconds: f64,
}

/// A running clock.
struct Clock(Instant, f64);

impl Clock {
    fn start() -> Self {
        Self(Instant::now(), machine::cpu_seconds())
    }

    fn took(&self) -> Took {
        Took { seconds: self.0.elapsed().as_secs_f64(), cpu_seconds: machine::cpu_seconds() - self.1 }
    }
}

/// A statement read to its end and thrown away, in every round.
struct Copy {
    name: &'static str,
    statement: String,
    took: Vec<Took>,
    bytes: u64,
}

/// A town loaded in every round.
struct Load {
    name: &'static str,
    place: Location,
    took: Vec<Took>,
    /// One list a round, the layers in the same order.
    layers: Vec<Vec<LayerLoad>>,
}

struct LayerLoad {
    id: String,
    /// Until the caller had it; a little longer than in the layer's own account.
    took: Took,
    report: LoadReport,
}

/// Measures, prints and gives back the town loaded last.
pub async fn print(places: [(&'static str, Location); 2], database_url: &str) -> Town {
    let copy = |name, statement| Copy { name, statement, took: Vec::new(), bytes: 0 };
    let mut copies = [
        copy("COPY of what the layer reads", copy_of_parcels(database_url)),
        copy(
            "COPY of the table, 4 columns",
            "COPY bandoso.parcel (parcel_id, sheet, number, geom) TO STDOUT (FORMAT binary)".to_owned(),
        ),
    ];
    let mut loads = places.map(|(name, place)| Load { name, place, took: Vec::new(), layers: Vec::new() });
    let mut memory = Table::new(&["Memory, MB", "before", "peak", "after"]);
    let mut town = None;
    // round by round, so that other work on the machine meets all of them
    for round in 1..=ROUNDS {
        for copy in &mut copies {
            eprintln!("round {round} of {ROUNDS}: {}", copy.name);
            let (took, bytes) = read_and_throw_away(database_url, &copy.statement).await;
            copy.took.push(took);
            copy.bytes = bytes;
        }
        for load in &mut loads {
            eprintln!("round {round} of {ROUNDS}: town from {}", load.name);
            // one town in memory at a time
            drop(town.take());
            let before = machine::resident();
            machine::reset_peak();
            town = Some(load.once().await);
            if round == 1 {
                let what = format!("loading from {}", load.name);
                memory.row(vec![what, before, machine::peak(), machine::resident()]);
            }
        }
    }
    print_parcels(&copies, &loads);
    print_layers(&loads);
    memory.print("Memory of this process");
    town.expect("a round was made")
}

impl Load {
    async fn once(&mut self) -> Town {
        let mut layers = Vec::new();
        let clock = Clock::start();
        let mut layer_clock = Clock::start();
        let source = Source::open(&self.place, Duration::from_secs(10)).await.unwrap();
        let config = Config::default();
        let today = town::Clock::system();
        let town = load_town(&source, &self.place, &config, &today, |event| match event {
            TownEvent::Read(LoadEvent::Begun(..)) => layer_clock = Clock::start(),
            TownEvent::Read(LoadEvent::Loaded(layer)) => layers.push(LayerLoad {
                id: layer.id().to_owned(),
                took: layer_clock.took(),
                report: layer.report().clone(),
            }),
            _ => {}
        });
        let town = town.await.unwrap();
        self.took.push(clock.took());
        let refused: u64 = layers.iter().map(|l| l.report.refused_rows()).sum();
        assert_eq!(refused, 0, "rows of the town's own maker were refused");
        self.layers.push(layers);
        town
    }

    fn layer(&self, index: usize) -> Vec<Took> {
        self.layers.iter().map(|round| round[index].took).collect()
    }
}

fn print_parcels(copies: &[Copy; 2], loads: &[Load; 2]) {
    let mut table =
        Table::new(&["Parcels", "MB sent", "s, least", "s, median", "own CPU s", "÷ COPY of the layer"]);
    let copy_s = median_seconds(&copies[0].took);
    let mut row = |name: String, megabytes: String, took: &[Took]| {
        let least = took.iter().map(|t| t.seconds).fold(f64::INFINITY, f64::min);
        let seconds = median_seconds(took);
        let cpu_s = median(took.iter().map(|t| t.cpu_seconds).collect());
        let ratio = format!("{:.2}", seconds / copy_s);
        let cells = [format!("{least:.2}"), format!("{seconds:.2}"), format!("{cpu_s:.2}"), ratio];
        table.row([name, megabytes].into_iter().chain(cells).collect());
    };
    for copy in copies {
        row(copy.name.to_owned(), whole(copy.bytes / 1_000_000), &copy.took);
    }
    for load in loads {
        let parcels = load.layers[0].iter().position(|l| l.id == PARCELS).expect("a layer of parcels");
        row(format!("our load from {}", load.name), String::new(), &load.layer(parcels));
    }
    table.print(&format!("Loading the layer of parcels ({ROUNDS} times)"));
}

fn median_seconds(took: &[Took]) -> f64 {
    median(took.iter().map(|t| t.seconds).collect())
}

fn print_layers(loads: &[Load; 2]) {
    let names: Vec<String> = loads.iter().map(|load| format!("s from {}", load.name)).collect();
    let mut heads = vec!["Layer", "rows", "MB", "bytes a row"];
    heads.extend(names.iter().map(String::as_str));
    let mut table = Table::new(&heads);
    let seconds = |took: &[Took]| format!("{:.2}", median_seconds(took));
    let (mut rows, mut bytes) = (0, 0);
    for (index, layer) in loads[0].layers[0].iter().enumerate() {
        let report = &layer.report;
        rows += report.loaded;
        bytes += report.bytes as u64;
        let mut cells = vec![layer.id.clone(), whole(report.loaded), megabytes(report.bytes as u64)];
        cells.push(format!("{:.0}", report.bytes as f64 / report.loaded.max(1) as f64));
        cells.extend(loads.iter().map(|load| seconds(&load.layer(index))));
        table.row(cells);
    }
    let mut cells =
        vec!["all layers, names and indexes".to_owned(), whole(rows), megabytes(bytes), String::new()];
    cells.extend(loads.iter().map(|load| seconds(&load.took)));
    table.row(cells);
    table.print("Loading the town (median seconds; bytes as the store counts them, without indexes)");
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

/// The columns the server reads of the parcels, sent as they are.
fn copy_of_parcels(database_url: &str) -> String {
    let layers = standard_layers(&database_url.parse::<Location>().expect("an address of a database"));
    let layer = layers.iter().find(|layer| layer.id == PARCELS).expect("a layer of parcels");
    let columns = layer.columns.iter().map(|c| &c.column);
    let columns: Vec<String> =
        [&layer.key, &layer.geometry].into_iter().chain(columns).map(|c| quote_identifier(c)).collect();
    let (columns, table) = (columns.join(", "), layer.table.quoted());
    format!("COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT binary)")
}

async fn read_and_throw_away(database_url: &str, statement: &str) -> (Took, u64) {
    let mut connection = PgConnection::connect(database_url).await.unwrap();
    let clock = Clock::start();
    let mut stream = connection.copy_out_raw(statement).await.unwrap();
    let mut bytes = 0;
    while let Some(chunk) = stream.try_next().await.unwrap() {
        bytes += chunk.len() as u64;
    }
    let took = clock.took();
    drop(stream);
    connection.close().await.unwrap();
    (took, bytes)
}
