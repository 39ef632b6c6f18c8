//! Which letters the bytes of a file are, and reading them as Unicode.
//!
//! Vietnamese offices keep files in UTF-8, UTF-16, Windows-1258, and from the years before Unicode in TCVN3 (fonts
//! such as `.VnTime`) and VNI. Nothing in such a file says which; a table pasted together from several may have another
//! set in every column. So the bytes of each column are read in every set, and the one that yields real Vietnamese
//! syllables is taken ([`FileLetters`]). Text that was read wrongly before it came is mended where the same judge is
//! sure ([`mend`]); letters that are gone are counted ([`lost_letters`]).
//!
//! Left out: VISCII, VPS, BK HCM and the DOS code pages, which the files of land offices do not have; and guessing what
//! a lost letter was. Tables and shapefiles both read through here, so nothing here knows of rows or files.

mod column;
mod evidence;
mod file;
mod gaps;
mod lost;
mod mend;
mod set;
mod syllable;
mod tcvn3;
mod vni;
mod western;
mod words;

pub use column::{ColumnLetters, Confidence, Verdict};
pub use evidence::Evidence;
pub use file::{ColumnReport, FileLetters, ReadCell, Sample};
pub use lost::lost_letters;
pub use mend::mend;
pub use set::LetterSet;
pub use words::{Judgement, judge};

#[cfg(test)]
mod tests;
