//! Refusals that `hyper` writes itself, because what came is no request that a handler could answer: they get the
//! headers and the body that every other refusal has, so that a page of another origin can read what was wrong.

use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;

use super::common_headers::add_headers;

/// Longest head that `hyper` writes for a refusal of its own.
const MAX_BARE_BYTES: usize = 256;

/// The refusal in full, where these bytes are one of `hyper`'s. Every answer of a handler has CORS headers, so what
/// has none is not from one.
pub(super) fn in_full(written: &[u8]) -> Option<Bytes> {
    if !written.starts_with(b"HTTP/1.1 4") || written.len() > MAX_BARE_BYTES {
        return None;
    }
    let head = std::str::from_utf8(written).ok()?;
    let is_bare = head.ends_with("\r\n\r\n")
        && head.contains("\r\ncontent-length: 0\r\n")
        && !head.contains("access-control-allow-origin");
    let status: StatusCode = head.get(9..12).filter(|_| is_bare)?.parse().ok()?;
    let detail = match status {
        StatusCode::URI_TOO_LONG => "the address is too long",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "the request has too many headers, or too long ones",
        _ => "this is no request of HTTP/1.1",
    };
    let reason = status.canonical_reason().unwrap_or("Error");
    let body = serde_json::json!({
        "type": "about:blank", "title": reason, "status": status.as_u16(), "detail": detail
    })
    .to_string();
    let mut headers = HeaderMap::new();
    add_headers(&mut headers);
    let mut text = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nconnection: close\r\n",
        status.as_u16(),
        body.len()
    );
    for (name, value) in &headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
    }
    text.push_str("\r\n");
    text.push_str(&body);
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::in_full;

    #[test]
    fn a_bare_refusal_gets_headers_and_a_sentence() {
        let bare =
            b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let full = String::from_utf8(in_full(bare).unwrap().to_vec()).unwrap();
        assert!(
            full.starts_with("HTTP/1.1 431 ") && full.contains("\r\naccess-control-allow-origin: *\r\n"),
            "{full}"
        );
        let (_, body) = full.split_once("\r\n\r\n").unwrap();
        assert!(full.contains(&format!("content-length: {}\r\n", body.len())), "{full}");
    }

    #[test]
    fn what_a_handler_answers_stays() {
        for answer in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\naccess-control-allow-origin: *\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 in a cell of a table",
        ] {
            assert_eq!(in_full(answer.as_bytes()), None, "{answer}");
        }
    }
}
