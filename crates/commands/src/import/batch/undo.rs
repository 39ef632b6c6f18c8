//! Undoing the last batch of a dataset: what it added goes, what it changed or removed is as before.
//!
//! Refused where a row of the batch was edited since: an edit of a person is worth more than a delivery. That is seen by
//! the transaction that wrote a row last (`xmin`), so edits by QGIS and SQL count as well. A database that was copied
//! by dump and restore has new transactions; there every batch made before is refused.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use thiserror::Error;

use super::merge::Counts;
use super::tables::TABLES;

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
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
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
    let written =
        format!("(SELECT transaction_id FROM bandoso.import_batch WHERE batch_id = {})::xid", batch.batch_id);
    let mut counts = Counts::default();
    if let Some(dataset_id) = batch.dataset_id {
        refuse_edited(connection, dataset_id, &written).await?;
    }
    restore(connection, "dataset", &["dataset_id"], batch.batch_id, &mut counts).await?;
    let mut found = 0;
    if let Some(dataset_id) = batch.dataset_id {
        for table in TABLES.iter().rev() {
            let added = format!(
                "SELECT count(*) FROM bandoso.{} t WHERE {} AND t.xmin = {written}",
                table.name, table.owned
            );
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(added))
                .bind(dataset_id)
                .fetch_one(&mut *connection)
                .await
                .map_err(UndoError::Database)?;
            found += count as u64;
            let delete = format!(
                "DELETE FROM bandoso.{name} t WHERE {owned} AND t.xmin = {written}
                 AND NOT EXISTS (SELECT FROM bandoso.import_before b WHERE b.batch_id = {batch_id}
                                 AND b.table_name = '{name}' AND b.row_key = {key})",
                name = table.name,
                owned = table.owned,
                batch_id = batch.batch_id,
                key = table.row_key("t")
            );
            let deleted =
                sqlx::query(AssertSqlSafe(delete)).bind(dataset_id).execute(&mut *connection).await?;
            counts.removed += deleted.rows_affected();
        }
        if found < batch.brought {
            return Err(UndoError::Removed(batch.brought - found));
        }
    }
    for table in &TABLES {
        restore(connection, table.name, table.id, batch.batch_id, &mut counts).await?;
    }
    let done = format!(
        "UPDATE bandoso.import_batch SET undone_at = now() WHERE batch_id = {id};
         DELETE FROM bandoso.import_before WHERE batch_id = {id}",
        id = batch.batch_id
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
            "SELECT {key} FROM bandoso.{name} t WHERE {owned} AND age(t.xmin) < age({written}) ORDER BY 1",
            key = table.row_key("t"),
            name = table.name,
            owned = table.owned
        );
        let keys: Vec<String> = sqlx::query_scalar(AssertSqlSafe(later))
            .bind(dataset_id)
            .fetch_all(&mut *connection)
            .await
            .map_err(UndoError::Database)?;
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

/// Puts the rows of a table back as they were kept: those that stand are set, those that are gone come again.
async fn restore(
    connection: &mut PgConnection,
    table: &str,
    id: &[&str],
    batch_id: i64,
    counts: &mut Counts,
) -> Result<(), sqlx::Error> {
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns
         WHERE table_schema = 'bandoso' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await?;
    let same: Vec<String> = id.iter().map(|column| format!("t.{column} = b.{column}")).collect();
    let same = same.join(" AND ");
    let set: Vec<String> = columns
        .iter()
        .filter(|column| !id.contains(&column.as_str()))
        .map(|column| format!("{column} = b.{column}"))
        .collect();
    let kept = format!(
        "DROP TABLE IF EXISTS kept;
         CREATE TEMP TABLE kept ON COMMIT DROP AS
         SELECT (row_before::bandoso.{table}).* FROM bandoso.import_before
         WHERE batch_id = {batch_id} AND table_name = '{table}'"
    );
    connection.execute(AssertSqlSafe(kept)).await?;
    let update = format!("UPDATE bandoso.{table} t SET {} FROM kept b WHERE {same}", set.join(", "));
    counts.changed += connection.execute(AssertSqlSafe(update)).await?.rows_affected();
    let insert = format!(
        "INSERT INTO bandoso.{table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM kept b
         WHERE NOT EXISTS (SELECT FROM bandoso.{table} t WHERE {same})",
        columns = columns.join(", ")
    );
    counts.added += connection.execute(AssertSqlSafe(insert)).await?.rows_affected();
    Ok(())
}
