//! `trusted_proxies`: the addresses whose word about their clients is taken.

use std::net::IpAddr;

use ipnet::IpNet;
use toml::Value;

use super::ConfigError;
use super::section::Section;

/// Networks of proxies that stand before this server: what they say in `X-Forwarded-…` and `Forwarded` is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether an address is one of a proxy.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether no proxy is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A network `10.0.0.0/8`, or one address.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

impl FromIterator<IpNet> for TrustedProxies {
    fn from_iter<I: IntoIterator<Item = IpNet>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

/// Reads `trusted_proxies`.
pub(super) fn read_proxies(top: &Section<'_>) -> Result<TrustedProxies, ConfigError> {
    const KEY: &str = "trusted_proxies";
    let wrong = || top.wrong(KEY, "a list of addresses or networks such as [\"127.0.0.1\", \"10.0.0.0/8\"]");
    match top.table.get(KEY) {
        None => Ok(TrustedProxies::default()),
        Some(Value::Array(networks)) => networks
            .iter()
            .map(|text| text.as_str().and_then(network).ok_or_else(wrong))
            .collect::<Result<_, _>>(),
        Some(_) => Err(wrong()),
    }
}
