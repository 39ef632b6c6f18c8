//! Errors of the native API.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::ToSchema;

/// RFC 9457 problem details.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Problem {
    /// There is no more to say than the status does.
    r#type: NoType,
    /// The status in words.
    title: String,
    /// The status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A sentence that says what to change.
    #[schema(min_length = 1)]
    detail: String,
}

#[derive(ToSchema)]
#[schema(as = ProblemType)]
enum NoType {
    #[schema(rename = "about:blank")]
    AboutBlank,
}
