//! Taking a dataset out of the database, so that it can be put back.

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::history::{self, NewBatch};
use super::merge::{Counts, Merge};
use super::mode::Mode;

/// Removes all rows of the datasets of a name, and the datasets; `None` where there is none.
///
/// What stood is kept for [`super::undo`]. A street that rows of other datasets refer to becomes theirs, by name only.
pub async fn remove(connection: &mut PgConnection, name: &str) -> Result<Option<Counts>, sqlx::Error> {
    connection.execute("LOCK TABLE bandoso.dataset IN SHARE ROW EXCLUSIVE MODE").await?;
    let ids: Vec<i32> =
        sqlx::query_scalar("SELECT dataset_id FROM bandoso.dataset WHERE name = $1 ORDER BY dataset_id")
            .bind(name)
            .fetch_all(&mut *connection)
            .await?;
    let mut removed = None;
    for dataset_id in ids {
        let batch = NewBatch {
            dataset_id: Some(dataset_id),
            dataset_name: name,
            mode: "remove",
            file: "",
            sha256: "",
        };
        let batch_id = history::begin(&mut *connection, &batch).await?;
        // a delivery of nothing that replaces all
        let merge = Merge::new(batch_id, dataset_id, Some(Mode::Replace), Vec::new());
        let counts = merge.finish(&mut *connection).await?;
        history::end(&mut *connection, batch_id, (0, 0), counts).await?;
        let keep = format!(
            "INSERT INTO bandoso.import_before (batch_id, table_name, row_key, was, row_before, written_by)
             SELECT {batch_id}, 'dataset', d.dataset_id::text, 'removed', d::text, d.xmin
             FROM bandoso.dataset d WHERE d.dataset_id = {dataset_id};
             DELETE FROM bandoso.dataset WHERE dataset_id = {dataset_id}"
        );
        connection.execute(AssertSqlSafe(keep)).await?;
        removed.get_or_insert_with(Counts::default).removed += counts.removed;
    }
    Ok(removed)
}
