//! Opening a package to read, and waiting for what is read.

use std::future::Future;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::database::{has_changes_in_log, is_in_wal_mode};
use crate::formats::ReadError;

/// Rows SQLite's thread may be ahead of ours.
const ROWS_AHEAD: usize = 64;

/// A read transaction. A file in WAL mode in a folder that may not be written is read as it stands, unless the log
/// beside it holds changes that would be missed.
pub async fn open(file: &Path) -> Result<SqliteConnection, ReadError> {
    let fault = match begin(file, false).await {
        Ok(connection) => return Ok(connection),
        Err(fault) => fault,
    };
    if !is_in_wal_mode(file) {
        return Err(damaged(&fault));
    }
    if has_changes_in_log(file) {
        return Err(ReadError::UnreadableLog);
    }
    begin(file, true).await.map_err(|fault| damaged(&fault))
}

async fn begin(file: &Path, is_immutable: bool) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .immutable(is_immutable)
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging();
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("BEGIN").execute(&mut connection).await?;
    // only the first statement that reads begins the transaction, and finds what is wrong with the file
    sqlx::query("SELECT count(*) FROM sqlite_master").execute(&mut connection).await?;
    Ok(connection)
}

/// What SQLite says, without the statement.
pub fn damaged(error: &sqlx::Error) -> ReadError {
    ReadError::GeoPackage(match error {
        sqlx::Error::Database(e) => e.message().to_owned(),
        other => other.to_string(),
    })
}

/// Waits for a future on this thread, which must be none that runs futures already.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, ReadError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

/// Waits for a future on whatever thread.
pub fn wait<T: Send>(future: impl Future<Output = Result<T, ReadError>> + Send) -> Result<T, ReadError> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| block_on(future));
        thread.join().unwrap_or(Err(ReadError::ReaderFailed { after: 0 }))
    })?
}
