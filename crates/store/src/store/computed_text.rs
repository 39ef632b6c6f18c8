//! Texts that are really numbers and are made again when asked for: a geohash of twelve characters, a sum
//! of decimals such as `150+234.5`. Nearly every row has its own, so a dictionary would only cost.

use super::bits::width_of;
use crate::geometry::GEOHASH_DIGITS;

/// Digits of geohash (Niemeyer 2008): the alphabet without a, i, l, o.
const GEOHASH_CHARS: usize = 12;

/// A short text by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ComputedText {
    bytes: [u8; Self::MAX_BYTES],
    len: u8,
}

impl ComputedText {
    /// The longest text of this kind.
    pub const MAX_BYTES: usize = 63;

    const EMPTY: Self = Self { bytes: [0; Self::MAX_BYTES], len: 0 };

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(usize::from(self.len)) {
            *place = byte;
            self.len += 1;
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // only ASCII is ever pushed
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

/// The digits of a whole number.
pub(super) fn int_text(n: i64) -> ComputedText {
    let mut text = ComputedText::EMPTY;
    n.to_string().bytes().for_each(|byte| text.push(byte));
    text
}

/// The 60 bits of a geohash of twelve characters.
pub(super) fn geohash_bits(text: &str) -> Option<i64> {
    if text.len() != GEOHASH_CHARS {
        return None;
    }
    text.bytes().try_fold(0i64, |bits, byte| {
        let digit = GEOHASH_DIGITS.binary_search(&byte).ok()?;
        Some(bits << 5 | digit as i64)
    })
}

/// The reverse of [`geohash_bits`].
pub(super) fn geohash_text(bits: i64) -> ComputedText {
    let mut text = ComputedText::EMPTY;
    for i in (0..GEOHASH_CHARS).rev() {
        text.push(GEOHASH_DIGITS[(bits >> (5 * i) & 31) as usize]);
    }
    text
}

/// Decimals after the point that a sum may have.
const MAX_PLACES: u32 = 3;

/// The thousandths of each part of a sum such as `150+234.5`; `None` where the text could not be made
/// again from them to the letter.
pub(super) fn sum_parts(text: &str) -> Option<impl Iterator<Item = i64>> {
    if text.len() > ComputedText::MAX_BYTES
        || !text.contains('+')
        || text.split('+').any(|p| thousandths(p).is_none())
    {
        return None;
    }
    Some(text.split('+').filter_map(thousandths))
}

/// A decimal without sign, leading or trailing zeros, in thousandths.
fn thousandths(part: &str) -> Option<i64> {
    let (whole, places) = part.split_once('.').unwrap_or((part, ""));
    let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let is_canonical = (1..=12).contains(&whole.len())
        && (whole == "0" || !whole.starts_with('0'))
        && places.len() <= MAX_PLACES as usize
        && !places.ends_with('0')
        && !part.ends_with('.')
        && is_digits(whole)
        && is_digits(places);
    if !is_canonical {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = if places.is_empty() { 0 } else { places.parse().ok()? };
    Some(whole * 1000 + fraction * 10i64.pow(MAX_PLACES - places.len() as u32))
}

/// The reverse of [`sum_parts`].
pub(super) fn sum_text(parts: impl Iterator<Item = i64>) -> ComputedText {
    let mut text = ComputedText::EMPTY;
    for (i, part) in parts.enumerate() {
        if i > 0 {
            text.push(b'+');
        }
        push_whole(&mut text, part / 1000);
        let mut fraction = part % 1000;
        if fraction > 0 {
            text.push(b'.');
        }
        let mut place = 100;
        while fraction > 0 {
            text.push(b'0' + (fraction / place) as u8);
            fraction %= place;
            place /= 10;
        }
    }
    text
}

fn push_whole(text: &mut ComputedText, n: i64) {
    let mut place = 1;
    while n / place >= 10 {
        place *= 10;
    }
    while place > 0 {
        text.push(b'0' + (n / place % 10) as u8);
        place /= 10;
    }
}

/// The power of ten that turns every number into a whole one and back to the same bits, if one up to
/// 1,000 does.
pub(super) fn decimal_scale(mut numbers: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let survives = |x: f64, scale: f64| {
        let whole = (x * scale).round();
        // through i64, because that is how it is kept: -0.0 does not survive
        whole.abs() < 9e15 && (whole as i64 as f64 / scale).to_bits() == x.to_bits()
    };
    [1.0, 10.0, 100.0, 1000.0]
        .into_iter()
        .find(|&scale| numbers.clone().all(|x| survives(x, scale)))
        .filter(|_| numbers.next().is_some())
}

/// Whether the text may become one of these: then it is not worth a place among known texts.
pub(super) fn is_coinable(text: &str) -> bool {
    geohash_bits(text).is_some() || sum_parts(text).is_some()
}

/// How many bits a packed number of this range needs; for choosing between forms.
pub(super) fn bits_for(distinct: usize) -> u32 {
    width_of(distinct.saturating_sub(1) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_that_would_come_back_otherwise_is_not_coined() {
        for text in ["150", "1+", "+1", "01+2", "1.50+2", "1.+2", "1.2345+1", "-1+2", "1e3+2", "1+٣", "1++2"]
        {
            assert!(sum_parts(text).is_none(), "{text}");
        }
        for text in ["w3gvk1td8ve", "w3gvk1td8veaa", "w3gvk1td8vea", "W3GVK1TD8VE4"] {
            assert!(geohash_bits(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_geohash_comes_back(text in "[0-9b-hjkmnp-z]{12}") {
            let computed_text = geohash_text(geohash_bits(&text).unwrap());
            prop_assert_eq!(computed_text.as_str(), text);
        }

        #[test]
        fn a_sum_comes_back(parts in proptest::collection::vec(0i64..999_999_999_999, 2..4)) {
            let text = parts.iter().map(|p| (*p as f64 / 1000.0).to_string()).collect::<Vec<_>>().join("+");
            let computed_text = sum_text(sum_parts(&text).unwrap());
            prop_assert_eq!(computed_text.as_str(), text);
        }

        #[test]
        fn scaled_decimals_come_back_to_the_bit(numbers in proptest::collection::vec(-9_999_999i64..9_999_999, 1..20)) {
            let numbers: Vec<f64> = numbers.iter().map(|&n| n as f64 / 100.0).collect();
            let scale = decimal_scale(numbers.iter().copied()).unwrap();
            for x in numbers {
                prop_assert_eq!(((x * scale).round() / scale).to_bits(), x.to_bits());
            }
        }
    }
}
