//! What the benches share: the machine in words, Markdown tables and the page they go into, other programs,
//! clients, and doors and tiles that are the same in every run. Each bench takes it in by `#[path]` and brings the tests' `support` beside it.

// Each bench compiles this for itself and none of them uses all of it.
#![allow(dead_code)]

pub mod arguments;
pub mod asking;
pub mod connection;
pub mod doors;
pub mod machine;
pub mod page;
pub mod process;
pub mod questions;
pub mod sample;
pub mod table;
pub mod tiles;
