//! What became of every row: read = loaded + refused, always.

use std::collections::BTreeMap;
use std::time::Duration;

use super::batch::Counts;
use super::columns::Kind;
use crate::formats::Remark;
use crate::privacy::hide_numbers;

/// How many rows of one reason are named.
const NAMED_ROWS: usize = 5;

/// A row that is not loaded: why, and what in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The same for every row with the same fault.
    pub reason: String,
    /// The value at fault; never a whole row.
    pub detail: String,
}

impl Refusal {
    /// A refusal with the value at fault.
    pub fn new(reason: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { reason: reason.into(), detail: detail.into() }
    }
}

impl<T: Into<String>> From<T> for Refusal {
    fn from(reason: T) -> Self {
        Self::new(reason, "")
    }
}

/// Rows that share a reason.
#[derive(Debug, Default, Clone)]
pub struct Group {
    /// How many.
    pub count: u64,
    /// The first of them: `row 17 (99999)`.
    pub first: Vec<String>,
}

impl Group {
    pub(super) fn add(&mut self, row: u64, detail: &str) {
        self.count += 1;
        if self.first.len() < NAMED_ROWS {
            self.first.push(match detail {
                "" => format!("row {row}"),
                detail => format!("row {row} ({})", hide_numbers(detail)),
            });
        }
    }
}

/// The account of one file.
#[derive(Debug)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// What its rows are.
    pub kind: Kind,
    /// Rows met.
    pub read: u64,
    /// Rows written (or that would be, in a check).
    pub loaded: u64,
    /// What became of the rows of the dataset.
    pub counts: Counts,
    /// Rows not written, by reason.
    pub refused: BTreeMap<String, Group>,
    /// Rows written, but something about them is worth knowing.
    pub notes: BTreeMap<String, Group>,
    /// Which column was taken for what.
    pub columns: String,
    /// Columns that were not read.
    pub left_out: Vec<String>,
    /// What is to be said of the coordinates, a sentence each.
    pub coordinates: Vec<String>,
    /// From opening to the last row.
    pub took: Duration,
}

impl FileReport {
    pub(super) fn new(file: String, kind: Kind) -> Self {
        Self {
            file,
            kind,
            read: 0,
            loaded: 0,
            counts: Counts::default(),
            refused: BTreeMap::new(),
            notes: BTreeMap::new(),
            columns: String::new(),
            left_out: Vec::new(),
            coordinates: Vec::new(),
            took: Duration::ZERO,
        }
    }

    pub(super) fn refuse(&mut self, row: u64, refusal: &Refusal) {
        self.refused.entry(refusal.reason.clone()).or_default().add(row, &refusal.detail);
    }

    pub(super) fn note(&mut self, row: u64, note: &Refusal) {
        self.notes.entry(note.reason.clone()).or_default().add(row, &note.detail);
    }

    /// What the reader did to the rows of a file.
    pub(super) fn remark(&mut self, Remark { what, rows }: Remark) {
        self.notes.entry(what).or_default().count += rows;
    }

    /// Rows not written.
    pub fn refused_count(&self) -> u64 {
        self.refused.values().map(|group| group.count).sum()
    }
}

/// The account of an import.
#[derive(Debug)]
pub struct Report {
    /// A file each.
    pub files: Vec<FileReport>,
    /// Nothing was written.
    pub is_check: bool,
}

impl Report {
    /// Whether every row was loaded.
    pub fn is_clean(&self) -> bool {
        self.files.iter().all(|file| file.refused.is_empty())
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for file in &self.files {
            let verb = if self.is_check { "would load" } else { "loaded" };
            writeln!(
                f,
                "{} as {}: {} rows read, {} {verb}, {} refused ({:.1} s)",
                file.file,
                file.kind,
                file.read,
                file.loaded,
                file.refused_count(),
                file.took.as_secs_f64()
            )?;
            let Counts { added, changed, unchanged, removed } = file.counts;
            if changed + unchanged + removed > 0 {
                writeln!(f, "  added {added}, changed {changed}, unchanged {unchanged}, removed {removed}")?;
            }
            if !file.columns.is_empty() {
                writeln!(f, "  columns: {}", file.columns)?;
            }
            if !file.left_out.is_empty() {
                writeln!(f, "  not read: {}", file.left_out.join(", "))?;
            }
            for sentence in &file.coordinates {
                writeln!(f, "  coordinates: {sentence}")?;
            }
            for (what, groups) in [("refused", &file.refused), ("note", &file.notes)] {
                let mut groups: Vec<_> = groups.iter().collect();
                groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
                for (reason, group) in groups {
                    writeln!(f, "  {what} {} × {reason}", group.count)?;
                    if group.first.is_empty() {
                        continue;
                    }
                    let more = if group.count > group.first.len() as u64 { ", …" } else { "" };
                    writeln!(f, "      {}{more}", group.first.join(", "))?;
                }
            }
        }
        if self.is_check {
            writeln!(f, "This was a check: nothing was written.")?;
        }
        Ok(())
    }
}
