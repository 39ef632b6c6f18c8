//! All wards of the country, when the real data is there: valid, small, not over each other, islands included.

use super::decode::{CORE, EXTENT, layers};
use super::judge::Judge;
use super::sweep::{Address, addresses, fetch, is_full, is_sampled, number, path};
use crate::support::{Cluster, Server, test_data, tile_at};

const LARGEST_BYTES: usize = 500_000;
/// The archipelagos that no map of the country may leave out.
const ISLANDS: [(&str, &str); 2] = [("20333", "Hoàng Sa"), ("22736", "Trường Sa")];

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn the_wards_of_the_country_are_valid_and_do_not_overlap() {
    let data = test_data();
    let database = Cluster::shared().fresh_database();
    let wards = data.join("admin/wards_all_simplified.geojson.gz");
    for args in [
        vec!["migrate", "--into", &database.url],
        vec!["import", "--into", &database.url, wards.to_str().unwrap()],
    ] {
        let (code, _, log) = Server::run(&args);
        assert_eq!(code, 0, "{log}");
    }
    let server = Server::start(&["serve", "--source", &database.url]);
    let mut chosen: Vec<Address> = addresses(&server, "units", if is_full() { 12 } else { 7 });
    let places = database.query(&format!(
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT (ST_DumpPoints(geom)).geom AS p FROM bandoso.unit_area) AS vertex
         ORDER BY md5(p::text) LIMIT {}",
        if is_full() { 50_000 } else { 1_000 }
    ));
    let border: Vec<Address> = (13..=18u32)
        .cycle()
        .zip(&places)
        .map(|(z, place)| tile_at((number(&place[0]), number(&place[1])), z))
        .collect();
    let middle =
        places.iter().flat_map(|place| (8..=12).map(|z| tile_at((number(&place[0]), number(&place[1])), z)));
    chosen.extend(middle.filter(|&at| is_sampled(at, 2)));
    chosen.extend(border);
    chosen.sort_unstable();
    chosen.dedup();
    let mut judge = Judge::new(&database);
    for &at in &chosen {
        let Some(body) = fetch(&server, "units", at) else { continue };
        let place = path("units", at);
        assert!(body.len() <= LARGEST_BYTES, "{place}: {} bytes", body.len());
        let layers = layers(&body, &place);
        let whole = (EXTENT * EXTENT) as f64;
        let drawn: f64 = layers.iter().flat_map(|layer| &layer.shapes).map(|shape| shape.area_in(CORE)).sum();
        if drawn > whole * 1.0005 {
            // the data itself has wards that overlap a little
            let (z, x, y) = at;
            let real = number(&database.query(&format!(
                "SELECT sum(ST_Area(ST_Intersection(ST_Transform(geom, 3857), tile)) / ST_Area(tile))
                 FROM bandoso.layer_units, ST_TileEnvelope({z}, {x}, {y}) AS tile WHERE geom && ST_Transform(tile, 4326)"
            ))[0][0]) * whole;
            assert!(
                drawn <= real.max(whole) * 1.001,
                "{place}: {drawn} of {whole} units, {real} in the data"
            );
        }
        judge.tile(&layers, &place);
    }
    println!("{} tiles of wards, {} polygons", chosen.len(), judge.verdict());
    for (code, name) in ISLANDS {
        let row = &database.query(&format!(
            "SELECT id, ST_X(p), ST_Y(p) FROM bandoso.layer_units, ST_PointOnSurface(geom) AS p WHERE code = '{code}'"
        ))[0];
        let (id, place) = (number(&row[0]) as u64, (number(&row[1]), number(&row[2])));
        for z in 0..=14 {
            let at = tile_at(place, z);
            let body = fetch(&server, "units", at).unwrap_or_else(|| panic!("{name} is not in {at:?}"));
            let layers = layers(&body, name);
            assert!(layers[0].shapes.iter().any(|shape| shape.id == id), "{name} is not in {at:?}");
        }
    }
}
