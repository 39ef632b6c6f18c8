//! Tables over the real binary; the `csv` crate reads the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod addok;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod town;
mod units;
