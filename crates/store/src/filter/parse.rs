//! Tokens to an [`Expression`], by recursive descent: `OR` binds least, then `AND`, then `NOT`, as in
//! SQL. Depth and size are bounded here, so nothing later needs to ask.

use super::lexer::{Lexer, Placed, Token, is_reserved};
use super::{Condition, Expression, FilterError, Literal, MAX_DEPTH, MAX_NODES, echo, is_too_long};
use crate::store::Value;

const A_VALUE: &str =
    "a number, a text in single quotes, TRUE, FALSE or DATE('2025-07-01') (for NULL: IS NULL)";

/// Understands a filter, knowing nothing of any layer.
pub(super) fn parse(text: &str) -> Result<Expression, FilterError> {
    if is_too_long(text) {
        return Err(FilterError::TooLong);
    }
    let characters: Vec<char> = text.chars().collect();
    let mut lexer = Lexer::new(&characters);
    let current = lexer.next()?;
    if current.token == Token::End {
        return Err(FilterError::Empty);
    }
    let mut parser = Parser { lexer, current, depth: 0, nodes: 0 };
    let expression = parser.any_of()?;
    parser.expect(Token::End, "AND, OR or the end")?;
    Ok(expression)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    current: Placed,
    depth: usize,
    nodes: usize,
}

impl Parser<'_> {
    /// Terms joined by `OR`.
    fn any_of(&mut self) -> Result<Expression, FilterError> {
        let first = self.all_of()?;
        if !self.is_at("OR") {
            return Ok(first);
        }
        self.count()?;
        let mut terms = alternatives(first);
        while self.take_keyword("OR")? {
            terms.extend(alternatives(self.all_of()?));
        }
        Ok(Expression::Or(terms))
    }

    /// Terms joined by `AND`.
    fn all_of(&mut self) -> Result<Expression, FilterError> {
        let first = self.term()?;
        if !self.is_at("AND") {
            return Ok(first);
        }
        self.count()?;
        let mut terms = requirements(first);
        while self.take_keyword("AND")? {
            terms.extend(requirements(self.term()?));
        }
        Ok(Expression::And(terms))
    }

    /// `NOT …`, `( … )`, `TRUE`, `FALSE` or a condition on a column.
    fn term(&mut self) -> Result<Expression, FilterError> {
        if self.current.token == Token::Open {
            self.descend()?;
            self.advance()?;
            let inner = self.any_of()?;
            self.expect(Token::Close, "AND, OR or )")?;
            self.depth -= 1;
            return Ok(inner);
        }
        self.count()?;
        if self.is_at("NOT") {
            self.descend()?;
            self.advance()?;
            let inner = self.term()?;
            self.depth -= 1;
            return Ok(Expression::Not(Box::new(inner)));
        }
        if let Some(constant) = self.truth_value() {
            self.advance()?;
            return Ok(Expression::Constant(constant));
        }
        let name = self.column_name()?;
        let (negated, condition) = self.condition()?;
        Ok(Expression::Column { name, negated, condition })
    }

    fn column_name(&mut self) -> Result<String, FilterError> {
        match &self.current.token {
            Token::Word(word) if is_reserved(word) => Err(self.unexpected("the name of a column")),
            Token::Word(name) | Token::QuotedName(name) => {
                let name = name.clone();
                self.advance()?;
                Ok(name)
            }
            _ => Err(self.unexpected("the name of a column")),
        }
    }

    /// What follows a column, and whether it holds a `NOT`.
    fn condition(&mut self) -> Result<(bool, Condition), FilterError> {
        if let Token::Comparison(comparison) = self.current.token {
            self.advance()?;
            return Ok((false, Condition::Compare(comparison, self.literal()?)));
        }
        if self.take_keyword("IS")? {
            let negated = self.take_keyword("NOT")?;
            let is_null = self.take_keyword("NULL")?;
            return if is_null {
                Ok((negated, Condition::IsNull))
            } else {
                Err(self.unexpected("NULL or NOT NULL"))
            };
        }
        let negated = self.take_keyword("NOT")?;
        let condition = if self.take_keyword("IN")? {
            self.list()?
        } else if self.take_keyword("BETWEEN")? {
            let low = self.literal()?;
            if !self.take_keyword("AND")? {
                return Err(self.unexpected("AND and the upper bound"));
            }
            Condition::Between(low, self.literal()?)
        } else if self.take_keyword("LIKE")? {
            self.pattern()?
        } else if negated {
            return Err(self.unexpected("IN, BETWEEN or LIKE"));
        } else {
            return Err(self.unexpected("=, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS NULL"));
        };
        Ok((negated, condition))
    }

    fn list(&mut self) -> Result<Condition, FilterError> {
        self.expect(Token::Open, "( and a list of values")?;
        let mut literals = vec![self.literal()?];
        while self.take(&Token::Comma)? {
            literals.push(self.literal()?);
        }
        self.expect(Token::Close, "a comma or )")?;
        Ok(Condition::In(literals))
    }

    fn pattern(&mut self) -> Result<Condition, FilterError> {
        let at = self.current.at;
        let pattern = self.text("a pattern in single quotes, with % and _ as wildcards")?;
        let backslashes = pattern.chars().rev().take_while(|&c| c == '\\').count();
        if backslashes % 2 == 1 {
            return Err(FilterError::Malformed { at, expected: "two \\ for one at the end of a pattern" });
        }
        Ok(Condition::Like(pattern))
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        if self.is_at("DATE") {
            return self.day();
        }
        let literal = match (&self.current.token, self.truth_value()) {
            (_, Some(constant)) => Literal::Bool(constant),
            (Token::Text(text), _) => Literal::Text(text.clone()),
            (Token::Number(number), _) => number.clone(),
            _ => return Err(self.unexpected(A_VALUE)),
        };
        self.advance()?;
        Ok(literal)
    }

    /// `DATE('2025-07-01')`.
    fn day(&mut self) -> Result<Literal, FilterError> {
        self.advance()?;
        self.expect(Token::Open, "( and a day in single quotes")?;
        let at = self.current.at;
        let day = self.text("a day in single quotes")?;
        self.expect(Token::Close, ")")?;
        let day = Value::Text(&day).as_date();
        day.map(Literal::Date)
            .ok_or(FilterError::Malformed { at, expected: "a day of the calendar as '2025-07-01'" })
    }

    fn text(&mut self, expected: &'static str) -> Result<String, FilterError> {
        let Token::Text(text) = &self.current.token else {
            return Err(self.unexpected(expected));
        };
        let text = text.clone();
        self.advance()?;
        Ok(text)
    }

    fn truth_value(&self) -> Option<bool> {
        if self.is_at("TRUE") { Some(true) } else { self.is_at("FALSE").then_some(false) }
    }

    fn is_at(&self, keyword: &str) -> bool {
        matches!(&self.current.token, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> Result<bool, FilterError> {
        let is_there = self.is_at(keyword);
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn take(&mut self, token: &Token) -> Result<bool, FilterError> {
        let is_there = self.current.token == *token;
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn expect(&mut self, token: Token, expected: &'static str) -> Result<(), FilterError> {
        if self.take(&token)? { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn advance(&mut self) -> Result<(), FilterError> {
        self.current = self.lexer.next()?;
        Ok(())
    }

    fn count(&mut self) -> Result<(), FilterError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { Err(FilterError::TooMany { at: self.current.at }) } else { Ok(()) }
    }

    fn descend(&mut self) -> Result<(), FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(FilterError::TooDeep { at: self.current.at }) } else { Ok(()) }
    }

    fn unexpected(&self, expected: &'static str) -> FilterError {
        FilterError::Unexpected { at: self.current.at, expected, found: found(&self.current.token) }
    }
}

/// The token in a few words that repeat no more of the text than a name.
fn found(token: &Token) -> String {
    match token {
        Token::Word(word) if !echo(word).is_empty() => return echo(word),
        Token::Word(_) => "a name",
        Token::QuotedName(_) => "a name in double quotes",
        Token::Text(_) => "a text",
        Token::Number(_) => "a number",
        Token::Comparison(comparison) => comparison.sign(),
        Token::Open => "(",
        Token::Close => ")",
        Token::Comma => "a comma",
        Token::End => "the end",
    }
    .to_owned()
}

fn alternatives(expression: Expression) -> Vec<Expression> {
    if let Expression::Or(terms) = expression { terms } else { vec![expression] }
}

fn requirements(expression: Expression) -> Vec<Expression> {
    if let Expression::And(terms) = expression { terms } else { vec![expression] }
}
