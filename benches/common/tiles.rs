//! Drawing: tiles of the layer of parcels under parcels here and there, in this process, on one
//! thread, without HTTP or a cache. Below z15 that is copying what was dissolved beforehand.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use bandoso::geometry::World;
use bandoso::tile::{MapLayer, TileId, render};
use geozero::mvt::{Message, Tile};

use super::sample::{mean, percentile};
use super::table::{Table, whole};
use crate::support::Dice;

const TILES: usize = 200;
/// A zoom gets no more time than this in each of its two passes.
const PASS_LIMIT: Duration = Duration::from_secs(60);

/// What one tile came to.
struct Drawn {
    bytes: usize,
    compressed: usize,
    drawing_us: f64,
    compressing_us: f64,
}

/// Draws tiles of these zooms and prints what they took.
pub fn print(layer: &MapLayer, zooms: RangeInclusive<u8>) {
    let mut table = Table::new(&[
        "Zoom",
        "tiles",
        "features",
        "bytes",
        "p50 µs",
        "p99 µs",
        "mean µs",
        "gzip bytes",
        "gzip p50 µs",
        "gzip p99 µs",
        "gzip mean µs",
    ]);
    let centers: Vec<World> = layer.layer().all().map(|parcel| parcel.bounds().center()).collect();
    for zoom in zooms {
        eprintln!("tiles at zoom {zoom}");
        let tiles = tiles_under(&centers, zoom);
        // the first pass warms caches and counts what is in the tiles; the second is measured
        let features = within_limit(&tiles, |tile| features_in(&draw(layer, tile)));
        let drawn = within_limit(&tiles[..features.len()], |tile| measure(layer, tile));
        let drawing = || drawn.iter().map(|d| d.drawing_us).collect();
        let compressing = || drawn.iter().map(|d| d.compressing_us).collect();
        table.row(vec![
            format!("z{zoom}"),
            whole(drawn.len() as u64),
            whole(mean(features.iter().map(|&n| n as f64)) as u64),
            whole(mean(drawn.iter().map(|d| d.bytes as f64)) as u64),
            whole(percentile(drawing(), 50) as u64),
            whole(percentile(drawing(), 99) as u64),
            whole(mean(drawn.iter().map(|d| d.drawing_us)) as u64),
            whole(mean(drawn.iter().map(|d| d.compressed as f64)) as u64),
            whole(percentile(compressing(), 50) as u64),
            whole(percentile(compressing(), 99) as u64),
            whole(mean(drawn.iter().map(|d| d.compressing_us)) as u64),
        ]);
    }
    table.print("Tiles of the layer of parcels (features and bytes are means; gzip is libdeflate's level 1, its time comes on top)");
}

/// Up to [`TILES`] different tiles, each under a parcel chosen blindly: where more parcels are, more
/// tiles are taken. The same ones in every run.
fn tiles_under(centers: &[World], zoom: u8) -> Vec<TileId> {
    let mut seen = BTreeSet::new();
    let mut dice = Dice(u64::from(zoom));
    let mut tiles = Vec::new();
    for _ in 0..TILES * 50 {
        let at = centers[dice.roll(centers.len() as u64) as usize];
        let shift = World::BITS - u32::from(zoom);
        let (x, y) = ((at.x >> shift) as u32, (at.y >> shift) as u32);
        if seen.insert((x, y)) {
            tiles.push(TileId::new(zoom, x, y).expect("a parcel lies on the map"));
        }
        if tiles.len() == TILES {
            break;
        }
    }
    tiles
}

/// The results of as many tiles as the time allows.
fn within_limit<T>(tiles: &[TileId], mut each: impl FnMut(TileId) -> T) -> Vec<T> {
    let started = Instant::now();
    tiles.iter().take_while(|_| started.elapsed() < PASS_LIMIT).map(|&tile| each(tile)).collect()
}

fn draw(layer: &MapLayer, tile: TileId) -> Vec<u8> {
    render([layer.drawing(tile.z(), None, None, None)], tile).bytes
}

fn features_in(tile: &[u8]) -> usize {
    let tile = Tile::decode(tile).expect("another decoder reads it");
    tile.layers.iter().map(|layer| layer.features.len()).sum()
}

fn measure(layer: &MapLayer, tile: TileId) -> Drawn {
    let started = Instant::now();
    let bytes = std::hint::black_box(draw(layer, tile));
    let drawing_us = started.elapsed().as_secs_f64() * 1e6;
    let started = Instant::now();
    // as the server compresses an answer
    let level = libdeflater::CompressionLvl::new(1).expect("a level");
    let mut compressor = libdeflater::Compressor::new(level);
    let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let compressed = compressor.gzip_compress(&bytes, &mut out).expect("there is room");
    let compressing_us = started.elapsed().as_secs_f64() * 1e6;
    Drawn { bytes: bytes.len(), compressed, drawing_us, compressing_us }
}
