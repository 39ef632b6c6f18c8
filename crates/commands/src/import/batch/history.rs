//! The datasets of a database and the batches that made them.

use sqlx::{PgConnection, Row};

use super::merge::Counts;

/// A dataset as `bandoso datasets` lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetSummary {
    /// Its name.
    pub name: String,
    /// The system its coordinates were delivered in.
    pub srid: i32,
    /// Where it comes from.
    pub source: String,
    /// Whether the public may see it.
    pub is_public: bool,
    /// Rows by table, those without rows left out.
    pub rows: Vec<(String, u64)>,
    /// The oldest first.
    pub batches: Vec<BatchSummary>,
}

/// A batch in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchSummary {
    /// `new`, `append`, `replace`, `update` or `remove`.
    pub mode: String,
    /// The file's name.
    pub file: String,
    /// Of the file.
    pub sha256: String,
    /// The role of the database.
    pub by: String,
    /// `2026-11-28 16:30` in Viet Nam.
    pub at: String,
    /// Rows of the file that were refused.
    pub refused: u64,
    /// What became of the others.
    pub counts: Counts,
    /// Whether it was undone.
    pub is_undone: bool,
}

/// What is known of a batch when it begins.
#[derive(Debug)]
pub struct NewBatch<'a> {
    /// Where its rows go; `None` for a dataset that is being removed.
    pub dataset_id: Option<i32>,
    /// The dataset's name.
    pub dataset_name: &'a str,
    /// See [`BatchSummary::mode`].
    pub mode: &'a str,
    /// The file's name, without its path.
    pub file: &'a str,
    /// Of the file.
    pub sha256: &'a str,
}

/// Writes a batch into the history and gives its id.
pub async fn begin(connection: &mut PgConnection, batch: &NewBatch<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO bandoso.import_batch (dataset_id, dataset_name, mode, file, file_sha256)
         VALUES ($1, $2, $3, $4, $5) RETURNING batch_id",
    )
    .bind(batch.dataset_id)
    .bind(batch.dataset_name)
    .bind(batch.mode)
    .bind(batch.file)
    .bind(batch.sha256)
    .fetch_one(connection)
    .await
}

/// Writes what became of the rows of a batch.
pub async fn end(
    connection: &mut PgConnection,
    batch_id: i64,
    (read, refused): (u64, u64),
    counts: Counts,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE bandoso.import_batch
         SET read = $2, refused = $3, added = $4, changed = $5, unchanged = $6, removed = $7
         WHERE batch_id = $1",
    )
    .bind(batch_id)
    .bind(read as i64)
    .bind(refused as i64)
    .bind(counts.added as i64)
    .bind(counts.changed as i64)
    .bind(counts.unchanged as i64)
    .bind(counts.removed as i64)
    .execute(connection)
    .await?;
    Ok(())
}

/// All datasets by name, and those that were removed and could come back.
pub async fn datasets(connection: &mut PgConnection) -> Result<Vec<DatasetSummary>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT coalesce(d.name, b.name), d.dataset_id, coalesce(d.srid, 0), coalesce(d.source, ''),
                coalesce(d.visibility = 'public', false)
         FROM bandoso.dataset d
         FULL JOIN (SELECT DISTINCT dataset_name AS name FROM bandoso.import_batch) b ON b.name = d.name
         ORDER BY 1, 2",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut summaries = Vec::with_capacity(rows.len());
    for row in &rows {
        let (name, dataset_id): (String, Option<i32>) = (row.get(0), row.get(1));
        summaries.push(DatasetSummary {
            srid: row.get(2),
            source: row.get(3),
            is_public: row.get(4),
            rows: match dataset_id {
                Some(id) => super::tables::row_counts(connection, id).await?,
                None => Vec::new(),
            },
            batches: batches(connection, &name).await?,
            name,
        });
    }
    Ok(summaries)
}

async fn batches(connection: &mut PgConnection, dataset: &str) -> Result<Vec<BatchSummary>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT mode, file, file_sha256, imported_by,
                to_char(imported_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI'),
                refused, added, changed, unchanged, removed, undone_at IS NOT NULL
         FROM bandoso.import_batch WHERE dataset_name = $1 ORDER BY batch_id",
    )
    .bind(dataset)
    .fetch_all(connection)
    .await?;
    let summary = |row: &sqlx::postgres::PgRow| {
        let count = |column: usize| row.get::<i64, _>(column).max(0) as u64;
        BatchSummary {
            mode: row.get(0),
            file: row.get(1),
            sha256: row.get(2),
            by: row.get(3),
            at: row.get(4),
            refused: count(5),
            counts: Counts { added: count(6), changed: count(7), unchanged: count(8), removed: count(9) },
            is_undone: row.get(10),
        }
    };
    Ok(rows.iter().map(summary).collect())
}
