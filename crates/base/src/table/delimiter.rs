//! Which character separates the cells, detected in the first rows.
//!
//! A character is the delimiter when it cuts the rows into as many cells as the header. Counting it in the header
//! alone goes wrong on quoted cells, and on lists of one column whose addresses hold commas.

use super::rows::{RowFormat, RowReader};

/// What may separate cells, the usual one first.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that are looked at.
const ROWS: usize = 50;

/// The delimiter of a table that begins with these bytes; one that stands nowhere where there is one column only.
pub fn delimiter_of(start: &[u8]) -> u8 {
    let looks = DELIMITERS.map(|delimiter| (Look::at(start, delimiter), delimiter));
    // the first of equals
    looks.into_iter().rev().max_by_key(|(look, _)| *look).map_or(b',', |(_, delimiter)| delimiter)
}

/// How a table looks when it is cut at a character: the better the greater.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
struct Look {
    /// More than one column, and at least half of the rows have as many.
    is_cut: bool,
    /// The header at least has more than one column.
    is_header_cut: bool,
    /// Rows in a hundred with as many cells as the header.
    agreeing: usize,
    columns: usize,
}

impl Look {
    fn at(start: &[u8], delimiter: u8) -> Self {
        // the last row may be cut off in the middle
        let whole = match start.iter().rposition(|byte| *byte == b'\n') {
            Some(end) if start[..end].contains(&b'\n') => &start[..end],
            _ => start,
        };
        let mut rows = RowReader::new(whole, RowFormat { delimiter, ..RowFormat::default() });
        let mut cells = std::iter::from_fn(|| rows.read_row().ok().flatten()).map(|row| row.cells.len());
        let columns = cells.next().unwrap_or(0);
        let (mut all, mut equal) = (0, 0);
        for count in cells.take(ROWS) {
            all += 1;
            equal += usize::from(count == columns);
        }
        let agreeing = (equal * 100usize).checked_div(all).unwrap_or(100);
        Self { is_cut: columns > 1 && agreeing >= 50, is_header_cut: columns > 1, agreeing, columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_cells_that_hold_delimiters_do_not_mislead() {
        for (text, delimiter) in [
            ("id,q\n1,\"12 Hùng Vương; Long Hoa, Hòa Thành\"\n2,\"a; b; c\"\n", b','),
            ("code;\"name, full, long\"\n1;a\n", b';'),
            ("id\tđịa chỉ\n1\t12 Hùng Vương, Long Hoa, Tây Ninh\n", b'\t'),
            ("id|q\n1|a,b\n2|c,d,e\n", b'|'),
            ("id;tên, họ\n1;a\n2;b\n", b';'),
        ] {
            assert_eq!(delimiter_of(text.as_bytes()), delimiter, "{text}");
        }
    }

    #[test]
    fn a_list_of_one_column_is_not_cut_at_the_commas_of_its_addresses() {
        let list = "dia_chi\n12 Hùng Vương, Long Hoa, Hòa Thành\n5 Bà Triệu, Long Hoa\n";
        assert_ne!(delimiter_of(list.as_bytes()), b',');
        assert_eq!(delimiter_of(b"q\nrue\n"), b',');
    }

    #[test]
    fn a_header_alone_and_nothing_at_all_have_a_delimiter() {
        assert_eq!(delimiter_of(b"a;b;c"), b';');
        assert_eq!(delimiter_of(b""), b',');
    }
}
