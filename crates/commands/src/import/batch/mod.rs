//! Batches: what one import does to one dataset, kept so that it can be listed and undone.
//!
//! Rows of a dataset that is there already are staged first, matched with what stands, and only the difference is
//! written: a row that did not change keeps its id, its door code and its place on the disk, and who follows changes
//! sees those alone.

pub mod history;
mod merge;
mod mode;
mod remove;
mod tables;
mod undo;

pub use history::{BatchSummary, DatasetSummary, datasets};
pub use merge::{Counts, Merge};
pub use mode::Mode;
pub use remove::remove;
pub use tables::DatasetTable;
pub use undo::{UndoError, undo};
