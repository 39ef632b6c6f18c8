//! A layer of a file: its name, its rows one after the other, and what the reader has to say about them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::input::{Format, Input};
use super::row::Row;
use super::{ReadError, delimited, geojson};

/// The rows of one layer of any format.
pub trait ReadRows: Send {
    /// The next row; `None` after the last. A row that cannot be read is a [`Row`] that says so; an `Err` ends the
    /// layer.
    fn read_row(&mut self) -> Result<Option<Row>, ReadError>;

    /// The coordinate system the file itself names, known once the first row was read.
    fn crs(&self) -> Option<NamedCrs> {
        None
    }

    /// What was done to the rows beyond reading them, complete after the last.
    fn remarks(&self) -> Vec<Remark> {
        Vec::new()
    }
}

/// How a file names its coordinate system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedCrs {
    /// By its EPSG code.
    Epsg(u32),
    /// In words of its own: the text of a `.prj`, a name without a code.
    Text(String),
}

/// Something done to many rows that the report has to say: heights dropped, curves made straight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// A sentence.
    pub what: String,
    /// To how many rows.
    pub rows: u64,
}

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
    fn of_input(input: Input) -> Result<Self, ReadError> {
        let (taken, size) = (input.taken, input.size);
        let rows: Box<dyn ReadRows> = match input.format {
            Format::GeoJson => Box::new(geojson::Features::new(input.text)),
            Format::Delimited => Box::new(delimited::Table::new(input.text)?),
        };
        Ok(Self { name: None, rows, taken, size, is_over: false })
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

    #[cfg(test)]
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, ReadError> {
        Self::of_input(Input::from_bytes(bytes)?)
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

/// The layers of a file, in its order.
pub fn open(path: &Path) -> Result<Vec<Layer>, ReadError> {
    Ok(vec![Layer::of_input(Input::open(path)?)?])
}
