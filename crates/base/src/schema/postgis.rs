//! Writing into PostGIS: binary `COPY` into the schema `bandoso`, all in one transaction.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use time::{Date, OffsetDateTime, macros::date, macros::datetime};

use super::WriteError;
use super::rows::{Cell, SchemaRow};
use crate::database::DatabaseAddress;

/// Bytes gathered before they are sent.
const SEND_AT: usize = 1 << 18;

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: [u8; 2] = (-1i16).to_be_bytes();

/// OIDs of the element types of arrays, fixed in PostgreSQL's catalogue.
const TEXT_OID: u32 = 25;
const FLOAT8_OID: u32 = 701;

/// A transaction that fills our schema.
pub struct PostGisWriter {
    connection: PgConnection,
    recorded_at: OffsetDateTime,
    buffer: Vec<u8>,
}

impl PostGisWriter {
    /// Connects and begins.
    pub async fn connect(address: &DatabaseAddress, recorded_at: OffsetDateTime) -> Result<Self, WriteError> {
        let mut connection = address.connect().await?;
        connection.execute("BEGIN").await?;
        Ok(Self { connection, recorded_at, buffer: Vec::with_capacity(2 * SEND_AT) })
    }

    /// The connection, inside the transaction.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Appends rows, or merges them where the table asks for it.
    pub async fn write<R: SchemaRow>(&mut self, rows: &[R]) -> Result<(), WriteError> {
        let table = R::TABLE;
        let columns = table.columns.join(", ");
        let target = format!("bandoso.{}", table.name);
        let Some(merge) = table.merge else {
            return self.copy(&format!("{target} ({columns})"), rows).await;
        };
        let stage = format!("CREATE TEMP TABLE staged AS SELECT {columns} FROM {target} LIMIT 0");
        self.connection.execute(AssertSqlSafe(stage)).await?;
        self.copy("staged", rows).await?;
        self.connection.execute(merge).await?;
        self.connection.execute("DROP TABLE staged").await?;
        Ok(())
    }

    /// Appends rows to a table of the same columns.
    pub async fn write_into<R: SchemaRow>(&mut self, target: &str, rows: &[R]) -> Result<(), WriteError> {
        self.copy(&format!("{target} ({})", R::TABLE.columns.join(", ")), rows).await
    }

    async fn copy<R: SchemaRow>(&mut self, target: &str, rows: &[R]) -> Result<(), WriteError> {
        let statement = format!("COPY {target} FROM STDIN (FORMAT binary)");
        let mut copy = self.connection.copy_in_raw(&statement).await?;
        self.buffer.clear();
        self.buffer.extend_from_slice(SIGNATURE);
        let columns = R::TABLE.columns.len() as i16;
        for row in rows {
            self.buffer.extend_from_slice(&columns.to_be_bytes());
            row.cells(self.recorded_at, &mut |cell| put_cell(&mut self.buffer, cell));
            if self.buffer.len() >= SEND_AT {
                copy.send(&self.buffer[..]).await?;
                self.buffer.clear();
            }
        }
        self.buffer.extend_from_slice(&TRAILER);
        copy.send(&self.buffer[..]).await?;
        copy.finish().await?;
        Ok(())
    }

    /// Commits, after moving the counters of ids past those written.
    pub async fn commit(mut self) -> Result<(), WriteError> {
        // forwards only: the id of a dataset that was removed is never another's
        let next = "SELECT setval(pg_get_serial_sequence('bandoso.dataset', 'dataset_id'), max(dataset_id))
                    FROM bandoso.dataset
                    HAVING max(dataset_id) >= (SELECT last_value FROM bandoso.dataset_dataset_id_seq)";
        self.connection.execute(next).await?;
        let next = "SELECT setval('bandoso.parcel_id_sequence', max(parcel_id)) FROM bandoso.parcel
                    HAVING max(parcel_id) >= (SELECT last_value FROM bandoso.parcel_id_sequence)";
        self.connection.execute(next).await?;
        self.connection.execute("COMMIT").await?;
        self.connection.close().await?;
        Ok(())
    }
}

/// A field of `COPY BINARY`: its length in bytes, then the value as the type's receive function
/// takes it.
fn put_cell(out: &mut Vec<u8>, cell: Cell<'_>) {
    if matches!(cell, Cell::Null) {
        out.extend_from_slice(&(-1i32).to_be_bytes());
        return;
    }
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    match cell {
        Cell::Null => {}
        Cell::Bool(value) => out.push(u8::from(value)),
        Cell::Int4(value) => out.extend_from_slice(&value.to_be_bytes()),
        Cell::Int8(value) => out.extend_from_slice(&value.to_be_bytes()),
        Cell::Real(value) => out.extend_from_slice(&value.to_be_bytes()),
        Cell::Text(value) => out.extend_from_slice(value.as_bytes()),
        Cell::Date(value) => out.extend_from_slice(&days_since_2000(value).to_be_bytes()),
        Cell::Instant(value) => out.extend_from_slice(&microseconds_since_2000(value).to_be_bytes()),
        Cell::Texts(values) => put_array(out, TEXT_OID, values, |v| Cell::Text(v)),
        Cell::Reals(values) => put_array(out, FLOAT8_OID, values, |v| Cell::Real(*v)),
        Cell::Shape(srid, shape) => shape.write_ewkb(srid, out),
    }
    let length = (out.len() - start - 4) as i32;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// One dimension, no NULLs, lower bound 1.
fn put_array<T>(out: &mut Vec<u8>, element: u32, values: &[T], cell: impl Fn(&T) -> Cell<'_>) {
    out.extend_from_slice(&1i32.to_be_bytes());
    out.extend_from_slice(&0i32.to_be_bytes());
    out.extend_from_slice(&element.to_be_bytes());
    out.extend_from_slice(&(values.len() as i32).to_be_bytes());
    out.extend_from_slice(&1i32.to_be_bytes());
    values.iter().for_each(|value| put_cell(out, cell(value)));
}

fn days_since_2000(day: Date) -> i32 {
    day.to_julian_day() - date!(2000 - 01 - 01).to_julian_day()
}

fn microseconds_since_2000(at: OffsetDateTime) -> i64 {
    (at - datetime!(2000-01-01 0:00 UTC)).whole_microseconds() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_instants_count_from_postgres_epoch() {
        assert_eq!(days_since_2000(date!(2025 - 07 - 01)), 9313);
        assert_eq!(microseconds_since_2000(datetime!(2000-01-02 0:00 UTC)), 86_400_000_000);
    }

    #[test]
    fn an_array_of_texts_is_framed_as_postgres_receives_it() {
        let mut out = Vec::new();
        put_cell(&mut out, Cell::Texts(&["ONT".to_owned(), "CLN".to_owned()]));
        let head = [0, 0, 0, 34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1];
        assert_eq!(out[..24], head);
        assert_eq!(out[24..31], *b"\0\0\0\x03ONT");
    }
}
