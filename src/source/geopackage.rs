//! Reading a GeoPackage through sqlx's SQLite, in one read transaction.

use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions, Connection, Row as _, SqliteConnection, TypeInfo, ValueRef};
use time::Date;
use time::macros::format_description;

use super::{Row, RowSink, SourceColumn, SourceError, TableQuery, known_columns};
use crate::config::quote_identifier;
use crate::store::{ColumnType, Key, RawGeometry, Value};

/// Rows SQLite's thread may be ahead of ours; with few of them the two wake each other all the time.
const ROWS_AHEAD: usize = 1_024;

/// A GeoPackage file.
#[derive(Debug)]
pub struct GeoPackage {
    file: PathBuf,
}

/// A read transaction.
pub struct Session {
    connection: SqliteConnection,
    file: String,
}

impl GeoPackage {
    /// Checks that the file is there and is a GeoPackage.
    pub(super) async fn open(file: &Path) -> Result<Self, SourceError> {
        if !file.is_file() {
            return Err(SourceError::NoFile(file.display().to_string()));
        }
        let package = Self { file: file.to_owned() };
        let mut session = package.session().await?;
        sqlx::query("SELECT table_name FROM gpkg_contents LIMIT 1")
            .fetch_optional(&mut session.connection)
            .await
            .map_err(|e| session.damaged(&e))?;
        Ok(package)
    }

    pub(super) async fn session(&self) -> Result<Session, SourceError> {
        let file = self.file.display().to_string();
        let damaged = |e: sqlx::Error| SourceError::BadGeoPackage { file: file.clone(), problem: plain(&e) };
        let options = SqliteConnectOptions::new()
            .filename(&self.file)
            .read_only(true)
            .row_buffer_size(ROWS_AHEAD)
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(damaged)?;
        sqlx::query("BEGIN").execute(&mut connection).await.map_err(damaged)?;
        Ok(Session { connection, file })
    }
}

impl Session {
    fn damaged(&self, error: &sqlx::Error) -> SourceError {
        SourceError::BadGeoPackage { file: self.file.clone(), problem: plain(error) }
    }

    pub(super) async fn has_our_schema(&mut self) -> Result<bool, SourceError> {
        let found = sqlx::query("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'layer_parcels'")
            .fetch_optional(&mut self.connection)
            .await;
        Ok(found.map_err(|e| self.damaged(&e))?.is_some())
    }

    /// Declared types of a table's or view's columns; an expression without a type counts as text.
    pub(super) async fn describe(&mut self, query: &TableQuery) -> Result<Vec<SourceColumn>, SourceError> {
        let rows = sqlx::query("SELECT name, type FROM pragma_table_info(?)")
            .bind(&query.table.name)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|e| self.damaged(&e))?;
        let declared: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        if declared.is_empty() {
            return Err(SourceError::NoTable(query.table.to_string()));
        }
        let find = |name: &String| {
            let found = declared.iter().find(|(known, _)| known == name);
            found.map(|(_, declared_type)| column_type(declared_type)).ok_or_else(|| SourceError::NoColumn {
                table: query.table.to_string(),
                column: name.clone(),
                known: known_columns(declared.iter().map(|(known, _)| known.as_str())),
            })
        };
        for name in query.key.iter().chain(&query.geometry) {
            find(name)?;
        }
        let described = |name: &String| Ok(SourceColumn { name: name.clone(), column_type: find(name)? });
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
        let sql = format!("SELECT {} FROM {}", list.join(", "), quote_identifier(&query.table.name));
        let mut rows = sqlx::query(&sql).fetch(&mut self.connection);
        let failed =
            |e: sqlx::Error| SourceError::Reading { table: query.table.to_string(), problem: plain(&e) };
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            feed(&row, columns, &mut sink);
        }
        drop(rows);
        Ok(sink)
    }
}

/// Hands one row over. SQLite lets any value stand in any column: one that does not fit its column's
/// type is passed as text, and the store refuses the row by name.
fn feed(row: &SqliteRow, columns: &[SourceColumn], sink: &mut impl RowSink) {
    let key = match row.try_get_raw(0).map(|v| (v.is_null(), v.type_info().name().to_owned())) {
        Ok((false, kind)) if kind == "INTEGER" => Key::Int(row.get(0)),
        Ok((false, _)) => row.try_get_unchecked::<&str, _>(0).map_or(Key::Null, Key::Text),
        _ => Key::Null,
    };
    let geometry = match row.try_get_raw(1) {
        Ok(value) if !value.is_null() => {
            row.try_get_unchecked::<&[u8], _>(1).map_or(RawGeometry::Null, RawGeometry::GeoPackage)
        }
        _ => RawGeometry::Null,
    };
    let mut values: Vec<Value<'_>> = Vec::with_capacity(columns.len());
    for (i, column) in columns.iter().enumerate() {
        match value(row, i + 2, column.column_type) {
            Some(value) => values.push(value),
            None => return sink.refuse(key, &format!("column {}: bytes that are not UTF-8", column.name)),
        }
    }
    sink.row(Row { key, geometry, values: &values });
}

/// `None` for a text that is not UTF-8.
fn value(row: &SqliteRow, index: usize, column_type: ColumnType) -> Option<Value<'_>> {
    let Ok(raw) = row.try_get_raw(index) else { return Some(Value::Null) };
    if raw.is_null() {
        return Some(Value::Null);
    }
    let stored = raw.type_info();
    Some(match (column_type, stored.name()) {
        (ColumnType::Bool, "INTEGER" | "BOOLEAN") => Value::Bool(row.get_unchecked::<i64, _>(index) != 0),
        (ColumnType::Int | ColumnType::Float, "INTEGER") => Value::Int(row.get_unchecked(index)),
        (ColumnType::Float, "REAL") => Value::Float(row.get_unchecked(index)),
        (ColumnType::Date, _) => {
            let day = text(row, index)?;
            Date::parse(day, format_description!("[year]-[month]-[day]"))
                .map_or(Value::Text(day), Value::Date)
        }
        _ => Value::Text(text(row, index)?),
    })
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
