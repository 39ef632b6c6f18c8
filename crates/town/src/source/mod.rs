//! Where rows come from: a PostGIS database or a GeoPackage, behind one interface.
//!
//! This is the only room that knows SQL for reading. It hands rows over one by one
//! ([`RowSink`]); what cannot be held is counted by the store, never dropped here in silence.

mod clean;
mod geopackage;
mod history;
mod id_key;
mod load;
mod location;
mod nearest;
mod personal;
mod postgis;
mod rights;
mod roles;
mod standard;

use std::time::Duration;

use thiserror::Error;

pub use load::{LoadEvent, Loaded, load_snapshot};
pub use location::Location;
pub use personal::RefusedColumn;
pub use standard::{standard_layers, standard_table};

use crate::config::TableName;
use crate::database::AddressError;
use crate::geometry::SourceSystems;
use crate::privacy::personal_by_name;
use crate::store::{ColumnType, Key, LayerBuilder, RawGeometry, Value};

/// What to read of one table or view. Only these columns are ever asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct TableQuery {
    /// Table or view, with its schema where it has one.
    pub table: TableName,
    /// The column with the row's key; `None` for reference tables, whose rows come with a null key.
    pub key: Option<String>,
    /// The geometry column; `None` for reference tables.
    pub geometry: Option<String>,
    /// The other columns.
    pub columns: Vec<String>,
}

/// A column as the source describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceColumn {
    /// Its name in the source.
    pub name: String,
    /// What it holds, after widening: every whole number is an `Int`, every other number a `Float`,
    /// what has no type of ours is sent as text.
    pub column_type: ColumnType,
    /// Its numbers are floats of 32 bits, written down in 64.
    pub is_single: bool,
}

/// One row on its way; valid only during the call.
#[derive(Debug, Clone, Copy)]
pub struct SourceRow<'a> {
    /// The value of the key column.
    pub key: Key<'a>,
    /// The value of the geometry column.
    pub geometry: RawGeometry<'a>,
    /// The other values, in the order of [`TableQuery::columns`].
    pub values: &'a [Value<'a>],
}

/// Takes rows. A source may fill several sinks at once, one a connection; so a sink must not depend
/// on the order of rows.
pub trait RowSink: Send + 'static {
    /// Takes one row.
    fn row(&mut self, row: SourceRow<'_>);

    /// Called for a row that cannot be handed over, and why.
    fn refuse(&mut self, key: Key<'_>, reason: &str);

    /// Called before a row of which one value cannot be handed over: that value comes as NULL.
    fn lose(&mut self, key: Key<'_>, column: usize, what: &str);
}

impl RowSink for LayerBuilder {
    fn row(&mut self, row: SourceRow<'_>) {
        self.push(row.key, row.geometry, row.values);
    }

    fn refuse(&mut self, key: Key<'_>, reason: &str) {
        LayerBuilder::refuse(self, key, reason);
    }

    fn lose(&mut self, key: Key<'_>, column: usize, what: &str) {
        LayerBuilder::lose(self, key, column, what);
    }
}

/// What can go wrong with a source as a whole; a single bad row is no error.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum SourceError {
    #[error("the source is neither a postgres:// address nor a .gpkg file: check --source")]
    BadLocation,
    #[error("{0}")]
    BadAddress(#[from] AddressError),
    #[error("no file {0}: check --source, or run `bandoso demo` to make the demo town")]
    NoFile(String),
    #[error("{file} is not a readable GeoPackage: {problem}")]
    BadGeoPackage { file: String, problem: String },
    #[error("no answer from the database at {address} after {waited_s} s: {problem}")]
    Unreachable { address: String, waited_s: u64, problem: String },
    #[error(
        "{0} has changes in the log beside it ({0}-wal), which cannot be read in a folder that may not be written: close the program that writes it, or run `PRAGMA wal_checkpoint(TRUNCATE)` on it"
    )]
    UnreadableLog(String),
    #[error("table {table} does not exist{hint}")]
    NoTable { table: String, hint: String },
    #[error("table {table} has no column {column}; it has: {known}{hint}")]
    NoColumn { table: String, column: String, known: String, hint: String },
    #[error(
        "what is to be served is there, but this user may not read all of it; whoever owns it has to run:\n{0}"
    )]
    NoRights(String),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<SourceError>),
    #[error(
        "every row of the source was refused, so there is nothing to serve; the commonest reason: {reason} ({rows} rows)"
    )]
    AllRefused { reason: String, rows: u64 },
    #[error("reading {table} failed: {problem}")]
    Reading { table: String, problem: String },
    #[error("a table that is part of the program is damaged: {0}")]
    Damaged(String),
    #[error("the source has neither our tables nor a [layers.…] in the configuration: nothing to serve")]
    NothingToServe,
}

/// The columns a message may offer: none that is personal by its name.
fn known_columns<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.filter(|name| personal_by_name(name).is_none()).collect::<Vec<_>>().join(", ")
}

/// The column nearest to one that is not there, if one is near; none that is personal by its name.
fn nearest_column<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest::nearest(name, names.filter(|name| personal_by_name(name).is_none())).map(str::to_owned)
}

/// An open source.
#[derive(Debug)]
pub enum Source {
    /// A file.
    GeoPackage(geopackage::GeoPackage),
    /// A database.
    PostGis(postgis::PostGis),
}

/// EPSG gives no larger codes to coordinate systems: a row above is a town's own, whatever it says of itself.
const LARGEST_EPSG: i64 = 32_767;

/// Whether a source holds our own schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OurSchema {
    /// It does not.
    None,
    /// It does, and this user may read at least some of it.
    Open,
    /// It does, and this user may read nothing of it.
    Closed,
}

/// One consistent view of a source: everything read through it belongs to the same moment.
pub enum Session {
    /// A read transaction on the file.
    GeoPackage(geopackage::Session),
    /// An exported snapshot shared by several connections.
    PostGis(postgis::Session),
}

impl Source {
    /// Opens the source; a database that does not answer is tried again with growing pauses until
    /// `wait` is over.
    pub async fn open(location: &Location, wait: Duration) -> Result<Self, SourceError> {
        Ok(match location {
            Location::GeoPackage(file) => Self::GeoPackage(geopackage::GeoPackage::open(file).await?),
            Location::PostGis(address) => Self::PostGis(postgis::PostGis::connect(address, wait).await?),
        })
    }

    /// Begins reading.
    pub async fn session(&self) -> Result<Session, SourceError> {
        Ok(match self {
            Self::GeoPackage(file) => Session::GeoPackage(file.session().await?),
            Self::PostGis(database) => Session::PostGis(database.session().await?),
        })
    }
}

impl Session {
    /// Whether our own schema is there (`bandoso migrate`, or a GeoPackage written by us) and may be read.
    pub async fn has_our_schema(&mut self) -> Result<bool, SourceError> {
        Ok(self.our_schema().await? == OurSchema::Open)
    }

    async fn our_schema(&mut self) -> Result<OurSchema, SourceError> {
        match self {
            Self::GeoPackage(session) => session.our_schema().await,
            Self::PostGis(session) => session.our_schema().await,
        }
    }

    /// Checks that all these tables and columns are there and may be read, and says everything that is missing at
    /// once.
    pub async fn check(&mut self, queries: &[TableQuery]) -> Result<(), SourceError> {
        let mut faults = Vec::new();
        match self {
            Self::GeoPackage(session) => {
                for query in queries {
                    faults.extend(session.describe(query).await.err());
                }
            }
            Self::PostGis(session) => session.check(queries, &mut faults).await?,
        }
        match faults.len() {
            0 => Ok(()),
            1 => Err(faults.remove(0)),
            _ => Err(SourceError::Several(faults)),
        }
    }

    /// Whether the keys of the query's table are texts (uuid too) and not numbers.
    pub async fn has_text_key(&mut self, query: &TableQuery) -> Result<bool, SourceError> {
        match self {
            Self::GeoPackage(session) => session.has_text_key(query).await,
            Self::PostGis(session) => session.has_text_key(query).await,
        }
    }

    /// The coordinate systems that the source defines itself.
    pub async fn systems(&mut self) -> Result<SourceSystems, SourceError> {
        match self {
            Self::GeoPackage(session) => session.systems().await,
            Self::PostGis(session) => session.systems().await,
        }
    }

    /// What the columns of the query hold, in its order. Says which table or column is missing, and
    /// which right.
    pub async fn describe(&mut self, query: &TableQuery) -> Result<Vec<SourceColumn>, SourceError> {
        match self {
            Self::GeoPackage(session) => session.describe(query).await,
            Self::PostGis(session) => session.describe(query).await,
        }
    }

    /// Reads every row of the query into sinks made by `new_sink` (one for each connection used) and
    /// gives the sinks back.
    pub async fn read<S: RowSink>(
        &mut self,
        query: &TableQuery,
        columns: &[SourceColumn],
        new_sink: impl Fn() -> S,
    ) -> Result<Vec<S>, SourceError> {
        match self {
            Self::GeoPackage(session) => Ok(vec![session.read(query, columns, new_sink()).await?]),
            Self::PostGis(session) => session.read(query, columns, new_sink).await,
        }
    }
}
