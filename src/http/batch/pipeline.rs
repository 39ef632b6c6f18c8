//! Rows in, rows out: read in chunks, answered on all cores, written in the order they came.
//!
//! One chunk is read, answered and written at a time and the answer's channel holds two, so a table of any length
//! takes the same few megabytes. A client that stops reading stops the work; one that hangs up ends it.

use std::borrow::Cow;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use csv::StringRecord;
use futures_util::stream::unfold;
use metrics::{counter, gauge};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::fault::Fault;
use super::header::{Header, Layout, SameName};
use super::spool::{Spool, SpoolReader};
use super::spreadsheet::harmless;
use super::table::{Table, Told};
use crate::http::problem::Problem;

/// Rows and bytes of a chunk; whichever is reached first.
const CHUNK_ROWS: usize = 1_024;
const CHUNK_BYTES: usize = 1 << 20;

/// Chunks that wait for the client.
const WAITING_CHUNKS: usize = 2;

/// After the last chunk.
const END: Bytes = Bytes::new();

/// How long a client may leave an answer unread once it has sent everything.
const UNREAD_FOR: Duration = Duration::from_secs(60);

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Something was found.
    Ok,
    /// Nothing was.
    NotFound,
    /// The row cannot be read, or what is asked cannot be answered.
    Error,
    /// Nothing was asked, or the table is longer than is answered.
    Skipped,
}

impl Status {
    const ALL: [Self; 4] = [Self::Ok, Self::NotFound, Self::Error, Self::Skipped];

    /// As it stands in `result_status`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotFound => "not-found",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

/// The column every answer has.
pub(super) const STATUS: &str = "result_status";

/// What is put into the columns of ours, in their order; [`STATUS`] is filled in for it.
pub(super) type Cells = (Status, Vec<String>);

/// Answers the rows of one table.
pub(super) trait Answers: Send + Sync {
    /// The columns that are added.
    fn columns(&self) -> &[&'static str];
    /// Answers a row.
    fn answer(&self, row: &StringRecord) -> Cells;
    /// Whether clients compare bytes: then cells stand as they are, formulas too.
    fn is_byte_exact(&self) -> bool {
        false
    }
}

/// Makes what answers, once the columns are known.
pub(super) type Prepare = Box<dyn FnOnce(&Header) -> Result<Box<dyn Answers>, Fault> + Send>;

/// One table to be answered.
pub(super) struct Work {
    pub table: SpoolReader,
    pub told: Told,
    pub prepare: Prepare,
    pub same_name: SameName,
    pub max_rows: u64,
    /// Given back when the last row is written.
    pub place: OwnedSemaphorePermit,
}

impl Work {
    /// Reads the header, then answers row by row while the body is read.
    pub async fn start(self) -> Result<Body, Fault> {
        let (tell_opened, opened) = oneshot::channel();
        let (chunks, written) = mpsc::channel(WAITING_CHUNKS);
        let output = Output { chunks, upload: Arc::clone(self.table.spool()), runtime: Handle::current() };
        spawn_blocking(move || self.run(tell_opened, &output));
        opened.await.map_err(|_| Problem::internal())??;
        Ok(Body::from_stream(unfold(Some(written), async |written| {
            let mut written = written?;
            match written.recv().await {
                Some(Ok(chunk)) if chunk.is_empty() => None,
                Some(Ok(chunk)) => Some((Ok(chunk), Some(written))),
                // cut off where it stands, so that nobody takes a part for the whole
                Some(Err(error)) => Some((Err(error), None)),
                None => Some((Err(io::ErrorKind::ConnectionAborted.into()), None)),
            }
        })))
    }

    fn run(self, tell_opened: oneshot::Sender<Result<(), Fault>>, output: &Output) {
        let opened = Table::open(self.table, &self.told).and_then(|table| {
            let answers = (self.prepare)(&table.header)?;
            Ok((table, answers))
        });
        let (table, answers) = match opened {
            Ok(opened) => opened,
            Err(fault) => return drop(tell_opened.send(Err(fault))),
        };
        if tell_opened.send(Ok(())).is_err() {
            return;
        }
        gauge!("batches_under_way").increment(1.0);
        let layout = Layout::new(&table.header, answers.columns(), self.same_name);
        let mut run = Run { table, answers: answers.as_ref(), layout, left: self.max_rows };
        output.send(run.write_all(output).map(|()| END));
        gauge!("batches_under_way").decrement(1.0);
        drop(self.place);
    }
}

struct Run<'a> {
    table: Table,
    answers: &'a dyn Answers,
    layout: Layout,
    /// Rows that are still answered.
    left: u64,
}

impl Run<'_> {
    fn write_all(&mut self, output: &Output) -> io::Result<()> {
        let mut head = if self.table.has_bom { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        let mut writer = self.writer(&mut head);
        match self.answers.is_byte_exact() {
            true => writer.write_record(&self.layout.names)?,
            false => writer.write_record(self.layout.names.iter().map(|name| harmless(name).into_owned()))?,
        }
        writer.flush()?;
        drop(writer);
        let mut is_wanted = output.send(Ok(head.into()));
        while is_wanted {
            let rows = self.read_chunk()?;
            if rows.is_empty() {
                break;
            }
            let answers = self.answer(&rows);
            is_wanted = output.send(Ok(self.write(&rows, &answers)?));
        }
        Ok(())
    }

    fn writer<'b>(&self, into: &'b mut Vec<u8>) -> csv::Writer<&'b mut Vec<u8>> {
        csv::WriterBuilder::new()
            .delimiter(self.table.delimiter)
            .quote(self.table.quote)
            .terminator(csv::Terminator::CRLF)
            .from_writer(into)
    }

    /// Rows, and what is known of each before it is answered.
    fn read_chunk(&mut self) -> io::Result<Vec<(StringRecord, Option<Status>)>> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while rows.len() < CHUNK_ROWS && bytes < CHUNK_BYTES {
            let Some((row, is_sound)) = self.table.read_row()? else { break };
            bytes += row.as_slice().len();
            let known = match (self.left, is_sound) {
                (0, _) => Some(Status::Skipped),
                (_, false) => Some(Status::Error),
                (_, true) => None,
            };
            self.left = self.left.saturating_sub(1);
            rows.push((row, known));
        }
        Ok(rows)
    }

    fn answer(&self, rows: &[(StringRecord, Option<Status>)]) -> Vec<Cells> {
        let answer = |(row, known): &(StringRecord, Option<Status>)| match known {
            Some(status) => (*status, Vec::new()),
            // one row must not take the others with it
            None => catch_unwind(AssertUnwindSafe(|| self.answers.answer(row)))
                .unwrap_or((Status::Error, Vec::new())),
        };
        match pool() {
            Some(pool) => pool.install(|| rows.par_iter().with_min_len(16).map(answer).collect()),
            None => rows.iter().map(answer).collect(),
        }
    }

    fn write(&self, rows: &[(StringRecord, Option<Status>)], answers: &[Cells]) -> io::Result<Bytes> {
        let mut bytes = Vec::new();
        let mut writer = self.writer(&mut bytes);
        let columns = self.answers.columns();
        let mut counts = [0; Status::ALL.len()];
        let is_byte_exact = self.answers.is_byte_exact();
        let mut line = vec![Cow::Borrowed(""); self.layout.names.len()];
        for ((row, _), (status, values)) in rows.iter().zip(answers) {
            line.fill(Cow::Borrowed(""));
            for (place, cell) in line.iter_mut().zip(row.iter().take(self.layout.came)) {
                *place = if is_byte_exact { Cow::Borrowed(cell) } else { harmless(cell) };
            }
            for (i, (&place, name)) in self.layout.places.iter().zip(columns).enumerate() {
                let value =
                    if *name == STATUS { status.name() } else { values.get(i).map_or("", String::as_str) };
                if let Some(cell) = line.get_mut(place) {
                    *cell = if is_byte_exact { Cow::Borrowed(value) } else { harmless(value) };
                }
            }
            writer.write_record(line.iter().map(|cell| cell.as_bytes()))?;
            counts[*status as usize] += 1;
        }
        writer.flush()?;
        drop(writer);
        for (status, count) in Status::ALL.into_iter().zip(counts) {
            counter!("batch_rows_total", "status" => status.name()).increment(count);
        }
        Ok(bytes.into())
    }
}

/// The answer on its way.
struct Output {
    chunks: mpsc::Sender<io::Result<Bytes>>,
    upload: Arc<Spool>,
    runtime: Handle,
}

impl Output {
    /// Waits until there is room; `false` where nobody reads any more.
    fn send(&self, chunk: io::Result<Bytes>) -> bool {
        self.runtime.block_on(async {
            loop {
                match timeout(UNREAD_FOR, self.chunks.reserve()).await {
                    Ok(Ok(room)) => {
                        room.send(chunk);
                        return true;
                    }
                    Ok(Err(_)) => return false,
                    // many clients read nothing until they have sent everything
                    Err(_) if self.upload.is_open() => {}
                    Err(_) => return false,
                }
            }
        })
    }
}

/// Threads of their own, as many as cores, for all tables together: what else the server does goes on beside them.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| ThreadPoolBuilder::new().thread_name(|i| format!("batch-{i}")).build().ok()).as_ref()
}
