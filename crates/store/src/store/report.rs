//! What happened while a layer was loaded: how many rows, how long, how large, and every row that was
//! refused or changed, by reason, with the first few named.

use std::collections::BTreeMap;
use std::time::Duration;

/// Rows that share a reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowProblem {
    /// How many.
    pub rows: u64,
    /// The keys of the first few.
    pub examples: Vec<String>,
}

impl RowProblem {
    const MAX_EXAMPLES: usize = 5;

    fn add(&mut self, key: impl FnOnce() -> String) {
        self.rows += 1;
        if self.examples.len() < Self::MAX_EXAMPLES {
            self.examples.push(key());
        }
    }
}

/// The account of one load: `read = loaded + other days + refused`.
#[derive(Debug, Clone, Default)]
pub struct LoadReport {
    /// Rows the source sent.
    pub read: u64,
    /// Rows now held.
    pub loaded: u64,
    /// Rows held that are not in force on the day of loading: they are in a layer of their own.
    pub other_days: u64,
    /// Reason to rows that are not held.
    pub refused: BTreeMap<String, RowProblem>,
    /// Reason to rows that are held but not as they came.
    pub changed: BTreeMap<String, RowProblem>,
    /// Wall time.
    pub elapsed: Duration,
    /// Resident bytes of what is held.
    pub bytes: usize,
}

impl LoadReport {
    /// A row that is not held.
    pub fn refuse(&mut self, reason: impl std::fmt::Display, key: impl FnOnce() -> String) {
        self.refused.entry(reason.to_string()).or_default().add(key);
    }

    /// A row that is held, but not as it came.
    pub fn change(&mut self, reason: impl std::fmt::Display, key: impl FnOnce() -> String) {
        self.changed.entry(reason.to_string()).or_default().add(key);
    }

    /// How many rows are held, of whatever day.
    pub fn held_rows(&self) -> u64 {
        self.loaded + self.other_days
    }

    /// How many rows are not held.
    pub fn refused_rows(&self) -> u64 {
        self.refused.values().map(|p| p.rows).sum()
    }

    /// Adds another worker's account.
    pub fn absorb(&mut self, other: Self) {
        self.loaded += other.loaded;
        self.other_days += other.other_days;
        self.absorb_rows(other);
    }

    /// Adds the account of the rows of other days, which are held elsewhere.
    pub fn absorb_other_days(&mut self, other: Self) {
        self.other_days += other.loaded;
        self.absorb_rows(other);
    }

    fn absorb_rows(&mut self, other: Self) {
        self.read += other.read;
        for (mine, theirs) in [(&mut self.refused, other.refused), (&mut self.changed, other.changed)] {
            for (reason, problem) in theirs {
                let known = mine.entry(reason).or_default();
                known.rows += problem.rows;
                known.examples.extend(problem.examples);
                known.examples.truncate(RowProblem::MAX_EXAMPLES);
            }
        }
    }
}
