//! What a client sends, until it is read: a megabyte in memory, the rest in a file without a name.
//!
//! Many clients send all of a request before they read the first byte of the answer. If the server stopped reading
//! because they do not read, both would wait for ever; if it kept everything in memory, one upload could fill it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Bytes kept in memory.
const MEMORY: usize = 1 << 20;

/// Bytes that may wait in the file.
const DISK: u64 = 4 << 30;

/// Bytes taken from the file at once.
const FROM_FILE: usize = 1 << 17;

/// The bytes between the one who sends and the one who reads.
#[derive(Default)]
pub(super) struct Spool {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Older than anything in the file.
    queue: VecDeque<Bytes>,
    queued: usize,
    file: Option<File>,
    written: u64,
    read: u64,
    /// How sending ended: whether all came.
    end: Option<bool>,
    is_abandoned: bool,
}

impl Spool {
    fn state(&self) -> MutexGuard<'_, State> {
        // a state is whole between two calls, whoever panicked
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps bytes in memory, or gives them back where there is no room: then [`Spool::spill`] them.
    pub fn keep(&self, bytes: Bytes) -> Result<(), Bytes> {
        let mut state = self.state();
        if state.is_abandoned {
            return Ok(());
        }
        if state.read < state.written || state.queued + bytes.len() > MEMORY {
            return Err(bytes);
        }
        state.queued += bytes.len();
        state.queue.push_back(bytes);
        self.changed.notify_one();
        Ok(())
    }

    /// Appends bytes to the file. Blocks.
    pub fn spill(&self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        if state.written - state.read + bytes.len() as u64 > DISK {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if state.read == state.written {
            // everything was read: the file begins anew
            (state.read, state.written) = (0, 0);
        }
        let at = state.written;
        let file = match &mut state.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
        state.written += bytes.len() as u64;
        self.changed.notify_one();
        Ok(())
    }

    /// Nothing more comes; `is_whole` says whether all came.
    pub fn end(&self, is_whole: bool) {
        self.state().end.get_or_insert(is_whole);
        self.changed.notify_one();
    }

    /// Whether more may come.
    pub fn is_open(&self) -> bool {
        self.state().end.is_none()
    }

    /// Whether nobody reads any more.
    pub fn is_abandoned(&self) -> bool {
        self.state().is_abandoned
    }

    /// Waits for the next bytes; none at the end.
    fn next(&self) -> io::Result<Bytes> {
        let mut state = self.state();
        loop {
            if let Some(bytes) = state.queue.pop_front() {
                state.queued -= bytes.len();
                return Ok(bytes);
            }
            if state.read < state.written {
                return state.take_from_file();
            }
            match state.end {
                Some(true) => return Ok(Bytes::new()),
                Some(false) => return Err(io::ErrorKind::ConnectionAborted.into()),
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

impl State {
    fn take_from_file(&mut self) -> io::Result<Bytes> {
        let left = usize::try_from(self.written - self.read).unwrap_or(FROM_FILE);
        let mut bytes = vec![0; left.min(FROM_FILE)];
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(self.read))?;
        file.read_exact(&mut bytes)?;
        self.read += bytes.len() as u64;
        Ok(bytes.into())
    }
}

/// Reads what was sent, in order. Dropping it tells the sender that nobody reads any more.
pub(super) struct SpoolReader {
    spool: Arc<Spool>,
    current: Bytes,
}

impl SpoolReader {
    pub fn new(spool: Arc<Spool>) -> Self {
        Self { spool, current: Bytes::new() }
    }

    pub fn spool(&self) -> &Arc<Spool> {
        &self.spool
    }
}

impl Read for SpoolReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.current.is_empty() {
            self.current = self.spool.next()?;
        }
        let count = self.current.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.current.split_to(count));
        Ok(count)
    }
}

impl Drop for SpoolReader {
    fn drop(&mut self) {
        let mut state = self.spool.state();
        *state = State { is_abandoned: true, end: state.end, ..State::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(spool: &Spool, bytes: Bytes) {
        if let Err(bytes) = spool.keep(bytes) {
            spool.spill(&bytes).unwrap();
        }
    }

    #[test]
    fn what_does_not_fit_into_memory_waits_in_a_file_and_comes_in_order() {
        let spool = Arc::new(Spool::default());
        let piece = |i: u32| Bytes::from(i.to_le_bytes().repeat(25_000));
        (0..50).for_each(|i| send(&spool, piece(i)));
        assert!(spool.state().queued <= MEMORY);
        assert!(spool.state().written > 0);
        let mut reader = SpoolReader::new(Arc::clone(&spool));
        let mut half = vec![0; 25 * 100_000];
        reader.read_exact(&mut half).unwrap();
        (50..60).for_each(|i| send(&spool, piece(i)));
        spool.end(true);
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        let wanted: Vec<u8> = (0..60).flat_map(|i| piece(i).to_vec()).collect();
        assert!([half, rest].concat() == wanted);
    }

    #[test]
    fn a_sender_that_hangs_up_is_a_fault_and_not_the_end() {
        let spool = Arc::new(Spool::default());
        send(&spool, Bytes::from_static(b"a,b\n1,"));
        spool.end(false);
        let mut text = Vec::new();
        let error = SpoolReader::new(spool).read_to_end(&mut text).unwrap_err();
        assert_eq!(
            (text.as_slice(), error.kind()),
            (b"a,b\n1,".as_slice(), io::ErrorKind::ConnectionAborted)
        );
    }

    #[test]
    fn what_nobody_reads_is_not_kept() {
        let spool = Arc::new(Spool::default());
        drop(SpoolReader::new(Arc::clone(&spool)));
        send(&spool, Bytes::from(vec![0; 2 * MEMORY]));
        assert!(spool.is_abandoned());
        let state = spool.state();
        assert_eq!((state.queued, state.written), (0, 0));
    }
}
