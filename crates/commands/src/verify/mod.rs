//! Checking a town's own tiles: random ones are held against what other code makes of the same rows, and against what a valid
//! tile is. For an operator after an upgrade, and for tests.
//!
//! The other code is the `mvt` crate, which writes, and `geo`, which clips (`foreign`). Nothing here draws or changes anything. Left
//! out: the tiles of other days (`?at=`), filters, MLT, which is made from the tile that is checked, and whether the rows are those of
//! the source.

mod compare;
mod decode;
mod flaw;
mod foreign;
mod judge;
mod nearness;
mod report;
mod sample;
mod shape;
#[cfg(test)]
mod tests;
mod wire;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

pub use compare::Counts;
pub use flaw::{Fault, Flaw};
pub use report::{Depth, Examined, Line, Report};

use crate::tile::{Content, Drawing, Drawn, MapLayer, render};
use compare::Comparison;
use decode::Tile;
use judge::{Faults, Judged};
use sample::{Sample, choose, offers};

/// Tiles between two words of progress.
const BATCH: usize = 64;

/// Looks into up to so many random tiles of these layers, on all cores. `watch` hears how many are done, of how many.
pub fn verify(map: &[MapLayer], tiles: usize, seed: u64, mut watch: impl FnMut(usize, usize)) -> Report {
    let samples = choose(map, tiles, seed);
    let mut report = Report::default();
    for (batch, samples_of_batch) in samples.chunks(BATCH).enumerate() {
        watch(batch * BATCH, samples.len());
        let examined: Vec<Examined> =
            samples_of_batch.par_iter().map(|sample| examine(map, sample)).collect();
        examined.into_iter().for_each(|examined| report.add(examined));
    }
    report
}

fn examine(map: &[MapLayer], sample: &Sample) -> Examined {
    let zoom = sample.tile.z();
    let drawings: Vec<(usize, Drawing<'_>)> = map
        .iter()
        .enumerate()
        .filter(|(_, layer)| offers(layer, zoom))
        .map(|(place, layer)| (place, layer.drawing(zoom, None, None, None)))
        .collect();
    let drawn = render(
        map.iter().filter(|layer| offers(layer, zoom)).map(|layer| layer.drawing(zoom, None, None, None)),
        sample.tile,
    );
    examine_drawn(&drawings, sample, &drawn)
}

/// Holds a drawn tile against the rows of its layers.
fn examine_drawn(drawings: &[(usize, Drawing<'_>)], sample: &Sample, drawn: &Drawn) -> Examined {
    let Drawn { bytes, left_out, is_refused, .. } = drawn;
    let mut examined = Examined {
        tile: sample.tile,
        depth: None,
        is_refused: *is_refused,
        left_out: *left_out,
        counts: Counts::default(),
        faults: Vec::new(),
    };
    if examined.is_refused {
        return examined;
    }
    let tile = match Tile::decode(bytes) {
        Ok(tile) => tile,
        Err(fault) => {
            examined.faults.push(Fault { layer: None, feature: None, flaw: Flaw::Unreadable(fault) });
            return examined;
        }
    };
    judge::other_reader(bytes, &tile, &mut examined.faults);
    let judged = judge::tile(&tile, &mut examined.faults);
    let names: FxHashSet<&str> = drawings.iter().map(|(_, drawing)| drawing.name).collect();
    for layer in tile.layers.iter().filter(|layer| !names.contains(layer.name.as_str())) {
        Faults::of(&layer.name, &mut examined.faults).add(None, Flaw::UnknownLayer);
    }
    examined.depth = depth(drawings, &judged);
    for (place, drawing) in drawings {
        let row = sample.row.filter(|(layer, _)| layer == place).map(|(_, row)| row);
        let judged = judged.iter().find(|judged| judged.layer.name == drawing.name);
        let comparison = Comparison { drawing, tile: sample.tile, judged, is_cut: *left_out > 0, row };
        let counts = comparison.run(&mut Faults::of(drawing.name, &mut examined.faults));
        examined.counts = examined.counts.plus(counts);
    }
    examined
}

/// How far a tile with these layers is compared.
fn depth(drawings: &[(usize, Drawing<'_>)], judged: &[Judged<'_>]) -> Option<Depth> {
    let is_there = |name: &str| judged.iter().any(|judged| judged.layer.name == name);
    let there = drawings.iter().filter(|(_, drawing)| is_there(drawing.name));
    let (mut any, mut rows, mut others) = (false, false, false);
    for (_, drawing) in there {
        any = true;
        match drawing.content {
            Content::Rows => rows = true,
            Content::Level(_) | Content::DissolvedTiles(_) => others = true,
            Content::Labels(_) => {}
        }
    }
    match (rows, others) {
        _ if !any => None,
        (_, false) => Some(Depth::Whole),
        (true, true) => Some(Depth::Part),
        (false, true) => Some(Depth::Validity),
    }
}
