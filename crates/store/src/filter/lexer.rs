//! Characters to tokens. Keywords are words here; only their place tells them from names.

use unicode_normalization::UnicodeNormalization;

use super::{Comparison, FilterError, Literal};

/// A piece of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A keyword or a plain name.
    Word(String),
    /// A name in double quotes.
    QuotedName(String),
    /// A text in single quotes.
    Text(String),
    Number(Literal),
    Comparison(Comparison),
    Open,
    Close,
    Comma,
    End,
}

/// A token and the position of its first character, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub at: usize,
    pub token: Token,
}

/// Words that a plain name cannot be. `DATE` is not one of them: only a parenthesis makes it a day.
const RESERVED: [&str; 10] = ["AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "TRUE", "FALSE"];

/// Whether a name can stand without double quotes.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.starts_with(starts_name) && name.chars().all(continues_name) && !is_reserved(name)
}

pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | ':')
}

/// With the accents that stand alone in decomposed Vietnamese.
fn continues_name(c: char) -> bool {
    starts_name(c) || c.is_numeric() || matches!(c, '.' | '\u{300}'..='\u{36f}')
}

/// Reads one token after the other.
pub(super) struct Lexer<'a> {
    characters: &'a [char],
    next: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(characters: &'a [char]) -> Self {
        Self { characters, next: 0 }
    }

    /// The next token; `End` again and again after the last.
    pub(super) fn next(&mut self) -> Result<Placed, FilterError> {
        self.take_while(char::is_whitespace);
        let at = self.next + 1;
        Ok(Placed { at, token: self.token(at)? })
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.next + ahead).copied()
    }

    fn take_if(&mut self, is_wanted: impl Fn(char) -> bool) -> bool {
        let is_taken = self.peek(0).is_some_and(is_wanted);
        self.next += usize::from(is_taken);
        is_taken
    }

    /// How many were taken.
    fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> usize {
        let start = self.next;
        while self.take_if(&is_wanted) {}
        self.next - start
    }

    fn token(&mut self, at: usize) -> Result<Token, FilterError> {
        let Some(c) = self.peek(0) else {
            return Ok(Token::End);
        };
        if starts_name(c) {
            let start = self.next;
            self.take_while(continues_name);
            return Ok(Token::Word(self.characters[start..self.next].iter().copied().nfc().collect()));
        }
        if self.number_starts() {
            return self.number(at).map(Token::Number);
        }
        self.next += 1;
        match c {
            '\'' => self.quoted(at, c).map(Token::Text),
            '"' => self.quoted(at, c).map(Token::QuotedName),
            '(' => Ok(Token::Open),
            ')' => Ok(Token::Close),
            ',' => Ok(Token::Comma),
            '=' => Ok(Token::Comparison(Comparison::Equal)),
            '<' if self.take_if(|c| c == '>') => Ok(Token::Comparison(Comparison::NotEqual)),
            '<' if self.take_if(|c| c == '=') => Ok(Token::Comparison(Comparison::LessOrEqual)),
            '<' => Ok(Token::Comparison(Comparison::Less)),
            '>' if self.take_if(|c| c == '=') => Ok(Token::Comparison(Comparison::GreaterOrEqual)),
            '>' => Ok(Token::Comparison(Comparison::Greater)),
            _ => Err(FilterError::Sign { at, advice: advice_on(c) }),
        }
    }

    /// Up to the closing quote; a doubled quote stands for itself.
    fn quoted(&mut self, at: usize, quote: char) -> Result<String, FilterError> {
        let mut inside = String::new();
        loop {
            match self.peek(0) {
                None => return Err(FilterError::Open { at, quote }),
                Some(c) if c == quote => {
                    self.next += 1;
                    if !self.take_if(|c| c == quote) {
                        return Ok(inside.nfc().collect());
                    }
                    inside.push(quote);
                }
                Some(c) => {
                    self.next += 1;
                    inside.push(c);
                }
            }
        }
    }

    /// Digits, or a sign or point right before them.
    fn number_starts(&self) -> bool {
        let after_sign = usize::from(matches!(self.peek(0), Some('+' | '-')));
        let after_point = after_sign + usize::from(self.peek(after_sign) == Some('.'));
        self.peek(after_point).is_some_and(|c| c.is_ascii_digit())
    }

    fn number(&mut self, at: usize) -> Result<Literal, FilterError> {
        let is_digit = |c: char| c.is_ascii_digit();
        let start = self.next;
        self.take_if(|c| matches!(c, '+' | '-'));
        self.take_while(is_digit);
        self.take_if(|c| c == '.');
        self.take_while(is_digit);
        let mut is_complete = true;
        if self.take_if(|c| matches!(c, 'e' | 'E')) {
            self.take_if(|c| matches!(c, '+' | '-'));
            is_complete = self.take_while(is_digit) > 0;
        }
        let written: String = self.characters[start..self.next].iter().collect();
        let number = number(&written).filter(|_| is_complete && !self.peek(0).is_some_and(continues_name));
        number.ok_or(FilterError::Malformed {
            at,
            expected: "a number such as 12, -0.5 or 1.5e6, then a space",
        })
    }
}

fn number(written: &str) -> Option<Literal> {
    /// 2^63: from here on a number does not fit a whole one of 64 bits.
    const INT_END: f64 = 9_223_372_036_854_775_808.0;
    if let Ok(n) = written.parse() {
        return Some(Literal::Int(n));
    }
    let x: f64 = written.parse().ok()?;
    match x {
        _ if !x.is_finite() => None,
        _ if x.fract() == 0.0 && (-INT_END..INT_END).contains(&x) => Some(Literal::Int(x as i64)),
        _ => Some(Literal::Decimal(x)),
    }
}

fn advice_on(c: char) -> &'static str {
    match c {
        '!' => "write <> for \"is not equal\" and NOT for \"not\"",
        '+' | '-' | '*' | '/' | '%' | '^' => "there is no arithmetic; compare a column with a value",
        '|' | '&' => "write AND and OR",
        ';' => "a filter is one condition; join several by AND and OR",
        _ => "texts stand in 'single quotes', names with unusual letters in \"double quotes\"",
    }
}
