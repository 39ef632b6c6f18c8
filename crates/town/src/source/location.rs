//! Where a source is: a database address or a file.

use std::path::PathBuf;
use std::str::FromStr;

use super::SourceError;
use crate::database::DatabaseAddress;

/// A database address or a file, from `--source`.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A GeoPackage file.
    GeoPackage(PathBuf),
    /// A database; its text form holds no secret.
    PostGis(Box<DatabaseAddress>),
}

impl FromStr for Location {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        if DatabaseAddress::is_meant_by(text) {
            return Ok(Self::PostGis(Box::new(text.parse()?)));
        }
        // an address of another kind of database may end like a file
        let is_address = text.contains("://") || text.to_ascii_lowercase().contains("password");
        if !is_address && text.to_ascii_lowercase().ends_with(".gpkg") {
            return Ok(Self::GeoPackage(PathBuf::from(text)));
        }
        Err(SourceError::BadLocation)
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::GeoPackage(file) => write!(f, "{}", file.display()),
            Self::PostGis(address) => write!(f, "{address}"),
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
        for secret in
            ["mysql://u:canary@h/x.gpkg", "hots=h password=canary.gpkg", "canary", "postgres:/u:canary@h"]
        {
            let error = secret.parse::<Location>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }
}
