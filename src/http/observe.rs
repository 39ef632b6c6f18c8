//! Logs and metrics of requests: the route template, method, status and time. The path's values, the
//! query and the body are never recorded: they say where somebody lives.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};

/// Counts, times and logs a request.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or("unmatched".to_owned(), |m| m.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    counter!("http_requests_total", "method" => method.to_string(), "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    histogram!("http_request_duration_seconds", "route" => route.clone()).record(elapsed.as_secs_f64());
    let elapsed_us = elapsed.as_micros() as u64;
    if response.status().is_server_error() && status != 503 {
        tracing::error!(%method, route, status, elapsed_us, "request failed");
    } else {
        tracing::debug!(%method, route, status, elapsed_us, "request");
    }
    response
}
