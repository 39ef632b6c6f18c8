//! Shapes nobody should have drawn, in a table of PostGIS: valid and as large as PostGIS makes them.

use super::decode::layer;
use super::judge::Judge;
use super::sweep::{fetch, number, path};
use crate::support::{Cluster, Server};

/// One tile of zoom 16; shapes are given in its units.
const TILE: (u32, u32, u32) = (16, 52_083, 30_690);

/// Name and polygon.
const SHAPES: [(&str, &str); 12] = [
    ("a spike outwards", "((100 100, 900 100, 900 500, 3000 500, 900 500, 900 900, 100 900, 100 100))"),
    ("a spike inwards", "((100 100, 900 100, 900 900, 500 900, 500 200, 500 900, 100 900, 100 100))"),
    ("a bow-tie", "((100 100, 900 900, 900 100, 100 900, 100 100))"),
    (
        "a hole that touches its shell",
        "((0 0, 1000 0, 1000 1000, 0 1000, 0 0), (0 500, 500 300, 500 700, 0 500))",
    ),
    (
        "a hole along its shell",
        "((0 0, 1000 0, 1000 1000, 0 1000, 0 0), (0 300, 500 300, 500 700, 0 700, 0 300))",
    ),
    (
        "two holes that touch",
        "((0 0, 1000 0, 1000 1000, 0 1000, 0 0), (100 100, 500 100, 500 500, 100 100), (500 500, 900 500, 900 900, 500 500))",
    ),
    ("a sliver", "((0 0, 4000 3000, 4000 3000.2, 0 0))"),
    ("the whole tile and more", "((-9000 -9000, 9000 -9000, 9000 9000, -9000 9000, -9000 -9000))"),
    ("exactly the tile", "((0 0, 4096 0, 4096 4096, 0 4096, 0 0))"),
    ("exactly the buffered tile", "((-64 -64, 4160 -64, 4160 4160, -64 4160, -64 -64))"),
    ("a comb across the edge", "((-200 0, 500 0, -200 100, 500 200, -200 300, 500 400, -200 500, -200 0))"),
    (
        "a frame around the tile",
        "((-900 -900, 5000 -900, 5000 5000, -900 5000, -900 -900), (-100 -100, 4200 -100, 4200 4200, -100 4200, -100 -100))",
    ),
];

#[test]
fn nasty_polygons_are_drawn_valid_and_as_large_as_postgis_makes_them() {
    let database = Cluster::shared().fresh_database();
    let (z, x, y) = TILE;
    let rows: Vec<String> =
        (1..).zip(SHAPES).map(|(id, (_, rings))| format!("({id}, 'POLYGON{rings}'::geometry)")).collect();
    database.execute(&format!(
        "CREATE TABLE nasty AS
         SELECT id, ST_Transform(ST_SetSRID(ST_Affine(g, u, 0, 0, -u, ST_XMin(tile), ST_YMax(tile)), 3857), 4326) AS geom
         FROM (VALUES {}) AS shape(id, g), ST_TileEnvelope({z}, {x}, {y}) AS tile,
              LATERAL (SELECT (ST_XMax(tile) - ST_XMin(tile)) / 4096 AS u) AS unit;
         INSERT INTO nasty VALUES
           (101, ST_MakeEnvelope(106, 85.0, 107, 85.0511287798, 4326)),
           (102, ST_MakeEnvelope(106, -85.0511287798, 107, -85.0, 4326)),
           (103, ST_MakeEnvelope(-180, -85.0511287798, 180, 85.0511287798, 4326));
         ALTER TABLE nasty ADD PRIMARY KEY (id)",
        rows.join(",")
    ));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, "[layers.nasty]\ntable = \"nasty\"\nid = \"id\"\nminzoom = 0\n").unwrap();
    let server = Server::start(&["serve", "--source", &database.url, "--config", config.to_str().unwrap()]);
    let mut judge = Judge::new(&database);
    let around =
        [(z, x, y), (z, x - 1, y), (z, x + 1, y + 1), (17, 2 * x, 2 * y), (18, 4 * x + 3, 4 * y + 3)];
    let world =
        [(0, 0, 0), (3, 6, 0), (3, 6, 7), (15, 26_000, 0), (15, 26_000, 32_767), (18, 208_000, 262_143)];
    for at in around.into_iter().chain(world) {
        let Some(body) = fetch(&server, "nasty", at) else { continue };
        judge.shapes(&layer(&body, "nasty", &path("nasty", at)), &path("nasty", at));
    }
    judge.verdict();
    let drawn = layer(&fetch(&server, "nasty", TILE).unwrap(), "nasty", "the tile");
    let buffered = [-64.0, -64.0, 4160.0, 4160.0];
    for (id, (name, _)) in (1..).zip(SHAPES) {
        let theirs = database.query(&format!(
            "SELECT coalesce(ST_Area(g), 0), coalesce(ST_Perimeter(g), 0) FROM (SELECT ST_AsMVTGeom(
               ST_Transform(ST_MakeValid(geom, 'method=structure'), 3857), ST_TileEnvelope({z}, {x}, {y}), 4096, 64, true) AS g
             FROM nasty WHERE id = {id}) AS drawn"
        ));
        let (area, outline) = (number(&theirs[0][0]), number(&theirs[0][1]));
        let ours = drawn.iter().find(|shape| shape.id == id).map_or(0.0, |shape| shape.area_in(buffered));
        assert!((ours - area).abs() <= 4.0 + 0.75 * outline, "{name}: {ours}, PostGIS has {area}");
    }
}
