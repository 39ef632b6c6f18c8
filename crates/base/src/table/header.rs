//! The names of a table's columns, and finding one of them by what somebody calls it.

use unicode_normalization::UnicodeNormalization;

use crate::accents::without_accents;

/// The columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
}

impl Header {
    /// Names as they stand in the first row, spaces around them aside.
    pub fn new(names: impl Iterator<Item = impl AsRef<str>>) -> Self {
        Self { names: names.map(|name| name.as_ref().trim().to_owned()).collect() }
    }

    /// All names in order, as they came.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Where the column of this name stands; see [`find_column`].
    pub fn find(&self, name: &str) -> Option<usize> {
        find_column(&self.names, name)
    }
}

/// The place of a name among others: the same letters, however they are composed; else the only one that differs in
/// case, accents and signs alone (`dia_chi` for `Địa chỉ`).
pub fn find_column(names: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim();
    let is_same = |name: &String| name == wanted || name.nfc().eq(wanted.nfc());
    names.iter().position(is_same).or_else(|| {
        let wanted = fold_column(wanted);
        if wanted.is_empty() {
            return None;
        }
        let mut alike = (0..names.len()).filter(|&i| fold_column(&names[i]) == wanted);
        alike.next().filter(|_| alike.next().is_none())
    })
}

/// A column name without case, accents and everything between the letters: `Mã xã` and `ma_xa` are `maxa`.
pub fn fold_column(name: &str) -> String {
    without_accents(name).chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(names: &[&str], wanted: &str) -> Option<usize> {
        Header::new(names.iter().copied()).find(wanted)
    }

    #[test]
    fn names_are_known_with_and_without_accents_and_whatever_stands_between() {
        for name in ["maXa", "Mã xã", "MA_XA", "ma xa"] {
            assert_eq!(fold_column(name), "maxa");
        }
        assert_eq!(fold_column("Địa chỉ"), "diachi");
    }

    #[test]
    fn a_column_is_found_in_other_case_without_accents_and_decomposed() {
        let decomposed: String = "Địa chỉ".nfd().collect();
        assert_eq!(find(&["id", &decomposed], "Địa chỉ"), Some(1));
        assert_eq!(find(&["id", "Địa chỉ"], &decomposed), Some(1));
        assert_eq!(find(&["id", "Địa chỉ"], "dia_chi"), Some(1));
        assert_eq!(find(&["ID", " Q "], "q"), Some(1));
    }

    #[test]
    fn the_very_name_wins_and_two_that_are_alike_are_not_guessed_between() {
        assert_eq!(find(&["Ten", "ten"], "ten"), Some(1));
        assert_eq!(find(&["tên", "ten_"], "Ten"), None);
        assert_eq!(find(&["", "-"], ""), Some(0));
        assert_eq!(find(&["-", "a"], "+"), None);
    }
}
