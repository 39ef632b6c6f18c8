//! An attribute as the `Value` message of a tile (MVT 2.1, 4.4).

use crate::store::{Value, push_varint, zigzag};

const STRING: u8 = 1 << 3 | 2;
const DOUBLE: u8 = 3 << 3 | 1;
const UINT: u8 = 5 << 3;
const SINT: u8 = 6 << 3;
const BOOL: u8 = 7 << 3;

/// Appends the message; `false` and nothing for NULL, which tiles have no way to say. A date is its ISO
/// text, a number below zero a `sint`, whose varint stays short.
#[inline]
pub(super) fn push_value(value: Value<'_>, out: &mut Vec<u8>) -> bool {
    match value {
        Value::Null => return false,
        Value::Bool(b) => out.extend([BOOL, u8::from(b)]),
        Value::Int(n) => match u64::try_from(n) {
            Ok(n) => {
                out.push(UINT);
                push_varint(out, n);
            }
            Err(_) => {
                out.push(SINT);
                push_varint(out, zigzag(n));
            }
        },
        Value::Float(x) => {
            out.push(DOUBLE);
            out.extend(x.to_le_bytes());
        }
        Value::Date(day) => push_date(day, out),
        Value::Text(text) => push_text(text, out),
        Value::ComputedText(text) => push_text(text.as_str(), out),
    }
    true
}

fn push_text(text: &str, out: &mut Vec<u8>) {
    out.push(STRING);
    push_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// `2025-07-01`, without an allocation where the year has four digits.
fn push_date(day: time::Date, out: &mut Vec<u8>) {
    let (year, month, day_of_month) = (day.year(), u8::from(day.month()), day.day());
    if !(0..=9999).contains(&year) {
        return push_text(&day.to_string(), out);
    }
    let digit = |n: i32, place: i32| b'0' + (n / place % 10) as u8;
    let two = |n: u8| [b'0' + n / 10, b'0' + n % 10];
    let ([m0, m1], [d0, d1]) = (two(month), two(day_of_month));
    let text =
        [digit(year, 1000), digit(year, 100), digit(year, 10), digit(year, 1), b'-', m0, m1, b'-', d0, d1];
    out.extend([STRING, text.len() as u8]);
    out.extend(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_date_is_its_iso_text(day in -999_999i32..5_373_484) {
            let Ok(day) = time::Date::from_julian_day(day) else { return Ok(()) };
            let mut bytes = Vec::new();
            push_value(Value::Date(day), &mut bytes);
            prop_assert_eq!(std::str::from_utf8(&bytes[2..]).unwrap(), day.to_string());
        }
    }
}
