//! Writing a new GeoPackage (OGC 12-128r19, version 1.3): the schema of `geopackage.sql`, the tables
//! that make the file valid, and rows in bulk.
//!
//! Everything goes into `NAME.part` beside the target without a journal, and that is renamed when it
//! is complete: a crash leaves no half file under the real name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, Executor, SqliteConnection};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::WriteError;
use super::rows::{Cell, SchemaRow, Table};
use super::wkb::Envelope;
use crate::geometry::EpsgCode;

const SCHEMA: &str = include_str!("geopackage.sql");

/// Tables 1, 3 and 5 of the specification.
const PACKAGE_TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL,
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
    srs_id INTEGER REFERENCES gpkg_spatial_ref_sys
);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL REFERENCES gpkg_contents, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys,
    z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name)
)";

/// 'GPKG' in ASCII and version 1.3, as the specification asks.
const APPLICATION_ID: &str = "1196444487";
const USER_VERSION: &str = "10300";

/// Rows a statement: a round trip to SQLite's thread costs more than a row.
const ROWS_A_STATEMENT: usize = 64;

/// A GeoPackage being written.
pub struct GeoPackageWriter {
    target: PathBuf,
    unfinished: PathBuf,
    connection: Option<SqliteConnection>,
    recorded_at: OffsetDateTime,
    /// Indexes are made over full tables.
    indexes: Vec<&'static str>,
    envelopes: BTreeMap<&'static str, Envelope>,
    systems: BTreeMap<EpsgCode, ()>,
}

impl GeoPackageWriter {
    /// Starts a new file; an existing one is replaced at [`GeoPackageWriter::commit`] and not before.
    pub async fn create(target: &Path, recorded_at: OffsetDateTime) -> Result<Self, WriteError> {
        let mut unfinished = target.as_os_str().to_owned();
        unfinished.push(".part");
        let unfinished = PathBuf::from(unfinished);
        let refused = |cause| WriteError::File { path: target.to_owned(), cause };
        match std::fs::remove_file(&unfinished) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(refused(cause)),
            _ => {}
        }
        // SQLite's own message for a folder that is missing or not ours names nothing
        std::fs::File::create(&unfinished).map_err(refused)?;
        let options = SqliteConnectOptions::new()
            .filename(&unfinished)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(false)
            .pragma("locking_mode", "EXCLUSIVE")
            .pragma("application_id", APPLICATION_ID)
            .pragma("user_version", USER_VERSION)
            .disable_statement_logging();
        let mut connection = options.connect().await?;
        connection.execute("BEGIN").await?;
        connection.execute(PACKAGE_TABLES).await?;
        let mut indexes = Vec::new();
        for statement in SCHEMA.split(";\n") {
            if statement.trim_start().starts_with("CREATE INDEX") {
                indexes.push(statement);
            } else {
                connection.execute(statement).await?;
            }
        }
        Ok(Self {
            target: target.to_owned(),
            unfinished,
            connection: Some(connection),
            recorded_at,
            indexes,
            envelopes: BTreeMap::new(),
            systems: BTreeMap::from([(EpsgCode::WGS84, ())]),
        })
    }

    /// Appends rows.
    pub async fn write<R: SchemaRow>(&mut self, rows: &[R]) -> Result<(), WriteError> {
        let table = R::TABLE;
        for chunk in rows.chunks(ROWS_A_STATEMENT) {
            let mut arguments = SqliteArguments::default();
            let mut failed = None;
            for row in chunk {
                row.cells(self.recorded_at, &mut |cell| {
                    if let Err(cause) = self.bind(&table, cell, &mut arguments) {
                        failed.get_or_insert(cause);
                    }
                });
            }
            if let Some(cause) = failed {
                return Err(WriteError::Database(sqlx::Error::Encode(cause)));
            }
            let insert = insert_statement(&table, chunk.len());
            let is_usual = chunk.len() == ROWS_A_STATEMENT;
            let query = sqlx::query_with(AssertSqlSafe(insert), arguments).persistent(is_usual);
            query.execute(self.open()?).await?;
        }
        Ok(())
    }

    fn bind(
        &mut self,
        table: &Table,
        cell: Cell<'_>,
        to: &mut SqliteArguments,
    ) -> Result<(), sqlx::error::BoxDynError> {
        match cell {
            Cell::Null => to.add(None::<i64>),
            Cell::Bool(value) => to.add(i64::from(value)),
            Cell::Int4(value) => to.add(i64::from(value)),
            Cell::Int8(value) => to.add(value),
            Cell::Real(value) => to.add(value),
            Cell::Text(value) => to.add(value.to_owned()),
            Cell::Date(value) => to.add(value.to_string()),
            Cell::Instant(value) => to.add(rfc3339(value)),
            Cell::Texts(values) => to.add(values.join("+")),
            Cell::Reals(values) => to.add(values.iter().map(f64::to_string).collect::<Vec<_>>().join("+")),
            Cell::Shape(srid, shape) => {
                let mut blob = Vec::with_capacity(512);
                let envelope = shape.write_geopackage(srid, &mut blob);
                if srid == EpsgCode::WGS84 {
                    self.envelopes.entry(table.name).or_insert(envelope).include_all(&envelope);
                } else {
                    self.systems.insert(srid, ());
                }
                to.add(blob)
            }
        }
    }

    /// Registers what was written, closes the file and gives it its name.
    pub async fn commit(mut self) -> Result<(), WriteError> {
        let last_change = rfc3339(self.recorded_at);
        let envelopes = std::mem::take(&mut self.envelopes);
        let systems = std::mem::take(&mut self.systems);
        let indexes = std::mem::take(&mut self.indexes);
        let connection = self.open()?;
        for (name, id, organization, definition) in reference_systems(systems.into_keys()) {
            let row = "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?2, ?4, NULL)";
            let row = sqlx::query(row).bind(name).bind(id).bind(organization).bind(definition);
            row.execute(&mut *connection).await?;
        }
        for (table, kind) in FEATURE_TABLES {
            let bounds = envelopes.get(table);
            let row = "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, '', ?2, ?3, ?4, ?5, ?6, 4326)";
            let row = sqlx::query(row)
                .bind(table)
                .bind(&last_change)
                .bind(bounds.map(|b| b.min.x))
                .bind(bounds.map(|b| b.min.y))
                .bind(bounds.map(|b| b.max.x))
                .bind(bounds.map(|b| b.max.y));
            row.execute(&mut *connection).await?;
            let column = "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, 4326, 0, 0)";
            sqlx::query(column).bind(table).bind(kind).execute(&mut *connection).await?;
        }
        for index in indexes {
            connection.execute(index).await?;
        }
        connection.execute("COMMIT").await?;
        if let Some(connection) = self.connection.take() {
            connection.close().await?;
        }
        std::fs::rename(&self.unfinished, &self.target)
            .map_err(|cause| WriteError::File { path: self.target.clone(), cause })
    }

    fn open(&mut self) -> Result<&mut SqliteConnection, WriteError> {
        self.connection.as_mut().ok_or(WriteError::Closed)
    }
}

impl Drop for GeoPackageWriter {
    fn drop(&mut self) {
        if self.connection.take().is_some() {
            // given up before commit; what cannot be removed now is replaced by the next attempt
            let _ = std::fs::remove_file(&self.unfinished);
        }
    }
}

const FEATURE_TABLES: [(&str, &str); 9] = [
    feature_table::<super::UnitArea>(),
    feature_table::<super::Parcel>(),
    feature_table::<super::Plan>(),
    feature_table::<super::PlanFeature<geo_types::MultiPolygon>>(),
    feature_table::<super::PlanFeature<geo_types::MultiLineString>>(),
    feature_table::<super::PlanFeature<geo_types::Point>>(),
    feature_table::<super::Street>(),
    feature_table::<super::Address>(),
    feature_table::<super::Landmark>(),
];

const fn feature_table<R: SchemaRow>() -> (&'static str, &'static str) {
    match R::TABLE.shape {
        Some(kind) => (R::TABLE.name, kind),
        None => (R::TABLE.name, "GEOMETRY"),
    }
}

fn insert_statement(table: &Table, rows: usize) -> String {
    let one = format!("({})", vec!["?"; table.columns.len()].join(","));
    let (name, columns) = (table.name, table.columns.join(", "));
    format!("INSERT INTO {name} ({columns}) VALUES {}", vec![one.as_str(); rows].join(","))
}

fn rfc3339(at: OffsetDateTime) -> String {
    // only years beyond 9999 cannot be written
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

const WGS84_WKT: &str = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#;

/// Name, id, organisation and definition of the systems used, and of the two undefined ones every
/// GeoPackage must list.
fn reference_systems(used: impl Iterator<Item = EpsgCode>) -> Vec<(String, i64, &'static str, String)> {
    let mut systems = vec![
        ("Undefined Cartesian SRS".to_owned(), -1, "NONE", "undefined".to_owned()),
        ("Undefined geographic SRS".to_owned(), 0, "NONE", "undefined".to_owned()),
    ];
    systems.extend(used.map(|code| match code {
        EpsgCode::WGS84 => ("WGS 84".to_owned(), 4326, "EPSG", WGS84_WKT.to_owned()),
        code => {
            let definition = super::vn2000::definition(code);
            let (name, wkt) =
                definition.map_or((code.to_string(), "undefined".to_owned()), |d| (d.name, d.wkt));
            (name, i64::from(code.0), "EPSG", wkt)
        }
    }));
    systems
}
