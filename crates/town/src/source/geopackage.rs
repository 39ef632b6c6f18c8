//! Reading a GeoPackage through sqlx's SQLite, in one read transaction.

use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row as _, SqliteConnection, TypeInfo, ValueRef};
use time::Date;
use time::macros::format_description;

use super::nearest::{did_you_mean, nearest};
use super::{
    LARGEST_EPSG, OurSchema, RowSink, SourceColumn, SourceError, SourceRow, TableQuery, known_columns,
    nearest_column,
};
use crate::config::TableName;
use crate::database::{has_changes_in_log, is_in_wal_mode, quote_identifier};
use crate::geometry::{EpsgCode, SourceSystems, SystemDefinition};
use crate::store::{ColumnType, Key, MAX_EXACT_INT, RawGeometry, Value};

/// Rows SQLite's thread may be ahead of ours; with few of them the two wake each other all the time.
const ROWS_AHEAD: usize = 1_024;

/// A GeoPackage file.
#[derive(Debug)]
pub struct GeoPackage {
    file: PathBuf,
    /// Read as a file that nobody changes: see [`GeoPackage::open`].
    is_immutable: bool,
}

/// A read transaction.
pub struct Session {
    connection: SqliteConnection,
    file: String,
}

impl GeoPackage {
    /// Checks that the file is there and is a GeoPackage.
    ///
    /// A file in WAL mode (as QGIS leaves it) needs a folder that may be written, for SQLite's files beside it. In
    /// one that may not, it is read as it stands, unless a log beside it holds changes that would be missed.
    pub(super) async fn open(file: &Path) -> Result<Self, SourceError> {
        if !file.is_file() {
            return Err(SourceError::NoFile(file.display().to_string()));
        }
        let package = Self { file: file.to_owned(), is_immutable: false };
        let Err(fault) = package.try_open().await else { return Ok(package) };
        if !is_in_wal_mode(file) {
            return Err(fault);
        }
        if has_changes_in_log(file) {
            return Err(SourceError::UnreadableLog(file.display().to_string()));
        }
        let package = Self { is_immutable: true, ..package };
        package.try_open().await?;
        tracing::info!(
            "{} is in WAL mode in a folder that may not be written: read as it stands",
            file.display()
        );
        Ok(package)
    }

    async fn try_open(&self) -> Result<(), SourceError> {
        let mut session = self.session().await?;
        sqlx::query("SELECT table_name FROM gpkg_contents LIMIT 1")
            .fetch_optional(&mut session.connection)
            .await
            .map_err(|e| session.damaged(&e))
            .map(drop)
    }

    pub(super) async fn session(&self) -> Result<Session, SourceError> {
        let file = self.file.display().to_string();
        let damaged = |e: sqlx::Error| SourceError::BadGeoPackage { file: file.clone(), problem: plain(&e) };
        let options = SqliteConnectOptions::new()
            .filename(&self.file)
            .read_only(true)
            .immutable(self.is_immutable)
            .row_buffer_size(ROWS_AHEAD)
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(damaged)?;
        sqlx::query("BEGIN").execute(&mut connection).await.map_err(damaged)?;
        Ok(Session { connection, file })
    }
}

/// A column as the file declares it.
struct Declared {
    name: String,
    column_type: ColumnType,
    is_single: bool,
}

impl Session {
    fn damaged(&self, error: &sqlx::Error) -> SourceError {
        SourceError::BadGeoPackage { file: self.file.clone(), problem: plain(error) }
    }

    pub(super) async fn our_schema(&mut self) -> Result<OurSchema, SourceError> {
        let found = sqlx::query("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'layer_parcels'")
            .fetch_optional(&mut self.connection)
            .await;
        let is_there = found.map_err(|e| self.damaged(&e))?.is_some();
        Ok(if is_there { OurSchema::Open } else { OurSchema::None })
    }

    /// The systems of `gpkg_spatial_ref_sys` whose number is not EPSG's.
    pub(super) async fn systems(&mut self) -> Result<SourceSystems, SourceError> {
        let rows = sqlx::query(
            "SELECT srs_id, CAST(organization AS TEXT), organization_coordsys_id, CAST(definition AS TEXT)
             FROM gpkg_spatial_ref_sys WHERE srs_id > 0",
        );
        // a file without the table names its systems in its geometries, as EPSG does
        let rows = rows.fetch_all(&mut self.connection).await.unwrap_or_default();
        let system = |row: &SqliteRow| {
            let (srid, code) = (row.try_get::<i64, _>(0).ok()?, row.try_get::<i64, _>(2).ok());
            let organization = row.try_get::<String, _>(1).unwrap_or_default().to_uppercase();
            let is_epsg = organization == "EPSG" && code == Some(srid) && srid <= LARGEST_EPSG;
            let text = row.try_get::<String, _>(3).ok().filter(|text| !text.trim().is_empty());
            let definition = SystemDefinition {
                authority: code.map(|code| format!("{organization}:{code}")),
                texts: text.into_iter().collect(),
            };
            (!is_epsg).then_some((EpsgCode(u32::try_from(srid).ok()?), definition))
        };
        Ok(rows.iter().filter_map(system).collect())
    }

    /// The table's own name: a GeoPackage has no schemas, so a dot is part of it.
    async fn table_name(&mut self, table: &TableName) -> Result<String, SourceError> {
        let rows = sqlx::query("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            .fetch_all(&mut self.connection)
            .await
            .map_err(|e| self.damaged(&e))?;
        let known: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let whole = table.to_string();
        let in_main = (table.schema.as_deref() == Some("main")).then_some(&table.name);
        let is_it = |known: &&String| **known == whole || in_main == Some(*known);
        // names are the same in SQLite whatever the capitals of their ASCII letters
        let is_nearly = |known: &&String| known.eq_ignore_ascii_case(&whole);
        let found = known.iter().find(is_it).or_else(|| known.iter().find(is_nearly));
        found.cloned().ok_or_else(|| {
            let is_towns =
                |name: &&str| !["gpkg_", "rtree_", "sqlite_"].iter().any(|own| name.starts_with(own));
            let nearest = nearest(&whole, known.iter().map(String::as_str).filter(is_towns));
            SourceError::NoTable { table: whole.clone(), hint: did_you_mean(nearest) }
        })
    }

    /// Declared types of a table's or view's columns, generated ones too; an expression without a type counts as
    /// text.
    async fn declared(&mut self, table: &TableName) -> Result<(String, Vec<Declared>), SourceError> {
        let name = self.table_name(table).await?;
        // 1 in `hidden` is a column of a virtual table that is no data
        let rows = sqlx::query("SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1")
            .bind(&name)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|e| self.damaged(&e))?;
        let declared = |row: &SqliteRow| {
            let declared_type: String = row.get(1);
            Declared {
                name: row.get(0),
                column_type: column_type(&declared_type),
                is_single: declared_type.trim().eq_ignore_ascii_case("FLOAT"),
            }
        };
        Ok((name, rows.iter().map(declared).collect()))
    }

    pub(super) async fn has_text_key(&mut self, query: &TableQuery) -> Result<bool, SourceError> {
        let (_, declared) = self.declared(&query.table).await?;
        let key = declared.iter().find(|column| Some(&column.name) == query.key.as_ref());
        Ok(key.is_some_and(|column| !matches!(column.column_type, ColumnType::Int | ColumnType::Float)))
    }

    /// What the columns hold; says which table or column is missing.
    pub(super) async fn describe(&mut self, query: &TableQuery) -> Result<Vec<SourceColumn>, SourceError> {
        let (_, declared) = self.declared(&query.table).await?;
        let names = || declared.iter().map(|column| column.name.as_str());
        let find = |name: &String| {
            let found = declared.iter().find(|column| column.name == *name);
            found.ok_or_else(|| SourceError::NoColumn {
                table: query.table.to_string(),
                column: name.clone(),
                known: known_columns(names()),
                hint: did_you_mean(nearest_column(name, names()).as_deref()),
            })
        };
        for name in query.key.iter().chain(&query.geometry) {
            find(name)?;
        }
        let described = |name: &String| {
            let &Declared { column_type, is_single, .. } = find(name)?;
            Ok(SourceColumn { name: name.clone(), column_type, is_single })
        };
        query.columns.iter().map(described).collect()
    }

    pub(super) async fn read<S: RowSink>(
        &mut self,
        query: &TableQuery,
        columns: &[SourceColumn],
        mut sink: S,
    ) -> Result<S, SourceError> {
        let selected = |name: &Option<String>| name.as_deref().map_or("NULL".to_owned(), quote_identifier);
        let mut list = vec![selected(&query.key), selected(&query.geometry)];
        list.extend(query.columns.iter().map(|c| quote_identifier(c)));
        let table = self.table_name(&query.table).await?;
        let sql = format!("SELECT {} FROM {}", list.join(", "), quote_identifier(&table));
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut self.connection);
        let failed =
            |e: sqlx::Error| SourceError::Reading { table: query.table.to_string(), problem: plain(&e) };
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            feed(&row, columns, &mut sink);
        }
        drop(rows);
        Ok(sink)
    }
}

/// Hands one row over. SQLite lets any value stand in any column: it is passed as it stands, and the store
/// fits it to its column or leaves it out.
fn feed(row: &SqliteRow, columns: &[SourceColumn], sink: &mut impl RowSink) {
    let key = read_key(row);
    let geometry = match row.try_get_raw(1) {
        Ok(value) if !value.is_null() => {
            row.try_get_unchecked::<&[u8], _>(1).map_or(RawGeometry::Null, RawGeometry::GeoPackage)
        }
        _ => RawGeometry::Null,
    };
    let mut values: Vec<Value<'_>> = Vec::with_capacity(columns.len());
    for (i, column) in columns.iter().enumerate() {
        let value = value(row, i + 2, column);
        if value.is_none() {
            sink.lose(key, i, "bytes that are not UTF-8");
        }
        values.push(value.unwrap_or(Value::Null));
    }
    sink.row(SourceRow { key, geometry, values: &values });
}

/// A whole number is one also where the column holds decimals.
fn read_key(row: &SqliteRow) -> Key<'_> {
    let Ok(raw) = row.try_get_raw(0) else { return Key::Null };
    if raw.is_null() {
        return Key::Null;
    }
    let stored = raw.type_info();
    let real: Option<f64> = (stored.name() == "REAL").then(|| row.try_get_unchecked(0).ok()).flatten();
    match real {
        Some(x) if x.fract() == 0.0 && x.abs() <= MAX_EXACT_INT as f64 => Key::Int(x as i64),
        None if stored.name() == "INTEGER" => Key::Int(row.get_unchecked(0)),
        _ => row.try_get_unchecked::<&str, _>(0).map_or(Key::Null, Key::Text),
    }
}

/// `None` for a text that is not UTF-8.
fn value<'r>(row: &'r SqliteRow, index: usize, column: &SourceColumn) -> Option<Value<'r>> {
    let Ok(raw) = row.try_get_raw(index) else { return Some(Value::Null) };
    if raw.is_null() {
        return Some(Value::Null);
    }
    let stored = raw.type_info();
    Some(match (column.column_type, stored.name()) {
        (ColumnType::Bool, "INTEGER" | "BOOLEAN") => match row.get_unchecked::<i64, _>(index) {
            n @ (0 | 1) => Value::Bool(n == 1),
            other => Value::Int(other),
        },
        (_, "INTEGER") => Value::Int(row.get_unchecked(index)),
        (_, "REAL") => Value::Float(match row.get_unchecked(index) {
            x if column.is_single => as_single(x),
            x => x,
        }),
        (ColumnType::Date, _) => {
            let day = text(row, index)?;
            Date::parse(day, format_description!("[year]-[month]-[day]"))
                .map_or(Value::Text(day), Value::Date)
        }
        _ => Value::Text(text(row, index)?),
    })
}

/// The decimal that a 32-bit float was written as: 2.3 and not 2.299999952316284. A number that never was one stays.
fn as_single(x: f64) -> f64 {
    let single = x as f32;
    if f64::from(single) == x { single.to_string().parse().unwrap_or(x) } else { x }
}

fn text(row: &SqliteRow, index: usize) -> Option<&str> {
    let bytes: &[u8] = row.try_get_unchecked(index).ok()?;
    std::str::from_utf8(bytes).ok()
}

/// GeoPackage 1.3, table 1, and what SQLite tables in the wild declare.
fn column_type(declared: &str) -> ColumnType {
    let declared = declared.to_ascii_uppercase();
    let base = declared.split('(').next().unwrap_or_default().trim();
    match base {
        "BOOLEAN" | "BOOL" => ColumnType::Bool,
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "INTEGER" | "BIGINT" => ColumnType::Int,
        "FLOAT" | "DOUBLE" | "REAL" | "NUMERIC" | "DECIMAL" | "DOUBLE PRECISION" => ColumnType::Float,
        "DATE" => ColumnType::Date,
        _ => ColumnType::Text,
    }
}

/// What SQLite says, without the statement.
fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(e) => e.message().to_owned(),
        other => other.to_string(),
    }
}
