//! Numbers of map sheets and parcels in the one form they are compared in.
//!
//! A register, a table and a person write one number in several ways: `08`, `8`, `12a`, `12 A`, `568/`. Sheets and
//! parcels that differ by more than that are different.

use std::borrow::Cow;

use super::without_point_zero;

/// A number as compared: capitals, no leading zeros, no sign but a slash between two runs of digits.
pub fn parcel_number(text: &str) -> Cow<'_, str> {
    let text = without_point_zero(text.trim());
    let is_canonical = !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if is_canonical && !text.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut number = String::with_capacity(text.len());
    for run in runs(text) {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            if number.ends_with(|c: char| c.is_ascii_digit()) {
                number.push('/');
            }
            let short = run.trim_start_matches('0');
            number.push_str(if short.is_empty() { "0" } else { short });
        } else {
            number.extend(run.chars().flat_map(char::to_uppercase));
        }
    }
    Cow::Owned(number)
}

/// The runs of digits and the runs of letters of a text; signs only part them.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty());
    pieces.flat_map(|piece| {
        let mut rest = piece;
        std::iter::from_fn(move || {
            let is_digit = rest.chars().next()?.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            rest = after;
            Some(run)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form_however_it_is_written() {
        for (written, number) in [
            ("8", "8"),
            ("08", "8"),
            (" 008 ", "8"),
            ("8.0", "8"),
            ("0", "0"),
            ("12a", "12A"),
            ("12 A", "12A"),
            ("12-A", "12A"),
            ("568/", "568"),
            ("568/1", "568/1"),
            ("568-01", "568/1"),
            ("8(2)", "8/2"),
            ("DC-5", "DC5"),
            ("dc 05", "DC5"),
            ("", ""),
            ("/", ""),
        ] {
            assert_eq!(parcel_number(written), number, "{written}");
        }
    }

    #[test]
    fn different_numbers_stay_different() {
        let numbers = ["8", "80", "12", "12A", "12B", "1/2", "568/1", "5681", "DC5", "5"];
        let forms: std::collections::BTreeSet<_> = numbers.into_iter().map(parcel_number).collect();
        assert_eq!(forms.len(), numbers.len());
    }
}
