//! Tables over the real binary; the `csv` crate reads the answers.

mod addok;
mod as_imported;
mod streams;
mod tables;
mod town;
mod units;
