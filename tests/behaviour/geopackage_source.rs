//! A foreign GeoPackage: a town's own table, with everything that goes wrong in such tables.

use std::path::Path;

use crate::support::{Server, tile_at};
use geozero::{CoordDimensions, ToWkb};
use sqlx::{Connection, Executor};

/// `fid`, `geom`, `so_thua` as bytes, `dien_tich` as SQL.
type TableRow<'a> = (i64, Option<Vec<u8>>, &'a [u8], &'a str);

/// A GeoPackage with one table `thua (fid, geom, so_thua, dien_tich)`.
async fn write(file: &Path, rows: &[TableRow<'_>]) {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut package = sqlx::SqliteConnection::connect(&url).await.unwrap();
    package
        .execute(
            "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
             INSERT INTO gpkg_contents VALUES ('thua', 'features', 'thua', 9209);
             CREATE TABLE thua (fid INTEGER PRIMARY KEY, geom POLYGON, so_thua TEXT, dien_tich REAL)",
        )
        .await
        .unwrap();
    for (fid, geom, name, area) in rows {
        let sql = format!("INSERT INTO thua VALUES (?, ?, CAST(? AS TEXT), {area})");
        sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(fid)
            .bind(geom)
            .bind(*name)
            .execute(&mut package)
            .await
            .unwrap();
    }
    package.close().await.unwrap();
}

fn blob(geometry: &geo_types::Geometry, srid: i32) -> Vec<u8> {
    geometry.to_gpkg_wkb(CoordDimensions::xy(), Some(srid), vec![]).unwrap()
}

fn square(x: f64, y: f64) -> geo_types::Geometry {
    geo_types::Rect::new((x, y), (x + 20.0, y + 20.0)).to_polygon().into()
}

const CONFIG: &str =
    "[layers.thua]\ntable = \"thua\"\nid = \"fid\"\ncolumns = [\"so_thua\", \"dien_tich\"]\n";

#[test]
fn every_bad_row_and_every_bad_value_is_named_and_the_rest_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let (file, config) = (folder.path().join("land.gpkg"), folder.path().join("bandoso.toml"));
    let good = blob(&square(557_000.0, 1_250_000.0), 9209);
    let bow_tie = geo_types::wkt! { POLYGON((557000. 1250000., 557020. 1250020., 557020. 1250000., 557000. 1250020., 557000. 1250000.)) };
    let empty: geo_types::Geometry = geo_types::MultiPolygon::<f64>(vec![]).into();
    let rows: Vec<TableRow<'_>> = vec![
        (1, Some(good.clone()), b"12", "400.5"),
        (2, Some(good.clone()), b"13", "400"),
        (3, None, b"14", "1"),
        (4, Some(blob(&empty, 9209)), b"15", "1"),
        (5, Some(blob(&square(557_000.0, 1_250_000.0), 0)), b"16", "1"),
        (6, Some(blob(&square(1_250_000.0, 557_000.0), 9209)), b"17", "1"),
        (7, Some(good[..good.len() - 9].to_vec()), b"18", "1"),
        (8, Some(good.clone()), b"T\xfdng", "1"),
        (9, Some(good.clone()), b"19", "'about 400'"),
        (-10, Some(good.clone()), b"20", "1"),
        (11, Some(blob(&bow_tie.into(), 9209)), b"21", "1"),
        (12, Some(blob(&square(557_000.0, 1_250_000.0), 77_777)), b"22", "1"),
    ];
    crate::support::block_on(|| write(&file, &rows));
    std::fs::write(&config, CONFIG).unwrap();
    let (file, config) = (file.to_str().unwrap(), config.to_str().unwrap());
    let server = Server::start(&["serve", "--source", file, "--config", config]);
    assert_eq!(server.get("/catalog").json()["layers"]["thua"]["rows"], 5, "{}", server.log());
    let log = server.stop();
    for (reason, row) in [
        ("no geometry", "id 3"),
        ("empty geometry", "id 4"),
        ("no coordinate system", "id 5"),
        ("X and Y look swapped", "id 6"),
        ("damaged", "id 7"),
        ("not UTF-8", "id 8"),
        ("column dien_tich: a value that is not a number", "id 9"),
        ("positive whole number", "id -10"),
        ("not known to PROJ", "id 12"),
    ] {
        let line = log
            .lines()
            .find(|line| line.contains(reason))
            .unwrap_or_else(|| panic!("no '{reason}' in\n{log}"));
        assert!(line.contains(row) && line.contains("rows=1"), "{line}");
    }
}

#[test]
fn a_column_or_a_table_that_is_not_there_is_named_with_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    let (file, config) = (folder.path().join("land.gpkg"), folder.path().join("bandoso.toml"));
    crate::support::block_on(|| write(&file, &[]));
    let failure = |text: &str| {
        std::fs::write(&config, text).unwrap();
        let args = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--source",
            file.to_str().unwrap(),
            "--config",
            config.to_str().unwrap(),
        ];
        Server::expect_failure(&args).1
    };
    let message = failure(&CONFIG.replace("so_thua", "so_to"));
    assert!(
        message.contains("table thua has no column so_to; it has: fid, geom, so_thua, dien_tich"),
        "{message}"
    );
    let message = failure(&CONFIG.replace("\"thua\"", "\"thuas\""));
    assert!(message.contains("table thuas does not exist; did you mean thua?"), "{message}");
    let args = ["serve", "--listen", "127.0.0.1:0", "--source", file.to_str().unwrap()];
    assert!(Server::expect_failure(&args).1.contains("nothing to serve"));
}

#[test]
fn only_declared_columns_leave_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let (file, config) = (folder.path().join("land.gpkg"), folder.path().join("bandoso.toml"));
    let good = blob(&square(557_000.0, 1_250_000.0), 9209);
    let rows: Vec<TableRow<'_>> = vec![(1, Some(good), b"secret-number", "400.5")];
    crate::support::block_on(|| write(&file, &rows));
    std::fs::write(&config, CONFIG.replace("\"so_thua\", ", "")).unwrap();
    let server =
        Server::start(&["serve", "--source", file.to_str().unwrap(), "--config", config.to_str().unwrap()]);
    let bounds = server.get("/catalog").json()["layers"]["thua"]["bounds"].clone();
    let (lng, lat) = (bounds[0].as_f64().unwrap(), bounds[1].as_f64().unwrap());
    let (z, x, y) = tile_at((lng, lat), 16);
    let tile = server.get(&format!("/tiles/thua/{z}/{x}/{y}"));
    assert_eq!(tile.status, 200);
    let tile = String::from_utf8_lossy(&tile.body).into_owned();
    assert!(tile.contains("dien_tich") && !tile.contains("secret-number") && !tile.contains("so_thua"));
}
