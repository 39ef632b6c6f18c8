//! Which form of a body a client takes: identity or gzip, by `Accept-Encoding` with its weights
//! (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

/// A form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    /// The best the client takes; `None` where it takes neither. Gzip wins a tie: bodies are large.
    pub fn negotiate(headers: &HeaderMap) -> Option<Self> {
        if !headers.contains_key(header::ACCEPT_ENCODING) {
            return Some(Self::Identity);
        }
        let (mut gzip, mut identity, mut other) = (None, None, None);
        let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
        for entry in lists.flat_map(|list| list.split(',')) {
            let (name, weight) = parse_entry(entry);
            match name.as_str() {
                "gzip" | "x-gzip" => gzip = Some(weight),
                "identity" => identity = Some(weight),
                "*" => other = Some(weight),
                _ => {}
            }
        }
        let gzip = gzip.or(other).unwrap_or(0);
        // identity is acceptable unless it, or everything unnamed, is forbidden
        let identity = identity.unwrap_or(if other == Some(0) { 0 } else { 1 });
        match (gzip, identity) {
            (0, 0) => None,
            (gzip, identity) if gzip >= identity => Some(Self::Gzip),
            _ => Some(Self::Identity),
        }
    }

    /// The `Content-Encoding`, where there is one.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
        }
    }

    /// The letter in an ETag: bodies that differ must not share one.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Identity => "i",
            Self::Gzip => "g",
        }
    }
}

/// Name in lower case and weight in thousandths; a broken weight counts as 1.
fn parse_entry(entry: &str) -> (String, u16) {
    let mut parts = entry.split(';');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let weight = parts
        .filter_map(|p| p.trim().strip_prefix("q=").or_else(|| p.trim().strip_prefix("Q=")))
        .find_map(|q| q.trim().parse::<f32>().ok())
        .map_or(1000, |q| (q.clamp(0.0, 1.0) * 1000.0) as u16);
    (name, weight)
}

/// The fastest level that compresses: libdeflate's `fastest()` is level 0, which only wraps.
const GZIP_LEVEL: i32 = 1;

/// The bytes as gzip, at a fast level: a tile is compressed for one answer.
pub(super) fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let level = libdeflater::CompressionLvl::new(GZIP_LEVEL).unwrap_or_default();
    let mut compressor = libdeflater::Compressor::new(level);
    let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut out).ok()?;
    out.truncate(length);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(accept: &str) -> Option<Encoding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        Encoding::negotiate(&headers)
    }

    #[test]
    fn without_a_header_nothing_is_compressed() {
        assert_eq!(Encoding::negotiate(&HeaderMap::new()), Some(Encoding::Identity));
    }

    #[test]
    fn a_body_that_repeats_itself_becomes_smaller() {
        let body = "thửa đất ".repeat(100);
        assert!(gzip(body.as_bytes()).unwrap().len() < body.len() / 5);
    }

    #[test]
    fn weights_are_honoured() {
        assert_eq!(negotiate("gzip, deflate, br, zstd"), Some(Encoding::Gzip));
        assert_eq!(negotiate("gzip;q=0"), Some(Encoding::Identity));
        assert_eq!(negotiate("gzip;q=0.2, identity;q=0.8"), Some(Encoding::Identity));
        assert_eq!(negotiate("br"), Some(Encoding::Identity));
        assert_eq!(negotiate("*"), Some(Encoding::Gzip));
        assert_eq!(negotiate("identity;q=0"), None);
        assert_eq!(negotiate("identity;q=0, gzip;q=0.1"), Some(Encoding::Gzip));
        assert_eq!(negotiate("*;q=0"), None);
        assert_eq!(negotiate(""), Some(Encoding::Identity));
        assert_eq!(negotiate("GZIP; q=nonsense"), Some(Encoding::Gzip));
    }
}
