//! Rows in, rows out: read in chunks, answered on all cores, written in the order they came.
//!
//! One chunk is read, answered and written at a time and the answer's channel holds two, so a table of any length
//! takes the same few megabytes. Nothing holds a thread, nor a turn, while it waits for the client: a chunk is begun
//! when rows are there. A client that stops reading stops the work; one that hangs up ends it.

use std::borrow::Cow;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use bytes::Bytes;
use csv::StringRecord;
use futures_util::stream::unfold;
use metrics::{counter, gauge};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use super::fault::Fault;
use super::layout::{Layout, SameName};
use super::spreadsheet::harmless;
use super::table::{DeclaredFormat, Table};
use super::tables::Tables;
use super::upload_buffer::{End, UploadBuffer, UploadReader};
use crate::http::admission::Place;
use crate::http::problem::Problem;
use crate::table::{Header, START_BYTES};

/// Rows and bytes of a chunk; whichever is reached first.
const CHUNK_ROWS: usize = 1_024;
const CHUNK_BYTES: usize = 1 << 20;

/// Bytes worth a turn, unless they are the last.
const READY_BYTES: u64 = 1 << 16;

/// Chunks that wait for the client.
const WAITING_CHUNKS: usize = 2;

/// Rows that are written for every row that may be answered: those beyond come back as they were sent, but not
/// without end.
const ROWS_WRITTEN_PER_ANSWER: u64 = 10;

/// After the last chunk.
const END: Bytes = Bytes::new();

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
    pub table: UploadReader,
    pub format: DeclaredFormat,
    pub prepare: Prepare,
    pub same_name: SameName,
    pub max_rows: u64,
    pub tables: Arc<Tables>,
    /// Given back when the last row is written.
    pub place: Place,
    /// Until when the last row must be written.
    pub deadline: Instant,
}

impl Work {
    /// Reads the header, then answers row by row while the body is read.
    pub async fn start(self) -> Result<Body, Fault> {
        let Self { table, format, prepare, same_name, max_rows, tables, place, deadline } = self;
        let upload_buffer = Arc::clone(table.upload_buffer());
        let opening = async {
            upload_buffer.ready(START_BYTES as u64).await;
            let turn = tables.turn().await?;
            let opened = spawn_blocking(move || {
                let table = Table::open(table, &format)?;
                let answers = prepare(table.reader.header())?;
                Ok::<_, Fault>((table, answers))
            });
            let opened = opened.await.map_err(|_| Problem::internal())?;
            drop(turn);
            opened
        };
        let (table, answers) =
            timeout_at(deadline, opening).await.unwrap_or(Err(Fault::Upload(End::TooSlow)))?;
        let layout = Layout::new(table.reader.header(), answers.columns(), same_name);
        let left = max_rows.saturating_mul(ROWS_WRITTEN_PER_ANSWER).max(CHUNK_ROWS as u64);
        let run = Run { table, answers, layout, unanswered: max_rows, unwritten: left };
        let (chunks, written) = mpsc::channel(WAITING_CHUNKS);
        tokio::spawn(async move {
            let under_way = UnderWay::begin();
            // a table that takes too long is cut off where it stands
            if timeout_at(deadline, run.write_all(&upload_buffer, &tables, &chunks)).await.is_err() {
                tracing::warn!("a table took longer than one may and was cut off");
            }
            drop((under_way, place));
        });
        Ok(Body::from_stream(unfold(Some(written), async |written| {
            let mut written = written?;
            match written.recv().await {
                Some(chunk) if chunk.is_empty() => None,
                Some(chunk) => Some((Ok(chunk), Some(written))),
                // cut off where it stands, so that nobody takes a part for the whole
                None => Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None)),
            }
        })))
    }
}

/// Counts a table while it is answered.
struct UnderWay;

impl UnderWay {
    fn begin() -> Self {
        gauge!("batches_under_way").increment(1.0);
        Self
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        gauge!("batches_under_way").decrement(1.0);
    }
}

struct Run {
    table: Table,
    answers: Box<dyn Answers>,
    layout: Layout,
    /// Rows that are still answered.
    unanswered: u64,
    /// Rows that are still written.
    unwritten: u64,
}

/// Why a chunk is no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChunkEnd {
    /// It is long enough.
    Full,
    /// No more rows are there yet.
    Waiting,
    /// No more rows come.
    Last,
}

/// Rows, and what is known of each before it is answered.
type Rows = Vec<(StringRecord, Option<Status>)>;

impl Run {
    /// Writes the whole answer; one that has no [`END`] is not whole.
    async fn write_all(
        mut self,
        upload_buffer: &UploadBuffer,
        tables: &Tables,
        chunks: &mpsc::Sender<Bytes>,
    ) {
        let Ok(head) = self.head() else { return };
        let mut is_wanted = chunks.send(head).await.is_ok();
        let mut end = ChunkEnd::Full;
        while is_wanted && end != ChunkEnd::Last {
            if end == ChunkEnd::Waiting {
                upload_buffer.ready(READY_BYTES).await;
            }
            let Ok(turn) = tables.turn().await else { return };
            let answering = spawn_blocking(move || self.answer_chunk().map(|chunk| (self, chunk)));
            let Ok(Ok((run, (chunk, chunk_end)))) = answering.await else { return };
            drop(turn);
            (self, end) = (run, chunk_end);
            is_wanted = chunk.is_empty() || chunks.send(chunk).await.is_ok();
        }
        if is_wanted {
            // nobody is there any more where this fails
            let _ = chunks.send(END).await;
        }
    }

    fn head(&self) -> io::Result<Bytes> {
        let mut head = if self.table.has_bom { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        let mut writer = self.writer(&mut head);
        match self.answers.is_byte_exact() {
            true => writer.write_record(&self.layout.names)?,
            false => writer.write_record(self.layout.names.iter().map(|name| harmless(name).into_owned()))?,
        }
        writer.flush()?;
        drop(writer);
        Ok(head.into())
    }

    fn answer_chunk(&mut self) -> io::Result<(Bytes, ChunkEnd)> {
        let (rows, end) = self.read_chunk()?;
        let answers = self.answer(&rows);
        Ok((self.write(&rows, &answers)?, end))
    }

    fn writer<'b>(&self, into: &'b mut Vec<u8>) -> csv::Writer<&'b mut Vec<u8>> {
        csv::WriterBuilder::new()
            .delimiter(self.table.reader.delimiter())
            .quote(self.table.quote)
            .terminator(csv::Terminator::CRLF)
            .from_writer(into)
    }

    fn read_chunk(&mut self) -> io::Result<(Rows, ChunkEnd)> {
        let (mut rows, mut bytes) = (Rows::new(), 0);
        while rows.len() < CHUNK_ROWS && bytes < CHUNK_BYTES {
            let row = match self.table.reader.read_row() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok((rows, ChunkEnd::Last)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok((rows, ChunkEnd::Waiting));
                }
                Err(error) => return Err(error),
            };
            if self.unwritten == 0 {
                tracing::warn!("a table has far more rows than are answered and was cut off");
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            bytes += row.cells.as_slice().len();
            let known = match (self.unanswered, row.fault) {
                (0, _) => Some(Status::Skipped),
                (_, Some(_)) => Some(Status::Error),
                (_, None) => None,
            };
            self.unanswered = self.unanswered.saturating_sub(1);
            self.unwritten -= 1;
            rows.push((row.cells, known));
        }
        Ok((rows, ChunkEnd::Full))
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

/// Threads of their own, as many as cores, for all tables together: what else the server does goes on beside them.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| ThreadPoolBuilder::new().thread_name(|i| format!("batch-{i}")).build().ok()).as_ref()
}
