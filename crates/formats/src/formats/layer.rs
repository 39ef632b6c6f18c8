//! A layer of a file: its name, its rows one after the other, and what the reader has to say about them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ReadError;
use super::read_rows::{NamedCrs, ReadRows, Remark};
use super::row::Row;

/// One layer of a file.
pub struct Layer {
    /// Its own name in a file of several layers; `None` where the file is the layer.
    pub name: Option<String>,
    rows: Box<dyn ReadRows>,
    taken: Arc<AtomicU64>,
    /// Bytes of the file; 0 where that is not known, as of standard input.
    pub size: u64,
    is_over: bool,
}

impl Layer {
    /// The rows of a reader; `name` in a file of several layers. `taken` counts the bytes of the file that were read.
    pub(super) fn new(
        name: Option<String>,
        rows: Box<dyn ReadRows>,
        taken: Arc<AtomicU64>,
        size: u64,
    ) -> Self {
        Self { name, rows, taken, size, is_over: false }
    }

    /// Bytes of the file that were read.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// See [`ReadRows::crs`].
    pub fn crs(&self) -> Option<NamedCrs> {
        self.rows.crs()
    }

    /// See [`ReadRows::remarks`].
    pub fn remarks(&self) -> Vec<Remark> {
        self.rows.remarks()
    }
}

impl Iterator for Layer {
    type Item = Result<Row, ReadError>;

    /// The next row. After an `Err` nothing more comes.
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.rows.read_row().transpose();
        self.is_over = !matches!(row, Some(Ok(_)));
        row
    }
}
