//! What answers cost: rows, not time. A tile has an end, whatever lies in it; what is derived is there before the
//! server says it is ready; memory does not grow with the number of those who ask.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use bandoso::answers::{Cost, LayerChoice, Question, TileQuestion};
use bandoso::config::Config;
use bandoso::source::{Location, Source};
use bandoso::tile::{Encoding, Limits, TileFormat, TileId};
use bandoso::town::{Clock, Town, load_town};
use geozero::mvt::{Message, Tile};

use crate::sources::rust_files;
use crate::support::{Cluster, Database, Reply, Server, block_on};

const POINTS: u64 = 250_000;
const AREAS: u64 = 400;

/// A place in the middle of a tile of zoom 18.
const SPOT: (u32, u32) = (208_345, 122_807);

/// A quarter of a million points and some areas within three metres, one more point far away.
struct Crowd {
    database: Database,
    folder: tempfile::TempDir,
}

const LAYERS: &str = "[layers.dots]
table = \"dot\"
id = \"id\"
columns = [\"kind\"]

[layers.lots]
table = \"lot\"
id = \"id\"
";

fn crowd() -> &'static Crowd {
    static CROWD: OnceLock<Crowd> = OnceLock::new();
    CROWD.get_or_init(|| {
        let database = Cluster::shared().fresh_database();
        let side = 360.0 / f64::from(1 << 18);
        let lng = (f64::from(SPOT.0) + 0.5) * side - 180.0;
        let north = std::f64::consts::PI * (1.0 - 2.0 * (f64::from(SPOT.1) + 0.5) / f64::from(1 << 18));
        let lat = north.sinh().atan().to_degrees();
        database.execute("CREATE EXTENSION IF NOT EXISTS postgis");
        database.execute(&format!(
            "CREATE TABLE dot (id int PRIMARY KEY, kind text, geom geometry(Point, 4326));
             CREATE TABLE lot (id int PRIMARY KEY, geom geometry(Polygon, 4326));
             INSERT INTO dot SELECT i, 'k' || i % 7, ST_SetSRID(ST_MakePoint(
                 {lng} + (i % 500) * 5e-8, {lat} + (i / 500) * 5e-8), 4326)
               FROM generate_series(1, {POINTS}) i;
             INSERT INTO dot VALUES (999999, 'alone', ST_SetSRID(ST_MakePoint(106.5, 11.0), 4326));
             INSERT INTO lot SELECT i, ST_MakeEnvelope(
                 {lng} + (i % 20) * 1e-6, {lat} + (i / 20) * 1e-6,
                 {lng} + (i % 20) * 1e-6 + 9e-7, {lat} + (i / 20) * 1e-6 + 9e-7, 4326)
               FROM generate_series(1, {AREAS}) i",
        ));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bandoso.toml"), LAYERS).unwrap();
        Crowd { database, folder }
    })
}

impl Crowd {
    fn server(&self) -> Server {
        let config = self.folder.path().join("bandoso.toml");
        Server::start(&["serve", "--source", &self.database.url, "--config", config.to_str().unwrap()])
    }

    fn town(&self) -> Town {
        let config = Config::read(&self.folder.path().join("bandoso.toml")).unwrap();
        let location: Location = self.database.url.parse().unwrap();
        block_on(|| async {
            let source = Source::open(&location, Duration::from_secs(10)).await.unwrap();
            load_town(&source, &location, &config, &Clock::system(), |_| {}).await.unwrap()
        })
    }
}

fn spot(layers: &str, zoom: u8) -> String {
    let (x, y) = (SPOT.0 >> (18 - zoom), SPOT.1 >> (18 - zoom));
    format!("/tiles/{layers}/{zoom}/{x}/{y}")
}

/// Ids of each layer of a tile.
fn ids(reply: &Reply) -> BTreeMap<String, BTreeSet<u64>> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let tile = Tile::decode(reply.body.as_slice()).unwrap();
    let of_layer = |layer: &geozero::mvt::tile::Layer| layer.features.iter().filter_map(|f| f.id).collect();
    tile.layers.iter().map(|layer| (layer.name.clone(), of_layer(layer))).collect()
}

/// The sum of a metric's series whose labels contain this text.
fn metric(server: &Server, name: &str, labels: &str) -> f64 {
    let metrics = server.get("/metrics").text();
    let values = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?.strip_prefix(['{', ' '])?;
        rest.contains(labels).then(|| rest.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
    });
    values.sum()
}

#[test]
fn a_crowded_tile_ends_and_says_what_is_left_out_which_is_the_same_on_every_server() {
    let (one, other) = (crowd().server(), crowd().server());
    let limit = Limits::OF_TILES.features as u64;
    let path = spot("dots,lots", 18);
    let reply = one.get(&path);
    let shown = ids(&reply);
    assert_eq!(shown["lots"].len() as u64, AREAS, "areas go last");
    assert_eq!(shown["dots"].len() as u64, limit - AREAS);
    assert!(reply.body.len() <= Limits::OF_TILES.bytes);
    assert_eq!(reply.header("x-features-left-out"), (POINTS - (limit - AREAS)).to_string());
    assert!(reply.header("access-control-expose-headers").contains("x-features-left-out"));
    assert_eq!(metric(&one, "tile_features_left_out_total", ""), (POINTS - (limit - AREAS)) as f64);

    let route = "route=\"/tiles/{ids}/{z}/{x}/{y}\"";
    let looked_at = metric(&one, "rows_looked_at_total", route);
    assert!(looked_at >= POINTS as f64 && looked_at <= 4.0 * POINTS as f64, "{looked_at} rows");
    assert_eq!(metric(&one, "rows_looked_at_most", route), looked_at);

    // from the cache, and drawn by another server
    let again = one.get(&path);
    assert_eq!(again.header("x-features-left-out"), reply.header("x-features-left-out"));
    assert_eq!(metric(&one, "rows_looked_at_total", route), looked_at);
    let there = other.get(&path);
    assert_eq!(there.header("etag"), reply.header("etag"));
    assert!(there.body == reply.body, "equal tags, other bytes");
    assert_eq!(there.header("x-features-left-out"), reply.header("x-features-left-out"));

    // by id: the same ones at another zoom, and alone
    assert_eq!(ids(&one.get(&spot("dots,lots", 16))), shown);
    let alone = ids(&one.get(&spot("dots", 17)));
    assert_eq!(alone["dots"].len() as u64, limit);
    assert!(alone["dots"].is_superset(&shown["dots"]));
    let whole = one.get(&spot("dots,lots", 18).replace("dots,lots", "lots"));
    assert_eq!(whole.header("x-features-left-out"), "", "nothing is left out of it");
}

#[test]
fn a_filter_keeps_what_it_keeps_of_all_rows_and_not_of_those_that_were_left() {
    let server = crowd().server();
    let reply = server.get(&format!("{}?filter=kind%20=%20'k3'", spot("dots", 18)));
    let kept = (1..=POINTS).filter(|i| i % 7 == 3).count();
    assert_eq!(ids(&reply)["dots"].len(), kept);
    assert_eq!(reply.header("x-features-left-out"), "");
}

#[test]
fn what_a_tile_costs_follows_from_its_rows_and_not_from_its_zoom() {
    let town = crowd().town();
    let dots = town.map().iter().position(|layer| layer.name() == "dots").unwrap();
    let question = |z: u8, (x, y): (u32, u32), encoding: Encoding| TileQuestion {
        layers: vec![LayerChoice { layer: dots, attributes: None, filter: None, epoch: None }],
        tile: TileId::new(z, x, y).unwrap(),
        format: TileFormat::Mvt,
        encoding,
    };
    // where one point is alone
    let lonely = |z: u8| {
        let side = f64::from(1u32 << z);
        let y = (0.5 - 11.0f64.to_radians().tan().asinh() / std::f64::consts::TAU) * side;
        ((106.5 / 360.0 + 0.5) * side, y)
    };
    for encoding in Encoding::ALL {
        for z in 13..=18 {
            let crowded = (SPOT.0 >> (18 - z), SPOT.1 >> (18 - z));
            assert_eq!(question(z, crowded, encoding).cost(&town), Cost::Heavy, "z{z}");
            let (x, y) = lonely(z);
            assert_eq!(question(z, (x as u32, y as u32), encoding).cost(&town), Cost::Light, "z{z}");
        }
    }
}

/// A file of a small demo town.
fn small_town(folder: &Path) -> String {
    let file = folder.join("town.gpkg").to_str().unwrap().to_owned();
    let (code, _, log) = Server::run(&["demo", "--parcels", "2000", "--out", &file]);
    assert_eq!(code, 0, "{log}");
    file
}

#[test]
fn nothing_is_derived_once_the_server_says_it_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["serve", "--source", &small_town(folder.path())]);
    let built = metric(&server, "derived_builds_total", "");
    assert!(built > 0.0);
    let log = server.log();
    assert!(log.contains("layer parcels: low zooms, dissolved rows="), "{log}");
    assert!(log.contains("layer parcels: labels rows="), "{log}");
    for (layers, z, query) in [
        ("parcels_labels", 16, ""),
        ("parcels", 10, ""),
        ("parcels", 14, ""),
        ("plan_zones,streets,units", 12, ""),
        ("units_labels", 11, ""),
        ("parcels", 16, "?at=2020-01-01"),
        ("parcels_labels", 16, "?at=2020-01-01"),
    ] {
        let (x, y) = server.middle_tile(z);
        let reply = server.get(&format!("/tiles/{layers}/{z}/{x}/{y}{query}"));
        assert!(matches!(reply.status, 200 | 204), "{layers} {z}: {}", reply.text());
    }
    assert_eq!(metric(&server, "derived_builds_total", ""), built);
    let handles = metric(&server, "proj_handles_made_total", "");
    assert!(handles > 0.0);
    let pair = server.get("/v1/search?q=X%3D1247941.21%20Y%3D568255.53");
    assert_eq!(pair.status, 200);
    assert!(!pair.json()["features"].as_array().unwrap().is_empty(), "{}", pair.text());
    let codes = server.get("/v1/codes?lat=11.284&lon=106.127");
    assert_eq!(codes.status, 200, "{}", codes.text());
    assert_eq!(metric(&server, "proj_handles_made_total", ""), handles, "made under a request");
    server.signal("HUP");
    server.wait_for_log("the new snapshot is served");
    assert_eq!(metric(&server, "derived_builds_total", ""), 2.0 * built, "a reload makes all of it again");
}

/// What is made at first use: tables of this program that take microseconds, or files that are part of it, made
/// before anything is served (`page::prepare`), or what belongs to the thread that uses it.
const MADE_AT_FIRST_USE: [&str; 19] = [
    "geocode/codes/vn2000.rs", // PROJ handles; workers make theirs before they take work
    "geocode/text/ime_residue.rs", // a set of some hundred syllables
    "geocode/tests/town.rs",
    "geocode/text/words.rs",  // a table of some hundred words
    "http/batch/pipeline.rs", // threads for tables
    "http/observe.rs",        // a counter a route, method and status
    "letters/syllable.rs",    // a set of some hundred rhymes
    "page/assets.rs",
    "page/door.rs",
    "page/glyphs.rs",
    "page/sprite.rs",
    "page/styles.rs",
    "plate/lettering.rs",      // the head of a font file
    "privacy/id_key.rs",       // the key of ids, looked up while loading
    "privacy/person_names.rs", // a list of names, read while loading
    "source/id_key.rs",        // the key of ids, looked up while loading
    "source/load.rs",          // belongs to one load
    "store/builder.rs",        // PROJ handles of the threads that load
    "tile/render.rs",          // empty buffers
];

#[test]
fn no_room_makes_anything_of_rows_at_first_use() {
    let mut found = BTreeSet::new();
    for (name, path) in rust_files() {
        let text = std::fs::read_to_string(path).unwrap();
        let words = ["OnceLock", "OnceCell", "LazyLock", "LazyCell", "thread_local!", "lazy_static"];
        if words.iter().any(|word| text.contains(word)) {
            found.insert(name);
        }
    }
    let known = BTreeSet::from(MADE_AT_FIRST_USE.map(str::to_owned));
    assert_eq!(
        found, known,
        "say in the list above why it may be made at first use, or make it with the town"
    );
}

/// A figure of `/proc/PID/status`, in bytes.
fn memory(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

fn threads(server: &Server) -> usize {
    std::fs::read_dir(format!("/proc/{}/task", server.pid())).unwrap().count()
}

/// How many of so many clients' requests at once, each with a filter nobody else has, are answered with a tile or
/// none.
fn ask_with_filters_of_their_own(server: &Server, zoom: u8, clients: usize, each: usize) -> usize {
    let (x, y) = server.middle_tile(zoom.into());
    let address = server.base_url.strip_prefix("http://").unwrap();
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let path = |n: usize| {
                        let least = client * each + n;
                        let least = format!("{}.{:03}", least / 1_000, least % 1_000);
                        format!("/tiles/parcels/{zoom}/{x}/{y}?filter=registered_area_m2%20%3E%20{least}")
                    };
                    (0..each).filter(|&n| matches!(status_of(address, &path(n)), 200 | 204)).count()
                })
            })
            .collect();
        asking.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

/// The status of a request over a connection of its own, whose answer is read to its end.
fn status_of(address: &str, path: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = String::from_utf8_lossy(&answer[..answer.len().min(12)]).into_owned();
    head.split(' ').nth(1).unwrap_or_default().parse().unwrap_or_default()
}

#[test]
fn memory_does_not_grow_with_the_number_of_those_who_ask() {
    const CLIENTS: usize = 128;
    const EACH: usize = 4;
    const MORE_BYTES: u64 = 96 << 20;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["serve", "--source", &small_town(folder.path())]);
    let (before, threads_before) = (memory(&server, "VmRSS"), threads(&server));
    assert_eq!(ask_with_filters_of_their_own(&server, 15, CLIENTS, EACH), CLIENTS * EACH);
    let peak = memory(&server, "VmHWM");
    assert!(peak < before + MORE_BYTES, "from {before} to {peak} bytes");
    assert!(threads(&server) <= threads_before, "from {threads_before} to {} threads", threads(&server));
}

/// `cargo test --release --test behaviour prints_the_memory -- --ignored --nocapture`: the table of `docs/performance.md`.
#[test]
#[ignore = "takes minutes and asserts nothing: it prints the memory of a server"]
fn prints_the_memory_of_a_server() {
    let parcels = std::env::var("PARCELS").unwrap_or_else(|_| "20000".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg").to_str().unwrap().to_owned();
    let (code, _, log) = Server::run(&["demo", "--parcels", &parcels, "--out", &file]);
    assert_eq!(code, 0, "{log}");
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, "[limits]\nconnections_per_client = 2000\n").unwrap();
    let server = Server::start(&["serve", "--source", &file, "--config", config.to_str().unwrap()]);
    println!("| {parcels} parcels | resident MB | peak MB | threads | answered |");
    let print = |what: &str, answered: usize| {
        let [resident, peak] = ["VmRSS", "VmHWM"].map(|name| memory(&server, name) >> 20);
        println!("| {what} | {resident} | {peak} | {} | {answered} |", threads(&server));
    };
    let a_minute = || std::thread::sleep(Duration::from_secs(60));
    print("ready", 0);
    a_minute();
    print("a minute later", 0);
    for clients in [256, 512] {
        for zoom in [15, 13] {
            let answered = ask_with_filters_of_their_own(&server, zoom, clients, 20);
            print(&format!("{clients} connections, z{zoom}"), answered);
        }
    }
    a_minute();
    print("a minute later", 0);
    server.signal("HUP");
    server.wait_for_log("the new snapshot is served");
    print("after a reload", 0);
    a_minute();
    print("a minute later", 0);
}
