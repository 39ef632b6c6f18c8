use std::collections::BTreeMap;

use geo::{Area, CoordsIter};
use geo_types::Geometry;
use proptest::prelude::*;

use super::super::open::of_text;
use super::super::{Layer, open};
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

/// A feature with this shape, in a collection of WFS 2.0.
fn collection(shape: &str) -> String {
    format!(
        r#"<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="urn:a">
        <wfs:member><a:Parcel gml:id="p.1"><a:sheet>5</a:sheet><a:geom>{shape}</a:geom></a:Parcel></wfs:member></wfs:FeatureCollection>"#
    )
}

fn shape(text: &str) -> Result<Geometry, String> {
    let row = layer(&collection(text)).next().unwrap().unwrap();
    row.content.map(|content| content.geometry.unwrap())
}

fn corners(geometry: &Geometry) -> Vec<(f64, f64)> {
    geometry.coords_iter().map(|at| (at.x, at.y)).collect()
}

const SQUARE: [(f64, f64); 5] = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)];

#[test]
fn a_square_is_a_square_in_every_version_of_gml() {
    for text in [
        "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>0 0 4 0 4 4 0 4 0 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>",
        "<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>0,0 4,0 4,4 0,4 0,0</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>",
        "<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates decimal=',' cs=' ' ts=';'>0,0 0;4 0;4,0 4,0;0 4;0 0</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>",
        "<gml:Polygon><gml:exterior><gml:LinearRing><gml:pos>0 0</gml:pos><gml:pos>4 0</gml:pos><gml:pos>4 4</gml:pos><gml:pos>0 4</gml:pos><gml:pos>0 0</gml:pos></gml:LinearRing></gml:exterior></gml:Polygon>",
        "<gml:Surface><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:LineStringSegment><gml:posList>0 0 4 0 4 4</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember><gml:curveMember><gml:LineString><gml:posList>4 4 0 4 0 0</gml:posList></gml:LineString></gml:curveMember></gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>",
        "<gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList srsDimension='3'>0 0 7 4 0 7 4 4 7 0 4 7 0 0 7</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface>",
        "<gml:MultiPolygon><gml:polygonMember><gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coord><gml:X>0</gml:X><gml:Y>0</gml:Y></gml:coord><gml:coord><gml:X>4</gml:X><gml:Y>0</gml:Y></gml:coord><gml:coord><gml:X>4</gml:X><gml:Y>4</gml:Y></gml:coord><gml:coord><gml:X>0</gml:X><gml:Y>4</gml:Y></gml:coord><gml:coord><gml:X>0</gml:X><gml:Y>0</gml:Y></gml:coord></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></gml:polygonMember></gml:MultiPolygon>",
        "<gml:CompositeSurface><gml:surfaceMember><gml:OrientableSurface><gml:baseSurface><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>0 0 0 4 0 0 4 4 0 0 4 0 0 0 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:baseSurface></gml:OrientableSurface></gml:surfaceMember></gml:CompositeSurface>",
    ] {
        let geometry = shape(text).unwrap();
        assert!(matches!(geometry, Geometry::Polygon(_)), "{text}");
        assert_eq!(corners(&geometry), SQUARE, "{text}");
    }
}

#[test]
fn points_lines_and_holes_are_read() {
    let point = shape("<gml:Point><gml:pos>106.1 11.2 3</gml:pos></gml:Point>").unwrap();
    assert_eq!(point, Geometry::Point((106.1, 11.2).into()));
    let points = "<gml:MultiPoint><gml:pointMember><gml:Point><gml:pos>1 2</gml:pos></gml:Point></gml:pointMember><gml:pointMembers><gml:Point><gml:pos>3 4</gml:pos></gml:Point></gml:pointMembers></gml:MultiPoint>";
    assert!(matches!(shape(points).unwrap(), Geometry::MultiPoint(all) if all.0.len() == 2));
    let back = "<gml:OrientableCurve orientation='-'><gml:baseCurve><gml:LineString><gml:posList>1 2 3 4</gml:posList></gml:LineString></gml:baseCurve></gml:OrientableCurve>";
    assert_eq!(corners(&shape(back).unwrap()), [(3.0, 4.0), (1.0, 2.0)]);
    let holed = "<gml:Polygon><gml:interior><gml:LinearRing><gml:posList>1 1 2 1 2 2 1 1</gml:posList></gml:LinearRing></gml:interior><gml:exterior><gml:LinearRing><gml:posList>0 0 4 0 4 4 0 4 0 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>";
    assert_eq!(shape(holed).unwrap().unsigned_area(), 15.5);
}

#[test]
fn a_circle_and_arcs_are_made_straight_and_counted_with_dropped_heights() {
    let circle = "<gml:Polygon srsName='EPSG:9210'><gml:exterior><gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:Circle><gml:posList srsDimension='3'>-50 0 9 0 50 9 50 0 9</gml:posList></gml:Circle></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior></gml:Polygon>";
    let mut read = layer(&collection(circle));
    let area_m2 = read.next().unwrap().unwrap().content.unwrap().geometry.unwrap().unsigned_area();
    let true_m2 = std::f64::consts::PI * 2500.0;
    assert!((true_m2 - area_m2).abs() < 0.01 * std::f64::consts::TAU * 50.0, "{area_m2}");
    assert!(read.next().is_none());
    let remarks: Vec<(String, u64)> = read.remarks().into_iter().map(|r| (r.what, r.rows)).collect();
    assert_eq!(remarks.len(), 2, "{remarks:?}");
    assert!(remarks.iter().all(|(_, rows)| *rows == 1));
    let arcs = "<gml:Curve><gml:segments><gml:LineStringSegment><gml:posList>500 0 1000 0</gml:posList></gml:LineStringSegment><gml:ArcString><gml:posList>1000 0 1050 50 1100 0 1150 -50 1200 0</gml:posList></gml:ArcString></gml:segments></gml:Curve>";
    let along = corners(&shape(arcs).unwrap());
    assert_eq!((along[0], along[1], along.last()), ((500.0, 0.0), (1000.0, 0.0), Some(&(1200.0, 0.0))));
    assert!(along.len() > 40 && along.contains(&(1100.0, 0.0)));
}

#[test]
fn what_is_not_read_is_refused_by_name_and_costs_one_row() {
    for (text, word) in [
        ("<gml:Solid><gml:exterior/></gml:Solid>", "Solid"),
        (
            "<gml:Curve><gml:segments><gml:CubicSpline><gml:posList>0 0 1 1</gml:posList></gml:CubicSpline></gml:segments></gml:Curve>",
            "CubicSpline",
        ),
        ("<gml:MultiSurface><gml:surfaceMember xlink:href='#p2'/></gml:MultiSurface>", "by reference"),
        ("<gml:Point><gml:pos>1 x</gml:pos></gml:Point>", "not a number"),
        ("<gml:Point><gml:pos>inf 1</gml:pos></gml:Point>", "not a number"),
        (
            "<gml:LineString><gml:posList srsDimension='2'>1 2 3</gml:posList></gml:LineString>",
            "positions of 2",
        ),
        (
            "<gml:Polygon><gml:interior><gml:LinearRing><gml:posList>0 0 1 0 1 1 0 0</gml:posList></gml:LinearRing></gml:interior></gml:Polygon>",
            "no outer ring",
        ),
    ] {
        let problem = shape(text).unwrap_err();
        assert!(problem.contains(word), "{text}: {problem}");
    }
}

#[test]
fn columns_are_local_names_and_those_within_others_have_a_dot() {
    let text = r##"<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"><gml:boundedBy><gml:Box srsName="http://www.opengis.net/gml/srs/epsg.xml#9210"><gml:coordinates>0,0 1,1</gml:coordinates></gml:Box></gml:boundedBy>
        <gml:featureMembers><x:Road fid="r1"><x:name> Lê Lợi </x:name><x:class code="2"><x:value>KV</x:value></x:class><x:kind xlink:href="#k3"/><x:alias>A</x:alias><x:alias>B</x:alias><x:empty/>
        <x:line><gml:LineString><gml:coordinates>1,2 3,4</gml:coordinates></gml:LineString></x:line></x:Road><x:Road/></gml:featureMembers></gml:FeatureCollection>"##;
    let mut read = layer(text);
    let content = read.next().unwrap().unwrap().content.unwrap();
    for (column, value) in [
        ("gml_id", Some("r1")),
        ("name", Some("Lê Lợi")),
        ("class.value", Some("KV")),
        ("kind", Some("#k3")),
        ("alias", Some("A; B")),
        ("empty", None),
    ] {
        assert_eq!(content.text(column).as_deref(), value, "{column}");
    }
    assert_eq!(read.crs(), Some(NamedCrs::Epsg(9210)), "the box around all names it");
    assert!(read.next().unwrap().unwrap().content.unwrap().geometry.is_none());
    assert!(read.next().is_none());
}

#[test]
fn latitude_first_by_the_letter_is_left_as_it_stands_and_remarked() {
    let mut read = layer(&collection(
        "<gml:Point srsName='urn:ogc:def:crs:EPSG::4326'><gml:pos>11 106</gml:pos></gml:Point>",
    ));
    let content = read.next().unwrap().unwrap().content.unwrap();
    assert_eq!(corners(&content.geometry.unwrap()), [(11.0, 106.0)]);
    assert!(read.remarks()[0].what.contains("latitude first"));
}

#[test]
fn a_shape_in_another_system_than_those_before_it_is_refused() {
    let point = |code: u32| {
        format!("<m:member><m:P><g:Point srsName='EPSG:{code}'><g:pos>1 2</g:pos></g:Point></m:P></m:member>")
    };
    let text =
        format!("<FeatureCollection>{}{}{}</FeatureCollection>", point(9210), point(9209), point(9210));
    let sound: Vec<bool> = layer(&text).map(|row| row.unwrap().content.is_ok()).collect();
    assert_eq!(sound, [true, false, true]);
}

#[test]
fn answers_within_an_answer_are_read_as_one() {
    let inner = "<member><FeatureCollection><member><a:A/></member><member><a:B/></member></FeatureCollection></member>";
    let mut read = layer(&format!("<FeatureCollection>{inner}{inner}</FeatureCollection>"));
    assert_eq!(read.by_ref().map(|row| row.unwrap().number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(read.remarks()[0].rows, 2, "two of another type");
}

#[test]
fn what_a_server_says_instead_of_data_is_passed_on() {
    let text = "<ows:ExceptionReport><ows:Exception><ows:ExceptionText>Unknown namespace</ows:ExceptionText></ows:Exception></ows:ExceptionReport>";
    let refused = |text: &str| {
        of_text(
            std::io::Cursor::new(text.as_bytes().to_vec()),
            "file",
            0,
            None,
            crate::formats::ReadOptions::default(),
        )
        .err()
        .unwrap()
    };
    assert!(matches!(refused(text), ReadError::ServerSays(said) if said == "Unknown namespace"));
    assert!(
        matches!(refused("<html><body/></html>"), ReadError::Foreign(page) if page.to_string().contains("web page"))
    );
    assert!(matches!(refused("<svg/>"), ReadError::UnknownXml(root) if root == "svg"));
}

/// The one real Vietnamese sheet: its counts and areas as the list of test data has them.
#[test]
fn the_parcels_of_a_land_office_are_all_read() {
    let Some(data) = std::env::var_os("BANDOSO_TEST_DATA") else {
        eprintln!("BANDOSO_TEST_DATA is not set: real parcels were not read");
        return;
    };
    let path = std::path::Path::new(&data).join("cadastre/parcels_9218.gml.gz");
    let mut layers = open(&path).unwrap();
    let rows: Vec<Content> = layers[0].by_ref().map(|row| row.unwrap().content.unwrap()).collect();
    assert_eq!(rows.len(), 129);
    assert_eq!(layers[0].crs(), Some(NamedCrs::Epsg(9218)));
    assert!(layers[0].remarks().is_empty());
    let mut uses = BTreeMap::new();
    for row in &rows {
        assert_eq!(row.text("maXa").as_deref(), Some("24121"));
        *uses.entry(row.text("mucDichSuDung").unwrap().into_owned()).or_insert(0) += 1;
    }
    assert_eq!(uses.len(), 11, "{uses:?}");
    // 13 parcels are drawn otherwise than recorded by more than half a square metre
    let differs = |row: &&Content| {
        let recorded_m2: f64 = row.text("dienTich").unwrap().parse().unwrap();
        (row.geometry.as_ref().unwrap().unsigned_area() - recorded_m2).abs() > 0.5
    };
    assert_eq!(rows.iter().filter(differs).count(), 13);
    // GDAL 3.6: SELECT SUM(OGR_GEOM_AREA)
    let sum_m2: f64 = rows.iter().map(|row| row.geometry.as_ref().unwrap().unsigned_area()).sum();
    assert!((sum_m2 - 88_295.261_962).abs() < 1e-3, "{sum_m2}");
    let eastings_m: Vec<f64> =
        rows.iter().flat_map(|row| row.geometry.as_ref().unwrap().coords_iter().map(|at| at.x)).collect();
    assert!(eastings_m.len() > 500 && eastings_m.iter().all(|x| (457_000.0..459_000.0).contains(x)));
}

/// Pieces GML is made of, so that chance makes files that go deep.
fn pieces() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "FeatureCollection",
        "member",
        "featureMembers",
        "a",
        "Polygon",
        "exterior",
        "interior",
        "LinearRing",
        "Ring",
        "curveMember",
        "Curve",
        "segments",
        "Arc",
        "Circle",
        "posList",
        "pos",
        "coordinates",
        "Point",
        "boundedBy",
        "Envelope",
        "MultiSurface",
        "surfaceMember",
        "OrientableCurve",
        "baseCurve",
    ]);
    let piece = prop_oneof![
        names.clone().prop_map(|name| format!("<{name}>")),
        names.clone().prop_map(|name| format!("</{name}>")),
        names.prop_map(|name| format!(
            "<{name} srsDimension='3' srsName='EPSG:9' href='#x' cs='é' decimal=','/>"
        )),
        "[0-9 .,-]{0,12}",
        prop::sample::select(vec![
            "&lt;",
            "&x;",
            "&#0;",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<!DOCTYPE a>",
            "\u{fffd}"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_ends_in_rows_or_an_error(text in pieces()) {
        let text = format!("<FeatureCollection><member>{text}");
        let read = layer(&text).count();
        prop_assert!(read <= text.len());
    }

    #[test]
    fn any_bytes_after_the_first_end_in_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [b"<".as_slice(), &bytes].concat();
        if let Ok(layer) = of_text(std::io::Cursor::new(bytes.clone()), "file", 0, None, crate::formats::ReadOptions::default()) {
            prop_assert!(layer.count() <= bytes.len());
        }
    }
}
