//! Everything one answer needs, swapped whole: the snapshot and what was built from it.

use std::sync::Arc;

use time::OffsetDateTime;

use crate::config::LayerConfig;
use crate::planning::ParcelIndex;
use crate::store::{Layer, Snapshot};

/// A loaded town.
#[derive(Debug)]
pub struct Town {
    snapshot: Snapshot,
    /// In the snapshot's order.
    layers: Vec<LayerConfig>,
    parcels: Option<ParcelIndex>,
    /// Whether any data set is invented; the page then says so.
    is_generated: bool,
    loaded_at: OffsetDateTime,
}

impl Town {
    /// Builds what answers need from a snapshot.
    pub fn new(snapshot: Snapshot, layers: Vec<LayerConfig>, is_generated: bool) -> Self {
        let parcels = snapshot.layer("parcels").and_then(|layer| ParcelIndex::build(layer));
        Self { snapshot, layers, parcels, is_generated, loaded_at: OffsetDateTime::now_utc() }
    }

    /// The layers' rows.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Every layer with its configuration, lowest first.
    pub fn layers(&self) -> impl Iterator<Item = (&Arc<Layer>, &LayerConfig)> {
        self.snapshot.layers().zip(&self.layers)
    }

    /// Parcels by sheet and number.
    pub fn parcels(&self) -> Option<&ParcelIndex> {
        self.parcels.as_ref()
    }

    /// Whether any data set is invented.
    pub fn is_generated(&self) -> bool {
        self.is_generated
    }

    /// When it was loaded.
    pub fn loaded_at(&self) -> OffsetDateTime {
        self.loaded_at
    }
}
