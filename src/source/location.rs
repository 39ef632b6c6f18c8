//! Where a source is: a database address or a file.

use std::path::PathBuf;
use std::str::FromStr;

use super::SourceError;

/// A database address or a file, from `--source`.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A GeoPackage file.
    GeoPackage(PathBuf),
    /// A `postgres://` or `postgresql://` address; it may hold a password, so it is never printed
    /// whole.
    PostGis(String),
}

impl FromStr for Location {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::PostGis(text.to_owned()))
        } else if text.to_ascii_lowercase().ends_with(".gpkg") {
            Ok(Self::GeoPackage(PathBuf::from(text)))
        } else {
            Err(SourceError::BadLocation(text.to_owned()))
        }
    }
}

impl std::fmt::Display for Location {
    /// The file's name, or the database's host and name: never a user or password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::GeoPackage(file) => write!(f, "{}", file.display()),
            Self::PostGis(url) => {
                let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
                write!(f, "postgres://{}", rest.split(['?', '#']).next().unwrap_or(rest))
            }
        }
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_address_is_printed_without_user_and_password() {
        let location: Location = "postgres://town:s3cret@db.local:5433/land?sslmode=require".parse().unwrap();
        assert_eq!(location.to_string(), "postgres://db.local:5433/land");
        assert_eq!(format!("{location:?}"), "postgres://db.local:5433/land");
    }

    #[test]
    fn anything_else_than_a_database_or_a_geopackage_is_refused() {
        assert!("town.gpkg".parse::<Location>().is_ok());
        assert!("town.shp".parse::<Location>().is_err());
        assert!("mysql://x".parse::<Location>().is_err());
    }
}
