//! An [`Expression`] against the fields of one layer: names become column numbers, literals the type
//! of their column, so that a row costs comparisons and nothing else.
//!
//! SQL's logic: a condition on NULL is unknown (`None`), `NOT` leaves it unknown, and only rows for
//! which the whole is true are kept.

use std::ops::Bound::{Excluded, Included, Unbounded};

use time::Date;

use super::like::Pattern;
use super::values::Values;
use super::{Comparison, Condition, Expression, FilterError, Literal, echo, names, parse};
use crate::store::{ColumnType, Field, Value};

/// A filter for the rows of one layer.
#[derive(Debug, Clone)]
pub struct Filter {
    test: Test,
    columns: Vec<String>,
}

#[derive(Debug, Clone)]
enum Test {
    Constant(bool),
    All(Box<[Test]>),
    Any(Box<[Test]>),
    Not(Box<Test>),
    IsNull(usize),
    /// Whether a column's value is one of these.
    Holds(usize, Wanted),
}

/// Values of a column's type.
#[derive(Debug, Clone)]
enum Wanted {
    Bool(Values<bool>),
    /// Of [`doubled`] numbers.
    Int(Values<i128>),
    Float(Values<f64>),
    Date(Values<Date>),
    Text(Values<Box<str>>),
    Like(Pattern),
}

impl Filter {
    /// Understands a filter of up to [`super::MAX_CHARACTERS`], [`super::MAX_NODES`] and
    /// [`super::MAX_DEPTH`], knowing nothing of any layer.
    pub fn parse(text: &str) -> Result<Expression, FilterError> {
        parse::parse(text)
    }

    /// Fits a filter to a layer's fields.
    pub fn compile(expression: &Expression, fields: &[Field]) -> Result<Self, FilterError> {
        let mut used = vec![false; fields.len()];
        let test = compile(expression, fields, &mut used)?;
        let columns = fields.iter().zip(used).filter(|(_, is_used)| *is_used);
        Ok(Self { test, columns: columns.map(|(field, _)| field.name.clone()).collect() })
    }

    /// The columns it looks at, each once, in the order of the fields.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

    /// How many conditions a row may be held against.
    pub fn conditions(&self) -> usize {
        self.test.conditions()
    }

    /// Whether the filter is true for the row whose values these are, by place in the fields.
    pub fn keeps<'a>(&self, value: impl Fn(usize) -> Value<'a>) -> bool {
        self.test.truth(&value) == Some(true)
    }
}

impl Test {
    fn conditions(&self) -> usize {
        match self {
            Self::Constant(_) => 0,
            Self::All(tests) | Self::Any(tests) => tests.iter().map(Self::conditions).sum(),
            Self::Not(test) => test.conditions(),
            Self::IsNull(_) | Self::Holds(..) => 1,
        }
    }

    /// `None` is SQL's unknown.
    fn truth<'a>(&self, value: &impl Fn(usize) -> Value<'a>) -> Option<bool> {
        match self {
            Self::Constant(b) => Some(*b),
            Self::All(tests) => unless_one_is(false, tests, value),
            Self::Any(tests) => unless_one_is(true, tests, value),
            Self::Not(test) => test.truth(value).map(|b| !b),
            Self::IsNull(column) => Some(value(*column) == Value::Null),
            Self::Holds(column, wanted) => wanted.contain(value(*column)),
        }
    }
}

/// `decisive` if a test says so; else unknown if a test does not know; else the opposite.
fn unless_one_is<'a>(decisive: bool, tests: &[Test], value: &impl Fn(usize) -> Value<'a>) -> Option<bool> {
    let mut otherwise = Some(!decisive);
    for test in tests {
        match test.truth(value) {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => otherwise = None,
        }
    }
    otherwise
}

impl Wanted {
    /// Unknown for NULL.
    fn contain(&self, value: Value<'_>) -> Option<bool> {
        match self {
            Self::Bool(wanted) => match value {
                Value::Bool(b) => Some(wanted.contain(&b)),
                _ => None,
            },
            Self::Int(wanted) => value.as_int().map(|n| wanted.contain(&doubled(n))),
            Self::Float(wanted) => value.as_float().map(|x| wanted.contain(&x)),
            Self::Date(wanted) => value.as_date().map(|day| wanted.contain(&day)),
            Self::Text(wanted) => value.to_text().map(|text| wanted.contain(&*text)),
            Self::Like(pattern) => value.to_text().map(|text| pattern.matches(&text)),
        }
    }
}

fn compile(expression: &Expression, fields: &[Field], used: &mut [bool]) -> Result<Test, FilterError> {
    let mut all = |terms: &[Expression]| -> Result<Box<[Test]>, FilterError> {
        terms.iter().map(|term| compile(term, fields, used)).collect()
    };
    match expression {
        Expression::Constant(b) => Ok(Test::Constant(*b)),
        Expression::And(terms) => all(terms).map(Test::All),
        Expression::Or(terms) => all(terms).map(Test::Any),
        Expression::Not(inner) => compile(inner, fields, used).map(not),
        Expression::Column { name, negated, condition } => {
            let column = fields.iter().position(|field| field.name == *name);
            let column = column
                .ok_or_else(|| FilterError::UnknownColumn { name: echo(name), known: names(fields) })?;
            used[column] = true;
            let test = test(condition, column, &fields[column])?;
            let is_unequal = matches!(condition, Condition::Compare(Comparison::NotEqual, _));
            Ok(if *negated || is_unequal { not(test) } else { test })
        }
    }
}

fn not(test: Test) -> Test {
    Test::Not(Box::new(test))
}

/// The condition without its `NOT`; for `<>` the same as for `=`.
fn test(condition: &Condition, column: usize, field: &Field) -> Result<Test, FilterError> {
    let wanted = match condition {
        Condition::IsNull => return Ok(Test::IsNull(column)),
        Condition::Like(pattern) => like(pattern, field),
        Condition::Compare(comparison, literal) => typed(compared(*comparison, literal), field),
        Condition::In(literals) => typed(Values::Among(literals.iter().collect()), field),
        Condition::Between(low, high) => typed(Values::Range(Included(low), Included(high)), field),
    };
    wanted.map(|wanted| Test::Holds(column, wanted))
}

fn like(pattern: &str, field: &Field) -> Result<Wanted, FilterError> {
    if field.column_type != ColumnType::Text {
        return Err(FilterError::NoText { column: field.name.clone() });
    }
    Ok(match Pattern::new(pattern) {
        Pattern::Exactly(text) => Wanted::Text(Values::Among([text].into())),
        pattern => Wanted::Like(pattern),
    })
}

fn compared(comparison: Comparison, literal: &Literal) -> Values<&Literal> {
    match comparison {
        Comparison::Equal | Comparison::NotEqual => Values::Among([literal].into()),
        Comparison::Less => Values::Range(Unbounded, Excluded(literal)),
        Comparison::LessOrEqual => Values::Range(Unbounded, Included(literal)),
        Comparison::Greater => Values::Range(Excluded(literal), Unbounded),
        Comparison::GreaterOrEqual => Values::Range(Included(literal), Unbounded),
    }
}

/// Literals as the type of the column.
fn typed(literals: Values<&Literal>, field: &Field) -> Result<Wanted, FilterError> {
    let column = || field.name.clone();
    if field.column_type == ColumnType::Bool && matches!(literals, Values::Range(..)) {
        return Err(FilterError::NoOrder { column: column() });
    }
    let wanted = match field.column_type {
        ColumnType::Bool => literals.convert(as_bool).map(Wanted::Bool),
        ColumnType::Int => literals.convert(as_doubled).map(Wanted::Int),
        ColumnType::Float => literals.convert(as_float).map(Wanted::Float),
        ColumnType::Date => literals.convert(as_date).map(Wanted::Date),
        ColumnType::Text => literals.convert(as_text).map(Wanted::Text),
    };
    wanted.ok_or_else(|| FilterError::WrongType { column: column(), column_type: field.column_type })
}

fn as_bool(literal: &Literal) -> Option<bool> {
    if let Literal::Bool(b) = literal { Some(*b) } else { None }
}

/// Whole numbers are compared by their doubles, so that 2.5 has a place between 2 and 3.
fn doubled(n: i64) -> i128 {
    2 * i128::from(n)
}

fn as_doubled(literal: &Literal) -> Option<i128> {
    match literal {
        Literal::Int(n) => Some(doubled(*n)),
        // a decimal is never whole and within 64 bits: where in the gap it lies does not matter
        Literal::Decimal(x) => Some((x.floor() as i128).saturating_mul(2).saturating_add(1)),
        _ => None,
    }
}

fn as_float(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Int(n) => Some(*n as f64),
        Literal::Decimal(x) => Some(*x),
        _ => None,
    }
}

/// Days are text in tiles, so they may be written as in tiles.
fn as_date(literal: &Literal) -> Option<Date> {
    match literal {
        Literal::Date(day) => Some(*day),
        Literal::Text(text) => Value::Text(text).as_date(),
        _ => None,
    }
}

fn as_text(literal: &Literal) -> Option<Box<str>> {
    if let Literal::Text(text) = literal { Some(text.as_str().into()) } else { None }
}
