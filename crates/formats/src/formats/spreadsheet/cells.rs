//! A cell as the text one would type.

use std::borrow::Cow;

use calamine::{DataRef, ExcelDateTime};

/// The text of a cell; empty where there is nothing.
pub fn text<'a>(cell: &'a DataRef<'_>) -> Cow<'a, str> {
    match cell {
        DataRef::Empty => Cow::Borrowed(""),
        DataRef::String(text) => Cow::Borrowed(text.trim()),
        DataRef::SharedString(text) => Cow::Borrowed(text.trim()),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        // whole numbers are stored as decimals too; this writes none where there are none
        DataRef::Float(number) => Cow::Owned(number.to_string()),
        DataRef::Bool(true) => Cow::Borrowed("TRUE"),
        DataRef::Bool(false) => Cow::Borrowed("FALSE"),
        DataRef::DateTime(moment) => Cow::Owned(moment_text(moment)),
        DataRef::DateTimeIso(text) => Cow::Borrowed(text.trim().trim_end_matches("T00:00:00")),
        DataRef::DurationIso(text) => Cow::Borrowed(text.trim()),
        DataRef::Error(error) => Cow::Owned(error.to_string()),
    }
}

/// `2025-12-05`, with a time where there is one; `13:45:00` where there is no day.
fn moment_text(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() {
        let seconds = (days * 86_400.0).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (days < 1.0, time.as_str()) {
        (true, _) => time,
        (false, "00:00:00") => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTimeType};

    #[test]
    fn cells_are_what_one_would_type() {
        let moment = |days, kind| DataRef::DateTime(ExcelDateTime::new(days, kind, false));
        for (cell, typed) in [
            (DataRef::Float(12.0), "12"),
            (DataRef::Float("1.1000000000000001".parse().unwrap()), "1.1"),
            (DataRef::Float(1e22), "10000000000000000000000"),
            (DataRef::Int(-3), "-3"),
            (DataRef::SharedString(" 80210000000000000000025 "), "80210000000000000000025"),
            (DataRef::Bool(true), "TRUE"),
            (DataRef::Error(CellErrorType::NA), "#N/A"),
            (moment(45_996.0, ExcelDateTimeType::DateTime), "2025-12-05"),
            (moment(45_996.5, ExcelDateTimeType::DateTime), "2025-12-05 12:00:00"),
            (moment(0.75, ExcelDateTimeType::DateTime), "18:00:00"),
            (moment(1.5, ExcelDateTimeType::TimeDelta), "36:00:00"),
            (DataRef::DateTimeIso("2025-12-05T00:00:00".to_owned()), "2025-12-05"),
        ] {
            assert_eq!(text(&cell), typed);
        }
    }
}
