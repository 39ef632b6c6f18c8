//! Which tiles are looked into: random ones, the same for the same seed and town, and where there is something to see.
//!
//! A zoom by chance, a layer that has tiles there by chance, a row of it by chance, a vertex of that row by chance: the tile around
//! it. So each zoom comes as often as the next while it has tiles left, a layer of a hundred rows as often as one of a million, and within a layer
//! tiles with many rows come first. Every eighth tile is a neighbour of such a one, where there may be only an edge, or nothing.

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::geometry::{TileId, World};
use crate::store::{Feature, FeatureId};
use crate::tile::MapLayer;

/// One tile in so many is a neighbour of the one that was chosen.
const NEIGHBOURS: usize = 8;
/// A small town has few tiles at low zooms: so many tries a tile, and the sample is what was found.
const TRIES: usize = 64;

/// A tile to look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub tile: TileId,
    /// A row with a vertex in it: its layer's place in the map, its id.
    pub row: Option<(usize, FeatureId)>,
}

/// Up to so many different tiles.
pub(super) fn choose(map: &[MapLayer], tiles: usize, seed: u64) -> Vec<Sample> {
    let mut dice = Dice { seed, rolled: 0 };
    let offered = |zoom: u8| {
        let has_rows = |layer: &MapLayer| !layer.layer().is_empty() && offers(layer, zoom);
        map.iter().enumerate().filter(|(_, layer)| has_rows(layer)).collect::<Vec<_>>()
    };
    let zooms: Vec<_> = (0..=u8::MAX)
        .take_while(|&zoom| map.iter().any(|layer| *layer.config().request_zooms().end() >= zoom))
        .map(|zoom| (zoom, offered(zoom)))
        .filter(|(_, layers)| !layers.is_empty())
        .collect();
    let mut known = FxHashSet::default();
    let mut samples: Vec<Sample> = Vec::new();
    let mut neighbours = 0;
    for _ in 0..tiles.saturating_mul(TRIES) {
        if samples.len() == tiles {
            break;
        }
        let Some((zoom, layers)) = dice.one_of(&zooms) else { break };
        let Some(&(place, layer)) = dice.one_of(layers) else { break };
        let rows = layer.layer();
        let Some(row) = rows.nth(dice.roll(rows.len())) else { continue };
        let Some(sample) = around(&row, place, *zoom, &mut dice) else { continue };
        // where all tiles of a low zoom are known, its neighbours would go on for ever
        let is_neighbour = sample.row.is_none();
        if is_neighbour && neighbours * NEIGHBOURS > samples.len() {
            continue;
        }
        if known.insert(sample.tile) {
            neighbours += usize::from(is_neighbour);
            samples.push(sample);
        }
    }
    samples
}

/// Whether the layer has tiles at this zoom.
pub(super) fn offers(layer: &MapLayer, zoom: u8) -> bool {
    layer.config().request_zooms().contains(&zoom)
}

fn around(row: &Feature<'_>, layer: usize, zoom: u8, dice: &mut Dice) -> Option<Sample> {
    let vertices = || row.rings().flat_map(|ring| ring.points());
    let World { x, y } = vertices().nth(dice.roll(vertices().count()))?;
    let last = (1i64 << zoom) - 1;
    let along = |at: i64| (at >> (World::BITS - u32::from(zoom))).clamp(0, last);
    let (mut x, mut y) = (along(x), along(y));
    let is_neighbour = dice.roll(NEIGHBOURS) == 0;
    if is_neighbour {
        let mut step = || dice.roll(3) as i64 - 1;
        (x, y) = ((x + step()).clamp(0, last), (y + step()).clamp(0, last));
    }
    let tile = TileId::new(zoom, u32::try_from(x).ok()?, u32::try_from(y).ok()?).ok()?;
    Some(Sample { tile, row: (!is_neighbour).then(|| (layer, row.id())) })
}

/// Numbers by chance that are the same in every run.
struct Dice {
    seed: u64,
    rolled: u64,
}

impl Dice {
    /// A number below this one; nought where there is none.
    fn roll(&mut self, below: usize) -> usize {
        self.rolled += 1;
        let number = xxh3_64_with_seed(&self.rolled.to_le_bytes(), self.seed);
        number.checked_rem(below as u64).unwrap_or_default() as usize
    }

    fn one_of<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.roll(among.len()))
    }
}
