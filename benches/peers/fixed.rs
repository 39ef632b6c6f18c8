//! A server that computes nothing: axum on a runtime of its own answers `/{bytes}` with so many
//! bytes. No tile server on this machine can answer more often with bodies of that size.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::routing::get;

use super::servers::{Running, Subject};

/// No body is larger.
const LARGEST: usize = 32 << 20;

/// Ends with the runtime.
pub struct FixedBody(Option<tokio::runtime::Runtime>);

/// Starts it on a free port.
pub fn start() -> Running {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))));
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("a bound address");
    let body = Bytes::from(vec![0; LARGEST]);
    let answer = move |Path(bytes): Path<usize>| async move { body.slice(..bytes.min(LARGEST)) };
    let router = Router::new().route("/{bytes}", get(answer));
    runtime.spawn(async { axum::serve(listener, router).await });
    Running::new(Subject::Fixed, address, FixedBody(Some(runtime)))
}

impl Drop for FixedBody {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
