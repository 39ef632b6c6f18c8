//! What the numbers themselves say: degrees or metres, and which of the two is the northing. In Viet Nam both are
//! told apart without doubt: latitudes lie below 24 and longitudes above 100, northings above 750 km and eastings below.

use geo_types::Coord;

use crate::geometry::{EXCHANGED_ORIGINS, EpsgCode};

/// What a pair of numbers may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Longitude and latitude of Viet Nam.
    Degrees(Order),
    /// Easting and northing with a false easting of 500 km.
    Metres(Order),
}

/// Which of the two comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Easting, longitude.
    EastFirst,
    /// Northing, latitude: as X and Y in Vietnamese surveying.
    NorthFirst,
}

impl Numbers {
    /// Nothing where they are no coordinates in or near Viet Nam.
    pub fn of(at: Coord) -> Option<Self> {
        let both = |east: f64, north: f64| {
            // the extent of the national map with two degrees around it, and the widest zone with its neighbours
            let is_degrees = (100.0..=120.0).contains(&east) && (2.5..=25.5).contains(&north);
            let is_metres = (-400_000.0..=1_400_000.0).contains(&east)
                && (750_000.0..=2_800_000.0).contains(&north)
                && (east < 750_000.0 || north > east);
            (is_degrees, is_metres)
        };
        // a northing is never below 750 km; above it the larger number is the northing of all but far-off readings
        match (both(at.x, at.y), both(at.y, at.x)) {
            ((true, _), _) => Some(Self::Degrees(Order::EastFirst)),
            (_, (true, _)) => Some(Self::Degrees(Order::NorthFirst)),
            ((_, true), _) => Some(Self::Metres(Order::EastFirst)),
            (_, (_, true)) => Some(Self::Metres(Order::NorthFirst)),
            _ => None,
        }
    }

    /// Which of the two comes first.
    pub fn order(self) -> Order {
        match self {
            Self::Degrees(order) | Self::Metres(order) => order,
        }
    }
}

/// Whether nearly all of what is known has a property: single rows of a file may be wrong.
pub fn nearly_all(having: usize, of: usize) -> bool {
    of > 0 && having * 10 >= of * 9
}

/// Whether the rows write the northing first; `false` where their numbers do not say.
pub fn are_swapped(system: EpsgCode, samples: &[Coord]) -> bool {
    let orders: Vec<Order> = samples.iter().filter_map(|at| order_in(system, *at)).collect();
    nearly_all(orders.iter().filter(|order| **order == Order::NorthFirst).count(), orders.len())
}

fn order_in(system: EpsgCode, at: Coord) -> Option<Order> {
    if EXCHANGED_ORIGINS.iter().any(|(old, _)| *old == system) {
        // the northing has 500 km more and the easting 500 km less
        return Some(if at.x.abs() < at.y.abs() { Order::EastFirst } else { Order::NorthFirst });
    }
    let is_plane = system.is_vietnamese_plane();
    match Numbers::of(at)? {
        Numbers::Metres(order) if is_plane => Some(order),
        Numbers::Degrees(order) if is_degrees(system) => Some(order),
        Numbers::Degrees(_) | Numbers::Metres(_) => None,
    }
}

/// Whether a system is one of degrees.
pub fn is_degrees(system: EpsgCode) -> bool {
    matches!(system, EpsgCode::WGS84 | EpsgCode::VN2000)
}

/// Files called by one of the old systems whose false easting and northing are exchanged hold the numbers of the new
/// one as a rule: then the new one.
pub fn usual_instead(system: EpsgCode, samples: &[Coord]) -> Option<EpsgCode> {
    /// Within this of the meridian lies a zone of 3°.
    const HALF_ZONE_M: f64 = 250_000.0;
    let (_, usual) = EXCHANGED_ORIGINS.iter().find(|(old, _)| *old == system)?;
    let has_usual_easting = |at: &&Coord| at.x.abs().min(at.y.abs()) > HALF_ZONE_M;
    nearly_all(samples.iter().filter(has_usual_easting).count(), samples.len()).then_some(*usual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_place_of_the_country_is_told_from_its_swapped_pair(
            east in 200_000.0..749_000.0, north in 900_000.0..2_600_000.0, lng in 102.0..118.0, lat in 4.5..23.5,
        ) {
            let of = |x: f64, y: f64| Numbers::of(Coord { x, y });
            prop_assert_eq!(of(east, north), Some(Numbers::Metres(Order::EastFirst)));
            prop_assert_eq!(of(north, east), Some(Numbers::Metres(Order::NorthFirst)));
            prop_assert_eq!(of(lng, lat), Some(Numbers::Degrees(Order::EastFirst)));
            prop_assert_eq!(of(lat, lng), Some(Numbers::Degrees(Order::NorthFirst)));
        }
    }

    #[test]
    fn numbers_that_are_no_coordinates_of_the_country_say_nothing() {
        for (x, y) in [(0.0, 0.0), (2.3, 48.9), (12.0, 7.0), (f64::NAN, 11.0), (5e6, 5e6)] {
            assert_eq!(Numbers::of(Coord { x, y }), None, "{x}, {y}");
        }
    }

    #[test]
    fn a_single_swapped_row_swaps_no_file() {
        let mut samples = vec![Coord { x: 557_000.0, y: 1_250_000.0 }; 20];
        samples.push(Coord { x: 1_250_000.0, y: 557_000.0 });
        assert!(!are_swapped(EpsgCode(9209), &samples));
        samples.iter_mut().for_each(|at| *at = Coord { x: at.y, y: at.x });
        assert!(are_swapped(EpsgCode(9209), &samples));
        assert!(!are_swapped(EpsgCode::WGS84, &samples), "metres are no degrees in any order");
        assert!(!are_swapped(EpsgCode(9209), &[]));
    }

    #[test]
    fn old_systems_with_exchanged_origins_are_read_by_their_numbers() {
        let usual = [Coord { x: 557_000.0, y: 1_250_000.0 }];
        let exchanged = [Coord { x: 57_000.0, y: 1_750_000.0 }];
        assert_eq!(usual_instead(EpsgCode(6957), &usual), Some(EpsgCode(5897)));
        assert_eq!(usual_instead(EpsgCode(6957), &exchanged), None);
        assert_eq!(usual_instead(EpsgCode(5897), &usual), None);
        assert!(are_swapped(EpsgCode(6957), &[Coord { x: 1_750_000.0, y: 57_000.0 }]));
    }
}
