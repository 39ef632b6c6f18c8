//! The address of this server as the client sees it, for the absolute URLs TileJSON and styles need.
//!
//! `public_url` of the configuration decides; without it the request's own `Host` is used, checked to
//! be a host and nothing else.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::App;

/// `https://map.example.vn`, without a slash at the end.
#[derive(Debug, Clone)]
pub(super) struct BaseUrl(pub String);

impl FromRequestParts<App> for BaseUrl {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        if let Some(public_url) = &app.config().public_url {
            return Ok(Self(public_url.clone()));
        }
        let host = parts.headers.get(header::HOST).and_then(|v| v.to_str().ok()).filter(|host| is_host(host));
        Ok(Self(format!("http://{}", host.map_or_else(|| app.config().listen.to_string(), str::to_owned))))
    }
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_'))
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn only_a_host_with_a_port_passes_as_one() {
        assert!(is_host("localhost:8080") && is_host("[::1]:8080") && is_host("map.town.vn"));
        assert!(!is_host("a.vn/\"><script>") && !is_host("") && !is_host("a b"));
    }
}
