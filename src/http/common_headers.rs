//! What is the same around every answer: the limit on the address, the `Host` that HTTP/1.1 wants, CORS, the headers
//! that tell a browser what it may do, what is said to a client whose body stopped coming, and what becomes of a panic.

use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::paced_body::BodyState;
use super::problem::Problem;

/// Longest path and query that is read.
pub(super) const MAX_URI_CHARS: usize = 8_192;

/// Everything here is public and nobody is logged in, so any page may read it: then the answer does not
/// depend on who asks, and `Vary` need not name the origin.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag,retry-after,x-features-left-out")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// Answers within the frame.
pub(super) async fn with_common_headers(request: Request<Body>, next: Next) -> Response {
    let body = request.extensions().get::<BodyState>().cloned();
    let mut response = if !is_addressed(&request) {
        Problem::bad_request("the request does not say which host it is for: send one `Host` header")
            .into_response()
    } else if request.method() == Method::OPTIONS {
        preflight()
    } else if is_too_long(&request) {
        Problem::uri_too_long(MAX_URI_CHARS).into_response()
    } else {
        AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| after_panic())
    };
    // whatever the handler made of a body that was not whole
    if !response.status().is_success() && body.is_some_and(|body| body.is_too_slow()) {
        response = Problem::too_slow().into_response();
    }
    add_headers(response.headers_mut());
    response
}

/// Whether a request says which host it is for, as RFC 9112 (3.2) asks of HTTP/1.1.
pub(super) fn is_addressed<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => !host.as_bytes().trim_ascii().is_empty(),
        (None, _) => request.version() < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// The headers of every answer.
pub(super) fn add_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
}

fn is_too_long<B>(request: &Request<B>) -> bool {
    request.uri().path_and_query().is_some_and(|uri| uri.as_str().len() > MAX_URI_CHARS)
}

/// What a browser asks before it sends a header of the page's own.
fn preflight() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET,HEAD,POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}

/// The text of a panic never leaves the server: it may hold anything.
fn after_panic() -> Response {
    tracing::error!("a request ended in a panic: this is a fault in bandoso, please report it");
    Problem::internal().into_response()
}
