//! `LIKE`: `%` is any number of characters, `_` is one, `\` takes the meaning from what follows it.
//! Case and accents count. A character is a code point: a row's text is taken to be in NFC.
//!
//! Matching goes back to the last `%` only, never further, so it costs at most text times pattern.

/// A pattern, as simple as it allows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pattern {
    /// No wildcard at all.
    Exactly(Box<str>),
    /// One `%` at the end.
    StartsWith(Box<str>),
    /// Anything else.
    Wild(Box<[Piece]>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piece {
    This(char),
    AnyOne,
    AnyMany,
}

impl Piece {
    fn plain(&self) -> Option<char> {
        if let Self::This(c) = self { Some(*c) } else { None }
    }
}

impl Pattern {
    pub(super) fn new(written: &str) -> Self {
        let pieces = pieces(written);
        let plain: String = pieces.iter().map_while(Piece::plain).collect();
        let wild = &pieces[plain.chars().count()..];
        match wild {
            [] => Self::Exactly(plain.into()),
            [Piece::AnyMany] => Self::StartsWith(plain.into()),
            _ => Self::Wild(pieces.into()),
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Exactly(whole) => **whole == *text,
            Self::StartsWith(start) => text.starts_with(&**start),
            Self::Wild(pieces) => match_pieces(pieces, text),
        }
    }
}

/// Escapes resolved; of several `%` in a row the first.
fn pieces(written: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut characters = written.chars();
    while let Some(c) = characters.next() {
        let piece = match c {
            '%' => Piece::AnyMany,
            '_' => Piece::AnyOne,
            '\\' => Piece::This(characters.next().unwrap_or('\\')),
            c => Piece::This(c),
        };
        if piece != Piece::AnyMany || pieces.last() != Some(&Piece::AnyMany) {
            pieces.push(piece);
        }
    }
    pieces
}

fn match_pieces(pieces: &[Piece], text: &str) -> bool {
    let (mut next, mut rest) = (0, text.chars());
    // the piece after the last % and where it was tried last
    let mut retry = None;
    loop {
        let before = rest.clone();
        match (pieces.get(next), rest.next()) {
            (Some(Piece::AnyMany), _) => {
                next += 1;
                rest = before.clone();
                retry = Some((next, before));
                if next == pieces.len() {
                    return true;
                }
            }
            (Some(Piece::AnyOne), Some(_)) => next += 1,
            (Some(Piece::This(wanted)), Some(c)) if *wanted == c => next += 1,
            (None, None) => return true,
            // the text is at its end: a longer % only shortens what is left of it
            (_, None) => return false,
            (_, Some(_)) => {
                let Some((piece, tried)) = &mut retry else {
                    return false;
                };
                tried.next();
                (next, rest) = (*piece, tried.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, by recursion; exponential, for short texts only.
    fn by_definition(pieces: &[Piece], text: &[char]) -> bool {
        match (pieces, text) {
            ([], _) => text.is_empty(),
            ([Piece::AnyMany, more @ ..], _) => (0..=text.len()).any(|n| by_definition(more, &text[n..])),
            ([Piece::AnyOne, more @ ..], [_, rest @ ..]) => by_definition(more, rest),
            ([Piece::This(a), more @ ..], [b, rest @ ..]) => a == b && by_definition(more, rest),
            (_, []) => false,
        }
    }

    proptest! {
        #[test]
        fn a_text_matches_as_the_definition_says(pattern in "[aư%_\\\\]{0,8}", text in "[aư%_]{0,10}") {
            let characters: Vec<char> = text.chars().collect();
            let expected = by_definition(&pieces(&pattern), &characters);
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), expected, "{} {}", pattern, text);
        }
    }

    #[test]
    fn patterns_are_taken_for_the_simplest_thing_they_are() {
        assert_eq!(Pattern::new("Lê Lợi"), Pattern::Exactly("Lê Lợi".into()));
        assert_eq!(Pattern::new(r"100\%"), Pattern::Exactly("100%".into()));
        assert_eq!(Pattern::new("Lê%%"), Pattern::StartsWith("Lê".into()));
        assert!(matches!(Pattern::new("L_"), Pattern::Wild(_)));
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_not() {
        let (pattern, text) = ("%a".repeat(900) + "b", "a".repeat(5_000));
        assert!(!Pattern::new(&pattern).matches(&text));
    }
}
