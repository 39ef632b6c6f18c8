//! Days before and after today: rows that came and went are seen by `?at=` and by nothing else.

use std::sync::OnceLock;

use crate::support::{Cluster, Database, Server};
use geozero::mvt::{Message, Tile};

/// One square that was split: no 1 until 1 July 2025, no 2 and 3 since; no 4 comes in the year 2999.
fn server() -> &'static Server {
    static SERVER: OnceLock<(Database, Server)> = OnceLock::new();
    let (_, server) = SERVER.get_or_init(|| {
        let database = Cluster::shared().fresh_database();
        let square = |west: f64, east: f64| format!("ST_MakeEnvelope({west}, 11.280, {east}, 11.281, 4326)");
        database.execute("CREATE EXTENSION IF NOT EXISTS postgis");
        database.execute(&format!(
            "CREATE TABLE lot (id int PRIMARY KEY, name text, valid_from date, valid_to date, geom geometry(Polygon, 4326));
             INSERT INTO lot VALUES
                (1, 'whole', NULL, '2025-07-01', {whole}), (2, 'west', '2025-07-01', NULL, {west}),
                (3, 'east', '2025-07-01', NULL, {east}), (4, 'to come', '2999-01-01', NULL, {whole})",
            whole = square(106.120, 106.122),
            west = square(106.120, 106.121),
            east = square(106.121, 106.122),
        ));
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bandoso.toml");
        let layer = "[layers.lots]\ntable = \"lot\"\nid = \"id\"\ncolumns = [\"name\", \"valid_from\", \"valid_to\"]\nminzoom = 8\n";
        std::fs::write(&config, layer).unwrap();
        let server =
            Server::start(&["serve", "--source", &database.url, "--config", config.to_str().unwrap()]);
        (database, server)
    });
    server
}

fn path(layers: &str, query: &str) -> String {
    format!("/tiles/{layers}/16/52086/30701{query}")
}

/// Ids in the tile, layer by layer.
fn ids(layers: &str, query: &str) -> Vec<u64> {
    let reply = server().get(&path(layers, query));
    if reply.status == 204 {
        return Vec::new();
    }
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    let tile = Tile::decode(reply.body.as_slice()).unwrap();
    let mut ids: Vec<u64> =
        tile.layers.iter().flat_map(|layer| &layer.features).filter_map(|f| f.id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_day_shows_the_rows_in_force_on_it() {
    assert_eq!(ids("lots", ""), [2, 3]);
    assert_eq!(ids("lots", "?at=2025-07-01"), [2, 3]);
    assert_eq!(ids("lots", "?at=2025-06-30"), [1]);
    assert_eq!(ids("lots", "?at=1900-01-01"), [1]);
    assert_eq!(ids("lots", "?at=2999-01-01"), [2, 3, 4]);
}

#[test]
fn labels_follow_the_day() {
    assert_eq!(ids("lots_labels", ""), [2, 3]);
    assert_eq!(ids("lots_labels", "?at=2025-06-30"), [1]);
}

#[test]
fn all_days_between_two_changes_are_one_tile() {
    let tag = |query: &str| server().get(&path("lots", query)).header("etag").to_owned();
    assert_eq!(tag("?at=2001-01-01"), tag("?at=2025-06-30"));
    assert_eq!(tag("?at=2025-07-02"), tag(""), "a day like today is today");
    assert_ne!(tag("?at=2025-06-30"), tag(""));
}

#[test]
fn what_is_no_day_is_refused() {
    for text in ["yesterday", "2025-13-01", "2025-02-30", "20250701"] {
        assert_eq!(server().get(&path("lots", &format!("?at={text}"))).status, 400, "{text}");
    }
}

#[test]
fn a_filter_and_a_day_go_together_and_other_answers_know_today_only() {
    assert_eq!(ids("lots", "?at=2025-06-30&filter=name%20=%20'west'"), [] as [u64; 0]);
    assert_eq!(ids("lots", "?at=2025-06-30&filter=name%20=%20'whole'&properties=name"), [1]);
    let catalog = server().get("/catalog").json();
    assert_eq!(catalog["layers"]["lots"]["rows"], 2);
}
