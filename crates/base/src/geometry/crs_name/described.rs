//! Which EPSG system a description means: its datum, and the parameters of its projection. Files of QGIS, ArcGIS and
//! MapInfo describe a system without its code, and drawing programs give VN-2000 the datum WGS 84.
//!
//! Known are VN-2000 with all its zones and WGS 84 with UTM; what else a Vietnamese town might meet names its code.

use super::super::{EpsgCode, VN2000_MERIDIANS, VN2000_UTM};
use super::{NamedSystem, SystemDoubt};

/// A coordinate system in parameters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Described {
    /// As written, of the datum and of the system around it.
    pub datum_names: Vec<String>,
    /// Shift to WGS 84: three metres, three rotations in seconds (position vector), parts per million.
    pub shift: Option<[f64; 7]>,
    /// None where the coordinates are degrees.
    pub plane: Option<TransverseMercator>,
}

/// The parameters of a transverse Mercator projection in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransverseMercator {
    pub meridian_deg: f64,
    pub latitude_of_origin_deg: f64,
    pub scale: f64,
    pub false_easting_m: f64,
    pub false_northing_m: f64,
}

/// Decision 05/2007/QĐ-BTNMT as EPSG operation 6960, in the convention of TOWGS84 (position vector): the rotations have the
/// other sign than in the decision.
const DECISION_SHIFT: [f64; 7] = [
    -191.904_414_29,
    -39.303_182_79,
    -111.450_328_35,
    0.009_288_36,
    -0.019_754_79,
    0.004_273_72,
    0.252_906_278,
];

/// The old systems of EPSG whose false easting and northing are exchanged, with what replaced them.
pub const EXCHANGED_ORIGINS: [(EpsgCode, EpsgCode); 4] = [
    (EpsgCode(6956), EpsgCode(5896)),
    (EpsgCode(6957), EpsgCode(5897)),
    (EpsgCode(6958), EpsgCode(5898)),
    (EpsgCode(6959), EpsgCode(5899)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Datum {
    Vn2000,
    Wgs84,
}

impl Described {
    /// The system meant, with what is odd about the description.
    pub fn resolve(&self) -> Option<NamedSystem> {
        let mut doubts = Vec::new();
        let datum = self.datum(&mut doubts)?;
        let system = match self.plane {
            None if datum == Datum::Vn2000 => EpsgCode::VN2000,
            None => EpsgCode::WGS84,
            Some(plane) => {
                let system = plane.zone_of(datum)?;
                if datum == Datum::Wgs84 && system.is_vn2000() {
                    doubts.push(SystemDoubt::DatumIsWgs84(system));
                }
                system
            }
        };
        Some(NamedSystem { system, doubts })
    }

    fn datum(&self, doubts: &mut Vec<SystemDoubt>) -> Option<Datum> {
        let folded: Vec<String> = self.datum_names.iter().map(|name| fold(name)).collect();
        let names = |parts: &[&str]| folded.iter().any(|name| parts.iter().any(|part| name.contains(part)));
        let is_named_vn2000 = names(&["vn2000", "vietnam2000"]);
        let no_shift = |shift: &&[f64; 7]| shift.iter().all(|part| *part == 0.0);
        let shift = self.shift.as_ref().filter(|shift| !no_shift(shift));
        match shift {
            // within the metres by which published sets of parameters of VN-2000 differ
            Some(shift) if (0..3).all(|i| (shift[i] - DECISION_SHIFT[i]).abs() < 2.0) => {
                doubts.extend(doubt_of(shift));
                Some(Datum::Vn2000)
            }
            Some(_) if is_named_vn2000 => {
                doubts.push(SystemDoubt::OtherShift);
                Some(Datum::Vn2000)
            }
            Some(_) => None,
            None if is_named_vn2000 => {
                doubts.extend(self.shift.is_some().then_some(SystemDoubt::OtherShift));
                Some(Datum::Vn2000)
            }
            None => names(&["wgs1984", "wgs84", "worldgeodeticsystem1984"]).then_some(Datum::Wgs84),
        }
    }
}

/// What is odd about a shift that is near the decision's.
fn doubt_of(shift: &[f64; 7]) -> Option<SystemDoubt> {
    // in seconds; written with four digits it is the same still
    const SAME: f64 = 0.000_06;
    let rotations_are = |sign: f64| (3..6).all(|i| (shift[i] - sign * DECISION_SHIFT[i]).abs() < SAME);
    let metres_are_same = (0..3).all(|i| (shift[i] - DECISION_SHIFT[i]).abs() < 0.001);
    match (rotations_are(1.0), rotations_are(-1.0)) {
        (true, _) if metres_are_same => None,
        (_, true) => Some(SystemDoubt::CopiedRotations),
        _ => Some(SystemDoubt::OtherShift),
    }
}

impl TransverseMercator {
    fn zone_of(&self, datum: Datum) -> Option<EpsgCode> {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        if !near(self.latitude_of_origin_deg, 0.0) {
            return None;
        }
        let on_meridian = |zones: &[(EpsgCode, f64)]| {
            zones.iter().find(|(_, meridian)| near(self.meridian_deg, *meridian)).map(|(system, _)| *system)
        };
        let origin = (self.false_easting_m, self.false_northing_m);
        let is_usual = near(origin.0, 500_000.0) && near(origin.1, 0.0);
        let is_exchanged = near(origin.0, 0.0) && near(origin.1, 500_000.0);
        let is_of_3 = (self.scale - 0.9999).abs() < 1e-9;
        let is_of_6 = (self.scale - 0.9996).abs() < 1e-9;
        match datum {
            _ if is_of_3 && is_usual => on_meridian(&VN2000_MERIDIANS),
            Datum::Vn2000 if is_of_3 && is_exchanged => {
                let known = on_meridian(&VN2000_MERIDIANS)?;
                EXCHANGED_ORIGINS.iter().find(|(_, usual)| *usual == known).map(|(old, _)| *old)
            }
            Datum::Vn2000 if is_of_6 && is_usual => on_meridian(&VN2000_UTM),
            Datum::Wgs84 if is_of_6 && is_usual => {
                let zone = (self.meridian_deg + 183.0) / 6.0;
                let is_a_zone = near(zone, zone.round()) && (1.0..=60.0).contains(&zone.round());
                is_a_zone.then_some(EpsgCode(32_600 + zone.round() as u32))
            }
            _ => None,
        }
    }
}

/// Small letters and digits only: `D_VN_2000` and `VN-2000` are one.
pub fn fold(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
