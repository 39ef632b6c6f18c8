//! Any text as a search over the units of the country: it never panics and looks at a bounded number of rows. Run with
//! `cargo +nightly fuzz run search_text`.
#![no_main]

use std::sync::LazyLock;

use bandoso::cost::RowBudget;
use bandoso::geocode::{Index, Query, national_gazetteer};
use libfuzzer_sys::fuzz_target;

static INDEX: LazyLock<Option<Index>> = LazyLock::new(|| national_gazetteer().ok().map(Index::build));

const MAX_ROWS: u64 = 100_000;

fuzz_target!(|text: &str| {
    let Some(index) = INDEX.as_ref() else { panic!("the national tables are part of the binary") };
    for is_prefix in [false, true] {
        let budget = RowBudget::new(MAX_ROWS);
        index.search_within(&Query { is_prefix, ..Query::new(text) }, &budget);
        assert!(budget.looked_at() <= MAX_ROWS + MAX_ROWS / 10, "{} rows", budget.looked_at());
    }
});
