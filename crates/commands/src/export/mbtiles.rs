//! MBTiles 1.3 (<https://github.com/mapbox/mbtiles-spec>): the unfinished archive already is one but for
//! its index and its metadata.

use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

use super::describe::Description;
use super::unfinished::Unfinished;
use super::{ExportError, Target};

/// `PRAGMA application_id`: 'MPBX' in ASCII, as the specification asks.
const APPLICATION_ID: u32 = 0x4d50_4258;

/// Completes the archive and gives it its name.
pub(super) async fn finish(
    unfinished: Unfinished,
    description: &Description,
    target: &Target,
) -> Result<(), ExportError> {
    let Unfinished { file, mut connection, .. } = unfinished;
    let failed = |cause: sqlx::Error| ExportError::of_sqlite(&file, &cause);
    complete(&mut connection, description).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    std::fs::rename(&file, &target.file).map_err(|cause| ExportError::of_file(&target.file, &cause))
}

async fn complete(connection: &mut SqliteConnection, description: &Description) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    transaction
        .execute(
            "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);
             CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL);
             DROP TABLE unfinished",
        )
        .await?;
    for (name, value) in metadata(description) {
        sqlx::query("INSERT INTO metadata VALUES (?, ?)")
            .bind(name)
            .bind(value)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.execute(AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION_ID}"))).await?;
    transaction.commit().await
}

fn metadata(about: &Description) -> Vec<(String, String)> {
    let [west, south, east, north] = about.bounds;
    let [lng, lat] = about.center;
    let words = about.words().into_iter();
    let mut rows: Vec<(String, String)> =
        words.map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned())).collect();
    rows.extend(
        [
            ("format", "pbf".to_owned()),
            ("bounds", format!("{west:.7},{south:.7},{east:.7},{north:.7}")),
            ("center", format!("{lng:.7},{lat:.7},{}", about.minzoom)),
            ("minzoom", about.minzoom.to_string()),
            ("maxzoom", about.maxzoom.to_string()),
            ("json", about.vector_layers().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    rows
}
