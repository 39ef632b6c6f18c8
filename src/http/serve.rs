//! The router and the life of the server: bind, answer, stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use thiserror::Error;
use tokio::net::TcpSocket;
use tokio::sync::oneshot;
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

/// Connections that the system holds until they are accepted.
const MAX_UNACCEPTED: u32 = 1024;

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

impl ServeError {
    fn new(address: SocketAddr, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::AddrInUse => Self::PortInUse { port: address.port() },
            _ => Self::CannotListen { address, problem: error.to_string() },
        }
    }
}

/// Takes the address of the configuration; connections are refused until [`serve`] listens.
pub fn bind(address: SocketAddr) -> Result<TcpSocket, ServeError> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    };
    bound().map_err(|error| ServeError::new(address, &error))
}

/// Makes the routes, and then answers until `stop` is done and lets requests under way finish. What is accepted is answered:
/// before the routes are there nobody is let in to wait for them. `listening` hears when that is over.
pub async fn serve(
    socket: TcpSocket,
    app: App,
    listening: oneshot::Sender<()>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = app.config().listen;
    let failed = |error: std::io::Error| ServeError::new(address, &error);
    let routed = app.clone();
    let dispatch = tokio::task::spawn_blocking(move || {
        let tables = batch::tables(&routed.config().limits);
        Dispatch::new(routed.clone(), |root| router(routed.clone(), root, &tables))
    });
    let dispatch = dispatch.await.map_err(|error| failed(error.into()))?;
    let listener = socket.listen(MAX_UNACCEPTED).map_err(failed)?;
    tracing::info!("listening on http://{address}");
    // nobody waits for it where the load has failed meanwhile
    let _ = listening.send(());
    tokio::select! {
        () = connections::answer(listener, app.clone(), dispatch, stop) => {}
        () = fold_metrics(app) => {}
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_is_let_in_before_there_are_routes_to_answer_with() {
        let socket = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = socket.local_addr().unwrap();
        let refused = std::net::TcpStream::connect(address).unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        let _listener = socket.listen(MAX_UNACCEPTED).unwrap();
        std::net::TcpStream::connect(address).unwrap();
    }
}
