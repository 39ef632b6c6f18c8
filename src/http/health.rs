//! `/health/live`, `/health/ready`, `/metrics`.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::App;
use super::openapi::responses::NotReady;
use super::problem::Problem;

/// The process runs.
#[utoipa::path(
    get, path = "/health/live", tag = "server",
    responses((status = 200, description = "It runs.", content_type = "text/plain", body = String))
)]
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// A town is loaded; 503 until then.
#[utoipa::path(
    get, path = "/health/ready", tag = "server",
    responses((status = 200, description = "It is loaded.", content_type = "text/plain", body = String), NotReady)
)]
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    app.town().map(|_| "ok\n")
}

/// Counters for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "server",
    responses((status = 200, description = "The text format of Prometheus.", content_type = "text/plain", body = String))
)]
pub(super) async fn metrics(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics()).into_response()
}
