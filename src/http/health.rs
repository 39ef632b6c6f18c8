//! `/health/live`, `/health/ready`, `/metrics`.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::App;
use super::problem::Problem;

/// The process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// A town is loaded; 503 until then.
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    app.town().map(|_| "ok\n")
}

/// Counters for Prometheus.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics()).into_response()
}
