//! GeoPackages as programs write them: names with dots, generated columns, 32-bit floats, own coordinate systems, logs
//! beside the file.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use geozero::{CoordDimensions, ToWkb};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::support::{Server, block_on};

const CONTENTS: &str = "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
      organization_coordsys_id INTEGER, definition TEXT, description TEXT);";

/// A GeoPackage; `{point:SRID}` in the SQL is a point of VN-2000 in that system.
fn write(file: &Path, sql: &str) {
    let mut sql = format!("{CONTENTS}{sql}");
    while let Some(at) = sql.find("{point:") {
        let end = at + sql[at..].find('}').expect("a closing brace");
        let srid: i32 = sql[at + 7..end].parse().expect("a number");
        let point: geo_types::Geometry = geo_types::point! { x: 557_000.0, y: 1_250_000.0 }.into();
        let blob = point.to_gpkg_wkb(CoordDimensions::xy(), Some(srid), vec![]).unwrap();
        let hex: String = blob.iter().map(|byte| format!("{byte:02x}")).collect();
        sql.replace_range(at..=end, &format!("x'{hex}'"));
    }
    let url = format!("sqlite://{}?mode=rwc", file.display());
    block_on(|| async {
        let mut package = SqliteConnection::connect(&url).await.unwrap();
        package.execute(sqlx::AssertSqlSafe(sql.as_str())).await.unwrap();
        package.close().await.unwrap();
    });
}

/// A folder with a GeoPackage and a configuration in it.
fn made(sql: &str, config: &str) -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let (file, settings) = (folder.path().join("land.gpkg"), folder.path().join("bandoso.toml"));
    write(&file, sql);
    std::fs::write(&settings, config).unwrap();
    let name = |path: &Path| path.to_str().unwrap().to_owned();
    (folder, name(&file), name(&settings))
}

#[test]
fn names_with_dots_generated_columns_and_single_floats_come_as_they_are_meant() {
    let single = f64::from(2.3f32);
    let (_folder, file, config) = made(
        &format!(
            "CREATE TABLE \"thua.2024\" (fid INTEGER PRIMARY KEY, geom POINT, \"so.to\" INTEGER, gia FLOAT,
               to_thua TEXT GENERATED ALWAYS AS ('to ' || \"so.to\") VIRTUAL, giu TEXT GENERATED ALWAYS AS ('giu') STORED);
             INSERT INTO \"thua.2024\" (fid, geom, \"so.to\", gia) VALUES (1, {{point:9209}}, 12, {single:?})"
        ),
        "[layers.thua]\ntable = \"thua.2024\"\nid = \"fid\"\ncolumns = [\"so.to\", \"gia\", \"to_thua\", \"giu\"]",
    );
    let server = Server::start(&["serve", "--source", &file, "--config", &config]);
    let tile = server.get("/tiles/thua/16/52069/30696");
    assert_eq!(tile.status, 200, "{}", server.log());
    let has = |bytes: &[u8]| tile.body.windows(bytes.len()).any(|window| window == bytes);
    assert!(has(b"to 12") && has(b"giu") && has(&2.3f64.to_le_bytes()), "{}", tile.text());
    server.stop();
}

#[test]
fn roles_are_read_from_a_geopackage_as_from_a_database() {
    let (_folder, file, config) = made(
        "CREATE TABLE thua (fid INTEGER PRIMARY KEY, geom POINT, so_to REAL, so_thua INTEGER, xa MEDIUMINT, dt REAL);
         INSERT INTO thua VALUES (1, {point:9209}, 12.0, 57, 25630, 'about 400'), (2, {point:9209}, 12.0, 58, 'Hiệp Tân', 400)",
        "[layers.parcels]\ntable = \"thua\"\nid = \"fid\"\ncolumns = [{ column = \"so_to\", as = \"sheet\" }, \
         { column = \"so_thua\", as = \"number\" }, { column = \"xa\", as = \"unit\" }, { column = \"dt\", as = \"registered_area_m2\" }]",
    );
    let server = Server::start(&["serve", "--source", &file, "--config", &config]);
    let found = server.get("/v1/parcels?sheet=12&number=57&unit=25630").json();
    assert_eq!(found["features"][0]["properties"]["sheet"], "12", "{found}");
    assert_eq!(found["features"][0]["properties"]["registered_area_m2"], serde_json::Value::Null);
    let log = server.stop();
    for (warning, row) in [
        ("column registered_area_m2: a value that is not a number", "id 1"),
        ("column unit: not the code", "id 2"),
    ] {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(warning)).collect();
        assert!(lines.len() == 1 && lines[0].contains(row), "{warning}: {log}");
    }
}

#[test]
fn a_system_of_the_file_s_own_is_read_from_its_table_of_systems() {
    let proj4 = "+proj=tmerc +lat_0=0 +lon_0=105.5 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 \
        +towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 +units=m";
    let (_folder, file, config) = made(
        &format!(
            "INSERT INTO gpkg_spatial_ref_sys VALUES ('own', 100001, 'NONE', 100001, '{proj4}', ''),
               ('named', 100002, 'EPSG', 9209, 'undefined', ''), ('empty', 100003, 'NONE', 0, 'undefined', '');
             CREATE TABLE t (fid INTEGER PRIMARY KEY, geom POINT);
             INSERT INTO t VALUES (1, {{point:100001}}), (2, {{point:100002}}), (3, {{point:9209}}), (4, {{point:100003}})"
        ),
        "[layers.t]\ntable = \"t\"\nid = \"fid\"",
    );
    let server = Server::start(&["serve", "--source", &file, "--config", &config]);
    let layer = server.get("/catalog").json()["layers"]["t"].clone();
    assert_eq!(layer["rows"], 3, "{}", server.log());
    let bounds: Vec<f64> = layer["bounds"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert!(
        bounds[2] - bounds[0] < 1e-6 && (bounds[0] - 106.023_939).abs() < 1e-5,
        "all in one place: {bounds:?}"
    );
    let log = server.stop();
    assert!(log.lines().any(|line| line.contains("not known to PROJ") && line.contains("id 4")), "{log}");
}

/// Runs the program as somebody whom permissions of files hold: the tests may run as root, whom they do not.
fn as_somebody(args: &[&str]) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_bandoso");
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = if is_root { Command::new("runuser") } else { Command::new(program) };
    if is_root {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    command.args(args).current_dir("/").output().unwrap()
}

#[test]
fn a_file_in_wal_mode_is_read_in_a_folder_that_may_not_be_written() {
    let (folder, file, config) = made(
        "PRAGMA journal_mode = WAL; CREATE TABLE t (fid INTEGER PRIMARY KEY, geom POINT); INSERT INTO t VALUES (1, {point:9209})",
        "[layers.t]\ntable = \"t\"\nid = \"fid\"",
    );
    // a copy of the program's own place is not to be relied on: `export` reads a source and ends by itself
    let out = tempfile::tempdir().unwrap();
    std::fs::set_permissions(out.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let archive = out.path().join("t.pmtiles");
    let args = |archive: &str| {
        ["export", "--source", &file, "--config", &config, "--maxzoom", "13", "--overwrite", "--out", archive]
            .map(str::to_owned)
    };
    let export = || {
        let args = args(archive.to_str().unwrap());
        as_somebody(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let read = export();
    let said = String::from_utf8_lossy(&read.stderr).into_owned();
    assert!(read.status.success() && said.contains("read as it stands"), "{said}");

    // changes that are only in the log would be missed: then it says so
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(format!("{file}-wal"), b"changes").unwrap();
    let _ = std::fs::remove_file(format!("{file}-shm"));
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let refused = export();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(!refused.status.success() && said.contains("wal_checkpoint"), "{said}");
}
