//! Tables as people save them: which character separates the cells, which letters each column is in, the header,
//! and rows read one at a time with bounded memory and in time that grows with the length of the table.
//!
//! Import and batch geocoding both read through [`TableReader`]. What the columns mean is theirs.

mod delimiter;
mod encoding;
mod header;
mod number;
mod reader;
mod rows;

pub use delimiter::{DELIMITERS, delimiter_of};
pub use encoding::NotATable;
pub use header::{Header, find_column, fold_column};
pub use number::number;
pub use reader::{MAX_COLUMNS, OpenError, RowFault, START_BYTES, TableOptions, TableReader, TableRow};
pub use rows::{Fault, MAX_ROW_BYTES, RawRow, RowFormat, RowReader};
