//! Conditional requests: a tag made of revisions, known before any work, and `If-None-Match`.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A strong entity tag, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntityTag(String);

impl EntityTag {
    /// A tag of an opaque text; anything but letters, digits and `-._` is replaced.
    pub fn new(opaque: &str) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' };
        Self(format!("\"{}\"", opaque.chars().map(safe).collect::<String>()))
    }

    /// Whether the client holds this already: a list of tags, weak ones too, or `*`
    /// (RFC 9110, section 13.1.2: weak comparison).
    pub fn is_held(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok()).any(|list| {
            list.trim() == "*"
                || list.split(',').any(|tag| tag.trim().strip_prefix("W/").unwrap_or(tag.trim()) == self.0)
        })
    }

    /// The header's value.
    pub fn to_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }

    /// 304, with what a cache needs to go on.
    pub fn not_modified(&self, cache_control: &HeaderValue) -> Response {
        let headers = [
            (header::ETAG, self.to_header()),
            (header::CACHE_CONTROL, cache_control.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        (StatusCode::NOT_MODIFIED, headers).into_response()
    }
}

/// Whether the client holds anything at all; only then is a tag worth making.
pub(super) fn is_conditional(headers: &HeaderMap) -> bool {
    headers.contains_key(header::IF_NONE_MATCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_weak_tags_and_the_star_are_understood() {
        let tag = EntityTag::new("abc-14");
        let held = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, value.parse().unwrap());
            tag.is_held(&headers)
        };
        assert!(held("\"abc-14\"") && held("W/\"abc-14\"") && held("\"x\", \"abc-14\"") && held("*"));
        assert!(!held("\"abc-15\"") && !held("abc-14") && !held(""));
    }
}
