//! VN-2000 definitions as well-known text, for files and databases that do not know them.
//!
//! The datum shift is EPSG operation 6960 (Decision 05/2007/QĐ-BTNMT). TOWGS84 turns positions
//! (position vector), the decision turns the frame: the rotations change their sign.

use crate::geometry::{EpsgCode, VN2000_MERIDIANS};

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

#[cfg(test)]
mod tests {
    use super::*;

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
