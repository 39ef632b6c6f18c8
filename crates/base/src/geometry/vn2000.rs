//! The systems of VN-2000 that cadastral maps are drawn in: TM-3 zones, k = 0.9999, false easting 500 km; and the
//! UTM zones that base maps and receivers use beside them.

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

/// The zones of 6° of VN-2000 with their central meridians: UTM 48 and 49, k = 0.9996.
pub const VN2000_UTM: [(EpsgCode, f64); 2] = [(EpsgCode(3405), 105.0), (EpsgCode(3406), 111.0)];

/// The same zones of WGS 84, as receivers show them: some 200 m beside those of VN-2000.
pub const WGS84_UTM: [(EpsgCode, f64); 2] = [(EpsgCode(32648), 105.0), (EpsgCode(32649), 111.0)];
