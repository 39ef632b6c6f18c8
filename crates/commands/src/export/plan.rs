//! Which tiles an archive has: those a feature of a visible layer reaches into.
//!
//! The pyramid is descended once a zoom, in the order of PMTiles ids: zoom by zoom, within a zoom along
//! the Hilbert curve. A tile without features has none below it either, so empty land costs nothing,
//! and no list of tiles is ever held. An id says where to begin again.

use pmtiles::{PYRAMID_SIZE_BY_ZOOM, TileCoord};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Job;
use crate::geometry::{World, WorldBox};
use crate::tile::TileId;

/// The tiles of a job.
#[derive(Clone, Copy)]
pub(super) struct Tiles<'a> {
    job: &'a Job,
}

/// A tile by its place on the Hilbert curve of its zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    z: u8,
    index: u64,
}

impl<'a> Tiles<'a> {
    pub fn new(job: &'a Job) -> Self {
        Self { job }
    }

    /// How many there are.
    pub fn count(self) -> u64 {
        let zooms: Vec<u8> = self.job.zooms.clone().collect();
        zooms.into_par_iter().map(|z| self.at_zoom(z, 0).count() as u64).sum()
    }

    /// The tiles whose PMTiles id is at least `first`, by rising id.
    pub fn from(self, first: u64) -> impl Iterator<Item = (u64, TileId)> {
        self.job.zooms.clone().flat_map(move |z| self.at_zoom(z, first))
    }

    fn at_zoom(self, z: u8, first: u64) -> impl Iterator<Item = (u64, TileId)> {
        let base = PYRAMID_SIZE_BY_ZOOM[usize::from(z)];
        let first = first.saturating_sub(base);
        let mut open = vec![Node::ROOT];
        std::iter::from_fn(move || {
            while let Some(node) = open.pop() {
                if node.end_at(z) <= first {
                    continue;
                }
                let Some(tile) = node.tile().filter(|&tile| self.has_features(tile, z)) else { continue };
                if node.z == z {
                    return Some((base + node.index, tile));
                }
                // the last in is the first out
                open.extend(node.children().rev());
            }
            None
        })
    }

    /// Whether a feature that is visible at `zoom` reaches into the tile.
    fn has_features(self, tile: TileId, zoom: u8) -> bool {
        if self.job.clip.is_some_and(|clip| !clip.intersects(&area(tile))) {
            return false;
        }
        let bounds = tile.drawn_bounds();
        self.job.visible(zoom).any(|layer| {
            let layer = layer.layer();
            // a layer that lies wholly in the tile need not be searched
            let is_inside = !layer.is_empty() && bounds.contains_box(&layer.bounds());
            is_inside || layer.in_box(&bounds).next().is_some()
        })
    }
}

impl Node {
    const ROOT: Self = Self { z: 0, index: 0 };

    /// The four tiles it is made of: the curve of a zoom is that of the zoom above, refined.
    fn children(self) -> impl DoubleEndedIterator<Item = Self> {
        (0..4).map(move |nth| Self { z: self.z + 1, index: self.index * 4 + nth })
    }

    /// The index after its last descendant at the zoom.
    fn end_at(self, zoom: u8) -> u64 {
        (self.index + 1) << (2 * (zoom - self.z))
    }

    fn tile(self) -> Option<TileId> {
        let id = pmtiles::TileId::new(PYRAMID_SIZE_BY_ZOOM[usize::from(self.z)] + self.index).ok()?;
        let at = TileCoord::from(id);
        TileId::new(at.z(), at.x(), at.y()).ok()
    }
}

/// The tile without its buffer and without the edges it shares with the next.
fn area(tile: TileId) -> WorldBox {
    let shift = World::BITS - u32::from(tile.z());
    let min = World { x: i64::from(tile.x()) << shift, y: i64::from(tile.y()) << shift };
    let reach = (1i64 << shift) - 1;
    WorldBox { min, max: World { x: min.x + reach, y: min.y + reach } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_four_children_of_a_tile_lie_in_it(z in 0u8..20, place in 0.0..1.0) {
            let index = ((1u64 << (2 * z)) as f64 * place) as u64;
            let node = Node { z, index };
            let parent = node.tile().unwrap();
            for child in node.children() {
                let child = child.tile().unwrap();
                prop_assert_eq!((child.x() / 2, child.y() / 2), (parent.x(), parent.y()));
            }
        }

        #[test]
        fn a_tile_ends_where_its_last_descendant_does(z in 0u8..10, below in 0u8..10, place in 0.0..1.0) {
            let node = Node { z, index: ((1u64 << (2 * z)) as f64 * place) as u64 };
            let last = (0..below).fold(node, |node, _| node.children().next_back().unwrap());
            prop_assert_eq!(node.end_at(z + below), last.index + 1);
        }
    }
}
