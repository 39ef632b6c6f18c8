//! Tables over the real binary; the `csv` crate reads the answers.

mod addok;
mod streams;
mod tables;
mod town;
mod units;
