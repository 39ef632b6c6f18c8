//! The description as a page, drawn once from the document: it can be read without JavaScript and asks no other server.
//! What depends on a request, the base path and the examples of the town, is put in when it is answered.

mod links;
mod shapes;
mod view;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::answers::Example;

/// Around what depends on a request; no text of the document has it.
const MARK: char = '\u{1}';

/// Where the base path belongs.
const BASE: &str = "base";

/// A page with gaps.
#[derive(Debug)]
pub(super) struct Page(Vec<Piece>);

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The path that all paths begin with.
    Base,
    /// An example by its kind, with what stands for it where the town has none.
    Example {
        kind: String,
        otherwise: String,
        is_in_url: bool,
    },
}

impl Page {
    /// Draws the page of a document.
    pub fn of(document: &Value) -> Self {
        Self::read(&view::page(document).into_string())
    }

    fn read(text: &str) -> Self {
        let pieces = text.split(MARK).enumerate().map(|(place, piece)| match place % 2 {
            0 => Piece::Text(piece.to_owned()),
            _ if piece == BASE => Piece::Base,
            _ => {
                let (kind, otherwise) = piece.split_once('=').unwrap_or((piece, ""));
                let (is_in_url, kind) = match kind.strip_prefix("url:") {
                    Some(kind) => (true, kind),
                    None => (false, kind),
                };
                Piece::Example { kind: kind.to_owned(), otherwise: otherwise.to_owned(), is_in_url }
            }
        });
        Self(pieces.collect())
    }

    /// The page for a request.
    pub fn filled(&self, base_path: &str, examples: &[Example]) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Base => text.push_str(base_path),
                Piece::Example { kind, otherwise, is_in_url } => match (example(examples, kind), is_in_url) {
                    (None, _) => text.push_str(otherwise),
                    (Some(found), true) => text.push_str(&encoded(found)),
                    (Some(found), false) => text.push_str(&maud::html! { (found) }.into_string()),
                },
            }
        }
        text
    }
}

/// An example of the town; half a pair of coordinates where `kind` says so.
fn example<'a>(examples: &'a [Example], kind: &str) -> Option<&'a str> {
    let (kind, half) = kind.split_once('.').unwrap_or((kind, ""));
    let text = examples.iter().find(|example| example.kind == kind)?.text.as_str();
    match half {
        "lat" => text.split(',').next().map(str::trim),
        "lon" => text.split(',').nth(1).map(str::trim),
        _ => Some(text),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_town_stand_in_their_gaps_and_those_of_the_document_where_there_are_none() {
        let page = Page::read(
            "<a href=\"\u{1}base\u{1}/d/\u{1}url:code=A%2DB\u{1}\">\u{1}code=A-B\u{1}</a> \u{1}coordinates.lon=1\u{1}",
        );
        assert_eq!(page.filled("/bando", &[]), "<a href=\"/bando/d/A%2DB\">A-B</a> 1");
        let examples = [
            Example { kind: "code", text: "X<Y".to_owned() },
            Example { kind: "coordinates", text: "11.5, 106.25".to_owned() },
        ];
        assert_eq!(page.filled("", &examples), "<a href=\"/d/X%3CY\">X&lt;Y</a> 106.25");
    }
}
