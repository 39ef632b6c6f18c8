//! The rows of one layer in one cell of the map, packed: how they lie in memory, and where each is.
//!
//! Rows stand in Hilbert order in blocks of up to 64 (`block.rs`), attributes in columns beside them,
//! and the `rstar` tree holds one entry a block. Leaves out reading rows, which is `shard.rs` and `scan.rs`.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::bin::{Bin, KnownTexts, Place};
use super::bits::PADDING;
use super::block::{Block, BlockWriter};
use super::field::Field;
use super::ints::Ints;
use super::{Column, Extent, FeatureId, Value};
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
    /// is called for the others. Columns of whole numbers for which `as_digits` says so are kept to be given as text.
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
    pub fn extent_of(&self, block: usize) -> Extent {
        let start = self.blocks[block].start as usize;
        let end = self.blocks.get(block + 1).map_or(self.shapes.len(), |next| next.start as usize);
        Extent { rows: self.rows_of(block).len() as u64, bytes: (end - start) as u64 }
    }

    /// Blocks that meet the box, in row order.
    pub fn blocks_in(&self, bounds: &WorldBox) -> Vec<u32> {
        let mut blocks: Vec<u32> =
            self.tree.locate_in_envelope_intersecting(envelope(bounds)).map(|entry| entry.data).collect();
        // the tree's own order is no promise; row order makes tiles equal on every replica
        blocks.sort_unstable();
        blocks
    }

    /// The same in no order, without a list of them.
    pub fn blocks_meeting(&self, bounds: &WorldBox) -> impl Iterator<Item = usize> {
        self.tree.locate_in_envelope_intersecting(envelope(bounds)).map(|entry| entry.data as usize)
    }

    /// Whether an id is in the range of those here.
    pub fn may_hold(&self, id: FeatureId) -> bool {
        let at = |place: usize| self.id(self.by_id.get(place) as usize);
        self.rows > 0 && at(0) <= id && id <= at(self.rows - 1)
    }

    /// The row with an id.
    pub fn row_of(&self, id: FeatureId) -> Option<usize> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.id(self.by_id.get(middle) as usize) < id { low = middle + 1 } else { high = middle }
        }
        let row = (low < self.rows).then(|| self.by_id.get(low) as usize)?;
        (self.id(row) == id).then_some(row)
    }

    /// Ids in ascending order.
    pub fn sorted_ids(&self) -> impl Iterator<Item = FeatureId> {
        (0..self.rows).map(|i| self.id(self.by_id.get(i) as usize))
    }

    /// Blocks by distance from the point, nearest first, with the square of the distance of their
    /// boxes in grid steps.
    pub fn blocks_from(&self, at: World) -> impl Iterator<Item = (f64, usize)> {
        self.tree
            .nearest_neighbor_iter_with_distance_2([at.x as f64, at.y as f64])
            .map(|(entry, distance2)| (distance2, entry.data as usize))
    }

    pub fn bytes(&self) -> usize {
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
