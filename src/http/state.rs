//! What every handler shares: the configuration, the current town, the tile cache, the limits.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use axum::http::HeaderValue;
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;

use super::observe::Meters;
use super::problem::Problem;
use super::workers::Workers;
use crate::config::Config;
use crate::geocode::codes::prepare_vn2000;
use crate::tile::TileCache;
use crate::town::Town;

/// How many requests may wait for work to be done; more are told to come again.
const MAX_WAITING: usize = 512;

/// The server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    config: Config,
    serving: ArcSwapOption<ServingState>,
    metrics: PrometheusHandle,
    meters: Meters,
    tiles: Option<TileCache>,
    tile_age: TileAge,
    workers: Workers,
}

/// The town that is serving.
pub(super) struct ServingState {
    pub town: Arc<Town>,
}

/// The `Cache-Control` of tiles.
pub(super) struct TileAge {
    pub usual: HeaderValue,
    /// Under an address that holds the current revision.
    pub versioned: HeaderValue,
}

impl App {
    /// A server that has nothing loaded yet. The recorder of metrics must be in place.
    pub fn new(config: Config, metrics: PrometheusHandle) -> Self {
        // more at once only makes each slower and the memory larger; with one, a slow answer would hold all
        let threads = thread::available_parallelism().map_or(2, usize::from).max(2);
        let header =
            |text: &str| HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("no-cache"));
        Self(Arc::new(Shared {
            serving: ArcSwapOption::empty(),
            metrics,
            meters: Meters::new(),
            tiles: TileCache::new(config.tile_cache_mb.saturating_mul(1024 * 1024)),
            tile_age: TileAge {
                usual: header(&config.tile_cache_control),
                versioned: header(&config.tile_cache_control_versioned),
            },
            workers: Workers::start(threads, MAX_WAITING, prepare_vn2000),
            config,
        }))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Waits until the threads that work are ready to; false where they never will be.
    pub async fn are_workers_ready(&self) -> bool {
        self.0.workers.are_prepared().await
    }

    /// Puts a town in the place of the last one; requests under way keep theirs.
    pub fn show(&self, town: Town) {
        let serving = Arc::new(ServingState { town: Arc::new(town) });
        if let Some(last) = self.0.serving.swap(Some(serving)) {
            end(Arc::clone(&last.town));
        }
    }

    /// The town that is served, once one is loaded.
    pub(crate) fn served(&self) -> Option<Arc<Town>> {
        self.0.serving.load_full().map(|serving| Arc::clone(&serving.town))
    }

    /// The current town, or 503 before the first one is loaded.
    pub(super) fn town(&self) -> Result<Arc<Town>, Problem> {
        self.serving().map(|serving| Arc::clone(&serving.town))
    }

    /// The current town with what its tiles need, or 503 before the first one is loaded.
    pub(super) fn serving(&self) -> Result<Arc<ServingState>, Problem> {
        self.0.serving.load_full().ok_or_else(Problem::loading)
    }

    /// Tiles that were made; `None` where none are kept.
    pub(super) fn tiles(&self) -> Option<&TileCache> {
        self.0.tiles.as_ref()
    }

    /// How long others may keep tiles.
    pub(super) fn tile_age(&self) -> &TileAge {
        &self.0.tile_age
    }

    /// What is counted.
    pub(super) fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// The metrics in Prometheus' text form.
    pub(super) fn metrics(&self) -> String {
        gauge!("tile_cache_bytes").set(self.tiles().map_or(0, TileCache::bytes) as f64);
        self.fold_metrics();
        self.0.metrics.render()
    }

    /// Folds what was timed into its histograms: until then every request takes a few bytes.
    pub(super) fn fold_metrics(&self) {
        self.0.metrics.run_upkeep();
    }

    /// Has one of the workers do this, in turn; 503 where too many wait already.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.0.workers.run(work).await
    }
}

/// Frees a town as soon as nobody reads it any more, on a thread of its own: a million rows and their names take a
/// while, and else the last who reads it would free it, whoever that is.
fn end(mut town: Arc<Town>) {
    const LOOK_EVERY: Duration = Duration::from_millis(100);
    let free = move || {
        loop {
            match Arc::try_unwrap(town) {
                Ok(town) => return drop(town),
                Err(read) => town = read,
            }
            thread::sleep(LOOK_EVERY);
        }
    };
    if let Err(error) = thread::Builder::new().name("unload".to_owned()).spawn(free) {
        tracing::warn!("no thread to free the last town on: {error}");
    }
}
