use geo::{Area, CoordsIter};
use geo_types::Geometry;
use proptest::prelude::*;

use super::super::open::of_text;
use super::super::{Layer, ReadError, open};
use super::*;

fn layer(text: &str) -> Layer {
    of_text(
        std::io::Cursor::new(text.as_bytes().to_vec()),
        "file",
        0,
        None,
        crate::formats::ReadOptions::default(),
    )
    .unwrap()
}

const TOWN: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Town</name><Style id="s"><LineStyle><width>2</width></LineStyle></Style>
<Folder><name>Đường</name><Folder><name>Hẻm</name>
<Placemark id="p1"><name>Hẻm 12</name><description><![CDATA[<b>3 m</b>]]></description><styleUrl>#s</styleUrl>
<ExtendedData><Data name="code"><displayName>Mã</displayName><value>H12</value></Data><SchemaData schemaUrl="#x"><SimpleData name="width">3.0</SimpleData><SimpleData name="name">other</SimpleData></SchemaData></ExtendedData>
<LineString><coordinates>106.1,11.1,0 106.2,11.2,0
 106.3,11.3,0</coordinates></LineString></Placemark></Folder></Folder>
<NetworkLink><Link><href>other.kml</href></Link></NetworkLink>
<Placemark><MultiGeometry>
<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0,5 4,0,5 4,4,5 0,4,5 0,0,5</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>3, 3, 0 3.5, 3, 0 3.5, 3.5, 0 3, 3, 0</coordinates></LinearRing></innerBoundaryIs></Polygon>
<Polygon><outerBoundaryIs><LinearRing><coordinates>10,10 11,10 11,11 10,10</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark>
<Placemark><name>broken</name><Point><coordinates>106</coordinates></Point></Placemark>
<Placemark><gx:Track><when>2026-01-01</when><gx:coord>106 11 3</gx:coord><gx:coord>107 12 3</gx:coord></gx:Track></Placemark>
<Placemark><name>nowhere</name></Placemark>
</Document></kml>"##;

#[test]
fn placemarks_are_rows_with_their_folders_and_extended_data() {
    let mut read = layer(TOWN);
    let rows: Vec<_> = read.by_ref().map(|row| row.unwrap().content).collect();
    assert_eq!(rows.len(), 5);
    let lane = rows[0].as_ref().unwrap();
    for (column, value) in [
        ("folder", "Đường/Hẻm"),
        ("name", "Hẻm 12"),
        ("description", "<b>3 m</b>"),
        ("code", "H12"),
        ("width", "3.0"),
        ("name_2", "other"),
    ] {
        assert_eq!(lane.text(column).as_deref(), Some(value), "{column}");
    }
    assert!(matches!(&lane.geometry, Some(Geometry::LineString(line)) if line.0.len() == 3));
    let areas = rows[1].as_ref().unwrap();
    assert!(areas.text("folder").is_none(), "the folder is closed");
    assert_eq!(areas.geometry.as_ref().unwrap().unsigned_area(), 16.0 - 0.5 - 0.125 + 0.5);
    assert!(rows[2].as_ref().unwrap_err().contains("fewer than two"));
    assert_eq!(rows[3].as_ref().unwrap().geometry.as_ref().unwrap().coords_count(), 2);
    assert!(rows[4].as_ref().unwrap().geometry.is_none());
    assert_eq!(read.crs(), Some(NamedCrs::Epsg(4326)));
    let remarks: Vec<u64> = read.remarks().into_iter().map(|remark| remark.rows).collect();
    assert_eq!(remarks, [2, 1], "two with heights, one link");
}

#[test]
fn a_kmz_is_its_first_kml_and_a_zip_of_anything_else_is_refused() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let packed = |name: &str, parts: &[(&str, &str)]| {
        let path = folder.path().join(name);
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (name, text) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        path
    };
    let path = packed("town.kmz", &[("files/a.png", "x"), ("doc.kml", TOWN), ("files/other.kml", "<kml/>")]);
    assert_eq!(open(&path).unwrap()[0].by_ref().count(), 5);
    let path = packed("other.zip", &[("a.txt", "x")]);
    assert!(matches!(open(&path), Err(ReadError::NothingToRead)));
    std::fs::write(&path, b"PK\x03\x04 and no more").unwrap();
    assert!(matches!(open(&path), Err(ReadError::DamagedZip)));
}

proptest! {
    #[test]
    fn any_text_ends_in_rows_or_an_error(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<Folder>", "</Folder>", "<name>", "</name>", "<Placemark>", "</Placemark>", "<Point>", "</Point>", "<Polygon>",
            "</Polygon>", "<outerBoundaryIs>", "</outerBoundaryIs>", "<LinearRing>", "</LinearRing>", "<coordinates>",
            "</coordinates>", "1,2 3", ",", " ", "x", "<ExtendedData>", "</ExtendedData>", "<Data name='a'>", "</Data>", "<Track/>",
        ]), 0..60),
    ) {
        let text = format!("<kml>{}", pieces.concat());
        prop_assert!(layer(&text).count() <= text.len());
    }
}
