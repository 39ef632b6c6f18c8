//! Attributes as typed columns: one vector a column, texts as codes into a dictionary. There is
//! never a map per feature, and a column nobody declared is never here at all.

use rustc_hash::FxHashMap;
use thiserror::Error;
use time::Date;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ColumnType {
    Bool,
    Int,
    Float,
    Date,
    Text,
}

impl ColumnType {
    /// The word TileJSON and the catalogue use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "Boolean",
            Self::Int | Self::Float => "Number",
            Self::Date | Self::Text => "String",
        }
    }
}

/// One attribute of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Date(Date),
    Text(&'a str),
}

impl<'a> Value<'a> {
    /// The text, if it is one.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(n),
            _ => None,
        }
    }

    /// The number, whole or not, if it is one.
    pub fn as_float(self) -> Option<f64> {
        match self {
            Self::Float(x) => Some(x),
            Self::Int(n) => Some(n as f64),
            _ => None,
        }
    }

    /// The date, if it is one, or text in ISO form (SQLite has no dates of its own).
    pub fn as_date(self) -> Option<Date> {
        match self {
            Self::Date(day) => Some(day),
            Self::Text(text) => {
                Date::parse(text, time::macros::format_description!("[year]-[month]-[day]")).ok()
            }
            _ => None,
        }
    }

    /// The value as JSON; dates as `2025-07-01`.
    pub fn to_json(self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(b) => b.into(),
            Self::Int(n) => n.into(),
            Self::Float(x) => x.into(),
            Self::Date(d) => d.to_string().into(),
            Self::Text(t) => t.into(),
        }
    }
}

/// A value of another type than its column.
#[derive(Debug, Error, PartialEq)]
#[error("a value that is not {expected:?}")]
pub struct TypeMismatch {
    /// What the column holds.
    pub expected: ColumnType,
}

/// A growing or finished column.
#[derive(Debug, Clone)]
pub struct Column {
    values: Values,
    /// One bit a row, set where the value is NULL.
    nulls: Vec<u64>,
    len: usize,
}

#[derive(Debug, Clone)]
enum Values {
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Date(Vec<i32>),
    Text(TextValues),
}

/// Distinct texts once, rows as codes.
#[derive(Debug, Clone, Default)]
struct TextValues {
    texts: String,
    ends: Vec<u32>,
    codes: Codes,
    /// Text to code while growing; dropped by [`Column::gather`].
    known: FxHashMap<Box<str>, u32>,
}

/// Codes in the narrowest width that fits the dictionary.
#[derive(Debug, Clone)]
enum Codes {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::U32(Vec::new())
    }
}

impl Codes {
    fn get(&self, row: usize) -> usize {
        match self {
            Self::U8(codes) => usize::from(codes[row]),
            Self::U16(codes) => usize::from(codes[row]),
            Self::U32(codes) => codes[row] as usize,
        }
    }

    fn narrowest(codes: Vec<u32>, distinct: usize) -> Self {
        if distinct <= 1 << 8 {
            Self::U8(codes.into_iter().map(|c| c as u8).collect())
        } else if distinct <= 1 << 16 {
            Self::U16(codes.into_iter().map(|c| c as u16).collect())
        } else {
            Self::U32(codes)
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::U8(codes) => codes.capacity(),
            Self::U16(codes) => codes.capacity() * 2,
            Self::U32(codes) => codes.capacity() * 4,
        }
    }
}

impl TextValues {
    fn push(&mut self, text: &str) {
        let code = match self.known.get(text) {
            Some(&code) => code,
            None => {
                let code = self.ends.len() as u32;
                self.texts.push_str(text);
                self.ends.push(self.texts.len() as u32);
                self.known.insert(text.into(), code);
                code
            }
        };
        if let Codes::U32(codes) = &mut self.codes {
            codes.push(code);
        }
    }

    fn get(&self, row: usize) -> &str {
        let code = self.codes.get(row);
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.texts[start..self.ends[code] as usize]
    }

    fn gather(&self, rows: &[u32]) -> Self {
        let mut out = Self::default();
        for &row in rows {
            out.push(self.get(row as usize));
        }
        out.known = FxHashMap::default();
        out.texts.shrink_to_fit();
        out.ends.shrink_to_fit();
        if let Codes::U32(codes) = std::mem::take(&mut out.codes) {
            out.codes = Codes::narrowest(codes, out.ends.len());
        }
        out
    }
}

impl Column {
    /// An empty column.
    pub fn new(column_type: ColumnType) -> Self {
        let values = match column_type {
            ColumnType::Bool => Values::Bool(Vec::new()),
            ColumnType::Int => Values::Int(Vec::new()),
            ColumnType::Float => Values::Float(Vec::new()),
            ColumnType::Date => Values::Date(Vec::new()),
            ColumnType::Text => Values::Text(TextValues::default()),
        };
        Self { values, nulls: Vec::new(), len: 0 }
    }

    /// What it holds.
    pub fn column_type(&self) -> ColumnType {
        match self.values {
            Values::Bool(_) => ColumnType::Bool,
            Values::Int(_) => ColumnType::Int,
            Values::Float(_) => ColumnType::Float,
            Values::Date(_) => ColumnType::Date,
            Values::Text(_) => ColumnType::Text,
        }
    }

    /// Whether [`Column::push`] would take the value.
    pub fn accepts(&self, value: Value<'_>) -> Result<(), TypeMismatch> {
        let fits = matches!(
            (&self.values, value),
            (_, Value::Null)
                | (Values::Bool(_), Value::Bool(_))
                | (Values::Int(_), Value::Int(_))
                | (Values::Float(_), Value::Float(_) | Value::Int(_))
                | (Values::Date(_), Value::Date(_))
                | (Values::Text(_), Value::Text(_))
        );
        if fits { Ok(()) } else { Err(TypeMismatch { expected: self.column_type() }) }
    }

    /// Adds a value; one of another type becomes NULL (ask [`Column::accepts`] first).
    pub fn push(&mut self, value: Value<'_>) {
        let is_null = match (&mut self.values, value) {
            (Values::Bool(v), Value::Bool(b)) => {
                v.push(b);
                false
            }
            (Values::Int(v), Value::Int(n)) => {
                v.push(n);
                false
            }
            (Values::Float(v), Value::Float(x)) => {
                v.push(x);
                false
            }
            (Values::Float(v), Value::Int(n)) => {
                v.push(n as f64);
                false
            }
            (Values::Date(v), Value::Date(d)) => {
                v.push(d.to_julian_day());
                false
            }
            (Values::Text(v), Value::Text(t)) => {
                v.push(t);
                false
            }
            (Values::Bool(v), _) => {
                v.push(false);
                true
            }
            (Values::Int(v), _) => {
                v.push(0);
                true
            }
            (Values::Float(v), _) => {
                v.push(0.0);
                true
            }
            (Values::Date(v), _) => {
                v.push(0);
                true
            }
            (Values::Text(v), _) => {
                v.push("");
                true
            }
        };
        if is_null {
            let word = self.len / 64;
            if self.nulls.len() <= word {
                self.nulls.resize(word + 1, 0);
            }
            self.nulls[word] |= 1 << (self.len % 64);
        }
        self.len += 1;
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Value<'_> {
        if self.nulls.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1) {
            return Value::Null;
        }
        match &self.values {
            Values::Bool(v) => Value::Bool(v[row]),
            Values::Int(v) => Value::Int(v[row]),
            Values::Float(v) => Value::Float(v[row]),
            Values::Date(v) => Date::from_julian_day(v[row]).map_or(Value::Null, Value::Date),
            Values::Text(v) => Value::Text(v.get(row)),
        }
    }

    /// A finished column of the given rows in the given order.
    pub fn gather(&self, rows: &[u32]) -> Self {
        let pick = |row: &u32| *row as usize;
        let values = match &self.values {
            Values::Bool(v) => Values::Bool(rows.iter().map(|r| v[pick(r)]).collect()),
            Values::Int(v) => Values::Int(rows.iter().map(|r| v[pick(r)]).collect()),
            Values::Float(v) => Values::Float(rows.iter().map(|r| v[pick(r)]).collect()),
            Values::Date(v) => Values::Date(rows.iter().map(|r| v[pick(r)]).collect()),
            Values::Text(v) => Values::Text(v.gather(rows)),
        };
        let mut nulls = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            if matches!(self.get(pick(row)), Value::Null) {
                nulls.resize(nulls.len().max(i / 64 + 1), 0u64);
                nulls[i / 64] |= 1 << (i % 64);
            }
        }
        Self { values, nulls, len: rows.len() }
    }

    /// Moves the rows of another column of the same type to the end of this one.
    pub fn append(&mut self, other: &Self) {
        for row in 0..other.len {
            self.push(other.get(row));
        }
    }

    /// Resident bytes.
    pub fn bytes(&self) -> usize {
        self.nulls.capacity() * 8
            + match &self.values {
                Values::Bool(v) => v.capacity(),
                Values::Int(v) => v.capacity() * 8,
                Values::Float(v) => v.capacity() * 8,
                Values::Date(v) => v.capacity() * 4,
                Values::Text(v) => v.texts.capacity() + v.ends.capacity() * 4 + v.codes.bytes(),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn gathered_texts_are_the_texts_that_were_pushed(
            texts in proptest::collection::vec(proptest::option::of("[a-zđế]{0,3}"), 0..200),
        ) {
            let mut column = Column::new(ColumnType::Text);
            for text in &texts {
                column.push(text.as_deref().map_or(Value::Null, Value::Text));
            }
            let backwards: Vec<u32> = (0..texts.len() as u32).rev().collect();
            let gathered = column.gather(&backwards);
            for (i, row) in backwards.iter().enumerate() {
                let expected = texts[*row as usize].as_deref().map_or(Value::Null, Value::Text);
                prop_assert_eq!(gathered.get(i), expected);
            }
        }
    }

    #[test]
    fn a_whole_number_fits_a_float_column_and_a_text_does_not() {
        let column = Column::new(ColumnType::Float);
        assert!(column.accepts(Value::Int(3)).is_ok());
        assert_eq!(column.accepts(Value::Text("3")), Err(TypeMismatch { expected: ColumnType::Float }));
    }

    #[test]
    fn every_type_gives_back_what_it_took() {
        let day = time::macros::date!(2025 - 07 - 01);
        for value in
            [Value::Bool(true), Value::Int(-5), Value::Float(1.5), Value::Date(day), Value::Text("Đ")]
        {
            let column_type = match value {
                Value::Bool(_) => ColumnType::Bool,
                Value::Int(_) => ColumnType::Int,
                Value::Float(_) => ColumnType::Float,
                Value::Date(_) => ColumnType::Date,
                _ => ColumnType::Text,
            };
            let mut column = Column::new(column_type);
            column.push(value);
            column.push(Value::Null);
            assert_eq!((column.get(0), column.get(1)), (value, Value::Null));
        }
    }
}
