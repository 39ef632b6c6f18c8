//! The address of this server as the client sees it: for absolute URLs in TileJSON, styles and QR codes, and for the
//! path that all paths begin with where a proxy gives the server a part of a host.
//!
//! `public_url` of the configuration decides. Without it a trusted proxy is believed, and anybody else's `Host` is
//! used, checked to be a host and nothing else.

use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::App;
use super::client_address::{Said, said_by_proxies};
use crate::config::{Config, is_base_path};

/// The other end of the connection, among the extensions of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub IpAddr);

/// `https://map.example.vn` and `/bando`, both without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BaseUrl {
    origin: String,
    path: String,
}

impl BaseUrl {
    /// What every path of this server begins with; empty where it has a host of its own.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The address for a request of these headers that came from `peer`.
    fn of(config: &Config, peer: Option<IpAddr>, headers: &HeaderMap) -> Self {
        if let Some(url) = &config.public_url {
            return Self { origin: url.origin().to_owned(), path: url.path().to_owned() };
        }
        let said =
            peer.map(|peer| said_by_proxies(peer, headers, &config.trusted_proxies)).unwrap_or_default();
        let own_host = || headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
        let host =
            said.host.clone().filter(|host| is_host(host)).or_else(own_host).filter(|host| is_host(host));
        let scheme = if said.proto.as_deref() == Some("https") { "https" } else { "http" };
        let host = host.unwrap_or_else(|| config.listen.to_string());
        Self { origin: format!("{scheme}://{host}"), path: prefix(said) }
    }
}

/// The path that all paths begin with, for a request that may still carry it.
pub(super) fn base_path(config: &Config, peer: Option<IpAddr>, headers: &HeaderMap) -> String {
    match &config.public_url {
        Some(url) => url.path().to_owned(),
        None => prefix(
            peer.map(|peer| said_by_proxies(peer, headers, &config.trusted_proxies)).unwrap_or_default(),
        ),
    }
}

fn prefix(said: Said) -> String {
    let prefix = said.prefix.unwrap_or_default();
    let prefix = prefix.trim_end_matches('/');
    if is_base_path(prefix) { prefix.to_owned() } else { String::new() }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl FromRequestParts<App> for BaseUrl {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().map(|Peer(peer)| *peer);
        Ok(Self::of(&app.config(), peer, &parts.headers))
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
