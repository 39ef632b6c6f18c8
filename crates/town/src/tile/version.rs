//! What tiles depend on beside rows: the renderer, and how a layer is published.
//!
//! Names, columns with their types and zooms, what is united and what a label carries: all of it counts as
//! far as it shows at a zoom. How low zooms are generalised does not stand here: what comes of it is in the
//! revision itself ([`Level::revision_in`](crate::generalise::Level::revision_in),
//! [`DissolvedTiles::revision`](crate::generalise::DissolvedTiles::revision)).

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::{MapLayer, RENDERER_VERSION};
use crate::config::LayerConfig;
use crate::store::Revision;

/// How one layer is published, as numbers that are equal on every replica.
#[derive(Debug, Clone)]
pub(super) struct Published {
    /// Zoom to what its tiles depend on.
    by_zoom: Arc<[u64]>,
    /// What all its tiles and its description depend on, rows of today and of other days included.
    version: Revision,
}

impl Published {
    /// Reads how the layer is published.
    pub fn of(layer: &MapLayer) -> Self {
        let by_zoom: Arc<[u64]> =
            (0..=LayerConfig::MAX_REQUEST_ZOOM).map(|zoom| at_zoom(layer, zoom)).collect();
        let mut version = by_zoom.iter().fold(Revision::default(), |sum, &zoom| sum.then(zoom));
        for zoom in [layer.zooms(), &layer.config().request_zooms()].map(|zooms| zooms.clone()) {
            version = version.then(u64::from(*zoom.start())).then(u64::from(*zoom.end()));
        }
        for rows in std::iter::once(layer.layer()).chain(layer.history()) {
            version = version.then(rows.revision().0);
        }
        Self { by_zoom, version }
    }

    pub fn at(&self, zoom: u8) -> u64 {
        self.by_zoom.get(usize::from(zoom)).copied().unwrap_or_default()
    }

    pub fn version(&self) -> Revision {
        self.version
    }
}

fn at_zoom(layer: &MapLayer, zoom: u8) -> u64 {
    let mut hash = Xxh3::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        // so that "a", "bc" is not "ab", "c"
        hash.update(&[0xff]);
    };
    add(&RENDERER_VERSION.to_string());
    add(layer.name());
    add(if layer.is_labels() { "labels" } else { "shapes" });
    add(if layer.is_dissolved_at(zoom) { "dissolved" } else { "single" });
    for field in layer.fields_at(zoom) {
        add(&field.name);
        add(field.column_type.name());
    }
    hash.digest()
}

/// A number for all that tiles of these layers depend on, rows included; equal on every replica.
pub fn version_of<'a>(layers: impl IntoIterator<Item = &'a MapLayer>) -> Revision {
    layers.into_iter().fold(Revision::default(), |sum, layer| sum.then(layer.version().0))
}
