//! Which tiles are asked for: at every zoom up to 200 different ones, each under a parcel chosen
//! blindly, so dense places count more. The same ones in every run and for every server.

use std::collections::BTreeSet;

use bandoso::geometry::{LngLat, World};
use bandoso::tile::TileId;

use super::support::Dice;
use super::town::Degrees;

const TILES: usize = 200;

/// Up to [`TILES`] tiles under the given points (longitude, latitude).
pub fn under(points: &[(f64, f64)], zoom: u8) -> Vec<TileId> {
    let mut dice = Dice(u64::from(zoom));
    let mut seen = BTreeSet::new();
    let mut tiles = Vec::new();
    for _ in 0..TILES * 50 {
        let (lng, lat) = points[dice.roll(points.len() as u64) as usize];
        let tile = at(zoom, lng, lat);
        if seen.insert((tile.x(), tile.y())) {
            tiles.push(tile);
        }
        if tiles.len() == TILES {
            break;
        }
    }
    tiles
}

/// Every tile that boxes touch, each once.
pub fn covering(boxes: &[Degrees], zoom: u8) -> Vec<TileId> {
    let mut seen = BTreeSet::new();
    for &[west, south, east, north] in boxes {
        let (first, last) = (at(zoom, west, north), at(zoom, east, south));
        seen.extend((first.x()..=last.x()).flat_map(|x| (first.y()..=last.y()).map(move |y| (x, y))));
    }
    seen.into_iter().map(|(x, y)| TileId::new(zoom, x, y).expect("between two tiles is a tile")).collect()
}

fn at(zoom: u8, lng: f64, lat: f64) -> TileId {
    let world = World::from_lnglat(LngLat { lng, lat });
    let shift = World::BITS - u32::from(zoom);
    TileId::new(zoom, (world.x >> shift) as u32, (world.y >> shift) as u32).expect("a parcel lies on the map")
}
