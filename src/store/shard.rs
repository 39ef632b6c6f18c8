//! A shard: the rows of one layer in one cell of the map, and how they lie in memory.
//!
//! Rows stand in Hilbert order in blocks of up to 64 (`block.rs`), attributes in columns beside them,
//! and the `rstar` tree holds one entry a block. [`Feature`] is the way in for one row,
//! [`BlockScan`] for a whole tile.

use std::sync::Arc;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use rustc_hash::FxHashSet;

use super::bin::{Bin, KnownTexts, Place};
use super::bits::PADDING;
use super::block::{Block, BlockWriter};
use super::block_view::BlockView;
use super::cells::{CellSums, FINEST_CELL_LEVEL};
use super::ints::Ints;
use super::layer::Field;
use super::scan::BlockScan;
use super::{Column, Extent, Feature, FeatureId, Recurrence, Revision, Value};
use crate::geometry::{World, WorldBox};

type BlockEntry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Rows packed together; never changed once built.
#[derive(Debug)]
pub(super) struct Base {
    pub rows: usize,
    ids: Ints,
    /// The blocks one after the other, then padding.
    pub shapes: Vec<u8>,
    pub columns: Vec<Column>,
    pub blocks: Vec<Block>,
    tree: RTree<BlockEntry>,
    /// Rows in order of their id.
    by_id: Ints,
    pub bounds: WorldBox,
}

/// What one reader took of a cell, and the texts its rows refer to.
pub(super) struct Part<'a> {
    pub bin: &'a Bin,
    pub known: &'a [KnownTexts],
}

/// A row to be packed: in Hilbert order, ties by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: u64,
    id: FeatureId,
    part: u32,
    place: (u32, u32),
}

impl Base {
    /// Packs the rows of a cell. Of rows with the same id the first in Hilbert order stays; `twice`
    /// is told of the others. Columns of whole numbers for which `as_digits` says so are held to be given as text.
    pub fn pack(
        parts: &[Part<'_>],
        fields: &[Field],
        as_digits: &[bool],
        mut twice: impl FnMut(FeatureId),
    ) -> Self {
        let mut order = order_of(parts, &mut twice);
        let mut values: Vec<Vec<Value<'_>>> =
            fields.iter().map(|_| Vec::with_capacity(order.len())).collect();
        let (mut vertices, mut rings) = (Vec::new(), Vec::new());
        let (mut writer, mut blocks, mut shapes) = (BlockWriter::default(), Vec::new(), Vec::new());
        let mut first_row = 0;
        for (row, entry) in order.iter().enumerate() {
            let part = &parts[entry.part as usize];
            let place = Place::from_pair(entry.place);
            let buffers = (&mut vertices, &mut rings);
            let kind = part.bin.read(place, fields, part.known, &mut values, buffers);
            let mut bounds = WorldBox::EMPTY;
            vertices.iter().for_each(|&p| bounds.include(p));
            if !writer.fits(&vertices, &bounds) {
                blocks.push(writer.finish(first_row, &mut shapes));
                first_row = row as u32;
            }
            writer.push(kind, &vertices, &rings, &bounds);
        }
        if !writer.is_empty() {
            blocks.push(writer.finish(first_row, &mut shapes));
        }
        shapes.extend([0; PADDING]);
        shapes.shrink_to_fit();
        blocks.shrink_to_fit();
        let ids: Vec<i64> = order.iter().map(|entry| entry.id as i64).collect();
        let mut by_id: Vec<i64> = (0..ids.len() as i64).collect();
        by_id.sort_unstable_by_key(|&row| ids[row as usize]);
        order.clear();
        let columns = fields.iter().zip(&mut values).enumerate().map(|(i, (field, rows))| {
            // each column's values go as soon as they are packed
            let rows = std::mem::take(rows);
            match as_digits.get(i) {
                Some(true) => Column::pack_digits(&rows),
                _ => Column::pack(field.column_type, &rows),
            }
        });
        let mut base = Self {
            rows: ids.len(),
            columns: columns.collect(),
            ids: Ints::pack(&ids),
            by_id: Ints::pack(&by_id),
            tree: RTree::bulk_load(blocks.iter().enumerate().map(block_entry).collect()),
            shapes,
            blocks,
            bounds: WorldBox::EMPTY,
        };
        base.blocks.iter().for_each(|block| base.bounds.include_box(&block.bounds()));
        base
    }

    /// No rows.
    pub fn empty(fields: &[Field]) -> Self {
        Self::pack(&[], fields, &[], |_| {})
    }

    #[inline]
    pub fn id(&self, row: usize) -> FeatureId {
        self.ids.get(row) as FeatureId
    }

    /// Puts the ids of a block's rows into `out`.
    pub fn ids_into(&self, block: usize, out: &mut Vec<i64>) {
        self.ids.unpack(self.rows_of(block), out);
    }

    pub fn rows_of(&self, block: usize) -> std::ops::Range<usize> {
        let end = self.blocks.get(block + 1).map_or(self.rows, |b| b.first_row as usize);
        self.blocks[block].first_row as usize..end
    }

    /// How much a block holds.
    fn extent_of(&self, block: usize) -> Extent {
        let start = self.blocks[block].start as usize;
        let end = self.blocks.get(block + 1).map_or(self.shapes.len(), |next| next.start as usize);
        Extent { rows: self.rows_of(block).len() as u64, bytes: (end - start) as u64 }
    }

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

    /// Blocks that meet the box, in row order.
    pub fn blocks_in(&self, bounds: &WorldBox) -> Vec<u32> {
        let mut blocks: Vec<u32> =
            self.tree.locate_in_envelope_intersecting(envelope(bounds)).map(|entry| entry.data).collect();
        // the tree's own order is no promise; row order makes tiles equal on every replica
        blocks.sort_unstable();
        blocks
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

    /// Whether an id is in the range of those here.
    fn may_hold(&self, id: FeatureId) -> bool {
        let at = |place: usize| self.id(self.by_id.get(place) as usize);
        self.rows > 0 && at(0) <= id && id <= at(self.rows - 1)
    }

    fn by_id(&self, id: FeatureId) -> Option<Feature<'_>> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.id(self.by_id.get(middle) as usize) < id { low = middle + 1 } else { high = middle }
        }
        let row = (low < self.rows).then(|| self.by_id.get(low) as usize)?;
        if self.id(row) == id { self.feature(row) } else { None }
    }

    /// Ids in ascending order.
    fn sorted_ids(&self) -> impl Iterator<Item = FeatureId> {
        (0..self.rows).map(|i| self.id(self.by_id.get(i) as usize))
    }

    /// Blocks by distance from the point, nearest first, with the square of the distance of their
    /// boxes in grid steps.
    fn blocks_from(&self, at: World) -> impl Iterator<Item = (f64, usize)> {
        self.tree
            .nearest_neighbor_iter_with_distance_2([at.x as f64, at.y as f64])
            .map(|(entry, distance2)| (distance2, entry.data as usize))
    }

    fn bytes(&self) -> usize {
        self.ids.bytes()
            + self.by_id.bytes()
            + self.shapes.capacity()
            + self.columns.iter().map(Column::bytes).sum::<usize>()
            + self.blocks.capacity() * size_of::<Block>()
            + self.tree.size() * size_of::<BlockEntry>() * 3 / 2
    }
}

fn order_of(parts: &[Part<'_>], twice: &mut impl FnMut(FeatureId)) -> Vec<Entry> {
    let mut order: Vec<Entry> = Vec::new();
    for (part, rows) in parts.iter().enumerate() {
        let entries = rows.bin.rows().map(|row| Entry {
            key: row.key,
            id: row.id,
            part: part as u32,
            place: row.place.to_pair(),
        });
        order.extend(entries);
    }
    order.sort_unstable();
    let mut ids: Vec<(FeatureId, u32)> =
        order.iter().enumerate().map(|(i, entry)| (entry.id, i as u32)).collect();
    ids.sort_unstable();
    let mut extra: Vec<u32> = ids.windows(2).filter(|w| w[0].0 == w[1].0).map(|w| w[1].1).collect();
    if !extra.is_empty() {
        extra.sort_unstable();
        let mut at = 0;
        order.retain(|entry| {
            let is_extra = extra.binary_search(&at).is_ok();
            at += 1;
            if is_extra {
                twice(entry.id);
            }
            !is_extra
        });
    }
    order
}

fn envelope(bounds: &WorldBox) -> AABB<[f64; 2]> {
    let corner = |p: World| [p.x as f64, p.y as f64];
    AABB::from_corners(corner(bounds.min), corner(bounds.max))
}

fn block_entry((index, block): (usize, &Block)) -> BlockEntry {
    GeomWithData::new(Rectangle::from_aabb(envelope(&block.bounds())), index as u32)
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
            for entry in base.tree.locate_in_envelope_intersecting(envelope(bounds)) {
                if !sum.is_within(limit) {
                    return;
                }
                *sum = sum.plus(base.extent_of(entry.data as usize));
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
