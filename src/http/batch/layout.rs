//! The columns of an answer: all that came, in their order, and ours behind them.

use crate::table::Header;

/// What becomes of a column of ours whose name the table has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SameName {
    /// Ours gets another name: nothing of the table is lost.
    Renamed,
    /// Ours takes its place, as with addok.
    Replaced,
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
        let mut names = header.names().to_vec();
        let mut places = Vec::with_capacity(ours.len());
        for name in ours {
            let known = header.names().iter().position(|known| known == name);
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
        let header = Header::new(["id", "latitude", "latitude_2"].into_iter());
        let beside = Layout::new(&header, &["latitude", "result_label"], SameName::Renamed);
        assert_eq!(beside.names, ["id", "latitude", "latitude_2", "latitude_3", "result_label"]);
        assert_eq!(beside.places, [3, 4]);
        let replaced = Layout::new(&header, &["latitude", "result_label"], SameName::Replaced);
        assert_eq!(replaced.names, ["id", "latitude", "latitude_2", "result_label"]);
        assert_eq!(replaced.places, [1, 3]);
    }
}
