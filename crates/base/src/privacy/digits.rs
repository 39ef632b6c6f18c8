//! Runs of digits that may be somebody's number: 9 to 13 of them, however grouped.
//!
//! Vietnamese identity cards have 12 digits (9 before 2016), tax numbers 10 or 13, phones 10 and with the country's code 11
//! or 12, health insurance 10 after letters. People group them by spaces, dots or hyphens and glue words to them. Nothing
//! here knows what a text means: coordinates and codes that look alike are for the caller to pardon.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

/// How many digits a person's number has.
const LENGTHS: RangeInclusive<usize> = 9..=13;

/// Signs that may stand between two groups of one number: `(+84) 912`, `0912 - 345`.
const MOST_SIGNS_BETWEEN: usize = 3;

/// Stands for what is hidden.
const STAND_IN: char = '…';

/// Whether a text holds what may be somebody's number.
pub fn holds_number(text: &str) -> bool {
    runs(text).any(|run| run.may_be_number())
}

/// The text with every run that may be somebody's number replaced by `…`.
pub fn hide_numbers(text: &str) -> Cow<'_, str> {
    let mut hidden = String::new();
    let mut from = 0;
    for run in runs(text).filter(Run::may_be_number) {
        hidden.push_str(&text[from..run.bytes.start]);
        hidden.push(STAND_IN);
        from = run.bytes.end;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    hidden.push_str(&text[from..]);
    Cow::Owned(hidden)
}

/// The groups of digits of a text that stand together, run by run.
pub(super) fn groups_of_runs(text: &str) -> impl Iterator<Item = Vec<Group>> {
    runs(text).map(|run| run.groups)
}

/// Digits without a sign between.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub bytes: Range<usize>,
    /// How many.
    pub digits: usize,
}

/// Digits in groups with few signs between.
struct Run {
    bytes: Range<usize>,
    groups: Vec<Group>,
}

impl Run {
    /// Whether some groups in a row, perhaps all or one, have as many digits as a number: two numbers may stand side by side.
    fn may_be_number(&self) -> bool {
        let from = |start: usize| {
            let sums = self.groups[start..].iter().scan(0, |sum, group| {
                *sum += group.digits;
                Some(*sum)
            });
            sums.take_while(|sum| sum <= LENGTHS.end()).any(|sum| LENGTHS.contains(&sum))
        };
        (0..self.groups.len()).any(from)
    }
}

fn runs(text: &str) -> impl Iterator<Item = Run> {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let mut run: Option<Run> = None;
        // signs since the last digit
        let mut between = 0;
        while let Some(&(at, letter)) = letters.peek() {
            let is_digit = letter.is_numeric();
            if is_digit {
                let end = at + letter.len_utf8();
                let run = run.get_or_insert_with(|| Run { bytes: at..end, groups: Vec::new() });
                match run.groups.last_mut() {
                    Some(group) if between == 0 => {
                        group.digits += 1;
                        group.bytes.end = end;
                    }
                    _ => run.groups.push(Group { bytes: at..end, digits: 1 }),
                }
                run.bytes.end = end;
                between = 0;
            } else if run.is_some() {
                between += 1;
                if !is_sign_between(letter) || between > MOST_SIGNS_BETWEEN {
                    return run;
                }
            }
            letters.next();
        }
        run
    })
}

fn is_sign_between(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '.' | '-' | '(' | ')' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '\u{2010}'
            ..='\u{2015}' | '·' | '_'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_seen_however_it_is_grouped() {
        for (text, hidden) in [
            ("0912 345 678", "…"),
            ("0912.345.678", "…"),
            ("079203001234", "…"),
            ("CCCD079203001234", "CCCD…"),
            ("079203001234a", "…a"),
            ("+84 912 345 678", "+…"),
            ("(+84) 912-345-678", "(+…"),
            ("012-345-6789", "…"),
            ("0912 - 345 - 678", "…"),
            ("sđt:0912345678.", "sđt:…."),
            ("số 024123456", "số …"),
            ("tel_0912345678_home", "tel_…_home"),
            ("0912345678 079203001234", "…"),
            ("12 0912345678", "…"),
            ("٠٩١٢٣٤٥٦٧٨", "…"),
            ("a 0912345678, b 0912345679", "a …, b …"),
        ] {
            assert!(holds_number(text), "{text}");
            assert_eq!(hide_numbers(text), hidden, "{text}");
        }
    }

    #[test]
    fn addresses_codes_and_short_numbers_are_none() {
        for text in [
            "154/34 Hồ Xuân Hương",
            "36/23/12/5/7/9 Lê Lợi",
            "25630",
            "thửa 123 tờ 45",
            "11.283, 106.127",
            "7P28+74M",
            "2025-07-01",
            "12345678",
            "12345678901234567890",
            "",
        ] {
            assert!(!holds_number(text), "{text}");
            assert_eq!(hide_numbers(text), text);
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_hidden_is_still_seen(text in "[0-9a .\\-đ(/]{0,40}") {
            prop_assert!(!holds_number(&hide_numbers(&text)));
        }
    }
}
