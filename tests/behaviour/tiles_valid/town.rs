//! The demo town: every polygon valid, areas true, tiles small, labels once, neighbours alike.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::OnceLock;

use super::decode::{CORE, EXTENT, layer, layers};
use super::judge::Judge;
use super::sweep::{Address, addresses, children, fetch, is_full, number, path};
use crate::support::{Cluster, Database, Dice, Server};

pub const ALL: &str = "units,parcels,plans,plan_zones,streets,addresses,landmarks,units_labels,parcels_labels,plans_labels,plan_zones_labels";
const LARGEST_BYTES: usize = 500_000;

/// The town served from a file, and the same rows in PostGIS for its opinion.
pub struct Town {
    pub server: Server,
    pub database: Database,
    /// All tiles with something in them, zoom 0 to 16.
    addresses: Vec<Address>,
}

impl Town {
    /// A town of about so many parcels; the default town without a number.
    pub fn make(parcels: Option<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg").to_str().unwrap().to_owned();
        let database = Cluster::shared().fresh_database();
        let size = parcels.map(|parcels| ["--parcels".to_owned(), parcels.to_string()]);
        let size: Vec<&str> = size.iter().flatten().map(String::as_str).collect();
        for args in [
            [&["demo", "--out", &file], &size[..]].concat(),
            vec!["migrate", "--into", &database.url, "--without-reference"],
            [&["demo", "--into", &database.url], &size[..]].concat(),
        ] {
            let (code, _, log) = Server::run(&args);
            assert_eq!(code, 0, "{log}");
        }
        database.execute(
            "CREATE TABLE public.truth AS SELECT id, unit, uses, ST_Transform(geom, 3857) AS geom FROM bandoso.layer_parcels;
             CREATE INDEX ON public.truth USING gist (geom); ANALYZE public.truth",
        );
        let server = Server::start(&["serve", "--source", &file]);
        let addresses = addresses(&server, ALL, 16);
        Self { server, database, addresses }
    }

    pub fn at(&self, zooms: std::ops::RangeInclusive<u32>) -> impl Iterator<Item = Address> {
        self.addresses.iter().copied().filter(move |(z, ..)| zooms.contains(z))
    }
}

fn town() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(|| Town::make(None))
}

fn gzip_bytes(body: &[u8]) -> usize {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(body).unwrap();
    packed.finish().unwrap().len()
}

#[test]
fn every_polygon_is_valid_and_no_tile_too_large() {
    let town = town();
    let mut judge = Judge::new(&town.database);
    let below: Vec<Address> = town.at(16..=16).flat_map(children).collect();
    let deepest: Vec<Address> = below.iter().copied().flat_map(children).collect();
    let mut dice = Dice(11);
    let mut random = |from: &[Address]| from[dice.roll(from.len() as u64) as usize];
    let beyond = if is_full() { 250 } else { 40 };
    let random: Vec<Address> = (0..beyond).flat_map(|_| [random(&below), random(&deepest)]).collect();
    let chosen = town.addresses.iter().copied();
    let mut tiles = 0;
    for at in chosen.chain(random) {
        let Some(body) = fetch(&town.server, ALL, at) else { continue };
        let place = path("", at);
        let layers = layers(&body, &place);
        for layer in layers.iter().filter(|_| at.0 <= 14) {
            assert!(layer.bytes <= LARGEST_BYTES, "{place} {}: {} bytes", layer.name, layer.bytes);
        }
        assert!(gzip_bytes(&body) <= LARGEST_BYTES, "{place}: {} bytes unpacked", body.len());
        judge.tile(&layers, &place);
        tiles += 1;
    }
    println!("{tiles} tiles, {} polygons", judge.verdict());
}

/// Ward and use to square units in the tile's core, as PostGIS measures them.
fn true_areas(database: &Database, (z, x, y): Address) -> BTreeMap<(String, String), f64> {
    let rows = database.query(&format!(
        "SELECT unit, split_part(uses, '+', 1),
                sum(ST_Area(CASE WHEN ST_CoveredBy(geom, tile) THEN geom ELSE ST_Intersection(geom, tile) END))
                  / (ST_Area(tile) / (4096.0 * 4096))
         FROM public.truth, ST_TileEnvelope({z}, {x}, {y}) AS tile WHERE geom && tile GROUP BY 1, 2, tile"
    ));
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    rows.iter().map(|row| ((text(&row[0]), text(&row[1])), number(&row[2]))).collect()
}

/// Checks the area of every ward and use in a tile of parcels; gives how many were compared.
pub fn check_areas(town: &Town, at: Address) -> usize {
    let place = path("parcels", at);
    let Some(body) = fetch(&town.server, "parcels", at) else { return 0 };
    let mut drawn: BTreeMap<(String, String), f64> = BTreeMap::new();
    for shape in layer(&body, "parcels", &place) {
        let first_use = shape.tag("uses").split('+').next().unwrap_or_default();
        *drawn.entry((shape.tag("unit").to_owned(), first_use.to_owned())).or_default() +=
            shape.area_in(CORE);
    }
    let truth = true_areas(&town.database, at);
    let pairs: BTreeSet<_> = truth.keys().chain(drawn.keys()).collect();
    for key in &pairs {
        let [drawn, real] = [&drawn, &truth].map(|areas| areas.get(*key).copied().unwrap_or(0.0));
        // shapes by themselves are rounded too: half a unit along the sides of about a square
        let rounding = if at.0 >= 15 { 2.0 * real.sqrt() } else { 0.0 };
        let tolerance = (0.03 * real).max(16.0) + rounding;
        assert!((drawn - real).abs() <= tolerance, "{place} {key:?}: {drawn:.1} drawn, {real:.1} in truth");
    }
    let [drawn, real] = [&drawn, &truth].map(|areas| areas.values().sum::<f64>());
    // below zoom 10 the smallest uses get a cell of 16 units each, so as not to vanish
    let cells = if at.0 < 10 { 16.0 * truth.len() as f64 } else { 16.0 };
    assert!((drawn - real).abs() <= cells.max(0.01 * real), "{place}: {drawn:.1} drawn, {real:.1} in truth");
    pairs.len()
}

#[test]
fn each_ward_and_use_is_drawn_as_large_as_it_is() {
    let town = town();
    let compared: usize = town.at(6..=16).map(|at| check_areas(town, at)).sum();
    println!("{compared} areas of a ward and use in a tile");
    assert!(compared > 100, "only {compared}");
}

/// Checks that each area of a table has one label in the tiles of a zoom, inside of it.
fn check_labels(name: &str, table: &str, zoom: u32) {
    let town = town();
    let mut points = Vec::new();
    for at in town.at(zoom..=zoom) {
        let Some(body) = fetch(&town.server, name, at) else { continue };
        for shape in layer(&body, name, &path(name, at)) {
            let geo_types::Geometry::Point(p) = shape.geometry else {
                panic!("{name} {} is no point", shape.id)
            };
            let (z, x, y) = at;
            let world =
                |tile: u32, units: f64| (f64::from(tile) + units / EXTENT as f64) / f64::from(1u32 << z);
            points.push(format!("({}, {}, {})", shape.id, world(x, p.x()), world(y, p.y())));
        }
    }
    let unit_m = 40_075_016.685_578_49 / f64::from(1u32 << zoom) / EXTENT as f64;
    let rows = town.database.query(&format!(
        "WITH label(id, x, y) AS (VALUES {}),
              placed AS (SELECT id, ST_SetSRID(ST_MakePoint((x - 0.5) * 40075016.68557849, (0.5 - y) * 40075016.68557849), 3857) AS p FROM label)
         SELECT (SELECT count(*) FROM {table}), count(*), count(DISTINCT id),
                count(*) FILTER (WHERE ST_DWithin(geom, p, {unit_m})), count(*) FILTER (WHERE ST_Covers(geom, p))
         FROM placed JOIN (SELECT id, ST_Transform(geom, 3857) AS geom FROM {table}) AS area USING (id)",
        points.join(",")
    ));
    let counts: Vec<usize> = rows[0].iter().map(|count| number(count) as usize).collect();
    let [areas, labels, distinct, near, inside] = counts[..] else { panic!("five counts") };
    assert_eq!((labels, points.len(), distinct), (areas, areas, areas), "{name} z{zoom}");
    // the unit grid may move the point of a sliver out of it, never by more than a unit
    assert_eq!(near, areas, "{name} z{zoom}: a label lies outside of its area");
    assert!(inside * 1000 >= areas * 999, "{name} z{zoom}: {inside} of {areas} labels are inside");
}

#[test]
fn every_area_has_one_label_at_a_zoom_and_it_lies_inside() {
    for zoom in [15, 16] {
        check_labels("parcels_labels", "bandoso.layer_parcels", zoom);
        check_labels("units_labels", "bandoso.layer_units", zoom);
    }
    check_labels("units_labels", "bandoso.layer_units", 9);
}

#[test]
fn neighbouring_tiles_draw_the_same_in_the_strip_they_share() {
    let town = town();
    let mut compared = 0;
    for (z, x, y) in town.at(15..=16) {
        let size = EXTENT as f64;
        // the shared strip as this tile has it and as its neighbour has it
        let pairs = [
            (
                (z, x + 1, y),
                [size - 64.0, -64.0, size + 64.0, size + 64.0],
                [-64.0, -64.0, 64.0, size + 64.0],
            ),
            (
                (z, x, y + 1),
                [-64.0, size - 64.0, size + 64.0, size + 64.0],
                [-64.0, -64.0, size + 64.0, 64.0],
            ),
        ];
        let here = fetch(&town.server, "parcels,units,plan_zones", (z, x, y));
        for (neighbour, window, window_of_neighbour) in pairs {
            let there = fetch(&town.server, "parcels,units,plan_zones", neighbour);
            for name in ["parcels", "units", "plan_zones"] {
                let areas = |body: &Option<Vec<u8>>, window| -> BTreeMap<u64, f64> {
                    let shapes = body.as_ref().map_or(Vec::new(), |body| layer(body, name, "a strip"));
                    shapes.iter().map(|s| (s.id, s.area_in(window))).filter(|&(_, area)| area > 0.0).collect()
                };
                let (ours, theirs) = (areas(&here, window), areas(&there, window_of_neighbour));
                for id in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
                    let [a, b] = [&ours, &theirs].map(|areas| areas.get(id).copied().unwrap_or(0.0));
                    // a side that runs out of the buffer is cut at a unit, over at most the strip's 128
                    assert!(
                        (a - b).abs() <= 64.0 + 0.01 * a,
                        "{name} {id}: {a} in {z}/{x}/{y}, {b} in {neighbour:?}"
                    );
                    compared += 1;
                }
            }
        }
    }
    println!("{compared} shapes in two tiles");
    assert!(compared > 100, "only {compared}");
}
