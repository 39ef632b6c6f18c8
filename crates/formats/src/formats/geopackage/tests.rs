use std::path::{Path, PathBuf};

use geo::{Area, Euclidean, Length};
use geo_types::Geometry;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use super::super::{Content, NamedCrs, open};
use super::*;

/// Runs statements on a new file, which stays open as another program would hold it.
fn written(folder: &Path, statements: &str) -> (PathBuf, SqliteConnection) {
    let path = folder.join("town.gpkg");
    let options =
        SqliteConnectOptions::new().filename(&path).create_if_missing(true).disable_statement_logging();
    let connection = connection::wait(async {
        let mut connection = options.connect().await.map_err(|e| connection::damaged(&e))?;
        let run = sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut connection).await;
        run.map_err(|e| connection::damaged(&e))?;
        Ok(connection)
    });
    (path, connection.unwrap())
}

const LISTS: &str = "
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES (9210, 'epsg', 9210, 'x'), (100000, 'NONE', 1, 'PROJCS[\"VN2000\"]'), (0, 'NONE', 0, 'undefined');
    INSERT INTO gpkg_contents VALUES ('Thửa', 'features'), ('notes', 'attributes'), ('air', 'tiles'), ('own', 'features');
    INSERT INTO gpkg_geometry_columns VALUES ('Thửa', 'Shape', 9210), ('own', 'g', 100000);
    CREATE TABLE Thửa (OBJECTID INTEGER PRIMARY KEY, Shape POLYGON, name TEXT, area DOUBLE, ratio FLOAT, n INTEGER, raw BLOB);
    INSERT INTO Thửa VALUES (7, x'47500001fa23000001010000000000000000005a400000000000002640', 'Đất ở', 120.0, 2.299999952316284, 12, x'00');
    INSERT INTO Thửa (OBJECTID, name) VALUES (9, 'NULL');
    INSERT INTO Thửa VALUES (11, x'4750', CAST(x'c4' AS TEXT), 1, 1, 1, NULL), (12, x'4750', 'a', 1, 1, 1, NULL);
    CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('a');
    CREATE TABLE own (fid INTEGER PRIMARY KEY, g POINT);";

#[test]
fn every_listed_table_is_a_layer_with_its_values_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _open) = written(folder.path(), LISTS);
    let mut layers = open(&path).unwrap();
    let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["Thửa", "notes", "own"]);
    assert_eq!(layers[0].crs(), Some(NamedCrs::Epsg(9210)));
    assert_eq!(layers[1].crs(), None);
    assert_eq!(layers[2].crs(), Some(NamedCrs::Text("PROJCS[\"VN2000\"]".to_owned())));
    let rows: Vec<_> = layers[0].by_ref().map(|row| row.unwrap()).collect();
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [7, 9, 11, 12]);
    let first = rows[0].content.as_ref().unwrap();
    for (column, value) in [
        ("OBJECTID", Some("7")),
        ("name", Some("Đất ở")),
        ("area", Some("120")),
        ("ratio", Some("2.3")),
        ("n", Some("12")),
        ("raw", None),
        ("Shape", None),
    ] {
        assert_eq!(first.text(column).as_deref(), value, "{column}");
    }
    assert_eq!(first.geometry, Some(Geometry::Point((104.0, 11.0).into())));
    assert!(rows[1].content.as_ref().unwrap().text("name").is_none());
    assert!(rows[2].content.as_ref().unwrap_err().contains("UTF-8"));
    assert!(rows[3].content.as_ref().unwrap_err().contains("damaged"));
    let remarks: Vec<_> = layers[0].remarks().into_iter().map(|remark| (remark.what, remark.rows)).collect();
    assert_eq!(remarks.len(), 2, "bytes left out, and tiles: {remarks:?}");
    assert_eq!(layers[1].by_ref().count(), 1);
}

#[test]
fn rows_another_program_has_only_in_its_log_are_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _open) = written(folder.path(), &format!("PRAGMA journal_mode = wal; {LISTS}"));
    assert!(crate::database::has_changes_in_log(&path), "the other program has not written them back");
    assert_eq!(open(&path).unwrap()[0].by_ref().count(), 4);
}

#[test]
fn a_database_that_is_no_geopackage_or_is_damaged_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _open) = written(folder.path(), "CREATE TABLE a (b)");
    assert!(matches!(open(&path), Err(ReadError::NoGeoPackage)));
    let broken = folder.path().join("broken.gpkg");
    std::fs::write(&broken, [b"SQLite format 3\0".as_slice(), &[7; 3000]].concat()).unwrap();
    assert!(matches!(open(&broken), Err(ReadError::GeoPackage(_))));
}

#[test]
fn layers_are_read_where_futures_already_run() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _open) = written(folder.path(), LISTS);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(async { open(&path).unwrap()[0].by_ref().count() }), 4);
}

/// A file of the test data, and its layers' names with the contents of each.
fn real(file: &str) -> Option<Vec<(String, Vec<Content>, Layer)>> {
    let Some(data) = std::env::var_os("BANDOSO_TEST_DATA") else {
        eprintln!("BANDOSO_TEST_DATA is not set: {file} was not read");
        return None;
    };
    let read = |mut layer: Layer| {
        let rows = layer.by_ref().map(|row| row.unwrap().content.unwrap()).collect();
        (layer.name.clone().unwrap(), rows, layer)
    };
    Some(open(&Path::new(&data).join(file)).unwrap().into_iter().map(read).collect())
}

fn counts(layers: &[(String, Vec<Content>, Layer)]) -> Vec<(&str, usize)> {
    let mut counts: Vec<_> = layers.iter().map(|(name, rows, _)| (name.as_str(), rows.len())).collect();
    counts.sort_unstable();
    counts
}

#[test]
fn the_layers_of_real_packages_have_the_rows_their_list_says() {
    let Some(french) = real("cadastre/france_cadastre_sample.gpkg.gz") else { return };
    assert_eq!(
        counts(&french),
        [
            ("BATIMENT", 491),
            ("COMMUNE", 9),
            ("LIEUDIT", 42),
            ("NUMVOIE", 112),
            ("PARCELLE", 900),
            ("SECTION", 9),
            ("SUBDSECT", 9),
            ("TRONROUTE", 18),
            ("ZONCOMMUNI", 87),
        ]
    );
    assert!(french.iter().all(|(_, _, layer)| layer.crs() == Some(NamedCrs::Epsg(2154))));
    let Some(swiss) = real("cadastre/swiss_av_curves_sample.gpkg.gz") else { return };
    assert_eq!(
        counts(&swiss),
        [("boflaeche", 125), ("hausnummerpos", 25), ("liegenschaft", 34), ("strassenstueck", 53)]
    );
    // how many rows have arcs, and the area in all, as GDAL 3.6 has them
    for (name, curved, area_m2) in [("boflaeche", 55, 950_394.120_6), ("liegenschaft", 2, 950_393.836_3)] {
        let (_, rows, layer) = swiss.iter().find(|(known, ..)| known == name).unwrap();
        let remarks = layer.remarks();
        assert_eq!(remarks.iter().map(|remark| remark.rows).collect::<Vec<_>>(), [curved], "{name}");
        let shapes = || rows.iter().map(|row| row.geometry.as_ref().unwrap());
        let sum_m2: f64 = shapes().map(Area::unsigned_area).sum();
        let edges_m: f64 = shapes().map(edges_m).sum();
        assert!(
            (sum_m2 - area_m2).abs() < 0.01 * edges_m && (sum_m2 - area_m2).abs() < 1.0,
            "{name}: {sum_m2}"
        );
    }
}

/// The length of all outer rings.
fn edges_m(shape: &Geometry) -> f64 {
    match shape {
        Geometry::Polygon(area) => Euclidean.length(area.exterior()),
        Geometry::MultiPolygon(areas) => areas.iter().map(|area| Euclidean.length(area.exterior())).sum(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_planning_package_is_read_with_its_curves_within_a_centimetre() {
    let file = |name: &str| format!("planning/CSDL_QHPK_HoaThanh_HuCau/HoSoGIS/{name}.gpkg");
    let Some(plan) = real(&file("QuyHoach")) else { return };
    assert_eq!(
        counts(&plan),
        [
            ("ChiGioiDuongDo_L", 8),
            ("ChiGioiXayDung_L", 3),
            ("ChucNangSuDungDat_A", 14),
            ("CongtrinhCapNuocPCCC_P", 2),
            ("HanhLangAnToan_L", 2),
            ("MangLuoiGiaoThongDuongBo_L", 3),
            ("MatCatNgang_L", 2),
            ("PhanKhuQuyHoach_A", 2),
            ("PhanOQuyHoach_A", 6),
            ("RanhGioiQuyHoach_A", 1),
        ]
    );
    assert!(plan.iter().all(|(.., layer)| layer.crs() == Some(NamedCrs::Epsg(9210))));
    let (_, zones, layer) = plan.iter().find(|(name, ..)| name == "ChucNangSuDungDat_A").unwrap();
    let curved: Vec<u64> = layer.remarks().iter().map(|remark| remark.rows).collect();
    assert_eq!(curved, [3], "a lake, the village around it, a park");
    // the recorded areas are those of the curves; one zone was recorded wrong on purpose
    let differs = |zone: &&Content| {
        let shape = zone.geometry.as_ref().unwrap();
        let recorded_m2: f64 = zone.text("dienTich").unwrap().parse().unwrap();
        (shape.unsigned_area() - recorded_m2).abs() > 0.01 * edges_m(shape)
    };
    let wrong: Vec<_> = zones.iter().filter(differs).map(|zone| zone.text("maDoiTuong").unwrap()).collect();
    assert_eq!(wrong, ["PK1-DV-01"]);
    // the lake lies in the hole of the village, and the circle has the same corners from both sides
    let area_m2 = |code: &str| {
        let zone = zones.iter().find(|zone| zone.text("maDoiTuong").as_deref() == Some(code)).unwrap();
        zone.geometry.as_ref().unwrap().unsigned_area()
    };
    assert!((area_m2("PK1-LX-01") + area_m2("PK1-HO-01") - 171_600.0).abs() < 1e-6);
    let Some(present) = real(&file("HienTrang")) else { return };
    assert!(present.iter().all(|(_, rows, _)| rows.iter().all(|row| row.text("OBJECTID").is_some())));
    assert!(present.iter().all(|(_, rows, _)| rows.iter().all(|row| row.geometry.is_some())));
    let Some(marks) = real(&file("MocGioi")) else { return };
    assert_eq!(
        counts(&marks),
        [("MocGioiQuyHoach_A", 1), ("MocGioiQuyHoach_L", 1), ("MocGioiQuyHoach_P", 5)]
    );
    let slipped = marks.iter().find(|(name, ..)| name.ends_with("_L")).unwrap();
    assert!(slipped.1[0].text("MAHOSOQH").is_some(), "names of columns as the file has them");
}
