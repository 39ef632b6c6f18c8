//! A text that may be read only so far before more is allowed: the parser under it gathers a text or a tag
//! whole, however long the file says it is.

use std::io::{BufRead, Error, Read, Result};

/// The text, and how much of it may be taken.
pub struct Metered {
    text: Box<dyn BufRead + Send>,
    allowed: usize,
    is_over: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("a text is too long")]
struct TooLong;

impl Metered {
    pub fn new(text: Box<dyn BufRead + Send>) -> Self {
        Self { text, allowed: 0, is_over: false }
    }

    /// From here on so many bytes may be taken.
    pub fn allow(&mut self, bytes: usize) {
        self.allowed = bytes;
    }

    /// Whether the text ended.
    pub fn is_over(&self) -> bool {
        self.is_over
    }
}

/// Whether reading failed for taking more than was allowed.
pub fn is_too_long(error: &Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLong>())
}

impl BufRead for Metered {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.allowed == 0 {
            return Err(Error::other(TooLong));
        }
        let available = self.text.fill_buf()?;
        self.is_over = available.is_empty();
        Ok(available)
    }

    fn consume(&mut self, count: usize) {
        self.allowed = self.allowed.saturating_sub(count);
        self.text.consume(count);
    }
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}
