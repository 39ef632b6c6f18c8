//! What a client sends, until it is read: a megabyte in memory, the rest in a file without a name.
//!
//! Many clients send all of a request before they read the first byte of the answer. If the server stopped reading
//! because they do not read, both would wait for ever; if it kept everything in memory, one upload could fill it.
//!
//! Nobody blocks here while waiting for a client: the reader is told that there is nothing yet (`WouldBlock`), and who
//! answers rows waits for [`UploadBuffer::ready`] without a thread. Bytes are counted exactly: no table is longer than
//! allowed, and all files together take no more than the [`DiskBudget`].

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// Bytes kept in memory.
const MEMORY: usize = 1 << 20;

/// Bytes taken from the file at once.
const FROM_FILE: usize = 1 << 17;

/// What the files of all tables may take together.
#[derive(Debug)]
pub(super) struct DiskBudget {
    limit: u64,
    taken: AtomicU64,
}

impl DiskBudget {
    pub fn new(limit: u64) -> Self {
        Self { limit, taken: AtomicU64::new(0) }
    }

    fn take(&self, bytes: u64) -> Result<(), End> {
        let take = |taken: u64| taken.checked_add(bytes).filter(|taken| *taken <= self.limit);
        match self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => Ok(()),
            Err(_) => Err(End::NoRoom),
        }
    }

    fn give_back(&self, bytes: u64) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// How sending ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All came.
    Whole,
    /// The client hung up, or what it sends is no body.
    CutOff,
    /// The client was silent, or dawdled, or the table took longer than one may.
    TooSlow,
    /// The table is longer than is taken.
    TooLarge,
    /// Too much waits on disk already.
    NoRoom,
    /// The folder for temporary files is missing, full, or not to be written to.
    NoDisk,
}

/// The bytes between the one who sends and the one who reads.
pub(super) struct UploadBuffer {
    state: Mutex<State>,
    changed: Notify,
    /// Longest table that is taken.
    max_bytes: u64,
    disk: Arc<DiskBudget>,
}

#[derive(Default)]
struct State {
    /// Older than anything in the file.
    queue: VecDeque<Bytes>,
    queued: usize,
    file: Option<UploadFile>,
    /// All that was sent so far.
    sent: u64,
    end: Option<End>,
    is_abandoned: bool,
}

/// The part that waits on disk.
struct UploadFile {
    file: File,
    written: u64,
    read: u64,
    disk: Arc<DiskBudget>,
}

impl UploadBuffer {
    pub fn new(max_bytes: u64, disk: Arc<DiskBudget>) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), max_bytes, disk }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // a state is whole between two calls, whoever panicked
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps bytes in memory, or gives them back where there is no room: then [`UploadBuffer::spill`] them. Bytes beyond the
    /// longest table that is taken are an end.
    pub fn keep(&self, bytes: Bytes) -> Result<Result<(), Bytes>, End> {
        let mut state = self.state();
        state.sent += bytes.len() as u64;
        if state.is_abandoned {
            return Ok(Ok(()));
        }
        if state.sent > self.max_bytes {
            return Err(End::TooLarge);
        }
        if state.waits_on_disk() || state.queued + bytes.len() > MEMORY {
            return Ok(Err(bytes));
        }
        state.queued += bytes.len();
        state.queue.push_back(bytes);
        self.changed.notify_one();
        Ok(Ok(()))
    }

    /// Appends bytes to the file. Blocks.
    pub fn spill(&self, bytes: &[u8]) -> Result<(), End> {
        let mut state = self.state();
        if state.is_abandoned {
            return Ok(());
        }
        let file = match &mut state.file {
            Some(file) => file,
            none => none.insert(UploadFile::create(Arc::clone(&self.disk)).map_err(no_disk)?),
        };
        file.append(bytes)?;
        self.changed.notify_one();
        Ok(())
    }

    /// Nothing more comes. The first end counts.
    pub fn end(&self, end: End) {
        self.state().end.get_or_insert(end);
        self.changed.notify_one();
    }

    /// How sending ended; `None` while it goes on.
    pub fn ended(&self) -> Option<End> {
        self.state().end
    }

    /// Whether nobody reads any more.
    pub fn is_abandoned(&self) -> bool {
        self.state().is_abandoned
    }

    /// Waits until so many bytes are there to be read, or no more come. One task waits at a time.
    pub async fn ready(&self, bytes: u64) {
        loop {
            {
                let state = self.state();
                if state.end.is_some() || state.waiting() >= bytes {
                    return;
                }
            }
            self.changed.notified().await;
        }
    }

    /// The next bytes; none at the end, `WouldBlock` where none came yet.
    fn next(&self) -> io::Result<Bytes> {
        let mut state = self.state();
        if let Some(bytes) = state.queue.pop_front() {
            state.queued -= bytes.len();
            return Ok(bytes);
        }
        if let Some(file) = state.file.as_mut().filter(|file| file.waiting() > 0) {
            return file.take().inspect_err(|error| {
                tracing::error!("what a table has waiting on disk cannot be read: {}", error.kind());
            });
        }
        match state.end {
            Some(End::Whole) => Ok(Bytes::new()),
            Some(_) => Err(io::ErrorKind::ConnectionAborted.into()),
            None => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl State {
    fn waits_on_disk(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.waiting() > 0)
    }

    fn waiting(&self) -> u64 {
        self.queued as u64 + self.file.as_ref().map_or(0, UploadFile::waiting)
    }
}

impl UploadFile {
    fn create(disk: Arc<DiskBudget>) -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, written: 0, read: 0, disk })
    }

    fn waiting(&self) -> u64 {
        self.written - self.read
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), End> {
        if self.read == self.written && self.written > 0 {
            // everything was read: the file begins anew
            self.file.set_len(0).map_err(no_disk)?;
            self.disk.give_back(self.written);
            (self.read, self.written) = (0, 0);
        }
        self.disk.take(bytes.len() as u64)?;
        let at = self.written;
        // what is taken is given back with the file, whether it could be written or not
        self.written += bytes.len() as u64;
        self.file.seek(SeekFrom::Start(at)).map_err(no_disk)?;
        self.file.write_all(bytes).map_err(no_disk)
    }

    fn take(&mut self) -> io::Result<Bytes> {
        let count = usize::try_from(self.waiting()).unwrap_or(FROM_FILE).min(FROM_FILE);
        let mut bytes = vec![0; count];
        self.file.seek(SeekFrom::Start(self.read))?;
        self.file.read_exact(&mut bytes)?;
        self.read += count as u64;
        Ok(bytes.into())
    }
}

impl Drop for UploadFile {
    fn drop(&mut self) {
        self.disk.give_back(self.written);
    }
}

/// Tells the operator. An error of the system may name a path, so only its kind is said.
fn no_disk(error: io::Error) -> End {
    tracing::error!(
        "a table could not be kept on disk: {}. Give the folder for temporary files (TMPDIR) room, and the server \
         the right to write there",
        error.kind()
    );
    End::NoDisk
}

/// Says whether tables can wait on disk, before the first one has to.
pub(super) fn check_disk() {
    let disk = Arc::new(DiskBudget::new(u64::MAX));
    let try_one = || UploadFile::create(disk).map_err(no_disk)?.append(b"bandoso");
    if try_one().is_err() {
        tracing::warn!("tables that are sent faster than they are answered will be refused");
    }
}

/// Reads what was sent, in order. Dropping it tells the sender that nobody reads any more.
pub(super) struct UploadReader {
    upload_buffer: Arc<UploadBuffer>,
    current: Bytes,
}

impl UploadReader {
    pub fn new(upload_buffer: Arc<UploadBuffer>) -> Self {
        Self { upload_buffer, current: Bytes::new() }
    }

    pub fn upload_buffer(&self) -> &Arc<UploadBuffer> {
        &self.upload_buffer
    }
}

impl Read for UploadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.current.is_empty() {
            self.current = self.upload_buffer.next()?;
        }
        let count = self.current.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.current.split_to(count));
        Ok(count)
    }
}

impl Drop for UploadReader {
    fn drop(&mut self) {
        let mut state = self.upload_buffer.state();
        *state = State { is_abandoned: true, end: state.end, sent: state.sent, ..State::default() };
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn buffer_of(max_bytes: u64, disk: u64) -> Arc<UploadBuffer> {
        Arc::new(UploadBuffer::new(max_bytes, Arc::new(DiskBudget::new(disk))))
    }

    fn upload_buffer() -> Arc<UploadBuffer> {
        buffer_of(u64::MAX, u64::MAX)
    }

    fn send(upload_buffer: &UploadBuffer, bytes: Bytes) -> Result<(), End> {
        match upload_buffer.keep(bytes)? {
            Ok(()) => Ok(()),
            Err(bytes) => upload_buffer.spill(&bytes),
        }
    }

    #[test]
    fn what_does_not_fit_into_memory_waits_in_a_file_and_comes_in_order() {
        let upload_buffer = upload_buffer();
        let piece = |i: u32| Bytes::from(i.to_le_bytes().repeat(25_000));
        (0..50).for_each(|i| send(&upload_buffer, piece(i)).unwrap());
        assert!(upload_buffer.state().queued <= MEMORY);
        assert!(upload_buffer.state().waits_on_disk());
        let mut reader = UploadReader::new(Arc::clone(&upload_buffer));
        let mut half = vec![0; 25 * 100_000];
        reader.read_exact(&mut half).unwrap();
        (50..60).for_each(|i| send(&upload_buffer, piece(i)).unwrap());
        upload_buffer.end(End::Whole);
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        let wanted: Vec<u8> = (0..60).flat_map(|i| piece(i).to_vec()).collect();
        assert!([half, rest].concat() == wanted);
    }

    #[test]
    fn a_sender_that_hangs_up_is_a_fault_and_not_the_end() {
        let upload_buffer = upload_buffer();
        send(&upload_buffer, Bytes::from_static(b"a,b\n1,")).unwrap();
        upload_buffer.end(End::CutOff);
        let mut text = Vec::new();
        let error = UploadReader::new(upload_buffer).read_to_end(&mut text).unwrap_err();
        assert_eq!(
            (text.as_slice(), error.kind()),
            (b"a,b\n1,".as_slice(), io::ErrorKind::ConnectionAborted)
        );
    }

    #[test]
    fn what_nobody_reads_is_not_kept() {
        let upload_buffer = upload_buffer();
        drop(UploadReader::new(Arc::clone(&upload_buffer)));
        send(&upload_buffer, Bytes::from(vec![0; 2 * MEMORY])).unwrap();
        assert!(upload_buffer.is_abandoned());
        assert_eq!(upload_buffer.state().waiting(), 0);
    }

    #[test]
    fn nobody_waits_for_a_client_in_a_read() {
        let upload_buffer = upload_buffer();
        let mut reader = UploadReader::new(Arc::clone(&upload_buffer));
        assert_eq!(reader.read(&mut [0; 8]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert!(upload_buffer.ready(3).now_or_never().is_none());
        send(&upload_buffer, Bytes::from_static(b"abc")).unwrap();
        assert!(upload_buffer.ready(3).now_or_never().is_some());
        assert!(upload_buffer.ready(4).now_or_never().is_none());
        upload_buffer.end(End::Whole);
        assert!(upload_buffer.ready(4).now_or_never().is_some());
    }

    #[test]
    fn no_table_is_longer_than_allowed_to_the_byte() {
        let upload_buffer = buffer_of(10, u64::MAX);
        send(&upload_buffer, Bytes::from_static(b"0123456789")).unwrap();
        assert_eq!(send(&upload_buffer, Bytes::from_static(b"a")), Err(End::TooLarge));
    }

    #[test]
    fn all_files_together_take_what_is_allowed_to_the_byte_and_give_it_back() {
        const PIECE: usize = MEMORY;
        let disk = Arc::new(DiskBudget::new(3 * PIECE as u64));
        let upload_buffer = || Arc::new(UploadBuffer::new(u64::MAX, Arc::clone(&disk)));
        let piece = || Bytes::from(vec![b'a'; PIECE]);
        let (first, second) = (upload_buffer(), upload_buffer());
        // one in memory, two on disk
        (0..3).for_each(|_| send(&first, piece()).unwrap());
        (0..2).for_each(|_| send(&second, piece()).unwrap());
        assert_eq!(disk.taken.load(Ordering::Relaxed), 3 * PIECE as u64);
        assert_eq!(send(&second, Bytes::from_static(b"a")), Err(End::NoRoom));
        // what was read stays on disk until the file begins anew
        let mut reader = UploadReader::new(Arc::clone(&first));
        reader.read_exact(&mut vec![0; 3 * PIECE]).unwrap();
        (0..2).for_each(|_| send(&first, piece()).unwrap());
        assert_eq!(disk.taken.load(Ordering::Relaxed), 2 * PIECE as u64);
        drop(reader);
        drop(UploadReader::new(second));
        assert_eq!(disk.taken.load(Ordering::Relaxed), 0);
    }
}
