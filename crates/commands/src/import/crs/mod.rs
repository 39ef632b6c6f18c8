//! In which coordinate system a file is, and whether that can be true: what is said of it, what its numbers say, and
//! whether its rows lie in the wards they name.
//!
//! Nothing is guessed: where nobody says the system, or the one said puts rows into other wards, the import is refused
//! with the system that fits. Only the order of the axes is taken from the numbers, which leave no doubt about it.

mod axes;
mod candidates;
mod choice;
mod coordinate_columns;
mod observer;
mod reading;
mod samples;
mod verdict;

pub use choice::choose;
pub use observer::Observer;
pub use verdict::{hold_against_wards, named_behind_rows, which};
