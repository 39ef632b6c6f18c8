//! The wards of the country, where `$BANDOSO_TEST_DATA` names the folder that holds them.

use std::collections::HashMap;
use std::io::Read;

use super::{build, paths, rings};
use crate::generalise::level::Level;
use crate::generalise::unit_shift;
use crate::geometry::{LngLat, ShapeKind, World, WorldBox};

type Rings = Vec<(bool, Vec<World>)>;

/// All wards with their codes, or nothing, said aloud.
fn wards() -> Option<(Vec<String>, Vec<Rings>)> {
    let Some(folder) = std::env::var_os("BANDOSO_TEST_DATA") else {
        eprintln!("NOT TESTED: BANDOSO_TEST_DATA is not set, the wards of the country are not there");
        return None;
    };
    let file = std::path::Path::new(&folder).join("admin/wards_all_simplified.geojson.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = json["features"].as_array().unwrap();
    let codes = features.iter().map(|f| f["properties"]["ward_code"].as_str().unwrap().to_owned());
    Some((codes.collect(), features.iter().map(|f| rings_of(&f["geometry"])).collect()))
}

fn rings_of(geometry: &serde_json::Value) -> Rings {
    let coordinates = geometry["coordinates"].as_array().unwrap();
    let polygons: Vec<&serde_json::Value> = match geometry["type"].as_str().unwrap() {
        "Polygon" => vec![&geometry["coordinates"]],
        _ => coordinates.iter().collect(),
    };
    let rings = polygons.iter().flat_map(|p| p.as_array().unwrap().iter().enumerate());
    rings.map(|(i, ring)| (i > 0, ring_of(ring))).collect()
}

fn ring_of(ring: &serde_json::Value) -> Vec<World> {
    let at = |p: &serde_json::Value| {
        World::from_lnglat(LngLat { lng: p[0].as_f64().unwrap(), lat: p[1].as_f64().unwrap() })
    };
    let mut ring: Vec<World> = ring.as_array().unwrap().iter().map(at).collect();
    ring.dedup();
    if ring.last() == ring.first() {
        ring.pop();
    }
    ring
}

/// How many rings run along each edge, whichever way.
fn runs<'a>(rings: impl Iterator<Item = &'a Vec<World>>) -> HashMap<(World, World), u32> {
    let mut runs = HashMap::new();
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)).filter(|(a, b)| a != b) {
            *runs.entry((*a.min(b), *a.max(b))).or_default() += 1;
        }
    }
    runs
}

/// Bytes of the geometry in the fullest tile: two for each coordinate of a vertex in the tile.
fn fullest_tile_bytes(level: &Level) -> usize {
    let mut tiles: HashMap<(i64, i64), usize> = HashMap::new();
    let shift = unit_shift(level.zoom()) + crate::generalise::TILE_BITS;
    let shapes = level.in_box(&everywhere());
    for p in shapes.flat_map(|shape| shape.rings()).flat_map(|ring| ring.points()) {
        *tiles.entry((p.x >> shift, p.y >> shift)).or_default() += 4;
    }
    tiles.into_values().max().unwrap_or(0)
}

fn everywhere() -> WorldBox {
    WorldBox { min: World { x: 0, y: 0 }, max: World { x: World::SIZE, y: World::SIZE } }
}

#[test]
fn the_wards_of_the_country_stay_neighbours_at_every_zoom() {
    let Some((codes, wards)) = wards() else { return };
    let paths = paths(ShapeKind::Polygon, &wards);
    let begin = std::time::Instant::now();
    let levels = build(&paths);
    eprintln!(
        "{} wards, {} vertices, {} bytes of levels, {:?}",
        wards.len(),
        paths.vertices().len(),
        levels.bytes(),
        begin.elapsed()
    );
    for level in levels.iter() {
        let bytes = fullest_tile_bytes(level);
        eprintln!("z{}: {} vertices, fullest tile {bytes} bytes", level.zoom(), level.vertex_count());
        assert!(level.zoom() > 8 || bytes < 500_000);
        assert_eq!(level.len(), wards.len(), "a ward vanished at z{}", level.zoom());
        let whole: usize = wards.iter().map(Vec::len).sum();
        let shapes: Vec<Vec<Vec<World>>> = level.in_box(&everywhere()).map(|s| rings(&s)).collect();
        eprintln!("   {} rings of {whole}", shapes.iter().map(Vec::len).sum::<usize>());
    }
    for code in ["20333", "22736"] {
        let at = codes.iter().position(|c| c == code).unwrap_or_else(|| panic!("no ward {code}"));
        for zoom in 4..=14 {
            let Some(level) = levels.at(zoom) else { continue };
            let shown = rings(&level.shape(at as u64 + 1).unwrap()).len();
            eprintln!("{code} at z{zoom}: {shown} parts of {}", wards[at].len());
            assert!(shown > 0);
        }
    }
}
