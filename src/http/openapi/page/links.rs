//! Requests of an operation, put together from its examples by the rule that the document states.

use serde_json::Value;

use super::{MARK, encoded};

/// Addresses to try, from the base path on, with gaps for the examples of the town: one for each set of parameters of
/// which one must be given.
pub(super) fn addresses(path: &str, operation: &Value) -> Vec<String> {
    let parameters = || operation["parameters"].as_array().into_iter().flatten();
    let in_path = parameters().filter(|parameter| parameter["in"] == "path").fold(
        path.to_owned(),
        |path, parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            path.replace(&format!("{{{name}}}"), &in_url(parameter))
        },
    );
    let sets = operation["x-one-of"].as_array().cloned().unwrap_or_else(|| vec![Value::Null]);
    sets.iter()
        .map(|set| {
            let is_wanted = |parameter: &&Value| {
                let is_in_set = set.as_array().is_some_and(|names| names.contains(&parameter["name"]));
                parameter["in"] == "query" && (parameter["required"] == true || is_in_set)
            };
            let pairs = parameters().filter(is_wanted).map(|parameter| {
                format!("{}={}", parameter["name"].as_str().unwrap_or_default(), in_url(parameter))
            });
            let pairs: Vec<String> = pairs.collect();
            if pairs.is_empty() { in_path.clone() } else { format!("{in_path}?{}", pairs.join("&")) }
        })
        .collect()
}

/// The example of a parameter in a URL.
fn in_url(parameter: &Value) -> String {
    let written = encoded(&plain(&parameter["example"]));
    match parameter["x-example-from"].as_str() {
        Some(kind) => format!("{MARK}url:{kind}={written}{MARK}"),
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
                { "name": "q", "in": "query", "required": true, "example": "a b" },
                { "name": "size", "in": "query", "example": 3 },
                { "name": "lat", "in": "query", "example": 1.5, "x-example-from": "coordinates.lat" },
            ],
            "x-one-of": [["lat"], ["size"]],
        });
        let expected = ["/x/7?q=a%20b&lat=\u{1}url:coordinates.lat=1%2E5\u{1}", "/x/7?q=a%20b&size=3"];
        assert_eq!(addresses("/x/{id}", &operation), expected);
        assert_eq!(addresses("/x", &json!({})), ["/x"]);
    }
}
