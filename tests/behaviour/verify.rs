//! `bandoso verify`, as an operator runs it: the demo town differs in nothing in either physical form, the same seed says the same, and
//! so do tables with shapes that nobody should have drawn and the real wards of the country.

use crate::support::{Cluster, Database, Server, test_data};

fn succeed(args: &[&str]) -> String {
    let (code, out, err) = Server::run(args);
    assert_eq!(code, 0, "{args:?}\n{out}\n{err}");
    out
}

/// The numbers of the last line of the table.
fn sums(report: &str) -> Vec<u64> {
    let line = report.lines().find(|line| line.trim_start().starts_with("all ")).expect("a line of sums");
    line.split_whitespace().skip(1).map(|number| number.parse().unwrap()).collect()
}

#[test]
fn the_demo_town_differs_in_nothing_from_a_file_and_from_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    let database = Cluster::shared().fresh_database();
    succeed(&["demo", "--out", file]);
    succeed(&["migrate", "--into", &database.url, "--without-reference"]);
    succeed(&["demo", "--into", &database.url]);
    let verify = |source: &str| succeed(&["verify", "--source", source, "--tiles", "600", "--seed", "11"]);
    let report = verify(file);
    println!("{report}");
    let [tiles, empty, whole, part, validity, compared, placed, differing] = sums(&report)[..] else {
        panic!("eight sums:\n{report}")
    };
    assert_eq!((tiles, differing), (600, 0));
    assert_eq!(empty + whole + part + validity, tiles);
    assert!(empty * 4 < tiles && whole > 300 && part > 5 && validity > 10, "{report}");
    assert!(compared > 50_000 && placed > 20_000, "{report}");
    assert!(report.starts_with("seed 11, renderer ") && report.ends_with("nothing differs\n"), "{report}");
    assert_eq!(report, verify(&database.url), "the same rows and the same seed give the same report");
}

#[test]
fn without_a_seed_the_report_says_which_one_was_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    succeed(&["demo", "--parcels", "1000", "--out", file]);
    let report = succeed(&["verify", "--source", file, "--tiles", "40"]);
    let seed = report.strip_prefix("seed ").and_then(|rest| rest.split(',').next()).unwrap();
    assert_eq!(succeed(&["verify", "--source", file, "--tiles", "40", "--seed", seed]), report);
}

#[test]
fn a_source_that_cannot_be_loaded_ends_with_a_sentence() {
    let (code, out, err) = Server::run(&["verify", "--source", "no-such-town.gpkg"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("bandoso: "), "{err}");
    let (code, ..) = Server::run(&["verify", "--tiles", "0"]);
    assert_eq!(code, 2);
}

/// Verifies a table of shapes as a layer of its own.
fn verify_table(database: &Database, table: &str, tiles: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    let layer =
        format!("[layers.{table}]\ntable = \"{table}\"\nid = \"id\"\ncolumns = [\"note\"]\nminzoom = 0\n");
    std::fs::write(&config, layer).unwrap();
    let config = config.to_str().unwrap();
    let args = ["verify", "--source", &database.url, "--config", config, "--tiles", tiles, "--seed", "3"];
    let report = succeed(&args);
    println!("{report}");
    assert!(!report.contains("said by a person"), "no value is told: {report}");
    report
}

#[test]
fn tangled_shapes_differ_in_nothing() {
    let database = Cluster::shared().fresh_database();
    // stars that cross themselves, needles, holes along the border, parts over each other, lines back over themselves, points
    database.execute(
        r"CREATE TABLE tangled AS SELECT i AS id, 'said by a person'::text AS note,
            ST_SetSRID(ST_Translate(ST_Scale(CASE i % 8
              WHEN 0 THEN 'POLYGON((0 0, 9 9, 9 0, 0 9, 0 0))'::geometry
              WHEN 1 THEN 'POLYGON((0 0, 10 3, 20 0, 10 3.001, 0 0))'
              WHEN 2 THEN 'POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (0 3, 5 3, 5 7, 0 7, 0 3))'
              WHEN 3 THEN 'MULTIPOLYGON(((0 0, 6 0, 6 6, 0 6, 0 0)), ((4 4, 9 4, 9 9, 4 9, 4 4)))'
              WHEN 4 THEN 'POLYGON((5 0, 8 10, 0 4, 10 4, 2 10, 5 0))'
              WHEN 5 THEN 'LINESTRING(0 0, 10 0, 4 0, 4 8, 4 0, 12 3)'
              WHEN 6 THEN 'MULTILINESTRING((0 0, 5 5), (5 5, 9 0), (0 5, 9 5))'
              ELSE 'MULTIPOINT(0 0, 3 3, 9 1)' END,
              (1 + i % 13) * (1 + i % 5) / 4e5, (1 + i % 11) * (1 + i % 7) / 4e5),
              106.1 + (i * 37 % 199) / 4e3, 11.2 + (i * 61 % 211) / 4e3), 4326) AS geom
          FROM generate_series(1, 4000) AS i;
          ALTER TABLE tangled ADD PRIMARY KEY (id)",
    );
    let report = verify_table(&database, "tangled", "1500");
    assert_eq!(sums(&report).last(), Some(&0));
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn the_wards_of_the_country_differ_in_nothing() {
    let data = test_data();
    let database = Cluster::shared().fresh_database();
    succeed(&["migrate", "--into", &database.url]);
    let wards = data.join("admin/wards_all_simplified.geojson.gz");
    succeed(&["import", "--into", &database.url, wards.to_str().unwrap()]);
    let report = succeed(&["verify", "--source", &database.url, "--tiles", "1000", "--seed", "5"]);
    println!("{report}");
    assert_eq!(sums(&report).last(), Some(&0));
}
