//! The systems of VN-2000 that cadastral maps are drawn in: TM-3 zones, k = 0.9999, false easting 500 km.

use super::EpsgCode;

/// The VN-2000 / TM-3 systems with their central meridians in degrees, west to east.
pub const VN2000_MERIDIANS: [(EpsgCode, f64); 18] = [
    (EpsgCode(5896), 102.0),
    (EpsgCode(9205), 103.0),
    (EpsgCode(9206), 104.0),
    (EpsgCode(9207), 104.5),
    (EpsgCode(9208), 104.75),
    (EpsgCode(5897), 105.0),
    (EpsgCode(9209), 105.5),
    (EpsgCode(9210), 105.75),
    (EpsgCode(9211), 106.0),
    (EpsgCode(9212), 106.25),
    (EpsgCode(9213), 106.5),
    (EpsgCode(9214), 107.0),
    (EpsgCode(9215), 107.25),
    (EpsgCode(9216), 107.5),
    (EpsgCode(5899), 107.75),
    (EpsgCode(5898), 108.0),
    (EpsgCode(9217), 108.25),
    (EpsgCode(9218), 108.5),
];
