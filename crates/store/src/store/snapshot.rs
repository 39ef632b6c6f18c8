//! The whole town as it stood at one moment: what a request answers from.

use std::sync::Arc;

use super::{Layer, Revision};

/// Layers that belong together, read in one database snapshot.
#[derive(Debug)]
pub struct Snapshot {
    layers: Vec<Arc<Layer>>,
    revision: Revision,
}

impl Snapshot {
    /// A snapshot of these layers; the order is the order of the catalogue and of a tile's layers.
    pub fn new(layers: Vec<Arc<Layer>>) -> Self {
        let revision = layers.iter().fold(Revision::default(), |sum, l| sum.plus(l.revision()));
        Self { layers, revision }
    }

    /// All layers.
    pub fn layers(&self) -> impl Iterator<Item = &Arc<Layer>> {
        self.layers.iter()
    }

    /// The layer of this name.
    pub fn layer(&self, id: &str) -> Option<&Arc<Layer>> {
        self.layers.iter().find(|layer| layer.id() == id)
    }

    /// What it holds, as a number: equal on every replica.
    pub fn revision(&self) -> Revision {
        self.revision
    }
}
