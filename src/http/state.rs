//! What every handler shares: the configuration, the current town, the limits.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;

use super::problem::Problem;
use crate::config::Config;
use crate::town::Town;

/// The server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    config: Config,
    town: ArcSwapOption<Town>,
    metrics: PrometheusHandle,
    renders: Semaphore,
}

impl App {
    /// A server that has nothing loaded yet.
    pub fn new(config: Config, metrics: PrometheusHandle) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self(Arc::new(Shared {
            config,
            town: ArcSwapOption::empty(),
            metrics,
            // more at once only makes each slower and the memory larger
            renders: Semaphore::new(cores * 2),
        }))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Puts a town in the place of the last one; requests under way keep theirs.
    pub fn show(&self, town: Town) {
        self.0.town.store(Some(Arc::new(town)));
    }

    /// The current town, or 503 before the first one is loaded.
    pub(super) fn town(&self) -> Result<Arc<Town>, Problem> {
        self.0.town.load_full().ok_or_else(Problem::loading)
    }

    /// The metrics in Prometheus' text form.
    pub(super) fn metrics(&self) -> String {
        self.0.metrics.run_upkeep();
        self.0.metrics.render()
    }

    /// Runs work of more than a millisecond off the threads that answer requests, a few at a time.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _permit = self.0.renders.acquire().await.map_err(|_| Problem::internal())?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Problem::internal())
    }
}
