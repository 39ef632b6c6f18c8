//! Logs and metrics of requests: the route template, method, status and time. The path's values, the
//! query and the body are never recorded: they say where somebody lives.
//!
//! Counting must cost next to nothing beside a tile from the cache, so every series is registered once
//! and kept. Labels are texts of this file or routes: a client cannot make a new one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use arc_swap::ArcSwap;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use rustc_hash::FxHashMap;

use super::App;
use crate::tile::Encoding;

tokio::task_local! {
    /// The route of the request that this task answers.
    static ROUTE: Arc<RouteMeter>;
}

/// The meter of the route whose request is being answered; `None` outside of any.
pub(super) fn current_route() -> Option<Arc<RouteMeter>> {
    ROUTE.try_with(Arc::clone).ok()
}

/// Counts, times and logs a request.
pub(super) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
    let meter = app.meters().route(route);
    let response = ROUTE.scope(Arc::clone(&meter), next.run(request)).await;
    meter.record(&method, response.status(), started);
    response
}

/// What is counted.
pub(super) struct Meters {
    routes: ArcSwap<FxHashMap<String, Arc<RouteMeter>>>,
    tile_hits: [Counter; Encoding::ALL.len()],
    tile_misses: [Counter; Encoding::ALL.len()],
}

impl Meters {
    pub fn new() -> Self {
        let per_encoding =
            |name: &'static str| Encoding::ALL.map(|encoding| counter!(name, "encoding" => encoding.name()));
        Self {
            routes: ArcSwap::default(),
            tile_hits: per_encoding("tile_cache_hits_total"),
            tile_misses: per_encoding("tile_cache_misses_total"),
        }
    }

    /// The meter of a route, by its template.
    pub fn route(&self, template: &str) -> Arc<RouteMeter> {
        if let Some(meter) = self.routes.load().get(template) {
            return Arc::clone(meter);
        }
        let meter = Arc::new(RouteMeter::new(template));
        self.routes.rcu(|routes| {
            let mut routes = FxHashMap::clone(routes);
            routes.insert(template.to_owned(), Arc::clone(&meter));
            routes
        });
        meter
    }

    /// A tile was answered from the cache.
    pub fn tile_hit(&self, encoding: Encoding) {
        self.tile_hits[encoding as usize].increment(1);
    }

    /// A tile had to be made, by this request or by another it waited for.
    pub fn tile_miss(&self, encoding: Encoding) {
        self.tile_misses[encoding as usize].increment(1);
    }
}

/// A label for every method; the last stands for all others.
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "OPTIONS", "other"];

/// A label for every status that is answered; the last stands for all others.
const STATUSES: [&str; 18] = [
    "200", "204", "304", "308", "400", "404", "405", "406", "408", "410", "413", "414", "415", "422", "429",
    "500", "503", "other",
];

/// Counts and times the requests of one route.
pub(super) struct RouteMeter {
    route: String,
    seconds: Histogram,
    rows: Counter,
    /// The most rows of one answer.
    rows_most: AtomicU64,
    rows_most_gauge: Gauge,
    requests: [[OnceLock<Counter>; STATUSES.len()]; METHODS.len()],
}

impl RouteMeter {
    fn new(route: &str) -> Self {
        Self {
            route: route.to_owned(),
            seconds: histogram!("http_request_duration_seconds", "route" => route.to_owned()),
            rows: counter!("rows_looked_at_total", "route" => route.to_owned()),
            rows_most: AtomicU64::new(0),
            rows_most_gauge: gauge!("rows_looked_at_most", "route" => route.to_owned()),
            requests: Default::default(),
        }
    }

    /// Counts the rows that were looked at for one answer.
    pub fn looked_at(&self, rows: u64) {
        self.rows.increment(rows);
        if self.rows_most.fetch_max(rows, Ordering::Relaxed) < rows {
            self.rows_most_gauge.set(self.rows_most.load(Ordering::Relaxed) as f64);
        }
    }

    /// Counts, times and logs a request that was answered.
    pub fn record(&self, method: &Method, status: StatusCode, started: Instant) {
        let elapsed = started.elapsed();
        let (method, status_label) = (place(&METHODS, method.as_str()), place(&STATUSES, status.as_str()));
        let requests = self.requests[method][status_label].get_or_init(|| {
            counter!(
                "http_requests_total",
                "method" => METHODS[method], "route" => self.route.clone(), "status" => STATUSES[status_label]
            )
        });
        requests.increment(1);
        self.seconds.record(elapsed.as_secs_f64());
        let (method, route, status_code) = (METHODS[method], &self.route, status.as_u16());
        let elapsed_us = elapsed.as_micros() as u64;
        if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(method, route, status = status_code, elapsed_us, "request failed");
        } else {
            tracing::debug!(method, route, status = status_code, elapsed_us, "request");
        }
    }
}

/// The place of a label, the last where there is none for it.
fn place(labels: &[&str], label: &str) -> usize {
    labels.iter().position(|known| *known == label).unwrap_or(labels.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_invents_is_no_new_label() {
        assert_eq!(METHODS[place(&METHODS, "GET")], "GET");
        assert_eq!(METHODS[place(&METHODS, "FETCH-ME")], "other");
        assert_eq!(STATUSES[place(&STATUSES, "418")], "other");
    }

    #[test]
    fn a_route_has_one_meter() {
        let meters = Meters::new();
        assert!(Arc::ptr_eq(&meters.route("/a"), &meters.route("/a")));
        assert!(!Arc::ptr_eq(&meters.route("/a"), &meters.route("/b")));
    }
}
