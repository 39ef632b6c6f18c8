//! A value as its column can hold it.
//!
//! Tables hold numbers where text is meant (`so_to = 12.0`), and SQLite lets any value stand in any column.
//! What says the same in the column's type is taken; what does not is left out of its row, which the builder
//! counts. Which type a column has is decided before the first row.

use time::Date;
use time::macros::format_description;

use super::{ColumnType, Value};

/// Whole numbers up to here are exact as 64-bit floats, and so in JavaScript.
pub const MAX_EXACT_INT: i64 = 1 << 53;

/// What becomes of a value in its column.
#[derive(Debug, PartialEq)]
pub(super) enum Fit<'a> {
    /// It is held like this.
    Held(Value<'a>),
    /// It is a number where the column holds text: its digits, without `.0`.
    Written(String),
    /// It says nothing in the column's type.
    Lost,
}

/// Fits one value to a column.
pub(super) fn fit(column_type: ColumnType, value: Value<'_>) -> Fit<'_> {
    if column_type.accepts(value).is_ok() {
        return Fit::Held(value);
    }
    match (column_type, value) {
        (ColumnType::Text, Value::Int(n)) => Fit::Written(n.to_string()),
        (ColumnType::Text, Value::Float(x)) => number_text(x).map_or(Fit::Lost, Fit::Written),
        (ColumnType::Text, Value::Date(day)) => Fit::Written(day.to_string()),
        (ColumnType::Int, Value::Float(x)) => whole(x).map_or(Fit::Lost, |n| Fit::Held(Value::Int(n))),
        (ColumnType::Int, Value::Text(text)) => {
            text.trim().parse().map_or(Fit::Lost, |n| Fit::Held(Value::Int(n)))
        }
        (ColumnType::Float, Value::Text(text)) => {
            let number = text.trim().parse().ok().filter(|x: &f64| x.is_finite());
            number.map_or(Fit::Lost, |x| Fit::Held(Value::Float(x)))
        }
        (ColumnType::Bool, Value::Int(n @ (0 | 1))) => Fit::Held(Value::Bool(n == 1)),
        (ColumnType::Date, Value::Text(text)) => day(text).map_or(Fit::Lost, |d| Fit::Held(Value::Date(d))),
        _ => Fit::Lost,
    }
}

/// A number as people write it: no `.0`, no exponent; none where it is not a number.
fn number_text(x: f64) -> Option<String> {
    match whole(x) {
        Some(n) => Some(n.to_string()),
        None => x.is_finite().then(|| x.to_string()),
    }
}

/// The whole number a float stands for without loss.
fn whole(x: f64) -> Option<i64> {
    (x.fract() == 0.0 && x.abs() <= MAX_EXACT_INT as f64).then_some(x as i64)
}

/// The day of `2025-07-01`, also with a time of day behind it.
fn day(text: &str) -> Option<Date> {
    let (day, rest) = text.trim().split_at_checked(10)?;
    let is_time = rest.is_empty() || rest.starts_with(['T', ' ']);
    is_time.then(|| Date::parse(day, format_description!("[year]-[month]-[day]")).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn numbers_where_text_is_meant_lose_their_point_and_nothing_else() {
        let cases = [
            (Value::Int(439), "439"),
            (Value::Float(12.0), "12"),
            (Value::Float(-0.0), "0"),
            (Value::Float(12.5), "12.5"),
            (Value::Float(9_007_199_254_740_992.0), "9007199254740992"),
            (Value::Date(date!(2025 - 07 - 01)), "2025-07-01"),
        ];
        for (value, text) in cases {
            assert_eq!(fit(ColumnType::Text, value), Fit::Written(text.to_owned()));
        }
        assert_eq!(fit(ColumnType::Text, Value::Float(f64::NAN)), Fit::Lost);
    }

    #[test]
    fn what_says_the_same_in_the_columns_type_is_taken_and_the_rest_is_not() {
        let held = |column_type, value| fit(column_type, value);
        assert_eq!(held(ColumnType::Int, Value::Float(12.0)), Fit::Held(Value::Int(12)));
        assert_eq!(held(ColumnType::Int, Value::Float(12.5)), Fit::Lost);
        assert_eq!(held(ColumnType::Int, Value::Text(" 12 ")), Fit::Held(Value::Int(12)));
        assert_eq!(held(ColumnType::Float, Value::Text("400.5")), Fit::Held(Value::Float(400.5)));
        assert_eq!(held(ColumnType::Float, Value::Text("about 400")), Fit::Lost);
        assert_eq!(held(ColumnType::Float, Value::Text("inf")), Fit::Lost);
        assert_eq!(held(ColumnType::Bool, Value::Int(1)), Fit::Held(Value::Bool(true)));
        assert_eq!(held(ColumnType::Bool, Value::Int(2)), Fit::Lost);
        let july = Fit::Held(Value::Date(date!(2025 - 07 - 01)));
        assert_eq!(held(ColumnType::Date, Value::Text("2025-07-01T08:00:00Z")), july);
        assert_eq!(held(ColumnType::Date, Value::Text("2025-07-011")), Fit::Lost);
    }
}
