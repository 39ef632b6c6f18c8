//! Every shapefile of the real test data: as many rows as its README says, and the same texts and shapes as GDAL reads.

use std::path::PathBuf;

use geo_types::Geometry;
use serde_json::Value;

use super::gdal::run;
use super::{Given, read_all};

/// Zip, layer, rows, columns.
const FILES: [(&str, &str, usize, usize); 8] = [
    ("cadastre/parcels_9218_shp.zip", "Thua_Dat", 129, 6),
    ("cadastre/parcels_9218_tcvn3_shp.zip", "THUADAT", 129, 6),
    ("town/street_light_cables_shp.zip", "KCHT_Chieu_Sang_ChieuSang", 325, 20),
    ("town/water_pipes_shp.zip", "DuongOngCapNuoc", 288, 16),
    ("town/tall_buildings_shp.zip", "NhaCaoTang", 125, 15),
    ("town/wards_hanoi_2023_shp.zip", "PhuongXa", 284, 11),
    ("town/boreholes_240_shp.zip", "HoKhoan", 240, 30),
    ("town/binh_dinh_points_shp.zip", "Binh_Dinh", 25, 5),
];

fn file(name: &str) -> PathBuf {
    let folder =
        std::env::var_os("BANDOSO_TEST_DATA").expect("BANDOSO_TEST_DATA names the folder of real data");
    PathBuf::from(folder).join(name)
}

fn read(name: &str) -> Given {
    let mut layers = read_all(&file(name)).unwrap();
    assert_eq!(layers.len(), 1, "{name}");
    layers.remove(0)
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn every_real_shapefile_has_the_rows_its_description_says() {
    for (name, layer, rows, columns) in FILES {
        let given = read(name);
        assert_eq!((given.name.as_deref(), given.rows.len()), (Some(layer), rows), "{name}");
        assert!((0..rows).all(|i| given.geometry(i).is_some()), "{name}");
        assert_eq!(given.content(0).columns().len(), columns, "{name}");
    }
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn the_real_parcels_have_their_numbers_and_letters() {
    let given = read("cadastre/parcels_9218_shp.zip");
    assert_eq!(given.text(0, "SOHIEUTOBA").as_deref(), Some("5.0"));
    assert!((0..129).any(|i| given.text(i, "GHICHU").as_deref() == Some("Đất ở tại đô thị")));
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn gdal_reads_the_same_shapes_and_the_same_texts_of_ascii() {
    let mut compared = 0;
    for (name, layer, rows, _) in FILES {
        let given = read(name);
        let folder = tempfile::tempdir().unwrap();
        // without an index GDAL reads nothing, so it makes one
        run(
            folder.path(),
            &format!("python3 -m zipfile -e '{}' .", file(name).canonicalize().unwrap().display()),
        );
        let line = "ogr2ogr --config SHAPE_RESTORE_SHX YES -f GeoJSON -lco COORDINATE_PRECISION=17 -lco RFC7946=NO \
                    -oo ENCODING=ISO-8859-1 /vsistdout/ *.[sS][hH][pP]";
        let theirs: Value = serde_json::from_str(&run(folder.path(), line)).unwrap();
        let theirs = theirs["features"].as_array().unwrap();
        assert_eq!(theirs.len(), rows, "{layer}");
        for (i, feature) in theirs.iter().enumerate() {
            let shape = geojson_points(&feature["geometry"]["coordinates"]);
            let ours = given.geometry(i).unwrap();
            assert_eq!(points(ours), shape, "{layer}, row {}", i + 1);
            for (column, value) in feature["properties"].as_object().unwrap() {
                let Value::String(text) = value else { continue };
                if text.is_ascii() && given.content(i).columns().contains(column) {
                    let ours = given.text(i, column).unwrap_or_default();
                    let theirs = text.trim().trim_matches('\0');
                    assert!(ours == theirs || is_day(theirs), "{layer}, row {}, {column}", i + 1);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 3_000, "{compared} texts compared");
}

/// Days are written with strokes there.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.as_bytes()[4] == b'/'
}

/// All numbers of coordinates, sorted, since the order of rings is free.
fn geojson_points(coordinates: &Value) -> Vec<[f64; 2]> {
    fn collect(value: &Value, into: &mut Vec<[f64; 2]>) {
        match value.as_array().map(Vec::as_slice) {
            Some([Value::Number(x), Value::Number(y), ..]) => {
                into.push([x.as_f64().unwrap(), y.as_f64().unwrap()]);
            }
            Some(values) => values.iter().for_each(|value| collect(value, into)),
            None => {}
        }
    }
    let mut found = Vec::new();
    collect(coordinates, &mut found);
    sorted(found)
}

fn points(geometry: &Geometry) -> Vec<[f64; 2]> {
    sorted(geo::CoordsIter::coords_iter(geometry).map(|at| [at.x, at.y]).collect())
}

/// To a ten-millionth: the reader of JSON here is off by the last bit.
fn sorted(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let mut points: Vec<[f64; 2]> = points.iter().map(|at| at.map(|number| (number * 1e7).round())).collect();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points
}
