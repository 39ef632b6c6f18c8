//! The router and the life of the server: bind, answer, stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use thiserror::Error;
use tokio::net::TcpListener;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::batch::Tables;
use super::dispatch::Dispatch;
use super::problem::Problem;
use super::{
    App, address_pages, batch, catalog, common_headers, connections, geocoding, health, observe, openapi,
    page, planning, tiles,
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
    openapi::described(routes(root).layer(within_time).merge(batch::routes(tables)))
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

/// The routes that answer in little time. Each is described where its handler stands.
fn routes(root: Option<Dialect>) -> OpenApiRouter<App> {
    openapi::router()
        .routes(routes!(page::page))
        .routes(routes!(page::file))
        .routes(routes!(catalog::catalog))
        .routes(routes!(tiles::describe))
        .routes(routes!(tiles::tile))
        .routes(routes!(page::map_styles))
        .routes(routes!(page::map_style))
        .routes(routes!(page::glyphs))
        .routes(routes!(page::sprite_file))
        .routes(routes!(planning::find))
        .routes(routes!(planning::one))
        .routes(routes!(planning::planning))
        .merge(geocoding::routes(root))
        .routes(routes!(address_pages::address))
        .routes(routes!(address_pages::codes))
        .routes(routes!(address_pages::page))
        .routes(routes!(address_pages::plate_svg))
        .routes(routes!(address_pages::plate_pdf))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
}
