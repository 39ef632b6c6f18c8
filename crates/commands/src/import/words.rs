//! Small readings of what people type in tables.

pub use crate::table::number;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written_here_and_abroad() {
        for (text, value) in
            [("2.159,6", 2159.6), ("2159.6", 2159.6), ("2159,6", 2159.6), ("1,234.5", 1234.5)]
        {
            assert_eq!(number(text), Some(value));
        }
        assert_eq!(number("12a"), None);
    }
}
