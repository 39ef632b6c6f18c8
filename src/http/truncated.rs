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

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn only_an_answer_that_is_cut_says_so_and_may_not_be_kept() {
        let whole = marked("all".into_response(), false);
        assert!(
            whole.headers().get(TRUNCATED).is_none() && whole.headers().get(header::CACHE_CONTROL).is_none()
        );
        let cut = marked("some".into_response(), true);
        assert_eq!(cut.headers()[TRUNCATED], "true");
        assert_eq!(cut.headers()[header::CACHE_CONTROL], "no-store");
    }
}
