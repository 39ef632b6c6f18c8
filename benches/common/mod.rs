//! What the benches share: the machine in words, Markdown tables, samples that are the same in every
//! run. Each bench takes it in by `#[path]` and brings the tests' `support` beside it.

// Each bench compiles this for itself and none of them uses all of it.
#![allow(dead_code)]

pub mod arguments;
pub mod connection;
pub mod machine;
pub mod sample;
pub mod table;
pub mod tiles;
