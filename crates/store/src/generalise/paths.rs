//! The shapes of a layer as flat vectors: what simplification starts from.

use std::ops::Range;

use crate::geometry::{Ring, ShapeKind, World, WorldBox};
use crate::store::{FeatureId, Layer};

/// Rings, lines and points of many features, one after another.
#[derive(Debug, Default)]
pub(super) struct Paths {
    vertices: Vec<World>,
    rings: Vec<Ring>,
    features: Vec<PathFeature>,
}

#[derive(Debug, Clone, Copy)]
struct PathFeature {
    id: FeatureId,
    kind: ShapeKind,
    /// Index after its last ring.
    end: u32,
}

impl Paths {
    /// The shapes of all rows, in row order.
    pub fn of(layer: &Layer) -> Self {
        let mut paths = Self::default();
        for feature in layer.all() {
            for ring in feature.rings() {
                paths.push_ring(ring.points(), ring.is_hole);
            }
            paths.end_feature(feature.id(), feature.kind());
        }
        paths
    }

    /// A ring, line or set of points of the feature that is not ended yet.
    pub fn push_ring(&mut self, points: impl Iterator<Item = World>, is_hole: bool) {
        self.vertices.extend(points);
        self.rings.push(Ring { end: self.vertices.len() as u32, is_hole });
    }

    /// Makes a feature of the rings since the last one.
    pub fn end_feature(&mut self, id: FeatureId, kind: ShapeKind) {
        self.features.push(PathFeature { id, kind, end: self.rings.len() as u32 });
    }

    /// All vertices.
    pub fn vertices(&self) -> &[World] {
        &self.vertices
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// The feature's id.
    pub fn id(&self, feature: usize) -> FeatureId {
        self.features[feature].id
    }

    /// The feature's kind.
    pub fn kind(&self, feature: usize) -> ShapeKind {
        self.features[feature].kind
    }

    /// The numbers of the feature's rings.
    pub fn rings(&self, feature: usize) -> Range<usize> {
        let start = if feature == 0 { 0 } else { self.features[feature - 1].end as usize };
        start..self.features[feature].end as usize
    }

    /// The numbers of the ring's vertices.
    pub fn vertices_of(&self, ring: usize) -> Range<usize> {
        let start = if ring == 0 { 0 } else { self.rings[ring - 1].end as usize };
        start..self.rings[ring].end as usize
    }

    /// The ring's vertices.
    pub fn ring(&self, ring: usize) -> &[World] {
        &self.vertices[self.vertices_of(ring)]
    }

    /// Whether the ring is a hole of the outer ring before it.
    pub fn is_hole(&self, ring: usize) -> bool {
        self.rings[ring].is_hole
    }

    /// The box around the ring.
    pub fn bounds(&self, ring: usize) -> WorldBox {
        let mut bounds = WorldBox::EMPTY;
        self.ring(ring).iter().for_each(|&p| bounds.include(p));
        bounds
    }

    /// The numbers of all rings of areas.
    pub fn area_rings(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(|&f| self.kind(f) == ShapeKind::Polygon).flat_map(|f| self.rings(f))
    }
}
