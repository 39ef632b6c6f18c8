//! A shard: the rows of one layer in one cell of the map, and reading them.
//!
//! [`Feature`] is the way in for one row, [`BlockScan`] for a whole tile. How rows lie in memory is `base.rs`.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::base::Base;
use super::block_view::BlockView;
use super::cells::{CellSums, FINEST_CELL_LEVEL};
use super::field::Field;
use super::scan::BlockScan;
use super::{Extent, Feature, FeatureId, Recurrence, Revision};
use crate::geometry::{World, WorldBox};

impl Base {
    /// The rows of a block.
    pub fn features_of(&self, block: usize) -> impl Iterator<Item = Feature<'_>> {
        let view = BlockView::new(&self.shapes, &self.blocks[block]);
        self.rows_of(block)
            .zip(view.rows())
            .map(move |(row, outline)| Feature::new(self, row, view.table, outline))
    }

    /// Every row.
    pub fn features(&self) -> impl Iterator<Item = Feature<'_>> {
        (0..self.blocks.len()).flat_map(|block| self.features_of(block))
    }

    fn feature(&self, row: usize) -> Option<Feature<'_>> {
        let block = self.blocks.partition_point(|b| b.first_row as usize <= row).checked_sub(1)?;
        self.features_of(block).nth(row - self.blocks[block].first_row as usize)
    }

    /// Areas that cover the place, in row order. Asking each at once is cheaper than asking its box first: the box
    /// is not kept, and costs as many vertices.
    fn covering(&self, at: World) -> impl Iterator<Item = Feature<'_>> {
        let blocks = self.blocks_in(&WorldBox::of(at)).into_iter();
        blocks.flat_map(|block| self.features_of(block as usize)).filter(move |f| f.covers(at))
    }

    /// Features whose box meets the box, in row order.
    fn in_box<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a> {
        let bounds = *bounds;
        self.blocks_in(&bounds).into_iter().flat_map(move |block| {
            let block = block as usize;
            let is_inside = bounds.contains_box(&self.blocks[block].bounds());
            self.features_of(block).filter(move |f| is_inside || f.bounds().intersects(&bounds))
        })
    }

    fn by_id(&self, id: FeatureId) -> Option<Feature<'_>> {
        self.feature(self.row_of(id)?)
    }
}

/// Rows changed since the base was packed, and the ids they replace.
#[derive(Debug)]
struct Delta {
    rows: Base,
    removed: FxHashSet<FeatureId>,
}

/// One cell's rows: a packed base, a small delta over it, and what they add up to.
#[derive(Debug, Clone)]
pub(super) struct Shard {
    base: Arc<Base>,
    delta: Option<Arc<Delta>>,
}

impl Shard {
    pub fn new(base: Base) -> Self {
        Self { base: Arc::new(base), delta: None }
    }

    /// The same without these rows.
    #[must_use]
    pub fn without(self, ids: FxHashSet<FeatureId>, fields: &[Field]) -> Self {
        let delta = Delta { rows: Base::empty(fields), removed: ids };
        Self { base: self.base, delta: Some(Arc::new(delta)) }
    }

    fn parts(&self) -> impl Iterator<Item = &Base> {
        std::iter::once(self.base.as_ref()).chain(self.delta.as_deref().map(|d| &d.rows))
    }

    /// Whether a row of the base was replaced or deleted.
    fn is_removed(&self, feature: &Feature<'_>) -> bool {
        self.delta
            .as_deref()
            .is_some_and(|delta| feature.is_of(&self.base) && delta.removed.contains(&feature.id()))
    }

    pub fn bounds(&self) -> WorldBox {
        let mut bounds = WorldBox::EMPTY;
        self.parts().for_each(|base| bounds.include_box(&base.bounds));
        bounds
    }

    pub fn rows(&self) -> usize {
        self.parts().map(|base| base.rows).sum::<usize>()
            - self.delta.as_deref().map_or(0, |delta| delta.removed.len())
    }

    /// The revision of its rows, and the same by cell. A tile writes values otherwise where a column is
    /// packed otherwise, so the cells know that too.
    pub fn revisions(&self) -> (Revision, CellSums) {
        let (mut all, mut cells) = (Revision::default(), CellSums::new(FINEST_CELL_LEVEL));
        let mut scratch = Vec::new();
        for base in self.parts() {
            let packing = base.columns.iter().fold(Revision::default(), |packing, column| {
                packing.then(match column.recurrence() {
                    Recurrence::Codes(_) => 0,
                    Recurrence::Some => 1,
                    Recurrence::Hardly => 2,
                })
            });
            for row in base.features().filter(|f| !self.is_removed(f)) {
                let (revision, bounds) = Revision::of_row(&row, &mut scratch);
                all = all.plus(revision);
                cells.add(&bounds, revision.then(packing.0));
            }
        }
        (all, cells)
    }

    pub fn bytes(&self) -> usize {
        self.parts().map(Base::bytes).sum()
    }

    pub fn in_box<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a> {
        let bounds = *bounds;
        self.parts().flat_map(move |base| base.in_box(&bounds)).filter(|f| !self.is_removed(f))
    }

    /// The rows of the blocks that meet the box.
    pub fn near<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a> {
        let bounds = *bounds;
        let rows = self.parts().flat_map(move |base| {
            base.blocks_in(&bounds).into_iter().flat_map(move |block| base.features_of(block as usize))
        });
        rows.filter(|f| !self.is_removed(f))
    }

    /// The areas that cover the place.
    pub fn covering(&self, at: World) -> impl Iterator<Item = Feature<'_>> {
        self.parts().flat_map(move |base| base.covering(at)).filter(|f| !self.is_removed(f))
    }

    /// The blocks that meet the box, for drawing.
    pub fn scan<'a>(&'a self, bounds: &WorldBox, mut visit: impl FnMut(BlockScan<'a>)) {
        let removed = self.delta.as_deref().map(|delta| &delta.removed);
        for base in self.parts() {
            let removed = removed.filter(|_| std::ptr::eq(base, self.base.as_ref()));
            base.blocks_in(bounds)
                .into_iter()
                .for_each(|block| visit(BlockScan::new(base, block as usize, removed)));
        }
    }

    /// Adds what the blocks that meet the box hold to `sum`, until that exceeds `limit`.
    pub fn add_extent(&self, bounds: &WorldBox, limit: Extent, sum: &mut Extent) {
        for base in self.parts() {
            for block in base.blocks_meeting(bounds) {
                if !sum.is_within(limit) {
                    return;
                }
                *sum = sum.plus(base.extent_of(block));
            }
        }
    }

    /// Whether an id is in the range of those here.
    pub fn may_hold(&self, id: FeatureId) -> bool {
        self.parts().any(|base| base.may_hold(id))
    }

    pub fn by_id(&self, id: FeatureId) -> Option<Feature<'_>> {
        self.parts().find_map(|base| base.by_id(id).filter(|f| !self.is_removed(f)))
    }

    /// Ids of the base in ascending order.
    pub fn sorted_ids(&self) -> impl Iterator<Item = FeatureId> {
        self.base.sorted_ids()
    }

    /// The row at a place in the order of [`Shard::all`].
    pub fn nth(&self, place: usize) -> Option<Feature<'_>> {
        match self.delta {
            None => self.base.feature(place),
            Some(_) => self.all().nth(place),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = Feature<'_>> {
        self.parts().flat_map(Base::features).filter(|f| !self.is_removed(f))
    }

    /// Calls `visit` for features nearest block first; `visit` gets the square of the distance of
    /// the block's box in grid steps and says whether to go on.
    pub fn visit_from<'a>(&'a self, at: World, mut visit: impl FnMut(f64, Option<Feature<'a>>) -> bool) {
        for base in self.parts() {
            for (distance2, block) in base.blocks_from(at) {
                if !visit(distance2, None) {
                    break;
                }
                let mut rows = base.features_of(block).filter(|f| !self.is_removed(f));
                if !rows.all(|feature| visit(distance2, Some(feature))) {
                    return;
                }
            }
        }
    }
}
