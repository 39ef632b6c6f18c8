//! The letters of one column: what its cells say, what follows from it, and a few of them to be shown.

use super::evidence::Evidence;
use super::set::LetterSet;
use super::western;

/// Cells with letters beyond ASCII that are all looked at.
const FIRST_CELLS: u64 = 2_000;

/// Of those behind them, one in so many.
const ONE_IN: u64 = 64;

/// Cells kept to be shown.
const MAX_SAMPLES: usize = 3;

/// Longest cell that is kept.
const MAX_SAMPLE_BYTES: usize = 120;

/// How sure it is what a column is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// It was said beforehand.
    Given,
    /// Its letters are all of ASCII, which is the same in every set.
    Plain,
    /// Many syllables in one set, and no sense in the others.
    Certain,
    /// Few words; in part by what the other columns are written in.
    Likely,
    /// Several sets make sense of it, or none does.
    Ambiguous,
}

/// What a column is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Where it is ambiguous: what it is read in all the same.
    pub set: LetterSet,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Verdict {
    /// Nothing was seen that needs a set.
    pub const PLAIN: Self = Self { set: LetterSet::Utf8, confidence: Confidence::Plain };
}

/// What the cells of a column say of its letters, in bounded memory.
#[derive(Debug, Clone, Default)]
pub struct ColumnLetters {
    evidence: Evidence,
    /// Cells with letters beyond ASCII.
    cells: u64,
    samples: Vec<Vec<u8>>,
}

impl ColumnLetters {
    /// Looks at a cell, and gives what it said if it was looked at.
    pub fn feed(&mut self, cell: &[u8]) -> Option<Evidence> {
        if cell.is_ascii() {
            return None;
        }
        self.cells += 1;
        if self.cells > FIRST_CELLS && !self.cells.is_multiple_of(ONE_IN) {
            return None;
        }
        let said = Evidence::of(cell);
        self.evidence.add(&said);
        let is_new = !self.samples.iter().any(|sample| sample == cell);
        if self.samples.len() < MAX_SAMPLES && cell.len() <= MAX_SAMPLE_BYTES && is_new {
            self.samples.push(cell.to_vec());
        }
        Some(said)
    }

    /// What its cells said so far.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// A few cells, as a program shows them that takes them for Windows-1252, and as they are read in a set. They are
    /// what stands in the column: whoever shows them leaves out the columns that hold personal data.
    pub fn samples(&self, set: LetterSet) -> Vec<(String, String)> {
        self.samples.iter().map(|cell| (western::show(cell), set.decode(cell).into_owned())).collect()
    }

    /// What the column is written in. Where its own words are few, the others of its file decide between the sets that
    /// make sense of it.
    pub fn verdict(&self, file: &Evidence) -> Verdict {
        let own = &self.evidence;
        if own.is_empty() {
            return Verdict::PLAIN;
        }
        if own.is_utf8() {
            return Verdict { set: LetterSet::Utf8, confidence: Confidence::Certain };
        }
        let leader = own.leader();
        if let Some(leader) = leader.filter(|leader| leader.is_certain) {
            return Verdict { set: leader.set, confidence: Confidence::Certain };
        }
        if file.is_utf8() {
            return Verdict { set: LetterSet::Utf8, confidence: Confidence::Likely };
        }
        if let Some(leader) = leader {
            return Verdict { set: leader.set, confidence: Confidence::Likely };
        }
        let possible = own.possible();
        let of_file = file.leader().map(|leader| leader.set).filter(|set| possible.contains(set));
        match of_file {
            Some(set) => Verdict { set, confidence: Confidence::Likely },
            None => Verdict {
                set: possible.first().copied().unwrap_or(LetterSet::Windows1258),
                confidence: Confidence::Ambiguous,
            },
        }
    }
}
