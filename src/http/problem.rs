//! Errors as RFC 9457 problem details: a status and a sentence that says what to change. Never SQL, a
//! path or anything of the request but what the sentence needs.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::privacy::hide_numbers;

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
}

impl Problem {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// A refusal with this status.
    pub fn of(status: StatusCode, detail: impl std::fmt::Display) -> Self {
        Self { status, detail: without_numbers(detail) }
    }

    /// 400: the request itself is wrong.
    pub fn bad_request(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::BAD_REQUEST, detail: without_numbers(detail) }
    }

    /// 404: nothing of that name.
    pub fn not_found(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::NOT_FOUND, detail: without_numbers(detail) }
    }

    /// 410: it was here and is not any more.
    pub fn gone(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::GONE, detail: without_numbers(detail) }
    }

    /// 405: another method is wanted.
    pub fn method_not_allowed() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            detail: "this path answers GET and HEAD; searches also take POST, tables only POST".to_owned(),
        }
    }

    /// 406: no form of the answer is acceptable to the client.
    pub fn not_acceptable(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::NOT_ACCEPTABLE, detail: without_numbers(detail) }
    }

    /// 408: the client does not send what it began.
    pub fn too_slow() -> Self {
        Self {
            status: StatusCode::REQUEST_TIMEOUT,
            detail: "the request stopped coming in, or came too slowly; send it again".to_owned(),
        }
    }

    /// 429: this client has as much under way as one may have.
    pub fn too_many() -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            detail: "too many requests of one client are under way; try again in a few seconds".to_owned(),
        }
    }

    /// 413: more was sent than is read.
    pub fn too_long(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, detail: without_numbers(detail) }
    }

    /// 414: too much was sent.
    pub fn uri_too_long(limit: usize) -> Self {
        Self {
            status: StatusCode::URI_TOO_LONG,
            detail: format!("the address is longer than {limit} characters"),
        }
    }

    /// 422: understood, and more than is answered.
    pub fn unprocessable(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, detail: detail.to_string() }
    }

    /// 500: our fault; the log says more.
    pub fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            detail: "the server failed on this request; the fault is logged".to_owned(),
        }
    }

    /// 503: not loaded yet.
    pub fn loading() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "the layers are being loaded; try again in a few seconds".to_owned(),
        }
    }

    /// 503: what was sent cannot be kept.
    pub fn no_room(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, detail: detail.to_string() }
    }

    /// 503: the answer takes longer than a request may.
    pub fn took_too_long() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "the answer took too long; try again in a few seconds".to_owned(),
        }
    }

    /// 503: more wait than can be served soon.
    pub fn overloaded() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "too many requests are waiting; try again in a few seconds".to_owned(),
        }
    }
}

/// A sentence may repeat a piece of the request; a number that may be somebody's it does not.
fn without_numbers(detail: impl std::fmt::Display) -> String {
    hide_numbers(&detail.to_string()).into_owned()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::NOT_ACCEPTABLE {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
