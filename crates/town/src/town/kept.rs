//! Layers that lost most of their rows since they were last read.
//!
//! A table that is being filled anew, or a view that joins to nothing, is empty for a while; a reload at that
//! moment must not take a town off the map. Such a layer is kept as it was, unless the configuration says that
//! rows may go, or the layer's own section was changed: then the smaller one is what was asked for, and a
//! column that is no longer public must not stay.

use crate::config::LayerConfig;
use crate::source::Loaded;
use crate::store::Snapshot;

use super::Town;

/// Puts the layers of `previous` in the place of those that lost more than half their rows, and says so.
pub(super) fn keep_larger(loaded: &mut Loaded, previous: &Town) {
    let mut layers: Vec<_> = loaded.snapshot.layers().cloned().collect();
    let mut is_kept = false;
    let rows = layers.iter_mut().zip(&mut loaded.history);
    for ((layer, history), config) in rows.zip(&mut loaded.configs) {
        let Some(before) = previous.map.iter().find(|known| known.name() == layer.id()) else { continue };
        let (rows, rows_before) = (layer.report().held_rows(), before.layer().report().held_rows());
        let is_shrunk = rows * 2 < rows_before;
        if !is_shrunk || !is_same_table(before.config(), config) {
            continue;
        }
        tracing::error!(
            rows,
            rows_before,
            "layer {}: more than half of its rows are gone, so the old ones are still served; \
             if they are meant to be gone, set `reload_may_lose_rows = true` and reload, or restart",
            layer.id()
        );
        (*layer, *history) = (before.layer().clone(), before.history().cloned());
        // columns that were refused by their values are seen in the old rows only
        *config = before.config().clone();
        is_kept = true;
    }
    if is_kept {
        loaded.snapshot = Snapshot::new(layers);
    }
}

/// Whether the old rows are of the same table, and no column of theirs has ceased to be public.
fn is_same_table(before: &LayerConfig, now: &LayerConfig) -> bool {
    let place = |config: &LayerConfig| {
        (config.table.clone(), config.key.clone(), config.geometry.clone(), config.srid)
    };
    place(before) == place(now) && before.columns.iter().all(|column| now.columns.contains(column))
}
