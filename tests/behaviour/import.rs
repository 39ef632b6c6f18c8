//! Importing files into a migrated database: every row accounted for, bad input refused in words,
//! PostGIS as the second opinion.

mod coordinates;
mod real_parcels;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::support::{Cluster, Database, Server, block_on, test_data};
use bandoso::import::{FileReport, ImportError, Job, Kind, Mode, Report, import};
use bandoso::schema;

/// A database with our schema and the country's units and codes.
fn migrated() -> Database {
    static MIGRATED: OnceLock<Database> = OnceLock::new();
    Cluster::shared().copy_of(MIGRATED.get_or_init(migrate))
}

fn migrate() -> Database {
    let database = Cluster::shared().fresh_database();
    let address = database.url.parse().unwrap();
    block_on(|| async {
        schema::migrate(&address).await.unwrap();
        schema::seed_reference(&address).await.unwrap();
    });
    database
}

fn job(database: &Database, files: &[PathBuf]) -> Job {
    Job {
        files: files.to_vec(),
        into: database.url.parse().unwrap(),
        source: "test".to_owned(),
        is_public: true,
        ..Job::default()
    }
}

fn run(job: &Job) -> Result<Report, ImportError> {
    let report = block_on(|| import(job, |_| {}))?;
    println!("{report}");
    for file in &report.files {
        assert_eq!(file.read, file.loaded + file.refused_count(), "a row was lost in {}", file.file);
    }
    Ok(report)
}

/// Imports one small file.
fn run_text(
    database: &Database,
    text: impl AsRef<[u8]>,
    change: impl FnOnce(&mut Job),
) -> Result<FileReport, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "file.txt", text);
    let mut job = job(database, &[file]);
    change(&mut job);
    run(&job).map(|mut report| report.files.remove(0))
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::File::create(&path).unwrap().write_all(text.as_ref()).unwrap();
    path
}

fn reasons(report: &FileReport) -> Vec<(&str, u64)> {
    report.refused.iter().map(|(reason, group)| (reason.as_str(), group.count)).collect()
}

fn polygon(properties: &str, coordinates: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{coordinates}]}}}}\n"
    )
}

const SQUARE: &str = "[[106.1,11.2],[106.2,11.2],[106.2,11.3],[106.1,11.3],[106.1,11.2]]";

#[test]
fn good_rows_are_loaded_and_each_bad_one_is_refused_in_words() {
    let database = migrated();
    let text = [
        polygon(r#""ward_code":"25630""#, SQUARE),
        polygon(r#""ward_code":"99999""#, SQUARE),
        polygon(r#""ward_code":"25630""#, SQUARE),
        polygon(r#""ward_code":"25645""#, "[[11.2,106.1],[11.2,106.2],[11.3,106.2],[11.2,106.1]]"),
        polygon(r#""ward_code":"25645""#, ""),
        polygon(r#""ward_code":null"#, SQUARE),
        "{\"type\":\"Feature\",\"properties\":{\"ward_code\":\"25645\"},\"geometry\":null}\n".to_owned(),
        polygon(
            r#""ward_code":"25633""#,
            "[[106.1,11.2],[106.2,11.3],[106.2,11.2],[106.1,11.3],[106.1,11.2]]",
        ),
    ]
    .concat();
    let report = run_text(&database, text, |_| {}).unwrap();
    assert_eq!((report.kind, report.read, report.loaded), (Kind::Units, 8, 2));
    let reasons = reasons(&report);
    for part in ["not in the list", "twice", "swapped", "empty geometry", "no unit code", "no geometry"] {
        assert!(
            reasons.iter().any(|(reason, count)| reason.contains(part) && *count == 1),
            "{part}: {reasons:?}"
        );
    }
    assert!(report.notes.keys().any(|note| note.contains("repaired")));
    assert_eq!(database.value("SELECT count(*) FROM bandoso.unit_area"), "2");
    assert_eq!(database.value("SELECT bool_and(ST_IsValid(geom)) FROM bandoso.unit_area"), "t");
    let bow_tie = "SELECT round((ST_Area(a.geom) / 0.005)::numeric, 6) FROM bandoso.unit_area a JOIN bandoso.unit_current USING (unit_id) WHERE code = '25633'";
    assert_eq!(database.value(bow_tie), "1.000000");
}

#[test]
fn a_check_writes_nothing_and_a_second_import_replaces_only_when_told_to() {
    let database = migrated();
    let text = polygon(r#""ward_code":"25630""#, SQUARE);
    let count = || database.value("SELECT count(*) FROM bandoso.unit_area");
    run_text(&database, &text, |job| job.is_check = true).unwrap();
    assert_eq!(count(), "0");
    run_text(&database, &text, |_| {}).unwrap();
    let again = run_text(&database, &text, |_| {}).unwrap_err();
    assert!(again.to_string().contains("--mode"), "{again}");
    run_text(&database, &text, |job| job.mode = Some(Mode::Replace)).unwrap();
    assert_eq!((count(), database.value("SELECT count(*) FROM bandoso.dataset")), ("1".into(), "1".into()));
}

#[test]
fn files_that_cannot_be_read_whole_change_nothing_and_say_why() {
    let database = migrated();
    let fault = |text: &[u8]| run_text(&database, text, |_| {}).unwrap_err().to_string();
    let good = polygon(r#""ward_code":"25630""#, SQUARE);
    assert!(fault(format!("{good}{}", &good[..40]).as_bytes()).contains("cut off after feature 1"));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(good.repeat(5000).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert!(fault(&packed[..packed.len() / 2]).contains("gzip"));
    assert!(fault(b"a,b\n1,2\n").contains("--as"));
    assert!(fault(b"m\x00\x01,b\n1,2\n").contains("UTF-8"));
    assert!(fault(b"").contains("empty"));
    assert!(fault(b"number,x,y\n1,557000,1250000\n").contains("--crs"));
    assert_eq!(database.value("SELECT count(*) FROM bandoso.dataset"), "0");
}

#[test]
fn vn_2000_parcels_are_where_postgis_puts_them_and_keep_what_was_measured() {
    let database = migrated();
    let parcel = |sheet: &str, number: &str, uses: &str, coordinates: &str| {
        let properties = format!(
            r#""maXa":"25630","soHieuToBanDo":{sheet},"soThuTuThua":{number},"loaiDat":"{uses}","dienTich":"2.159,6","chuSoHuu":"secret""#
        );
        polygon(&properties, coordinates)
    };
    let square = "[[557000,1250000],[557500,1250000],[557500,1250500],[557000,1250500],[557000,1250000]]";
    let text = [
        parcel("7", "12", "ONT+CLN", square),
        parcel("7", "13", "XYZ", square),
        parcel("null", "14", "ONT", square),
        parcel("7", "15", "ONT", "[[1250000,557000],[1250500,557000],[1250500,557500],[1250000,557000]]"),
        parcel("7", "16", "ONT", "[[106.1,11.2],[106.2,11.2],[106.2,11.3],[106.1,11.2]]"),
    ]
    .concat();
    let load = |job: &mut Job| {
        job.crs = Some(bandoso::geometry::EpsgCode(9209));
        job.mode = Some(Mode::Replace);
        job.codes_of = time::Date::from_calendar_date(2025, time::Month::June, 30).ok();
    };
    let report = run_text(&database, &text, load).unwrap();
    assert_eq!((report.kind, report.loaded), (Kind::Parcels, 2));
    assert!(
        report.notes.keys().any(|note| note.contains("land-use code is not known")),
        "{:?}",
        report.notes
    );
    let reasons = reasons(&report);
    for part in ["no sheet", "swapped", "outside"] {
        assert!(
            reasons.iter().any(|(reason, _)| reason.to_lowercase().contains(part)),
            "{part}: {reasons:?}"
        );
    }
    assert_eq!(report.left_out, ["chuSoHuu"], "an owner's column is not read");
    let row = database.query(
        "SELECT p.sheet, p.number, p.uses::text, p.registered_area_m2, s.valid_to, ST_SRID(p.geom_src), ST_NPoints(p.geom_src), ST_NPoints(p.geom),
                round(ST_Distance(p.geom, ST_Transform(p.geom_src, 4326))::numeric, 9),
                round(ST_Area(p.geom_src)::numeric, 3)
         FROM bandoso.parcel p JOIN bandoso.unit s ON s.unit_id = p.survey_unit_id
         ORDER BY p.number",
    );
    let row: Vec<&str> = row[0].iter().map(|v| v.as_deref().unwrap_or("NULL")).collect();
    assert_eq!(
        row,
        ["7", "12", "{ONT,CLN}", "2159.6", "2025-07-01", "9209", "5", "13", "0.000000000", "250000.000"]
    );
    let id = database.value("SELECT parcel_id FROM bandoso.parcel WHERE number = '12'");
    let more = [parcel("7", "11", "ONT", square), text].concat();
    run_text(&database, more, load).unwrap();
    let kept = database.value("SELECT parcel_id FROM bandoso.parcel WHERE number = '12'");
    assert_eq!(kept, id, "a parcel loaded anew keeps its id");
}

#[test]
fn a_zip_of_shapefiles_that_gdal_wrote_is_loaded_layer_by_layer() {
    let folder = tempfile::tempdir().unwrap();
    let parcel = |sheet: u32, number: u32, note: &str, holes: &str| {
        let properties = format!(
            r#""maXa":"25630","soTo":"{sheet}","soThua":"{number}","loaiDat":"ONT","dienTich":2500.0,"ghiChu":"{note}""#
        );
        let square = "[[557000,1250000],[557050,1250000],[557050,1250050],[557000,1250050],[557000,1250000]]";
        polygon(&properties, &format!("{square}{holes}"))
    };
    let hole = ",[[557010,1250010],[557010,1250020],[557020,1250020],[557020,1250010],[557010,1250010]]";
    for (name, sheet) in [("to_7", 7), ("TO_8", 8)] {
        let parcels = [parcel(sheet, 12, "Đất ở nông thôn", ""), parcel(sheet, 13, "Đất trồng lúa", hole)];
        write(folder.path(), &format!("{name}.geojsonl"), parcels.concat());
    }
    let line = "for sheet in to_7 TO_8; do mkdir $sheet; ogr2ogr -f 'ESRI Shapefile' $sheet/$sheet.shp $sheet.geojsonl -a_srs EPSG:9209 -nlt POLYGONZ -lco ENCODING=UTF-8; done
        mv TO_8/TO_8.shp TO_8/TO_8.SHP && rm TO_8/TO_8.shx TO_8/TO_8.cpg && python3 -m zipfile -c goi.zip to_7 TO_8";
    let made = std::process::Command::new("sh").args(["-ec", line]).current_dir(folder.path()).output();
    let made = made.unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "ogr2ogr is there (package gdal-bin; scripts/test installs it): {said}");
    let database = migrated();
    let mut job = job(&database, &[folder.path().join("goi.zip")]);
    job.crs = Some(bandoso::geometry::EpsgCode(9209));
    job.codes_of = time::Date::from_calendar_date(2025, time::Month::June, 30).ok();
    let report = run(&job).unwrap();
    let files: Vec<_> =
        report.files.iter().map(|file| (file.file.as_str(), file.kind, file.loaded)).collect();
    assert_eq!(files, [("goi.zip:TO_8", Kind::Parcels, 2), ("goi.zip:to_7", Kind::Parcels, 2)]);
    for file in &report.files {
        assert!(file.notes.keys().any(|note| note.contains("heights (Z)")), "{:?}", file.notes);
    }
    let areas = database.value(
        "SELECT string_agg(DISTINCT number || ' ' || round(ST_Area(geom_src)::numeric), ', ') FROM bandoso.parcel",
    );
    assert_eq!(areas, "12 2500, 13 2400");
}

#[test]
fn a_table_of_addresses_finds_wards_and_streets_by_place() {
    let database = migrated();
    run_text(&database, polygon(r#""ward_code":"25630""#, SQUARE), |job| job.name = Some("wards".into()))
        .unwrap();
    let street = r#"{"type":"Feature","properties":{"name":"Đường Hùng Vương"},"geometry":{"type":"LineString","coordinates":[[106.12,11.25],[106.18,11.25]]}}"#;
    run_text(&database, street, |job| job.name = Some("streets".into())).unwrap();
    let table = "\u{feff}Số nhà;Đường;lat;lon;chủ hộ\n16;hung vuong;11,2501;106,15;secret\n18;Lê Lợi;11.25;106.15;secret\n;;11.25;106.15;secret\n20;Hùng Vương;;;secret\n22;Hùng Vương;12.5;106.15;secret\n24;Hùng Vương;abc;106.15;secret\n";
    let report = run_text(&database, table, |_| {}).unwrap();
    assert_eq!((report.kind, report.read, report.loaded), (Kind::Addresses, 6, 2));
    assert_eq!(report.left_out, ["chủ hộ"]);
    let found = database.query(
        "SELECT a.number, s.name, u.code FROM bandoso.address a JOIN bandoso.unit_current u USING (unit_id)
         JOIN bandoso.street s USING (street_id) ORDER BY a.number",
    );
    let found: Vec<_> =
        found.iter().map(|r| r.iter().map(|v| v.as_deref().unwrap_or("NULL")).collect::<Vec<_>>()).collect();
    assert_eq!(found, [["16", "Hùng Vương", "25630"], ["18", "Lê Lợi", "25630"]]);
}

#[test]
fn the_verbs_print_the_account_and_a_check_fails_where_rows_would_be_refused() {
    let database = migrated();
    let folder = tempfile::tempdir().unwrap();
    let good = polygon(r#""ward_code":"25630""#, SQUARE);
    let text = format!("{good}{}", polygon(r#""ward_code":"99999""#, SQUARE));
    let file = write(folder.path(), "wards.geojsonl", text);
    let file = file.to_str().unwrap();
    let (code, report, _) = Server::run(&["check", file, "--into", &database.url]);
    assert_eq!(code, 1);
    assert!(
        report.contains("2 rows read, 1 would load, 1 refused") && report.contains("row 2 (99999)"),
        "{report}"
    );
    let (code, report, log) = Server::run(&["import", file, "--into", &database.url]);
    assert_eq!(code, 0, "{log}");
    assert!(report.contains("2 rows read, 1 loaded, 1 refused"), "{report}");
    assert_eq!(database.value("SELECT count(*) FROM bandoso.unit_area"), "1");
}

#[test]
fn zones_come_as_one_plan_that_covers_them() {
    let database = migrated();
    let text = [
        polygon(r#""maDoiTuong":"ODT","tenDoiTuong":"Đất ở""#, SQUARE),
        polygon(
            r#""maDoiTuong":"CLN""#,
            "[[106.2,11.2],[106.3,11.2],[106.3,11.3],[106.2,11.3],[106.2,11.2]]",
        ),
        polygon(r#""maDoiTuong":"""#, SQUARE),
    ]
    .concat();
    assert!(matches!(run_text(&database, &text, |_| {}), Err(ImportError::In { .. })), "a plan needs a name");
    let report = run_text(&database, &text, |job| job.plan.name = Some("Quy hoạch 2030".into())).unwrap();
    assert_eq!((report.loaded, report.refused_count()), (2, 1));
    let plan = "SELECT count(*) || ' ' || round(ST_Area(p.geom)::numeric, 6) FROM bandoso.plan p JOIN bandoso.plan_zone USING (plan_id) GROUP BY p.geom";
    assert_eq!(database.value(plan), "2 0.020000");
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn the_country_s_wards_conversion_table_and_real_addresses_are_all_accounted_for() {
    let data = test_data();
    let database = migrated();
    let wards = data.join("admin/wards_all_simplified.geojson.gz");
    let conversion = data.join("admin/ward_conversion_2025.csv.gz");
    let addresses = data.join("addresses/addresses_vn.csv.gz");
    let report = run(&job(&database, &[wards, conversion, addresses])).unwrap();
    let [wards, links, doors] = report.files.as_slice() else { panic!("three files") };
    assert_eq!((wards.kind, wards.read, wards.loaded), (Kind::Units, 3321, 3321));
    assert_eq!((links.kind, links.read, links.loaded), (Kind::Links, 10_565, 10_565));
    assert_eq!((doors.kind, doors.read, doors.loaded), (Kind::Addresses, 13_648, 12_092));
    let by_name = doors.notes.iter().find(|(note, _)| note.contains("known by name only"));
    let streets = database.value("SELECT count(*) FROM bandoso.street WHERE geom IS NULL");
    assert_eq!(by_name.map(|(_, group)| group.count.to_string()), Some(streets));
    assert_eq!(database.value("SELECT count(*) FROM bandoso.unit_area"), "3321");
    assert_eq!(database.value("SELECT count(*) FROM bandoso.address"), doors.loaded.to_string());
    let elsewhere = database.value(
        "SELECT count(*) FROM bandoso.address d JOIN bandoso.unit_area a USING (unit_id) WHERE NOT ST_Covers(a.geom, d.geom)",
    );
    println!("addresses outside the simplified shape of their ward: {elsewhere}");
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn unsimplified_wards_one_feature_a_line_replace_the_simplified_ones() {
    let data = test_data();
    let database = migrated();
    let simple = data.join("admin/wards_all_simplified.geojson.gz");
    let full = data.join("admin/wards_full_all.geojsonl.gz");
    let report = run(&job(&database, &[simple, full])).unwrap();
    assert_eq!((report.files[1].read, report.files[1].loaded), (3321, 3321));
    let vertices: u64 =
        database.value("SELECT sum(ST_NPoints(geom)) FROM bandoso.unit_area").parse().unwrap();
    assert!(vertices > 7_000_000, "{vertices}");
}

#[test]
fn codes_of_units_that_are_no_more_are_asked_about_and_never_taken_for_todays() {
    let database = migrated();
    let parcel = |ward: &str| {
        polygon(&format!(r#""maXa":"{ward}","soHieuToBanDo":1,"soThuTuThua":1,"loaiDat":"ONT""#), SQUARE)
    };
    // 25618 ended with the reform, 25645 is a ward of today too
    let text = [parcel("25618"), parcel("25645")].concat();
    let asked = run_text(&database, &text, |_| {}).unwrap_err().to_string();
    assert!(asked.contains("25618 on 2025-07-01") && asked.contains("--codes-of 2025-06-30"), "{asked}");
    assert_eq!(database.value("SELECT count(*) FROM bandoso.parcel"), "0");
    let before =
        |job: &mut Job| job.codes_of = time::Date::from_calendar_date(2025, time::Month::June, 30).ok();
    assert_eq!(run_text(&database, &text, before).unwrap().loaded, 2);
}
