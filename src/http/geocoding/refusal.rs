//! Why a request is not answered, before a dialect puts it into its own words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::json::{Object, respond};
use crate::http::problem::Problem;
use crate::privacy::hide_numbers;

/// A status and a sentence that says what to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Refusal {
    pub status: StatusCode,
    pub reason: String,
}

impl Refusal {
    /// 400: the request itself is wrong.
    pub fn bad_request(reason: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, reason: hide_numbers(&reason.into()).into_owned() }
    }

    /// 413, in addok's words: the text of a search has more characters than are read.
    pub fn too_long(chars: usize, limit: usize) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            reason: format!("Query too long, {chars} chars, limit is {limit}"),
        }
    }

    /// 413: more was sent than is read.
    pub fn body_too_long() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            reason: "the body is too long; send one query".to_owned(),
        }
    }

    /// 415: a body of a kind that holds no parameters.
    pub fn unsupported_media_type() -> Self {
        Self {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            reason: "send the parameters as application/x-www-form-urlencoded or application/json".to_owned(),
        }
    }

    /// The same in the words of the native API.
    pub fn into_problem(self) -> Problem {
        Problem::of(self.status, self.reason)
    }

    /// The answer with a body in the words of a dialect.
    pub(super) fn respond(&self, body: Object) -> Response {
        self.dress(respond(self.status, body.into_bytes()))
    }

    /// Sets the status and what HTTP wants with it.
    pub fn dress(&self, mut response: Response) -> Response {
        *response.status_mut() = self.status;
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { status: problem.status(), reason: problem.detail().to_owned() }
    }
}
