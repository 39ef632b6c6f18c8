//! Places known by name and what streets were called before: from a file into the tables, from the tables to
//! search, the dialects and the map; and sources that were made before there was a place for them.

use std::path::Path;

use crate::support::{Cluster, Database, Server, TwoWards as Town, block_on, street_line, tile_at};
use geozero::mvt::{Message, Tile};
use serde_json::Value;
use sqlx::migrate::Migrator;
use sqlx::{Connection, Executor};

impl Town {
    fn streets(&self, names: &[&str], more: &[&str]) {
        let lines: String = names.iter().map(|name| street_line(name)).collect();
        self.import("lines", &lines, more);
    }

    /// Former names as `today | before | until`.
    fn former_names(&self) -> Vec<String> {
        let rows = self.database.query(
            "SELECT s.name || ' | ' || f.name || ' | ' || coalesce(f.valid_to::text, '')
             FROM bandoso.former_street_name f JOIN bandoso.street s USING (street_id) ORDER BY 1",
        );
        rows.into_iter().flatten().flatten().collect()
    }

    fn serve(&self) -> Server {
        Server::start(&["serve", "--source", &self.database.url])
    }
}

const LANDMARKS: &str = "\
landmark,loai,alt_name,chu_ho,lat,lon
Chợ Sen Hồng,market,Chợ Cũ; Chợ Bến,secret,11.25,106.15
Trường THPT Mộc Lan,,,secret,11.26,106.25
Cầu Ván,bridge,,secret,11.27,106.16
,market,,secret,11.25,106.15
Chợ Xa,market,,secret,12.5,106.15
Chợ Gần,market,,secret,x,106.15
";

const FORMER_NAMES: &str = "\
street,ward,former_name,until,nghi_quyet
Hùng Vương,25630,Đường Lò Gạch,1/7/2015,NQ 1
HUNG VUONG,25630,Hàng Me,hồi trước,
Hùng Vương,25630,Lò Gạch,,
Hùng Vương,25630,Đường Hùng Vương,,
Hùng Vương,25645,Lò Vôi,,
Hùng Vương,,Lò Vôi,,
";

fn first(server: &Server, path: &str) -> Value {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()["features"][0]["properties"].clone()
}

fn search(server: &Server, text: &str) -> Value {
    first(server, &format!("/v1/search?text={}", text.replace(' ', "+")))
}

#[test]
fn landmarks_come_by_import_and_every_row_is_accounted_for() {
    let town = Town::new();
    let report = town.import("places.csv", LANDMARKS, &[]);
    assert!(report.contains("places.csv as landmarks: 6 rows read, 3 loaded, 3 refused"), "{report}");
    for part in ["no name", "lies in no ward", "not a number", "row 4 (bridge)", "not read: chu_ho"] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let rows = town.database.query(
        "SELECT l.name, l.kind, l.other_names, u.code FROM bandoso.landmark l
         JOIN bandoso.unit_current u USING (unit_id) ORDER BY landmark_id",
    );
    let rows: Vec<Vec<&str>> =
        rows.iter().map(|row| row.iter().map(|v| v.as_deref().unwrap_or("-")).collect()).collect();
    assert_eq!(
        rows,
        [
            ["Chợ Sen Hồng", "market", "Chợ Cũ; Chợ Bến", "25630"],
            ["Trường THPT Mộc Lan", "school", "-", "25645"],
            ["Cầu Ván", "-", "-", "25630"],
        ]
    );
}

#[test]
fn a_landmark_loaded_anew_keeps_its_id_and_one_that_is_gone_leaves_its_own_unused() {
    let town = Town::new();
    let places = |names: &[&str]| {
        let rows: String = names.iter().map(|name| format!("{name},11.25,106.15\n")).collect();
        format!("name,lat,lon\n{rows}")
    };
    let load = |names: &[&str]| {
        town.import("places", &places(names), &["--as", "landmarks", "--replace", "--allow-removal"])
    };
    let ids = || {
        let rows = town.database.query("SELECT landmark_id || ' ' || name FROM bandoso.landmark ORDER BY 1");
        rows.into_iter().flatten().flatten().collect::<Vec<_>>()
    };
    load(&["Chợ A", "Chợ B", "Chợ C"]);
    assert_eq!(ids(), ["1 Chợ A", "2 Chợ B", "3 Chợ C"]);
    load(&["Chợ D", "Chợ B", "Chợ A"]);
    assert_eq!(ids(), ["1 Chợ A", "2 Chợ B", "4 Chợ D"]);
    assert_eq!(town.database.value("SELECT count(*) FROM bandoso.dataset WHERE name = 'places'"), "1");
}

#[test]
fn former_names_come_by_import_for_streets_by_name_or_by_id() {
    let town = Town::new();
    town.streets(&["Hùng Vương"], &[]);
    let report = town.import("names.csv", FORMER_NAMES, &[]);
    assert!(report.contains("as former-street-names: 6 rows read, 2 loaded, 4 refused"), "{report}");
    for part in
        ["on record already", "bears this name today", "no street of this name", "no ward code", "hồi trước"]
    {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert_eq!(town.former_names(), ["Hùng Vương | Hàng Me | ", "Hùng Vương | Lò Gạch | 2015-07-01"]);
    assert_eq!(
        town.database.value("SELECT legal_basis FROM bandoso.former_street_name WHERE valid_to IS NOT NULL"),
        "NQ 1"
    );
    let id = town.database.value("SELECT street_id FROM bandoso.street");
    let by_id = format!("street_id,former_name\n{id},Cây Da\n999,Cây Gạo\nx,Cây Me\n");
    let report = town.import("more.csv", &by_id, &[]);
    assert!(report.contains("1 loaded, 2 refused") && report.contains("no street has this id"), "{report}");
    town.import("names.csv", FORMER_NAMES, &["--replace", "--allow-removal"]);
    assert_eq!(town.former_names().len(), 3, "loaded anew, none stands twice");
}

#[test]
fn a_street_whose_line_is_delivered_anew_keeps_its_former_names() {
    let town = Town::new();
    town.streets(&["Hùng Vương", "Trần Phú"], &[]);
    town.import("names", "street,ward,former_name\nHùng Vương,25630,Lò Gạch\nTrần Phú,25630,Hàng Me\n", &[]);
    town.streets(&["Hùng Vương"], &["--replace", "--allow-removal"]);
    assert_eq!(town.former_names(), ["Hùng Vương | Lò Gạch | ", "Trần Phú | Hàng Me | "]);
    let lines = "SELECT string_agg(name || ' ' || (geom IS NULL), ', ' ORDER BY name) FROM bandoso.street";
    assert_eq!(town.database.value(lines), "Hùng Vương false, Trần Phú true");
}

#[test]
fn a_landmark_and_a_street_by_its_former_name_are_found_in_every_dialect() {
    let town = Town::new();
    town.streets(&["Hùng Vương"], &[]);
    town.import("places", LANDMARKS, &[]);
    town.import("names", FORMER_NAMES, &[]);
    let server = town.serve();
    let market = search(&server, "cho sen hong long hoa");
    assert_eq!((&market["layer"], &market["name"]), (&"venue".into(), &"Chợ Sen Hồng".into()), "{market}");
    assert_eq!(market["ward_code"], "25630");
    for other in ["Chợ Bến", "chợ cũ, phường Long Hoa"] {
        assert_eq!(search(&server, other)["gid"], market["gid"], "{other}");
    }
    let gid = market["gid"].as_str().unwrap();
    assert_eq!(first(&server, &format!("/v1/place?ids={gid}"))["name"], "Chợ Sen Hồng");
    assert_eq!(first(&server, "/v1/autocomplete?text=truong+thpt+moc")["name"], "Trường THPT Mộc Lan");
    assert_eq!(first(&server, "/v1/search?text=cho+sen+hong&layers=venue")["gid"], market["gid"]);
    assert_eq!(first(&server, "/photon/api?q=cho+sen+hong")["name"], "Chợ Sen Hồng");
    assert_eq!(first(&server, "/ban/search?q=cho+sen+hong")["type"], "poi");
    // at its gate, and beyond the 100 m from which nobody names it without asking for venues
    let near = server.get("/v1/reverse?lat=11.2503&lon=106.15").json();
    let names: Vec<&str> = near["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["properties"]["name"].as_str())
        .collect();
    assert!(names.contains(&"Chợ Sen Hồng"), "{names:?}");
    let venue = first(&server, "/v1/reverse?lat=11.2523&lon=106.15&layers=venue");
    assert_eq!((&venue["gid"], &venue["direction"]), (&market["gid"], &"S".into()), "{venue}");
    let far = server.get("/v1/reverse?lat=11.2523&lon=106.15").text();
    assert!(!far.contains("Chợ Sen Hồng"), "{far}");
    let photon = server.get("/photon/reverse?lat=11.2503&lon=106.15&limit=5").text();
    assert!(photon.contains("Chợ Sen Hồng"), "{photon}");
    let nominatim = server.get("/nominatim/search?q=cho+sen+hong&format=jsonv2").json();
    assert!(nominatim[0]["display_name"].as_str().unwrap().starts_with("Chợ Sen Hồng"), "{nominatim}");

    for before in ["lò gạch long hoa", "hàng me, long hoa"] {
        let street = search(&server, before);
        assert_eq!(
            (&street["layer"], &street["street"]),
            (&"street".into(), &"Hùng Vương".into()),
            "{street}"
        );
        assert!(street["label"].as_str().unwrap().starts_with("Hùng Vương, Phường Long Hoa"), "{street}");
    }
    assert_eq!(server.get("/catalog").json()["layers"]["landmarks"]["rows"], 3);
}

#[test]
fn what_only_the_staff_may_see_is_neither_found_nor_drawn() {
    let town = Town::new();
    town.streets(&["Hùng Vương"], &[]);
    town.import("places", LANDMARKS, &["--staff-only"]);
    town.import("names", FORMER_NAMES, &["--staff-only"]);
    let server = town.serve();
    for text in ["chợ sen hồng", "lò gạch"] {
        let found = server.get(&format!("/v1/search?text={}", text.replace(' ', "+"))).text();
        assert!(!found.contains("Chợ Sen Hồng") && !found.contains("Hùng Vương"), "{found}");
    }
    assert_eq!(server.get("/catalog").json()["layers"]["landmarks"]["rows"], 0);
}

#[test]
fn the_map_draws_names_and_kinds_and_nothing_that_is_not_declared() {
    let town = Town::new();
    town.import("places", LANDMARKS, &[]);
    let server = town.serve();
    let columns = |z: u32| {
        let (_, x, y) = tile_at((106.15, 11.25), z);
        let reply = server.get(&format!("/tiles/landmarks/{z}/{x}/{y}"));
        if reply.status != 200 {
            return Vec::new();
        }
        let tile = Tile::decode(reply.body.as_slice()).unwrap();
        let mut keys = tile.layers[0].keys.clone();
        keys.sort_unstable();
        keys
    };
    assert!(columns(13).is_empty());
    assert_eq!(columns(14), ["kind", "name"]);
    assert_eq!(columns(16), ["kind", "name", "other_names", "unit"]);
    let style = server.get("/styles/dia-chi.json").json();
    assert!(
        style["sources"]["town"]["url"].as_str().unwrap().ends_with(",landmarks"),
        "{}",
        style["sources"]
    );
}

#[test]
fn a_town_s_own_table_without_wards_is_searched_by_the_ward_around_each_place() {
    let town = Town::new();
    town.database.execute(
        "CREATE TABLE poi (id int PRIMARY KEY, ten text, chu text, geom geometry(Point, 4326));
         INSERT INTO poi VALUES (7, 'Chùa Sen Hồng', 'secret', ST_Point(106.25, 11.25, 4326)),
                                (8, NULL, 'secret', ST_Point(106.25, 11.25, 4326))",
    );
    let config = town.folder.path().join("bandoso.toml");
    let layer =
        "[layers.landmarks]\ntable = \"poi\"\nid = \"id\"\ncolumns = [{ column = \"ten\", as = \"name\" }]\n";
    std::fs::write(&config, layer).unwrap();
    let server =
        Server::start(&["serve", "--source", &town.database.url, "--config", config.to_str().unwrap()]);
    let pagoda = search(&server, "chùa sen hồng");
    assert_eq!(
        (&pagoda["ward_code"], &pagoda["name"]),
        (&"25645".into(), &"Chùa Sen Hồng".into()),
        "{pagoda}"
    );
}

/// A database as the version before landmarks left it.
fn old_database() -> Database {
    let database = Cluster::shared().fresh_database();
    block_on(|| async {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut steps = Migrator::new(folder.as_path()).await.unwrap();
        steps.migrations = steps.migrations.iter().filter(|step| step.version < 9).cloned().collect();
        let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
        let path = "CREATE SCHEMA bandoso; SET search_path = bandoso, public";
        connection.execute(path).await.unwrap();
        steps.run_direct(None, &mut connection, false).await.unwrap();
        connection
            .execute(
                "INSERT INTO bandoso.dataset (name, srid) VALUES ('land', 4326);
                 INSERT INTO bandoso.unit VALUES (1, 'ward', NULL, NULL);
                 INSERT INTO bandoso.unit_version VALUES (1, '25630', 'phuong', 'Long Hoa', NULL, NULL, NULL);
                 INSERT INTO bandoso.street SELECT 5, 1, 'Hùng Vương', 'street', NULL, 1,
                     ST_Multi(ST_GeomFromText('LINESTRING(106.12 11.25, 106.18 11.25)', 4326))",
            )
            .await
            .unwrap();
        connection.close().await.unwrap();
    });
    database
}

#[test]
fn a_database_made_before_is_served_without_them_and_migrated_without_a_loss() {
    let database = old_database();
    let server = Server::start(&["serve", "--source", &database.url]);
    assert_eq!(search(&server, "Hùng Vương")["street"], "Hùng Vương");
    assert!(server.get("/catalog").json()["layers"].get("landmarks").is_none());
    let log = server.stop();
    assert!(log.contains("landmarks: run `bandoso migrate`"), "{log}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "name,lat,lon,ward\nChợ Sen Hồng,11.25,106.15,25630\n").unwrap();
    let args = ["import", file.to_str().unwrap(), "--as", "landmarks", "--into", &database.url];
    let (_, message) = Server::expect_failure(&args);
    assert!(message.contains("run `bandoso migrate`"), "{message}");

    let (code, _, log) = Server::run(&["migrate", "--without-reference", "--into", &database.url]);
    assert_eq!(code, 0, "{log}");
    assert_eq!(Server::run(&args).0, 0);
    database.execute("INSERT INTO bandoso.former_street_name VALUES (5, 1, 'Lò Gạch', NULL, '')");
    let server = Server::start(&["serve", "--source", &database.url]);
    assert_eq!(search(&server, "chợ sen hồng")["name"], "Chợ Sen Hồng");
    assert_eq!(search(&server, "lò gạch")["street"], "Hùng Vương");
}

#[test]
fn a_geopackage_made_before_is_served_without_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    assert_eq!(Server::run(&["demo", "--parcels", "1000", "--out", file]).0, 0);
    let rows = |server: &Server, layer: &str| server.get("/catalog").json()["layers"][layer]["rows"].clone();
    let server = Server::start(&["serve", "--source", file]);
    assert!(rows(&server, "landmarks").as_u64().unwrap() > 0);
    let streets = rows(&server, "streets");
    server.stop();
    block_on(|| async {
        let mut package = sqlx::SqliteConnection::connect(&format!("sqlite://{file}")).await.unwrap();
        let before = "DROP VIEW layer_landmarks; DROP VIEW reference_former_street_names;
                      DROP TABLE landmark; DROP TABLE former_street_name;
                      DELETE FROM gpkg_geometry_columns WHERE table_name = 'landmark';
                      DELETE FROM gpkg_contents WHERE table_name = 'landmark'";
        package.execute(before).await.unwrap();
        package.close().await.unwrap();
    });
    let server = Server::start(&["serve", "--source", file]);
    assert_eq!((rows(&server, "landmarks"), rows(&server, "streets")), (Value::Null, streets));
}
