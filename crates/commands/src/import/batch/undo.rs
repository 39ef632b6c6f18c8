//! Undoing the last batch of a dataset: what it added goes, what it changed or removed is as before.
//!
//! Refused where a row of the batch was edited since: an edit of a person is worth more than a delivery. That is seen by
//! the transaction that wrote a row last (`xmin`), so edits by QGIS and SQL count as well. A database that was copied
//! by dump and restore has new transactions; there every batch made before is refused.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use thiserror::Error;

use super::merge::Counts;
use super::tables::{DatasetTable, TABLES};

/// Why a batch cannot be undone.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum UndoError {
    #[error("dataset “{0}” has no batch that could be undone: `bandoso datasets` lists them")]
    Nothing(String),
    #[error(
        "{count} rows were edited after the import and would be lost: {rows}. Undo or move these edits first"
    )]
    Edited { count: u64, rows: String },
    #[error("{0} rows that the import brought were removed since; what it did cannot be undone any more")]
    Removed(u64),
    #[error("rows of other datasets refer to what the import brought: undo or remove those first")]
    Referenced,
    #[error("the database refused: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for UndoError {
    fn from(error: sqlx::Error) -> Self {
        let is_referenced = error.as_database_error().is_some_and(|e| e.is_foreign_key_violation());
        if is_referenced { Self::Referenced } else { Self::Database(error) }
    }
}

/// How many edited rows are named.
const NAMED_ROWS: usize = 10;

struct LastBatch {
    batch_id: i64,
    dataset_id: Option<i32>,
    is_new: bool,
    brought: u64,
}

/// Undoes the last batch of the dataset that was not undone yet, inside the open transaction.
pub async fn undo(connection: &mut PgConnection, dataset: &str) -> Result<Counts, UndoError> {
    connection.execute("LOCK TABLE bandoso.dataset IN SHARE ROW EXCLUSIVE MODE").await?;
    let batch = last_batch(connection, dataset).await?;
    let batch = batch.ok_or_else(|| UndoError::Nothing(dataset.to_owned()))?;
    let batch_id = batch.batch_id;
    let written =
        format!("(SELECT transaction_id FROM bandoso.import_batch WHERE batch_id = {batch_id})::xid");
    let mut counts = Counts::default();
    if let Some(dataset_id) = batch.dataset_id {
        refuse_edited(connection, dataset_id, &written).await?;
    }
    restore_dataset(connection, batch_id).await?;
    let mut found = 0;
    if let Some(dataset_id) = batch.dataset_id {
        for table in TABLES.iter().rev() {
            let (name, owned, writer) = (table.name, table.owned_by(dataset_id), table.writer());
            let brought =
                format!("SELECT count(*) FROM bandoso.{name} t WHERE {owned} AND {writer} = {written}");
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(brought)).fetch_one(&mut *connection).await?;
            found += count as u64;
            let delete = format!(
                "DELETE FROM bandoso.{name} t WHERE {owned} AND {writer} = {written}
                 AND NOT EXISTS (SELECT FROM bandoso.import_before b WHERE b.batch_id = {batch_id}
                                 AND b.table_name = '{name}' AND b.row_key = {key})",
                key = table.row_key("t")
            );
            counts.removed += connection.execute(AssertSqlSafe(delete)).await?.rows_affected();
        }
        if found < batch.brought {
            return Err(UndoError::Removed(batch.brought - found));
        }
    }
    for table in &TABLES {
        restore(connection, table, batch_id, &mut counts).await?;
    }
    let done = format!(
        "UPDATE bandoso.import_batch SET undone_at = now() WHERE batch_id = {batch_id};
         DELETE FROM bandoso.import_before WHERE batch_id = {batch_id}"
    );
    connection.execute(AssertSqlSafe(done)).await?;
    if let Some(dataset_id) = batch.dataset_id.filter(|_| batch.is_new) {
        let delete = format!("DELETE FROM bandoso.dataset WHERE dataset_id = {dataset_id}");
        connection.execute(AssertSqlSafe(delete)).await?;
    }
    Ok(counts)
}

async fn last_batch(connection: &mut PgConnection, dataset: &str) -> Result<Option<LastBatch>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT batch_id, dataset_id, mode = 'new', added + changed
         FROM bandoso.import_batch
         WHERE dataset_name = $1 AND undone_at IS NULL ORDER BY batch_id DESC LIMIT 1",
    )
    .bind(dataset)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| LastBatch {
        batch_id: row.get(0),
        dataset_id: row.get(1),
        is_new: row.get(2),
        brought: row.get::<i64, _>(3).max(0) as u64,
    }))
}

/// Rows written by a later transaction than the batch's.
async fn refuse_edited(
    connection: &mut PgConnection,
    dataset_id: i32,
    written: &str,
) -> Result<(), UndoError> {
    let (mut count, mut named) = (0, Vec::new());
    for table in &TABLES {
        let later = format!(
            "SELECT {key} FROM bandoso.{name} t WHERE {owned} AND age({writer}) < age({written}) ORDER BY 1",
            key = table.row_key("t"),
            name = table.name,
            owned = table.owned_by(dataset_id),
            writer = table.writer()
        );
        let keys: Vec<String> = sqlx::query_scalar(AssertSqlSafe(later)).fetch_all(&mut *connection).await?;
        count += keys.len() as u64;
        let left = NAMED_ROWS.saturating_sub(named.len());
        named.extend(keys.into_iter().take(left).map(|key| format!("{} {key}", table.name)));
    }
    if count == 0 {
        return Ok(());
    }
    if count > named.len() as u64 {
        named.push("…".to_owned());
    }
    Err(UndoError::Edited { count, rows: named.join(", ") })
}

/// A dataset that was removed stands again, and its batches belong to it.
async fn restore_dataset(connection: &mut PgConnection, batch_id: i64) -> Result<(), sqlx::Error> {
    let restore = format!(
        "WITH restored AS (
             INSERT INTO bandoso.dataset OVERRIDING SYSTEM VALUE
             SELECT (row_before::bandoso.dataset).* FROM bandoso.import_before
             WHERE batch_id = {batch_id} AND table_name = 'dataset'
             RETURNING dataset_id, name)
         UPDATE bandoso.import_batch b SET dataset_id = restored.dataset_id
         FROM restored WHERE b.dataset_name = restored.name AND b.dataset_id IS NULL"
    );
    connection.execute(AssertSqlSafe(restore)).await?;
    Ok(())
}

/// Puts the rows of a table back as they were kept: those that stand are set, those that are gone come again.
async fn restore(
    connection: &mut PgConnection,
    table: &DatasetTable,
    batch_id: i64,
    counts: &mut Counts,
) -> Result<(), sqlx::Error> {
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns
         WHERE table_schema = 'bandoso' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position",
    )
    .bind(table.name)
    .fetch_all(&mut *connection)
    .await?;
    let (name, same) = (table.name, table.same_row("t", "b"));
    let kept = format!(
        "DROP TABLE IF EXISTS kept;
         CREATE TEMP TABLE kept ON COMMIT DROP AS
         SELECT (row_before::bandoso.{name}).* FROM bandoso.import_before
         WHERE batch_id = {batch_id} AND table_name = '{name}'"
    );
    connection.execute(AssertSqlSafe(kept)).await?;
    if name == "address" {
        // a removal that did not happen retired no code
        let codes = "DELETE FROM bandoso.retired_door_code r USING kept WHERE r.code = kept.door_code";
        connection.execute(codes).await?;
    }
    let set: Vec<String> = columns
        .iter()
        .filter(|column| !table.id.contains(&column.as_str()))
        .map(|column| format!("{column} = b.{column}"))
        .collect();
    let update = format!("UPDATE bandoso.{name} t SET {} FROM kept b WHERE {same}", set.join(", "));
    counts.changed += connection.execute(AssertSqlSafe(update)).await?.rows_affected();
    let insert = format!(
        "INSERT INTO bandoso.{name} ({columns}) SELECT {columns} FROM kept b
         WHERE NOT EXISTS (SELECT FROM bandoso.{name} t WHERE {same})",
        columns = columns.join(", ")
    );
    counts.added += connection.execute(AssertSqlSafe(insert)).await?.rows_affected();
    let remember = format!(
        "INSERT INTO bandoso.import_restored (table_name, row_key, restored_in, written_by)
         SELECT table_name, row_key, pg_current_xact_id()::xid, written_by FROM bandoso.import_before
         WHERE batch_id = {batch_id} AND table_name = '{name}'
         ON CONFLICT (table_name, row_key)
         DO UPDATE SET restored_in = excluded.restored_in, written_by = excluded.written_by"
    );
    connection.execute(AssertSqlSafe(remember)).await?;
    Ok(())
}
