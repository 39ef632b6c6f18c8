//! Any text as a filter: parsing never panics, and what it accepts fits a layer or is refused by name. Run with
//! `cargo +nightly fuzz run filters`.
#![no_main]

use bandoso::filter::{Filter, MAX_CHARACTERS, MAX_NODES};
use bandoso::store::{ColumnType, Field, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(expression) = Filter::parse(text) else { return };
    assert!(text.chars().count() <= MAX_CHARACTERS);
    let field = |(name, column_type): (&str, ColumnType)| Field { name: name.to_owned(), column_type };
    let fields = [("a", ColumnType::Text), ("b", ColumnType::Int), ("c", ColumnType::Float)].map(field);
    if let Ok(filter) = Filter::compile(&expression, &fields) {
        assert!(filter.conditions() <= MAX_NODES);
        filter.keeps(|_| Value::Null);
        filter.keeps(|column| if column == 0 { Value::Text("Đường số 1") } else { Value::Int(-1) });
    }
});
