//! Answers held against the shapes of the document.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{Operation, document, within};
use crate::support::Reply;

/// The validator of a schema that may refer to the document's shapes.
pub fn validator(schema: &Value) -> Validator {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document()["components"],
        "allOf": [schema],
    });
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&whole).unwrap_or_else(|wrong| panic!("{schema} is no schema: {wrong}"))
}

/// Whether `default` may answer with this status, which means the server and not the operation.
fn is_of_the_server(status: u16) -> bool {
    matches!(status, 405 | 406 | 408 | 414 | 429 | 431)
}

/// Insists that the document says this of an operation: status, media type, body. Gives the JSON and its schema.
pub fn assert_documented(operation: &Operation<'_>, reply: &Reply, what: &str) -> Option<(Value, Value)> {
    let responses = &operation.is["responses"];
    let status = reply.status.to_string();
    let documented = match responses.get(&status) {
        Some(documented) => documented,
        None if is_of_the_server(reply.status) => &responses["default"],
        None => panic!("{what}: {status} is not documented: {}", reply.text()),
    };
    let Some(contents) = documented["content"].as_object() else {
        assert!(reply.body.is_empty(), "{what}: {status} has a body: {}", reply.text());
        return None;
    };
    let media_type = reply.header("content-type").split(';').next().unwrap().trim();
    let content = contents
        .get(media_type)
        .unwrap_or_else(|| panic!("{what}: {status} as {media_type:?} is not documented: {}", reply.text()));
    let schema = content.get("schema")?;
    if !media_type.ends_with("json") {
        assert!(validator(schema).is_valid(&Value::from(reply.text())), "{what}: no text");
        return None;
    }
    let body = reply.json();
    let wrong: Vec<String> = validator(schema)
        .iter_errors(&body)
        .map(|wrong| format!("{} ({})", wrong, wrong.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{what}: {status}: {wrong:#?}\n{body:#}");
    Some((body, schema.clone()))
}

/// Insists that a shape refuses a key that nobody knows, wherever it stands in a body; gives the number of places tried.
pub fn assert_tight(body: &Value, schema: &Value, what: &str) -> usize {
    let validator = validator(schema);
    let mut places = Vec::new();
    within(body, "", &mut |at, value| {
        // lists are of one shape: their first three members stand for all
        let is_far = at.split('/').any(|key| key.parse::<usize>().is_ok_and(|place| place >= 3));
        if value.is_object() && !is_far {
            places.push(at.to_owned());
        }
    });
    for place in &places {
        let mut other = body.clone();
        other.pointer_mut(place).unwrap()["khóa lạ"] = json!([[null]]);
        assert!(!validator.is_valid(&other), "{what}: any key may stand at {place:?}");
    }
    places.len()
}
