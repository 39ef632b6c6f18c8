//! Attributes of rows as tags: each value of a tile is written down once and referred to after.
//!
//! A block's values come as whole numbers ([`ValueKeys`]), so whether one was met before is asked of its
//! number: a text's code is a place in a list, a number is looked up, and what hardly ever comes twice (a
//! geohash, a sum of areas) is not looked up at all. So a value may stand twice in a tile where two columns
//! or two cells of the map have it; texts of a dictionary, which are long, do not.

use rustc_hash::FxHashMap;

use super::encode::LayerWriter;
use super::scratch::KEPT_BYTES;
use crate::store::{BlockScan, Column, Field, Recurrence, ValueKeys};

/// Gives features the tags of their rows; holds the memory it needs for that.
#[derive(Default)]
pub(super) struct Tagger {
    columns: Vec<KnownColumn>,
    /// Whether the block's values are unpacked: not before one of its rows is drawn.
    is_unpacked: bool,
}

/// The values of a block in one column, and those of earlier blocks with the same dictionary.
struct KnownColumn {
    keys: ValueKeys,
    recurrence: Recurrence,
    /// Code to index + 1, or 0 where it was not met yet.
    by_code: Vec<u32>,
    by_number: FxHashMap<i64, u32>,
}

impl Default for KnownColumn {
    fn default() -> Self {
        Self {
            keys: ValueKeys::default(),
            recurrence: Recurrence::Hardly,
            by_code: Vec::new(),
            by_number: FxHashMap::default(),
        }
    }
}

impl Tagger {
    /// Forgets all values: the numbers of the next block have another meaning, or its tile.
    pub fn begin(&mut self, columns: &[(usize, Field)], block: &BlockScan<'_>) {
        self.columns.resize_with(self.columns.len().max(columns.len()), KnownColumn::default);
        for ((column, _), known) in columns.iter().zip(&mut self.columns) {
            known.recurrence = block.columns().get(*column).map_or(Recurrence::Hardly, Column::recurrence);
            known.by_code.clear();
            known.by_number.clear();
            if let Recurrence::Codes(texts) = known.recurrence {
                known.by_code.resize(texts, 0);
            }
        }
    }

    /// Gives back the room of a tile with many values.
    pub fn shrink(&mut self) {
        const KEPT: usize = KEPT_BYTES / size_of::<(i64, u32)>();
        for known in &mut self.columns {
            if known.by_number.capacity() + known.by_code.capacity() > KEPT {
                *known = KnownColumn::default();
            }
        }
    }

    /// Goes on to the next block.
    pub fn next_block(&mut self) {
        self.is_unpacked = false;
    }

    fn unpack(&mut self, columns: &[(usize, Field)], block: &BlockScan<'_>) {
        for ((column, _), known) in columns.iter().zip(&mut self.columns) {
            block.keys_into(*column, &mut known.keys);
        }
        self.is_unpacked = true;
    }

    /// Gives the next feature the values of the row at this place in the block.
    #[inline]
    pub fn tag(
        &mut self,
        columns: &[(usize, Field)],
        block: &BlockScan<'_>,
        place: usize,
        writer: &mut LayerWriter,
    ) {
        if !self.is_unpacked {
            self.unpack(columns, block);
        }
        for (tag, ((column, _), known)) in columns.iter().zip(&mut self.columns).enumerate() {
            let (Some(column), Some(key)) = (block.columns().get(*column), known.keys.get(place)) else {
                continue;
            };
            if let Some(index) = known.index_of(key, column, writer) {
                writer.tag(tag, index);
            }
        }
    }
}

impl KnownColumn {
    /// The index of a value among those of the tile, a new one at first sight.
    #[inline]
    fn index_of(&mut self, key: i64, column: &Column, writer: &mut LayerWriter) -> Option<u32> {
        match self.recurrence {
            Recurrence::Codes(_) => {
                let known = self.by_code.get_mut(key as usize)?;
                if *known == 0 {
                    *known = writer.value(column.value_of(key))? + 1;
                }
                Some(*known - 1)
            }
            Recurrence::Some => match self.by_number.get(&key) {
                Some(&index) => Some(index),
                None => {
                    let index = writer.new_value(column.value_of(key))?;
                    self.by_number.insert(key, index);
                    Some(index)
                }
            },
            Recurrence::Hardly => writer.new_value(column.value_of(key)),
        }
    }
}
