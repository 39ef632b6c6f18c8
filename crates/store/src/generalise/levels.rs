//! All levels of a layer, from the finest that is worth having to the coarsest.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::arcs::Arcs;
use super::coverage::{Part, parts, weigh_arcs};
use super::level::Level;
use super::lines::{LineRank, first_zooms, length};
use super::pack::Packer;
use super::paths::Paths;
use crate::geometry::{ShapeKind, World};
use crate::store::{FeatureId, Layer, Revision};

/// A level with more of the finer level's vertices than this share is not worth its memory.
const WORTH_IT: f64 = 0.8;

/// A layer, simplified.
#[derive(Debug, Default)]
pub struct Levels {
    /// The coarsest first.
    levels: Vec<Level>,
}

impl Levels {
    /// Simplifies the layer for these zooms; a layer of points has no levels.
    pub fn build(layer: &Layer, minzoom: u8, maxzoom_generalised: u8) -> Self {
        let mut levels = Self::of(&Paths::of(layer), minzoom, maxzoom_generalised);
        if !levels.levels.is_empty() {
            let mut scratch = Vec::new();
            let revision =
                |row: crate::store::Feature<'_>| (row.id(), Revision::of_row(&row, &mut scratch).0);
            let rows: FxHashMap<FeatureId, Revision> = layer.all().map(revision).collect();
            levels.levels.par_iter_mut().for_each(|level| level.revise(&rows));
        }
        levels
    }

    /// The level to draw at this zoom; `None` where the layer itself is to be drawn.
    pub fn at(&self, zoom: u8) -> Option<&Level> {
        self.levels.iter().find(|level| level.zoom() >= zoom)
    }

    /// The levels there are, the coarsest first.
    pub fn iter(&self) -> impl Iterator<Item = &Level> {
        self.levels.iter()
    }

    /// Bytes of all levels.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(Level::bytes).sum()
    }

    pub(super) fn of(paths: &Paths, minzoom: u8, maxzoom: u8) -> Self {
        if (0..paths.len()).all(|f| paths.kind(f) == ShapeKind::Point) {
            return Self::default();
        }
        let arcs = Arcs::cut(paths);
        let weights = weigh_arcs(paths, &arcs);
        let plans = plan(paths, minzoom, maxzoom);
        let zooms: Vec<u8> = (minzoom..=maxzoom).rev().collect();
        let finest_first: Vec<Level> =
            zooms.into_par_iter().map(|zoom| level(zoom, paths, &arcs, &weights, &plans)).collect();
        let mut finer = arcs.vertices().len();
        let mut levels: Vec<Level> = Vec::new();
        for level in finest_first {
            if level.vertex_count() as f64 <= WORTH_IT * finer as f64 {
                finer = level.vertex_count();
                levels.push(level);
            }
        }
        levels.reverse();
        Self { levels }
    }
}

/// How a feature is drawn, settled once for all zooms.
enum Plan {
    /// Its parts, the largest first.
    Area(Vec<Part>),
    /// The first zoom that has room for it.
    Line(Option<u8>),
    Point,
}

fn plan(paths: &Paths, minzoom: u8, maxzoom: u8) -> Vec<Plan> {
    let features = 0..paths.len();
    let lines = features.clone().filter(|&f| paths.kind(f) == ShapeKind::Line);
    let ranks: Vec<LineRank> = lines.map(|f| rank(paths, f)).collect();
    let mut first_zooms = first_zooms(&ranks, minzoom..=maxzoom).into_iter();
    features
        .map(|f| match paths.kind(f) {
            ShapeKind::Polygon => Plan::Area(parts(paths, f)),
            ShapeKind::Line => Plan::Line(first_zooms.next().flatten()),
            ShapeKind::Point => Plan::Point,
        })
        .collect()
}

fn rank(paths: &Paths, feature: usize) -> LineRank {
    let vertices = paths.rings(feature).flat_map(|line| paths.ring(line));
    let middle = vertices.clone().nth(vertices.count() / 2).copied().unwrap_or(World { x: 0, y: 0 });
    let length: f64 = paths.rings(feature).map(|line| length(paths.ring(line))).sum();
    LineRank { middle, length, importance: length, id: paths.id(feature) }
}

fn level(zoom: u8, paths: &Paths, arcs: &Arcs, weights: &[u64], plans: &[Plan]) -> Level {
    let mut packer = Packer::new(zoom, paths, arcs, weights);
    for (feature, plan) in plans.iter().enumerate() {
        match plan {
            Plan::Area(parts) => packer.push_area(feature, parts),
            Plan::Line(first) if first.is_none_or(|first| first > zoom) => {}
            Plan::Line(_) | Plan::Point => packer.push_open(feature),
        }
    }
    packer.finish()
}
