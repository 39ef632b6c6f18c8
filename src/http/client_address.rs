//! Whom a request comes from: the other end of the connection, or, where that is a proxy that is trusted, the client
//! it names.
//!
//! A proxy appends the address it was asked from, so a list is read from the right: addresses of trusted proxies are
//! passed over, the first other one is the client. What stands further left is whatever the client has sent itself.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, header};

use crate::config::TrustedProxies;

/// A client as it is counted: an IPv4 address, or the 64 bits of an IPv6 address that one customer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Client(IpAddr);

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                Self(Ipv6Addr::from_bits(network).into())
            }
            address => Self(address),
        }
    }
}

/// The client of a request that came from `peer`.
pub(super) fn client_of(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> Client {
    outermost(peer, headers, proxies).0.into()
}

/// What a proxy says of the address its client asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub proto: Option<String>,
    pub host: Option<String>,
    pub prefix: Option<String>,
}

/// What the outermost of the trusted proxies says in `X-Forwarded-Proto`, `-Host` and `-Prefix`, or in `Forwarded`;
/// nothing where `peer` is none of them.
pub(super) fn said_by_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> Said {
    if !proxies.contains(peer) {
        return Said::default();
    }
    let (_, passed) = outermost(peer, headers, proxies);
    // a proxy that replaces what it was sent leaves one value, one that adds to it as many as were passed
    let nth_from_the_right = |name: &str| {
        let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
        let values: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        values.iter().rev().nth(passed.min(values.len().saturating_sub(1))).map(|value| (*value).to_owned())
    };
    let element = nth_from_the_right(header::FORWARDED.as_str()).unwrap_or_default();
    let parameter = |name: &str| parameter_of(&element, name).map(str::to_owned);
    Said {
        proto: nth_from_the_right("x-forwarded-proto").or_else(|| parameter("proto")),
        host: nth_from_the_right("x-forwarded-host").or_else(|| parameter("host")),
        prefix: nth_from_the_right("x-forwarded-prefix"),
    }
}

/// The first address from the right that is no trusted proxy's, and how many proxies named others before it.
fn outermost(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> (IpAddr, usize) {
    let mut client = peer.to_canonical();
    let mut passed = 0;
    if !proxies.contains(client) {
        return (client, passed);
    }
    for address in forwarded(headers).rev() {
        // an address that cannot be read says nothing about what stands left of it
        let Some(address) = address else { break };
        client = address.to_canonical();
        if !proxies.contains(client) {
            break;
        }
        passed += 1;
    }
    (client, passed)
}

/// The addresses that proxies have written, the nearest last. `X-Forwarded-For` is what nearly all of them write;
/// `Forwarded` (RFC 7239) counts where the other is missing.
fn forwarded(headers: &HeaderMap) -> std::vec::IntoIter<Option<IpAddr>> {
    let items = |name: &str, read: fn(&str) -> Option<IpAddr>| -> Vec<Option<IpAddr>> {
        let lines = headers.get_all(name).iter();
        lines.flat_map(|line| line.to_str().unwrap_or("?").split(',')).map(read).collect()
    };
    let addresses = items("x-forwarded-for", address);
    if addresses.is_empty() { items(header::FORWARDED.as_str(), forwarded_for) } else { addresses }
        .into_iter()
}

/// `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// The address in `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    address(parameter_of(element, "for")?)
}

/// A value in an element of `Forwarded`, without quotes.
fn parameter_of<'a>(element: &'a str, wanted: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))?;
    Some(value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn client(peer: &str, headers: &[(&'static str, &'static str)]) -> Client {
        let proxies = ["10.0.0.0/8", "fd00::/8"].iter().map(|network| network.parse().unwrap()).collect();
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        client_of(peer.parse().unwrap(), &headers, &proxies)
    }

    fn is(address: &str) -> Client {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn who_is_no_trusted_proxy_cannot_be_somebody_else() {
        assert_eq!(client("203.0.113.7", &[("x-forwarded-for", "198.51.100.1")]), is("203.0.113.7"));
    }

    #[test]
    fn the_first_address_from_the_right_that_is_no_proxy_is_the_client() {
        let list = [("x-forwarded-for", "1.1.1.1, 203.0.113.7, 10.0.0.2")];
        assert_eq!(client("10.0.0.1", &list), is("203.0.113.7"));
        let lines = [("x-forwarded-for", "203.0.113.7:4711"), ("x-forwarded-for", "10.0.0.2")];
        let lines: Vec<_> = lines.to_vec();
        assert_eq!(client("10.0.0.1", &lines[..1]), is("203.0.113.7"));
        assert_eq!(client("::ffff:10.0.0.1", &list), is("203.0.113.7"));
    }

    #[test]
    fn the_standard_header_is_read_where_the_usual_one_is_missing() {
        let standard = ("forwarded", "for=1.1.1.1, for=\"[2001:db8:1:2::9]:4711\";proto=https, For=10.0.0.2");
        assert_eq!(client("10.0.0.1", &[standard]), is("2001:db8:1:2::1"));
        assert_eq!(client("10.0.0.1", &[standard, ("x-forwarded-for", "203.0.113.7")]), is("203.0.113.7"));
    }

    #[test]
    fn what_cannot_be_read_is_counted_to_the_proxy_that_wrote_it() {
        for text in ["unknown", "203.0.113.7, _hidden", ""] {
            assert_eq!(client("10.0.0.1", &[("x-forwarded-for", text)]), is("10.0.0.1"), "{text:?}");
        }
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, ?, 10.0.0.2")]), is("10.0.0.2"));
    }

    #[test]
    fn one_customer_of_ipv6_is_one_client() {
        assert_eq!(is("2001:db8:1:2::1"), is("2001:db8:1:2:ffff::9"));
        assert_ne!(is("2001:db8:1:2::1"), is("2001:db8:1:3::1"));
        assert_eq!(is("::ffff:192.0.2.1"), is("192.0.2.1"));
    }
}
