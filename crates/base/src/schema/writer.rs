//! One door for writing our schema in either physical form.

use std::path::{Path, PathBuf};

use thiserror::Error;
use time::OffsetDateTime;

use super::geopackage::GeoPackageWriter;
use super::postgis::PostGisWriter;
use super::rows::{AliasRow, SchemaRow, VersionRow};
use super::{NationalUnits, Unit};
use crate::database::{ConnectError, DatabaseAddress};

/// Why rows could not be written.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum WriteError {
    #[error("cannot write {}: {cause}", path.display())]
    File { path: PathBuf, cause: std::io::Error },
    #[error("cannot connect to the database: {0}")]
    Connect(#[from] ConnectError),
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the writer is closed")]
    Closed,
}

/// Writes records as one transaction: all of it or nothing.
///
/// Tables must be written in the order of `records.rs`. Units, links and land uses update rows that
/// are there already, a street known by name only gets its line; of everything else a repeated key is
/// an error.
pub struct SchemaWriter(Form);

enum Form {
    GeoPackage(Box<GeoPackageWriter>),
    PostGis(Box<PostGisWriter>),
}

impl SchemaWriter {
    /// A new GeoPackage; an existing file is replaced when all is written.
    pub async fn geopackage(target: &Path, recorded_at: OffsetDateTime) -> Result<Self, WriteError> {
        let writer = GeoPackageWriter::create(target, recorded_at).await?;
        Ok(Self(Form::GeoPackage(Box::new(writer))))
    }

    /// A database that has been migrated.
    pub async fn postgis(address: &DatabaseAddress, recorded_at: OffsetDateTime) -> Result<Self, WriteError> {
        let writer = PostGisWriter::connect(address, recorded_at).await?;
        Ok(Self(Form::PostGis(Box::new(writer))))
    }

    /// Writes rows of one table, in batches of any size.
    pub async fn write<R: SchemaRow>(&mut self, rows: &[R]) -> Result<(), WriteError> {
        match &mut self.0 {
            _ if rows.is_empty() => Ok(()),
            Form::GeoPackage(writer) => writer.write(rows).await,
            Form::PostGis(writer) => writer.write(rows).await,
        }
    }

    /// Writes rows into another table of a database that has the columns of their own.
    pub async fn write_into<R: SchemaRow>(&mut self, table: &str, rows: &[R]) -> Result<(), WriteError> {
        match &mut self.0 {
            _ if rows.is_empty() => Ok(()),
            Form::GeoPackage(_) => Err(WriteError::Closed),
            Form::PostGis(writer) => writer.write_into(table, rows).await,
        }
    }

    /// Writes units with their versions and aliases, parents before children.
    pub async fn units(&mut self, units: &[Unit]) -> Result<(), WriteError> {
        let versions = units.iter().flat_map(|u| u.versions.iter().map(|v| VersionRow(u.unit_id, v)));
        let aliases = units.iter().flat_map(|u| u.aliases.iter().map(|a| AliasRow(u.unit_id, a)));
        self.write(units).await?;
        self.write(&versions.collect::<Vec<_>>()).await?;
        self.write(&aliases.collect::<Vec<_>>()).await
    }

    /// Writes the country's units and what became of the old ones.
    pub async fn national_units(&mut self, national: &NationalUnits) -> Result<(), WriteError> {
        self.units(&national.units).await?;
        self.write(&national.links).await
    }

    /// The connection of a database, inside the transaction: an import asks and removes through it.
    pub fn postgis_connection(&mut self) -> Option<&mut sqlx::PgConnection> {
        match &mut self.0 {
            Form::GeoPackage(_) => None,
            Form::PostGis(writer) => Some(writer.connection()),
        }
    }

    /// Makes everything written so far stand.
    pub async fn commit(self) -> Result<(), WriteError> {
        match self.0 {
            Form::GeoPackage(writer) => writer.commit().await,
            Form::PostGis(writer) => writer.commit().await,
        }
    }
}
