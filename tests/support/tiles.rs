//! Where a place lies among tiles.

use super::Server;

/// Zoom, column and row of the tile that holds a place; longitude first.
pub fn tile_at((lng, lat): (f64, f64), z: u32) -> (u32, u32, u32) {
    let side = f64::from(1u32 << z);
    let x = (lng / 360.0 + 0.5) * side;
    let y = (0.5 - lat.to_radians().tan().asinh() / std::f64::consts::TAU) * side;
    (z, x as u32, y as u32)
}

impl Server {
    /// Column and row of the tile in the middle of its town.
    pub fn middle_tile(&self, z: u32) -> (u32, u32) {
        let home = self.get("/catalog").json()["home"].clone();
        let [west, south, east, north] = [0, 1, 2, 3].map(|i| home[i].as_f64().unwrap());
        let (_, x, y) = tile_at((f64::midpoint(west, east), f64::midpoint(south, north)), z);
        (x, y)
    }
}
