//! A question to the town, and what answering it may cost.

use crate::cost::RowBudget;
use crate::town::Town;

/// Rows a light answer may look at: some hundred microseconds, two milliseconds where each is a reading of a text.
pub const LIGHT_ROWS: u64 = 4_096;

/// Rows any other answer may look at.
pub const HEAVY_ROWS: u64 = 2_000_000;

/// What answering takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// A few rows, bounded by [`LIGHT_ROWS`]: answered on the thread that read the request. Where these do not
    /// suffice, it is asked again as a job.
    Light,
    /// A job for the pool of workers, bounded by [`HEAVY_ROWS`].
    Heavy,
}

/// A question. What it costs follows from what it asks and what the town holds, never from who asks: a
/// handler can hand over a question, but not a closure that calls itself light.
pub trait Question: Send + 'static {
    /// What it gets.
    type Answer: Send + 'static;

    /// What answering it takes, known before any row is looked at.
    fn cost(&self, town: &Town) -> Cost;

    /// The answer, within a budget. Where the budget is cut the answer is not all there is, and an answer that
    /// has room for it says so.
    fn answer(&self, town: &Town, budget: &RowBudget) -> Self::Answer;
}
