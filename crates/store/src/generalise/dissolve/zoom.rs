//! All tiles of one zoom: which are drawn in real shapes and which as a dither, and their bytes.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::dither::{Allotment, Quotas, SQUARE};
use super::legend::{Legend, Pair};
use super::survey::Share;
use super::trace::Raster;
use super::{commands, grid, shapes, survey};
use crate::geometry::planar::Rings;
use crate::geometry::{BUFFER, EXTENT, TileId};
use crate::store::{Layer, Revision};

/// What a tile should not exceed, attributes included.
const TARGET_BYTES: usize = 250_000;

/// What a tile of real shapes may have instead: they are worth it.
const MOST_BYTES: usize = 480_000;

/// What a region costs beside its geometry: id, two attributes, a number, lengths.
const PATCH_BYTES: usize = 28;

/// Zooms from here on try real shapes first; coarser tiles of a town would be too large.
const SHAPES_FROM: u8 = 12;

/// Cells from fine to coarse: squares along a side.
const CELL_SIDES: [usize; 4] = [8, 16, 32, 64];

/// Squares along a tile, and along its buffer.
const TILE_SQUARES: i64 = (EXTENT / SQUARE) as i64;
const BUFFER_SQUARES: i64 = (BUFFER / SQUARE) as i64;

/// How many parcels of a pair have their middle in a tile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    pub tile: u64,
    pub pair: Pair,
    pub parcels: u32,
}

/// Brings counts, in order of tiles, to the tiles one zoom up.
pub(super) fn merge_counts(counts: &mut Vec<Count>) {
    counts.iter_mut().for_each(|count| count.tile >>= 2);
    counts.sort_unstable_by_key(|count| (count.tile, count.pair));
    counts.dedup_by(|later, kept| {
        let is_same = (later.tile, later.pair) == (kept.tile, kept.pair);
        kept.parcels += if is_same { later.parcels } else { 0 };
        is_same
    });
}

/// One pair in one tile.
#[derive(Debug, Clone, Copy)]
pub(super) struct PatchEntry {
    pub pair: Pair,
    pub count: u32,
    end: u32,
}

/// The regions of one tile.
#[derive(Debug, Default)]
pub(super) struct TileRegions {
    regions: Vec<PatchEntry>,
    commands: Vec<u8>,
    revision: Revision,
}

impl TileRegions {
    fn of(pairs: &[(Pair, Rings)]) -> Self {
        let mut regions_of_tile = Self::default();
        for (pair, rings) in pairs {
            commands::encode(rings, &mut regions_of_tile.commands);
            regions_of_tile.regions.push(PatchEntry {
                pair: *pair,
                count: 0,
                end: regions_of_tile.commands.len() as u32,
            });
        }
        regions_of_tile.regions.shrink_to_fit();
        regions_of_tile.commands.shrink_to_fit();
        regions_of_tile
    }

    /// Notes what it holds, once all of it is there.
    pub fn revise(&mut self, legend: &Legend) {
        let mut hash = Xxh3::new();
        for region in &self.regions {
            // numbers of pairs are the layer's own: texts are what a tile is made of
            for text in [legend.ward(region.pair), legend.use_code(region.pair)] {
                hash.update(&xxh3_64(text.as_bytes()).to_le_bytes());
            }
            hash.update(&region.count.to_le_bytes());
            hash.update(&region.end.to_le_bytes());
        }
        hash.update(&self.commands);
        self.revision = Revision(hash.digest());
    }

    /// What it holds, as a number.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    pub fn regions(&self) -> &[PatchEntry] {
        &self.regions
    }

    pub fn geometry(&self, region: usize) -> &[u8] {
        let start = if region == 0 { 0 } else { self.regions[region - 1].end as usize };
        &self.commands[start..self.regions[region].end as usize]
    }

    pub fn bytes(&self) -> usize {
        self.regions.capacity() * size_of::<PatchEntry>() + self.commands.capacity()
    }

    fn drawn_bytes(&self) -> usize {
        self.commands.len() + self.regions.len() * PATCH_BYTES
    }
}

/// Draws all tiles of a zoom. `shares` are in cells of [`cell_level`].
pub(super) fn draw(
    layer: &Layer,
    legend: &Legend,
    z: u8,
    shares: &[Share],
    counts: &[Count],
) -> BTreeMap<u64, TileRegions> {
    let in_tile = 2 * (cell_level(z) - u32::from(z));
    let tiles: BTreeMap<u64, &[Share]> = shares
        .chunk_by(|a, b| a.cell >> in_tile == b.cell >> in_tile)
        .map(|shares| (shares[0].cell >> in_tile, shares))
        .collect();
    let mut tiles_with_regions: BTreeMap<u64, TileRegions> = BTreeMap::new();
    if z >= SHAPES_FROM {
        let real = |(&tile, shares): (&u64, &&[Share])| {
            let pairs = shapes::united(layer, legend, tile_of(z, tile)?, &areas(z, shares))?;
            let regions_of_tile = TileRegions::of(&pairs);
            (regions_of_tile.drawn_bytes() <= MOST_BYTES).then_some((tile, regions_of_tile))
        };
        tiles_with_regions = tiles.par_iter().filter_map(real).collect::<Vec<_>>().into_iter().collect();
    }
    let full: Vec<u64> =
        tiles.keys().copied().filter(|tile| !tiles_with_regions.contains_key(tile)).collect();
    tiles_with_regions.extend(dither(z, &tiles, &full, counts));
    settle_counts(&mut tiles_with_regions, counts);
    tiles_with_regions
}

/// The level of the cells whose areas a zoom starts from.
fn cell_level(z: u8) -> u32 {
    grid::FINEST_LEVEL.min(u32::from(z) + 8)
}

fn tile_of(z: u8, key: u64) -> Option<TileId> {
    let (x, y) = grid::cell_of(key);
    TileId::new(z, x, y).ok()
}

/// Draws the tiles `full` dithered, their buffers as their neighbours would draw it.
fn dither(z: u8, tiles: &BTreeMap<u64, &[Share]>, full: &[u64], counts: &[Count]) -> Vec<(u64, TileRegions)> {
    let near = full.iter().flat_map(|&tile| grid::around(tile, u32::from(z)));
    let mut needed: Vec<u64> = near.filter(|tile| tiles.contains_key(tile)).collect();
    needed.sort_unstable();
    needed.dedup();
    let quotas = quotas(z, tiles, &needed, counts);
    let allot = |tile: &u64| {
        let quotas = quotas.get(tile)?;
        Some((*tile, allotment(z, *tile, tiles.get(tile)?, quotas)))
    };
    let allotments: FxHashMap<u64, Allotment> = needed.par_iter().filter_map(allot).collect();
    let paint = |&tile: &u64| (tile, TileRegions::of(&painted(z, tile, BUFFER_SQUARES, &allotments)));
    full.par_iter().map(paint).collect()
}

/// Squares in one finest cell.
fn squares_per_cell(z: u8) -> f64 {
    let side = 64.0 / f64::from(SQUARE) / f64::from(1u32 << (14 - z));
    side * side
}

/// Square tile units that each pair covers of a tile.
fn areas(z: u8, shares: &[Share]) -> BTreeMap<Pair, f64> {
    let scale = squares_per_cell(z) * f64::from(SQUARE * SQUARE);
    let mut areas: BTreeMap<Pair, f64> = BTreeMap::new();
    for share in shares {
        *areas.entry(share.pair).or_default() += share.area * scale;
    }
    areas
}

/// Squares for each pair in each tile: what a tile has too much or too little is carried to the next
/// along the curve. A pair that has parcels gets at least one square somewhere.
fn quotas(
    z: u8,
    tiles: &BTreeMap<u64, &[Share]>,
    needed: &[u64],
    counts: &[Count],
) -> FxHashMap<u64, Quotas> {
    let scale = squares_per_cell(z);
    let mut quotas: FxHashMap<u64, Quotas> = FxHashMap::default();
    /// What is carried, and the tile where most of the pair is.
    #[derive(Default)]
    struct Run {
        carry: f64,
        is_drawn: bool,
        total: f64,
        most: (f64, u64),
    }
    let mut runs: BTreeMap<Pair, Run> = BTreeMap::new();
    for &tile in needed {
        let mut areas: BTreeMap<Pair, f64> = BTreeMap::new();
        for share in tiles.get(&tile).copied().unwrap_or_default() {
            *areas.entry(share.pair).or_default() += share.area * scale;
        }
        let quotas = quotas.entry(tile).or_default();
        for (pair, area) in areas {
            let run = runs.entry(pair).or_default();
            let squares = (area + run.carry).round().max(0.0);
            run.carry += area - squares;
            run.is_drawn |= squares > 0.0;
            run.total += area;
            if area > run.most.0 {
                run.most = (area, tile);
            }
            quotas.insert(pair, squares as i64);
        }
    }
    let counted: FxHashSet<Pair> = counts.iter().map(|count| count.pair).collect();
    let mut excess = 0.0;
    for (pair, run) in &runs {
        if !run.is_drawn && counted.contains(pair) {
            quotas.entry(run.most.1).or_default().insert(*pair, 1);
            excess += 1.0 - run.total;
        }
    }
    // the whole stays true: the largest give what the smallest were given, within their own tolerance
    let mut largest: Vec<(Pair, Run)> = runs.into_iter().collect();
    largest.sort_by(|a, b| b.1.total.total_cmp(&a.1.total));
    for (pair, run) in largest {
        let quota = quotas.get_mut(&run.most.1).and_then(|quotas| quotas.get_mut(&pair));
        if let Some(squares) = quota.filter(|_| run.is_drawn) {
            // a square is always within tolerance, but not on top of what rounding took
            let slack = (run.total * 0.02).max(1.0) - run.carry;
            let spare = ((*squares as f64 / 2.0).ceil()).min(*squares as f64 - 1.0);
            let given = slack.min(spare).min(excess).max(0.0).floor();
            *squares -= given as i64;
            excess -= given;
        }
    }
    quotas
}

/// The finest cells that keep the tile within its target.
fn allotment(z: u8, tile: u64, shares: &[Share], quotas: &Quotas) -> Allotment {
    let scale = squares_per_cell(z);
    let mut allotment = Allotment::default();
    for side in CELL_SIDES {
        let level = u32::from(z) + (TILE_SQUARES as usize / side).trailing_zeros();
        let Some(levels) = cell_level(z).checked_sub(level) else { continue };
        let mut cells = survey::coarser(shares, levels);
        cells.iter_mut().for_each(|cell| cell.area *= scale);
        allotment = Allotment::new(&cells, side, quotas);
        let alone = FxHashMap::from_iter([(tile, allotment)]);
        let is_small = TileRegions::of(&painted(z, tile, 0, &alone)).drawn_bytes() <= TARGET_BYTES;
        allotment = alone.into_values().next().unwrap_or_default();
        if is_small {
            break;
        }
    }
    allotment
}

/// The regions that a tile and its neighbours have in the tile, `margin` squares of buffer included.
fn painted(z: u8, tile: u64, margin: i64, allotments: &FxHashMap<u64, Allotment>) -> Vec<(Pair, Rings)> {
    let (column, row) = grid::cell_of(tile);
    let (west, north) = (i64::from(column) * TILE_SQUARES - margin, i64::from(row) * TILE_SQUARES - margin);
    let squares = TILE_SQUARES + 2 * margin;
    let window = [west, north, west + squares, north + squares];
    let mut raster = Raster::new(squares as usize);
    let mut above: BTreeMap<Pair, Vec<(i32, i32)>> = BTreeMap::new();
    for near in grid::around(tile, u32::from(z)).filter_map(|near| allotments.get(&near)) {
        near.visit(window, |pair, x, y| {
            let (x, y) = ((x - west) as i32, (y - north) as i32);
            if !raster.paint(x, y, pair + 1) {
                above.entry(pair).or_default().push((x, y));
            }
        });
    }
    let mut outlines = raster.outlines();
    // a pair that shares places with another is traced on a grid of its own
    outlines.retain(|outline| !above.contains_key(&(outline.label - 1)));
    for (pair, places) in above {
        let mut alone = raster.only(pair + 1);
        for (x, y) in places {
            alone.paint(x, y, pair + 1);
        }
        outlines.extend(alone.outlines());
    }
    let unit = |square: i32| (square - margin as i32) * SQUARE;
    let mut pairs: BTreeMap<Pair, Rings> = BTreeMap::new();
    for outline in outlines {
        let ring = outline.ring.iter().map(|&(x, y)| (unit(x), unit(y)));
        pairs.entry(outline.label - 1).or_default().push_points(ring);
    }
    pairs.into_iter().collect()
}

/// Gives every region its parcels; those of a tile that does not show the pair go to the next tile
/// along the curve that does, or to the last.
fn settle_counts(tiles_with_regions: &mut BTreeMap<u64, TileRegions>, counts: &[Count]) {
    let mut by_pair: Vec<Count> = counts.to_vec();
    by_pair.sort_unstable_by_key(|count| (count.pair, count.tile));
    let mut shown: FxHashMap<Pair, Vec<(u64, usize)>> = FxHashMap::default();
    for (&tile, regions_of_tile) in tiles_with_regions.iter() {
        for (i, region) in regions_of_tile.regions.iter().enumerate() {
            shown.entry(region.pair).or_default().push((tile, i));
        }
    }
    for count in by_pair {
        let Some(places) = shown.get(&count.pair) else { continue };
        let next = places.partition_point(|&(tile, _)| tile < count.tile).min(places.len() - 1);
        let (tile, region) = places[next];
        if let Some(regions_of_tile) = tiles_with_regions.get_mut(&tile) {
            regions_of_tile.regions[region].count += count.parcels;
        }
    }
}
