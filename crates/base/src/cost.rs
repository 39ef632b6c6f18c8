//! What an answer may cost, in rows looked at: a count that is the same on every machine, where a time
//! would depend on the machine and on whatever else it is doing.
//!
//! A leaf: every room that looks rows up takes a [`RowBudget`], and none of them knows a clock.

use std::cell::Cell;

/// Rows an answer may look at, and how many it has looked at so far.
///
/// Shared by reference, so that look-ups nested in iterators count against the same budget. A look-up asks
/// [`RowBudget::look`] before it reads a row and ends where that says no; whoever made the budget asks
/// [`RowBudget::is_spent`] afterwards and says that the answer is cut.
#[derive(Debug)]
pub struct RowBudget {
    limit: u64,
    looked_at: Cell<u64>,
    is_spent: Cell<bool>,
    is_cut: Cell<bool>,
}

impl RowBudget {
    /// A budget that never ends: for building, and for tests.
    pub const fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// A budget of so many rows.
    pub const fn new(limit: u64) -> Self {
        Self { limit, looked_at: Cell::new(0), is_spent: Cell::new(false), is_cut: Cell::new(false) }
    }

    /// Counts one row; false where the budget does not reach for it.
    #[inline]
    pub fn look(&self) -> bool {
        self.look_at(1)
    }

    /// Counts rows that are looked at together; false, and nothing counted, where the budget does not reach.
    #[inline]
    pub fn look_at(&self, rows: u64) -> bool {
        if self.is_spent.get() {
            return false;
        }
        let sum = self.looked_at.get().saturating_add(rows);
        if sum > self.limit {
            self.is_spent.set(true);
            return false;
        }
        self.looked_at.set(sum);
        true
    }

    /// Says that something was left out whatever the budget: there is a cap that a larger one does not lift.
    pub fn cut(&self) {
        self.is_cut.set(true);
    }

    /// Whether anything was left out: then what was found is not all there is.
    pub fn is_cut(&self) -> bool {
        self.is_cut.get() || self.is_spent.get()
    }

    /// How many rows were looked at.
    pub fn looked_at(&self) -> u64 {
        self.looked_at.get()
    }

    /// Whether a row was refused; a larger budget would have found more.
    pub fn is_spent(&self) -> bool {
        self.is_spent.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_counts_to_its_limit_and_says_that_it_is_spent() {
        let budget = RowBudget::new(3);
        assert!(budget.look() && budget.look_at(2) && !budget.is_spent());
        assert!(!budget.look() && budget.is_spent());
        assert_eq!(budget.looked_at(), 3);
    }
}
