//! What spreadsheets and databases make of what people type: numbers with a point and zeros, dates in the place of house
//! numbers, error values.

use std::borrow::Cow;

/// A whole number as people write it: `12.0` and `1.20000000000e+001` are 12. Any other text as it stands; `012` and a
/// number of 23 digits keep every digit.
pub fn whole(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if let Some(digits) = of_power_of_ten(text) {
        return Cow::Owned(digits);
    }
    Cow::Borrowed(crate::schema::without_point_zero(text))
}

/// `1.2e+001`: the digits, where nothing is left behind the point.
fn of_power_of_ten(text: &str) -> Option<String> {
    const LONGEST: usize = 40;
    let (mantissa, power) = text.split_once(['e', 'E'])?;
    let power: usize = power.strip_prefix('+').unwrap_or(power).parse().ok()?;
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(rest) || power > LONGEST {
        return None;
    }
    let (moved, left) = rest.split_at_checked(power).unwrap_or((rest, ""));
    if left.bytes().any(|b| b != b'0') {
        return None;
    }
    let digits = format!("{whole}{moved}{}", "0".repeat(power - moved.len()));
    let short = digits.trim_start_matches('0');
    Some(if short.is_empty() { "0".to_owned() } else { short.to_owned() })
}

/// Whether a cell says that its program had no value: `#N/A`, `nan`, `****`.
pub fn is_error_value(text: &str) -> bool {
    const VALUES: [&str; 13] = [
        "#n/a", "#na", "#ref!", "ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "nan", "-nan",
        "inf", "<null>",
    ];
    let text = text.trim();
    VALUES.iter().any(|value| text.eq_ignore_ascii_case(value))
        || (text.len() > 2 && text.bytes().all(|b| b == b'*'))
}

/// Whether a spreadsheet took a number with a slash or dash for a day: `05-Dec`, `Dec-05`, `2025-12-05`, `5/12/2025`.
pub fn is_date(text: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = text.split([' ', 'T']).next().unwrap_or_default().to_ascii_lowercase();
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let is_year = |part: &str| digits(part, 4..=4) && (1900..2100).contains(&number(part));
    let is_day = |part: &str| digits(part, 1..=2) && (1..=31).contains(&number(part));
    let is_month = |part: &str| MONTHS.contains(&part);
    match parts.as_slice() {
        [a, b] => (is_day(a) && is_month(b)) || (is_month(a) && digits(b, 1..=4)),
        [a, b, c] => {
            (is_year(a) && is_day(b) && is_day(c))
                || (is_day(a)
                    && (is_day(b) || is_month(b))
                    && (is_year(c) || (is_month(b) && digits(c, 2..=2))))
        }
        _ => false,
    }
}

/// Whether a whole number may be the day a spreadsheet counts from 1900: 36526 is 1 January 2000, 54788 the last of 2049.
pub fn may_be_serial_day(text: &str) -> bool {
    text.len() == 5 && text.parse::<u32>().is_ok_and(|day| (36_526..=54_788).contains(&day))
}

/// The two readings of a number whose only sign stands before three digits, with a decimal sign first: `1.250` is
/// 1.25 or 1250.
pub fn thousands_or_decimal(text: &str) -> Option<[f64; 2]> {
    let text = text.trim();
    let (whole, rest) = text.split_once(['.', ','])?;
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !(is_digits(whole) && is_digits(rest) && rest.len() == 3 && whole.len() <= 3 && whole != "0") {
        return None;
    }
    Some([format!("{whole}.{rest}").parse().ok()?, format!("{whole}{rest}").parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_are_as_people_write_them_and_texts_stay() {
        for (text, plain) in [
            ("12.0", "12"),
            ("1.20000000000e+001", "12"),
            ("4.39000000000E+002", "439"),
            ("1.5e+000", "1.5e+000"),
            ("1.20000000000e-001", "1.20000000000e-001"),
            ("0.00000000000e+000", "0"),
            ("012", "012"),
            ("12345678901234567890123", "12345678901234567890123"),
            ("12e3a", "12e3a"),
            ("474E12", "474000000000000"),
            (" 12 ", "12"),
        ] {
            assert_eq!(whole(text), plain, "{text}");
        }
    }

    #[test]
    fn error_values_and_days_are_known_and_numbers_are_neither() {
        for text in ["#N/A", "nan", "NaN", "REF!", "#REF!", "****"] {
            assert!(is_error_value(text), "{text}");
        }
        for text in
            ["05-Dec", "Dec-05", "5-Dec-25", "2025-12-05", "5/12/2025", "2025-12-05 00:00:00", "Jan-1905"]
        {
            assert!(is_date(text), "{text}");
        }
        for text in ["5/12", "12-14", "5/12/3", "154/34/2", "12A", "1-3-5", "May", "*", "3/2", "2025"] {
            assert!(!is_date(text) && !is_error_value(text), "{text}");
        }
        assert!(may_be_serial_day("45996") && !may_be_serial_day("123") && !may_be_serial_day("60000"));
    }

    #[test]
    fn a_sign_before_three_digits_has_two_readings() {
        assert_eq!(thousands_or_decimal("1.250"), Some([1.25, 1250.0]));
        assert_eq!(thousands_or_decimal("12,500"), Some([12.5, 12500.0]));
        for text in ["1.25", "1.250,5", "0.250", "1250", "1.2500", "a.250"] {
            assert_eq!(thousands_or_decimal(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_in_powers_of_ten_is_the_number(number in 0u64..1_000_000_000_000) {
            let written = format!("{:.11e}", number as f64);
            let (mantissa, power) = written.split_once('e').unwrap();
            let printed = format!("{mantissa}e+{:0>3}", power);
            prop_assert_eq!(whole(&printed), number.to_string());
        }

        #[test]
        fn any_text_is_read(text in ".*") {
            let _ = (whole(&text), is_date(&text), is_error_value(&text), thousands_or_decimal(&text));
        }
    }
}
