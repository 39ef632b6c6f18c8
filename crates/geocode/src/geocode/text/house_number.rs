//! House numbers: how they are written, ordered and composed.
//!
//! A chain such as `36/45/32` is one number: house 32 in alley 45 of alley 36. Order inside a
//! street is natural (`9 < 10 < 10A < 10/2 < 11`), so neighbours stand side by side.

use std::cmp::Ordering;

use crate::geocode::text::fold;

/// A number as compared: upper case, no spaces, no marks, no leading zeros.
pub fn canonical(text: &str) -> String {
    if is_plain_chain(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in fold::normalise(text).chars() {
        match c {
            '/' | '-' | '+' => out.push(c),
            c if c.is_alphanumeric() => {
                let base = fold::key(c.encode_utf8(&mut [0; 4]));
                let begins_run = !out.ends_with(|last: char| last.is_ascii_digit());
                if base == "0" && begins_run {
                    out.push('\u{0}');
                } else {
                    out.extend(base.chars().flat_map(char::to_uppercase));
                }
            }
            _ => {}
        }
    }
    // A zero that began a run goes, unless the run was nothing else.
    let chars: Vec<char> = without_lot(&out).chars().collect();
    let is_digit = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_digit() || *c == '\u{0}');
    chars
        .iter()
        .enumerate()
        .filter_map(|(i, &c)| match c {
            '\u{0}' if is_digit(chars.get(i + 1)) => None,
            '\u{0}' => Some('0'),
            other => Some(other),
        })
        .collect()
}

/// Whether it is digits and slashes without a leading zero, as most are: canonical as it stands.
fn is_plain_chain(text: &str) -> bool {
    let mut begins_run = true;
    text.bytes().all(|b| {
        let is_plain = matches!(b, b'1'..=b'9' | b'/') || (b == b'0' && !begins_run);
        begins_run = !b.is_ascii_digit();
        is_plain
    })
}

/// `Lô C12` and `C12` are one lot; `Lô 12` is not house 12.
fn without_lot(number: &str) -> &str {
    let lot = number.strip_prefix("LO").filter(|lot| lot.starts_with(|c: char| c.is_ascii_alphabetic()));
    lot.filter(|lot| lot.contains(|c: char| c.is_ascii_digit() || c == '\u{0}')).unwrap_or(number)
}

/// Natural order of canonical numbers.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a.first(), b.first()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (left, rest_a) = digits(a);
                let (right, rest_b) = digits(b);
                let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
                if order != Ordering::Equal {
                    return order;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) => {
                // Letters before slashes: 10A stands before 10/2.
                let order = (!x.is_ascii_alphabetic(), x).cmp(&(!y.is_ascii_alphabetic(), y));
                if order != Ordering::Equal {
                    return order;
                }
                (a, b) = (&a[1..], &b[1..]);
            }
        }
    }
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// The number a plain house number begins with: 12 of `12`, `12A`, `12-14`; of a chain or a stone on a road none.
pub fn plain(number: &str) -> Option<u32> {
    let (leading, rest) = digits(number.as_bytes());
    if leading.is_empty() || rest.iter().any(|sign| matches!(sign, b'/' | b'+')) {
        return None;
    }
    leading.iter().try_fold(0u32, |n, digit| n.checked_mul(10)?.checked_add(u32::from(digit - b'0')))
}

/// A number without the letters at its end: `38` of `38A`, `36/5` of `36/5B`; nothing where none are there.
pub fn without_letter(number: &str) -> Option<&str> {
    let bare = number.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    (bare.len() < number.len() && bare.ends_with(|c: char| c.is_ascii_digit())).then_some(bare)
}

/// The digits a number begins with, as a number: the coarse order of a street. 0 where it begins with a
/// letter.
pub fn leading(number: &str) -> u32 {
    let (leading, _) = digits(number.as_bytes());
    leading.iter().fold(0u32, |n, digit| n.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
}

/// The chain of a house in an alley: `36` and `23` → `36/23`; a number that already names the
/// alley stays as it is.
pub fn chain(alley: &str, number: &str) -> String {
    let names_alley = number.strip_prefix(alley).is_some_and(|rest| rest.starts_with('/'));
    if alley.is_empty() || names_alley { number.to_owned() } else { format!("{alley}/{number}") }
}

#[cfg(test)]
mod tests {
    use crate::geocode::text::house_number::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_stand_in_the_order_of_the_street() {
        let mut numbers = ["11", "10/2", "10A", "9", "10", "10/10", "130BIS", "10/2/3"];
        numbers.sort_by(|a, b| compare(a, b));
        assert_eq!(numbers, ["9", "10", "10A", "10/2", "10/2/3", "10/10", "11", "130BIS"]);
    }

    #[test]
    fn a_number_has_one_form_however_it_is_typed() {
        assert_eq!(canonical("36 / 23"), "36/23");
        assert_eq!(canonical("12 bis"), "12BIS");
        assert_eq!(canonical("06"), "6");
        assert_eq!(canonical("0"), "0");
        assert_eq!(canonical("100/05a"), "100/5A");
        assert_eq!(canonical("Lô C12"), "C12");
        assert_eq!(canonical("Lô 12"), "LO12");
        assert_eq!(canonical("１０８／２"), "108/2");
        assert_eq!(canonical("154\\34"), "154/34");
        assert_eq!(canonical("Km 12+300"), "KM12+300");
        assert_eq!(chain("36", "23"), "36/23");
        assert_eq!(chain("36", "36/23"), "36/23");
        assert_eq!(plain("12A"), Some(12));
        assert_eq!(plain("36/23"), None);
        assert_eq!(plain("12+300"), None);
        assert_eq!(without_letter("38A"), Some("38"));
        assert_eq!(without_letter("36/5BIS"), Some("36/5"));
        assert_eq!((without_letter("38"), without_letter("C"), without_letter("B2-5")), (None, None, None));
    }

    proptest! {
        #[test]
        fn the_order_is_an_order(a in "[0-9A-C/]{0,8}", b in "[0-9A-C/]{0,8}", c in "[0-9A-C/]{0,8}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
            let has_mark = canonical(&a).contains('\0');
            prop_assert!(!has_mark);
        }
    }
}
