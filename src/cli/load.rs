//! Loading the source that the configuration names, for every verb that needs a town: progress on a terminal, an
//! account of every layer in the log and in the metrics. On which threads it runs is the caller's matter.

use std::time::Duration;

use metrics::gauge;

use super::failure::Failure;
use super::progress::Progress;
use crate::config::Config;
use crate::demo::{TownOptions, town_file};
use crate::privacy::{BadFeatureIdKey, hide_numbers};
use crate::source::{LoadEvent, Location, Source};
use crate::store::{Layer, LoadReport};
use crate::tile::{Derivation, DeriveEvent, MapLayer};
use crate::town::{Clock, Town, TownError, TownEvent, load_town_after};

/// Loads the source of the configuration, with progress and an account of every layer.
pub(super) async fn load(config: &Config, clock: &Clock) -> Result<Town, Failure> {
    load_after(None, config, clock).await
}

/// Loads beside a town that is served already: a layer that lost more than half its rows is kept as it was there.
pub(super) async fn load_after(
    previous: Option<&Town>,
    config: &Config,
    clock: &Clock,
) -> Result<Town, Failure> {
    let location: Location = match &config.source {
        Some(source) => source.0.parse()?,
        None => Location::GeoPackage(town_file(TownOptions::default().parcels)),
    };
    let mut config = config.clone();
    if let Ok(key) = std::env::var("BANDOSO_FEATURE_ID_KEY") {
        config.feature_id_key =
            Some(key.parse().map_err(|error: BadFeatureIdKey| format!("BANDOSO_FEATURE_ID_KEY: {error}"))?);
    }
    let config = &config;
    let started = std::time::Instant::now();
    let source = Source::open(&location, Duration::from_secs(config.wait_s)).await?;
    let progress = Progress::new();
    let watch = |event: TownEvent<'_>| log_step(&progress, &event);
    let town = load_town_after(previous, &source, &location, config, clock, watch).await;
    progress.finish();
    let town = town.map_err(|error: TownError| Box::new(error) as Failure)?;
    if town.placeless_streets() > 0 {
        tracing::warn!(
            streets = town.placeless_streets(),
            "streets known by name only with no address on them: not searched"
        );
    }
    let derived: usize = town.map().iter().map(MapLayer::derived_bytes).sum();
    gauge!("derived_bytes").set(derived as f64);
    tracing::info!(
        seconds = seconds(started.elapsed()),
        revision = %town.snapshot().revision(),
        "loaded {location}"
    );
    Ok(town)
}

/// Says what is read or made, before and after.
fn log_step(progress: &Progress, event: &TownEvent<'_>) {
    match event {
        TownEvent::Read(LoadEvent::Begun(layer, done, of)) => {
            progress.step(&format!("loading {layer}"));
            progress.advance(*done as u64, *of as u64);
        }
        TownEvent::Read(LoadEvent::Loaded(layer)) => progress.aside(|| log_layer(layer)),
        TownEvent::Read(LoadEvent::Historical(layer)) => progress.aside(|| {
            tracing::info!(rows = layer.len(), "layer {}: rows of other days, for `?at=`", layer.id());
        }),
        TownEvent::Read(LoadEvent::ColumnRefused(refused)) => progress.aside(|| tracing::error!("{refused}")),
        TownEvent::Derived(DeriveEvent::Begun(Derivation { layer, what, rows })) => {
            progress.step(&format!("making {what} of {layer}"));
            progress.aside(|| tracing::debug!(rows, "layer {layer}: making {what}"));
        }
        TownEvent::Derived(DeriveEvent::Done(Derivation { layer, what, rows }, elapsed, bytes)) => {
            let seconds = seconds(*elapsed);
            progress.aside(|| tracing::info!(rows, bytes, seconds, "layer {layer}: {what}"));
        }
        TownEvent::Indexing(what, rows) => {
            progress.step(&format!("indexing {what}"));
            progress.aside(|| tracing::debug!(rows, "indexing {what}"));
        }
        TownEvent::Indexed(what, rows, elapsed) => {
            progress.aside(|| tracing::info!(rows, seconds = seconds(*elapsed), "index of {what}"));
        }
    }
}

fn seconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1000.0).round() / 1000.0
}

fn log_layer(layer: &Layer) {
    let report: &LoadReport = layer.report();
    let name = layer.id().to_owned();
    tracing::info!(
        read = report.read,
        rows = report.loaded,
        other_days = report.other_days,
        refused = report.refused_rows(),
        bytes = report.bytes,
        seconds = seconds(report.elapsed),
        "layer {name}"
    );
    for (reason, problem) in &report.refused {
        tracing::warn!(
            rows = problem.rows,
            examples = %hide_numbers(&problem.examples.join(", ")),
            "layer {name}: refused: {}",
            hide_numbers(reason)
        );
    }
    for (reason, problem) in &report.changed {
        let examples = problem.examples.join(", ");
        tracing::warn!(
            rows = problem.rows,
            examples = %hide_numbers(&examples),
            "layer {name}: {}",
            hide_numbers(reason)
        );
    }
    gauge!("layer_rows", "layer" => name.clone()).set(report.loaded as f64);
    gauge!("layer_rows_refused", "layer" => name.clone()).set(report.refused_rows() as f64);
    gauge!("layer_bytes", "layer" => name).set(report.bytes as f64);
}
