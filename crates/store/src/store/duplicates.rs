//! Rows whose id another row has: the first is kept, the others are counted and named by what stands in the table.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use thiserror::Error;

use super::bin::Bin;
use super::field::Field;
use super::shard::Shard;
use super::{FeatureId, LoadReport};

/// Why a row is not held beside another.
#[derive(Debug, Error)]
enum Duplicate {
    #[error("the key stands twice; the first row is kept")]
    Key,
    #[error("the keys of two rows give one number; the first row is kept")]
    Number,
}

/// What stands in the table for the ids that stand twice; nothing where keys are numbers.
#[derive(Default)]
pub(super) struct OwnKeys(FxHashMap<FeatureId, BTreeSet<String>>);

impl OwnKeys {
    pub fn of_duplicates(cells: &BTreeMap<u64, Vec<(usize, Bin)>>) -> Self {
        let rows = || cells.values().flatten().flat_map(|(_, bin)| bin.rows());
        let mut ids: Vec<FeatureId> = rows().map(|row| row.id).collect();
        ids.par_sort_unstable();
        let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| (pair[0], BTreeSet::new()));
        let mut keys: FxHashMap<FeatureId, BTreeSet<String>> = twice.collect();
        if !keys.is_empty() {
            for row in rows() {
                if let Some(texts) = keys.get_mut(&row.id) {
                    texts.insert(row.own_key.to_owned());
                }
            }
        }
        Self(keys)
    }

    /// Counts a row whose id another row has.
    pub fn refuse(&self, id: FeatureId, report: &mut LoadReport) {
        let Some(texts) = self.0.get(&id) else {
            return report.refuse(Duplicate::Key, || format!("id {id}"));
        };
        let reason = if texts.len() > 1 { Duplicate::Number } else { Duplicate::Key };
        let names = || texts.iter().map(|text| format!("id {text}")).collect::<Vec<_>>().join(" and ");
        report.refuse(reason, names);
    }
}

/// Takes out rows whose id stands in an earlier shard too: one walk over the ids of all shards at once.
pub(super) fn without_duplicates(
    mut shards: Vec<Shard>,
    fields: &[Field],
    mut twice: impl FnMut(FeatureId),
) -> Vec<Shard> {
    let mut extra: BTreeMap<usize, FxHashSet<FeatureId>> = BTreeMap::new();
    {
        let mut walks: Vec<_> = shards.iter().map(Shard::sorted_ids).collect();
        let mut heads: BinaryHeap<Reverse<(FeatureId, usize)>> = walks
            .iter_mut()
            .enumerate()
            .filter_map(|(shard, ids)| Some(Reverse((ids.next()?, shard))))
            .collect();
        let mut last = None;
        while let Some(Reverse((id, shard))) = heads.pop() {
            if last == Some(id) {
                extra.entry(shard).or_default().insert(id);
                twice(id);
            }
            last = Some(id);
            heads.extend(walks[shard].next().map(|next| Reverse((next, shard))));
        }
    }
    for (shard, ids) in extra {
        shards[shard] = shards[shard].clone().without(ids, fields);
    }
    shards
}
