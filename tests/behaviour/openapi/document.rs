//! The document itself: its form, its references, its examples.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::shapes::validator;
use super::{document, operations, server, within};

/// Of these the document says the part that is ours, and another specification the rest.
const OPEN_SHAPES: [&str; 3] = ["MapStyle", "StyleLayer", "TableForm"];

/// Of these every key may be missing.
const ALL_MAY_BE_MISSING: [&str; 5] =
    ["GeocodeJsonAdmin", "MatchedParts", "NameDetails", "PeliasQuery", "PhotonExtra"];

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

/// An object with no other keys than these (or extensions), and the first so many of them.
fn assert_keys(at: &str, value: &Value, known: &[&str], needed: usize) {
    for key in keys(value) {
        assert!(key.starts_with("x-") || known.contains(&key), "{at} has a key that OpenAPI does not: {key}");
    }
    for key in &known[..needed] {
        assert!(value.get(key).is_some(), "{at} has no {key}");
    }
}

#[test]
fn the_document_has_the_form_of_openapi_3_1() {
    let document = document();
    let known =
        ["openapi", "info", "paths", "servers", "tags", "components", "jsonSchemaDialect", "externalDocs"];
    assert_keys("the document", document, &known, 6);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let known = ["title", "version", "description", "license", "summary", "contact", "termsOfService"];
    assert_keys("info", &document["info"], &known, 4);
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["servers"], json!([{ "url": server().base_url }]));
    assert_keys("components", &document["components"], &["schemas"], 1);
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with('/') && !path.contains('*'), "{path}");
        assert_keys(path, item, &["get", "post"], 0);
        assert!(!keys(item).is_empty(), "{path}");
    }
    let tags = document["tags"].as_array().unwrap();
    let tags: BTreeSet<&str> = tags.iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut used = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let operations = operations(document);
    assert!(operations.len() >= 60, "{} operations", operations.len());
    for operation in operations {
        let id = operation.id();
        let known =
            ["operationId", "tags", "summary", "responses", "description", "parameters", "requestBody"];
        assert_keys(id, operation.is, &known, 4);
        assert!(ids.insert(id), "{id} twice");
        let own = operation.is["tags"].as_array().unwrap();
        assert_eq!(own.len(), 1, "{id}");
        used.insert(own[0].as_str().unwrap());
        for summary in ["summary", "x-summary-vi"] {
            assert!(
                operation.is[summary].as_str().is_some_and(|text| text.len() > 8),
                "{id} has no {summary}"
            );
        }
        for (status, response) in operation.is["responses"].as_object().unwrap() {
            let at = format!("{id} {status}");
            assert!(
                status == "default" || status.parse::<u16>().is_ok_and(|s| (200..600).contains(&s)),
                "{at}"
            );
            assert_keys(&at, response, &["description", "content", "headers", "links"], 1);
            for (media_type, content) in response["content"].as_object().into_iter().flatten() {
                assert_keys(&format!("{at} {media_type}"), content, &["schema", "example", "examples"], 0);
                let has_schema = content.get("schema").is_some();
                assert!(has_schema || !media_type.contains("json"), "{at}: JSON without a shape");
            }
        }
        assert!(operation.is["responses"].get("200").is_some(), "{id}");
        for (media_type, content) in operation.is["requestBody"]["content"].as_object().into_iter().flatten()
        {
            assert_keys(&format!("{id} {media_type}"), content, &["schema", "example"], 1);
        }
    }
    assert_eq!(used, tags, "groups and those that have operations");
}

#[test]
fn every_parameter_has_a_meaning_and_an_example_that_its_schema_accepts() {
    let mut seen = 0;
    for operation in operations(document()) {
        let mut names = BTreeSet::new();
        for parameter in operation.parameters() {
            let name = parameter["name"].as_str().unwrap();
            let at = format!("{} {name}", operation.id());
            let known = ["name", "in", "schema", "description", "example", "required", "deprecated"];
            assert_keys(&at, parameter, &known, 5);
            assert!(names.insert((name, parameter["in"].as_str().unwrap())), "{at} twice");
            assert!(parameter["description"].as_str().unwrap().len() > 2, "{at}");
            match parameter["in"].as_str().unwrap() {
                "path" => {
                    assert!(operation.path.contains(&format!("{{{name}}}")), "{at} is not in the path");
                    assert_eq!(parameter["required"], true, "{at}");
                }
                "query" => {}
                other => panic!("{at}: in {other}"),
            }
            let example = &parameter["example"];
            assert!(
                validator(&parameter["schema"]).is_valid(example),
                "{at}: {example} is not of its schema"
            );
            seen += 1;
        }
        let in_path = operation.path.matches('{').count();
        assert_eq!(names.iter().filter(|(_, place)| *place == "path").count(), in_path, "{}", operation.path);
        let fields = &operation.is["requestBody"]["content"]["application/json"]["schema"]["properties"];
        for name in
            operation.is["x-one-of"].as_array().into_iter().flatten().flat_map(|set| set.as_array().unwrap())
        {
            let name = name.as_str().unwrap();
            let is_taken = names.contains(&(name, "query")) || fields.get(name).is_some();
            assert!(is_taken, "{}: {name}", operation.id());
        }
        for (name, field) in fields.as_object().into_iter().flatten() {
            let at = format!("{} {name}", operation.id());
            assert!(field["description"].as_str().is_some_and(|meaning| meaning.len() > 2), "{at}");
            assert!(validator(field).is_valid(&field["examples"][0]), "{at}: {}", field["examples"]);
            seen += 1;
        }
    }
    assert!(seen > 400, "{seen} parameters");
}

#[test]
fn every_reference_leads_somewhere_and_every_shape_is_led_to() {
    let document = document();
    let mut led_to = BTreeSet::new();
    within(document, "", &mut |at, value| {
        let Some(target) = value.get("$ref").and_then(Value::as_str) else { return };
        let pointer =
            target.strip_prefix('#').unwrap_or_else(|| panic!("{at} leads out of the document: {target}"));
        assert!(document.pointer(pointer).is_some(), "{at}: {target} is nowhere");
        led_to.insert(pointer.rsplit('/').next().unwrap());
    });
    assert_eq!(led_to, keys(&document["components"]["schemas"]));
    assert!(led_to.len() > 60, "{} shapes", led_to.len());
}

#[test]
fn shapes_are_schemas_that_say_which_keys_there_are_and_which_must_be_there() {
    let mut objects = 0;
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        if let Err(wrong) = jsonschema::draft202012::meta::validate(schema) {
            panic!("{name} is no schema of JSON Schema 2020-12: {wrong}");
        }
        within(schema, name, &mut |at, value| {
            let Some(properties) = value.get("properties").filter(|_| value["type"] == "object") else {
                return;
            };
            objects += 1;
            let is_open = OPEN_SHAPES.contains(&name.as_str());
            assert_eq!(value["additionalProperties"] != false, is_open, "{at} allows other keys");
            let needed: Vec<&str> =
                value["required"].as_array().into_iter().flatten().map(|key| key.as_str().unwrap()).collect();
            assert_eq!(
                needed.is_empty(),
                ALL_MAY_BE_MISSING.contains(&name.as_str()),
                "{at} needs {needed:?}"
            );
            let properties = keys(properties);
            assert!(needed.iter().all(|key| properties.contains(key)), "{at} needs what it does not have");
        });
    }
    assert!(objects > 50, "{objects} objects");
}

#[test]
fn the_document_names_the_server_as_its_client_sees_it() {
    let (behind, _folder) = super::start("public_url = \"https://h.vn/bando/\"");
    for path in ["/openapi.json", "/bando/openapi.json"] {
        let document = behind.get(path).json();
        assert_eq!(document["servers"], json!([{ "url": "https://h.vn/bando" }]), "{path}");
        assert_eq!(document["paths"], self::document()["paths"], "paths begin behind that of the server");
    }
    behind.stop();
}
