//! Tables as towns have them in PostGIS: numbers where text is meant, own coordinate systems, text keys, rights that
//! are missing, names in quotes.

use serde_json::Value;

use crate::support::{Cluster, Database, Server};

fn fresh(sql: &str) -> Database {
    let database = Cluster::shared().fresh_database();
    database.execute(sql);
    database
}

/// A folder with a configuration in it.
fn configured(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bandoso.toml");
    std::fs::write(&file, text).unwrap();
    let name = file.to_str().unwrap().to_owned();
    (folder, name)
}

fn serve(url: &str, config: &str) -> Server {
    let (_folder, config) = configured(config);
    Server::start(&["serve", "--source", url, "--config", &config])
}

/// What the program says when it cannot serve.
fn fault(url: &str, config: &str) -> String {
    let (_folder, config) = configured(config);
    let args = ["serve", "--listen", "127.0.0.1:0", "--source", url, "--config", &config];
    Server::expect_failure(&args).1
}

/// The one line of a log that has this text.
fn line<'a>(log: &'a str, text: &str) -> &'a str {
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(text)).collect();
    assert_eq!(lines.len(), 1, "lines with {text:?} in\n{log}");
    lines[0]
}

const PARCELS: &str = r#"
    [layers.parcels]
    table = "thua_dat"
    id = "ma"
    columns = [{ column = "so_to", as = "sheet" }, { column = "so_thua", as = "number" },
               { column = "ma_xa", as = "unit" }, { column = "xa_cu", as = "survey_unit" },
               { column = "dien_tich", as = "registered_area_m2" }, { column = "gia", as = "price" },
               { column = "so_dang_ky", as = "register" }]
"#;

#[test]
fn whole_numbers_and_decimals_serve_as_sheet_number_and_unit() {
    // ward 00439 is in Hà Nội; the second row's ward 25630 stands in full
    let town = fresh(
        "CREATE TABLE thua_dat (ma int PRIMARY KEY, so_to numeric(10, 2), so_thua double precision, ma_xa int, xa_cu int,
            dien_tich text, gia real, so_dang_ky bigint, geom geometry(Polygon, 4326));
         INSERT INTO thua_dat VALUES
           (1, 12.00, 57, 439, 439, '400.5', 2.3, 9007199254740993, ST_MakeEnvelope(105.80, 21.00, 105.8005, 21.0005, 4326)),
           (2, 12.5, 58, 25630, 99998, 'about 400', 0.5, 7, ST_MakeEnvelope(105.81, 21.00, 105.8105, 21.0005, 4326))",
    );
    let server = serve(&town.url, PARCELS);
    let found = server.get("/v1/parcels?sheet=12&number=57&unit=00439").json();
    assert_eq!(found["features"].as_array().map(Vec::len), Some(1), "{found}");
    let parcel = &found["features"][0]["properties"];
    assert_eq!((&parcel["sheet"], &parcel["number"]), (&"12".into(), &"57".into()));
    assert_eq!(parcel["unit"]["code"], "00439");
    assert_eq!(parcel["survey_unit"]["code"], "00439");
    assert_eq!(parcel["registered_area_m2"], 400.5);
    let text = server.get("/v1/search?text=th%E1%BB%ADa%2057%20t%E1%BB%9D%2012").text();
    assert!(text.contains("57") && !text.contains("57.0"), "{text}");

    // the tile has 2.3 and not 2.299999952316284, and all digits of the register
    let at = |filter: &str| server.get(&format!("/tiles/parcels/16/52028/28856{filter}"));
    let (tile, all) = (server.get("/tiles/parcels/16/52028/28856"), 2.3f64.to_le_bytes());
    assert_eq!(tile.status, 200, "{}", server.log());
    assert!(tile.body.windows(8).any(|bytes| bytes == all), "2.3 is in the tile");
    assert!(tile.body.windows(16).any(|bytes| bytes == b"9007199254740993"), "the register is a text");
    assert_eq!(at("?filter=price%20%3D%202.3").status, 200);
    assert_eq!(at("?filter=price%20%3D%202.4").status, 204);
    assert_eq!(at("?filter=register%20%3D%20'9007199254740993'").status, 200);

    let log = server.stop();
    assert!(line(&log, "column registered_area_m2: a value that is not a number").contains("rows=1"));
    assert!(line(&log, "column survey_unit: not the code of a ward").contains("id 2"));
}

#[test]
fn a_code_without_its_zeros_is_completed_only_where_the_ward_lies() {
    // a table of wards says where 00439 is: the second parcel lies elsewhere
    let town = fresh(
        "CREATE TABLE xa (id int PRIMARY KEY, ma int, loai text, ten text, geom geometry(Polygon, 4326));
         INSERT INTO xa VALUES (1, 439, 'Phường', 'Phường Láng Thượng', ST_MakeEnvelope(105.79, 20.99, 105.82, 21.02, 4326));
         CREATE TABLE thua_dat (ma int PRIMARY KEY, so_to int, so_thua int, ma_xa smallint, xa_cu int, dien_tich real,
            gia real, so_dang_ky int, geom geometry(Polygon, 4326));
         INSERT INTO thua_dat VALUES
           (1, 1, 1, 439, NULL, 1, 1, 1, ST_MakeEnvelope(105.80, 21.00, 105.8005, 21.0005, 4326)),
           (2, 1, 2, 439, NULL, 1, 1, 1, ST_MakeEnvelope(106.10, 11.00, 106.1005, 11.0005, 4326))",
    );
    let units = "[layers.units]\ntable = \"xa\"\nid = \"id\"\ncolumns = [{ column = \"ma\", as = \"code\" }, \
        { column = \"loai\", as = \"kind\" }, { column = \"ten\", as = \"name\" }]\n";
    let server = serve(&town.url, &format!("{PARCELS}{units}"));
    let unit = |number: u32| {
        let found = server.get(&format!("/v1/parcels?sheet=1&number={number}")).json();
        found["features"][0]["properties"]["unit"]["code"].clone()
    };
    assert_eq!((unit(1), unit(2)), ("00439".into(), "439".into()));
    // the map writes the word for the kind before the name itself: no "Phường Phường"
    let tile = String::from_utf8_lossy(&server.get("/tiles/units/14/13007/7213").body).into_owned();
    assert!(tile.contains("Láng Thượng") && !tile.contains("Phường Láng"), "{tile}");
    assert!(tile.contains("phuong") && tile.contains("00439"), "{tile}");
    let log = server.stop();
    assert!(line(&log, "column unit: not the code of a ward").contains("id 2"), "{log}");
}

#[test]
fn numbers_of_twenty_digits_keep_them_as_values_and_as_keys() {
    let town = fresh(
        "CREATE TABLE t (id numeric(20, 0) PRIMARY KEY, so numeric(20, 0), geom geometry(Point, 4326));
         INSERT INTO t VALUES (7, 12345678901234567890, ST_Point(106, 11, 4326)),
           (12345678901234567890, NULL, ST_Point(106, 11, 4326)), (8, 'NaN', ST_Point(106, 11, 4326))",
    );
    let server = serve(&town.url, "[layers.t]\ntable = \"t\"\nid = \"id\"\ncolumns = [\"so\"]");
    assert_eq!(server.get("/catalog").json()["layers"]["t"]["rows"], 3, "{}", server.log());
    let tile = server.get("/tiles/t/14/13016/7688");
    assert!(tile.body.windows(20).any(|bytes| bytes == b"12345678901234567890"), "{}", tile.status);
    server.stop();
}

#[test]
fn a_text_key_finds_its_parcel_and_a_doubled_one_is_named_as_it_stands() {
    let town = fresh(
        "CREATE TABLE thua_dat (ma text, so_to int, so_thua int, geom geometry(Polygon, 4326));
         INSERT INTO thua_dat SELECT 'HT-' || i, 1, i, ST_MakeEnvelope(106 + i / 1e4, 11, 106 + (i + 1) / 1e4, 11.0001, 4326)
           FROM generate_series(1, 50) i;
         INSERT INTO thua_dat VALUES ('HT-7', 1, 99, ST_MakeEnvelope(106.0007, 11, 106.0008, 11.0001, 4326)),
           ('HT-8', 1, 98, ST_MakeEnvelope(107, 12, 107.0001, 12.0001, 4326))",
    );
    let config = "[layers.parcels]\ntable = \"thua_dat\"\nid = \"ma\"\n\
        columns = [{ column = \"so_to\", as = \"sheet\" }, { column = \"so_thua\", as = \"number\" }]";
    let server = serve(&town.url, config);
    let parcel = server.get("/v1/parcels/HT-12").json();
    assert_eq!(parcel["properties"]["number"], "12", "{parcel}");
    let by_number = server.get(&format!("/v1/parcels/{}", parcel["id"])).json();
    assert_eq!(by_number, parcel, "the number here leads to the same parcel");
    assert_eq!(server.get("/v1/parcels/HT-12/planning").json()["parcel"]["number"], "12");
    assert_eq!(server.get("/v1/parcels/HT-51").status, 404);
    let log = server.stop();
    let twice = line(&log, "the key stands twice");
    assert!(twice.contains("rows=2") && twice.contains("id HT-7") && twice.contains("id HT-8"), "{twice}");
}

#[test]
fn zones_find_their_plan_by_a_text_key() {
    let town = fresh(
        "CREATE TABLE quy_hoach (ma uuid PRIMARY KEY, ten text, geom geometry(Polygon, 4326));
         INSERT INTO quy_hoach VALUES ('6f9619ff-8b86-d011-b42d-00c04fc964ff', 'QH phân khu', ST_MakeEnvelope(106, 11, 106.1, 11.1, 4326));
         CREATE TABLE khu (id int PRIMARY KEY, ma_qh uuid, ma text, geom geometry(Polygon, 4326));
         INSERT INTO khu VALUES (1, '6f9619ff-8b86-d011-b42d-00c04fc964ff', 'ODT', ST_MakeEnvelope(106, 11, 106.1, 11.1, 4326));
         CREATE TABLE thua_dat (id int PRIMARY KEY, so_to int, so_thua int, geom geometry(Polygon, 4326));
         INSERT INTO thua_dat VALUES (5, 1, 1, ST_MakeEnvelope(106.01, 11.01, 106.0102, 11.0102, 4326)),
           (6, 1, 2, ST_GeomFromText('POLYGON((106.02 11.02, 106.0202 11.0202, 106.0202 11.02, 106.02 11.0202, 106.02 11.02))', 4326))",
    );
    let config = "
        [layers.plans]
        table = \"quy_hoach\"
        id = \"ma\"
        columns = [{ column = \"ten\", as = \"name\" }]
        [layers.plan_zones]
        table = \"khu\"
        id = \"id\"
        columns = [{ column = \"ma_qh\", as = \"plan_id\" }, { column = \"ma\", as = \"code\" }]
        [layers.parcels]
        table = \"thua_dat\"
        id = \"id\"
        columns = [{ column = \"so_to\", as = \"sheet\" }, { column = \"so_thua\", as = \"number\" }]";
    let server = serve(&town.url, config);
    let report = server.get("/v1/parcels/5/planning").json();
    assert_eq!(report["plans"][0]["zones"][0]["code"], "ODT", "{report}");
    // a parcel whose outline crosses itself covers both its loops
    let tie = server.get("/v1/parcels/6/planning").json();
    let (area, half) =
        (&tie["parcel"]["measured_area_m2"], report["parcel"]["measured_area_m2"].as_f64().unwrap() / 2.0);
    assert!((area.as_f64().unwrap() - half).abs() < 1.0, "{area} is half of a square of {}", half * 2.0);
    let zone = &tie["plans"][0]["zones"][0];
    assert!((zone["area_m2"].as_f64().unwrap() - half).abs() < 1.0, "{tie}");
    assert!(
        (zone["share"].as_f64().unwrap() - 1.0).abs() < 0.001 && tie["plans"][0]["covers"] == "full",
        "{tie}"
    );
    server.stop();
}

const OWN_SYSTEM: &str = "+proj=tmerc +lat_0=0 +lon_0=105.5 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 \
    +towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 +units=m +no_defs";

#[test]
fn a_system_of_the_town_s_own_is_read_from_spatial_ref_sys() {
    let town = fresh(&format!(
        "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, proj4text) VALUES (910545, 'So TNMT', 1, '{OWN_SYSTEM}');
         CREATE TABLE t (id int PRIMARY KEY, geom geometry(Point, 910545));
         INSERT INTO t VALUES (1, ST_SetSRID(ST_MakePoint(557000, 1250000), 910545));
         CREATE TABLE known (id int PRIMARY KEY, geom geometry(Point, 9209));
         INSERT INTO known VALUES (1, ST_GeomFromText('POINT(557000 1250000)', 9209))",
    ));
    let layer = |name: &str| format!("[layers.{name}]\ntable = \"{name}\"\nid = \"id\"\n");
    let server = serve(&town.url, &format!("{}{}", layer("t"), layer("known")));
    let layers = server.get("/catalog").json()["layers"].clone();
    let bounds = |name: &str| -> Vec<f64> {
        layers[name]["bounds"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
    };
    let (own, known) = (bounds("t"), bounds("known"));
    assert_eq!(own.len(), 4);
    assert!(own.iter().zip(&known).all(|(a, b)| (a - b).abs() < 1e-6), "{own:?} and {known:?}");
    server.stop();
}

#[test]
fn srid_in_the_configuration_wins_over_the_table_and_the_log_says_so() {
    let town = fresh(
        "CREATE TABLE t (id int PRIMARY KEY, geom geometry(Point, 3405));
         INSERT INTO t VALUES (1, ST_SetSRID(ST_MakePoint(557000, 1250000), 3405)), (2, ST_SetSRID(ST_MakePoint(557000, 1250000), 3405))",
    );
    let server = serve(&town.url, "[layers.t]\ntable = \"t\"\nid = \"id\"\nsrid = 9209");
    let west = server.get("/catalog").json()["layers"]["t"]["bounds"][0].as_f64().unwrap();
    assert!((west - 106.023_939).abs() < 1e-5, "{west}");
    let log = server.stop();
    let said = line(&log, "the table says SRID 3405; `srid` says EPSG:9209");
    assert!(said.contains("rows=2"), "{said}");
}

#[test]
fn a_source_of_which_every_row_is_refused_is_not_served() {
    let town = fresh(
        "CREATE TABLE t (id int PRIMARY KEY, geom geometry);
         INSERT INTO t SELECT i, ST_Point(106, 11) FROM generate_series(1, 3) i",
    );
    let message = fault(&town.url, "[layers.t]\ntable = \"t\"\nid = \"id\"");
    assert!(message.contains("every row of the source was refused"), "{message}");
    assert!(message.contains("no coordinate system") && message.contains("3 rows"), "{message}");
}

#[test]
fn a_layer_that_loses_its_rows_at_a_reload_is_kept_until_it_is_told_otherwise() {
    let town = fresh(
        "CREATE TABLE t (id int PRIMARY KEY, geom geometry(Point, 4326));
         INSERT INTO t SELECT i, ST_Point(106 + i / 1e3, 11, 4326) FROM generate_series(1, 100) i;
         CREATE TABLE other (id int PRIMARY KEY, geom geometry(Point, 4326));
         INSERT INTO other VALUES (1, ST_Point(106, 11, 4326))",
    );
    let layers = "[layers.t]\ntable = \"t\"\nid = \"id\"\n[layers.other]\ntable = \"other\"\nid = \"id\"\n";
    let (_folder, config) = configured(layers);
    let server = Server::start(&["serve", "--source", &town.url, "--config", &config]);
    let rows = |layer: &str| server.get("/catalog").json()["layers"][layer]["rows"].clone();
    let wait_for = |layer: &str, wanted: u64| {
        let started = std::time::Instant::now();
        while rows(layer) != wanted {
            assert!(started.elapsed().as_secs() < 60, "{layer}: {}\n{}", rows(layer), server.log());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    town.execute("TRUNCATE t; INSERT INTO other VALUES (2, ST_Point(106, 11, 4326))");
    server.signal("HUP");
    wait_for("other", 2);
    assert_eq!(rows("t"), 100, "the rest is taken over, the emptied layer is not");
    assert!(server.log().contains("layer t: more than half of its rows are gone"), "{}", server.log());
    std::fs::write(&config, format!("reload_may_lose_rows = true\n{layers}")).unwrap();
    server.signal("HUP");
    wait_for("t", 0);
    server.stop();
}

#[test]
fn all_missing_rights_come_as_one_script_that_is_enough() {
    let town = fresh(
        r#"CREATE SCHEMA "Địa chính";
           CREATE TABLE "Địa chính"."Thửa Đất" (id int PRIMARY KEY, "Số tờ" int, "order" int, owner text, geom geometry(Polygon, 4326));
           INSERT INTO "Địa chính"."Thửa Đất" VALUES (1, 2, 3, 'secret', ST_MakeEnvelope(106, 11, 106.001, 11.001, 4326));
           CREATE TABLE duong (id int PRIMARY KEY, ten text, geom geometry(LineString, 4326));
           INSERT INTO duong VALUES (1, 'a', ST_GeomFromText('LINESTRING(106 11, 106.1 11)', 4326));
           CREATE SCHEMA dong; CREATE TABLE dong.khu (id int PRIMARY KEY, geom geometry(Point, 4326));
           INSERT INTO dong.khu VALUES (1, ST_Point(106, 11, 4326));
           GRANT SELECT (id) ON duong TO PUBLIC;
           DROP ROLE IF EXISTS "Bản đồ"; CREATE ROLE "Bản đồ" LOGIN"#,
    );
    let url = town.url_as("B%E1%BA%A3n%20%C4%91%E1%BB%93");
    let config = r#"
        [layers.thua]
        table = '"Địa chính"."Thửa Đất"'
        id = "id"
        columns = ["Số tờ", "order"]
        [layers.duong]
        table = "duong"
        id = "id"
        columns = ["ten"]
        [layers.khu]
        table = "dong.khu"
        id = "id"
    "#;
    let message = fault(&url, config);
    let script: Vec<&str> =
        message.lines().map(str::trim).filter(|line| line.starts_with("GRANT ")).collect();
    assert_eq!(
        script,
        [
            r#"GRANT USAGE ON SCHEMA "Địa chính" TO "Bản đồ";"#,
            r#"GRANT USAGE ON SCHEMA dong TO "Bản đồ";"#,
            r#"GRANT SELECT (id, geom, "Số tờ", "order") ON "Địa chính"."Thửa Đất" TO "Bản đồ";"#,
            r#"GRANT SELECT (id, geom) ON dong.khu TO "Bản đồ";"#,
            r#"GRANT SELECT (geom, ten) ON public.duong TO "Bản đồ";"#,
        ],
        "{message}"
    );
    assert!(!message.contains("does not exist") && !message.contains("owner"), "{message}");
    town.execute(&script.join("\n"));
    let server = serve(&url, config);
    let layers = server.get("/catalog").json()["layers"].clone();
    assert!(["thua", "duong", "khu"].iter().all(|layer| layers[layer]["rows"] == 1), "{layers}");
    server.stop();
    town.execute(r#"DROP OWNED BY "Bản đồ"; DROP ROLE "Bản đồ""#);
}

#[test]
fn the_rights_on_our_own_schema_come_as_one_script_that_is_enough() {
    let town = crate::support::migrated();
    town.execute("DROP ROLE IF EXISTS reader_of_ours; CREATE ROLE reader_of_ours LOGIN");
    let url = town.url_as("reader_of_ours");
    let args = ["serve", "--listen", "127.0.0.1:0", "--source", &url];
    let (_, message) = Server::expect_failure(&args);
    assert!(!message.contains("nothing to serve"), "there is something, it may not be read: {message}");
    let script: Vec<&str> =
        message.lines().map(str::trim).filter(|line| line.starts_with("GRANT ")).collect();
    assert!(
        script.len() > 10 && script[0] == "GRANT USAGE ON SCHEMA bandoso TO reader_of_ours;",
        "{message}"
    );
    town.execute(&script.join("\n"));
    let server = Server::start(&["serve", "--source", &url]);
    server.stop();
    town.execute("DROP OWNED BY reader_of_ours; DROP ROLE reader_of_ours");
}

#[test]
fn a_table_is_found_with_quotes_and_without_and_one_in_other_capitals_is_named() {
    let town = fresh(
        r#"CREATE SCHEMA dia_chinh;
           CREATE TABLE dia_chinh."Thửa Đất" (id int PRIMARY KEY, "Loại" text, geom geometry(Point, 4326));
           INSERT INTO dia_chinh."Thửa Đất" VALUES (1, 'a', ST_Point(106, 11, 4326))"#,
    );
    for name in [r#"'dia_chinh."Thửa Đất"'"#, r#"'"dia_chinh"."Thửa Đất"'"#, r#"'dia_chinh.Thửa Đất'"#]
    {
        let server = serve(&town.url, &format!("[layers.l]\ntable = {name}\nid = \"id\""));
        assert_eq!(server.get("/catalog").json()["layers"]["l"]["rows"], 1, "{name}");
        server.stop();
    }
    let message = fault(&town.url, "[layers.l]\ntable = 'dia_chinh.thửa đất'\nid = \"id\"");
    assert!(message.contains("does not exist; did you mean dia_chinh.Thửa Đất?"), "{message}");
    assert!(!message.contains("GRANT"), "{message}");
    let column = "[layers.l]\ntable = 'dia_chinh.Thửa Đất'\nid = \"id\"\ncolumns = [\"loại\"]";
    assert!(fault(&town.url, column).contains("did you mean Loại?"));
    let quote = fault(&town.url, "[layers.l]\nid = \"id\"\ntable = 'dia_chinh.\"Thửa Đất'");
    assert!(quote.contains("bandoso.toml, line 3: `table` in [layers.l]"), "{quote}");
}

#[test]
fn segments_of_a_street_are_one_answer_without_the_word_for_its_kind() {
    let town = fresh(
        "CREATE TABLE duong (id int PRIMARY KEY, ten text, ma_xa text, geom geometry(LineString, 4326));
         INSERT INTO duong
           SELECT i, 'Đường Nguyễn Văn Rốp', '25633', ST_MakeLine(ST_Point(106.1 + i / 1e3, 11.28, 4326), ST_Point(106.1 + (i + 1) / 1e3, 11.28, 4326))
           FROM generate_series(1, 5) i;
         INSERT INTO duong VALUES
           (11, 'Phố Lạc Long Quân', '25633', ST_GeomFromText('LINESTRING(106.1 11.29, 106.101 11.29)', 4326)),
           (12, 'đường nguyễn văn rốp', '25633', ST_GeomFromText('LINESTRING(106.15 11.28, 106.151 11.28)', 4326)),
           (13, 'Đường chưa đặt tên', '25633', ST_GeomFromText('LINESTRING(106.1 11.27, 106.101 11.27)', 4326));
         CREATE TABLE nha (id int PRIMARY KEY, so int, duong int, ma_xa int, geom geometry(Point, 4326));
         INSERT INTO nha VALUES (1, 12, 4, 25633, ST_Point(106.1045, 11.2801, 4326))",
    );
    let config = "
        [layers.streets]
        table = \"duong\"
        id = \"id\"
        columns = [{ column = \"ten\", as = \"name\" }, { column = \"ma_xa\", as = \"unit\" }]
        [layers.addresses]
        table = \"nha\"
        id = \"id\"
        columns = [{ column = \"so\", as = \"number\" }, { column = \"duong\", as = \"street_id\" }, { column = \"ma_xa\", as = \"unit\" }]";
    let server = serve(&town.url, config);
    let names = |text: &str| -> Vec<String> {
        let found = server.get(&format!("/v1/search?layers=street&text={text}")).json();
        let features = found["features"].as_array().cloned().unwrap_or_default();
        features.iter().filter_map(|f| f["properties"]["name"].as_str().map(str::to_owned)).collect()
    };
    // one street of five segments, and one of the same name five kilometres away
    assert_eq!(names("Nguy%E1%BB%85n%20V%C4%83n%20R%E1%BB%91p").len(), 2, "{}", server.log());
    let street = names("L%E1%BA%A1c%20Long%20Qu%C3%A2n");
    assert!(street.len() == 1 && !street[0].contains("Phố Phố"), "{street:?}");
    let door: Value = server.get("/v1/search?text=12%20Nguy%E1%BB%85n%20V%C4%83n%20R%E1%BB%91p").json();
    let label = door["features"][0]["properties"]["label"].as_str().unwrap_or_default();
    assert!(label.starts_with("12 Nguyễn Văn Rốp"), "the door on a further segment is on the street: {door}");
    server.stop();
}

#[test]
fn layers_without_what_their_name_promises_are_said_to_be_so_at_load() {
    let town = fresh(
        "CREATE TABLE thua (id int PRIMARY KEY, to_so int, geom geometry(Point, 4326));
         INSERT INTO thua VALUES (1, 2, ST_Point(106, 11, 4326));
         CREATE TABLE khu (id int PRIMARY KEY, ma text, geom geometry(Point, 4326));
         INSERT INTO khu VALUES (1, 'a', ST_Point(106, 11, 4326))",
    );
    let server = serve(
        &town.url,
        "[layers.parcels]\ntable = \"thua\"\nid = \"id\"\ncolumns = [\"to_so\"]\n\
         [layers.plan_zones]\ntable = \"khu\"\nid = \"id\"\ncolumns = [{ column = \"ma\", as = \"code\" }]",
    );
    let log = server.stop();
    assert!(line(&log, "layer parcels has no public column").contains("sheet or number"), "{log}");
    assert!(line(&log, "layer plan_zones has no public column").contains("called plan_id,"), "{log}");
    line(&log, "there is a layer plan_zones but none called plans");
}

#[test]
fn a_table_of_points_and_areas_has_labels_where_it_has_areas() {
    let town = fresh(
        "CREATE TABLE z (id int PRIMARY KEY, geom geometry);
         INSERT INTO z VALUES (1, ST_Point(105.9, 11.2, 4326)), (2, ST_MakeEnvelope(106, 11, 106.1, 11.1, 4326))",
    );
    let server = serve(&town.url, "[layers.zz]\ntable = \"z\"\nid = \"id\"");
    assert_eq!(server.get("/catalog").json()["layers"]["zz_labels"]["kind"], "point", "{}", server.log());
    server.stop();
    let clash = "[layers.zz]\ntable = \"z\"\nid = \"id\"\n[layers.zz_labels]\ntable = \"z\"\nid = \"id\"";
    let message = fault(&town.url, clash);
    assert!(message.contains("line 4: ") && message.contains("labels of layer `zz`"), "{message}");
}

#[test]
fn rows_of_other_days_are_in_the_account() {
    let town = fresh(
        "CREATE TABLE t (id int PRIMARY KEY, valid_from date, valid_to date, geom geometry(Point, 4326));
         INSERT INTO t VALUES (1, NULL, NULL, ST_Point(106, 11, 4326)), (2, '2020-01-01', NULL, ST_Point(106, 11, 4326)),
           (3, '2020-01-01', '2021-01-01', ST_Point(106, 11, 4326)), (4, '2099-01-01', NULL, ST_Point(106, 11, 4326)),
           (5, NULL, '2021-01-01', NULL)",
    );
    let config = "[layers.t]\ntable = \"t\"\nid = \"id\"\ncolumns = [\"valid_from\", \"valid_to\"]";
    let log = serve(&town.url, config).stop();
    let account = log.lines().find(|line| line.contains("layer t") && line.contains("read=")).unwrap_or(&log);
    for part in ["read=5", "rows=2", "other_days=2", "refused=1"] {
        assert!(account.contains(part), "{part}: {account}");
    }
    line(&log, "refused: no geometry");
}

#[test]
fn domains_over_domains_empty_members_and_deep_collections_are_no_surprise() {
    let deep = format!("{}POINT(106 11){}", "GEOMETRYCOLLECTION(".repeat(20), ")".repeat(20));
    let town = fresh(&format!(
        "CREATE DOMAIN so AS numeric(12, 1); CREATE DOMAIN dien_tich AS so; CREATE DOMAIN ma AS int; CREATE DOMAIN ma_thua AS ma;
         CREATE DOMAIN hinh AS geometry; CREATE DOMAIN hinh_thua AS hinh;
         CREATE TABLE t (id ma_thua PRIMARY KEY, dt dien_tich, geom hinh_thua);
         INSERT INTO t VALUES (1, 2159.6, ST_Point(106, 11, 4326)),
           (2, NULL, ST_GeomFromText('MULTIPOINT(106 11, EMPTY)', 4326)), (3, NULL, ST_GeomFromText('{deep}', 4326))",
    ));
    let server = serve(&town.url, "[layers.t]\ntable = \"t\"\nid = \"id\"\ncolumns = [\"dt\"]");
    let layer = server.get("/catalog").json()["layers"]["t"].clone();
    assert_eq!(layer["rows"], 2, "{}", server.log());
    assert_eq!(server.get("/tiles/t/14/13016/7688?filter=dt%20%3D%202159.6").status, 200);
    let log = server.stop();
    assert!(line(&log, "collection within more than 16").contains("id 3"), "{log}");
}
