//! The letters of a table: all its rows are looked at first, then each column is read in its own set.

use std::borrow::Cow;
use std::io::{Read, Seek};

use unicode_normalization::UnicodeNormalization;

use super::dbf::{Cell, Column, Dbf};
use crate::formats::ReadError;
use crate::letters::{ColumnReport, FileLetters, LetterSet};

/// What the texts of a table are read in.
pub struct Letters {
    file: FileLetters,
    /// Texts that ended in half a letter.
    pub halved: u64,
}

impl Letters {
    /// Looks at the names and rows of a table, and leaves it at its first row.
    ///
    /// The `.cpg` is believed where it names a set that is not looked for; those that are found are often named wrongly,
    /// because programs write there what they were set to. The language byte of the table says nothing for the same
    /// reason: the Vietnamese files that were seen have 0 or 0x57, the code page of the machine.
    pub fn of<R: Read + Seek>(
        table: &mut Dbf<R>,
        cpg: Option<&str>,
        given: Option<LetterSet>,
    ) -> Result<Self, ReadError> {
        let columns = table.columns.len();
        let mut file = match (given, cpg.and_then(LetterSet::by_name)) {
            (Some(set), _) | (None, Some(set @ LetterSet::Other(_))) => FileLetters::given(columns, set),
            _ => FileLetters::found(columns),
        };
        table.columns.iter().for_each(|column| file.feed_name(whole_letters(&column.name)));
        // a table that is cut off says so when it is read
        while let Ok(Some(_)) = table.next_row() {
            for (i, (cell, _)) in table.cells().enumerate() {
                if let Cell::Bytes(bytes) = cell {
                    file.feed(i, whole_letters(bytes));
                }
            }
        }
        table.rewind()?;
        Ok(Self { file, halved: 0 })
    }

    /// A text of a column.
    pub fn read<'a>(&mut self, column: usize, bytes: &'a [u8]) -> Cow<'a, str> {
        if bytes.is_ascii() {
            // counts what was destroyed in it as well
            return self.file.read(column, bytes).text;
        }
        let whole = whole_letters(bytes);
        self.halved += u64::from(whole.len() < bytes.len());
        self.file.read(column, whole).text
    }

    /// The names of the columns; one without a name is called by its place.
    pub fn names(&self, columns: &[Column]) -> Vec<String> {
        let named = columns.iter().enumerate().map(|(i, column)| match column.name.as_slice() {
            [] => format!("column {}", i + 1),
            name => self.file.read_name(whole_letters(name)).nfc().collect(),
        });
        named.collect()
    }

    /// What was found in the columns and done to them.
    pub fn reports(&self) -> Vec<ColumnReport> {
        self.file.reports()
    }
}

/// Texts of UTF-8 are cut at the length of their column, in the middle of a letter too; that half is no letter of any
/// other set.
fn whole_letters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => {
            let whole = &bytes[..error.valid_up_to()];
            if whole.is_ascii() { bytes } else { whole }
        }
        _ => bytes,
    }
}
