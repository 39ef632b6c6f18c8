//! From when and until when a row is in force: half-open dates of Viet Nam, empty for no end.

use time::Date;

/// The public names of the columns with the first day and the day after the last.
pub const VALIDITY_COLUMNS: [&str; 2] = ["valid_from", "valid_to"];

/// Whether a row with these dates is in force on the day.
pub fn is_in_force(from: Option<Date>, to: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_row_is_in_force_from_its_first_day_to_the_day_before_its_end() {
        let (from, to) = (Some(date!(2020 - 01 - 01)), Some(date!(2025 - 07 - 01)));
        assert!(!is_in_force(from, to, date!(2019 - 12 - 31)));
        assert!(is_in_force(from, to, date!(2020 - 01 - 01)));
        assert!(is_in_force(from, to, date!(2025 - 06 - 30)));
        assert!(!is_in_force(from, to, date!(2025 - 07 - 01)));
        assert!(is_in_force(None, None, date!(1900 - 01 - 01)));
    }
}
