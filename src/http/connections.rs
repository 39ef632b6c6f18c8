//! Connections: accepted, read with patience that ends, closed without cutting a request.
//!
//! A tile that is in the cache is answered here, in front of the router: matching the route, its
//! parameters and the layers around it take as long as all the rest of such an answer.

use std::convert::Infallible;
use std::pin::pin;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{Method, Request};
use axum::response::Response;
use futures_util::future::{Either, ready};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use super::frame::add_headers;
use super::{App, tiles};

/// How long a client may take to send the head of a request, and be silent between two.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// How long requests under way may take after the signal to stop.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// Answers connections until `stop` is done, then lets requests under way finish.
pub(super) async fn answer(
    listener: TcpListener,
    app: App,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let router = TowerToHyperService::new(router);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let under_way = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let stream = tokio::select! {
            stream = accept(&listener) => stream,
            () = &mut stop => break,
        };
        let (app, router) = (app.clone(), router.clone());
        let service = service_fn(move |request: Request<Incoming>| match tile_at_once(&app, &request) {
            Some(response) => Either::Left(ready(Ok::<Response, Infallible>(response))),
            None => Either::Right(router.call(request)),
        });
        let connection = under_way.watch(http.serve_connection(TokioIo::new(stream), service));
        // what goes wrong with one connection is the client's: it hung up, or sent no HTTP
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    if tokio::time::timeout(STOP_WITHIN, under_way.shutdown()).await.is_err() {
        tracing::warn!("some clients did not finish in {} s and were cut off", STOP_WITHIN.as_secs());
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // a failure only makes small answers slower
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                // out of file handles: some are given back when requests end
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// A tile that needs no drawing, within the same frame and counts as an answer of the router.
fn tile_at_once(app: &App, request: &Request<Incoming>) -> Option<Response> {
    let started = Instant::now();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || !request.uri().path().starts_with("/tiles/") {
        return None;
    }
    let mut response = tiles::at_once(app, request.uri(), request.headers())?;
    add_headers(response.headers_mut());
    app.meters().route(tiles::TILE_ROUTE).record(request.method(), response.status(), started);
    Some(response)
}
