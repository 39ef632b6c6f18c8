//! The grammar of well-known text: a keyword with values in brackets, of which any may be the same again. WKT 1 of
//! GDAL and of Esri and WKT 2 differ in their keywords only; what these mean is for those who ask.

/// `KEYWORD[value, value, …]`.
#[derive(Debug, PartialEq)]
pub struct Node<'a> {
    pub keyword: &'a str,
    values: Vec<Value<'a>>,
}

#[derive(Debug, PartialEq)]
enum Value<'a> {
    Text(&'a str),
    /// A number, or a word without quotation marks such as `north`.
    Bare(&'a str),
    Node(Node<'a>),
}

/// Brackets within brackets: a coordinate system has some eight.
const DEEPEST: u32 = 32;

impl<'a> Node<'a> {
    /// Reads a whole text; nothing where it has another form.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text;
        let node = node(&mut rest, 0)?;
        rest.trim().is_empty().then_some(node)
    }

    pub fn is(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.keyword.eq_ignore_ascii_case(keyword))
    }

    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.values.iter().filter_map(|value| match value {
            Value::Node(node) => Some(node),
            Value::Text(_) | Value::Bare(_) => None,
        })
    }

    /// The first child with one of these keywords.
    pub fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children().find(|child| child.is(keywords))
    }

    /// The text or the number that stands in this place.
    pub fn word(&self, place: usize) -> Option<&'a str> {
        match self.values.get(place)? {
            Value::Text(text) | Value::Bare(text) => Some(text),
            Value::Node(_) => None,
        }
    }

    pub fn number(&self, place: usize) -> Option<f64> {
        self.word(place)?.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

fn node<'a>(rest: &mut &'a str, depth: u32) -> Option<Node<'a>> {
    let keyword = bare(rest);
    let open = rest.chars().next().filter(|open| matches!(open, '[' | '('))?;
    if keyword.is_empty() || depth > DEEPEST {
        return None;
    }
    *rest = &rest[1..];
    let close = if open == '[' { ']' } else { ')' };
    let mut values = Vec::new();
    loop {
        values.push(value(rest, depth)?);
        let next = rest.chars().next()?;
        *rest = &rest[next.len_utf8()..];
        match next {
            ',' => {}
            next if next == close => break,
            _ => return None,
        }
    }
    *rest = rest.trim_start();
    Some(Node { keyword, values })
}

fn value<'a>(rest: &mut &'a str, depth: u32) -> Option<Value<'a>> {
    *rest = rest.trim_start();
    if let Some(quoted) = rest.strip_prefix('"') {
        let end = quoted.find('"')?;
        *rest = quoted[end + 1..].trim_start();
        return Some(Value::Text(&quoted[..end]));
    }
    let before = *rest;
    let word = bare(rest);
    if rest.starts_with(['[', '(']) {
        *rest = before;
        return Some(Value::Node(node(rest, depth + 1)?));
    }
    Some(Value::Bare(word))
}

/// Up to the next sign, without the blanks around.
fn bare<'a>(rest: &mut &'a str) -> &'a str {
    let end = rest.find(['[', '(', ']', ')', ',', '"']).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after;
    word.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_of_both_kinds_and_blanks_anywhere_are_one_grammar() {
        let dense = Node::parse(r#"A["b, [c]",1.5e1,D[north],E["x"]]"#).unwrap();
        let loose = Node::parse("A ( \"b, [c]\" , 1.5e1,\n  D ( north ) , E(\"x\") ) ").unwrap();
        assert_eq!(dense, loose);
        assert_eq!((dense.word(0), dense.number(1)), (Some("b, [c]"), Some(15.0)));
        assert_eq!(dense.child(&["e"]).and_then(|e| e.word(0)), Some("x"));
    }

    #[test]
    fn what_is_no_well_known_text_is_none() {
        let deep = "A[".repeat(100_000);
        for text in ["", "A", "A[", "A[1", "A[1)", "A[\"1]", "[1]", "A[1]B", "A[1]]", deep.as_str()] {
            assert_eq!(Node::parse(text), None, "{}", &text[..text.len().min(20)]);
        }
    }
}
