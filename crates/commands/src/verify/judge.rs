//! Whether a decoded tile is what MVT 2.1 calls valid, and what browsers need beyond that: ids below 2^53, areas that
//! do not cross themselves.
//!
//! A value may stand twice in a layer: the specification does not forbid it, and the writer leaves out looking for what hardly ever
//! comes twice (`tile/tags.rs`).

use geo::Validation;
use rustc_hash::FxHashSet;

use super::decode::{Feature, Layer, Tile};
use super::flaw::{Fault, Flaw};
use super::shape::{Shape, twice_area};
use crate::geometry::{BUFFER, EXTENT, ShapeKind};

/// Ids from here on are not exact in browsers.
const ID_END: u64 = 1 << 53;

/// Collects faults of one layer.
pub(super) struct Faults<'a> {
    layer: &'a str,
    found: &'a mut Vec<Fault>,
}

impl<'a> Faults<'a> {
    pub fn of(layer: &'a str, found: &'a mut Vec<Fault>) -> Self {
        Self { layer, found }
    }

    pub fn add(&mut self, feature: Option<u64>, flaw: Flaw) {
        self.found.push(Fault { layer: Some(self.layer.to_owned()), feature, flaw });
    }
}

/// A layer with the shapes of its features; none where there was none to read.
pub(super) struct Judged<'a> {
    pub layer: &'a Layer,
    pub shapes: Vec<Option<Shape>>,
}

impl<'a> Judged<'a> {
    /// Features that can be compared: with an id and a shape.
    pub fn features(&self) -> impl Iterator<Item = (u64, &'a Feature, &Shape)> {
        let both = self.layer.features.iter().zip(&self.shapes);
        both.filter_map(|(feature, shape)| Some((feature.id?, feature, shape.as_ref()?)))
    }
}

/// Judges all layers of a tile.
pub(super) fn tile<'a>(tile: &'a Tile, found: &mut Vec<Fault>) -> Vec<Judged<'a>> {
    let mut names = FxHashSet::default();
    let mut judged = Vec::new();
    for layer in &tile.layers {
        let mut faults = Faults::of(&layer.name, found);
        if !names.insert(layer.name.as_str()) {
            faults.add(None, Flaw::LayerTwice);
        }
        judged.push(Judged { layer, shapes: judge_layer(layer, &mut faults) });
    }
    judged
}

fn judge_layer(layer: &Layer, faults: &mut Faults<'_>) -> Vec<Option<Shape>> {
    if layer.version != 2 {
        faults.add(None, Flaw::Version(layer.version));
    }
    if layer.extent != EXTENT as u64 {
        faults.add(None, Flaw::Extent(layer.extent));
    }
    if layer.features.is_empty() {
        faults.add(None, Flaw::EmptyLayer);
    }
    let mut keys = FxHashSet::default();
    for key in layer.keys.iter().filter(|key| !keys.insert(key.as_str())) {
        faults.add(None, Flaw::KeyTwice(key.clone()));
    }
    let mut ids = FxHashSet::default();
    let judged = layer.features.iter().map(|feature| {
        match feature.id {
            Some(id @ 1..ID_END) if ids.insert(id) => {}
            Some(1..ID_END) => faults.add(feature.id, Flaw::IdTwice),
            _ => faults.add(feature.id, Flaw::Id),
        }
        judge_tags(layer, feature, faults);
        judge_shape(feature, faults)
    });
    judged.collect()
}

fn judge_tags(layer: &Layer, feature: &Feature, faults: &mut Faults<'_>) {
    let (pairs, odd) = feature.tags.as_chunks::<2>();
    if !odd.is_empty() {
        faults.add(feature.id, Flaw::OddTags);
    }
    let mut keys = FxHashSet::default();
    for &[key, value] in pairs {
        match layer.keys.get(key as usize) {
            None => faults.add(feature.id, Flaw::NoSuchKey),
            Some(name) if !keys.insert(key) => faults.add(feature.id, Flaw::AttributeTwice(name.clone())),
            Some(_) => {}
        }
        if layer.values.len() <= value as usize {
            faults.add(feature.id, Flaw::NoSuchValue);
        }
    }
}

fn judge_shape(feature: &Feature, faults: &mut Faults<'_>) -> Option<Shape> {
    let shape = match Shape::read(feature.kind, &feature.geometry) {
        Ok(shape) => shape,
        Err(fault) => {
            faults.add(feature.id, Flaw::Grammar(fault));
            return None;
        }
    };
    let drawn = i64::from(-BUFFER)..=i64::from(EXTENT + BUFFER);
    if shape.vertices().any(|(x, y)| !drawn.contains(&x) || !drawn.contains(&y)) {
        faults.add(feature.id, Flaw::BeyondBuffer);
    }
    if shape.kind == ShapeKind::Polygon {
        judge_area(feature, &shape, faults);
    }
    Some(shape)
}

/// Winding says which ring is an outer one and which a hole of the last outer one before it (4.3.4.4), so a ring wound the
/// wrong way is a hole without an area around it, or an area over another.
fn judge_area(feature: &Feature, shape: &Shape, faults: &mut Faults<'_>) {
    let areas: Vec<i128> = shape.parts.iter().map(|ring| twice_area(ring)).collect();
    if areas.contains(&0) {
        return faults.add(feature.id, Flaw::FlatRing);
    }
    if areas.first().is_some_and(|&area| area < 0) {
        return faults.add(feature.id, Flaw::HoleFirst);
    }
    // three vertices of which no two are equal and that enclose something do not cross themselves
    if let [ring] = &shape.parts[..]
        && ring.len() == 3
    {
        return;
    }
    if let Err(reason) = polygons(shape, &areas).check_validation() {
        faults.add(feature.id, Flaw::InvalidArea(reason.to_string()));
    }
}

/// The rings as polygons, each outer ring with the holes behind it.
fn polygons(shape: &Shape, areas: &[i128]) -> geo::MultiPolygon {
    let mut polygons: Vec<geo::Polygon> = Vec::new();
    for (ring, &area) in shape.parts.iter().zip(areas) {
        let ring = ring.iter().map(|&(x, y)| (x as f64, y as f64)).collect::<geo::LineString>();
        match polygons.last_mut() {
            Some(polygon) if area < 0 => polygon.interiors_push(ring),
            _ => polygons.push(geo::Polygon::new(ring, Vec::new())),
        }
    }
    geo::MultiPolygon::new(polygons)
}

/// Lets a reader of other people read the tile too: the layers and ids must be the same.
pub(super) fn other_reader(bytes: &[u8], tile: &Tile, found: &mut Vec<Fault>) {
    let mut add = |flaw| found.push(Fault { layer: None, feature: None, flaw });
    let Ok(layers) = mlt_core::mvt::mvt_to_tile_layers(bytes) else {
        return add(Flaw::RefusedByOtherReader);
    };
    let is_same = layers.len() == tile.layers.len()
        && layers.iter().zip(&tile.layers).all(|(theirs, ours)| {
            theirs.name() == ours.name
                && theirs
                    .features()
                    .iter()
                    .map(mlt_core::TileFeature::id)
                    .eq(ours.features.iter().map(|feature| feature.id))
        });
    if !is_same {
        add(Flaw::OtherReaderDisagrees);
    }
}
