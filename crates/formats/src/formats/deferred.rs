//! A layer that is opened when its first row is asked for, so that a folder of a thousand sheets does not hold a
//! thousand open files.

use super::ReadError;
use super::read_rows::{NamedCrs, ReadRows, Remark};
use super::row::Row;

/// Opens a reader.
type Open = Box<dyn FnOnce() -> Result<Box<dyn ReadRows>, ReadError> + Send>;

/// Rows of a reader that is opened late.
pub struct Deferred {
    open: Option<Open>,
    rows: Option<Box<dyn ReadRows>>,
    remark: Option<Remark>,
}

impl Deferred {
    /// Of the reader that `open` gives.
    pub fn new(open: impl FnOnce() -> Result<Box<dyn ReadRows>, ReadError> + Send + 'static) -> Self {
        Self { open: Some(Box::new(open)), rows: None, remark: None }
    }

    /// With something to say that is not of the reader.
    pub fn with_remark(self, remark: Option<Remark>) -> Self {
        Self { remark, ..self }
    }
}

impl ReadRows for Deferred {
    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        if let Some(open) = self.open.take() {
            self.rows = Some(open()?);
        }
        self.rows.as_mut().map_or(Ok(None), |rows| rows.read_row())
    }

    fn crs(&self) -> Option<NamedCrs> {
        self.rows.as_ref().and_then(|rows| rows.crs())
    }

    fn remarks(&self) -> Vec<Remark> {
        let of_rows = self.rows.iter().flat_map(|rows| rows.remarks());
        of_rows.chain(self.remark.clone()).collect()
    }
}
