//! The rows of a table, with every value as a text.

use std::path::Path;
use std::sync::Arc;

use csv::StringRecord;
use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, TypeInfo, ValueRef};
use unicode_normalization::UnicodeNormalization;

use super::connection::{damaged, open};
use super::tables::Table;
use crate::database::quote_identifier;
use crate::formats::curves::Unit;
use crate::formats::from_geozero::of_geopackage;
use crate::formats::parts::{Tally, note};
use crate::formats::threaded::Outlet;
use crate::formats::{Content, Header, ReadError, Remark, Row};

/// The largest shape that is read.
const MAX_SHAPE_MB: i64 = 64;

/// Gives all rows of a table.
pub async fn read(file: &Path, table: &Table, outlet: &Outlet) -> Result<Vec<Remark>, ReadError> {
    let mut connection = open(file).await?;
    let shape = table.shape.as_deref().map_or("NULL".to_owned(), quote_identifier);
    let limit = MAX_SHAPE_MB << 20;
    // the length stands in the row, so the bytes of a shape that is too large are never read
    let mut list =
        vec![format!("length({shape})"), format!("CASE WHEN length({shape}) <= {limit} THEN {shape} END")];
    list.extend(table.columns.iter().map(|column| quote_identifier(&column.name)));
    let sql = format!("SELECT {} FROM {}", list.join(", "), quote_identifier(&table.name));
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut connection);
    let names = table.columns.iter().map(|column| column.name.nfc().collect()).collect();
    let mut reader = Reader {
        table,
        header: Arc::new(Header::new(names)),
        unit: Unit::of(table.crs.as_ref()),
        tally: Tally::default(),
        bytes_left_out: 0,
    };
    let mut position = 0;
    while let Some(row) = rows.try_next().await.map_err(|e| damaged(&e))? {
        position += 1;
        let number = key(table, &row).unwrap_or(position);
        if !outlet.give(Row { number, content: reader.content(&row) }) {
            break;
        }
    }
    let mut remarks = reader.tally.remarks();
    note(&mut remarks, "values that are bytes, not texts, left out", reader.bytes_left_out);
    Ok(remarks)
}

/// What precedes the columns in the list that is selected.
const BEFORE_COLUMNS: usize = 2;

/// The number a row has in its table.
fn key(table: &Table, row: &SqliteRow) -> Option<u64> {
    let at = table.columns.iter().position(|column| column.is_key)?;
    row.try_get_unchecked::<i64, _>(BEFORE_COLUMNS + at).ok()?.try_into().ok()
}

struct Reader<'a> {
    table: &'a Table,
    header: Arc<Header>,
    unit: Unit,
    tally: Tally,
    bytes_left_out: u64,
}

impl Reader<'_> {
    fn content(&mut self, row: &SqliteRow) -> Result<Content, String> {
        let mut cells = StringRecord::new();
        let mut has_bytes = false;
        for (i, column) in self.table.columns.iter().enumerate() {
            let cell = text(row, BEFORE_COLUMNS + i, column.is_single)?;
            has_bytes |= cell.is_none();
            cells.push_field(&cell.unwrap_or_default());
        }
        self.bytes_left_out += u64::from(has_bytes);
        Ok(Content::of_cells(Arc::clone(&self.header), cells, self.geometry(row)?))
    }

    fn geometry(&mut self, row: &SqliteRow) -> Result<Option<geo_types::Geometry>, String> {
        let length = row.try_get_unchecked::<Option<i64>, _>(0).ok().flatten();
        let Some(length) = length else { return Ok(None) };
        if length > MAX_SHAPE_MB << 20 {
            return Err(format!("a shape of more than {MAX_SHAPE_MB} MB"));
        }
        let blob: &[u8] = row.try_get_unchecked(1).map_err(|_| "the shape is not bytes".to_owned())?;
        let parts = of_geopackage(blob, self.unit)?;
        let done = parts.done;
        let geometry = parts.into_geometry()?;
        self.tally.count(done);
        Ok(Some(geometry))
    }
}

/// The text of a value, empty for NULL; nothing where it is bytes.
fn text(row: &SqliteRow, index: usize, is_single: bool) -> Result<Option<String>, String> {
    let unread = |_| "a value that cannot be read".to_owned();
    let value = row.try_get_raw(index).map_err(unread)?;
    if value.is_null() {
        return Ok(Some(String::new()));
    }
    let stored = value.type_info();
    Ok(match stored.name() {
        "INTEGER" => Some(row.try_get_unchecked::<i64, _>(index).map_err(unread)?.to_string()),
        "REAL" => {
            let number: f64 = row.try_get_unchecked(index).map_err(unread)?;
            Some(if is_single { as_single(number) } else { number.to_string() })
        }
        "BLOB" => None,
        _ => {
            let bytes: &[u8] = row.try_get_unchecked(index).map_err(unread)?;
            let text = std::str::from_utf8(bytes);
            Some(text.map_err(|_| "bytes that are not UTF-8: write the table anew".to_owned())?.to_owned())
        }
    })
}

/// The decimal that a 32-bit float was written as: 2.3 and not 2.299999952316284. A number that never was one stays.
fn as_single(number: f64) -> String {
    let single = number as f32;
    if f64::from(single) == number { single.to_string() } else { number.to_string() }
}
