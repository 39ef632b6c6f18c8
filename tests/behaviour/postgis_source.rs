//! Layers from tables that already stand in a town's PostGIS: whatever their key, coordinate system,
//! geometry type and rights.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::support::{Cluster, Database, block_on};
use bandoso::config::Config;
use bandoso::geometry::{LngLat, ShapeKind};
use bandoso::source::{Loaded, Location, Source, SourceError, load_snapshot};
use bandoso::store::{Layer, Value};
use bandoso::town::Clock;

/// The layer of that id with a configuration of its own.
fn load(url: &str, config: &str) -> Result<Arc<Layer>, SourceError> {
    let mut config = Config::parse(config, "test.toml").unwrap();
    // else one would be kept in the developer's own folder
    config.feature_id_key = Some("000102030405060708090a0b0c0d0e0f".parse().unwrap());
    let location: Location = url.parse().unwrap();
    let today = Clock::system().today();
    block_on(|| async {
        let source = Source::open(&location, Duration::ZERO).await?;
        let Loaded { snapshot, .. } = load_snapshot(&source, &location, &config, today, |_| {}).await?;
        Ok(Arc::clone(snapshot.layers().next().unwrap()))
    })
}

fn fresh(sql: &str) -> Database {
    let database = Cluster::shared().fresh_database();
    database.execute(sql);
    database
}

/// Reason to number of rows.
fn refused(layer: &Layer) -> BTreeMap<&str, u64> {
    layer.report().refused.iter().map(|(reason, problem)| (reason.as_str(), problem.rows)).collect()
}

#[test]
fn a_table_with_a_text_key_in_a_vn_2000_system_that_postgis_does_not_know_is_a_layer() {
    let town = fresh(
        r#"CREATE TABLE "Thửa đất" ("Mã" text PRIMARY KEY, "Số thửa" int, loai varchar(10), chu text, geom geometry);
           INSERT INTO "Thửa đất" VALUES
             ('HT-1', 17, 'ONT', 'secret', ST_GeomFromText('POINT(557000 1250000)', 9209)),
             ('HT-2', NULL, NULL, 'secret', ST_GeomFromText('POINT(557100 1250000)', 9209))"#,
    );
    let layer = load(
        &town.url,
        r#"[layers.thua]
           table = "Thửa đất"
           id = "Mã"
           columns = [{ column = "Số thửa", as = "number" }, "loai"]"#,
    )
    .unwrap();
    assert_eq!((layer.len(), refused(&layer).len()), (2, 0));
    let fields: Vec<_> = layer.fields().iter().map(|f| f.name.as_str()).collect();
    assert_eq!(fields, ["number", "loai"], "the owner's column is not loaded");
    let first = layer.all().find(|f| f.value(0) == Value::Int(17)).unwrap();
    let LngLat { lng, lat } = first.bounds().center().to_lnglat();
    assert!((lng - 106.023_939).abs() < 1e-6 && (lat - 11.302_813).abs() < 1e-6, "{lng} {lat}");
}

#[test]
fn uuid_numeric_and_small_integer_keys_work_and_a_missing_or_doubled_key_is_refused() {
    let town = fresh(
        "CREATE TABLE by_uuid (id uuid, geom geometry(Point, 4326));
         INSERT INTO by_uuid SELECT md5(i::text)::uuid, ST_Point(106 + i / 1000.0, 11, 4326) FROM generate_series(1, 50) i;
         INSERT INTO by_uuid VALUES (NULL, ST_Point(106, 11, 4326)), (md5('1')::uuid, ST_Point(106, 11, 4326));
         CREATE TABLE by_numeric (id numeric(10, 0), geom geometry(Point, 4326));
         INSERT INTO by_numeric VALUES (123456, ST_Point(106, 11, 4326));
         CREATE TABLE by_smallint (id smallint, geom geometry(Point, 4326));
         INSERT INTO by_smallint VALUES (7, ST_Point(106, 11, 4326)), (-7, ST_Point(106, 11, 4326))",
    );
    let config = |table: &str| format!("[layers.l]\ntable = \"{table}\"\nid = \"id\"");
    let uuids = load(&town.url, &config("by_uuid")).unwrap();
    assert_eq!((uuids.len(), uuids.report().refused_rows()), (50, 2));
    assert!(load(&town.url, &config("by_numeric")).unwrap().by_id(123_456).is_some());
    let small = load(&town.url, &config("by_smallint")).unwrap();
    assert!(small.by_id(7).is_some());
    assert_eq!((small.len(), small.report().refused_rows()), (1, 1));
}

#[test]
fn mixed_geometries_are_one_layer_and_a_broken_row_never_stops_it() {
    let town = fresh(
        "CREATE TABLE mixed (id int PRIMARY KEY, geom geometry);
         INSERT INTO mixed VALUES
           (1, ST_Point(106, 11, 4326)),
           (2, ST_GeomFromText('LINESTRING(106 11, 106.1 11.1)', 4326)),
           (3, ST_GeomFromText('MULTIPOLYGON(((106 11, 106.1 11, 106.1 11.1, 106 11)))', 4326)),
           (4, ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(106 11, 106.1 11.1, 106.2 11, 106.1 10.9, 106 11))', 4326)),
           (5, ST_GeomFromText('POLYGON Z ((106 11 1, 106.1 11 1, 106.1 11.1 1, 106 11 1))', 4326)),
           (6, ST_GeomFromText('POLYGON((106 11, 106.1 11.1, 106.1 11, 106 11.1, 106 11))', 4326)),
           (11, NULL),
           (12, ST_GeomFromText('POLYGON EMPTY', 4326)),
           (13, ST_Point(106, 11)),
           (14, ST_Point(11, 106, 4326)),
           (15, ST_GeomFromText('POINT(1250000 557000)', 9209)),
           (16, ST_GeomFromText('POINT(1 1)', 999999)),
           (17, ST_GeomFromText('POINT(NaN 1)', 4326)),
           (18, ST_GeomFromText('TIN(((106 11 0, 106 12 0, 107 11 0, 106 11 0)))', 4326))",
    );
    let layer = load(&town.url, "[layers.mixed]\ntable = \"public.mixed\"\nid = \"id\"").unwrap();
    let kinds: Vec<_> = (1..=5).map(|id| layer.by_id(id).map(|f| f.kind())).collect();
    assert_eq!(
        kinds,
        [ShapeKind::Point, ShapeKind::Line, ShapeKind::Polygon, ShapeKind::Polygon, ShapeKind::Polygon]
            .map(Some)
    );
    let refused = refused(&layer);
    assert_eq!(layer.report().read, 14);
    assert_eq!(layer.len() as u64 + layer.report().refused_rows(), 14, "{refused:?}");
    for reason in ["no geometry", "empty", "no coordinate system", "swapped", "EPSG:999999", "not supported"]
    {
        assert!(refused.keys().any(|r| r.contains(reason)), "{reason}: {refused:?}");
    }
    let with_srid = "[layers.mixed]\ntable = \"mixed\"\nid = \"id\"\nsrid = 4326";
    assert!(load(&town.url, with_srid).unwrap().by_id(13).is_some(), "the configured system is taken");
}

#[test]
fn a_role_that_may_select_only_the_listed_columns_is_enough() {
    let town = fresh(
        "CREATE SCHEMA land;
         CREATE TABLE land.parcel (id bigint PRIMARY KEY, use text, zoning text, owner text, geom geometry(Polygon, 4326));
         INSERT INTO land.parcel SELECT i, 'ONT', 'R1', 'secret', ST_MakeEnvelope(106 + i / 1e4, 11, 106 + (i + 1) / 1e4, 11.0001, 4326)
           FROM generate_series(1, 5000) i;
         DROP ROLE IF EXISTS map_reader; CREATE ROLE map_reader LOGIN;
         GRANT USAGE ON SCHEMA land TO map_reader;
         GRANT SELECT (id, use, geom) ON land.parcel TO map_reader",
    );
    let url = town.url_as("map_reader");
    let config = |columns: &str| {
        format!("[layers.parcels]\ntable = \"land.parcel\"\nid = \"id\"\ncolumns = [{columns}]")
    };
    assert_eq!(load(&url, &config("\"use\"")).unwrap().len(), 5000);
    let forbidden = load(&url, &config("\"use\", \"zoning\"")).unwrap_err().to_string();
    assert!(forbidden.contains("GRANT SELECT (zoning) ON land.parcel TO map_reader;"), "{forbidden}");
    // a right on the owner is neither needed nor asked for
    let without = load(&url, &config("\"use\", \"owner\"")).unwrap();
    assert_eq!((without.len(), without.fields().len()), (5000, 1));
    let unknown = load(&url, &config("\"colour\"")).unwrap_err().to_string();
    assert!(unknown.contains("zoning") && !unknown.contains("owner"), "{unknown}");
    town.execute("REVOKE USAGE ON SCHEMA land FROM map_reader");
    let closed = load(&url, &config("\"use\"")).unwrap_err().to_string();
    assert!(closed.contains("GRANT USAGE ON SCHEMA land TO map_reader;"), "{closed}");
    town.execute("DROP OWNED BY map_reader; DROP ROLE map_reader");
}

#[test]
fn what_is_missing_is_named_with_what_there_is() {
    let town = fresh("CREATE TABLE here (id int, name text, geom geometry)");
    let fault = |config: &str| load(&town.url, config).unwrap_err().to_string();
    let no_table = fault("[layers.l]\ntable = \"gone\"\nid = \"id\"");
    assert!(no_table.contains("gone"), "{no_table}");
    let no_column = fault("[layers.l]\ntable = \"here\"\nid = \"id\"\ncolumns = [\"colour\"]");
    assert!(no_column.contains("colour") && no_column.contains("id, name, geom"), "{no_column}");
    let no_geometry = fault("[layers.l]\ntable = \"here\"\nid = \"id\"\ngeometry = \"name\"");
    assert!(no_geometry.contains("not a geometry"), "{no_geometry}");
}

#[test]
fn views_partitions_and_every_column_type_come_as_they_are() {
    let town = fresh(
        "CREATE DOMAIN area AS numeric(12, 1);
         CREATE TABLE part (id int, day date, is_open bool, a area, n smallint, x real, t timestamptz, tags text[], geom geography)
           PARTITION BY RANGE (id);
         CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (100);
         CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (100) TO (200);
         INSERT INTO part SELECT i, '2025-07-01', true, 2159.6, 3, 0.5, '2025-07-01 00:00+07', '{ONT,CLN}', ST_Point(106, 11)::geography
           FROM generate_series(50, 150) i;
         INSERT INTO part VALUES (1, 'infinity', NULL, NULL, NULL, 'NaN', NULL, NULL, ST_Point(106, 11)::geography);
         CREATE VIEW half AS SELECT * FROM part WHERE id >= 100",
    );
    let config = |table: &str| {
        format!(
            "[layers.l]\ntable = \"{table}\"\nid = \"id\"\ncolumns = [\"day\", \"is_open\", \"a\", \"n\", \"x\", \"t\", \"tags\"]"
        )
    };
    let layer = load(&town.url, &config("part")).unwrap();
    assert_eq!(layer.len(), 102);
    let row = layer.by_id(120).unwrap();
    let values: Vec<String> = (0..7).map(|i| row.value(i).to_json().to_string()).collect();
    assert_eq!(
        values,
        ["\"2025-07-01\"", "true", "2159.6", "3", "0.5", "\"2025-07-01 00:00:00+07\"", "\"{ONT,CLN}\""]
    );
    assert_eq!(layer.by_id(1).unwrap().value(0), Value::Null, "a date without end is no date");
    assert_eq!(load(&town.url, &config("half")).unwrap().len(), 51);
}

#[test]
fn a_large_table_read_over_two_connections_is_the_same_as_in_one_stream() {
    let town = fresh(
        "CREATE TABLE many (id int, name text, geom geometry(Polygon, 4326));
         INSERT INTO many SELECT i, 'thửa ' || i % 1000,
           ST_MakeEnvelope(106 + (i % 500) / 1e4, 11 + (i / 500) / 1e4, 106 + (i % 500 + 1) / 1e4, 11 + (i / 500 + 1) / 1e4, 4326)
           FROM generate_series(1, 250000) i;
         DELETE FROM many WHERE id % 7 = 0 OR id BETWEEN 50000 AND 60000;
         CREATE VIEW one_stream AS SELECT * FROM many",
    );
    let config = |table: &str| format!("[layers.l]\ntable = \"{table}\"\nid = \"id\"\ncolumns = [\"name\"]");
    let started = std::time::Instant::now();
    let split = load(&town.url, &config("many")).unwrap();
    let (split_s, started) = (started.elapsed(), std::time::Instant::now());
    let whole = load(&town.url, &config("one_stream")).unwrap();
    println!("two connections {split_s:?}, one {:?}", started.elapsed());
    assert_eq!(split.len().to_string(), town.value("SELECT count(*) FROM many"));
    assert_eq!(split.len(), whole.len());
    assert_eq!(split.revision(), whole.revision());
}

#[test]
fn both_connections_see_one_moment_whatever_is_written_meanwhile() {
    let town = fresh(
        "CREATE TABLE grows (id int, geom geometry(Point, 4326)); INSERT INTO grows VALUES (1, ST_Point(106, 11, 4326))",
    );
    let config = Config::parse("[layers.l]\ntable = \"grows\"\nid = \"id\"", "test.toml").unwrap();
    let location: Location = town.url.parse().unwrap();
    let rows = block_on(|| async {
        let source = Source::open(&location, Duration::ZERO).await.unwrap();
        let mut session = source.session().await.unwrap();
        town.execute("INSERT INTO grows SELECT i, ST_Point(106, 11, 4326) FROM generate_series(2, 100000) i");
        let layer = &config.layers[0];
        let query = bandoso::source::TableQuery {
            table: layer.table.clone(),
            key: Some(layer.key.clone()),
            geometry: Some(layer.geometry.clone()),
            columns: Vec::new(),
        };
        let columns = session.describe(&query).await.unwrap();
        let sinks = session.read(&query, &columns, Count::default).await.unwrap();
        sinks.iter().map(|sink| sink.0).sum::<u64>()
    });
    assert_eq!(rows, 1);
}

#[derive(Default)]
struct Count(u64);

impl bandoso::source::RowSink for Count {
    fn row(&mut self, _: bandoso::source::SourceRow<'_>) {
        self.0 += 1;
    }

    fn refuse(&mut self, key: bandoso::store::Key<'_>, reason: &str) {
        panic!("{key:?} was refused: {reason}");
    }

    fn lose(&mut self, key: bandoso::store::Key<'_>, _: usize, what: &str) {
        panic!("{key:?} lost a value: {what}");
    }
}

#[test]
fn a_role_with_one_connection_reads_slower_but_reads() {
    let town = fresh(
        "CREATE TABLE t (id int, geom geometry(Point, 4326)); INSERT INTO t VALUES (1, ST_Point(106, 11, 4326));
         DROP ROLE IF EXISTS lonely; CREATE ROLE lonely LOGIN CONNECTION LIMIT 1; GRANT SELECT ON t TO lonely",
    );
    // the connection that asked whether anyone is there may still be closing
    let mut loaded = Err(SourceError::NothingToServe);
    for _ in 0..20 {
        loaded = load(&town.url_as("lonely"), "[layers.l]\ntable = \"t\"\nid = \"id\"");
        if loaded.is_ok() {
            break;
        }
    }
    assert_eq!(loaded.unwrap().len(), 1);
    town.execute("DROP OWNED BY lonely; DROP ROLE lonely");
}

#[test]
fn a_database_that_is_not_there_is_given_up_after_the_wait_without_telling_the_password() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let location: Location = format!("postgres://town:s3cret@127.0.0.1:{port}/land").parse().unwrap();
    let started = std::time::Instant::now();
    let fault = block_on(|| Source::open(&location, Duration::from_secs(1))).unwrap_err().to_string();
    assert!((1.0..4.0).contains(&started.elapsed().as_secs_f64()));
    assert!(fault.contains(&format!("127.0.0.1:{port}/land")) && !fault.contains("s3cret"), "{fault}");
}
