//! Any bytes as a table: reading never panics, ends, and costs a few times its length. Run with
//! `cargo +nightly fuzz run table_rows`. The same bounds are property tests in `crates/base/src/table/rows.rs`.
#![no_main]

use bandoso::table::{RowFormat, RowReader, TableOptions, TableReader};
use libfuzzer_sys::fuzz_target;

/// Bytes that may be looked at for one byte that comes.
const MAX_SCANS_PER_BYTE: u64 = 9;

fuzz_target!(|bytes: &[u8]| {
    for format in [RowFormat::default(), RowFormat { delimiter: b';', ..RowFormat::default() }, RowFormat::LINES] {
        let mut rows = RowReader::new(bytes, format);
        while let Ok(Some(_)) = rows.read_row() {}
        assert!(rows.scanned_bytes() <= MAX_SCANS_PER_BYTE * bytes.len() as u64 + 64);
    }
    let source = std::io::Cursor::new(bytes.to_vec());
    if let Ok(mut table) = TableReader::open(source, &TableOptions::default()) {
        let columns = table.header().len();
        while let Ok(Some(row)) = table.read_row() {
            assert_eq!(row.cells.len(), columns);
        }
    }
});
