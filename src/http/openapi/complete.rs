//! What the macros cannot say of one handler alone: the same handler answers GET and POST, under several paths and
//! names, and every operation may be refused by what stands around it.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::vietnamese;

/// The document with everything in it but the address of the server.
pub(super) fn complete(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.values_mut().for_each(without_null_where_missing);
    }
    let Some(Value::Object(paths)) = document.get_mut("paths").map(Value::take) else { return document };
    let mut described = Map::new();
    for (path, mut item) in paths {
        let path = path.replace("{*", "{");
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            operation["operationId"] = json!(operation_id(method, &path));
            let group = operation["tags"][0].as_str().unwrap_or_default();
            if let Some(summary) = vietnamese::summary(method, &path, group) {
                operation["x-summary-vi"] = json!(summary);
            }
            if method == "post" && operation.get("requestBody").is_none() {
                parameters_in_body(operation);
            }
            if method == "get" {
                without_refusals_of_bodies(operation);
            }
            operation["responses"]["default"] = refused_by_the_server();
        }
        described.insert(path, item);
    }
    document["paths"] = Value::Object(described);
    document
}

/// `get_v1_search`: one name for each method and path.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

/// A search by POST has its parameters in the body, as a form or as an object.
fn parameters_in_body(operation: &mut Value) {
    let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else { return };
    let (in_query, others): (Vec<Value>, Vec<Value>) =
        std::mem::take(parameters).into_iter().partition(|parameter| parameter["in"] == "query");
    *parameters = others;
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for parameter in in_query {
        let Some(name) = parameter["name"].as_str().map(str::to_owned) else { continue };
        if parameter["required"] == true {
            required.push(name.clone());
        }
        let mut property = parameter["schema"].clone();
        property["description"] = parameter["description"].clone();
        property["examples"] = json!([parameter["example"]]);
        for key in ["x-together", "x-alone", "x-example-from"] {
            if let Some(value) = parameter.get(key) {
                property[key] = value.clone();
            }
        }
        properties.insert(name, property);
    }
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    operation["requestBody"] = json!({
        "description": "The parameters; they may stand in the query as well.",
        "content": {
            "application/x-www-form-urlencoded": { "schema": schema },
            "application/json": { "schema": schema },
        },
    });
}

/// A GET has no body that could be of a wrong kind, and is too long only where a text is searched.
fn without_refusals_of_bodies(operation: &mut Value) {
    let parameters = operation["parameters"].as_array();
    let has_text =
        parameters.is_some_and(|all| all.iter().any(|one| one["schema"].get("maxLength").is_some()));
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    responses.remove("415");
    if !has_text {
        responses.remove("413");
    }
}

/// What is said before a handler is asked or when it has failed.
fn refused_by_the_server() -> Value {
    json!({
        "description": "Refused by the server itself: another method is wanted (405), no form of the answer is acceptable \
            (406), the body came too slowly (408), the address is too long (414), too many requests or headers (429, 431), a \
            fault of ours (500), too much to do (503).",
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
        },
    })
}

/// A key that may be missing is never null.
fn without_null_where_missing(schema: &mut Value) {
    let required = schema["required"].clone();
    let is_required =
        |name: &str| required.as_array().is_some_and(|names| names.iter().any(|known| known == name));
    for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
    {
        if !is_required(name) {
            without_null(property);
        }
    }
}

fn without_null(property: &mut Value) {
    if let Some(types) = property.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property["type"] = only;
        }
    }
    let Some(choices) = property.get_mut("oneOf").and_then(Value::as_array_mut) else { return };
    choices.retain(|choice| choice["type"] != "null");
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        let Some(property) = property.as_object_mut() else { return };
        property.remove("oneOf");
        for (key, value) in only {
            property.entry(key).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_may_be_missing_is_never_null_and_one_that_must_be_there_may_be() {
        let mut schema = json!({
            "required": ["a"],
            "properties": {
                "a": { "type": ["string", "null"] },
                "b": { "type": ["string", "null"] },
                "c": { "oneOf": [{ "type": "null" }, { "$ref": "#/x" }] },
            },
        });
        without_null_where_missing(&mut schema);
        assert_eq!(schema["properties"]["a"]["type"], json!(["string", "null"]));
        assert_eq!(schema["properties"]["b"], json!({ "type": "string" }));
        assert_eq!(schema["properties"]["c"], json!({ "$ref": "#/x" }));
    }

    #[test]
    fn a_name_is_made_of_the_method_and_the_path() {
        assert_eq!(operation_id("get", "/tiles/{ids}/{z}/{x}/{y}"), "get_tiles_ids_z_x_y");
        assert_eq!(operation_id("post", "/nominatim/search.php"), "post_nominatim_search_php");
        assert_eq!(operation_id("get", "/"), "get");
    }

    #[test]
    fn a_search_by_post_has_its_parameters_in_the_body() {
        let mut operation = json!({ "parameters": [
            { "name": "q", "in": "query", "required": true, "schema": { "type": "string" }, "example": "a" },
            { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
        ]});
        parameters_in_body(&mut operation);
        assert_eq!(operation["parameters"].as_array().unwrap().len(), 1);
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(
            (&schema["required"], &schema["properties"]["q"]["examples"][0]),
            (&json!(["q"]), &json!("a"))
        );
    }
}
