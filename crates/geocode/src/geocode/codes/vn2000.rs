//! Plane coordinates and places: where a pair of metres lies in each system it may be in, and the pair of a place.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::geometry::{EpsgCode, Projector, Transformer, VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM, World};

use super::metres::Metres;

/// How far from its meridian a zone of 3° and one of 6° is used, degrees: neighbours overlap.
const REACH_OF_3: f64 = 2.5;
const REACH_OF_6: f64 = 3.5;

/// A place that a pair of metres may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneReading {
    /// Where.
    pub at: World,
    /// The system it was read in.
    pub system: EpsgCode,
    /// Whether the mainland or an island near it is there, as far as its westernmost and easternmost points say.
    pub is_near_land: bool,
}

type Handles<T> = RefCell<BTreeMap<EpsgCode, Option<T>>>;

thread_local! {
    /// PROJ handles belong to a thread and cost 15 ms to make: made when first asked for.
    static TRANSFORMERS: Handles<Transformer> = const { RefCell::new(BTreeMap::new()) };
    static PROJECTORS: Handles<Projector> = const { RefCell::new(BTreeMap::new()) };
}

/// Makes this thread's PROJ handles for all systems a text may name, both ways: about 0.6 s and some megabytes. What
/// answers requests does this before it is asked anything; without, the first pair on a thread waits for it.
pub fn prepare_vn2000() {
    TRANSFORMERS.with_borrow_mut(|known| {
        for (system, _) in systems() {
            known.entry(system).or_insert_with(|| Transformer::new(system).ok());
        }
    });
    PROJECTORS.with_borrow_mut(|known| {
        for (system, _) in VN2000_MERIDIANS {
            known.entry(system).or_insert_with(|| Projector::new(system).ok());
        }
    });
}

/// Every system a pair may be in, with its meridian.
fn systems() -> impl Iterator<Item = (EpsgCode, f64)> {
    VN2000_MERIDIANS.into_iter().chain(VN2000_UTM).chain(WGS84_UTM)
}

/// Where a pair lies in the systems its text names, else in every one of VN-2000, as far as that is near enough to
/// the meridian and in the country's box. The first call on a thread makes the PROJ handles.
pub fn plane_readings(metres: &Metres) -> Vec<PlaneReading> {
    let is_wanted = |(system, _): &(EpsgCode, f64)| match metres.systems.is_empty() {
        true => !WGS84_UTM.iter().any(|(of_wgs84, _)| of_wgs84 == system),
        false => metres.systems.contains(system),
    };
    TRANSFORMERS.with_borrow_mut(|known| {
        let reading = |(system, meridian): (EpsgCode, f64)| {
            let transformer = known.entry(system).or_insert_with(|| Transformer::new(system).ok());
            let at = transformer.as_ref()?.point_to_wgs84(metres.easting, metres.northing).ok()?;
            let is_of_6 = VN2000_UTM.iter().chain(&WGS84_UTM).any(|(of_6, _)| *of_6 == system);
            let reach = if is_of_6 { REACH_OF_6 } else { REACH_OF_3 };
            // the country with its islands
            let is_inside = (101.0..=118.0).contains(&at.lng) && (6.0..=24.0).contains(&at.lat);
            let is_near = is_inside && (at.lng - meridian).abs() < reach;
            let is_near_land = is_between_shores(at.lat, at.lng);
            is_near.then(|| PlaneReading { at: World::from_lnglat(at), system, is_near_land })
        };
        systems().filter(is_wanted).filter_map(reading).collect()
    })
}

/// Westernmost and easternmost longitude of the mainland and the islands near it in each half degree of latitude from
/// 8.0° N on: measured on the polygons of the 34 provinces in thanglequoc/vietnamese-provinces-database (MIT), and widened
/// to a twentieth of a degree. It tells Cambodia and the sea from the country, and no more.
const SHORES: [(f32, f32); 31] = [
    (104.80, 104.90),
    (104.50, 106.75),
    (103.45, 106.30),
    (102.85, 106.70),
    (103.80, 109.00),
    (104.55, 109.00),
    (105.65, 109.05),
    (105.80, 109.30),
    (106.70, 109.40),
    (107.45, 109.50),
    (107.45, 109.40),
    (107.35, 109.40),
    (107.30, 109.30),
    (107.45, 109.10),
    (107.35, 109.15),
    (107.20, 108.70),
    (106.65, 108.35),
    (106.40, 107.75),
    (105.95, 107.35),
    (105.60, 106.65),
    (105.10, 106.50),
    (104.40, 106.00),
    (103.85, 105.95),
    (104.05, 106.20),
    (104.35, 107.75),
    (103.05, 107.85),
    (102.80, 108.10),
    (102.45, 108.05),
    (102.10, 106.80),
    (102.25, 106.85),
    (104.80, 106.10),
];

fn is_between_shores(lat: f64, lng: f64) -> bool {
    let band = ((lat - 8.0) * 2.0).floor();
    let shores = (band >= 0.0).then(|| SHORES.get(band as usize)).flatten();
    shores.is_some_and(|&(west, east)| (f64::from(west)..=f64::from(east)).contains(&lng))
}

/// Easting and northing of a place in a VN-2000 system; `None` far outside of it. The first call on a
/// thread for a system makes a PROJ handle: about 15 ms.
pub fn vn2000_pair(at: World, system: EpsgCode) -> Option<(f64, f64)> {
    PROJECTORS.with_borrow_mut(|known| {
        let projector = known.entry(system).or_insert_with(|| Projector::new(system).ok());
        projector.as_ref()?.point(at.to_lnglat()).ok()
    })
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::metres;
    use crate::geocode::codes::vn2000::*;
    use crate::geometry::LngLat;

    fn readings(text: &str) -> Vec<PlaneReading> {
        plane_readings(&metres::read(text).unwrap())
    }

    /// The check value of EPSG:9209 of the domain reference.
    const CHECKED: LngLat = LngLat { lng: 106.127, lat: 11.284 };

    #[test]
    fn a_pair_is_read_in_every_meridian_that_may_be_meant() {
        for text in ["1247941.205 568255.530", "568255.530 1247941.205"] {
            let found = readings(text);
            let right = found.iter().find(|reading| reading.system == EpsgCode(9209)).unwrap();
            let there = right.at.to_lnglat();
            assert!((there.lat - CHECKED.lat).abs() < 1e-6 && (there.lng - CHECKED.lng).abs() < 1e-6);
            assert!(right.is_near_land);
            // 102° puts it into Cambodia
            assert!(found.iter().any(|reading| reading.system == EpsgCode(5896) && !reading.is_near_land));
            assert!(found.iter().any(|reading| reading.system == EpsgCode(3405)));
            assert!(found.iter().all(|reading| reading.system != EpsgCode(32648)));
        }
    }

    #[test]
    fn a_pair_whose_system_is_said_is_read_in_that_alone() {
        let found = readings("X=1247941.205 Y=568255.530 (KTT 105°30′)");
        assert_eq!(found.iter().map(|reading| reading.system.0).collect::<Vec<_>>(), [9209]);
        let utm: Vec<u32> = readings("1247941.205 617000.0 UTM 48").iter().map(|r| r.system.0).collect();
        assert_eq!(utm, [3405, 32648]);
    }

    #[test]
    fn the_pair_of_a_place_leads_back_to_it() {
        let there = World::from_lnglat(CHECKED);
        let (easting, northing) = vn2000_pair(there, EpsgCode(9209)).unwrap();
        assert!((easting - 568_255.530).abs() < 2e-3 && (northing - 1_247_941.205).abs() < 2e-3);
    }
}
