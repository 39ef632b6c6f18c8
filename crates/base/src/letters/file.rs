//! The letters of a file's columns: looked at first, then read cell by cell, with what was found for the report.
//!
//! Each column is read in its own set, since tables are pasted together. Within a column of an old set a cell that is
//! UTF-8 and makes more sense so is read so. In UTF-8, text that was read wrongly before it came is mended.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::column::{ColumnLetters, Confidence, Verdict};
use super::evidence::Evidence;
use super::lost::lost_letters;
use super::mend::mend;
use super::set::LetterSet;
use super::words::judge;

/// Mended texts kept to be shown, in each column.
const MAX_SAMPLES: usize = 3;

/// Longest of them, in bytes.
const MAX_SAMPLE_BYTES: usize = 240;

/// What was found in a column and done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnReport {
    /// What it was read in.
    pub set: LetterSet,
    /// How sure that is.
    pub confidence: Confidence,
    /// Cells read that have letters beyond ASCII.
    pub cells: u64,
    /// Of them, those that were UTF-8 in a column of another set.
    pub utf8_cells: u64,
    /// Cells of UTF-8 that had been read in wrong letters before they came, and were mended.
    pub mended_cells: u64,
    /// Cells with bytes that are no letters in the set.
    pub broken_cells: u64,
    /// Letters that were destroyed before they came, and cannot be brought back.
    pub lost_letters: u64,
    /// A few cells before and after. They are what stands in the column: whoever shows them leaves out the columns that
    /// hold personal data.
    pub samples: Vec<Sample>,
}

/// A cell that was converted or mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// As it looked.
    pub before: String,
    /// As it was read.
    pub after: String,
}

/// A cell that was read, composed (NFC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadCell<'a> {
    /// Bytes that are no letters became U+FFFD.
    pub text: Cow<'a, str>,
    /// Whether there were such bytes.
    pub is_broken: bool,
}

/// What is counted of a column while it is read.
#[derive(Debug, Clone, Default)]
struct Counts {
    cells: u64,
    utf8_cells: u64,
    mended_cells: u64,
    broken_cells: u64,
    lost_letters: u64,
    mended: Vec<Sample>,
}

/// The letters of the columns of a file.
#[derive(Debug)]
pub struct FileLetters {
    /// Of all columns, where it was said or marked.
    given: Option<LetterSet>,
    /// Whether what was read wrongly before it came is mended, and a cell may be in another set than its column.
    is_mending: bool,
    names: ColumnLetters,
    columns: Vec<(ColumnLetters, Counts)>,
    file: Evidence,
}

impl FileLetters {
    /// Of a file with so many columns, whose sets are to be found.
    pub fn found(columns: usize) -> Self {
        Self::new(columns, None, true)
    }

    /// Of a file whose set was said: every cell is read in it and left as it is.
    pub fn given(columns: usize, set: LetterSet) -> Self {
        Self::new(columns, Some(set), false)
    }

    /// Of a file that is Unicode by its byte order mark.
    pub fn marked(columns: usize) -> Self {
        Self::new(columns, Some(LetterSet::Utf8), true)
    }

    fn new(columns: usize, given: Option<LetterSet>, is_mending: bool) -> Self {
        Self {
            given,
            is_mending,
            names: ColumnLetters::default(),
            columns: vec![Default::default(); columns],
            file: Evidence::default(),
        }
    }

    /// Looks at the name of a column.
    pub fn feed_name(&mut self, name: &[u8]) {
        self.names.feed(name);
    }

    /// Looks at a cell.
    pub fn feed(&mut self, column: usize, cell: &[u8]) {
        if self.given.is_some() || cell.is_ascii() {
            return;
        }
        let said = self.columns.get_mut(column).and_then(|(letters, _)| letters.feed(cell));
        if let Some(said) = said {
            self.file.add(&said);
        }
    }

    /// What a column is written in.
    pub fn verdict(&self, column: usize) -> Verdict {
        match (self.given, self.columns.get(column)) {
            (Some(set), _) => Verdict { set, confidence: Confidence::Given },
            (None, Some((letters, _))) => letters.verdict(&self.file),
            (None, None) => Verdict::PLAIN,
        }
    }

    /// The name of a column: all names of a file are in one set.
    pub fn read_name<'a>(&self, name: &'a [u8]) -> Cow<'a, str> {
        let set = self.given.unwrap_or_else(|| self.names.verdict(&self.file).set);
        let text = set.decode(name);
        let mended = if self.is_mending { mend(&text) } else { None };
        mended.map_or(text, Cow::Owned)
    }

    /// Reads a cell.
    pub fn read<'a>(&mut self, column: usize, cell: &'a [u8]) -> ReadCell<'a> {
        let verdict = self.verdict(column);
        let is_mending = self.is_mending;
        let mut unknown = Counts::default();
        let counts = self.columns.get_mut(column).map_or(&mut unknown, |(_, counts)| counts);
        let read = counts.read(cell, verdict.set, is_mending);
        counts.lost_letters += lost_letters(&read.text) as u64;
        read
    }

    /// What was found in the columns so far, in their order.
    pub fn reports(&self) -> Vec<ColumnReport> {
        let report = |(column, (letters, counts)): (usize, &(ColumnLetters, Counts))| {
            let Verdict { set, confidence } = self.verdict(column);
            let samples = match set {
                LetterSet::Utf8 => counts.mended.clone(),
                set => {
                    letters.samples(set).into_iter().map(|(before, after)| Sample { before, after }).collect()
                }
            };
            ColumnReport {
                set,
                confidence,
                cells: counts.cells,
                utf8_cells: counts.utf8_cells,
                mended_cells: counts.mended_cells,
                broken_cells: counts.broken_cells,
                lost_letters: counts.lost_letters,
                samples,
            }
        };
        self.columns.iter().enumerate().map(report).collect()
    }
}

impl Counts {
    fn read<'a>(&mut self, cell: &'a [u8], set: LetterSet, is_mending: bool) -> ReadCell<'a> {
        self.cells += u64::from(!cell.is_ascii());
        let as_utf8 = std::str::from_utf8(cell).ok();
        if set == LetterSet::Utf8 {
            let Some(text) = as_utf8 else {
                self.broken_cells += 1;
                return ReadCell { text: set.decode(cell), is_broken: true };
            };
            let mended = if is_mending { mend(text) } else { None };
            let text = match mended {
                Some(mended) => Cow::Owned(self.keep(text, mended)),
                None => composed(text.into()),
            };
            return ReadCell { text, is_broken: false };
        }
        let text = face(set, cell, is_mending);
        // the mark U+FFFD stands for no byte in a set of one byte a letter
        let is_broken = text.contains('\u{fffd}');
        match as_utf8.filter(|_| is_mending && !cell.is_ascii()) {
            Some(utf8) if judge(utf8).points() > judge(&text).points() => {
                self.utf8_cells += 1;
                ReadCell { text: composed(utf8.into()), is_broken: false }
            }
            _ => {
                self.broken_cells += u64::from(is_broken);
                ReadCell { text, is_broken }
            }
        }
    }

    /// Counts a mended text, and keeps the first of them.
    fn keep(&mut self, before: &str, after: String) -> String {
        self.mended_cells += 1;
        if self.mended.len() < MAX_SAMPLES && before.len() <= MAX_SAMPLE_BYTES {
            self.mended.push(Sample { before: before.to_owned(), after: after.clone() });
        }
        after
    }
}

/// Reads a cell of an old set. In a file without fonts each cell of TCVN3 tells itself whether it was set in capitals:
/// no small letter of ASCII stands in it, and capitals stand beside small accented ones.
fn face(set: LetterSet, cell: &[u8], is_mending: bool) -> Cow<'_, str> {
    let is_tcvn3 = matches!(set, LetterSet::Tcvn3 | LetterSet::Tcvn3Capitals);
    if !is_mending || !is_tcvn3 {
        return set.decode(cell);
    }
    if cell.iter().any(u8::is_ascii_lowercase) {
        return LetterSet::Tcvn3.decode(cell);
    }
    let text = set.decode(cell);
    if judge(&text).half_capitals > 0 { text.to_uppercase().into() } else { text }
}

fn composed(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_nfc(&text) { text } else { text.nfc().collect() }
}
