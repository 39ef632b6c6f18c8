//! Land use dissolved: parcels united by ward and use at zooms 6 to 14, true in area.
//!
//! Exact areas by cell (`survey`) are drawn as strips (`dither`) and traced to polygons (`trace`).
//! `shapes` unites parcels to their real shapes where a tile can hold them; `zoom` says from which zoom
//! on that is tried. Everything is made once from a layer and kept as the bytes a tile is written from.
//! What no parcel covers stays empty.

mod commands;
mod dither;
mod grid;
mod legend;
mod shapes;
mod straighten;
mod survey;
#[cfg(test)]
mod tests;
mod trace;
mod zoom;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::TileId;
use crate::geometry::{ShapeKind, World};
use crate::store::{Extent, Layer, Revision};
use legend::{Legend, Pair};
use zoom::{Count, TileRegions};

/// The zooms it is made for.
pub const ZOOMS: std::ops::RangeInclusive<u8> = 6..=14;

/// Land use of a layer, immutable.
#[derive(Debug)]
pub struct DissolvedTiles {
    legend: Legend,
    tiles_with_regions: FxHashMap<(u8, u64), TileRegions>,
}

/// One ward and use in one tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region<'a> {
    /// The same at every zoom; below 2^53.
    pub id: u64,
    /// Text of the column of wards.
    pub ward: &'a str,
    /// First code of the column of uses.
    pub use_code: &'a str,
    /// Parcels whose middle lies in the tile; of tiles where the pair is too small to be drawn, the
    /// next tile that shows it counts them.
    pub count: u32,
    /// A valid multipolygon in tile units, buffer included: the command integers of MVT 2.1, 4.3, as
    /// varints.
    pub geometry: &'a [u8],
}

impl DissolvedTiles {
    /// Dissolves the layer by the texts of two columns.
    pub fn build(layer: &Layer, ward_column: usize, use_column: usize) -> Self {
        let legend = Legend::read(layer, ward_column, use_column);
        let (tiles, mut counts) = take_stock(layer, &legend);
        let surveyed = tiles.par_iter().map(|&tile| survey::shares_in(layer, &legend, tile));
        let mut shares = surveyed.collect::<Vec<_>>().concat();
        let mut tiles_with_regions = FxHashMap::default();
        for z in ZOOMS.rev() {
            if z < 14 {
                zoom::merge_counts(&mut counts);
            }
            // from zoom 12 down the cells grow with the tile
            if z < 12 {
                shares = survey::coarser(&shares, 1);
            }
            let mut drawn = zoom::draw(layer, &legend, z, &shares, &counts);
            drawn.par_iter_mut().for_each(|(_, regions_of_tile)| regions_of_tile.revise(&legend));
            tiles_with_regions
                .extend(drawn.into_iter().map(|(tile, regions_of_tile)| ((z, tile), regions_of_tile)));
        }
        Self { legend, tiles_with_regions }
    }

    /// The regions of a tile by use, then by ward; none where no parcel is.
    pub fn tile(&self, tile: TileId) -> impl ExactSizeIterator<Item = Region<'_>> {
        let regions_of_tile = self.tiles_with_regions.get(&(tile.z(), grid::key_of(tile.x(), tile.y())));
        let regions = regions_of_tile.map_or(&[][..], |regions_of_tile| regions_of_tile.regions());
        regions.iter().enumerate().map(move |(i, region)| Region {
            id: self.legend.id(region.pair),
            ward: self.legend.ward(region.pair),
            use_code: self.legend.use_code(region.pair),
            count: region.count,
            geometry: regions_of_tile.map_or(&[], |regions_of_tile| regions_of_tile.geometry(i)),
        })
    }

    /// How much [`DissolvedTiles::tile`] would copy.
    pub fn extent_of(&self, tile: TileId) -> Extent {
        let regions_of_tile = self.tiles_with_regions.get(&(tile.z(), grid::key_of(tile.x(), tile.y())));
        regions_of_tile.map_or_else(Extent::default, |regions_of_tile| Extent {
            rows: regions_of_tile.regions().len() as u64,
            bytes: regions_of_tile.bytes() as u64,
        })
    }

    /// Of all that a tile shows: of its bytes, because what a tile shows depends on tiles far away.
    pub fn revision(&self, tile: TileId) -> Revision {
        let regions_of_tile = self.tiles_with_regions.get(&(tile.z(), grid::key_of(tile.x(), tile.y())));
        regions_of_tile.map_or_else(Revision::default, TileRegions::revision)
    }

    /// The tiles that have regions, in no order.
    pub fn tiles(&self) -> impl Iterator<Item = TileId> {
        self.tiles_with_regions.keys().filter_map(|&(z, key)| {
            let (x, y) = grid::cell_of(key);
            TileId::new(z, x, y).ok()
        })
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        let tiles_with_regions = self
            .tiles_with_regions
            .values()
            .map(|regions_of_tile| regions_of_tile.bytes() + size_of::<((u8, u64), TileRegions)>());
        self.legend.bytes() + tiles_with_regions.sum::<usize>()
    }
}

/// The tiles of zoom 14 that parcels reach into, and how many parcels have their middle where.
fn take_stock(layer: &Layer, legend: &Legend) -> (Vec<u64>, Vec<Count>) {
    let shift = World::BITS - 14;
    let last = (1i64 << 14) - 1;
    let at = |v: i64| (v >> shift).clamp(0, last) as u32;
    let mut tiles: FxHashSet<u64> = FxHashSet::default();
    let mut counts: FxHashMap<(u64, Pair), u32> = FxHashMap::default();
    for feature in layer.all().filter(|feature| feature.kind() == ShapeKind::Polygon) {
        let bounds = feature.bounds();
        for y in at(bounds.min.y)..=at(bounds.max.y) {
            tiles.extend((at(bounds.min.x)..=at(bounds.max.x)).map(|x| grid::key_of(x, y)));
        }
        let middle = bounds.center();
        let key = grid::key_of(at(middle.x), at(middle.y));
        *counts.entry((key, legend.pair(&feature))).or_default() += 1;
    }
    let mut tiles: Vec<u64> = tiles.into_iter().collect();
    tiles.sort_unstable();
    let mut counts: Vec<Count> =
        counts.into_iter().map(|((tile, pair), parcels)| Count { tile, pair, parcels }).collect();
    counts.sort_unstable_by_key(|count| (count.tile, count.pair));
    (tiles, counts)
}
