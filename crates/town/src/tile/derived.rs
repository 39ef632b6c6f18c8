//! What is made from a layer's rows for its tiles: low zooms, label points, the days on which it changed.
//!
//! All of it is plain data that is there before the layer is: the load job makes it, one thing after the other,
//! and no request ever waits for it or makes it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use metrics::counter;
use time::Date;

use super::labels::LabelPoints;
use crate::config::LayerConfig;
use crate::generalise::{DissolvedTiles, Levels};
use crate::geometry::ShapeKind;
use crate::store::{Layer, VALIDITY_COLUMNS};

/// The last zoom with simplified shapes: a unit is 0.6 m there.
pub(super) const LAST_SIMPLIFIED: u8 = 14;

/// One thing that is derived from rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derivation<'a> {
    /// The layer.
    pub layer: &'a str,
    /// What is made of it, in words.
    pub what: &'static str,
    /// How many rows it is made from.
    pub rows: usize,
}

/// A step of making what is derived, for the log.
#[derive(Debug, Clone, Copy)]
pub enum DeriveEvent<'a> {
    /// It is being made from now on.
    Begun(Derivation<'a>),
    /// It is there: how long it took and how many bytes it takes.
    Done(Derivation<'a>, Duration, usize),
}

/// What is made from a layer's rows and from those of its other days.
#[derive(Debug, Default)]
pub(super) struct Derived {
    pub levels: Levels,
    pub dissolved: Option<DissolvedTiles>,
    pub labels: LabelPoints,
    pub history_labels: LabelPoints,
    /// Days on which rows came into force or ended, ascending.
    pub changes: Vec<Date>,
}

impl Derived {
    /// Makes everything that tiles of this layer may need.
    pub fn build(
        layer: &Layer,
        history: Option<&Layer>,
        config: &LayerConfig,
        watch: &mut impl FnMut(DeriveEvent<'_>),
    ) -> Self {
        let mut derived = Self::default();
        let dissolve = dissolve_columns(layer, config);
        let last = LAST_SIMPLIFIED.min(config.maxzoom);
        if let Some((ward, use_code)) = dissolve {
            derived.dissolved =
                Some(build(layer, "low zooms, dissolved", watch, DissolvedTiles::bytes, || {
                    DissolvedTiles::build(layer, ward, use_code)
                }));
        } else if config.minzoom <= last {
            derived.levels = build(layer, "low zooms", watch, Levels::bytes, || {
                Levels::build(layer, config.minzoom, last)
            });
        }
        if has_areas(layer) {
            derived.labels = build(layer, "labels", watch, LabelPoints::bytes, || LabelPoints::build(layer));
        }
        if let Some(history) = history.filter(|history| has_areas(history)) {
            derived.history_labels =
                build(history, "labels of other days", watch, LabelPoints::bytes, || {
                    LabelPoints::build(history)
                });
        }
        let columns = VALIDITY_COLUMNS.map(|name| layer.field(name));
        if columns != [None, None] {
            let bytes = |days: &Vec<Date>| days.capacity() * size_of::<Date>();
            derived.changes =
                build(layer, "days of change", watch, bytes, || change_days(layer, history, columns));
        }
        derived
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.levels.bytes()
            + self.dissolved.as_ref().map_or(0, DissolvedTiles::bytes)
            + self.labels.bytes()
            + self.history_labels.bytes()
            + self.changes.capacity() * size_of::<Date>()
    }
}

/// Makes one thing, with word before and after.
fn build<T>(
    layer: &Layer,
    what: &'static str,
    watch: &mut impl FnMut(DeriveEvent<'_>),
    bytes: impl FnOnce(&T) -> usize,
    make: impl FnOnce() -> T,
) -> T {
    let derivation = Derivation { layer: layer.id(), what, rows: layer.len() };
    watch(DeriveEvent::Begun(derivation));
    let started = Instant::now();
    let made = make();
    // so that a test can tell that nothing is made once the server says it is ready
    counter!("derived_builds_total").increment(1);
    watch(DeriveEvent::Done(derivation, started.elapsed(), bytes(&made)));
    made
}

/// Whether a layer has areas; it may mix them with points and lines.
pub(super) fn has_areas(layer: &Layer) -> bool {
    layer.kinds().contains(&ShapeKind::Polygon)
}

/// The columns with the ward and the use by which areas are united.
pub(super) fn dissolve_columns(layer: &Layer, config: &LayerConfig) -> Option<(usize, usize)> {
    let dissolve = config.dissolve.as_ref()?;
    Some((layer.field(&dissolve.ward)?, layer.field(&dissolve.use_code)?))
}

fn change_days(layer: &Layer, history: Option<&Layer>, columns: [Option<usize>; 2]) -> Vec<Date> {
    let rows = layer.all().chain(history.into_iter().flat_map(Layer::all));
    let dates = rows.flat_map(|row| columns.map(|c| c.and_then(|c| row.value(c).as_date())));
    let days: BTreeSet<Date> = dates.flatten().collect();
    days.into_iter().collect()
}
