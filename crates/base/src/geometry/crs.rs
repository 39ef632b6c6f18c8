//! Coordinate systems: anything PROJ knows to WGS 84, the VN-2000 meridians above all.
//!
//! VN-2000 goes to WGS 84 by EPSG operation 6960 ("VN-2000 to WGS 84 (2)", Decision
//! 05/2007/QĐ-BTNMT), which PROJ picks by itself. PROJ handles are bound to a thread and cost
//! 15 ms to make: make one per loading thread, never per request.

use std::collections::BTreeMap;

use geo_types::Coord;
use proj::Proj;
use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

use super::LngLat;

/// An EPSG code of a coordinate system, such as 9209 (VN-2000 / TM-3 105°30′).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(transparent)]
pub struct EpsgCode(pub u32);

impl std::fmt::Display for EpsgCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EPSG:{}", self.0)
    }
}

impl EpsgCode {
    /// WGS 84, longitude and latitude.
    pub const WGS84: Self = Self(4326);
    /// VN-2000 in degrees: some 225 m beside WGS 84.
    pub const VN2000: Self = Self(4756);

    /// Whether this is one of the VN-2000 systems (geographic, UTM, TM-3).
    pub fn is_vn2000(self) -> bool {
        self == Self::VN2000 || self.0.wrapping_sub(6956) <= 3 || self.is_vn2000_plane()
    }

    /// VN-2000 as easting, northing in metres with the usual false easting of 500 km.
    fn is_vn2000_plane(self) -> bool {
        matches!(self.0, 3405 | 3406 | 5896..=5899 | 9205..=9218)
    }

    /// Whether this is a plane with metres from the equator and a false easting of 500 km: VN-2000, and UTM as receivers in
    /// Viet Nam show it.
    pub fn is_vietnamese_plane(self) -> bool {
        self.is_vn2000_plane() || matches!(self.0, 32_648 | 32_649)
    }
}

/// Straight edges longer than this are cut in a projected source system before transforming: a
/// straight line in VN-2000 is not straight in Mercator (0.1 to 0.2 m over 5 km).
pub const MAX_EDGE_M: f64 = 200.0;

/// Why coordinates could not be brought to WGS 84.
#[derive(Debug, Error, PartialEq)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum CrsError {
    #[error(
        "coordinate system {0} is not known to PROJ, nor usably defined in the source; give `srid`, such as 9209 or 4326"
    )]
    Unknown(EpsgCode),
    #[error("a coordinate lies outside the system {0}")]
    Unreachable(EpsgCode),
    #[error("X and Y look swapped ({0})")]
    Swapped(EpsgCode),
    #[error("the point falls outside Viet Nam in {0}: is it another coordinate system?")]
    OutsideVietNam(EpsgCode),
}

/// A coordinate system as the source's own table of systems defines it (`spatial_ref_sys`,
/// `gpkg_spatial_ref_sys`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SystemDefinition {
    /// `EPSG:9209`: who else has defined it.
    pub authority: Option<String>,
    /// WKT or a PROJ string, the better one first.
    pub texts: Vec<String>,
}

/// The systems a source defines itself, by their number there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceSystems(BTreeMap<EpsgCode, (SystemDefinition, u64)>);

impl SourceSystems {
    /// The source's own definition of a number, and a fingerprint of it; none where the number is EPSG's.
    pub fn get(&self, srid: EpsgCode) -> Option<(&SystemDefinition, u64)> {
        self.0.get(&srid).map(|(definition, fingerprint)| (definition, *fingerprint))
    }
}

impl FromIterator<(EpsgCode, SystemDefinition)> for SourceSystems {
    fn from_iter<I: IntoIterator<Item = (EpsgCode, SystemDefinition)>>(systems: I) -> Self {
        let fingerprint = |definition: &SystemDefinition| xxh3_64(format!("{definition:?}").as_bytes());
        let systems = systems.into_iter().map(|(srid, definition)| {
            let fingerprint = fingerprint(&definition);
            (srid, (definition, fingerprint))
        });
        Self(systems.collect())
    }
}

/// Brings coordinates of one system to WGS 84 degrees, longitude first.
pub struct Transformer {
    from: EpsgCode,
    /// `None` where the coordinates are WGS 84 already.
    proj: Option<Proj>,
}

impl Transformer {
    /// A transformer for one thread.
    pub fn new(from: EpsgCode) -> Result<Self, CrsError> {
        let proj = if from == EpsgCode::WGS84 {
            None
        } else {
            let name = from.to_string();
            count_handle();
            Some(Proj::new_known_crs(&name, "EPSG:4326", None).map_err(|_| CrsError::Unknown(from))?)
        };
        Ok(Self { from, proj })
    }

    /// A transformer for a number that the source defines itself, for one thread: by the authority it names, as
    /// PostGIS does, else by its texts.
    pub fn defined(srid: EpsgCode, definition: &SystemDefinition) -> Result<Self, CrsError> {
        let epsg = definition.authority.as_deref().and_then(|name| name.strip_prefix("EPSG:")?.parse().ok());
        if let Some(Ok(known)) = epsg.map(|code| Self::new(EpsgCode(code))) {
            return Ok(known);
        }
        let names = definition.authority.iter().cloned();
        let texts = definition.texts.iter().map(|text| match text.trim() {
            // without it PROJ takes the string for an operation
            text if text.starts_with('+') && !text.contains("+type=crs") => format!("{text} +type=crs"),
            text => text.to_owned(),
        });
        let proj = names.chain(texts).find_map(|text| Proj::new_known_crs(&text, "EPSG:4326", None).ok());
        proj.map(|proj| Self { from: srid, proj: Some(proj) }).ok_or(CrsError::Unknown(srid))
    }

    /// The system it starts from.
    pub fn source(&self) -> EpsgCode {
        self.from
    }

    /// Transforms in place and checks that the result can be true: finite, on the globe, X and
    /// Y not swapped, and for VN-2000 in or near Viet Nam.
    pub fn to_wgs84(&self, points: &mut [Coord]) -> Result<(), CrsError> {
        if self.from.is_vietnamese_plane() && points.iter().any(|p| p.x > 750_000.0 && p.y < 750_000.0) {
            // A northing below 750 km is south of every Vietnamese island (6.8° N), an easting
            // above it 250 km from the meridian: only a swapped pair has both.
            return Err(CrsError::Swapped(self.from));
        }
        if let Some(proj) = &self.proj {
            proj.convert_array(points).map_err(|_| CrsError::Unreachable(self.from))?;
        }
        for p in points.iter() {
            if !(p.x.is_finite() && p.y.is_finite()) || p.x.abs() > 180.000_001 {
                return Err(CrsError::Unreachable(self.from));
            }
            if p.y.abs() > 90.000_001 {
                return Err(CrsError::Swapped(self.from));
            }
            // 102–118° E and 4°30′–23°30′ N is the extent of the national map (QCVN 80:2024/BTNMT);
            // two degrees more on each side let neighbours' border points pass.
            if self.from.is_vn2000() && !((100.0..=120.0).contains(&p.x) && (2.5..=25.5).contains(&p.y)) {
                return Err(CrsError::OutsideVietNam(self.from));
            }
        }
        Ok(())
    }

    /// One point, as [`Transformer::to_wgs84`].
    pub fn point_to_wgs84(&self, x: f64, y: f64) -> Result<LngLat, CrsError> {
        let mut one = [Coord { x, y }];
        self.to_wgs84(&mut one)?;
        Ok(LngLat { lng: one[0].x, lat: one[0].y })
    }
}

/// Brings WGS 84 degrees to a system: the way back of [`Transformer`], as expensive to make.
pub struct Projector {
    to: EpsgCode,
    proj: Proj,
}

impl Projector {
    /// A projector for one thread.
    pub fn new(to: EpsgCode) -> Result<Self, CrsError> {
        count_handle();
        let proj = Proj::new_known_crs("EPSG:4326", &to.to_string(), None);
        proj.map(|proj| Self { to, proj }).map_err(|_| CrsError::Unknown(to))
    }

    /// Easting and northing of a point.
    pub fn point(&self, at: LngLat) -> Result<(f64, f64), CrsError> {
        let there = self.proj.convert(Coord { x: at.lng, y: at.lat });
        let there = there.map_err(|_| CrsError::Unreachable(self.to))?;
        (there.x.is_finite() && there.y.is_finite())
            .then_some((there.x, there.y))
            .ok_or(CrsError::Unreachable(self.to))
    }
}

/// So that a test can tell that none is made once the server says it is ready.
fn count_handle() {
    metrics::counter!("proj_handles_made_total").increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hoa_thanh_point_in_9209_lands_where_proj_and_postgis_put_it() {
        // Checked with PROJ 9.6 and, by towgs84, in PostGIS 3.3.
        let t = Transformer::new(EpsgCode(9209)).unwrap();
        let at = t.point_to_wgs84(557_000.0, 1_250_000.0).unwrap();
        assert!((at.lng - 106.023_939).abs() < 1e-6 && (at.lat - 11.302_813).abs() < 1e-6, "{at:?}");
    }

    #[test]
    fn swapped_coordinates_are_named_as_such() {
        let vn = Transformer::new(EpsgCode(9209)).unwrap();
        assert_eq!(vn.point_to_wgs84(1_250_000.0, 557_000.0), Err(CrsError::Swapped(EpsgCode(9209))));
        let wgs = Transformer::new(EpsgCode::WGS84).unwrap();
        assert_eq!(wgs.point_to_wgs84(11.3, 106.1), Err(CrsError::Swapped(EpsgCode::WGS84)));
    }

    #[test]
    fn a_system_defined_by_a_text_or_by_another_number_is_that_system() {
        let vn = Transformer::new(EpsgCode(9209)).unwrap().point_to_wgs84(557_000.0, 1_250_000.0).unwrap();
        let proj4 = "+proj=tmerc +lat_0=0 +lon_0=105.5 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 \
            +towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 \
            +units=m +no_defs";
        let own = |authority: Option<&str>, texts: &[&str]| {
            let texts = texts.iter().map(|&text| text.to_owned()).collect();
            let definition = SystemDefinition { authority: authority.map(str::to_owned), texts };
            Transformer::defined(EpsgCode(900_914), &definition)
        };
        for definition in [
            own(None, &[proj4]),
            own(Some("EPSG:900914"), &["not a system", proj4]),
            own(Some("EPSG:9209"), &[]),
        ] {
            let at = definition.unwrap().point_to_wgs84(557_000.0, 1_250_000.0).unwrap();
            assert!((at.lng - vn.lng).abs() < 1e-7 && (at.lat - vn.lat).abs() < 1e-7, "{at:?} and {vn:?}");
        }
        assert_eq!(own(None, &["nonsense"]).err(), Some(CrsError::Unknown(EpsgCode(900_914))));
    }

    /// Run alone by the next test: everything PROJ can be wrong about.
    #[test]
    fn what_proj_cannot_do_is_an_error() {
        assert!(Transformer::new(EpsgCode(999_999)).is_err());
        let nonsense = SystemDefinition { authority: None, texts: vec!["PROJCS[nonsense".to_owned()] };
        assert!(Transformer::defined(EpsgCode(900_914), &nonsense).is_err());
        let utm = Transformer::new(EpsgCode(32648)).unwrap();
        assert!(utm.point_to_wgs84(1e300, -1e300).is_err() && utm.point_to_wgs84(f64::NAN, 0.0).is_err());
        let to = Projector::new(EpsgCode(9209)).unwrap();
        assert!(to.point(LngLat { lng: 1e9, lat: 1e9 }).is_err());
    }

    #[test]
    fn nothing_that_proj_says_itself_reaches_standard_error() {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "geometry::crs::tests::what_proj_cannot_do_is_an_error", "--nocapture"])
            .env_remove("PROJ_DEBUG")
            .output()
            .unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said, "", "PROJ has to be built with scripts/proj.cmake as it is now");
    }

    /// Random points of every zone put in degrees by `cs2cs`.
    #[test]
    #[ignore = "needs cs2cs of PROJ 9.1.1 or later"]
    fn ten_thousand_points_of_every_zone_lie_where_cs2cs_puts_them() {
        use super::super::{VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM};
        use std::io::Write;
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |from: f64, to: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            from + (to - from) * ((state >> 11) as f64 / (1u64 << 53) as f64)
        };
        let zones: Vec<EpsgCode> =
            VN2000_MERIDIANS.iter().chain(&VN2000_UTM).chain(&WGS84_UTM).map(|(code, _)| *code).collect();
        for code in zones.into_iter().chain([EpsgCode::VN2000]) {
            let points: Vec<Coord> = (0..10_000)
                .map(|_| match code {
                    EpsgCode::VN2000 => Coord { x: random(102.0, 110.0), y: random(8.0, 23.5) },
                    _ => Coord { x: random(350_000.0, 650_000.0), y: random(950_000.0, 2_580_000.0) },
                })
                .collect();
            // cs2cs takes degrees with the latitude first, as EPSG has them
            let line = |p: &Coord| match code {
                EpsgCode::VN2000 => format!("{:.12} {:.12}\n", p.y, p.x),
                _ => format!("{:.6} {:.6}\n", p.x, p.y),
            };
            let input: String = points.iter().map(line).collect();
            let mut cs2cs = std::process::Command::new("cs2cs")
                .args([&code.to_string(), "EPSG:4326", "-f", "%.12f"])
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::piped())
                .spawn()
                .expect("cs2cs is installed");
            let mut pipe = cs2cs.stdin.take().unwrap();
            let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
            let output = cs2cs.wait_with_output().unwrap();
            writer.join().unwrap().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let theirs: Vec<(f64, f64)> = text
                .lines()
                .map(|line| {
                    let mut numbers = line.split_whitespace().map(|word| word.parse::<f64>().unwrap());
                    (numbers.next().unwrap(), numbers.next().unwrap())
                })
                .collect();
            assert_eq!(theirs.len(), points.len());
            let mut ours = points;
            Transformer::new(code).unwrap().to_wgs84(&mut ours).unwrap();
            let worst = ours.iter().zip(&theirs).map(|(p, (lat, lng))| {
                ((p.y - lat) * 110_600.0).hypot((p.x - lng) * 111_320.0 * p.y.to_radians().cos())
            });
            let worst_m = worst.fold(0.0, f64::max);
            assert!(worst_m < 0.001, "{code}: {worst_m} m");
        }
    }

    #[test]
    #[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
    fn real_points_of_ha_noi_lie_within_a_millimetre_of_what_others_computed() {
        let folder =
            std::env::var_os("BANDOSO_TEST_DATA").expect("BANDOSO_TEST_DATA names the folder of real data");
        let file = std::path::Path::new(&folder).join("codes/vn2000_real_points.csv");
        let mut table = csv::Reader::from_path(file).unwrap();
        let header = table.headers().unwrap().clone();
        let place =
            |name: &str| header.iter().position(|column| column == name).expect("a column of this name");
        let [x, y, lon, lat, system] =
            ["easting", "northing", "lon_wgs84", "lat_wgs84", "true_crs"].map(place);
        let mut count = 0;
        for row in table.records() {
            let row = row.unwrap();
            let number = |place: usize| row[place].parse::<f64>().unwrap();
            let code: u32 = row[system].trim_start_matches("EPSG:").parse().unwrap();
            let at = Transformer::new(EpsgCode(code)).unwrap().point_to_wgs84(number(x), number(y)).unwrap();
            let off_m = ((at.lat - number(lat)) * 110_600.0)
                .hypot((at.lng - number(lon)) * 111_320.0 * at.lat.to_radians().cos());
            assert!(off_m < 0.001, "{row:?}: {off_m} m");
            count += 1;
        }
        assert!(count >= 200, "{count}");
    }

    #[test]
    fn an_unknown_system_is_refused_with_its_number() {
        let refused = Transformer::new(EpsgCode(999_999)).err();
        assert_eq!(refused, Some(CrsError::Unknown(EpsgCode(999_999))));
    }
}
