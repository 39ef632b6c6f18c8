//! A layer: rows of one kind over the whole map, in shards by cell.

use rayon::prelude::*;

use super::cells::{CellRevisions, CellSums, FINEST_CELL_LEVEL};
use super::key_table::KeyTable;
use super::shard::Shard;
use super::{BlockScan, Extent, Feature, FeatureId, Field, LoadReport, Revision};
use crate::geometry::{GroundScale, ShapeKind, World, WorldBox};

/// Rows of one kind, immutable.
#[derive(Debug)]
pub struct Layer {
    id: String,
    fields: Vec<Field>,
    shards: Vec<(WorldBox, Shard)>,
    bounds: WorldBox,
    rows: usize,
    revision: Revision,
    cells: CellRevisions,
    report: LoadReport,
    keys: KeyTable,
    kinds: Vec<ShapeKind>,
}

impl Layer {
    pub(super) fn new(
        id: String,
        fields: Vec<Field>,
        shards: Vec<Shard>,
        keys: KeyTable,
        kinds: Vec<ShapeKind>,
        mut report: LoadReport,
    ) -> Self {
        let mut bounds = WorldBox::EMPTY;
        let mut revision = Revision::default();
        let mut cells = CellSums::new(FINEST_CELL_LEVEL);
        let revisions: Vec<_> = shards.par_iter().with_max_len(1).map(Shard::revisions).collect();
        for (shard, (rows, by_cell)) in shards.iter().zip(revisions) {
            bounds.include_box(&shard.bounds());
            revision = revision.plus(rows);
            cells.absorb(by_cell);
        }
        let cells = cells.finish();
        for field in &fields {
            revision = revision.named(&field.name);
        }
        let rows = shards.iter().map(Shard::rows).sum();
        report.bytes = shards.iter().map(Shard::bytes).sum::<usize>() + cells.bytes() + keys.bytes();
        report.loaded = rows as u64;
        let revision = revision.named(&id);
        let shards = shards.into_iter().map(|shard| (shard.bounds(), shard)).collect();
        Self { id, fields, shards, bounds, rows, revision, cells, report, keys, kinds }
    }

    /// Its name in URLs and tiles.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its public columns, in the order of [`Feature::values`].
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What its rows are, each kind once; a table may mix them.
    pub fn kinds(&self) -> &[ShapeKind] {
        &self.kinds
    }

    /// The index of a column by its public name.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }

    /// How many rows it holds.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The box around all rows; empty where there are none.
    pub fn bounds(&self) -> WorldBox {
        self.bounds
    }

    /// The box of the cell that holds most rows: where a map of a scattered layer best begins.
    pub fn densest(&self) -> WorldBox {
        let most = self.shards.iter().max_by_key(|(_, shard)| shard.rows());
        most.map_or(WorldBox::EMPTY, |(bounds, _)| *bounds)
    }

    /// What it holds, as a number.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Of the rows whose box meets the box, and of some near it: what a tile that shows rows depends on.
    pub fn revision_in(&self, bounds: &WorldBox) -> Revision {
        self.cells.in_box(bounds)
    }

    /// How loading it went.
    pub fn report(&self) -> &LoadReport {
        &self.report
    }

    /// Adds the account of the rows of the same table that are in a layer of their own because they are of other
    /// days.
    pub fn count_other_days(&mut self, others: &Self) {
        self.report.absorb_other_days(others.report.clone());
    }

    /// Features whose box meets the box, in an order that is the same on every replica.
    pub fn in_box<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a> {
        let bounds = *bounds;
        self.shards
            .iter()
            .filter(move |(b, _)| b.intersects(&bounds))
            .flat_map(move |(_, s)| s.in_box(&bounds))
    }

    /// Blocks of rows that meet the box, in the order of [`Layer::in_box`]; a block may hold rows that do
    /// not. With the number of the shard, whose columns its blocks share.
    pub fn scan<'a>(&'a self, bounds: &WorldBox, mut visit: impl FnMut(usize, BlockScan<'a>)) {
        for (number, (box_of_shard, shard)) in self.shards.iter().enumerate() {
            if box_of_shard.intersects(bounds) {
                shard.scan(bounds, |block| visit(number, block));
            }
        }
    }

    /// How much [`Layer::scan`] would read for this box; counting ends beyond the limit.
    pub fn extent_in(&self, bounds: &WorldBox, limit: Extent) -> Extent {
        let mut sum = Extent::default();
        for (_, shard) in self.shards.iter().filter(|(b, _)| b.intersects(bounds)) {
            shard.add_extent(bounds, limit, &mut sum);
        }
        sum
    }

    /// The areas that cover the point.
    pub fn covering(&self, at: World) -> impl Iterator<Item = Feature<'_>> {
        let near = self.shards.iter().filter(move |(bounds, _)| bounds.contains(at));
        near.flat_map(move |(_, shard)| shard.covering(at))
    }

    /// The rows of the blocks that meet the box, in the order of [`Layer::in_box`]; some do not.
    pub(super) fn near<'a>(&'a self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a> {
        let bounds = *bounds;
        let near = self.shards.iter().filter(move |(b, _)| b.intersects(&bounds));
        near.flat_map(move |(_, shard)| shard.near(&bounds))
    }

    /// The feature with this id.
    pub fn by_id(&self, id: FeatureId) -> Option<Feature<'_>> {
        self.by_id_while(id, || true)
    }

    /// The same; `may_look` is asked before each shard that is searched.
    pub(super) fn by_id_while(&self, id: FeatureId, may_look: impl Fn() -> bool) -> Option<Feature<'_>> {
        let mut shards = self.shards.iter().map(|(_, shard)| shard).filter(|shard| shard.may_hold(id));
        shards.by_ref().take_while(|_| may_look()).find_map(|shard| shard.by_id(id))
    }

    /// The feature at a place in the order of [`Layer::all`].
    pub fn nth(&self, mut place: usize) -> Option<Feature<'_>> {
        for (_, shard) in &self.shards {
            if place < shard.rows() {
                return shard.nth(place);
            }
            place -= shard.rows();
        }
        None
    }

    /// The id of the row a text names: by its key in the source where keys are texts (uuid too) there, else by the
    /// id itself. Whether a row has the id is another question.
    pub fn id_named(&self, text: &str) -> Option<FeatureId> {
        self.keys.id(text).or_else(|| text.parse().ok())
    }

    /// Whether the source's keys are texts: ids are then made from them.
    pub fn has_text_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Every feature; for building indexes, not for answering requests.
    pub fn all(&self) -> impl Iterator<Item = Feature<'_>> {
        self.shards.iter().flat_map(|(_, shard)| shard.all())
    }

    /// Up to `limit` features within `max_m` metres, nearest first, ties by id; with metres.
    pub fn nearest<'a>(
        &'a self,
        at: World,
        limit: usize,
        max_m: f64,
        accept: impl Fn(&Feature<'a>) -> bool,
    ) -> Vec<(Feature<'a>, f64)> {
        self.nearest_while(at, limit, max_m, || true, accept)
    }

    /// The same; `may_look` is asked before each row, and the search ends where it says no.
    pub(super) fn nearest_while<'a>(
        &'a self,
        at: World,
        limit: usize,
        max_m: f64,
        may_look: impl Fn() -> bool,
        accept: impl Fn(&Feature<'a>) -> bool,
    ) -> Vec<(Feature<'a>, f64)> {
        // the shorter of the two, so that a block is never taken for farther than it is
        let scale_m = GroundScale::at(at).y_m;
        let mut found: Vec<(Feature<'a>, f64)> = Vec::new();
        if limit == 0 {
            return found;
        }
        // nearest shard first: those behind it are mostly too far
        let mut shards: Vec<(f64, &Shard)> = self
            .shards
            .iter()
            .map(|(bounds, shard)| (steps_to(bounds, at) * scale_m, shard))
            .filter(|(away_m, _)| *away_m <= max_m)
            .collect();
        shards.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        for (shard_away_m, shard) in shards {
            let horizon_m = |found: &[(Feature<'a>, f64)]| match found.get(limit - 1) {
                Some((_, away_m)) => away_m.min(max_m),
                None => max_m,
            };
            if shard_away_m > horizon_m(&found) {
                break;
            }
            shard.visit_from(at, |block_distance2, feature| {
                let horizon_m = horizon_m(&found);
                let Some(feature) = feature else {
                    return block_distance2.sqrt() * scale_m <= horizon_m;
                };
                if !may_look() {
                    return false;
                }
                if accept(&feature) {
                    let distance_m = feature.distance_m(at);
                    if distance_m <= horizon_m {
                        let place = found.partition_point(|(f, d)| (*d, f.id()) < (distance_m, feature.id()));
                        found.insert(place, (feature, distance_m));
                        found.truncate(limit);
                    }
                }
                true
            });
        }
        found
    }
}

/// Grid steps from a place to a box; none inside it.
fn steps_to(bounds: &WorldBox, at: World) -> f64 {
    let away = |low: i64, high: i64, at: i64| (low - at).max(at - high).max(0) as f64;
    away(bounds.min.x, bounds.max.x, at.x).hypot(away(bounds.min.y, bounds.max.y, at.y))
}
