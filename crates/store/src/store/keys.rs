//! The values of a block's rows in one column, unpacked at once as whole numbers that stand for them: the
//! code of a text, a date's day, a decimal without its point. Equal numbers are equal values, so whoever
//! writes values down need not look at the values themselves; [`Column::value_of`](super::Column::value_of)
//! gives them.

/// How the numbers of a column repeat: how best to remember what was done with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recurrence {
    /// They are codes of so many texts, from 0 on.
    Codes(usize),
    /// Some come again.
    Some,
    /// Nearly every row has its own.
    Hardly,
}

/// Numbers for the rows of one block.
#[derive(Debug, Clone, Default)]
pub struct ValueKeys {
    /// One a row; whatever where the row has no value.
    keys: Vec<i64>,
    /// Bit by bit, which rows have one.
    present: u64,
}

impl ValueKeys {
    /// The number of the row at this place in the block; none where it has no value.
    #[inline]
    pub fn get(&self, place: usize) -> Option<i64> {
        let is_present = place < u64::BITS as usize && self.present >> place & 1 == 1;
        if is_present { self.keys.get(place).copied() } else { None }
    }

    /// Sets the numbers of the rows that have one, which `unpack` puts one after the other.
    pub(super) fn fill(&mut self, rows: usize, present: u64, unpack: impl FnOnce(&mut Vec<i64>)) {
        self.present = present;
        self.keys.clear();
        unpack(&mut self.keys);
        if self.keys.len() < rows {
            // from the last, so that none is overwritten before it was moved
            let mut place = self.keys.len();
            self.keys.resize(rows, 0);
            for row in (0..rows).rev().filter(|row| present >> row & 1 == 1) {
                place -= 1;
                self.keys[row] = self.keys[place];
            }
        }
    }
}
