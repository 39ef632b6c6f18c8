//! What every handler shares: the configuration, the current town, the tile cache, the limits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::http::HeaderValue;
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{block_in_place, spawn_blocking};

use super::observe::Meters;
use super::problem::Problem;
use crate::config::Config;
use crate::tile::{TileCache, configuration_version};
use crate::town::Town;

/// How many requests may wait for work to be done; more are told to come again.
const MAX_WAITING: usize = 512;

/// How many tables are answered at once: each keeps its town, and a file, until its last row.
const MAX_BATCHES: usize = 8;

/// The server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    config: Config,
    shown: ArcSwapOption<Shown>,
    metrics: PrometheusHandle,
    meters: Meters,
    tiles: Option<TileCache>,
    tile_age: TileAge,
    /// Places to wait in or work at.
    places: Semaphore,
    /// Places to work at.
    workers: Arc<Semaphore>,
    /// Places for tables to be answered.
    batches: Arc<Semaphore>,
}

/// The town that is shown, and what is worked out once for all its tiles.
pub(super) struct Shown {
    pub town: Arc<Town>,
    /// What tiles depend on beside rows.
    pub configuration: u64,
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
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        // more at once only makes each slower and the memory larger
        let workers = cores * 2;
        let header =
            |text: &str| HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("no-cache"));
        Self(Arc::new(Shared {
            shown: ArcSwapOption::empty(),
            metrics,
            meters: Meters::new(),
            tiles: TileCache::new(config.tile_cache_mb.saturating_mul(1024 * 1024)),
            tile_age: TileAge {
                usual: header(&config.tile_cache_control),
                versioned: header(&config.tile_cache_control_versioned),
            },
            places: Semaphore::new(workers + MAX_WAITING),
            workers: Arc::new(Semaphore::new(workers)),
            batches: Arc::new(Semaphore::new(MAX_BATCHES)),
            config,
        }))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Puts a town in the place of the last one; requests under way keep theirs.
    pub fn show(&self, town: Town) {
        let configuration = configuration_version(town.map());
        self.0.shown.store(Some(Arc::new(Shown { town: Arc::new(town), configuration })));
    }

    /// The current town, or 503 before the first one is loaded.
    pub(super) fn town(&self) -> Result<Arc<Town>, Problem> {
        self.shown().map(|shown| Arc::clone(&shown.town))
    }

    /// The town that is served, if one is.
    pub fn served(&self) -> Option<Arc<Town>> {
        self.town().ok()
    }

    /// The current town with what its tiles need, or 503 before the first one is loaded.
    pub(super) fn shown(&self) -> Result<Arc<Shown>, Problem> {
        self.0.shown.load_full().ok_or_else(Problem::loading)
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

    /// A place to answer a whole table, given back when it is dropped; 503 where all are taken.
    pub(super) fn batch_place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0.batches).try_acquire_owned().map_err(|_| Problem::overloaded())
    }

    /// Runs work of more than a millisecond without holding up the requests that wait behind it, a few at a
    /// time; 503 where too many wait already.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _place = self.0.places.try_acquire().map_err(|_| Problem::overloaded())?;
        let worker = Arc::clone(&self.0.workers).acquire_owned().await.map_err(|_| Problem::internal())?;
        let run = move || {
            // a client that hangs up ends the wait and not the work: the worker is taken until then
            let _worker = worker;
            work()
        };
        if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
            // here, while other threads take over what this one would have answered: two wake-ups fewer, which
            // is more than a small tile takes
            return block_in_place(|| catch_unwind(AssertUnwindSafe(run))).map_err(|_| Problem::internal());
        }
        spawn_blocking(run).await.map_err(|_| Problem::internal())
    }
}

/// Runs work of less than a millisecond, and a few for the longest text, where it stands: to hand it over to another
/// thread would take as long. A panic is answered in the words of who asked.
pub(super) fn brief<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Problem::internal())
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use futures_util::FutureExt;
    use futures_util::future::join_all;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    #[test]
    fn brief_work_that_panics_is_a_fault_and_not_the_end() {
        assert_eq!(brief(|| 7), Ok(7));
        let fault: Result<(), Problem> = brief(|| std::panic::resume_unwind(Box::new(())));
        assert_eq!(fault, Err(Problem::internal()));
    }

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_sent_away_and_later_served() {
        let app = App::new(Config::default(), PrometheusBuilder::new().build_recorder().handle());
        // nothing ever comes through the gate; it opens when this end is dropped
        let (closed, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let work = || {
            let gate = Arc::clone(&gate);
            app.work(move || drop(gate.lock().map(|gate| gate.recv())))
        };
        let places = app.0.places.available_permits();
        let mut waiting = Box::pin(join_all((0..places).map(|_| work())));
        assert!((&mut waiting).now_or_never().is_none());
        assert_eq!(work().await, Err(Problem::overloaded()));
        drop(closed);
        assert!(waiting.await.iter().all(Result::is_ok));
        assert_eq!(work().await, Ok(()));
    }
}
