//! What peers publish: at every zoom one table, with the rows and attributes that our tiles have there.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use bandoso::database::quote_identifier;
use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection};

use super::support::{Database, block_on};

/// An attribute of a table, and its type as PostgreSQL names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub sql_type: String,
}

/// A table with `id`, `geom` (multipolygons in WGS 84) and attributes. Its name is also the name of
/// the source that peers make of it.
#[derive(Debug, Clone)]
pub struct PeerTable {
    pub name: String,
    pub first_zoom: u8,
    pub last_zoom: u8,
    pub columns: Vec<Column>,
}

/// The tables by zoom, or why a zoom has none.
pub struct PeerTables {
    tables: Vec<PeerTable>,
    missing: BTreeMap<u8, String>,
}

impl PeerTables {
    pub fn new(exact: Vec<PeerTable>) -> Self {
        Self { tables: exact, missing: BTreeMap::new() }
    }

    pub fn add(&mut self, zoom: u8, table: Result<PeerTable, String>) {
        match table {
            Ok(table) => self.tables.push(table),
            Err(why) => {
                self.missing.insert(zoom, why);
            }
        }
    }

    pub fn at(&self, zoom: u8) -> Result<&PeerTable, String> {
        let table = self.tables.iter().find(|table| (table.first_zoom..=table.last_zoom).contains(&zoom));
        table.ok_or_else(|| self.missing.get(&zoom).cloned().unwrap_or_else(|| "no table".to_owned()))
    }

    pub fn all(&self) -> &[PeerTable] {
        &self.tables
    }
}

/// Writes a table as line-delimited GeoJSON, NULLs left out.
pub fn write_geojson(table: &PeerTable, database: &Database, file: &Path) -> Result<(), String> {
    let properties: Vec<String> = table
        .columns
        .iter()
        .map(|c| format!("'{}', {}", c.name.replace('\'', "''"), quote_identifier(&c.name)))
        .collect();
    // quote and delimiter that no JSON holds: the rows come out as they are
    let sql = format!(
        "COPY (SELECT json_build_object('type', 'Feature', 'id', id,
                  'properties', json_strip_nulls(json_build_object({})),
                  'geometry', ST_AsGeoJSON(geom, 15)::json)::text FROM {})
         TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')",
        properties.join(", "),
        table.name
    );
    let copied = block_on(|| copy_out(&database.url, &sql, file));
    copied.map_err(|e| format!("{}: {e}", file.display()))
}

async fn copy_out(url: &str, sql: &str, file: &Path) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut connection = PgConnection::connect(url).await?;
    let mut out = BufWriter::new(File::create(file)?);
    let mut rows = connection.copy_out_raw(sql).await?;
    while let Some(chunk) = rows.try_next().await? {
        out.write_all(&chunk)?;
    }
    Ok(out.flush()?)
}
