//! VN-2000 definitions as well-known text, for files and databases that do not know them.
//!
//! The datum shift is EPSG operation 6960 (Decision 05/2007/QĐ-BTNMT). TOWGS84 turns positions
//! (position vector), the decision turns the frame: the rotations change their sign.

use crate::geometry::{EpsgCode, VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM};

/// A coordinate system's name and definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// `VN-2000 / TM-3 105-30`
    pub name: String,
    /// OGC well-known text, version 1.
    pub wkt: String,
}

/// The definition of a TM-3 zone; `None` for other systems.
pub fn definition(code: EpsgCode) -> Option<Definition> {
    let meridian = central_meridian(code)?;
    let epsg = code.0;
    let minutes = (meridian.fract() * 60.0) as u32;
    let name = format!("VN-2000 / TM-3 {}-{minutes:02}", meridian.trunc());
    let wkt = format!(
        r#"PROJCS["{name}",GEOGCS["VN-2000",DATUM["Vietnam_2000",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],TOWGS84[-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278],AUTHORITY["EPSG","6756"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4756"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{meridian}],PARAMETER["scale_factor",0.9999],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","{epsg}"]]"#
    );
    Some(Definition { name, wkt })
}

/// `province_code,epsg`.
const MERIDIANS_OF_PROVINCES: &str = include_str!("../../../../data/units/vn2000_meridians.csv");

/// The VN-2000 / TM-3 system of a province's own maps today; `None` for a code that is no province's. A file
/// may be in another one: its system is never taken from here.
pub fn provincial_system(province_code: &str) -> Option<EpsgCode> {
    let mut rows = MERIDIANS_OF_PROVINCES.lines().filter_map(|line| line.split_once(','));
    rows.find(|(code, _)| *code == province_code).and_then(|(_, epsg)| epsg.parse().ok()).map(EpsgCode)
}

/// Central meridian of a TM-3 system in degrees east.
pub fn central_meridian(system: EpsgCode) -> Option<f64> {
    VN2000_MERIDIANS.iter().find(|(known, _)| *known == system).map(|(_, meridian)| *meridian)
}

/// A plane system as people name it: `VN-2000 KTT 105°30′`, `VN-2000 UTM 48`; `EPSG:…` for any other.
pub fn system_name(system: EpsgCode) -> String {
    let meridian_of = |systems: &[(EpsgCode, f64)]| {
        systems.iter().find(|(known, _)| *known == system).map(|(_, meridian)| *meridian)
    };
    let zone =
        |meridian: f64| format!("UTM {:.0}, KTT {}", (meridian + 183.0) / 6.0, meridian_words(meridian));
    let (three, six) = (meridian_of(&VN2000_MERIDIANS), meridian_of(&VN2000_UTM));
    match (three, six, meridian_of(&WGS84_UTM)) {
        (Some(meridian), ..) => format!("VN-2000 KTT {}", meridian_words(meridian)),
        (_, Some(meridian), _) => format!("VN-2000 {}", zone(meridian)),
        (.., Some(meridian)) => format!("WGS 84 {}", zone(meridian)),
        _ => system.to_string(),
    }
}

/// A meridian in degrees and minutes: `105°30′`.
pub fn meridian_words(meridian: f64) -> String {
    format!("{}°{:02.0}′", meridian.trunc(), meridian.fract() * 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_named_by_its_meridian_in_degrees() {
        for (system, name) in [
            (9209, "VN-2000 KTT 105°30′"),
            (5897, "VN-2000 KTT 105°00′"),
            (3405, "VN-2000 UTM 48, KTT 105°00′"),
            (32649, "WGS 84 UTM 49, KTT 111°00′"),
            (4326, "EPSG:4326"),
        ] {
            assert_eq!(system_name(EpsgCode(system)), name);
        }
    }

    #[test]
    fn every_province_of_today_has_a_system_with_a_known_meridian() {
        let provinces = include_str!("../../../../data/units/provinces.csv").lines().skip(1);
        let codes: Vec<&str> = provinces.filter_map(|line| line.split(',').next()).collect();
        assert_eq!(codes.len(), 34);
        for code in codes {
            assert!(provincial_system(code).and_then(central_meridian).is_some(), "{code}");
        }
        assert_eq!(provincial_system("80").and_then(central_meridian), Some(105.75));
        assert_eq!(provincial_system("province_code"), None);
    }
}
