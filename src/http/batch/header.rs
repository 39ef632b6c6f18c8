//! The columns of an answer: all that came, in their order, and ours behind them.

use super::fault::Fault;

/// Widest table that is read.
const MAX_COLUMNS: usize = 1_000;

/// What becomes of a column of ours whose name the table has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SameName {
    /// Ours gets another name: nothing of the table is lost.
    Renamed,
    /// Ours takes its place, as with addok.
    Replaced,
}

/// The columns of a table that came.
#[derive(Debug)]
pub(super) struct Header {
    names: Vec<String>,
}

impl Header {
    /// Names as they stand in the first row, spaces around them aside.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, Fault> {
        let names: Vec<String> = names.map(|name| name.trim().to_owned()).collect();
        if names.len() > MAX_COLUMNS {
            return Err(Fault::TooWide(MAX_COLUMNS));
        }
        Ok(Self { names })
    }

    /// How many columns came.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The column with this name, or the fault that says there is none.
    pub fn column(&self, name: &str) -> Result<usize, Fault> {
        self.find(name)
            .ok_or_else(|| Fault::NoColumn { column: name.to_owned(), columns: self.names.clone() })
    }

    /// The column with this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

/// Where the columns of an answer stand.
#[derive(Debug)]
pub(super) struct Layout {
    /// All names of the answer.
    pub names: Vec<String>,
    /// Columns that came.
    pub came: usize,
    /// Where each of ours stands.
    pub places: Vec<usize>,
}

impl Layout {
    /// Puts our columns behind those that came.
    pub fn new(header: &Header, ours: &[&str], same_name: SameName) -> Self {
        let mut names = header.names.clone();
        let mut places = Vec::with_capacity(ours.len());
        for name in ours {
            let known = header.find(name);
            if let (Some(place), SameName::Replaced) = (known, same_name) {
                places.push(place);
                continue;
            }
            let numbered = (2..).map(|n| format!("{name}_{n}"));
            let free = std::iter::once((*name).to_owned()).chain(numbered).find(|name| !names.contains(name));
            places.push(names.len());
            names.push(free.unwrap_or_default());
        }
        Self { came: header.len(), names, places }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_has_our_name_already_is_kept_beside_ours_or_replaced_by_it() {
        let header = Header::new(["id", "latitude", "latitude_2"].into_iter()).unwrap();
        let beside = Layout::new(&header, &["latitude", "result_label"], SameName::Renamed);
        assert_eq!(beside.names, ["id", "latitude", "latitude_2", "latitude_3", "result_label"]);
        assert_eq!(beside.places, [3, 4]);
        let replaced = Layout::new(&header, &["latitude", "result_label"], SameName::Replaced);
        assert_eq!(replaced.names, ["id", "latitude", "latitude_2", "result_label"]);
        assert_eq!(replaced.places, [1, 3]);
    }
}
