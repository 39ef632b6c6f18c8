//! `[geocoding]`: which dialect the root of the server speaks, and how.

use super::{ConfigError, Section};

/// A dialect of geocoding that existing clients speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Dialect {
    Photon,
    Nominatim,
    Ban,
}

/// How addresses are served to clients of other geocoders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GeocodingConfig {
    /// The dialect whose paths stand at the root too: `/search` and `/reverse` mean one thing only.
    pub root: Option<Dialect>,
    /// Whether Photon's answers give doors a `name`, which Photon does not: Leaflet shows no number
    /// without it, geopy shows it twice with it.
    pub photon_names_addresses: bool,
}

const KEYS: [&str; 2] = ["root", "photon_names_addresses"];

/// Reads the section.
pub(super) fn read_geocoding(section: &Section<'_>) -> Result<GeocodingConfig, ConfigError> {
    section.allow_only(&KEYS)?;
    let root = match section.text("root")?.as_deref() {
        None => None,
        Some("photon") => Some(Dialect::Photon),
        Some("nominatim") => Some(Dialect::Nominatim),
        Some("ban") => Some(Dialect::Ban),
        Some(_) => return Err(section.wrong("root", "\"photon\", \"nominatim\" or \"ban\"")),
    };
    let photon_names_addresses = section.yes_or_no("photon_names_addresses")?.unwrap_or(false);
    Ok(GeocodingConfig { root, photon_names_addresses })
}
