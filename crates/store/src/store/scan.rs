//! Reading a block at a time: what drawing a tile does, because it wants nearly every row of a block.

use rustc_hash::FxHashSet;

use super::base::Base;
use super::block_view::{BlockView, Outline};
use super::{Column, Feature, FeatureId, ValueKeys};
use crate::geometry::{World, WorldBox};

/// A block whose box meets the box that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct BlockScan<'a> {
    base: &'a Base,
    block: usize,
    view: BlockView<'a>,
    removed: Option<&'a FxHashSet<FeatureId>>,
}

impl<'a> BlockScan<'a> {
    pub(super) fn new(base: &'a Base, block: usize, removed: Option<&'a FxHashSet<FeatureId>>) -> Self {
        Self { base, block, view: BlockView::new(&base.shapes, &base.blocks[block]), removed }
    }

    /// The box around its rows.
    pub fn bounds(&self) -> WorldBox {
        self.base.blocks[self.block].bounds()
    }

    /// Puts every vertex of the block into `out`; [`Places`](super::Places) are positions in it.
    #[inline]
    pub fn vertices_into<T>(&self, out: &mut Vec<T>, convert: impl Fn(World) -> T) {
        self.view.table.vertices_into(out, convert);
    }

    /// The columns of its part of the layer, shared by many blocks.
    pub fn columns(&self) -> &'a [Column] {
        &self.base.columns
    }

    /// Whether the numbers of [`BlockScan::keys_into`] mean the same in both blocks.
    pub fn shares_columns(&self, other: &Self) -> bool {
        std::ptr::eq(self.base, other.base)
    }

    /// The number of its first row in its part of the layer.
    pub fn first_row(&self) -> usize {
        self.base.rows_of(self.block).start
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.base.rows_of(self.block).len()
    }

    /// Whether it has none, which no block of a layer does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values of its rows in a column, as numbers.
    pub fn keys_into(&self, column: usize, keys: &mut ValueKeys) {
        if let Some(column) = self.base.columns.get(column) {
            column.keys_into(self.base.rows_of(self.block), keys);
        }
    }

    /// The ids of its rows.
    pub fn ids_into(&self, ids: &mut Vec<i64>) {
        self.base.ids_into(self.block, ids);
    }

    /// The block's rows, each with its place in the block.
    #[inline]
    pub fn rows(&self) -> impl Iterator<Item = (usize, Outline<'a>)> + use<'a> {
        let (base, first_row, removed) = (self.base, self.first_row(), self.removed);
        let is_there =
            move |place: usize| removed.is_none_or(|ids| !ids.contains(&base.id(first_row + place)));
        (0..base.rows_of(self.block).len()).zip(self.view.rows()).filter(move |(place, _)| is_there(*place))
    }

    /// The row at this place in the block, which has this outline.
    pub fn feature(&self, place: usize, outline: Outline<'a>) -> Feature<'a> {
        Feature::new(self.base, self.first_row() + place, self.view.table, outline)
    }
}
