//! Rows that a thread of their own reads and hands over few at a time: for readers that wait on a database, or
//! that hold what they read from.
//!
//! The thread starts with the first row asked for and ends with the layer. What goes wrong in it, be it a fault of a
//! reader that is not ours, ends the layer and nothing else.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::ReadError;
use super::read_rows::{NamedCrs, ReadRows, Remark};
use super::row::Row;

/// Rows that may wait to be taken.
const ROWS_AHEAD: usize = 64;

/// What the thread does: it gives rows until there are no more, and says what is to be remarked.
type Work = Box<dyn FnOnce(&Outlet) -> Result<Vec<Remark>, ReadError> + Send>;

enum Message {
    Row(Row),
    End(Result<Vec<Remark>, ReadError>),
}

/// Where rows go.
pub struct Outlet(SyncSender<Message>);

impl Outlet {
    /// Hands a row over; `false` when nobody wants more.
    pub fn give(&self, row: Row) -> bool {
        self.0.send(Message::Row(row)).is_ok()
    }
}

/// The rows that a thread reads.
pub struct Threaded {
    work: Option<Work>,
    rows: Option<Receiver<Message>>,
    count: u64,
    crs: Option<NamedCrs>,
    remarks: Vec<Remark>,
}

impl Threaded {
    /// Rows as `work` will give them.
    pub fn new(
        crs: Option<NamedCrs>,
        work: impl FnOnce(&Outlet) -> Result<Vec<Remark>, ReadError> + Send + 'static,
    ) -> Self {
        Self { work: Some(Box::new(work)), rows: None, count: 0, crs, remarks: Vec::new() }
    }
}

impl ReadRows for Threaded {
    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        if let Some(work) = self.work.take() {
            let (sender, rows) = sync_channel(ROWS_AHEAD);
            self.rows = Some(rows);
            let run = move || {
                let outlet = Outlet(sender);
                let end = work(&outlet);
                // nobody listens any more when the layer is gone
                let _ = outlet.0.send(Message::End(end));
            };
            thread::Builder::new().name("rows".to_owned()).spawn(run).map_err(ReadError::Reading)?;
        }
        let Some(rows) = &self.rows else { return Ok(None) };
        match rows.recv() {
            Ok(Message::Row(row)) => {
                self.count += 1;
                Ok(Some(row))
            }
            Ok(Message::End(end)) => {
                self.rows = None;
                self.remarks = end?;
                Ok(None)
            }
            Err(_) => {
                self.rows = None;
                Err(ReadError::ReaderFailed { after: self.count })
            }
        }
    }

    fn crs(&self) -> Option<NamedCrs> {
        self.crs.clone()
    }

    fn remarks(&self) -> Vec<Remark> {
        self.remarks.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64) -> Row {
        Row { number, content: Err(String::new()) }
    }

    #[test]
    fn a_thread_reads_no_further_than_is_asked_and_ends_with_the_layer() {
        let (ended, has_ended) = sync_channel(1);
        let mut rows = Threaded::new(None, move |outlet| {
            let given = (1..).take_while(|&number| outlet.give(row(number))).count();
            ended.send(given).unwrap();
            Ok(Vec::new())
        });
        assert_eq!(rows.read_row().unwrap().unwrap().number, 1);
        drop(rows);
        assert!(has_ended.recv().unwrap() <= ROWS_AHEAD + 2);
    }

    #[test]
    fn a_reader_that_fails_ends_its_layer_with_an_error() {
        let mut rows = Threaded::new(None, |outlet| {
            outlet.give(row(1));
            panic!("a fault that is not ours");
        });
        assert!(rows.read_row().unwrap().is_some());
        assert!(matches!(rows.read_row(), Err(ReadError::ReaderFailed { after: 1 })));
        assert!(rows.read_row().unwrap().is_none());
    }
}
