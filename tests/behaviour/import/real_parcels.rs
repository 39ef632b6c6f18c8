//! The sheet of a land office in the three forms it is handed on in: GML, a shapefile in UTF-8, a shapefile in TCVN3 whose
//! every number is a double.

use super::*;

/// What is known of a parcel, without what names its dataset.
const ROWS: &str = "SELECT string_agg(concat_ws(' ', d.name, sheet, number, uses, round(registered_area_m2::numeric, 1), survey_unit_id, unit_id,
        round(ST_Area(geom_src)::numeric, 2), ST_SRID(geom_src)), E'\\n' ORDER BY sheet, number, ST_Area(geom_src))
    FROM bandoso.parcel p JOIN bandoso.dataset d USING (dataset_id) WHERE d.name = ";

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn gml_and_both_shapefiles_of_one_sheet_are_the_same_129_parcels() {
    let database = migrated();
    let forms = [
        ("gml", "cadastre/parcels_9218.gml.gz"),
        ("utf8", "cadastre/parcels_9218_shp.zip"),
        ("tcvn3", "cadastre/parcels_9218_tcvn3_shp.zip"),
    ];
    let rows = forms.map(|(name, file)| {
        let file = test_data().join(file);
        let arguments = ["import", file.to_str().unwrap(), "--as", "parcels", "--crs", "9218"];
        let more = ["--codes-of", "2025-06-30", "--name", name, "--into", &database.url];
        let (code, report, log) = Server::run(&[&arguments[..], &more[..]].concat());
        assert_eq!(code, 0, "{name}: {report}{log}");
        assert!(report.contains("129 rows read, 129 loaded, 0 refused"), "{report}");
        assert!(report.contains("8 × the registered area differs from the drawn one"), "{report}");
        database.value(&format!("{ROWS}'{name}'")).replace(name, "")
    });
    assert_eq!(rows[0].lines().count(), 129);
    assert_eq!(rows[0], rows[1]);
    assert_eq!(rows[0], rows[2]);
    assert!(rows[0].contains("{ODT,CLN}"), "several uses of one parcel: {}", rows[0]);
}
