//! The router and the life of the server: bind, answer, stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use thiserror::Error;
use tokio::net::TcpListener;

use super::batch::Tables;
use super::dispatch::Dispatch;
use super::problem::Problem;
use super::{
    App, address_pages, batch, catalog, common_headers, connections, geocoding, health, observe, page,
    planning, tiles,
};
use crate::config::Dialect;

/// Longest body that is read: one query, not a file. Tables are read piece by piece and have limits of their own.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// How long what was timed lies about until it is folded into histograms.
const FOLD_METRICS_EVERY: Duration = Duration::from_secs(5);

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
}

/// Binds the address of the configuration.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::PortInUse { port: address.port() },
        _ => ServeError::CannotListen { address, problem: error.to_string() },
    })
}

/// Answers until `stop` is done, then lets requests under way finish.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()> + Send + 'static) {
    let tables = batch::tables(&app.config().limits);
    let dispatch = Dispatch::new(app.clone(), |root| router(app.clone(), root, &tables));
    tokio::select! {
        () = connections::answer(listener, app.clone(), dispatch, stop) => {}
        () = fold_metrics(app) => {}
    }
}

/// Folds metrics for ever, also where nobody reads them.
async fn fold_metrics(app: App) {
    let mut turn = tokio::time::interval(FOLD_METRICS_EVERY);
    loop {
        turn.tick().await;
        app.fold_metrics();
    }
}

/// All routes. Tables take as long as they are long and bound their time themselves.
fn router(app: App, root: Option<Dialect>, tables: &Arc<Tables>) -> Router {
    let within_time = from_fn_with_state(app.clone(), within_time);
    routes(root)
        .layer(within_time)
        .merge(batch::routes(tables))
        .fallback(page::file)
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .route_layer(from_fn_with_state(app.clone(), observe::observe))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(common_headers::with_common_headers))
        .with_state(app)
}

/// Ends a request that takes too long: what it waits for may never come.
async fn within_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(app.config().limits.request_s);
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::took_too_long().into_response(),
    }
}

fn routes(root: Option<Dialect>) -> Router<App> {
    Router::new()
        .route("/", get(page::page))
        .route("/assets/{*file}", get(page::file))
        .route("/catalog", get(catalog::catalog))
        .route("/tiles/{ids}", get(tiles::describe))
        .route(tiles::TILE_ROUTE, get(tiles::tile))
        .route("/styles", get(page::map_styles))
        .route("/styles/{name}", get(page::map_style))
        .route("/fonts/{stack}/{range}", get(page::glyphs))
        .route("/sprites/{file}", get(page::sprite_file))
        .route("/v1/parcels", get(planning::find))
        .route("/v1/parcels/{parcel_id}", get(planning::one))
        .route("/v1/parcels/{parcel_id}/planning", get(planning::planning))
        .merge(geocoding::routes(root))
        .route("/v1/addresses/{code}", get(address_pages::address))
        .route("/v1/codes", get(address_pages::codes))
        .route("/d/{code}", get(address_pages::page))
        .route("/d/{code}/plate.svg", get(address_pages::plate_svg))
        .route("/d/{code}/plate.pdf", get(address_pages::plate_pdf))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
}
