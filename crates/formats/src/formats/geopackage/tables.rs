//! What a package says it holds: tables, where their shapes are, and the coordinate systems.

use std::path::Path;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::connection::{damaged, open};
use crate::formats::{NamedCrs, ReadError};

/// What is in a package.
pub struct Contents {
    /// Those that are read.
    pub tables: Vec<Table>,
    /// How many are not: tiles and the like.
    pub of_other_kinds: u64,
}

/// A table of features or attributes.
pub struct Table {
    /// Its name.
    pub name: String,
    /// The column of the shape.
    pub shape: Option<String>,
    /// The system of the shapes.
    pub crs: Option<NamedCrs>,
    /// The other columns.
    pub columns: Vec<Column>,
}

/// A column that is no shape.
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether it holds the numbers of the rows.
    pub is_key: bool,
    /// Declared to hold 32-bit floats.
    pub is_single: bool,
}

/// Reads the list of contents.
pub async fn contents(file: &Path) -> Result<Contents, ReadError> {
    let mut connection = open(file).await?;
    let known = names(&mut connection).await.map_err(|e| damaged(&e))?;
    let has = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
    if !has("gpkg_contents") {
        return Err(ReadError::NoGeoPackage);
    }
    read_contents(&mut connection, has("gpkg_geometry_columns"), has("gpkg_spatial_ref_sys"))
        .await
        .map_err(|e| damaged(&e))
}

async fn names(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        .fetch_all(connection)
        .await
}

async fn read_contents(
    connection: &mut SqliteConnection,
    has_shapes: bool,
    has_systems: bool,
) -> Result<Contents, sqlx::Error> {
    let listed: Vec<(String, String)> = sqlx::query_as(
        "SELECT CAST(table_name AS TEXT), coalesce(CAST(data_type AS TEXT), '') FROM gpkg_contents ORDER BY rowid",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut contents = Contents { tables: Vec::new(), of_other_kinds: 0 };
    for (name, kind) in listed {
        if !matches!(kind.as_str(), "features" | "attributes" | "aspatial") {
            contents.of_other_kinds += 1;
            continue;
        }
        let shape = if has_shapes { shape_column(connection, &name).await? } else { None };
        let (shape, srs_id) = shape.unzip();
        let crs = match srs_id {
            Some(srs_id) if has_systems => crs(connection, srs_id).await?,
            _ => None,
        };
        let columns = columns(connection, &name, shape.as_deref()).await?;
        contents.tables.push(Table { name, shape, crs, columns });
    }
    Ok(contents)
}

/// The column of a table's shapes and its system.
async fn shape_column(
    connection: &mut SqliteConnection,
    table: &str,
) -> Result<Option<(String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT CAST(column_name AS TEXT), CAST(srs_id AS INTEGER) FROM gpkg_geometry_columns
         WHERE table_name = ? COLLATE NOCASE",
    )
    .bind(table)
    .fetch_optional(connection)
    .await
}

/// A system by EPSG's number, else by its definition. 0 and −1 are GeoPackage's words for none.
async fn crs(connection: &mut SqliteConnection, srs_id: i64) -> Result<Option<NamedCrs>, sqlx::Error> {
    let found: Option<(String, i64, String)> = sqlx::query_as(
        "SELECT coalesce(CAST(organization AS TEXT), ''), coalesce(CAST(organization_coordsys_id AS INTEGER), 0),
         coalesce(CAST(definition AS TEXT), '') FROM gpkg_spatial_ref_sys WHERE srs_id = ? AND srs_id > 0",
    )
    .bind(srs_id)
    .fetch_optional(connection)
    .await?;
    Ok(found.and_then(|(organization, code, definition)| match u32::try_from(code) {
        Ok(code) if organization.eq_ignore_ascii_case("EPSG") && code > 0 => Some(NamedCrs::Epsg(code)),
        _ if matches!(definition.trim(), "" | "undefined") => None,
        _ => Some(NamedCrs::Text(definition)),
    }))
}

async fn columns(
    connection: &mut SqliteConnection,
    table: &str,
    shape: Option<&str>,
) -> Result<Vec<Column>, sqlx::Error> {
    // 1 in `hidden` is a column of a virtual table that is no data
    let rows = sqlx::query("SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden <> 1")
        .bind(table)
        .fetch_all(connection)
        .await?;
    let column = |row: &SqliteRow| {
        let (name, declared): (String, String) = (row.get(0), row.get(1));
        let declared = declared.trim().to_ascii_uppercase();
        let is_key = declared == "INTEGER" && row.get::<i64, _>(2) == 1;
        Column { name, is_key, is_single: declared == "FLOAT" }
    };
    let is_shape = |column: &Column| shape.is_some_and(|shape| shape.eq_ignore_ascii_case(&column.name));
    Ok(rows.iter().map(column).filter(|column| !is_shape(column)).collect())
}
