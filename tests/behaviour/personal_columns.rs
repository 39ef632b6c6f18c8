//! Personal columns are refused before anything is served: by name and by values, from a database and from a file, and
//! nothing of them is reached by a tile, a filter, the catalogue, an error, a metric or the log.

use std::path::Path;

use sqlx::{Connection, Executor};

use crate::support::{Cluster, Database, Server, block_on};

/// A town's table with a personal column: its name, its type and the values of three rows.
struct Personal {
    column: &'static str,
    kind: &'static str,
    values: [&'static str; 3],
    is_number: bool,
}

const fn text(column: &'static str, kind: &'static str, values: [&'static str; 3]) -> Personal {
    Personal { column, kind, values, is_number: false }
}

/// One of each kind, by name and, under a name that says nothing, by values.
const PERSONAL: [Personal; 12] = [
    text("chu_su_dung", "names of persons", ["Canary A", "Canary B", "Canary C"]),
    text("Chủ sử dụng", "names of persons", ["Canary A", "Canary B", "Canary C"]),
    text("SODIENTHOA", "phone numbers", ["canary", "canary", "canary"]),
    text("soCCCD", "identity numbers", ["canary", "canary", "canary"]),
    text("so_gcn", "certificates", ["canary", "canary", "canary"]),
    text("f1", "names of persons", ["Nguyễn Canary An", "Trần Canary Bình", "Lê Thị Canary"]),
    text("f2", "phone numbers", ["0912345678", "0387 654 321", "+84 909 111 222"]),
    text("f3", "identity numbers", ["079203001234", "001099012345", "036187004321"]),
    text("f4", "identity numbers", ["123456789", "024123456", "301234567"]),
    text("f5", "e-mail", ["canary@gmail.com", "b.canary@town.gov.vn", ""]),
    text("f6", "certificates", ["BA 123456", "CH 654321", "DD 765432"]),
    Personal {
        column: "f7",
        kind: "phone numbers",
        values: ["912345678", "387654321", "909111222"],
        is_number: true,
    },
];

/// Pieces of the values above that must be nowhere.
const CANARIES: [&str; 15] = [
    "anary",
    "912345678",
    "387 654 321",
    "387654321",
    "909 111 222",
    "909111222",
    "079203001234",
    "001099012345",
    "036187004321",
    "123456789",
    "024123456",
    "301234567",
    "BA 123456",
    "CH 654321",
    "DD 765432",
];

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn value(personal: &Personal, i: usize) -> String {
    if personal.is_number { personal.values[i].to_owned() } else { format!("'{}'", personal.values[i]) }
}

fn database_with(personal: &Personal) -> Database {
    let database = Cluster::shared().fresh_database();
    let column = quoted(personal.column);
    let column_type = if personal.is_number { "bigint" } else { "text" };
    database.execute(&format!(
        "CREATE TABLE thua (ma int PRIMARY KEY, loai text, {column} {column_type}, geom geometry)"
    ));
    for i in 0..3 {
        database.execute(&format!(
            "INSERT INTO thua VALUES ({i} + 1, 'ONT', {}, ST_MakeEnvelope(106.1 + {i} / 1e3, 11.2, 106.1005 + {i} / 1e3, 11.2005, 4326))",
            value(personal, i)
        ));
    }
    database
}

/// The same table as a GeoPackage.
fn package_with(file: &Path, personal: &Personal) {
    use geozero::{CoordDimensions, ToWkb};
    let column = quoted(personal.column);
    let column_type = if personal.is_number { "INTEGER" } else { "TEXT" };
    block_on(|| async {
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let mut package = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let make = format!(
            "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
             INSERT INTO gpkg_contents VALUES ('thua', 'features', 'thua', 4326);
             CREATE TABLE thua (ma INTEGER PRIMARY KEY, loai TEXT, {column} {column_type}, geom POLYGON)"
        );
        package.execute(sqlx::AssertSqlSafe(make)).await.unwrap();
        for i in 0..3 {
            let west = 106.1 + i as f64 / 1e3;
            let square: geo_types::Geometry =
                geo_types::Rect::new((west, 11.2), (west + 0.0005, 11.2005)).to_polygon().into();
            let blob = square.to_gpkg_wkb(CoordDimensions::xy(), Some(4326), vec![]).unwrap();
            let insert = format!("INSERT INTO thua VALUES ({i} + 1, 'ONT', {}, ?)", value(personal, i));
            sqlx::query(sqlx::AssertSqlSafe(insert.as_str())).bind(blob).execute(&mut package).await.unwrap();
        }
        package.close().await.unwrap();
    });
}

fn config_for(column: &str) -> String {
    format!(
        "[layers.thua]\ntable = \"thua\"\nid = \"ma\"\ncolumns = [\"loai\", \"{column}\"]\nminzoom = 10\n"
    )
}

/// The tile of the three parcels at z14.
const TILE: &str = "/tiles/thua/14/13020/7678";

fn assert_nothing_is_served(source: &str, personal: &Personal, folder: &Path) {
    let config = folder.join("bandoso.toml");
    std::fs::write(&config, config_for(personal.column)).unwrap();
    let server = Server::start(&["serve", "--source", source, "--config", config.to_str().unwrap()]);
    let column = personal.column;
    let catalog = server.get("/catalog").json();
    let fields = &catalog["layers"]["thua"]["fields"];
    assert_eq!(fields.as_object().map(|fields| fields.len()), Some(1), "{column}: {fields}");
    assert_eq!(catalog["layers"]["thua"]["rows"], 3, "{column}: the layer itself is served");
    let encoded: String = column.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let filter = format!("{TILE}?filter=%22{encoded}%22%20IS%20NULL");
    let tile = server.get(TILE);
    assert_eq!(tile.status, 200, "{column}");
    let answers = [
        tile,
        server.get("/catalog"),
        server.get("/tiles/thua"),
        server.get(&format!("{TILE}?properties={encoded}")),
        server.get("/metrics"),
    ];
    for answer in &answers {
        let text = answer.text();
        let found = CANARIES.iter().find(|canary| text.contains(**canary));
        assert_eq!(found, None, "{column}: {text}");
    }
    // two letters stand in a revision by chance
    let is_told = |text: String| column.len() > 2 && text.contains(column);
    assert!(!is_told(answers[1].text()) && !is_told(answers[2].text()), "{column}");
    let refused = server.get(&filter);
    assert_eq!(refused.status, 400, "{column}: {}", refused.text());
    let log = server.stop();
    let line =
        log.lines().find(|line| line.contains("is not served")).unwrap_or_else(|| panic!("{column}: {log}"));
    assert!(line.contains("layer thua") && line.contains(column) && line.contains(personal.kind), "{line}");
    assert!(line.contains("not_personal") && !log.contains("GRANT"), "{log}");
    let found = CANARIES.iter().find(|canary| log.contains(**canary));
    assert_eq!(found, None, "{column}: {log}");
}

#[test]
fn nothing_of_a_personal_column_of_a_database_is_served() {
    let folder = tempfile::tempdir().unwrap();
    for personal in &PERSONAL {
        assert_nothing_is_served(&database_with(personal).url, personal, folder.path());
    }
}

#[test]
fn nothing_of_a_personal_column_of_a_geopackage_is_served() {
    let folder = tempfile::tempdir().unwrap();
    for (i, personal) in PERSONAL.iter().enumerate() {
        let file = folder.path().join(format!("{i}.gpkg"));
        package_with(&file, personal);
        assert_nothing_is_served(file.to_str().unwrap(), personal, folder.path());
    }
}

#[test]
fn a_reason_in_the_configuration_lets_a_column_through() {
    let database = database_with(&PERSONAL[6]);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    let entry = "{ column = \"f2\", not_personal = \"numbers of public offices\" }";
    std::fs::write(&config, config_for("f2").replace("\"f2\"", entry)).unwrap();
    let server = Server::start(&["serve", "--source", &database.url, "--config", config.to_str().unwrap()]);
    assert!(server.get(TILE).text().contains("0912345678"));
    assert!(!server.stop().contains("is not served"));
}

#[test]
fn one_number_deep_in_a_table_is_left_out_and_counted_and_the_rest_is_served() {
    let database = Cluster::shared().fresh_database();
    database.execute(
        "CREATE TABLE thua (ma int PRIMARY KEY, loai text, ghi_chu text, geom geometry);
         INSERT INTO thua SELECT i, 'ONT', CASE WHEN i = 17654 THEN 'gọi ông An 0912 345 678' ELSE 'đất vườn' END,
             ST_MakeEnvelope(106.1 + i / 1e6, 11.2, 106.1000005 + i / 1e6, 11.2005, 4326) FROM generate_series(1, 20000) i",
    );
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, config_for("ghi_chu")).unwrap();
    let server = Server::start(&["serve", "--source", &database.url, "--config", config.to_str().unwrap()]);
    let catalog = server.get("/catalog").json();
    assert_eq!(catalog["layers"]["thua"]["rows"], 20_000);
    assert_eq!(catalog["layers"]["thua"]["fields"]["ghi_chu"], "String");
    let found = server.get("/tiles/thua/14/13020/7678?filter=ghi_chu%20IS%20NULL").text();
    assert!(!found.contains("345 678"), "{found}");
    let log = server.stop();
    let line =
        log.lines().find(|line| line.contains("the text is left out")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("rows=1") && line.contains("17654") && !log.contains("912 345"), "{line}");
}

#[test]
fn streets_named_after_people_are_no_persons() {
    let database = Cluster::shared().fresh_database();
    database.execute(
        "CREATE TABLE lop_3 (ma int PRIMARY KEY, ten text, geom geometry);
         INSERT INTO lop_3 VALUES
           (1, 'Nguyễn Trãi', ST_GeomFromText('LINESTRING(106.1 11.2, 106.101 11.2)', 4326)),
           (2, 'Trần Phú', ST_GeomFromText('LINESTRING(106.1 11.201, 106.101 11.201)', 4326)),
           (3, 'Lê Lợi', ST_GeomFromText('LINESTRING(106.1 11.202, 106.101 11.202)', 4326))",
    );
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    // neither name says what it is of: the names themselves do
    std::fs::write(&config, "[layers.l]\ntable = \"lop_3\"\nid = \"ma\"\ncolumns = [\"ten\"]\n").unwrap();
    let server = Server::start(&["serve", "--source", &database.url, "--config", config.to_str().unwrap()]);
    assert_eq!(server.get("/catalog").json()["layers"]["l"]["fields"]["ten"], "String", "{}", server.log());
}

#[test]
fn a_landmark_named_by_a_person_and_a_number_is_refused_and_counted() {
    let database = Cluster::shared().fresh_database();
    database.execute(
        "CREATE TABLE diem (ma int PRIMARY KEY, ten text, geom geometry);
         INSERT INTO diem VALUES
           (1, 'Chợ Long Hoa', ST_SetSRID(ST_MakePoint(106.1, 11.2), 4326)),
           (2, 'Nhà ông Ba 0912345678', ST_SetSRID(ST_MakePoint(106.1, 11.2), 4326)),
           (3, 'Nguyễn Huệ', ST_SetSRID(ST_MakePoint(106.1, 11.2), 4326))",
    );
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    let layer = "[layers.landmarks]\ntable = \"diem\"\nid = \"ma\"\ncolumns = [{ column = \"ten\", as = \"name\" }]\n";
    std::fs::write(&config, layer).unwrap();
    let server = Server::start(&["serve", "--source", &database.url, "--config", config.to_str().unwrap()]);
    assert_eq!(server.get("/catalog").json()["layers"]["landmarks"]["rows"], 2, "{}", server.log());
    let found = server.get("/v1/search?text=nh%C3%A0%20%C3%B4ng%20ba").text();
    assert!(!found.contains("0912345678"), "{found}");
    let log = server.stop();
    assert!(log.contains("number of a person") && !log.contains("0912345678"), "{log}");
}

#[test]
fn ids_of_text_keys_cannot_be_computed_without_the_key_of_this_source() {
    let database = Cluster::shared().fresh_database();
    database.execute(
        "CREATE TABLE thua (ma text PRIMARY KEY, loai text, geom geometry);
         INSERT INTO thua VALUES ('0912345678', 'ONT', ST_MakeEnvelope(106.1, 11.2, 106.1005, 11.2005, 4326))",
    );
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(
        &config,
        "[layers.thua]\ntable = \"thua\"\nid = \"ma\"\ncolumns = [\"loai\"]\nminzoom = 10\n",
    )
    .unwrap();
    let tag = |state: &str, environment: &[(&str, &str)]| {
        let state = folder.path().join(state);
        let mut all = vec![("STATE_DIRECTORY", state.to_str().unwrap())];
        all.extend(environment);
        let args = ["serve", "--source", &database.url, "--config", config.to_str().unwrap()];
        let server = Server::start_with(&args, &all);
        let tile = server.get(TILE);
        assert_eq!(tile.status, 200, "{}", server.log());
        assert!(!server.stop().contains("0912345678"));
        (tile.header("etag").to_owned(), tile.body)
    };
    let first = tag("one", &[]);
    assert_eq!(first, tag("one", &[]), "the key stays over a restart, and with it ids and tags");
    let other = tag("two", &[]);
    assert!(other.0 != first.0 && other.1 != first.1, "another key, other ids and tags");
    let key = "000102030405060708090a0b0c0d0e0f";
    let set = tag("three", &[("BANDOSO_FEATURE_ID_KEY", key)]);
    assert_eq!(set, tag("four", &[("BANDOSO_FEATURE_ID_KEY", key)]), "replicas with one key agree");
    assert!(!folder.path().join("three").exists(), "a key that is set is kept nowhere");
    // all there is to know of the old way: an unkeyed hash of the number
    let unkeyed = xxhash_of("0912345678");
    for (_, body) in [&first, &other, &set] {
        let packed: Vec<u8> = varint(unkeyed);
        assert!(!body.windows(packed.len()).any(|window| window == packed), "the id is an unkeyed hash");
    }
}

fn xxhash_of(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes()) % ((1 << 53) - 1) + 1
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// Every table of a GeoPackage as a layer with all its columns.
fn whole_package(file: &Path) -> String {
    use sqlx::Row;
    block_on(|| async {
        let url = format!("sqlite://{}?mode=ro&immutable=1", file.display());
        let mut package = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let tables =
            sqlx::query("SELECT table_name, column_name FROM gpkg_geometry_columns ORDER BY table_name");
        let mut config = String::new();
        for table in tables.fetch_all(&mut package).await.unwrap() {
            let (table, geometry): (String, String) = (table.get(0), table.get(1));
            let columns = sqlx::query("SELECT name, pk FROM pragma_table_info(?)").bind(&table);
            let columns = columns.fetch_all(&mut package).await.unwrap();
            let is_key = |column: &&sqlx::sqlite::SqliteRow| column.get::<i64, _>(1) == 1;
            let key: String = columns.iter().find(is_key).expect("a key").get(0);
            let names = columns.iter().map(|column| column.get::<String, _>(0));
            let others: Vec<String> = names
                .filter(|name| *name != key && *name != geometry)
                .map(|name| format!("\"{name}\""))
                .collect();
            config.push_str(&format!(
                "[layers.{table}]\ntable = \"{table}\"\nid = \"{key}\"\ngeometry = \"{geometry}\"\ncolumns = [{}]\n",
                others.join(", ")
            ));
        }
        config
    })
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn no_layer_of_the_planning_package_is_mistaken() {
    let data = crate::support::test_data();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    let mut layers = 0;
    for name in ["QuyHoach", "HienTrang", "NenDiaHinh", "MocGioi"] {
        let file = data.join(format!("planning/CSDL_QHPK_HoaThanh_HuCau/HoSoGIS/{name}.gpkg"));
        let text = whole_package(&file);
        layers += text.matches("[layers.").count();
        std::fs::write(&config, text).unwrap();
        let args = ["serve", "--source", file.to_str().unwrap(), "--config", config.to_str().unwrap()];
        let log = Server::start(&args).stop();
        assert!(!log.contains("is not served") && !log.contains("left out"), "{name}: {log}");
    }
    assert!(layers > 15, "{layers} layers");
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn no_column_of_the_town_and_parcel_files_is_mistaken() {
    use bandoso::privacy::{ColumnTally, Verdict, names_a_code, names_a_place, personal_by_name};
    let data = crate::support::test_data();
    let mut columns = 0;
    for file in [
        "town/boreholes_500",
        "town/traffic_signal_manholes",
        "town/transformers",
        "cadastre/forest_city_zoning",
        "cadastre/san_francisco_parcels_zoned",
        "osm/hanoi_roads",
    ] {
        let packed = std::fs::File::open(data.join(format!("{file}.geojson.gz"))).unwrap();
        let collection: serde_json::Value =
            serde_json::from_reader(flate2::read::GzDecoder::new(packed)).unwrap();
        let mut tallies: std::collections::BTreeMap<String, (ColumnTally, bool)> = Default::default();
        for feature in collection["features"].as_array().unwrap() {
            for (name, value) in feature["properties"].as_object().unwrap() {
                let (tally, is_number) =
                    tallies.entry(name.clone()).or_insert_with(|| (ColumnTally::default(), true));
                match value {
                    serde_json::Value::String(text) => {
                        *is_number = false;
                        tally.see_text(text);
                    }
                    serde_json::Value::Number(number) => tally.see_number(number.as_i64().unwrap_or(0)),
                    _ => {}
                }
            }
        }
        for (name, (tally, is_number)) in &tallies {
            columns += 1;
            assert_eq!(personal_by_name(name), None, "{file}: {name}");
            let verdict =
                tally.verdict(*is_number, names_a_code(name), names_a_place(file) || names_a_place(name));
            assert_eq!(verdict, Verdict::Keep, "{file}: {name}");
        }
    }
    assert!(columns > 80, "{columns} columns");
}
