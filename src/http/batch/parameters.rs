//! Parameters of a table: from the address, and from the fields of a form where one is sent.

use super::fault::Fault;
use crate::geometry::{World, WorldBox};

/// Names and values in the order they came; a name may come several times, empty values do not count.
#[derive(Debug, Default)]
pub(super) struct Parameters(pub Vec<(String, String)>);

impl Parameters {
    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        values.next().map(|(_, value)| value.as_str())
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.0.iter().filter(move |(known, _)| known == name);
        of_name.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Refuses names that nobody knows: a column misnamed would be searched without.
    pub fn allow_only(&self, known: &[&str]) -> Result<(), Fault> {
        let Some((name, _)) = self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) else {
            return Ok(());
        };
        let distance = |candidate: &&&str| strsim::damerau_levenshtein(name, candidate);
        let nearest = known.iter().min_by_key(distance).copied().unwrap_or_default();
        let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        Err(Fault::Parameter(format!("there is no parameter `{shown}`; did you mean `{nearest}`?")))
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on"))
    }

    /// One character for a name; the usual delimiters also by their names.
    pub fn character(&self, name: &str) -> Result<Option<u8>, Fault> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value {
            "comma" => Ok(Some(b',')),
            "semicolon" => Ok(Some(b';')),
            "tab" | "\\t" => Ok(Some(b'\t')),
            "pipe" => Ok(Some(b'|')),
            other => match other.as_bytes() {
                [byte]
                    if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'\r' | b'\n') =>
                {
                    Ok(Some(*byte))
                }
                _ => Err(Fault::Parameter(format!(
                    "{name} must be one character such as , ; | or one of comma, semicolon, tab, pipe"
                ))),
            },
        }
    }

    /// A number from 0 to 1.
    pub fn share(&self, name: &str, default: f64) -> Result<f64, Fault> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let share = value.parse().ok().filter(|share| (0.0..=1.0).contains(share));
        share.ok_or_else(|| Fault::Parameter(format!("{name} must be a number from 0 to 1")))
    }

    /// `west,south,east,north` in degrees.
    pub fn bbox(&self) -> Result<Option<WorldBox>, Fault> {
        let Some(text) = self.get("bbox") else { return Ok(None) };
        let numbers: Vec<f64> = text.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        let corners = match numbers.as_slice() {
            [west, south, east, north] if west <= east && south <= north => {
                degrees(*south, *west).zip(degrees(*north, *east))
            }
            _ => None,
        };
        let Some((a, b)) = corners else {
            return Err(Fault::Parameter("bbox must be west,south,east,north in degrees".to_owned()));
        };
        let mut bounds = WorldBox::EMPTY;
        bounds.include(a);
        bounds.include(b);
        Ok(Some(bounds))
    }
}

/// A place in degrees; `None` where there is none.
pub(super) fn degrees(lat: f64, lng: f64) -> Option<World> {
    let is_place = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lng);
    is_place.then(|| World::from_lnglat(crate::geometry::LngLat { lng, lat }))
}
