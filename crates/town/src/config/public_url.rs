//! `public_url`: the address of the server as its clients see it.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use thiserror::Error;

/// Where everything of this server begins: a scheme, a host and, behind a proxy that shares the host, a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    path: String,
}

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum PublicUrlError {
    #[error("an address that begins with http:// or https:// and a host, such as \"https://map.example.vn\"")]
    NotAnAddress,
    #[error("an address without user name, `?` and `#`")]
    TooMuch,
    #[error("an address whose path is of letters, digits and -._~ and begins with no path of this server")]
    Path,
}

/// First parts of paths that the server has itself, those of a dialect at the root among them: a request under such a
/// base path could mean either.
const OWN_PATHS: [&str; 26] = [
    "api",
    "assets",
    "autocomplete",
    "ban",
    "catalog",
    "d",
    "docs",
    "fonts",
    "health",
    "lookup",
    "lookup.php",
    "metrics",
    "nominatim",
    "openapi.json",
    "photon",
    "reverse",
    "reverse.php",
    "search",
    "search.php",
    "sprites",
    "status",
    "status.php",
    "structured",
    "styles",
    "tiles",
    "v1",
];

impl PublicUrl {
    /// `https://map.example.vn`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// `/bando`, or nothing where the server has the host to itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Whether a text can be the path that all paths begin with: `/bando`, or nothing.
pub fn is_base_path(path: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.chars().all(|c| c == '.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
    };
    let Some(parts) = path.strip_prefix('/') else { return path.is_empty() };
    let first = parts.split('/').next().unwrap_or_default();
    path.len() <= 200 && parts.split('/').all(is_part) && !OWN_PATHS.contains(&first)
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let uri: Uri = text.parse().map_err(|_| PublicUrlError::NotAnAddress)?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(PublicUrlError::NotAnAddress);
        };
        if authority.host().is_empty() {
            return Err(PublicUrlError::NotAnAddress);
        }
        if authority.as_str().contains('@') || text.contains(['?', '#']) {
            return Err(PublicUrlError::TooMuch);
        }
        let path = uri.path().trim_end_matches('/').to_owned();
        if !is_base_path(&path) {
            return Err(PublicUrlError::Path);
        }
        Ok(Self { origin: format!("{scheme}://{authority}"), path })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_host_and_path_are_read_and_a_slash_at_the_end_does_not_count() {
        let read = |text: &str| text.parse::<PublicUrl>().unwrap();
        let url = read("https://h.vn:8443/bando/");
        assert_eq!(
            (url.origin(), url.path(), url.to_string()),
            ("https://h.vn:8443", "/bando", "https://h.vn:8443/bando".to_owned())
        );
        assert_eq!(read("http://localhost/").path(), "");
        assert_eq!(read("http://[::1]:80").origin(), "http://[::1]:80");
    }

    #[test]
    fn what_is_no_address_of_a_server_is_refused_with_the_reason() {
        let error = |text: &str| text.parse::<PublicUrl>().unwrap_err();
        for text in ["", "h.vn", "ftp://h.vn", "https://", "/bando", "https:///x", "h vn"] {
            assert_eq!(error(text), PublicUrlError::NotAnAddress, "{text}");
        }
        for text in ["https://a:b@h.vn", "https://h.vn/?x=1", "https://h.vn/#a"] {
            assert_eq!(error(text), PublicUrlError::TooMuch, "{text}");
        }
        for text in ["https://h.vn/tiles", "https://h.vn/a//b", "https://h.vn/../b", "https://h.vn/a%20b"] {
            assert_eq!(error(text), PublicUrlError::Path, "{text}");
        }
    }
}
