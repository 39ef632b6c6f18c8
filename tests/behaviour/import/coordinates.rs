//! The coordinate system of a file: named in any form, tested against the wards its rows name, never guessed.

use super::*;
use bandoso::geometry::{EpsgCode, LngLat, Projector, VN2000_MERIDIANS};

const SQUARES: usize = 90;

/// Squares of 50 m within [`SQUARE`], as a land office writes them in a system of metres; `order` puts a corner down.
fn parcels(system: u32, ward: &str, order: fn(f64, f64) -> String) -> Vec<String> {
    let projector = Projector::new(EpsgCode(system)).unwrap();
    let square = |i: usize| {
        let at = LngLat { lng: 106.11 + 0.008 * (i % 10) as f64, lat: 11.21 + 0.008 * (i / 10) as f64 };
        let (x, y) = projector.point(at).unwrap();
        let corners = [(0.0, 0.0), (50.0, 0.0), (50.0, 50.0), (0.0, 50.0), (0.0, 0.0)];
        let corners = corners.map(|(east, north)| order(x + east, y + north)).join(",");
        let properties =
            format!(r#""maXa":"{ward}","soHieuToBanDo":7,"soThuTuThua":{},"loaiDat":"ONT""#, i + 1);
        polygon(&properties, &format!("[{corners}]"))
    };
    (0..SQUARES).map(square).collect()
}

fn east_first(east: f64, north: f64) -> String {
    format!("[{east:.4},{north:.4}]")
}

fn north_first(east: f64, north: f64) -> String {
    format!("[{north:.4},{east:.4}]")
}

fn collection(features: &[String], members_behind: &str) -> String {
    let features: Vec<&str> = features.iter().map(|feature| feature.trim_end()).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]{members_behind}}}"#, features.join(","))
}

fn with_a_ward() -> Database {
    let database = migrated();
    let ward = polygon(r#""ward_code":"25630""#, SQUARE);
    run_text(&database, ward, |job| job.name = Some("wards".into())).unwrap();
    database
}

fn sentence_with(report: &FileReport, part: &str) -> bool {
    report.coordinates.iter().any(|sentence| sentence.contains(part))
}

fn parcels_in(database: &Database) -> String {
    database.value("SELECT count(*) FROM bandoso.parcel")
}

/// How many parcels lie in the square of their ward, by PostGIS.
fn parcels_in_the_ward(database: &Database) -> String {
    database.value(
        "SELECT count(*) FROM bandoso.parcel p, bandoso.unit_area a
         WHERE ST_Contains(a.geom, ST_Transform(p.geom_src, 4326)) AND ST_Contains(a.geom, p.geom)",
    )
}

#[test]
fn a_meridian_that_puts_rows_outside_their_ward_is_refused_with_the_one_that_fits() {
    let database = with_a_ward();
    let text = parcels(9209, "25630", east_first).concat();
    for wrong in [9210, 9208, 9212, 3405] {
        let refused =
            run_text(&database, &text, |job| job.crs = Some(EpsgCode(wrong))).unwrap_err().to_string();
        let expected = format!(
            "90 of 90 rows lie outside the ward they name in EPSG:{wrong}; EPSG:9209 fits 90: give --crs 9209"
        );
        assert!(refused.ends_with(&expected), "{refused}");
        assert_eq!(parcels_in(&database), "0");
    }
    let loaded = run_text(&database, &text, |job| job.crs = Some(EpsgCode(9209))).unwrap();
    assert!(sentence_with(&loaded, "in EPSG:9209, 90 of 90 rows lie in the ward they name"), "{loaded:?}");
    assert_eq!(parcels_in_the_ward(&database), "90");
    let forced = run_text(&database, &text, |job| {
        (job.crs, job.allows_outside) = (Some(EpsgCode(9210)), true);
        (job.mode, job.allows_removal) = (Some(Mode::Replace), true);
    });
    assert!(sentence_with(&forced.unwrap(), "0 of 90 rows lie in the ward they name"));
}

#[test]
fn single_rows_outside_their_ward_are_counted_and_an_old_ward_is_all_it_went_to() {
    let database = with_a_ward();
    let before_the_reform = time::Date::from_calendar_date(2025, time::Month::June, 30).unwrap();
    // Long Thành Bắc went into Long Hoa as a whole
    let mut rows = parcels(9209, "25636", east_first);
    let elsewhere = "[[600000,1300000],[600050,1300000],[600050,1300050],[600000,1300050],[600000,1300000]]";
    rows.push(polygon(r#""maXa":"25636","soHieuToBanDo":8,"soThuTuThua":1,"loaiDat":"ONT""#, elsewhere));
    let load = |job: &mut Job| (job.crs, job.codes_of) = (Some(EpsgCode(9209)), Some(before_the_reform));
    let report = run_text(&database, rows.concat(), load).unwrap();
    assert_eq!(report.loaded, 91);
    assert!(sentence_with(&report, "90 of 91 rows lie in the ward they name"), "{:?}", report.coordinates);
}

#[test]
fn where_no_ward_has_a_shape_it_is_said_that_nothing_was_checked() {
    let database = migrated();
    let text = parcels(9209, "25630", east_first).concat();
    let report = run_text(&database, &text, |job| job.crs = Some(EpsgCode(9210))).unwrap();
    assert_eq!(report.loaded, 90);
    assert!(sentence_with(&report, "was not checked"), "{:?}", report.coordinates);
}

#[test]
fn a_file_without_a_system_is_refused_with_the_one_that_fits_and_never_guessed() {
    let database = with_a_ward();
    let fault = |text: &str, crs: Option<u32>| {
        run_text(&database, text, |job| job.crs = crs.map(EpsgCode)).unwrap_err().to_string()
    };
    let proposal = "EPSG:9209 puts 90 of 90 rows into the ward they name: give --crs 9209";
    let text = collection(&parcels(9209, "25630", east_first), "");
    assert!(fault(&text, None).contains(proposal), "{}", fault(&text, None));
    let swapped = collection(&parcels(9209, "25630", north_first), "");
    assert!(fault(&swapped, None).contains(proposal));
    assert!(fault(&text, Some(4326)).contains(proposal), "metres are no degrees, whoever says so");
    let utm = collection(&parcels(32648, "25630", east_first), "");
    let utm = fault(&utm, None);
    let all = ["EPSG:3405 and EPSG:32648", "put 90 of 90 rows", "a few hundred metres apart"];
    assert!(all.iter().all(|part| utm.contains(part)), "{utm}");
    let mut table = "Số nhà,ward_code,x,y\n".to_owned();
    let projector = Projector::new(EpsgCode(9209)).unwrap();
    for i in 0..20 {
        let (x, y) = projector.point(LngLat { lng: 106.12, lat: 11.21 + 0.001 * f64::from(i) }).unwrap();
        table.push_str(&format!("{i},25630,{x:.3},{y:.3}\n"));
    }
    assert!(fault(&table, None).contains("EPSG:9209 puts 20 of 20 rows"), "{}", fault(&table, None));
    let nowhere = table.replace("ward_code", "khac");
    assert!(fault(&nowhere, None).contains("20 of 20 rows into a ward"), "{}", fault(&nowhere, None));
}

#[test]
fn every_meridian_is_found_by_the_wards() {
    let database = with_a_ward();
    for (system, meridian) in VN2000_MERIDIANS {
        let text = parcels(system.0, "25630", east_first).concat();
        let refused = run_text(&database, &text, |_| {}).unwrap_err().to_string();
        // on the meridian of a zone of 6° its neighbours fit as well
        let is_alone = refused.contains(&format!("{system} puts 90 of 90 rows into the ward they name"));
        let is_listed =
            refused.contains(&system.to_string()) && refused.contains("a few hundred metres apart");
        assert!(is_alone || (meridian == 105.0 && is_listed), "{system}: {refused}");
    }
}

#[test]
fn the_system_a_collection_names_is_used_in_every_form_and_place() {
    let database = with_a_ward();
    let features = parcels(9209, "25630", east_first);
    for name in [
        "urn:ogc:def:crs:EPSG::9209",
        "URN:OGC:DEF:CRS:EPSG:9.8.6:9209",
        "http://www.opengis.net/def/crs/EPSG/0/9209",
    ] {
        let crs = format!(r#", "crs": {{"type":"name","properties":{{"name":"{name}"}}}}"#);
        let report = run_text(&database, collection(&features, &crs), |job| {
            (job.mode, job.allows_removal) = (Some(Mode::Replace), true)
        })
        .unwrap();
        assert_eq!(report.loaded, 90, "{name}");
        assert_eq!(parcels_in_the_ward(&database), "90", "{name}");
    }
    let crs = r#", "crs": {"type":"name","properties":{"name":"VN2000 của tỉnh"}}"#;
    let refused = run_text(&database, collection(&features, crs), |_| {}).unwrap_err().to_string();
    assert!(refused.contains("“VN2000 của tỉnh” is not known") && refused.contains("--crs"), "{refused}");
    let other = r#", "crs": {"type":"name","properties":{"name":"EPSG:9210"}}"#;
    let report = run_text(&database, collection(&features, other), |job| {
        job.crs = Some(EpsgCode(9209));
        (job.mode, job.allows_removal) = (Some(Mode::Replace), true);
    });
    assert!(sentence_with(&report.unwrap(), "the file names EPSG:9210; EPSG:9209 was given"));
}

#[test]
fn degrees_of_vn_2000_are_not_those_of_wgs_84() {
    let database = with_a_ward();
    let square = "[[106.15,11.25],[106.151,11.25],[106.151,11.251],[106.15,11.251],[106.15,11.25]]";
    let feature = polygon(r#""maXa":"25630","soHieuToBanDo":7,"soThuTuThua":1,"loaiDat":"ONT""#, square);
    let crs = r#","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4756"}}"#;
    run_text(&database, collection(&[feature], crs), |_| {}).unwrap();
    let row = database.query(
        "SELECT round(ST_Distance(ST_StartPoint(ST_ExteriorRing(ST_GeometryN(geom, 1)))::geography, ST_MakePoint(106.15, 11.25)::geography)),
                ST_HausdorffDistance(geom, ST_Transform(geom_src, 4326)) < 1e-8, ST_SRID(geom_src)
         FROM bandoso.parcel",
    );
    let row: Vec<&str> = row[0].iter().map(|value| value.as_deref().unwrap_or("NULL")).collect();
    assert_eq!(row[1..], ["t", "4756"], "PostGIS agrees");
    assert!((215.0..235.0).contains(&row[0].parse::<f64>().unwrap()), "{row:?}");
}

#[test]
fn a_file_that_writes_the_northing_first_is_read_so_and_says_so() {
    let database = with_a_ward();
    let text = parcels(9209, "25630", north_first).concat();
    let report = run_text(&database, &text, |job| job.crs = Some(EpsgCode(9209))).unwrap();
    assert_eq!((report.loaded, parcels_in_the_ward(&database).as_str()), (90, "90"));
    assert!(sentence_with(&report, "northings come first"), "{:?}", report.coordinates);
    let old = parcels(5897, "25630", north_first).concat();
    let report = run_text(&database, &old, |job| {
        (job.crs, job.mode, job.allows_removal) = (Some(EpsgCode(6957)), Some(Mode::Replace), true)
    })
    .unwrap();
    assert_eq!((report.loaded, parcels_in_the_ward(&database).as_str()), (90, "90"));
    assert!(sentence_with(&report, "those of EPSG:5897"), "{:?}", report.coordinates);
    assert_eq!(database.value("SELECT DISTINCT ST_SRID(geom_src) FROM bandoso.parcel"), "5897");
}

#[test]
fn proj_itself_says_nothing_in_the_log() {
    let database = migrated();
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "wards.geojsonl", polygon(r#""ward_code":"25630""#, SQUARE));
    let file = file.to_str().unwrap();
    let (code, _, log) = Server::run(&["import", file, "--crs", "999999", "--into", &database.url]);
    assert!(code != 0 && log.contains("EPSG:999999"), "{log}");
    assert!(!log.contains("proj_create"), "PROJ has to be built with scripts/proj.cmake as it is now: {log}");
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn real_boreholes_hold_utm_and_degrees_in_the_same_columns() {
    let database = migrated();
    let mut job = job(&database, &[test_data().join("town/boreholes_500.geojson.gz")]);
    job.kind = Some(Kind::Landmarks);
    job.map = vec![("name".to_owned(), "toadox".to_owned())];
    let report = run(&job).unwrap();
    let found = &report.files[0].coordinates;
    for part in ["toadox, toadoy", "EPSG:32648 in 240 rows (at most 0.00", "EPSG:4326 in 260 rows"] {
        assert!(found.iter().any(|sentence| sentence.contains(part)), "{part}: {found:?}");
    }
}
