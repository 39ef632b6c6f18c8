//! Which form of a body a client takes, by `Accept-Encoding` with its weights (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, HeaderName, header};

pub(super) use crate::tile::Encoding;

/// The compressed forms of a tile, best first where the client weighs them alike. zstd costs half the
/// time of gzip for 3 % more bytes; brotli saves 5 %, but the first client waits four times as long for
/// it, which a link of 10 Mbit/s does not pay back (the numbers stand with [`crate::tile::compress`]).
pub(super) const OF_TILES: [Encoding; 3] = [Encoding::Zstd, Encoding::Gzip, Encoding::Brotli];

/// The form the client likes best among these, best first, and identity; `None` where it takes none.
///
/// Without a header nothing is compressed. Identity needs no mention to be acceptable, but what is
/// mentioned is preferred to it: bodies are large.
pub(super) fn negotiate(headers: &HeaderMap, offered: &[Encoding]) -> Option<Encoding> {
    if !headers.contains_key(header::ACCEPT_ENCODING) {
        return Some(Encoding::Identity);
    }
    let accepted = Accepted::read(headers);
    let mut best = None;
    let mut best_weight = 0;
    for &encoding in offered.iter().chain([&Encoding::Identity]) {
        let weight = accepted.weight(encoding);
        if weight > best_weight {
            (best, best_weight) = (Some(encoding), weight);
        }
    }
    best
}

/// What a client takes, with weights in thousandths.
#[derive(Default)]
struct Accepted {
    named: [Option<u16>; Encoding::ALL.len()],
    /// Of `*`: all that is not named.
    others: Option<u16>,
}

impl Accepted {
    fn read(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        for (name, weight) in weighted(headers, header::ACCEPT_ENCODING) {
            if name == "*" {
                accepted.others = Some(weight);
            } else if let Some(encoding) = encoding_of(name) {
                accepted.named[encoding as usize] = Some(weight);
            }
        }
        accepted
    }

    fn weight(&self, encoding: Encoding) -> u16 {
        // half of the smallest weight that can be written
        const UNMENTIONED_IDENTITY: u16 = 1;
        let mentioned = self.named[encoding as usize].or(self.others).map(|weight| 2 * weight);
        mentioned.unwrap_or(if encoding == Encoding::Identity { UNMENTIONED_IDENTITY } else { 0 })
    }
}

fn encoding_of(name: &str) -> Option<Encoding> {
    // RFC 9110, section 8.4.1.3: `x-gzip` means gzip
    let name = if name.eq_ignore_ascii_case("x-gzip") { "gzip" } else { name };
    Encoding::ALL.into_iter().find(|encoding| name.eq_ignore_ascii_case(encoding.name()))
}

/// What a header lists, each with its weight in thousandths (RFC 9110, section 12.4.2).
pub(super) fn weighted(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = (&str, u16)> {
    let lists = headers.get_all(name).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let item = parts.next().unwrap_or_default();
        (item, parts.find_map(weight_of).unwrap_or(1000))
    })
}

/// The weight in `q=0.5`; `None` for other parameters and broken numbers.
fn weight_of(parameter: &str) -> Option<u16> {
    let number = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    let weight: f32 = number.trim().parse().ok()?;
    Some((weight.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(accept: &str) -> Option<Encoding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        negotiate(&headers, &OF_TILES)
    }

    #[test]
    fn without_a_header_nothing_is_compressed() {
        assert_eq!(negotiate(&HeaderMap::new(), &OF_TILES), Some(Encoding::Identity));
    }

    #[test]
    fn among_equals_the_server_chooses() {
        assert_eq!(best("gzip, deflate, br, zstd"), Some(Encoding::Zstd));
        assert_eq!(best("gzip, deflate, br"), Some(Encoding::Gzip));
        assert_eq!(best("br"), Some(Encoding::Brotli));
        assert_eq!(best("deflate"), Some(Encoding::Identity));
        assert_eq!(best(""), Some(Encoding::Identity));
    }

    #[test]
    fn weights_are_honoured() {
        assert_eq!(best("zstd;q=0.1, gzip;q=0.5, br;q=0.9"), Some(Encoding::Brotli));
        assert_eq!(best("gzip;q=0.001"), Some(Encoding::Gzip));
        assert_eq!(best("gzip;q=0"), Some(Encoding::Identity));
        assert_eq!(best("gzip;q=0.2, identity;q=0.8"), Some(Encoding::Identity));
        assert_eq!(best("identity, gzip"), Some(Encoding::Gzip));
        assert_eq!(best("GZIP; q=nonsense"), Some(Encoding::Gzip));
    }

    #[test]
    fn the_star_is_all_that_is_not_named() {
        assert_eq!(best("*"), Some(Encoding::Zstd));
        assert_eq!(best("zstd;q=0, *"), Some(Encoding::Gzip));
        assert_eq!(best("*;q=0, br"), Some(Encoding::Brotli));
    }

    #[test]
    fn where_nothing_is_acceptable_there_is_no_answer() {
        assert_eq!(best("identity;q=0"), None);
        assert_eq!(best("*;q=0"), None);
        assert_eq!(best("deflate, identity;q=0"), None);
        assert_eq!(best("identity;q=0, gzip;q=0.1"), Some(Encoding::Gzip));
    }

    #[test]
    fn what_is_not_offered_is_not_chosen() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "zstd, gzip;q=0.5".parse().unwrap());
        assert_eq!(negotiate(&headers, &[Encoding::Gzip]), Some(Encoding::Gzip));
    }
}
