//! A layer of a tile held against the rows of the town.
//!
//! Rows that are drawn as they are, are held against what other code makes of them, whole: which are there, their attributes, their shapes.
//! Of simplified shapes and of labels what can be said without simplifying again: whose they are, their attributes, where they lie,
//! and that no area is lost. United areas have no rows of their own: they are only judged.

use geo::{Distance, Euclidean, MultiPolygon, Point};
use rustc_hash::{FxHashMap, FxHashSet};

use super::decode::{Feature, Layer, Value};
use super::flaw::Flaw;
use super::foreign::{self, Foreign};
use super::judge::{Faults, Judged};
use super::nearness::{TOLERANCE, difference, is_at_edge, is_sliver, thickness};
use super::shape::{Shape, twice_area};
use crate::geometry::{EXTENT, ShapeKind, TileId, WorldBox};
use crate::store::{self, FeatureId};
use crate::tile::{Content, Drawing};

/// How far a simplified shape may reach beyond the box of its row: half a spot, and rounding (`generalise/pack.rs`).
const BEYOND_BOX: i64 = 4;

/// What was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Features held against their rows, shape and attributes.
    pub compared: u64,
    /// Labels and simplified shapes held against their rows as far as that is possible.
    pub placed: u64,
    /// Rows of which nothing is left on the grid of the tile: drawn as the smallest triangle, or, lines, not at all.
    pub vanished: u64,
    /// Features along the edge of the buffer, and slivers across it, that one of both codes has.
    pub at_edge: u64,
}

impl Counts {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            compared: self.compared + other.compared,
            placed: self.placed + other.placed,
            vanished: self.vanished + other.vanished,
            at_edge: self.at_edge + other.at_edge,
        }
    }
}

/// A layer of a tile, and what of it is compared.
pub(super) struct Comparison<'a> {
    pub drawing: &'a Drawing<'a>,
    pub tile: TileId,
    /// What was read from the tile; none where the layer is not in it.
    pub judged: Option<&'a Judged<'a>>,
    /// Whether the tile leaves out features because it would be too large.
    pub is_cut: bool,
    /// A row that has a vertex in the tile.
    pub row: Option<FeatureId>,
}

impl Comparison<'_> {
    /// Compares what can be.
    pub fn run(&self, faults: &mut Faults<'_>) -> Counts {
        let done = match self.drawing.content {
            Content::Rows => self.rows(faults),
            Content::Level(_) => self.simplified(faults),
            Content::Labels(_) => self.labels(faults),
            Content::DissolvedTiles(_) => Ok(Counts::default()),
        };
        done.unwrap_or_else(|refusal| {
            faults.add(None, Flaw::Foreign(refusal));
            Counts::default()
        })
    }

    fn drawn(&self) -> FxHashMap<FeatureId, (&Feature, &Shape)> {
        let features = self.judged.iter().flat_map(|judged| judged.features());
        features.map(|(id, feature, shape)| (id, (feature, shape))).collect()
    }

    /// Rows that may lie in the tile, from far more than its buffer around it.
    fn near(&self) -> impl Iterator<Item = store::Feature<'_>> {
        let bounds = self.tile.bounds();
        let quarter = (bounds.max.x - bounds.min.x) / 4;
        self.drawing.layer.in_box(&bounds.grown(quarter))
    }

    fn rows(&self, faults: &mut Faults<'_>) -> Result<Counts, String> {
        let Foreign { layer, vanished, cut } = foreign::draw(self.near(), &self.drawing.columns, self.tile)?;
        let (mut drawn, mut counts) = (self.drawn(), Counts::default());
        let is_found = |row| vanished.contains(&row) || cut.contains(&row) || has_id(&layer, row);
        if let Some(row) = self.row.filter(|&row| !is_found(row)) {
            faults.add(Some(row), Flaw::NotFound);
        }
        for theirs in &layer.features {
            let Some(id) = theirs.id else { continue };
            let shape = Shape::read(theirs.kind, &theirs.geometry)?;
            let Some((ours, our_shape)) = drawn.remove(&id) else {
                // one of a fault of its own is in the tile too
                let is_there = || self.judged.is_some_and(|judged| has_id(judged.layer, id));
                match is_at_edge(&shape) || cut.contains(&id) && is_sliver(&shape) {
                    true => counts.at_edge += 1,
                    false if self.is_cut || is_there() => {}
                    false => faults.add(Some(id), Flaw::Missing),
                }
                continue;
            };
            counts.compared += 1;
            let area = || self.drawing.layer.by_id(id).map(|row| foreign::area(&row, self.tile));
            if let Some(flaw) = difference(our_shape, &shape, || area().unwrap_or_else(MultiPolygon::empty)) {
                faults.add(Some(id), flaw);
            }
            self.attributes(ours, theirs, &layer, faults);
        }
        self.vanished(&vanished, &mut drawn, &mut counts, faults)?;
        for (id, (_, shape)) in drawn {
            match is_at_edge(shape) || cut.contains(&id) && is_sliver(shape) {
                true => counts.at_edge += 1,
                false => faults.add(Some(id), Flaw::NoRow),
            }
        }
        Ok(counts)
    }

    /// Areas that are nothing on the grid stand there as the smallest triangle, with all their attributes.
    fn vanished(
        &self,
        vanished: &[FeatureId],
        drawn: &mut FxHashMap<FeatureId, (&Feature, &Shape)>,
        counts: &mut Counts,
        faults: &mut Faults<'_>,
    ) -> Result<(), String> {
        let rows = || vanished.iter().filter_map(|&id| self.drawing.layer.by_id(id));
        let attributes = foreign::attributes(rows(), &self.drawing.columns)?;
        counts.vanished += vanished.len() as u64;
        for (row, theirs) in rows().zip(&attributes.features) {
            let id = Some(row.id());
            match drawn.remove(&row.id()) {
                Some((ours, shape)) => {
                    if !is_smallest_triangle(shape) {
                        faults.add(id, Flaw::Thick(thickness(shape)));
                    }
                    self.attributes(ours, theirs, &attributes, faults);
                }
                None if row.kind() == ShapeKind::Polygon && !self.is_cut => faults.add(id, Flaw::Missing),
                None => {}
            }
        }
        Ok(())
    }

    fn simplified(&self, faults: &mut Faults<'_>) -> Result<Counts, String> {
        let placed = self.of_rows(faults, |row, shape, faults| {
            if row.kind() != shape.kind {
                faults.add(Some(row.id()), Flaw::Kind);
            }
            let [west, north, east, south] = self.units(&row.bounds());
            let (x, y) = (west - BEYOND_BOX..=east + BEYOND_BOX, north - BEYOND_BOX..=south + BEYOND_BOX);
            if shape.vertices().any(|p| !x.contains(&p.0) || !y.contains(&p.1)) {
                faults.add(Some(row.id()), Flaw::OutsideBox);
            }
        })?;
        self.demand_areas_within(faults);
        Ok(Counts { placed, ..Counts::default() })
    }

    fn labels(&self, faults: &mut Faults<'_>) -> Result<Counts, String> {
        let placed = self.of_rows(faults, |row, shape, faults| {
            let id = Some(row.id());
            let core = 0..i64::from(EXTENT);
            let at = match &shape.parts[..] {
                [part] if shape.kind == ShapeKind::Point && part.len() == 1 => part[0],
                _ => return faults.add(id, Flaw::NoLabelPoint),
            };
            if !core.contains(&at.0) || !core.contains(&at.1) {
                return faults.add(id, Flaw::NoLabelPoint);
            }
            if row.kind() != ShapeKind::Polygon {
                return faults.add(id, Flaw::Kind);
            }
            let point = Point::new(at.0 as f64, at.1 as f64);
            let area = foreign::area(row, self.tile);
            let away = area.iter().map(|part| Euclidean.distance(&point, part)).fold(f64::MAX, f64::min);
            // a label is kept to a 255th of its area's box, so that of a sliver may lie beside it (`tile/labels.rs`)
            let [west, north, east, south] = self.units(&row.bounds());
            let step = (east - west).max(south - north) as f64 / 255.0;
            if away > TOLERANCE + step {
                faults.add(id, Flaw::LabelOutside(away));
            }
        })?;
        self.demand_areas_within(faults);
        Ok(Counts { placed, ..Counts::default() })
    }

    /// Holds every feature of the layer against the row it is of; how many there are.
    fn of_rows(
        &self,
        faults: &mut Faults<'_>,
        check: impl Fn(&store::Feature<'_>, &Shape, &mut Faults<'_>),
    ) -> Result<u64, String> {
        let mut pairs = Vec::new();
        for (id, feature, shape) in self.judged.iter().flat_map(|judged| judged.features()) {
            match self.drawing.layer.by_id(id) {
                Some(row) => pairs.push((row, feature, shape)),
                None => faults.add(Some(id), Flaw::NoRow),
            }
        }
        let rows = pairs.iter().map(|(row, ..)| *row);
        let attributes = foreign::attributes(rows, &self.drawing.columns)?;
        for ((row, ours, shape), theirs) in pairs.iter().zip(&attributes.features) {
            check(row, shape, faults);
            self.attributes(ours, theirs, &attributes, faults);
        }
        Ok(pairs.len() as u64)
    }

    /// Every area that lies in the tile as a whole must be there, simplified or as a label.
    fn demand_areas_within(&self, faults: &mut Faults<'_>) {
        if self.is_cut {
            return;
        }
        let layer = self.judged.map(|judged| judged.layer);
        let ids: FxHashSet<FeatureId> =
            layer.iter().flat_map(|layer| &layer.features).filter_map(|feature| feature.id).collect();
        let bounds = self.tile.bounds();
        let within = bounds.grown(-((bounds.max.x - bounds.min.x) / i64::from(EXTENT)));
        let whole = self
            .drawing
            .layer
            .in_box(&bounds)
            .filter(|row| row.kind() == ShapeKind::Polygon && within.contains_box(&row.bounds()));
        for row in whole.filter(|row| !ids.contains(&row.id())) {
            faults.add(Some(row.id()), Flaw::Missing);
        }
    }

    /// A box in whole units of the tile: west, north, east, south.
    fn units(&self, bounds: &WorldBox) -> [i64; 4] {
        let (origin, unit) = (self.tile.origin(), 1 << self.tile.unit_shift());
        let along = |at: i64, from: i64| (at - from).div_euclid(unit);
        [
            along(bounds.min.x, origin.x),
            along(bounds.min.y, origin.y),
            along(bounds.max.x, origin.x) + 1,
            along(bounds.max.y, origin.y) + 1,
        ]
    }

    fn attributes(&self, ours: &Feature, theirs: &Feature, their_layer: &Layer, faults: &mut Faults<'_>) {
        let Some(judged) = self.judged else { return };
        let mut expected: FxHashMap<&str, &Value> = their_layer.attributes(theirs).collect();
        for (name, value) in judged.layer.attributes(ours) {
            match expected.remove(name) {
                None => faults.add(ours.id, Flaw::AttributeAdded(name.to_owned())),
                Some(theirs) if theirs != value => faults.add(ours.id, Flaw::Attribute(name.to_owned())),
                Some(_) => {}
            }
        }
        let mut missing: Vec<&str> = expected.into_keys().collect();
        missing.sort_unstable();
        missing.iter().for_each(|&name| faults.add(ours.id, Flaw::AttributeMissing(name.to_owned())));
    }
}

fn has_id(layer: &Layer, id: FeatureId) -> bool {
    layer.features.iter().any(|feature| feature.id == Some(id))
}

fn is_smallest_triangle(shape: &Shape) -> bool {
    matches!(&shape.parts[..], [ring] if ring.len() == 3 && twice_area(ring) == 1)
}
