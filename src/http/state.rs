//! What every handler shares: what is served, the tile cache, the workers.
//!
//! A configuration belongs to the town that was loaded with it: both change in one step.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwapOption;
use axum::http::HeaderValue;
use metrics::{counter, gauge};
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
    /// Of the start; it holds until a town is loaded.
    starting: Arc<Config>,
    serving: ArcSwapOption<ServingState>,
    metrics: PrometheusHandle,
    meters: Meters,
    tiles: Option<TileCache>,
    workers: Workers,
}

/// The town that is served and the configuration it was loaded with.
pub(super) struct ServingState {
    pub town: Arc<Town>,
    pub config: Arc<Config>,
    pub tile_age: TileAge,
    /// When it was loaded.
    since: Instant,
}

/// The `Cache-Control` of tiles.
pub(super) struct TileAge {
    pub usual: HeaderValue,
    /// Under an address that holds the current revision.
    pub versioned: HeaderValue,
}

impl TileAge {
    fn of(config: &Config) -> Self {
        let header =
            |text: &str| HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("no-cache"));
        Self {
            usual: header(&config.tile_cache_control),
            versioned: header(&config.tile_cache_control_versioned),
        }
    }
}

impl App {
    /// A server that has nothing loaded yet. The recorder of metrics must be in place.
    pub fn new(config: Config, metrics: PrometheusHandle) -> Self {
        // more at once only makes each slower and the memory larger; with one, a slow answer would hold all
        let threads = thread::available_parallelism().map_or(2, usize::from).max(2);
        // seen before the first failure
        counter!("load_failures_total").absolute(0);
        Self(Arc::new(Shared {
            serving: ArcSwapOption::empty(),
            metrics,
            meters: Meters::new(),
            tiles: TileCache::new(config.tile_cache_mb.saturating_mul(1024 * 1024)),
            workers: Workers::start(threads, MAX_WAITING, prepare_vn2000),
            starting: Arc::new(config),
        }))
    }

    /// The configuration of what is served.
    pub fn config(&self) -> Arc<Config> {
        self.0.serving.load().as_ref().map_or_else(|| Arc::clone(&self.0.starting), |s| Arc::clone(&s.config))
    }

    /// Waits until the threads that work are ready to; false where they never will be.
    pub async fn are_workers_ready(&self) -> bool {
        self.0.workers.are_prepared().await
    }

    /// Puts a town and its configuration in the place of the last ones; requests under way keep theirs.
    pub fn show(&self, town: Town, config: Config) {
        let serving = Arc::new(ServingState {
            town: Arc::new(town),
            tile_age: TileAge::of(&config),
            config: Arc::new(config),
            since: Instant::now(),
        });
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        gauge!("load_last_success_timestamp_seconds").set(now.as_secs_f64());
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

    /// Counts a load that failed, and says how old what is served is by then.
    pub fn load_failed(&self) -> Option<Duration> {
        counter!("load_failures_total").increment(1);
        self.data_age()
    }

    /// How long ago what is served was loaded.
    fn data_age(&self) -> Option<Duration> {
        self.0.serving.load().as_ref().map(|serving| serving.since.elapsed())
    }

    /// What is counted.
    pub(super) fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// The metrics in Prometheus' text form.
    pub(super) fn metrics(&self) -> String {
        gauge!("tile_cache_bytes").set(self.tiles().map_or(0, TileCache::bytes) as f64);
        if let Some(age) = self.data_age() {
            gauge!("data_age_seconds").set(age.as_secs_f64());
        }
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
