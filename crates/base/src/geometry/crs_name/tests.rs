use super::super::{VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM};
use super::*;

fn system(text: &str) -> Option<EpsgCode> {
    system_named(text).ok().map(|named| named.system)
}

fn doubts(text: &str) -> Vec<SystemDoubt> {
    system_named(text).unwrap().doubts
}

/// As ArcGIS and, but for the names, MapInfo write it.
fn esri(datum: &str, meridian: f64, scale: f64) -> String {
    format!(
        r#"PROJCS["VN_2000",GEOGCS["GCS",DATUM["{datum}",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian:?}],PARAMETER["Scale_Factor",{scale:?}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
    )
}

fn with_shift(datum: &str, shift: &str) -> String {
    esri(datum, 105.75, 0.9999).replace("298.257223563]", &format!("298.257223563],TOWGS84[{shift}]"))
}

#[test]
fn every_way_to_write_a_code_is_that_code() {
    for name in [
        "9209",
        "EPSG:9209",
        " epsg:9209 ",
        "EPSG::9209",
        "urn:ogc:def:crs:EPSG::9209",
        "URN:OGC:DEF:CRS:EPSG::9209",
        "urn:ogc:def:crs:EPSG:9.8.6:9209",
        "urn:x-ogc:def:crs:EPSG:9209",
        "urn:ogc:def:crs,crs:EPSG::9209,crs:EPSG::5773",
        "http://www.opengis.net/def/crs/EPSG/0/9209",
        "https://www.opengis.net/def/crs/epsg/10.0/9209/",
        "http://www.opengis.net/gml/srs/epsg.xml#9209",
        "http://spatialreference.org/ref/epsg/9209/proj4/",
    ] {
        assert_eq!(system(name), Some(EpsgCode(9209)), "{name}");
    }
    for name in [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "OGC:CRS84",
        "crs84",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/OGC/0/CRS84h",
        "EPSG:4979",
    ] {
        assert_eq!(system(name), Some(EpsgCode::WGS84), "{name}");
    }
    assert_eq!(
        system("urn:ogc:def:crs:EPSG::4756"),
        Some(EpsgCode::VN2000),
        "degrees of VN-2000 are not WGS 84"
    );
}

#[test]
fn what_names_no_system_is_refused_by_its_name() {
    for (text, name) in [
        ("", ""),
        ("VN2000", "VN2000"),
        ("EPSG:", "EPSG:"),
        ("105.75", "105.75"),
        ("48", "48"),
        ("OGC:CRS27", "OGC:CRS27"),
        (r#"LOCAL_CS["bản vẽ"]"#, "bản vẽ"),
        (
            r#"GEOGCS["GCS_Hanoi_1972",DATUM["D_Hanoi_1972",SPHEROID["Krasovsky_1940",6378245.0,298.3]]]"#,
            "GCS_Hanoi_1972",
        ),
    ] {
        assert_eq!(system_named(text), Err(UnknownSystem { name: name.to_owned() }), "{text}");
    }
}

#[test]
fn every_zone_is_told_from_its_parameters_without_a_code() {
    for (code, meridian) in VN2000_MERIDIANS {
        for datum in ["D_Vietnam_2000", "D_VN_2000", "VN-2000", "Vietnam 2000"] {
            assert_eq!(
                system_named(&esri(datum, meridian, 0.9999)),
                Ok(NamedSystem { system: code, doubts: vec![] })
            );
        }
    }
    for (code, meridian) in VN2000_UTM {
        assert_eq!(system(&esri("D_VN_2000", meridian, 0.9996)), Some(code));
    }
    for (code, meridian) in WGS84_UTM {
        assert_eq!(system(&esri("D_WGS_1984", meridian, 0.9996)), Some(code));
    }
    assert_eq!(system(&esri("D_VN_2000", 106.1, 0.9999)), None, "no zone has this meridian");
    assert_eq!(system(&esri("D_VN_2000", 105.0, 0.9998)), None);
}

#[test]
fn a_text_that_says_wgs_84_with_a_vn_2000_meridian_is_vn_2000_and_said_so() {
    let text = esri("D_WGS_1984", 105.75, 0.9999);
    assert_eq!(system(&text), Some(EpsgCode(9210)));
    assert_eq!(doubts(&text), [SystemDoubt::DatumIsWgs84(EpsgCode(9210))]);
    let shifted = with_shift(
        "D_WGS_1984",
        "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278",
    );
    assert_eq!(doubts(&shifted), [], "the shift says what the name does not");
}

#[test]
fn copied_signs_and_other_shifts_are_recognised() {
    let copied = "-191.90441429,-39.30318279,-111.45032835,-0.00928836,0.01975479,-0.00427372,0.252906278";
    let older = "-192.873,-39.382,-111.202,-0.00205,-0.0005,0.00335,0.0188";
    for (shift, expected) in [
        (copied, vec![SystemDoubt::CopiedRotations]),
        (older, vec![SystemDoubt::OtherShift]),
        ("0,0,0,0,0,0,0", vec![SystemDoubt::OtherShift]),
        ("-191.904,-39.303,-111.450,0.0093,-0.0198,0.0043,0.2529", vec![]),
    ] {
        let text = with_shift("VN_2000", shift);
        assert_eq!(
            system_named(&text),
            Ok(NamedSystem { system: EpsgCode(9210), doubts: expected.clone() }),
            "{shift}"
        );
        let proj = format!(
            "+proj=tmerc +lat_0=0 +lon_0=105.75 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84={shift} +units=m +no_defs"
        );
        if shift != "0,0,0,0,0,0,0" {
            assert_eq!(
                system_named(&proj),
                Ok(NamedSystem { system: EpsgCode(9210), doubts: expected }),
                "{shift}"
            );
        }
    }
    assert_eq!(system(&with_shift("D_Indian_1960", "198,881,317,0,0,0,0")), None);
}

#[test]
fn a_code_and_a_description_that_differ_are_read_as_described() {
    let text = esri("D_VN_2000", 105.75, 0.9999);
    let coded = |code: &str| format!(r#"{},AUTHORITY["EPSG","{code}"]]"#, &text[..text.len() - 1]);
    assert_eq!(doubts(&coded("9210")), []);
    let (code, described) = (EpsgCode(9209), EpsgCode(9210));
    assert_eq!(doubts(&coded("9209")), [SystemDoubt::CodeContradicted { code, described }]);
    let french = r#"PROJCS["RGF93 v1 / Lambert-93",GEOGCS["RGF93 v1",DATUM["RGF93",SPHEROID["GRS 1980",6378137,298.257222101]]],PROJECTION["Lambert_Conformal_Conic_2SP"],UNIT["metre",1],AUTHORITY["EPSG","2154"]]"#;
    assert_eq!(system(french), Some(EpsgCode(2154)));
}

#[test]
fn compound_and_bound_systems_are_their_horizontal_part() {
    let text = esri("D_VN_2000", 105.75, 0.9999);
    assert_eq!(
        system(&format!(r#"COMPD_CS["both",{text},VERT_CS["EGM96",VERT_DATUM["EGM96",2005]]]"#)),
        Some(EpsgCode(9210))
    );
    let bound = format!(
        r#"BOUNDCRS[SOURCECRS[{text}],TARGETCRS[GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]]]],ABRIDGEDTRANSFORMATION["shift",METHOD["Position Vector transformation (geog2D domain)"],PARAMETER["X-axis translation",-191.90441429],PARAMETER["Y-axis translation",-39.30318279],PARAMETER["Z-axis translation",-111.45032835],PARAMETER["X-axis rotation",-0.00928836],PARAMETER["Y-axis rotation",0.01975479],PARAMETER["Z-axis rotation",-0.00427372],PARAMETER["Scale difference",1.000000252906278]]]"#
    );
    assert_eq!(
        system_named(&bound),
        Ok(NamedSystem { system: EpsgCode(9210), doubts: vec![SystemDoubt::CopiedRotations] })
    );
    let frame = bound.replace("Position Vector transformation", "Coordinate Frame rotation");
    assert_eq!(doubts(&frame), [], "in the coordinate frame's convention these are the right signs");
}

#[test]
#[ignore = "needs projinfo of PROJ 9.1.1 or later"]
fn what_proj_writes_of_every_zone_leads_back_to_it() {
    let old = EXCHANGED_ORIGINS.map(|(old, _)| (old, 0.0));
    let geographic = [(EpsgCode::VN2000, 0.0), (EpsgCode::WGS84, 0.0)];
    let systems = [&VN2000_MERIDIANS[..], &VN2000_UTM, &WGS84_UTM, &old, &geographic].concat();
    for (code, _) in systems {
        for form in ["WKT1_ESRI", "WKT1_GDAL", "WKT2:2015", "WKT2:2019"] {
            let output = std::process::Command::new("projinfo")
                .args([&code.to_string(), "-q", "--single-line", "-o", form])
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.len() > 100, "{code} {form}: {text}");
            assert_eq!(
                system_named(&text),
                Ok(NamedSystem { system: code, doubts: vec![] }),
                "{form}: {text}"
            );
        }
    }
}
