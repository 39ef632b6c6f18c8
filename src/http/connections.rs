//! Connections: accepted, read with patience that ends, closed without cutting a request.
//!
//! A tile that is in the cache is answered here, in front of the router: matching the route, its
//! parameters and the layers around it take as long as all the rest of such an answer.
//!
//! So many connections are answered in all and from one client. One beyond that is taken into a small reserve: it is
//! asked after the health of the server, or told to come again, and closed. A reserve that is full lets go of the
//! connection that has been in it longest: who asks after the health says so at once, who keeps connections open does
//! not.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderValue, Method, Request, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::{Either, ready};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use metrics::{counter, gauge};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::admission::{Admission, Full};
use super::client_address::{Client, client_of};
use super::common_headers::{add_headers, is_addressed};
use super::descriptors::share_out;
use super::dispatch::Dispatch;
use super::pace::Pace;
use super::paced_body::{BodyState, PacedBody};
use super::problem::Problem;
use super::timed_stream::TimedStream;
use super::{App, tiles};

/// How long requests under way may take after the signal to stop.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// How long a connection in the reserve may take to say what it wants.
const RESERVE_HEAD_WITHIN: Duration = Duration::from_secs(5);

/// Longest head of a request, and most that is read ahead or kept of small writes.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Who a request comes from, among its extensions.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestClient(pub Client);

/// What every connection is answered with.
#[derive(Clone)]
struct Answering {
    app: App,
    dispatch: Dispatch,
    connections: Admission,
    /// Requests that came through a proxy: their connections are the proxy's.
    proxied: Admission,
}

/// Answers connections until `stop` is done, then lets requests under way finish.
pub(super) async fn answer(
    listener: TcpListener,
    app: App,
    dispatch: Dispatch,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let limits = app.config().limits.clone();
    let room = share_out(limits.connections);
    let answering = Answering {
        connections: Admission::new(room.connections, limits.connections_per_client),
        proxied: Admission::new(usize::MAX, limits.connections_per_client),
        dispatch,
        app: app.clone(),
    };
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(limits.head_s));
    http.max_buf_size(MAX_HEAD_BYTES);
    let mut reserve = Reserve::new(room.reserve);
    let under_way = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let client = (!app.config().trusted_proxies.contains(peer)).then(|| Client::from(peer));
        let stream = TokioIo::new(TimedStream::new(stream, Pace::new(&app.config().limits)));
        let place = match answering.connections.admit(client) {
            Ok(place) => place,
            Err(full) => {
                reserve.take(stream, answering.dispatch.clone(), full).await;
                continue;
            }
        };
        gauge!("connections_open").increment(1.0);
        let answering = answering.clone();
        let service = service_fn(move |request| answering.answer(peer, request));
        let connection = under_way.watch(http.serve_connection(stream, service));
        tokio::spawn(async move {
            // what goes wrong with one connection is the client's: it hung up, or sent no HTTP
            drop(connection.await);
            gauge!("connections_open").decrement(1.0);
            drop(place);
        });
    }
    drop(listener);
    drop(reserve);
    if tokio::time::timeout(STOP_WITHIN, under_way.shutdown()).await.is_err() {
        tracing::warn!("some clients did not finish in {} s and were cut off", STOP_WITHIN.as_secs());
    }
}

/// The next connection and the address at its other end.
async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // a failure only makes small answers slower
                let _ = stream.set_nodelay(true);
                return (stream, peer.ip());
            }
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                // out of file handles: some are given back when requests end
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Answering {
    fn answer(
        &self,
        peer: IpAddr,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response, Infallible>> + use<> {
        let request = match self.dispatch.prepared(request, Some(peer)) {
            Ok(request) => request,
            Err(response) => return Either::Left(ready(Ok(*response))),
        };
        if let Some(response) = tile_at_once(&self.app, &request) {
            return Either::Left(ready(Ok(response)));
        }
        let config = self.app.config();
        let proxies = &config.trusted_proxies;
        let client = client_of(peer, request.headers(), proxies);
        // those of the connection itself are counted where it was accepted
        let place = match proxies.contains(peer) {
            true => self.proxied.admit(Some(client)).map(Some),
            false => Ok(None),
        };
        let place = match place {
            Ok(place) => place,
            Err(full) => return Either::Left(ready(Ok(come_again(full)))),
        };
        let (mut head, body) = request.into_parts();
        let state = BodyState::default();
        head.extensions.insert(RequestClient(client));
        head.extensions.insert(state.clone());
        let body = PacedBody::new(body, &config.limits, state);
        let answer = self.dispatch.call(Request::from_parts(head, body));
        Either::Right(async move {
            let response = answer.await;
            drop(place);
            response
        })
    }
}

/// A tile that needs no drawing, within the same frame and counts as an answer of the router.
fn tile_at_once(app: &App, request: &Request<Incoming>) -> Option<Response> {
    let started = Instant::now();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || !request.uri().path().starts_with("/tiles/") || !is_addressed(request) {
        return None;
    }
    let mut response = tiles::at_once(app, request.uri(), request.headers())?;
    add_headers(response.headers_mut());
    app.meters().route(tiles::TILE_ROUTE).record(request.method(), response.status(), started);
    Some(response)
}

/// What one is told for whom there is no place.
fn come_again(full: Full) -> Response {
    let reason = match full {
        Full::All => "all",
        Full::Client => "client",
    };
    counter!("connections_refused_total", "reason" => reason).increment(1);
    let problem = match full {
        Full::All => Problem::overloaded(),
        Full::Client => Problem::too_many(),
    };
    let mut response = problem.into_response();
    add_headers(response.headers_mut());
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Connections beyond the limits.
struct Reserve {
    places: usize,
    http: Arc<http1::Builder>,
    /// The one that has been there longest first.
    open: VecDeque<JoinHandle<()>>,
}

impl Reserve {
    fn new(places: usize) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(RESERVE_HEAD_WITHIN).keep_alive(false);
        http.max_buf_size(MAX_HEAD_BYTES);
        Self { places, http: Arc::new(http), open: VecDeque::new() }
    }

    /// Answers what is asked after the health of the server, and tells all others to come again.
    async fn take(&mut self, stream: TokioIo<TimedStream>, dispatch: Dispatch, full: Full) {
        self.open.retain(|connection| !connection.is_finished());
        if self.open.len() >= self.places
            && let Some(longest) = self.open.pop_front()
        {
            longest.abort();
            // its descriptor is free when it has ended
            let _ = longest.await;
        }
        let service = service_fn(move |request: Request<Incoming>| match is_about_health(&request) {
            true => Either::Right(dispatch.call(request)),
            false => Either::Left(ready(Ok::<Response, Infallible>(come_again(full)))),
        });
        let connection = self.http.serve_connection(stream, service);
        self.open.push_back(tokio::spawn(async move { drop(connection.await) }));
    }
}

impl Drop for Reserve {
    fn drop(&mut self) {
        self.open.iter().for_each(JoinHandle::abort);
    }
}

fn is_about_health<B>(request: &Request<B>) -> bool {
    *request.method() == Method::GET && request.uri().path().starts_with("/health/")
}
