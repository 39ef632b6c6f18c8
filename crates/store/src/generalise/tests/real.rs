//! The wards of the country, where `$BANDOSO_TEST_DATA` names the folder that holds them.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use super::{build, paths, rings};
use crate::generalise::level::Level;
use crate::generalise::unit_shift;
use crate::geometry::{LngLat, ShapeKind, World, WorldBox};

type Rings = Vec<(bool, Vec<World>)>;

/// All wards with their codes.
fn wards() -> (Vec<String>, Vec<Rings>) {
    let folder =
        std::env::var_os("BANDOSO_TEST_DATA").expect("BANDOSO_TEST_DATA names the folder of real data");
    let file = std::path::Path::new(&folder).join("admin/wards_all_simplified.geojson.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = json["features"].as_array().unwrap();
    let codes = features.iter().map(|f| f["properties"]["ward_code"].as_str().unwrap().to_owned());
    (codes.collect(), features.iter().map(|f| rings_of(&f["geometry"])).collect())
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

/// Points and which two wards the border there divides; `None` at nodes and coasts, and where rounding
/// brings several borders together.
type Borders = HashMap<World, Option<[usize; 2]>>;

fn rounded(p: World, zoom: u8) -> World {
    let unit = 1i64 << unit_shift(zoom);
    let round = |v: i64| (v + unit / 2).div_euclid(unit) * unit;
    World { x: round(p.x), y: round(p.y) }
}

/// The vertices inside common borders: two wards pass there with the same neighbouring vertices.
fn common_vertices(wards: &[Rings]) -> Borders {
    let mut passes: HashMap<World, Vec<(usize, [World; 2])>> = HashMap::new();
    for (ward, (_, ring)) in wards.iter().enumerate().flat_map(|(i, rings)| rings.iter().map(move |r| (i, r)))
    {
        for (i, &p) in ring.iter().enumerate() {
            let mut pair = [ring[(i + ring.len() - 1) % ring.len()], ring[(i + 1) % ring.len()]];
            pair.sort_unstable();
            passes.entry(p).or_default().push((ward, pair));
        }
    }
    let common = |at: &[(usize, [World; 2])]| match at {
        [(a, one), (b, other)] if a != b && one == other => Some([*a, *b]),
        _ => None,
    };
    passes.into_iter().map(|(p, at)| (p, common(&at))).collect()
}

/// Checks each border vertex that the level shows against both wards; says how many there were.
fn check_borders(level: &Level, wards: &[Rings], common: &Borders) -> usize {
    let mut borders = Borders::new();
    for (&p, &pair) in common {
        let at = borders.entry(rounded(p, level.zoom())).or_insert(pair);
        if *at != pair {
            *at = None;
        }
    }
    let shapes: Vec<Vec<Vec<World>>> = level.in_box(&everywhere()).map(|s| rings(&s)).collect();
    let points: Vec<HashSet<World>> = shapes.iter().map(|s| s.iter().flatten().copied().collect()).collect();
    let is_whole = |ward: usize| shapes[ward].len() == wards[ward].len();
    let mut checked = 0;
    for (ward, points_of_ward) in points.iter().enumerate() {
        for p in points_of_ward {
            let Some(Some([a, b])) = borders.get(p) else { continue };
            // a ward that lost a ring or became a spot lost that border too
            if (ward == *a || ward == *b) && is_whole(*a) && is_whole(*b) && shapes[*a][0].len() > 4 {
                checked += 1;
                let other = if ward == *a { *b } else { *a };
                let is_spot = shapes[other][0].len() == 4;
                assert!(is_spot || points[other].contains(p), "z{}: {ward} and {other} part", level.zoom());
            }
        }
    }
    checked
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
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn the_wards_of_the_country_stay_neighbours_at_every_zoom() {
    let (codes, wards) = wards();
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
    let common = common_vertices(&wards);
    for level in levels.iter() {
        let bytes = fullest_tile_bytes(level);
        eprintln!("z{}: {} vertices, fullest tile {bytes} bytes", level.zoom(), level.vertex_count());
        assert!(level.zoom() > 8 || bytes < 500_000);
        assert_eq!(level.len(), wards.len(), "a ward vanished at z{}", level.zoom());
        let checked = check_borders(level, &wards, &common);
        assert!(checked > 20_000, "only {checked} border vertices at z{}", level.zoom());
    }
    // the archipelagos, at every zoom
    for code in ["20333", "22736"] {
        let at = codes.iter().position(|c| c == code).unwrap_or_else(|| panic!("no ward {code}"));
        for zoom in 4..=14 {
            let Some(level) = levels.at(zoom) else { continue };
            let shown = rings(&level.shape(at as u64 + 1).unwrap()).len();
            assert!(2 * shown > wards[at].len(), "{shown} parts of {code} at z{zoom}");
        }
    }
}
