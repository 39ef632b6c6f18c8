//! Tables as people save them: which character separates the cells, which encoding the letters are in, and
//! rows read one at a time with bounded memory.
//!
//! Import and batch geocoding both read through here. What the columns mean is theirs.

mod delimiter;
mod encoding;
mod rows;

pub use delimiter::{DELIMITERS, delimiter_of};
pub use encoding::{Encoding, NotATable};
pub use rows::{Fault, MAX_ROW_BYTES, Row, RowFormat, RowReader};
