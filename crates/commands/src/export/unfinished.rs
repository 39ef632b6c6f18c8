//! The unfinished archive: an SQLite file with the tiles so far, and one row that says of what data they
//! are and which comes next.
//!
//! The tiles stand in the table MBTiles wants, in the order of PMTiles ids, so either form is made of
//! it. SQLite's journal is kept on: tiles and their row are committed together or not at all.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor, Row, SqliteConnection};

use super::draw::Drawn;
use super::{ExportError, Job, Target};

const SCHEMA: &str = "
CREATE TABLE tiles (
    zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL,
    tile_data BLOB NOT NULL
);
CREATE TABLE unfinished (
    request TEXT NOT NULL, revision TEXT NOT NULL, next INTEGER NOT NULL, done INTEGER NOT NULL
)";

/// An open unfinished archive; nobody else can write it meanwhile.
pub(super) struct Unfinished {
    pub file: PathBuf,
    pub connection: SqliteConnection,
    next: u64,
    done: u64,
}

impl Unfinished {
    /// Opens what an earlier export has left, or begins. What is left of other data or other arguments is
    /// an error, unless the target says to begin anew.
    pub async fn open(target: &Target, job: &Job) -> Result<Self, ExportError> {
        target.check()?;
        let file = target.unfinished();
        if target.restart {
            remove(&file)?;
        }
        // SQLite's own message for a folder that is missing or not ours names nothing
        let touched = std::fs::OpenOptions::new().append(true).create(true).open(&file);
        touched.map_err(|cause| ExportError::of_file(&file, &cause))?;
        let failed = |cause: sqlx::Error| ExportError::of_sqlite(&file, &cause);
        let mut connection = connect(&file).await.map_err(failed)?;
        let tables = sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut connection).await;
        if tables.map_err(failed)?.get::<i64, _>(0) == 0 {
            begin(&mut connection, job).await.map_err(failed)?;
        }
        let left = sqlx::query("SELECT request, revision, next, done FROM unfinished")
            .fetch_one(&mut connection)
            .await
            .map_err(|_| ExportError::NotOurs(file.clone()))?;
        let (begun, revision): (String, String) = (left.get(0), left.get(1));
        let (next, done) = (left.get::<i64, _>(2) as u64, left.get::<i64, _>(3) as u64);
        if begun != job.request() {
            return Err(ExportError::OtherRequest { file, begun, now: job.request() });
        }
        if revision != job.revision().to_string() {
            return Err(ExportError::OtherData(file));
        }
        Ok(Self { file, connection, next, done })
    }

    /// The PMTiles id to go on from.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// How many tiles have been looked at.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Adds tiles; when this is over they are safe from whatever ends the process.
    pub async fn append(&mut self, batch: &[Drawn]) -> Result<(), ExportError> {
        let Some(last) = batch.last() else { return Ok(()) };
        let (next, done) = (last.id + 1, self.done + batch.len() as u64);
        write(&mut self.connection, batch, next, done)
            .await
            .map_err(|cause| ExportError::of_sqlite(&self.file, &cause))?;
        (self.next, self.done) = (next, done);
        Ok(())
    }

    /// Removes the file; it has served.
    pub async fn discard(self) {
        let file = self.file;
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "{} was not closed", file.display());
        }
        if let Err(error) = remove(&file) {
            tracing::warn!("{error}");
        }
    }
}

async fn connect(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Normal)
        .locking_mode(sqlx::sqlite::SqliteLockingMode::Exclusive)
        .busy_timeout(std::time::Duration::ZERO)
        .disable_statement_logging();
    let mut connection = options.connect().await?;
    // takes the lock now, so that a second export is told before it has loaded anything
    connection.execute("BEGIN EXCLUSIVE; COMMIT").await?;
    Ok(connection)
}

async fn begin(connection: &mut SqliteConnection, job: &Job) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    transaction.execute(SCHEMA).await?;
    sqlx::query("INSERT INTO unfinished VALUES (?, ?, 0, 0)")
        .bind(job.request())
        .bind(job.revision().to_string())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

async fn write(
    connection: &mut SqliteConnection,
    batch: &[Drawn],
    next: u64,
    done: u64,
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    for drawn in batch {
        let Some(packed) = &drawn.packed else { continue };
        sqlx::query("INSERT INTO tiles VALUES (?, ?, ?, ?)")
            .bind(drawn.tile.z())
            .bind(drawn.tile.x())
            .bind(row_from_south(drawn.tile.z(), drawn.tile.y()))
            .bind(packed.as_slice())
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query("UPDATE unfinished SET next = ?, done = ?")
        .bind(next as i64)
        .bind(done as i64)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

/// MBTiles counts rows from the south (TMS), everyone else from the north; its own inverse.
pub(super) fn row_from_south(z: u8, y: u32) -> u32 {
    (1 << z) - 1 - y
}

/// The file and the journal an interrupted transaction leaves, which must not meet a new file.
fn remove(file: &Path) -> Result<(), ExportError> {
    let mut journal = file.as_os_str().to_owned();
    journal.push("-journal");
    for file in [file, Path::new(&journal)] {
        match std::fs::remove_file(file) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                return Err(ExportError::of_file(file, &cause));
            }
            _ => {}
        }
    }
    Ok(())
}
