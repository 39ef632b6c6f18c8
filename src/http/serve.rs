//! The router and the life of the server: bind, answer, stop without cutting a request.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use thiserror::Error;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use super::problem::Problem;
use super::{App, catalog, health, observe, page, planning, search, tiles};

/// Longest path and query that is read.
const MAX_URI_CHARS: usize = 8_192;

/// Longest body that is read: one query, not a file.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// How long requests under way may take after the signal to stop.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// Why the server cannot serve.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ServeError {
    #[error(
        "port {port} is in use: stop the other program, or choose a port with --listen (0 picks a free one)"
    )]
    PortInUse { port: u16 },
    #[error("cannot listen on {address}: {problem}")]
    CannotListen { address: SocketAddr, problem: String },
    #[error("the server stopped: {0}")]
    Stopped(String),
}

/// Binds the address of the configuration.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::PortInUse { port: address.port() },
        _ => ServeError::CannotListen { address, problem: error.to_string() },
    })
}

/// Answers until `stop` is done, then lets requests under way finish.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let (stopping, mut has_begun_to_stop) = tokio::sync::watch::channel(false);
    let graceful = async move {
        stop.await;
        let _ = stopping.send(true);
    };
    let server = axum::serve(listener, router(app)).with_graceful_shutdown(graceful);
    let overdue = async move {
        let _ = has_begun_to_stop.wait_for(|has_begun| *has_begun).await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    tokio::select! {
        done = async { server.await } => done.map_err(|error| ServeError::Stopped(error.to_string())),
        () = overdue => {
            tracing::warn!("some clients did not finish in {} s and were cut off", STOP_WITHIN.as_secs());
            Ok(())
        }
    }
}

fn router(app: App) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers(Any)
        .expose_headers([header::ETAG, header::RETRY_AFTER]);
    Router::new()
        .route("/", get(page::page))
        .route("/assets/{*file}", get(page::file))
        .route("/catalog", get(catalog::catalog))
        .route("/tiles/{ids}", get(tiles::describe))
        .route("/tiles/{ids}/{z}/{x}/{y}", get(tiles::tile))
        .route("/styles", get(page::map_styles))
        .route("/styles/{name}", get(page::map_style))
        .route("/fonts/{stack}/{range}", get(page::glyphs))
        .route("/v1/parcels", get(planning::find))
        .route("/v1/parcels/{parcel_id}", get(planning::one))
        .route("/v1/parcels/{parcel_id}/planning", get(planning::planning))
        .route("/v1/search", get(search::search).post(search::search))
        .route("/v1/autocomplete", get(search::autocomplete).post(search::autocomplete))
        .route("/v1/reverse", get(search::reverse).post(search::reverse))
        .route("/v1/place", get(search::place))
        .route("/v1/units/{code}", get(search::unit))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(page::file)
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .route_layer(from_fn(observe::observe))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(common_headers))
        .layer(from_fn(limit_uri))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(cors)
        .with_state(app)
}

async fn limit_uri(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if length > MAX_URI_CHARS {
        Problem::uri_too_long(MAX_URI_CHARS).into_response()
    } else {
        next.run(request).await
    }
}

async fn common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

/// The body of a panic never leaves the server: it may hold anything.
fn after_panic(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a request ended in a panic: this is a fault in bandoso, please report it");
    Problem::internal().into_response()
}
