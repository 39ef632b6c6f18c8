//! Requests of an operation, put together from its examples by the rule that the document states.

use maud::html;
use serde_json::Value;

use super::{MARK, encoded};

/// An address to try, from the base path on, with gaps for the examples of the town.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Encoded for a link.
    pub link: String,
    /// As it is read, escaped for HTML.
    pub text: String,
}

/// One address for each set of parameters of which one must be given.
pub(super) fn addresses(path: &str, operation: &Value) -> Vec<Address> {
    let sets = operation["x-one-of"].as_array().cloned().unwrap_or_else(|| vec![Value::Null]);
    let both = sets.iter().map(|set| Address {
        link: address(path, operation, set, in_link),
        text: address(path, operation, set, as_text),
    });
    both.collect()
}

fn address(path: &str, operation: &Value, set: &Value, example: fn(&Value) -> String) -> String {
    let parameters = || operation["parameters"].as_array().into_iter().flatten();
    let in_path = parameters().filter(|parameter| parameter["in"] == "path").fold(
        path.to_owned(),
        |path, parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            path.replace(&format!("{{{name}}}"), &example(parameter))
        },
    );
    let is_wanted = |parameter: &&Value| {
        let is_in_set = set.as_array().is_some_and(|names| names.contains(&parameter["name"]));
        parameter["in"] == "query" && (parameter["required"] == true || is_in_set)
    };
    let pairs = parameters().filter(is_wanted).map(|parameter| {
        format!("{}={}", parameter["name"].as_str().unwrap_or_default(), example(parameter))
    });
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { in_path } else { format!("{in_path}?{}", pairs.join("&")) }
}

/// The example of a parameter in a link.
fn in_link(parameter: &Value) -> String {
    let written = encoded(&plain(&parameter["example"]));
    match parameter["x-example-from"].as_str() {
        Some(kind) => format!("{MARK}url:{kind}={written}{MARK}"),
        None => written,
    }
}

/// The example of a parameter as it is read.
fn as_text(parameter: &Value) -> String {
    shown(&parameter["example"], parameter["x-example-from"].as_str())
}

/// An example as HTML, with a gap where the town has one of its own.
pub(super) fn shown(example: &Value, example_from: Option<&str>) -> String {
    let written = html! { (plain(example)) }.into_string();
    match example_from {
        Some(kind) => format!("{MARK}{kind}={written}{MARK}"),
        None => written,
    }
}

/// A value as it is typed.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_has_what_must_be_given_and_one_for_every_set_there_is_a_choice_of() {
        let operation = json!({
            "parameters": [
                { "name": "id", "in": "path", "required": true, "example": 7 },
                { "name": "q", "in": "query", "required": true, "example": "a &b" },
                { "name": "size", "in": "query", "example": 3 },
                { "name": "lat", "in": "query", "example": 1.5, "x-example-from": "coordinates.lat" },
            ],
            "x-one-of": [["lat"], ["size"]],
        });
        let found = addresses("/x/{id}", &operation);
        let links: Vec<&str> = found.iter().map(|address| address.link.as_str()).collect();
        let expected = ["/x/7?q=a%20%26b&lat=\u{1}url:coordinates.lat=1%2E5\u{1}", "/x/7?q=a%20%26b&size=3"];
        assert_eq!(links, expected);
        assert_eq!(found[0].text, "/x/7?q=a &amp;b&lat=\u{1}coordinates.lat=1.5\u{1}");
        assert_eq!(addresses("/x", &json!({})), [Address { link: "/x".to_owned(), text: "/x".to_owned() }]);
    }
}
