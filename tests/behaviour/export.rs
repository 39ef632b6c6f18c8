//! Archives made by the real binary, held against what the real binary serves; read back with a reader
//! of PMTiles written here after its specification, with SQLite, and with GDAL where it is installed.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use crate::support::{Server, block_on};
use bandoso::config::Config;
use bandoso::export::{ExportError, Format, Job, Request, Step, Target, export};
use bandoso::source::{Location, Source};
use bandoso::town::{Clock, load_town};
use serde_json::Value;
use sqlx::{Connection, Row, SqliteConnection};

const LAYERS: &str = "units,parcels,plan_zones";

/// Zoom, column, row from the north, and the bytes as stored.
type Tiles = BTreeMap<(u8, u32, u32), Vec<u8>>;

/// A folder with a small demo town.
fn town() -> &'static Path {
    static TOWN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = TOWN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg");
        let (code, _, log) = Server::run(&["demo", "--parcels", "2000", "--out", file.to_str().unwrap()]);
        assert_eq!(code, 0, "{log}");
        folder
    });
    folder.path()
}

fn source() -> String {
    town().join("town.gpkg").to_str().unwrap().to_owned()
}

/// The arguments of an export of the town into this file.
fn arguments<'a>(source: &'a str, out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["export", "--source", source, "--layers", LAYERS, "--out", out.to_str().unwrap()];
    args.extend(more);
    args
}

fn export_to(out: &Path, more: &[&str]) -> String {
    let source = source();
    let (code, _, log) = Server::run(&arguments(&source, out, more));
    assert_eq!(code, 0, "{log}");
    log
}

fn refusal(out: &Path, more: &[&str]) -> String {
    let source = source();
    Server::expect_failure(&arguments(&source, out, more)).1
}

fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

/// Section 3 of the specification of PMTiles 3: the header is 127 bytes, numbers little-endian.
struct Pmtiles {
    bytes: Vec<u8>,
    tiles: Tiles,
    metadata: Value,
}

impl Pmtiles {
    fn read(file: &Path) -> Self {
        let bytes = std::fs::read(file).unwrap();
        assert_eq!((&bytes[..7], bytes[7]), (b"PMTiles".as_slice(), 3));
        let mut archive = Self { bytes, tiles: Tiles::new(), metadata: Value::Null };
        archive.metadata = serde_json::from_slice(&unpack(archive.section(24))).unwrap();
        let root = unpack(archive.section(8));
        archive.read_directory(&root);
        archive
    }

    fn number(&self, at: usize) -> usize {
        u64::from_le_bytes(self.bytes[at..at + 8].try_into().unwrap()) as usize
    }

    fn degrees(&self, at: usize) -> f64 {
        f64::from(i32::from_le_bytes(self.bytes[at..at + 4].try_into().unwrap())) / 1e7
    }

    /// The part whose offset stands at `at` in the header, its length after it.
    fn section(&self, at: usize) -> &[u8] {
        &self.bytes[self.number(at)..][..self.number(at + 8)]
    }

    /// Section 4: ids, run lengths, lengths and offsets, each a column of varints.
    fn read_directory(&mut self, directory: &[u8]) {
        let mut rest = directory;
        let mut varint = || {
            let end = rest.iter().position(|byte| byte & 0x80 == 0).unwrap();
            let value = rest[..=end].iter().rev().fold(0u64, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
            rest = &rest[end + 1..];
            value
        };
        let count = varint() as usize;
        let mut columns = || (0..count).map(|_| varint()).collect::<Vec<_>>();
        let (ids, runs, lengths, offsets) = (columns(), columns(), columns(), columns());
        let (mut id, mut offset) = (0, 0);
        for entry in 0..count {
            id += ids[entry];
            offset = match offsets[entry] {
                0 => offset + lengths[entry - 1],
                stored => stored - 1,
            };
            let begin = self.number(if runs[entry] == 0 { 40 } else { 56 }) + offset as usize;
            let content = self.bytes[begin..begin + lengths[entry] as usize].to_vec();
            if runs[entry] == 0 {
                self.read_directory(&unpack(&content));
            }
            for tile in id..id + runs[entry] {
                self.tiles.insert(address(tile), content.clone());
            }
        }
    }
}

/// Zoom, column and row of a PMTiles id: zooms one after the other, the Hilbert curve within each.
fn address(id: u64) -> (u8, u32, u32) {
    let (mut z, mut rest) = (0, id);
    while rest >= 1 << (2 * z) {
        rest -= 1 << (2 * z);
        z += 1;
    }
    let (mut x, mut y) = (0u64, 0u64);
    for level in 0..z {
        let side = 1 << level;
        let (rx, ry) = (1 & (rest / 2), 1 & (rest ^ (rest / 2)));
        if ry == 0 {
            if rx == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        (x, y) = (x + side * rx, y + side * ry);
        rest /= 4;
    }
    (z as u8, x as u32, y as u32)
}

/// Tiles and metadata of an MBTiles archive, by its specification.
fn read_mbtiles(file: &Path) -> (Tiles, BTreeMap<String, String>) {
    let url = format!("sqlite://{}?mode=ro", file.display());
    block_on(|| async {
        let mut archive = SqliteConnection::connect(&url).await.unwrap();
        let tiles = sqlx::query("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
            .fetch_all(&mut archive)
            .await
            .unwrap();
        let metadata = sqlx::query("SELECT name, value FROM metadata").fetch_all(&mut archive).await.unwrap();
        let from_north = |z: u8, row: u32| (1u32 << z) - 1 - row;
        (
            tiles
                .iter()
                .map(|row| ((row.get(0), row.get(1), from_north(row.get(0), row.get(2))), row.get(3)))
                .collect(),
            metadata.iter().map(|row| (row.get(0), row.get(1))).collect(),
        )
    })
}

#[test]
fn every_tile_of_either_archive_is_the_served_one_and_none_is_missing() {
    let (pmtiles, mbtiles) = (town().join("all.pmtiles"), town().join("all.mbtiles"));
    export_to(&pmtiles, &["--maxzoom", "15"]);
    export_to(&mbtiles, &["--maxzoom", "15"]);
    let tiles = Pmtiles::read(&pmtiles).tiles;
    assert!(tiles == read_mbtiles(&mbtiles).0, "the two forms differ");
    let server = Server::start(&["serve", "--source", &source()]);
    let served = |(z, x, y): (u8, u32, u32)| server.get(&format!("/tiles/{LAYERS}/{z}/{x}/{y}"));
    for (nth, (&at, packed)) in tiles.iter().enumerate() {
        // all of the low zooms, every seventh of the rest
        if at.0 < 12 || nth % 7 == 0 {
            let live = served(at);
            assert_eq!((live.status, live.body == unpack(packed)), (200, true), "{at:?}");
        }
        // a neighbour that is not in the archive is empty when asked for
        let next = (at.0, at.1.saturating_sub(1), at.2);
        if nth % 5 == 0 && !tiles.contains_key(&next) {
            assert_eq!(served(next).status, 204, "{next:?}");
        }
    }
    assert_eq!(tiles.keys().next().unwrap().0, 0);
    assert_eq!(tiles.keys().last().unwrap().0, 15);
}

#[test]
fn both_forms_say_what_is_in_them() {
    let (pmtiles, mbtiles) = (town().join("about.pmtiles"), town().join("about.mbtiles"));
    let more = ["--minzoom", "12", "--maxzoom", "14", "--attribution", "© phường", "--name", "Thị xã"];
    export_to(&pmtiles, &more);
    export_to(&mbtiles, &more);

    let archive = Pmtiles::read(&pmtiles);
    // clustered, directories in gzip, tiles in gzip, of type MVT, zooms
    assert_eq!(archive.bytes[96..102], [1, 2, 2, 1, 12, 14]);
    let (west, south, east, north) =
        (archive.degrees(102), archive.degrees(106), archive.degrees(110), archive.degrees(114));
    assert!(west < east && south < north && (105.0..108.0).contains(&west), "{west} {south} {east} {north}");
    assert_eq!(archive.number(72), archive.tiles.len(), "addressed tiles");
    assert!(archive.number(88) <= archive.number(80), "contents and entries");
    assert_eq!(
        (archive.metadata["name"].as_str(), archive.metadata["attribution"].as_str()),
        (Some("Thị xã"), Some("© phường"))
    );
    let ids = |layers: &Value| {
        let layers = layers["vector_layers"].as_array().unwrap();
        layers.iter().map(|l| format!("{} {}-{}", l["id"], l["minzoom"], l["maxzoom"])).collect::<Vec<_>>()
    };
    let expected = ["\"units\" 12-14", "\"parcels\" 12-14", "\"plan_zones\" 12-14"];
    let mut found = ids(&archive.metadata);
    found.sort_unstable();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(expected.iter().all(|layer| found.contains(&(*layer).to_owned())), "{found:?}");

    let metadata = read_mbtiles(&mbtiles).1;
    let value = |name: &str| metadata.get(name).map(String::as_str).unwrap_or_default();
    assert_eq!((value("format"), value("minzoom"), value("maxzoom")), ("pbf", "12", "14"));
    assert_eq!((value("name"), value("attribution")), ("Thị xã", "© phường"));
    assert!(value("description").contains("invented"), "{metadata:?}");
    let bounds: Vec<f64> = value("bounds").split(',').map(|n| n.parse().unwrap()).collect();
    for (stored, header) in bounds.iter().zip([west, south, east, north]) {
        assert!((stored - header).abs() < 2e-7, "{bounds:?}");
    }
    assert!(value("center").ends_with(",12"));
    assert_eq!(ids(&serde_json::from_str(value("json")).unwrap()).len(), 3);
}

#[test]
fn a_box_leaves_out_the_tiles_beyond_it_and_changes_none() {
    let (all, part) = (town().join("wide.pmtiles"), town().join("narrow.pmtiles"));
    export_to(&all, &["--maxzoom", "14"]);
    let all = Pmtiles::read(&all);
    let (west, south, east, north) = (all.degrees(102), all.degrees(106), all.degrees(110), all.degrees(114));
    let bbox = format!("{west},{south},{},{}", (west + east) / 2.0, (south + north) / 2.0);
    export_to(&part, &["--maxzoom", "14", "--bbox", &bbox]);
    let part = Pmtiles::read(&part);
    assert!(!part.tiles.is_empty() && part.tiles.len() < all.tiles.len());
    assert!(part.tiles.iter().all(|(at, tile)| all.tiles.get(at) == Some(tile)));
    assert!((part.degrees(110) - (west + east) / 2.0).abs() < 1e-6);
}

/// Begins an export and stops it as soon as some tiles are on disk, as Ctrl-C does.
fn interrupted(out: &Path, format: Format, request: Request) -> ExportError {
    let target = Target { file: out.to_owned(), format, overwrite: false, restart: false };
    block_on(|| async move {
        let location: Location = source().parse().unwrap();
        let source = Source::open(&location, Duration::ZERO).await.unwrap();
        let town = load_town(&source, &location, &Config::default(), &Clock::system(), |_| {}).await.unwrap();
        let job = Job::new(&town, request).unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let mut stop = Some(stop);
        let stopped = async { stopped.await.unwrap() };
        let watch = |step| {
            let is_time = matches!(step, Step::Drawn { .. });
            if let Some(stop) = stop.take_if(|_| is_time) {
                // nobody listens any more once the export has stopped
                let _ = stop.send(());
            }
        };
        export(job, &target, stopped, watch).await.unwrap_err()
    })
}

fn request(maxzoom: u8) -> Request {
    let layers = LAYERS.split(',').map(str::to_owned).collect();
    Request { layers, maxzoom: Some(maxzoom), ..Request::default() }
}

#[test]
fn a_stopped_export_goes_on_and_ends_as_if_it_had_not_been_stopped() {
    for (format, ending) in [(Format::Pmtiles, "pmtiles"), (Format::Mbtiles, "mbtiles")] {
        let (whole, stopped) = (town().join(format!("w.{ending}")), town().join(format!("s.{ending}")));
        export_to(&whole, &["--maxzoom", "20"]);
        let error = interrupted(&stopped, format, request(20));
        assert!(error.to_string().starts_with("stopped after 256 of "), "{error}");
        assert!(!stopped.exists(), "half an archive under the final name");
        let log = export_to(&stopped, &["--maxzoom", "20"]);
        assert!(log.contains("going on after 256 of"), "{log}");
        match format {
            Format::Pmtiles => assert!(std::fs::read(&whole).unwrap() == std::fs::read(&stopped).unwrap()),
            Format::Mbtiles => assert!(read_mbtiles(&whole) == read_mbtiles(&stopped)),
        }
        assert!(!beside(&stopped).exists());
    }
}

#[test]
fn a_killed_export_goes_on_too() {
    let (whole, killed) = (town().join("whole.pmtiles"), town().join("killed.pmtiles"));
    let source = source();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bandoso"))
        .args(arguments(&source, &killed, &["--maxzoom", "20"]))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // as soon as anything is on disk: drawing a small town takes less than a second
    while !beside(&killed).exists() {
        assert!(child.try_wait().unwrap().is_none(), "ended before it could be killed");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!killed.exists());
    export_to(&killed, &["--maxzoom", "20"]);
    export_to(&whole, &["--maxzoom", "20"]);
    assert!(std::fs::read(&whole).unwrap() == std::fs::read(&killed).unwrap());
}

fn beside(out: &Path) -> PathBuf {
    PathBuf::from(format!("{}.part", out.display()))
}

#[test]
fn what_is_left_of_another_export_is_not_gone_on_with() {
    let out = town().join("other.pmtiles");
    interrupted(&out, Format::Pmtiles, request(16));
    let message = refusal(&out, &["--maxzoom", "15"]);
    assert!(message.contains("begun with other arguments") && message.contains("--restart"), "{message}");

    let other = town().join("changed.gpkg");
    let (code, _, log) = Server::run(&["demo", "--parcels", "2100", "--out", other.to_str().unwrap()]);
    assert_eq!(code, 0, "{log}");
    let args = arguments(other.to_str().unwrap(), &out, &["--maxzoom", "16"]);
    let message = Server::expect_failure(&args).1;
    assert!(message.contains("the data has changed") && message.contains("--restart"), "{message}");

    export_to(&out, &["--maxzoom", "13", "--restart"]);
    assert_eq!(Pmtiles::read(&out).tiles.keys().last().unwrap().0, 13);
}

#[test]
fn a_wrong_wish_is_answered_with_what_to_change() {
    let out = town().join("wrong.pmtiles");
    for (more, expected) in [
        ("--minzoom 9 --maxzoom 7", "--minzoom 9 is above --maxzoom 7"),
        ("--maxzoom 21", "21 is not in 0..=20"),
        ("--bbox 11,106,12,107", "longitude comes first"),
        ("--minzoom 6 --bbox 10,50,11,51", "nothing to export"),
    ] {
        let message = refusal(&out, &more.split(' ').collect::<Vec<_>>());
        assert!(message.contains(expected), "{more}: {message}");
    }
    let single = source();
    let alone = [
        "export",
        "--source",
        &single,
        "--layers",
        "parcels",
        "--maxzoom",
        "3",
        "--out",
        out.to_str().unwrap(),
    ];
    let message = Server::expect_failure(&alone).1;
    assert!(message.contains("these layers have tiles from 6 to 20"), "{message}");
    let message = refusal(&town().join("town.zip"), &[]);
    assert!(message.contains(".pmtiles or .mbtiles"), "{message}");
    let message = refusal(&town().join("no/such/folder.pmtiles"), &[]);
    assert!(message.contains("cannot write") && message.contains("folder.pmtiles"), "{message}");
    let source = source();
    let args = ["export", "--source", &source, "--layers", "parcel", "--out", out.to_str().unwrap()];
    let message = Server::expect_failure(&args).1;
    assert!(message.contains("no layer 'parcel'; there are: ") && message.contains("parcels"), "{message}");

    std::fs::write(&out, "precious").unwrap();
    let message = refusal(&out, &["--maxzoom", "12"]);
    assert!(message.contains("exists") && message.contains("--overwrite"), "{message}");
    export_to(&out, &["--maxzoom", "12", "--overwrite"]);
    assert!(!Pmtiles::read(&out).tiles.is_empty());
}

#[test]
fn gdal_reads_the_mbtiles_archive() {
    let out = town().join("gdal.mbtiles");
    export_to(&out, &["--maxzoom", "14"]);
    let Ok(answer) = Command::new("ogrinfo").args(["-ro", "-so", "-al"]).arg(&out).output() else {
        eprintln!("\n*** SKIPPED: no ogrinfo, so GDAL's opinion of the archive is not known ***\n");
        return;
    };
    let answer = String::from_utf8_lossy(&answer.stdout).into_owned();
    for layer in LAYERS.split(',') {
        assert!(answer.contains(&format!("Layer name: {layer}")), "{answer}");
    }
}
