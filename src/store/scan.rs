//! Reading a block at a time: what drawing a tile does, because it wants nearly every row of a block.

use rustc_hash::FxHashSet;

use super::block::{BlockView, RingView};
use super::shard::Base;
use super::{Column, Feature, FeatureId};
use crate::geometry::{World, WorldBox};

/// A block whose box meets the box that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct BlockScan<'a> {
    base: &'a Base,
    block: usize,
    view: BlockView<'a>,
    removed: Option<&'a FxHashSet<FeatureId>>,
}

/// A row of a block: the feature, and its number in the columns.
#[derive(Debug, Clone, Copy)]
pub struct ScanRow<'a> {
    /// The row's number in [`BlockScan::columns`].
    pub row: usize,
    /// The row itself.
    pub feature: Feature<'a>,
}

impl<'a> BlockScan<'a> {
    pub(super) fn new(base: &'a Base, block: usize, removed: Option<&'a FxHashSet<FeatureId>>) -> Self {
        Self { base, block, view: BlockView::new(&base.shapes, &base.blocks[block]), removed }
    }

    /// The box around its rows.
    pub fn bounds(&self) -> WorldBox {
        self.base.blocks[self.block].bounds()
    }

    /// Puts every vertex of the block into `out`; [`RingView::places`] are positions in it.
    #[inline]
    pub fn vertices_into<T>(&self, out: &mut Vec<T>, convert: impl Fn(World) -> T) {
        self.view.vertices_into(out, convert);
    }

    /// The columns of the shard, shared by all its blocks.
    pub fn columns(&self) -> &'a [Column] {
        &self.base.columns
    }

    /// The block's rows.
    #[inline]
    pub fn rows(&self) -> impl Iterator<Item = ScanRow<'a>> + use<'a> {
        let (view, base, removed) = (self.view, self.base, self.removed);
        let mut at = view.rows_start;
        let rows = base.rows_of(self.block).map(move |row| {
            let shape = view.row(at);
            at = shape.end;
            ScanRow { row, feature: Feature::new(base, row, shape) }
        });
        rows.filter(move |row| removed.is_none_or(|removed| !removed.contains(&row.feature.id())))
    }
}

impl<'a> ScanRow<'a> {
    /// Its lines or rings.
    #[inline]
    pub fn rings(&self) -> impl Iterator<Item = RingView<'a>> + use<'a> {
        self.feature.rings()
    }
}
