//! What every reader of a format gives: rows, the system the file names, and remarks for the report.

use super::ReadError;
use super::row::Row;
use crate::letters::LetterSet;

/// The rows of one layer of any format.
pub trait ReadRows: Send {
    /// The next row; `None` after the last. A row that cannot be read is a [`Row`] that says so; an `Err` ends the
    /// layer.
    fn read_row(&mut self) -> Result<Option<Row>, ReadError>;

    /// The coordinate system the file itself names, known once the first row was read; in a stream that names it behind
    /// its rows, after the last.
    fn crs(&self) -> Option<NamedCrs> {
        None
    }

    /// What was done to the rows beyond reading them, complete after the last.
    fn remarks(&self) -> Vec<Remark> {
        Vec::new()
    }
}

/// What whoever opens a file knows of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// The letters of tables, where they are not to be found out.
    pub letters: Option<LetterSet>,
}

/// How a file names its coordinate system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedCrs {
    /// By its EPSG code.
    Epsg(u32),
    /// In words of its own: a URN, the text of a `.prj`, a name without a code.
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
