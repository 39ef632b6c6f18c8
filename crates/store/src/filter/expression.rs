//! A filter as it was understood, and its canonical text: equal for filters that differ only in white
//! space, case of keywords, needless parentheses or quotes and the way a number is written. The order
//! of terms is kept, so that no cleverness is needed to trust a cache key.

use std::fmt::{self, Display, Formatter, Write};

use time::Date;

use super::lexer::is_plain_name;

/// A parsed filter. Its [`Display`] is the canonical text.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// `TRUE` or `FALSE` for every row.
    Constant(bool),
    /// All of them; at least two, none of them an `And`.
    And(Vec<Expression>),
    /// One of them; at least two, none of them an `Or`.
    Or(Vec<Expression>),
    /// The other of true and false; unknown stays unknown.
    Not(Box<Expression>),
    /// A condition on one column.
    Column {
        /// Its public name, in NFC.
        name: String,
        /// Whether the condition's own `NOT` is there: `NOT IN`, `IS NOT NULL`.
        negated: bool,
        /// What is asked of it.
        condition: Condition,
    },
}

/// What is asked of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `= 5`; never negated.
    Compare(Comparison, Literal),
    /// `IN ('ONT', 'ODT')`; at least one.
    In(Vec<Literal>),
    /// `BETWEEN 1 AND 5`, both included.
    Between(Literal, Literal),
    /// `LIKE 'Lê%'`, with its wildcards and escapes as written, in NFC.
    Like(String),
    /// `IS NULL`.
    IsNull,
}

/// How a column is compared with a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `TRUE`, `FALSE`.
    Bool(bool),
    /// Every number that is whole and fits, however it is written: `5`, `5.0`, `0.5e1`.
    Int(i64),
    /// The other numbers; finite.
    Decimal(f64),
    /// `DATE('2025-07-01')`.
    Date(Date),
    /// `'Lê Lợi'`, in NFC.
    Text(String),
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(b) => Literal::Bool(*b).fmt(f),
            Self::And(terms) => write_joined(f, terms, " AND ", |term| matches!(term, Self::Or(_))),
            Self::Or(terms) => write_joined(f, terms, " OR ", |_| false),
            Self::Not(inner) => {
                f.write_str("NOT ")?;
                write_term(f, inner, matches!(**inner, Self::And(_) | Self::Or(_)))
            }
            Self::Column { name, negated, condition } => {
                if is_plain_name(name) {
                    f.write_str(name)?;
                } else {
                    write_quoted(f, name, '"')?;
                }
                write_condition(f, *negated, condition)
            }
        }
    }
}

fn write_joined(
    f: &mut Formatter<'_>,
    terms: &[Expression],
    connective: &str,
    needs_parentheses: impl Fn(&Expression) -> bool,
) -> fmt::Result {
    for (i, term) in terms.iter().enumerate() {
        if i > 0 {
            f.write_str(connective)?;
        }
        write_term(f, term, needs_parentheses(term))?;
    }
    Ok(())
}

fn write_term(f: &mut Formatter<'_>, term: &Expression, in_parentheses: bool) -> fmt::Result {
    if in_parentheses { write!(f, "({term})") } else { term.fmt(f) }
}

fn write_condition(f: &mut Formatter<'_>, negated: bool, condition: &Condition) -> fmt::Result {
    let not = if negated { "NOT " } else { "" };
    match condition {
        Condition::Compare(comparison, literal) => write!(f, " {} {literal}", comparison.sign()),
        Condition::In(literals) => {
            write!(f, " {not}IN (")?;
            for (i, literal) in literals.iter().enumerate() {
                write!(f, "{}{literal}", if i > 0 { ", " } else { "" })?;
            }
            f.write_char(')')
        }
        Condition::Between(low, high) => write!(f, " {not}BETWEEN {low} AND {high}"),
        Condition::Like(pattern) => {
            write!(f, " {not}LIKE ")?;
            write_quoted(f, pattern, '\'')
        }
        Condition::IsNull => write!(f, " IS {not}NULL"),
    }
}

impl Comparison {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
            Self::Int(n) => write!(f, "{n}"),
            // `{}` would write 1e300 as three hundred digits
            Self::Decimal(x) => write!(f, "{x:?}"),
            Self::Date(day) => write!(f, "DATE('{day}')"),
            Self::Text(text) => write_quoted(f, text, '\''),
        }
    }
}

fn write_quoted(f: &mut Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    f.write_char(quote)?;
    for c in text.chars() {
        if c == quote {
            f.write_char(quote)?;
        }
        f.write_char(c)?;
    }
    f.write_char(quote)
}
