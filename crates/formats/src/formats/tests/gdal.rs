//! GDAL as the second opinion: the lines this room tells people to type are typed, and what they make is counted.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output};

use super::{ReadError, open};

const TWO_PARCELS: &str = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3405"}},"features":[
{"type":"Feature","properties":{"ten":"a"},"geometry":{"type":"Polygon","coordinates":[[[500000,1200000],[500100,1200000],[500100,1200100],[500000,1200000]]]}},
{"type":"Feature","properties":{"ten":"b"},"geometry":{"type":"Polygon","coordinates":[[[500200,1200000],[500300,1200000],[500300,1200100],[500200,1200000]]]}}]}"#;

/// Runs a line of a shell in a folder.
pub fn run(folder: &Path, line: &str) -> String {
    let output: Output = Command::new("sh").args(["-c", line]).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !said.contains("not found"),
        "ogr2ogr is there (package gdal-bin; scripts/test installs it): {said}"
    );
    assert!(output.status.success(), "{line}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The line in the sentence about a file.
fn line(path: &Path) -> String {
    let Err(ReadError::Foreign(foreign)) = open(path) else { panic!("{}", path.display()) };
    foreign.ogr2ogr().unwrap_or_else(|| panic!("{foreign}"))
}

fn features(folder: &Path, file: &str) -> usize {
    let layers = run(folder, &format!("ogrinfo -ro -so -al {file}"));
    let counts = layers.lines().filter_map(|line| line.strip_prefix("Feature Count: "));
    counts.map(|count| count.parse::<usize>().unwrap()).sum()
}

#[test]
fn the_line_for_each_format_makes_a_geopackage_of_all_its_features() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("in.geojson"), TWO_PARCELS).unwrap();
    for (driver, name) in [
        ("MapInfo File", "ranh.tab"),
        ("MapInfo File", "thua_dat.mif"),
        ("DXF", "ban ve.dxf"),
        ("DGN", "dc5.dgn"),
        ("OpenFileGDB", "du_lieu.gdb"),
        ("FlatGeobuf", "fgb.fgb"),
    ] {
        // drawings have no columns
        let columns = if matches!(driver, "DXF" | "DGN") { "-select ''" } else { "" };
        run(folder, &format!("ogr2ogr -f '{driver}' {columns} '{name}' in.geojson"));
        let line = line(&folder.join(name));
        run(folder, &line);
        let made =
            line.split("GPKG ").nth(1).unwrap().split(".gpkg").next().unwrap().trim_start_matches('\'');
        assert_eq!(features(folder, &format!("'{made}.gpkg'")), 2, "{line}");
    }
}

#[test]
fn the_line_for_a_geodatabase_or_table_in_a_zip_works_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("in.geojson"), TWO_PARCELS).unwrap();
    for (driver, name) in [("MapInfo File", "ranh.tab"), ("OpenFileGDB", "du_lieu.gdb")] {
        run(folder, &format!("mkdir -p goi && ogr2ogr -f '{driver}' goi/{name} in.geojson"));
        let files = crate::formats::files::Files::of_folder(folder).unwrap();
        let packed: Vec<(String, Vec<u8>)> = files
            .members
            .iter()
            .filter(|member| member.path.starts_with("goi/"))
            .map(|member| (member.path.clone(), bytes(member)))
            .collect();
        let packed: Vec<(&str, &[u8])> = packed.iter().map(|(name, bytes)| (&**name, &**bytes)).collect();
        std::fs::write(folder.join("goi.zip"), super::made::zip(&packed)).unwrap();
        let line = line(&folder.join("goi.zip"));
        assert!(line.contains("/vsizip/goi.zip/goi/"), "{line}");
        run(folder, &line);
        let made = name.split('.').next().unwrap();
        assert_eq!(features(folder, &format!("{made}.gpkg")), 2, "{line}");
        run(folder, "rm -r goi goi.zip");
    }
}

fn bytes(member: &crate::formats::files::Member) -> Vec<u8> {
    let mut bytes = Vec::new();
    member.open().unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}
