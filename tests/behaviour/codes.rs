//! Door codes over the real binary: given once and never again in either physical form, kept over an import,
//! and what `/d/…`, `/v1/addresses/…`, `/v1/codes` and the plates make of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::support::{Cluster, Database, Reply, Server, block_on};
use bandoso::geocode::codes::DoorCode;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, SqliteConnection};

fn succeed(args: &[&str]) -> String {
    let (code, out, log) = Server::run(args);
    assert_eq!(code, 0, "{args:?}\n{out}\n{log}");
    log
}

/// The demo town in a database, made once and copied.
fn town() -> Database {
    static TOWN: OnceLock<Database> = OnceLock::new();
    Cluster::shared().copy_of(TOWN.get_or_init(|| {
        let database = Cluster::shared().fresh_database();
        succeed(&["migrate", "--without-reference", "--into", &database.url]);
        succeed(&["demo", "--parcels", "2000", "--into", &database.url]);
        database
    }))
}

fn codes_of(database: &Database) -> Vec<String> {
    let rows = database.query("SELECT door_code FROM bandoso.address WHERE door_code IS NOT NULL");
    rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

fn in_file<T: Send>(file: &Path, ask: impl AsyncFnOnce(&mut SqliteConnection) -> T + Send) -> T {
    block_on(|| async {
        let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        let answer = ask(&mut connection).await;
        connection.close().await.unwrap();
        answer
    })
}

async fn texts(connection: &mut SqliteConnection, sql: &str) -> Vec<String> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.unwrap()
}

#[test]
fn every_address_of_a_database_gets_one_code_once_and_a_removed_code_never_comes_back() {
    let database = town();
    let before: BTreeSet<String> = codes_of(&database).into_iter().collect();
    database.execute("UPDATE bandoso.address SET door_code = NULL");
    assert_eq!(database.value("SELECT count(*) FROM bandoso.retired_door_code"), before.len().to_string());

    let assign = ["codes", "assign", "--source", &database.url, "--issuer", "T7"];
    let log = succeed(&[&assign[..], &["--dry-run"]].concat());
    assert!(log.contains(&format!("without={}", before.len())), "{log}");
    assert_eq!(codes_of(&database).len(), 0, "a dry run writes nothing");

    // a run that was stopped left some without
    database.execute(
        "UPDATE bandoso.address SET door_code = 'T72345676'
         WHERE address_id = (SELECT min(address_id) FROM bandoso.address)",
    );
    succeed(&assign);
    let after = codes_of(&database);
    let distinct: BTreeSet<&String> = after.iter().collect();
    assert_eq!((after.len(), distinct.len()), (before.len(), before.len()));
    for code in &after {
        let code: DoorCode = code.parse().unwrap_or_else(|e| panic!("{code}: {e}"));
        assert_eq!(code.issuer().to_string(), "T7");
    }
    assert!(after.contains(&"T72345676".to_owned()), "who has a code keeps it");
    let log = succeed(&assign);
    assert!(log.contains("without=0 given=0"), "{log}");

    let old = before.first().unwrap();
    let refused = block_on(|| async {
        let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
        let sql = format!("UPDATE bandoso.address SET door_code = '{old}' WHERE door_code = 'T72345676'");
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap_err().to_string()
    });
    assert!(refused.contains("was retired and is never given again"), "{refused}");
}

#[test]
fn every_address_of_a_file_gets_one_code_once_and_a_removed_code_never_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let path = file.to_str().unwrap();
    succeed(&["demo", "--parcels", "1000", "--out", path]);
    let all = "SELECT door_code FROM address WHERE door_code IS NOT NULL ORDER BY address_id";
    let before = in_file(&file, async |db| texts(db, all).await);
    in_file(&file, async |db| db.execute("UPDATE address SET door_code = NULL").await.map(drop)).unwrap();
    succeed(&["codes", "assign", "--source", path, "--issuer", "T7"]);
    let after = in_file(&file, async |db| texts(db, all).await);
    assert_eq!(after.iter().collect::<BTreeSet<_>>().len(), before.len());
    assert!(after.iter().all(|code| code.parse::<DoorCode>().is_ok() && code.starts_with("T7")));
    let retired = in_file(&file, async |db| texts(db, "SELECT code FROM retired_door_code").await);
    assert_eq!(retired.len(), before.len());
    let again = format!("UPDATE address SET door_code = '{}' WHERE door_code = '{}'", before[0], after[0]);
    let refused = in_file(&file, async |db| db.execute(sqlx::AssertSqlSafe(again.as_str())).await.map(drop))
        .unwrap_err();
    assert!(refused.to_string().contains("never given again"), "{refused}");
}

#[test]
fn an_issuer_that_is_missing_or_wrong_is_asked_for_in_a_sentence() {
    let database = town();
    let (_, message) = Server::expect_failure(&["codes", "assign", "--source", &database.url]);
    assert!(message.contains("--issuer"), "{message}");
    let (code, message) =
        Server::expect_failure(&["codes", "assign", "--source", &database.url, "--issuer", "O1"]);
    assert!(code == 2 && message.contains("two symbols of 23456789"), "{message}");
    let (_, message) = Server::expect_failure(&["codes", "assign", "--source", "no.gpkg", "--issuer", "T7"]);
    assert!(message.contains("no file"), "{message}");
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, "[codes]\nissuer = \"T7\"\n").unwrap();
    database.execute("UPDATE bandoso.address SET door_code = NULL");
    succeed(&["codes", "assign", "--source", &database.url, "--config", config.to_str().unwrap()]);
    assert!(codes_of(&database).iter().all(|code| code.starts_with("T7")));
}

#[test]
fn a_delivery_that_replaces_another_gives_every_address_its_code_again() {
    let database = Cluster::shared().fresh_database();
    succeed(&["migrate", "--into", &database.url]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("so_nha.csv");
    let import = |rows: &str, more: &[&str]| {
        std::fs::write(&file, format!("ward,number,street,lon,lat\n{rows}")).unwrap();
        let args = ["import", file.to_str().unwrap(), "--as", "addresses", "--into", &database.url];
        succeed(&[&args[..], more].concat());
    };
    import(
        "25630,12,Hùng Vương,106.12700,11.28400\n25630,14,Hùng Vương,106.12710,11.28400\n25630,14,Lê Lợi,106.12720,11.28400\n",
        &[],
    );
    succeed(&["codes", "assign", "--source", &database.url, "--issuer", "T7"]);
    let code = |number: &str, street: &str| {
        let rows = database.query(&format!(
            "SELECT door_code FROM bandoso.address JOIN bandoso.street USING (street_id)
             WHERE number = '{number}' AND name = '{street}'"
        ));
        rows.first().and_then(|row| row[0].clone())
    };
    let (first, second, third) = (code("12", "Hùng Vương"), code("14", "Hùng Vương"), code("14", "Lê Lợi"));
    assert!(first.is_some() && second.is_some() && third.is_some());
    // another ward, other ids, a metre beside, one house gone and one new
    import(
        "25633,16,Hùng Vương,106.12715,11.28400\n25633,14,Hùng Vương,106.12711,11.28401\n25633,14,Lê Lợi,106.12721,11.28400\n",
        &["--replace", "--allow-removal"],
    );
    assert_eq!((code("14", "Hùng Vương"), code("14", "Lê Lợi")), (second, third));
    assert_eq!(code("16", "Hùng Vương"), None);
    assert_eq!(
        database.value("SELECT code || reason FROM bandoso.retired_door_code"),
        format!("{}removed", first.unwrap())
    );
}

/// A town in which some codes were retired, served from both forms' common code.
struct Served {
    server: Server,
    /// A door that is there: code, label of today.
    code: String,
    /// Replaced by `code`, by way of a third.
    moved: String,
    /// Nothing took its place.
    gone: String,
    /// Longitude and latitude of the door.
    at: (f64, f64),
    database: Database,
}

fn served() -> &'static Served {
    static SERVED: OnceLock<Served> = OnceLock::new();
    SERVED.get_or_init(|| {
        let database = town();
        let doors = database.query(
            "SELECT door_code, address_id, ST_X(geom), ST_Y(geom) FROM bandoso.address
             WHERE number IS NOT NULL AND street_id IS NOT NULL AND address_id >= 250000000000 ORDER BY address_id LIMIT 4",
        );
        let cell = |row: usize, column: usize| doors[row][column].clone().unwrap();
        database.execute(&format!("SELECT bandoso.merge_address({}, {})", cell(1, 1), cell(2, 1)));
        database.execute(&format!("SELECT bandoso.merge_address({}, {})", cell(2, 1), cell(0, 1)));
        database.execute(&format!("DELETE FROM bandoso.address WHERE address_id = {}", cell(3, 1)));
        database.execute(&format!(
            "UPDATE bandoso.address SET postal_code = '25630', national_place_id = '123456789012'
             WHERE address_id = {}",
            cell(0, 1)
        ));
        Served {
            server: Server::start(&["serve", "--source", &database.url]),
            code: in_groups(&cell(0, 0)),
            moved: in_groups(&cell(1, 0)),
            gone: in_groups(&cell(3, 0)),
            at: (cell(0, 2).parse().unwrap(), cell(0, 3).parse().unwrap()),
            database,
        }
    })
}

fn in_groups(code: &str) -> String {
    format!("{}-{}-{}", &code[..3], &code[3..6], &code[6..])
}

/// Asks without following where an answer leads.
fn ask(path: &str) -> Reply {
    let url = format!("{}{path}", served().server.base_url);
    block_on(|| async {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = client.get(&url).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Reply { status, headers, body: answer.bytes().await.unwrap().to_vec() }
    })
}

#[test]
fn the_page_of_a_door_says_its_address_and_its_codes_without_javascript() {
    let Served { code, .. } = served();
    let page = ask(&format!("/d/{code}"));
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(page.header("x-robots-tag"), "noindex");
    let html = page.text();
    let feature = ask(&format!("/v1/addresses/{code}")).json();
    let properties = &feature["properties"];
    for shown in ["label", "label_old"] {
        let text = properties[shown].as_str().unwrap();
        assert!(html.contains(text), "{shown}: {text}");
    }
    for shown in ["plus_code", "geohash"] {
        assert!(html.contains(properties["codes"][shown].as_str().unwrap()), "{shown}");
    }
    assert!(html.contains("geo:11.") && html.contains("123456789012") && html.contains("KTT 105°45′"));
    assert!(html.contains("lang=\"vi\"") && html.contains("content=\"noindex\""));
}

#[test]
fn every_spelling_leads_to_the_one_page_and_a_retired_code_to_its_successor() {
    let Served { code, moved, .. } = served();
    let compact = code.replace('-', "");
    for spelling in [
        compact.clone(),
        code.to_lowercase(),
        compact.to_lowercase(),
        code.replace('-', "%20"),
        moved.clone(),
    ] {
        for (file, path) in [("", ""), ("/plate.svg", "/plate.svg"), ("/plate.pdf", "/plate.pdf")] {
            let answer = ask(&format!("/d/{spelling}{path}"));
            assert_eq!(
                (answer.status, answer.header("location")),
                (308, &*format!("/d/{code}{file}")),
                "{spelling}"
            );
        }
    }
    let answer = ask(&format!("/v1/addresses/{moved}"));
    assert_eq!((answer.status, answer.header("location")), (308, &*format!("/v1/addresses/{code}")));
    let found = ask(&format!("/v1/search?text={moved}")).json();
    assert_eq!(found["features"][0]["properties"]["door_code"], code.as_str(), "search follows too");
}

#[test]
fn what_leads_nowhere_is_refused_with_a_sentence() {
    let Served { code, gone, .. } = served();
    let page = ask(&format!("/d/{gone}"));
    assert_eq!(page.status, 410);
    assert!(page.text().contains("Mã này không còn dùng từ ngày"));
    let answer = ask(&format!("/v1/addresses/{gone}"));
    assert_eq!(answer.status, 410);
    assert!(
        answer.json()["detail"].as_str().unwrap().contains("no longer in use since"),
        "{}",
        answer.text()
    );

    let slip = format!("{}{}", &code[..10], if code.ends_with('A') { 'B' } else { 'A' });
    let page = ask(&format!("/d/{slip}"));
    assert_eq!(page.status, 404);
    assert!(
        page.text().contains("Ký tự kiểm tra không khớp")
            && page.text().contains(&format!("href=\"/d/{code}\""))
    );
    let detail = ask(&format!("/v1/addresses/{slip}")).json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("check symbol does not fit") && detail.contains(&format!("did you mean {code}?")),
        "{detail}"
    );

    let unknown = ask("/d/T72-345-676");
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("chưa cấp cho địa chỉ nào"));
    for path in [
        "/d/079123456789",
        "/v1/addresses/079123456789",
        "/v1/addresses/0912345678",
        "/d/0912345678/plate.svg",
    ] {
        let answer = ask(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("123456"), "a person's number is not repeated");
    }
    assert!(!served().server.log().contains("079123456789"));
}

#[test]
fn a_code_of_any_kind_is_a_feature() {
    let Served { code, at: (lng, lat), .. } = served();
    let get = |code: &str| {
        let answer = ask(&format!("/v1/addresses/{code}"));
        assert_eq!(answer.status, 200, "{code}: {}", answer.text());
        answer.json()
    };
    let door = get(code);
    assert_eq!((&door["type"], &door["properties"]["door_code"]), (&"Feature".into(), &code.as_str().into()));
    assert_eq!(get("123456789012")["properties"]["door_code"], code.as_str());

    let codes = ask(&format!("/v1/codes?lat={lat}&lon={lng}")).json();
    let is_near = |feature: &serde_json::Value| {
        let found = &feature["geometry"]["coordinates"];
        (found[0].as_f64().unwrap() - lng).abs() < 1e-4 && (found[1].as_f64().unwrap() - lat).abs() < 1e-4
    };
    for name in ["plus_code", "plus_code_11", "geohash", "plus_code_short"] {
        let code = codes[name].as_str().unwrap().replace(' ', "%20");
        if name != "plus_code_short" {
            assert!(is_near(&get(&code)), "{name} {code}");
        }
        let found = ask(&format!("/v1/search?text={}", code.replace('+', "%2B"))).json();
        assert!(is_near(&found["features"][0]), "{name} {code}: {}", found["features"][0]);
        // two digits and a space before a name are a house number
        if code.split('+').next().is_some_and(|front| front.bytes().any(|b| b.is_ascii_alphabetic())) {
            let found = ask(&format!("/v1/search?text={code}")).json();
            assert!(is_near(&found["features"][0]), "{name} {code} with a space for its plus");
        }
    }
    let at_door = get(codes["geohash"].as_str().unwrap());
    assert!(
        at_door["also"].as_array().unwrap().iter().any(|f| f["properties"]["door_code"] == code.as_str())
    );
    for point in [format!("{lat},{lng}"), format!("{lng},{lat}"), format!("geo:{lat},{lng}")] {
        assert!(is_near(&get(&point)), "{point}");
    }
}

#[test]
fn a_point_has_all_its_codes_and_vn2000_is_that_of_postgis() {
    let Served { code, at: (lng, lat), database, .. } = served();
    let codes = ask(&format!("/v1/codes?lat={lat}&lon={lng}")).json();
    assert_eq!(codes["door"]["door_code"], code.as_str());
    assert_eq!(
        (&codes["vn2000"]["epsg"], &codes["vn2000"]["central_meridian"]),
        (&9210.into(), &105.75.into())
    );
    assert_eq!(codes["ward"]["code"], codes["door"]["ward_code"]);
    let pair = database.query(&format!(
        "SELECT ST_Y(p), ST_X(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint({lng}, {lat}), 4326), 9210) AS p"
    ));
    for (axis, theirs) in ["x", "y"].iter().zip(&pair[0]) {
        let (ours, theirs) =
            (codes["vn2000"][axis].as_f64().unwrap(), theirs.as_ref().unwrap().parse::<f64>().unwrap());
        assert!((ours - theirs).abs() < 0.002, "{axis}: {ours}, PostGIS has {theirs}");
    }
    assert_eq!(
        codes["geohash"],
        database.value(&format!("SELECT ST_GeoHash(ST_MakePoint({lng}, {lat}), 12)")).as_str()
    );
    assert_eq!(ask("/v1/codes?lat=11").status, 400);
    assert_eq!(ask("/v1/codes?lat=0&lon=0").json()["door"], serde_json::Value::Null);
}

#[test]
fn five_digits_are_a_ward_and_a_postal_code() {
    let found = ask("/v1/search?text=25630").json();
    let features = found["features"].as_array().unwrap();
    let is_ward =
        |f: &serde_json::Value| f["properties"]["ward_code"] == "25630" && f["properties"]["layer"] == "ward";
    assert!(features.iter().any(is_ward), "{found}");
    let is_postal = |f: &serde_json::Value| f["properties"]["postalcode"] == "25630";
    assert!(features.iter().any(is_postal), "{found}");
    let feature = ask("/v1/addresses/25630").json();
    let also = feature["also"].as_array().cloned().unwrap_or_default();
    assert!(also.iter().chain([&feature]).any(is_postal) && also.iter().chain([&feature]).any(is_ward));
}

#[test]
fn the_qr_code_of_a_plate_is_read_by_another_decoder_and_leads_to_the_page() {
    let Served { server, code, .. } = served();
    let plate = ask(&format!("/d/{code}/plate.svg"));
    assert_eq!((plate.status, plate.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(decoded(&plate.text()), format!("{}/d/{code}", server.base_url));
}

/// Paints the modules of the one path of squares and has them read.
fn decoded(svg: &str) -> String {
    let squares = svg.split("crispEdges\" d=\"").nth(1).unwrap().split('"').next().unwrap();
    let corners: Vec<(f32, f32)> = squares
        .split('z')
        .filter_map(|square| square.strip_prefix('M')?.split('h').next()?.split_once(' '))
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect();
    let side: f32 = squares.split(['h', 'v']).nth(1).unwrap().parse().unwrap();
    let (left, top) = corners.iter().fold((f32::MAX, f32::MAX), |(l, t), (x, y)| (l.min(*x), t.min(*y)));
    let dark: BTreeSet<(usize, usize)> = corners
        .iter()
        .map(|(x, y)| (((x - left) / side).round() as usize, ((y - top) / side).round() as usize))
        .collect();
    const PIXELS: usize = 4;
    let width = (dark.iter().map(|(x, _)| x + 1).max().unwrap() + 8) * PIXELS;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, width, |x, y| {
        let at = ((x / PIXELS).wrapping_sub(4), (y / PIXELS).wrapping_sub(4));
        if dark.contains(&at) { 0 } else { 255 }
    });
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code on a plate");
    grids[0].decode().unwrap().1
}

#[test]
fn plates_as_pdf_hold_their_text_with_vietnamese_letters() {
    let Served { code, database, .. } = served();
    let plate = ask(&format!("/d/{code}/plate.pdf"));
    assert_eq!((plate.status, plate.header("content-type")), (200, "application/pdf"));
    assert!(plate.body.starts_with(b"%PDF-"));
    let folder = tempfile::tempdir().unwrap();
    let single = folder.path().join("plate.pdf");
    std::fs::write(&single, &plate.body).unwrap();

    let street = database.query(
        "SELECT s.name, u.code, count(*) FROM bandoso.address a JOIN bandoso.street s USING (street_id)
         JOIN bandoso.unit_latest u ON u.unit_id = a.unit_id
         WHERE s.name ~ '[^ -~]'
         GROUP BY 1, 2 HAVING count(*) > 11 ORDER BY 3 LIMIT 1",
    );
    let (street, ward) = (street[0][0].clone().unwrap(), street[0][1].clone().unwrap());
    let sheet = folder.path().join("plates.pdf");
    let log = succeed(&[
        "codes",
        "plates",
        "--source",
        &database.url,
        "--out",
        sheet.to_str().unwrap(),
        "--ward",
        &ward,
        "--street",
        &street,
        "--public-url",
        "https://bando.example.vn/",
    ]);
    assert!(log.contains("plates are drawn"), "{log}");
    let text = text_of(&single);
    assert!(text.contains(code.as_str()), "{text}");
    let text = text_of(&sheet);
    assert!(text.contains(&street), "{street} is not in:\n{text}");
    assert!(text.contains('\u{c}'), "more than one page");
}

/// What poppler reads of a PDF.
fn text_of(file: &Path) -> String {
    let output = Command::new("pdftotext").arg(file).arg("-").output();
    let output = output.expect("pdftotext is there (package poppler-utils; scripts/test installs it)");
    String::from_utf8(output.stdout).unwrap()
}
