//! Finding places by words.
mod input;
pub use input::*;
