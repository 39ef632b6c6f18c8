//! Attributes as typed columns in few bits. There is never a map per feature, and a column nobody
//! declared is never here at all.
//!
//! Whole numbers, days and decimals lie in frames ([`Ints`]); texts are codes into a dictionary in
//! natural order, so that numbers of parcels in a sheet are near each other; geohashes and sums of areas
//! are numbers again. Which form a column takes is decided by what is in it, shard by shard.

use std::cmp::Ordering;
use std::ops::Range;

use rustc_hash::FxHashMap;
use thiserror::Error;
use time::Date;

use super::computed_text::{
    bits_for, decimal_scale, geohash_bits, geohash_text, int_text, sum_parts, sum_text,
};
use super::ints::Ints;
use super::{ColumnType, Recurrence, Value, ValueKeys};

/// A value of another type than its column.
#[derive(Debug, Error, PartialEq)]
#[error("a value that is not {expected:?}")]
pub struct TypeMismatch {
    /// What the column holds.
    pub expected: ColumnType,
}

impl ColumnType {
    /// Whether a column of this type can hold the value.
    pub fn accepts(self, value: Value<'_>) -> Result<(), TypeMismatch> {
        let fits = matches!(
            (self, value),
            (_, Value::Null)
                | (Self::Bool, Value::Bool(_))
                | (Self::Int, Value::Int(_))
                | (Self::Float, Value::Float(_) | Value::Int(_))
                | (Self::Date, Value::Date(_))
                | (Self::Text, Value::Text(_) | Value::ComputedText(_))
        );
        if fits { Ok(()) } else { Err(TypeMismatch { expected: self }) }
    }
}

/// One attribute of every row of a shard.
#[derive(Debug)]
pub struct Column {
    values: Values,
    present: Present,
    len: usize,
}

/// Values of the rows that have one, one after the other.
#[derive(Debug)]
enum Values {
    Bool(Ints),
    Int(Ints),
    Date(Ints),
    /// Every number times `scale` is whole.
    Decimal {
        scaled: Ints,
        scale: f64,
    },
    Float(Vec<f64>),
    Dictionary {
        codes: Ints,
        texts: Texts,
    },
    Geohash(Ints),
    /// Whole numbers too large for JavaScript, given as text.
    Digits(Ints),
    /// Row to the index after its last part.
    Sums {
        ends: Ints,
        thousandths: Ints,
    },
}

/// Which rows have a value.
#[derive(Debug)]
enum Present {
    All,
    /// A bit a row, and how many are set before each word.
    Some {
        words: Vec<u64>,
        before: Vec<u32>,
    },
}

impl Present {
    fn of(rows: &[bool]) -> Self {
        if rows.iter().all(|&is_present| is_present) {
            return Self::All;
        }
        let (mut words, mut before, mut seen) = (Vec::new(), Vec::new(), 0);
        for word in rows.chunks(64) {
            let bits =
                word.iter().enumerate().fold(0, |bits, (i, &is_present)| bits | u64::from(is_present) << i);
            words.push(bits);
            before.push(seen);
            seen += bits.count_ones();
        }
        Self::Some { words, before }
    }

    /// The row's place among those that have a value.
    #[inline]
    fn place(&self, row: usize) -> Option<usize> {
        match self {
            Self::All => Some(row),
            Self::Some { words, .. } => {
                let (word, bit) = (words.get(row / 64)?, row % 64);
                (word >> bit & 1 == 1).then(|| self.count_before(row))
            }
        }
    }

    /// Which of up to 64 rows have a value, bit by bit.
    fn bits(&self, rows: Range<usize>) -> u64 {
        let all = u64::MAX.checked_shr(64u32.saturating_sub(rows.len() as u32)).unwrap_or(0);
        match self {
            Self::All => all,
            Self::Some { words, .. } => {
                let (at, shift) = (rows.start / 64, rows.start % 64);
                let word = |at: usize| words.get(at).copied().unwrap_or(0);
                let high = word(at + 1).checked_shl(64 - shift as u32).unwrap_or(0);
                (word(at) >> shift | high) & all
            }
        }
    }

    /// How many rows before this one have a value.
    fn count_before(&self, row: usize) -> usize {
        match self {
            Self::All => row,
            Self::Some { words, before } => {
                let below = words.get(row / 64).copied().unwrap_or(0) & ((1 << (row % 64)) - 1);
                before.get(row / 64).copied().unwrap_or(0) as usize + below.count_ones() as usize
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Some { words, before } => words.capacity() * 8 + before.capacity() * 4,
        }
    }
}

/// Distinct texts one after the other.
#[derive(Debug)]
struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    #[inline]
    fn get(&self, code: usize) -> &str {
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.all[start..self.ends[code] as usize]
    }
}

impl Column {
    /// Packs the values of a shard's rows, in row order. A value of another type than the column's
    /// counts as none (ask [`ColumnType::accepts`] first).
    pub(super) fn pack<'a>(column_type: ColumnType, rows: &[Value<'a>]) -> Self {
        let present: Vec<bool> =
            rows.iter().map(|&v| v != Value::Null && column_type.accepts(v).is_ok()).collect();
        let values =
            || rows.iter().zip(&present).filter(|(_, is_present)| **is_present).map(|(&value, _)| value);
        let ints = |number: fn(Value<'_>) -> i64| Ints::pack(&values().map(number).collect::<Vec<_>>());
        let values = match column_type {
            ColumnType::Bool => Values::Bool(ints(|v| i64::from(v == Value::Bool(true)))),
            ColumnType::Int => Values::Int(ints(|v| v.as_int().unwrap_or(0))),
            ColumnType::Date => {
                Values::Date(ints(|v| v.as_date().map_or(0, |d| i64::from(d.to_julian_day()))))
            }
            ColumnType::Float => pack_floats(&values().filter_map(Value::as_float).collect::<Vec<_>>()),
            ColumnType::Text => pack_texts(&values().filter_map(Value::as_text).collect::<Vec<_>>()),
        };
        Self { values, present: Present::of(&present), len: rows.len() }
    }

    /// Packs whole numbers that are given as text, because some are beyond what JavaScript keeps exact.
    pub(super) fn pack_digits(rows: &[Value<'_>]) -> Self {
        let numbers: Vec<i64> = rows.iter().filter_map(|value| value.as_int()).collect();
        let present: Vec<bool> = rows.iter().map(|value| value.as_int().is_some()).collect();
        let values = Values::Digits(Ints::pack(&numbers));
        Self { values, present: Present::of(&present), len: rows.len() }
    }

    /// The value of a row.
    #[inline]
    pub fn get(&self, row: usize) -> Value<'_> {
        self.present.place(row).map_or(Value::Null, |place| self.value_of(self.key(place)))
    }

    /// The number that stands for the value at this place among those that are there.
    #[inline]
    fn key(&self, place: usize) -> i64 {
        match &self.values {
            Values::Bool(v) | Values::Int(v) | Values::Date(v) | Values::Geohash(v) | Values::Digits(v) => {
                v.get(place)
            }
            Values::Decimal { scaled, .. } => scaled.get(place),
            Values::Float(v) => v[place].to_bits() as i64,
            Values::Dictionary { codes, .. } => codes.get(place),
            Values::Sums { .. } => place as i64,
        }
    }

    /// The numbers that stand for the values of up to 64 rows.
    pub fn keys_into(&self, rows: Range<usize>, out: &mut ValueKeys) {
        let present = self.present.bits(rows.clone());
        let start = self.present.count_before(rows.start);
        let places = start..start + present.count_ones() as usize;
        out.fill(rows.len(), present, |keys| match &self.values {
            Values::Bool(v) | Values::Int(v) | Values::Date(v) | Values::Geohash(v) | Values::Digits(v) => {
                v.unpack(places, keys)
            }
            Values::Decimal { scaled, .. } => scaled.unpack(places, keys),
            Values::Dictionary { codes, .. } => codes.unpack(places, keys),
            Values::Float(_) | Values::Sums { .. } => keys.extend(places.map(|place| self.key(place))),
        });
    }

    /// The value a number stands for, which must be one of this column's.
    #[inline]
    pub fn value_of(&self, key: i64) -> Value<'_> {
        match &self.values {
            Values::Bool(_) => Value::Bool(key != 0),
            Values::Int(_) => Value::Int(key),
            Values::Date(_) => {
                let day = i32::try_from(key).ok().and_then(|day| Date::from_julian_day(day).ok());
                day.map_or(Value::Null, Value::Date)
            }
            Values::Decimal { scale, .. } => Value::Float(key as f64 / scale),
            Values::Float(_) => Value::Float(f64::from_bits(key as u64)),
            Values::Dictionary { texts, .. } => Value::Text(texts.get(key as usize)),
            Values::Geohash(_) => Value::ComputedText(geohash_text(key)),
            Values::Digits(_) => Value::ComputedText(int_text(key)),
            Values::Sums { ends, thousandths } => {
                let place = key as usize;
                let start = if place == 0 { 0 } else { ends.get(place - 1) as usize };
                Value::ComputedText(sum_text((start..ends.get(place) as usize).map(|i| thousandths.get(i))))
            }
        }
    }

    /// How its numbers repeat.
    pub fn recurrence(&self) -> Recurrence {
        match &self.values {
            Values::Dictionary { texts, .. } => Recurrence::Codes(texts.ends.len()),
            Values::Geohash(_) | Values::Digits(_) | Values::Sums { .. } => Recurrence::Hardly,
            _ => Recurrence::Some,
        }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Resident bytes.
    pub fn bytes(&self) -> usize {
        self.present.bytes()
            + match &self.values {
                Values::Bool(v)
                | Values::Int(v)
                | Values::Date(v)
                | Values::Geohash(v)
                | Values::Digits(v) => v.bytes(),
                Values::Decimal { scaled, .. } => scaled.bytes(),
                Values::Float(v) => v.capacity() * 8,
                Values::Dictionary { codes, texts } => {
                    codes.bytes() + texts.all.capacity() + texts.ends.capacity() * 4
                }
                Values::Sums { ends, thousandths } => ends.bytes() + thousandths.bytes(),
            }
    }
}

fn pack_floats(numbers: &[f64]) -> Values {
    match decimal_scale(numbers.iter().copied()) {
        Some(scale) => {
            let scaled = numbers.iter().map(|x| (x * scale).round() as i64).collect::<Vec<_>>();
            Values::Decimal { scaled: Ints::pack(&scaled), scale }
        }
        None => Values::Float(numbers.to_vec()),
    }
}

fn pack_texts(rows: &[&str]) -> Values {
    let mut known: FxHashMap<&str, u32> = FxHashMap::default();
    let mut distinct: Vec<&str> = Vec::new();
    let codes: Vec<u32> = rows
        .iter()
        .map(|&text| {
            *known.entry(text).or_insert_with(|| {
                distinct.push(text);
                distinct.len() as u32 - 1
            })
        })
        .collect();
    // a dictionary entry costs its text and four bytes, and every row the bits of its code
    let dictionary_bits = distinct.iter().map(|text| text.len() * 8 + 32).sum::<usize>() / rows.len().max(1)
        + bits_for(distinct.len()) as usize;
    if dictionary_bits > 40
        && let Some(geohashes) = rows.iter().map(|text| geohash_bits(text)).collect::<Option<Vec<_>>>()
    {
        return Values::Geohash(Ints::pack(&geohashes));
    }
    if dictionary_bits > 60
        && let Some(sums) = pack_sums(rows)
    {
        return sums;
    }
    let mut order: Vec<u32> = (0..distinct.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| natural_order(distinct[a as usize], distinct[b as usize]));
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(i, &code)| place[code as usize] = i as i64);
    let codes: Vec<i64> = codes.iter().map(|&code| place[code as usize]).collect();
    let mut texts = Texts { all: String::new(), ends: Vec::with_capacity(order.len()) };
    for &code in &order {
        texts.all.push_str(distinct[code as usize]);
        texts.ends.push(texts.all.len() as u32);
    }
    texts.all.shrink_to_fit();
    Values::Dictionary { codes: Ints::pack(&codes), texts }
}

fn pack_sums(rows: &[&str]) -> Option<Values> {
    let (mut ends, mut thousandths) = (Vec::with_capacity(rows.len()), Vec::new());
    for text in rows {
        thousandths.extend(sum_parts(text)?);
        ends.push(thousandths.len() as i64);
    }
    Some(Values::Sums { ends: Ints::pack(&ends), thousandths: Ints::pack(&thousandths) })
}

/// Shorter digits first, so that `9` comes before `10`; any order would be right, this one is narrow.
fn natural_order(a: &str, b: &str) -> Ordering {
    let key = |s: &str| if s.bytes().all(|byte| byte.is_ascii_digit()) { s.len() } else { usize::MAX };
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed_texts(texts: &[Option<String>]) -> Column {
        let rows: Vec<Value<'_>> =
            texts.iter().map(|text| text.as_deref().map_or(Value::Null, Value::Text)).collect();
        Column::pack(ColumnType::Text, &rows)
    }

    /// Rows unpacked together have the values each has by itself.
    fn assert_unpacks(column: &Column) {
        let mut keys = ValueKeys::default();
        for start in (0..column.len()).step_by(37) {
            let rows = start..column.len().min(start + 64);
            column.keys_into(rows.clone(), &mut keys);
            for row in rows {
                let value = keys.get(row - start).map_or(Value::Null, |key| column.value_of(key));
                assert_eq!(value, column.get(row));
            }
        }
    }

    proptest! {
        #[test]
        fn packed_texts_are_the_texts_that_went_in(
            texts in proptest::collection::vec(proptest::option::of("[a-zđế0-9]{0,3}|[0-9b-h]{12}|[1-9]{2,5}[+][1-9]{3}"), 0..300),
        ) {
            let column = packed_texts(&texts);
            for (row, text) in texts.iter().enumerate() {
                let back = column.get(row).to_text();
                prop_assert_eq!(back.as_deref(), text.as_deref());
            }
            assert_unpacks(&column);
        }

        #[test]
        fn packed_numbers_are_the_numbers_that_went_in(
            numbers in proptest::collection::vec(proptest::option::of(any::<f64>().prop_filter("a number", |x| !x.is_nan())), 0..300),
        ) {
            let rows: Vec<Value<'_>> = numbers.iter().map(|x| x.map_or(Value::Null, Value::Float)).collect();
            let column = Column::pack(ColumnType::Float, &rows);
            for (row, value) in rows.iter().enumerate() {
                prop_assert_eq!(column.get(row), *value);
            }
            assert_unpacks(&column);
        }
    }

    #[test]
    fn a_geohash_on_half_the_rows_costs_less_than_half_its_text() {
        let text = |n: u64| -> String {
            let bits = 0x3b1_2345_0000_0000 + (n * 7919 % (1 << 26)) as i64;
            geohash_text(bits).as_str().to_owned()
        };
        let texts: Vec<Option<String>> = (0..10_000).map(|n| (n % 2 == 0).then(|| text(n))).collect();
        let column = packed_texts(&texts);
        assert!(column.bytes() < 10_000 * 3, "{}", column.bytes());
    }

    #[test]
    fn a_whole_number_fits_a_float_column_and_a_text_does_not() {
        assert!(ColumnType::Float.accepts(Value::Int(3)).is_ok());
        let refused = ColumnType::Float.accepts(Value::Text("3"));
        assert_eq!(refused, Err(TypeMismatch { expected: ColumnType::Float }));
    }

    #[test]
    fn every_type_gives_back_what_it_took() {
        let day = time::macros::date!(2025 - 07 - 01);
        let cases = [
            (ColumnType::Bool, Value::Bool(true)),
            (ColumnType::Int, Value::Int(-5)),
            (ColumnType::Float, Value::Float(1.5)),
            (ColumnType::Date, Value::Date(day)),
            (ColumnType::Text, Value::Text("Đ")),
        ];
        for (column_type, value) in cases {
            let column = Column::pack(column_type, &[value, Value::Null]);
            assert_eq!((column.get(0), column.get(1)), (value, Value::Null));
        }
    }
}
