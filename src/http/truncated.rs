//! Answers that are not all there is: nobody may keep them, and a client that knows no word for it reads a header.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// Said of an answer for which more was to be looked at than one may cost.
const TRUNCATED: HeaderName = HeaderName::from_static("x-truncated");

/// Marks an answer that is cut; leaves others as they are.
pub(super) fn marked(mut response: Response, is_cut: bool) -> Response {
    if is_cut {
        let headers = response.headers_mut();
        headers.insert(TRUNCATED, HeaderValue::from_static("true"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
