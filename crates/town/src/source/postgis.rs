//! Reading layers from PostGIS: `COPY … BINARY` over two connections in one exported snapshot.
//!
//! Two, because the parser and the projection of the other stream keep a second core busy while the
//! database works; four were slower on two cores. Nothing is asked for but the configured columns,
//! so a role with `SELECT` on just those is enough.

mod catalogue;
mod copy;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row as _};
use tracing::{info, warn};

use self::catalogue::Table;
use self::copy::{Decoder, KeyType};
use super::rights::MissingRights;
use super::{LARGEST_EPSG, OurSchema, RowSink, SourceColumn, SourceError, TableQuery};
use crate::database::{ConnectError, DatabaseAddress};
use crate::geometry::{EpsgCode, SourceSystems, SystemDefinition};

/// Connections that share a snapshot.
const CONNECTIONS: usize = 2;
/// Ranges of a table for each connection: the one that is done first takes the next.
const RANGES_PER_CONNECTION: u64 = 4;
/// Tables with fewer pages come in one stream (2 MB of 8 kB pages).
const SMALLEST_SPLIT_PAGES: u64 = 256;

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_TRY: Duration = Duration::from_secs(10);

/// A PostGIS database that has answered once.
#[derive(Debug)]
pub struct PostGis {
    options: Box<PgConnectOptions>,
    /// Without user and password, for messages.
    address: String,
}

/// One exported snapshot and the connections that read in it.
#[derive(Debug)]
pub struct Session {
    /// The first one holds the snapshot.
    connections: Vec<PgConnection>,
}

impl PostGis {
    /// Connects; without an answer again and again, with growing pauses, until `wait` is over.
    pub(super) async fn connect(address: &DatabaseAddress, wait: Duration) -> Result<Self, SourceError> {
        let options = Box::new(address.connect_options());
        let address = address.to_string();
        let unreachable = |started: Instant, problem| SourceError::Unreachable {
            address: address.clone(),
            waited_s: started.elapsed().as_secs(),
            problem,
        };
        let started = Instant::now();
        let database = Self { options, address: address.clone() };
        let mut pause = FIRST_PAUSE;
        loop {
            let problem = match database.open().await {
                Ok(connection) => {
                    // it has done its work by answering
                    let _ = connection.close().await;
                    return Ok(database);
                }
                Err(problem) if problem.is_final => return Err(unreachable(started, problem.to_string())),
                Err(problem) => problem.to_string(),
            };
            let left = wait.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(unreachable(started, problem));
            }
            let nap = pause.min(left);
            warn!(
                "no answer from the database at {address} ({problem}); next try in {:.2} s, giving up in {} s",
                nap.as_secs_f64(),
                left.as_secs()
            );
            tokio::time::sleep(nap).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn open(&self) -> Result<PgConnection, ConnectError> {
        match tokio::time::timeout(LONGEST_TRY, PgConnection::connect_with(self.options.as_ref())).await {
            Ok(answer) => answer.map_err(ConnectError::from),
            Err(_) => Err(ConnectError::too_slow(LONGEST_TRY)),
        }
    }

    /// Begins reading: every connection sees the database as it is now.
    pub(super) async fn session(&self) -> Result<Session, SourceError> {
        let lost = |problem| SourceError::Unreachable { address: self.address.clone(), waited_s: 0, problem };
        let mut leader = self.open().await.map_err(|e| lost(e.to_string()))?;
        begin(&mut leader, None).await.map_err(|e| lost(in_words(&e)))?;
        let snapshot = sqlx::query_scalar("SELECT pg_export_snapshot()").persistent(false);
        let snapshot: Result<String, sqlx::Error> = snapshot.fetch_one(&mut leader).await;
        let mut connections = vec![leader];
        for _ in 1..CONNECTIONS {
            match self.follower(&snapshot).await {
                Ok(follower) => connections.push(follower),
                // A role may be limited to one connection: slower, not wrong.
                Err(problem) => info!("reading over {} connection: {problem}", connections.len()),
            }
        }
        Ok(Session { connections })
    }

    async fn follower(&self, snapshot: &Result<String, sqlx::Error>) -> Result<PgConnection, String> {
        let snapshot = snapshot.as_ref().map_err(in_words)?;
        let mut connection = self.open().await.map_err(|e| e.to_string())?;
        begin(&mut connection, Some(snapshot)).await.map_err(|e| in_words(&e))?;
        Ok(connection)
    }
}

/// Begins a read-only transaction, in a snapshot of another connection where one is given.
async fn begin(connection: &mut PgConnection, snapshot: Option<&str>) -> Result<(), sqlx::Error> {
    let join =
        snapshot.map_or(String::new(), |id| format!("SET TRANSACTION SNAPSHOT '{}';", id.replace('\'', "")));
    // A role's usual time limits are for questions, not for reading a town. Times become text as
    // clocks in Viet Nam show them.
    let sql = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {join}
         SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
         SET LOCAL TIME ZONE 'Asia/Ho_Chi_Minh'; SET LOCAL DateStyle = 'ISO'"
    );
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop)
}

impl Session {
    /// Whether `bandoso migrate` was run here; where it was and this user may read nothing of it, that is `closed`.
    pub(super) async fn our_schema(&mut self) -> Result<OurSchema, SourceError> {
        let found = sqlx::query_scalar(
            "SELECT has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'bandoso' AND c.relname = 'layer_parcels'",
        );
        let failed =
            |e| SourceError::Reading { table: "bandoso.layer_parcels".to_owned(), problem: in_words(&e) };
        let found = found.persistent(false).fetch_optional(&mut self.connections[0]).await.map_err(failed)?;
        Ok(match found {
            None => OurSchema::None,
            Some(true) => OurSchema::Open,
            Some(false) => OurSchema::Closed,
        })
    }

    pub(super) async fn has_text_key(&mut self, query: &TableQuery) -> Result<bool, SourceError> {
        Ok(Table::look_up(&mut self.connections[0], query).await?.key_type == Some(KeyType::Text))
    }

    /// Adds to `faults` what of these tables is not there, and once what may not be read of all of them.
    pub(super) async fn check(
        &mut self,
        queries: &[TableQuery],
        faults: &mut Vec<SourceError>,
    ) -> Result<(), SourceError> {
        let mut missing = MissingRights::default();
        for query in queries {
            match Table::find(&mut self.connections[0], query).await {
                Ok(table) => {
                    if table.hides_rows {
                        warn!("{}: row level security hides rows of it from this user", query.table);
                    }
                    missing.absorb(table.missing);
                }
                Err(fault @ (SourceError::NoTable { .. } | SourceError::NoColumn { .. })) => {
                    faults.push(fault)
                }
                Err(other) => return Err(other),
            }
        }
        if !missing.is_empty() {
            faults.push(SourceError::NoRights(missing.script()));
        }
        Ok(())
    }

    /// Rows of `spatial_ref_sys` that are not EPSG's own, in the order PostGIS itself asks them.
    pub(super) async fn systems(&mut self) -> Result<SourceSystems, SourceError> {
        let failed = |e| SourceError::Reading { table: "spatial_ref_sys".to_owned(), problem: in_words(&e) };
        let table = sqlx::query_scalar(
            "SELECT quote_ident(n.nspname) || '.spatial_ref_sys'
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relname = 'spatial_ref_sys' AND has_schema_privilege(n.oid, 'USAGE')
               AND has_table_privilege(c.oid, 'SELECT') LIMIT 1",
        );
        let table: Option<String> =
            table.persistent(false).fetch_optional(&mut self.connections[0]).await.map_err(failed)?;
        let Some(table) = table else { return Ok(SourceSystems::default()) };
        let sql = format!(
            "SELECT srid, upper(auth_name) || ':' || auth_srid,
                    CASE WHEN auth_name = 'ESRI' THEN NULL ELSE srtext END,
                    CASE WHEN auth_name = 'ESRI' THEN NULL ELSE proj4text END
             FROM {table}
             WHERE srid > {LARGEST_EPSG} OR srid > 0 AND (auth_name, auth_srid) IS DISTINCT FROM ('EPSG', srid)"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        let rows = rows.fetch_all(&mut self.connections[0]).await.map_err(failed)?;
        let system = |row: &PgRow| {
            let (srid, authority): (i32, Option<String>) = (row.get(0), row.get(1));
            let texts: [Option<String>; 2] = [row.get(2), row.get(3)];
            let texts = texts.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect();
            Some((EpsgCode(u32::try_from(srid).ok()?), SystemDefinition { authority, texts }))
        };
        Ok(rows.iter().filter_map(system).collect())
    }

    /// What the columns hold; says which table, column or right is missing.
    pub(super) async fn describe(&mut self, query: &TableQuery) -> Result<Vec<SourceColumn>, SourceError> {
        Ok(Table::look_up(&mut self.connections[0], query).await?.columns)
    }

    /// Reads every row, a plain table over all connections at once.
    pub(super) async fn read<S: RowSink>(
        &mut self,
        query: &TableQuery,
        columns: &[SourceColumn],
        new_sink: impl Fn() -> S,
    ) -> Result<Vec<S>, SourceError> {
        let table = Table::look_up(&mut self.connections[0], query).await?;
        if table.columns != columns {
            let problem = "its columns were changed while it was read".to_owned();
            return Err(SourceError::Reading { table: query.table.to_string(), problem });
        }
        let streams = if table.pages.is_some_and(|pages| pages >= SMALLEST_SPLIT_PAGES) {
            self.connections.len()
        } else {
            1
        };
        let ranges = if streams == 1 { 1 } else { streams as u64 * RANGES_PER_CONNECTION };
        let work = Arc::new(Work {
            statements: (0..ranges).map(|i| table.copy_statement(i, ranges)).collect(),
            next: AtomicUsize::new(0),
            name: query.table.to_string(),
        });
        let idle = self.connections.split_off(streams);
        let tasks: Vec<_> = self
            .connections
            .drain(..)
            .map(|connection| {
                let decoder = Decoder::new(table.key_type, table.has_geometry, table.types());
                tokio::spawn(work_off(connection, Arc::clone(&work), decoder, new_sink()))
            })
            .collect();
        let mut sinks = Vec::with_capacity(streams);
        let mut problem = None;
        for task in tasks {
            match task.await {
                Ok((connection, Ok(sink))) => {
                    self.connections.push(connection);
                    sinks.push(sink);
                }
                Ok((connection, Err(e))) => {
                    self.connections.push(connection);
                    problem = problem.or(Some(e));
                }
                Err(e) => problem = problem.or(Some(e.to_string())),
            }
        }
        self.connections.extend(idle);
        match problem {
            None => Ok(sinks),
            Some(problem) => Err(SourceError::Reading { table: work.name.clone(), problem }),
        }
    }
}

impl Drop for Session {
    /// Says goodbye, so that the database does not log a lost client at every load.
    fn drop(&mut self) {
        self.connections.drain(..).for_each(close);
    }
}

fn close(connection: PgConnection) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(connection.close());
    }
}

/// The statements that together read a table once.
struct Work {
    statements: Vec<String>,
    next: AtomicUsize,
    name: String,
}

/// Takes statement after statement until none is left.
async fn work_off<S: RowSink>(
    mut connection: PgConnection,
    work: Arc<Work>,
    mut decoder: Decoder,
    mut sink: S,
) -> (PgConnection, Result<S, String>) {
    while let Some(statement) = work.statements.get(work.next.fetch_add(1, Ordering::Relaxed)) {
        if let Err(problem) = copy_rows(&mut connection, statement, &mut decoder, &mut sink).await {
            // the others need not finish what will be thrown away
            work.next.store(work.statements.len(), Ordering::Relaxed);
            return (connection, Err(problem));
        }
    }
    (connection, Ok(sink))
}

async fn copy_rows<S: RowSink>(
    connection: &mut PgConnection,
    statement: &str,
    decoder: &mut Decoder,
    sink: &mut S,
) -> Result<(), String> {
    decoder.begin();
    let mut stream = connection.copy_out_raw(statement).await.map_err(|e| in_words(&e))?;
    while let Some(chunk) = stream.try_next().await.map_err(|e| in_words(&e))? {
        decoder.feed(&chunk, sink).map_err(|e| e.to_string())?;
    }
    decoder.end().map_err(|e| e.to_string())
}

/// What went wrong, without the statement and without the address.
fn in_words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(e) => e.message().to_owned(),
        sqlx::Error::Io(e) => e.to_string(),
        other => other.to_string(),
    }
}
