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

    /// Whether this is one of the VN-2000 systems (geographic, UTM, TM-3).
    pub fn is_vn2000(self) -> bool {
        self.0 == 4756 || self.0.wrapping_sub(6956) <= 3 || self.is_vn2000_plane()
    }

    /// VN-2000 as easting, northing in metres with the usual false easting of 500 km.
    fn is_vn2000_plane(self) -> bool {
        matches!(self.0, 3405 | 3406 | 5896..=5899 | 9205..=9218)
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
        if self.from.is_vn2000_plane() && points.iter().any(|p| p.x > 750_000.0 && p.y < 750_000.0) {
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

    #[test]
    fn an_unknown_system_is_refused_with_its_number() {
        let refused = Transformer::new(EpsgCode(999_999)).err();
        assert_eq!(refused, Some(CrsError::Unknown(EpsgCode(999_999))));
    }
}
