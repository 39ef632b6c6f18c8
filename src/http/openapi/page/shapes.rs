//! Shapes of answers as tables: a key, what may stand there, what it means.

use maud::{Markup, html};
use serde_json::Value;

/// A shape under its name.
pub(super) fn shape(name: &str, schema: &Value) -> Markup {
    let required =
        |key: &str| schema["required"].as_array().is_some_and(|keys| keys.iter().any(|known| known == key));
    html! {
        details.shape {
            summary { code { (name) } @if let Some(meaning) = schema["description"].as_str() { span lang="en" { (meaning) } } }
            @match schema["properties"].as_object() {
                Some(properties) => {
                    table id=(anchor(name)) {
                        thead { tr { th { "Khóa " span lang="en" { "Key" } } th { "Kiểu " span lang="en" { "Type" } } th { "Ý nghĩa " span lang="en" { "Meaning" } } } }
                        tbody { @for (key, property) in properties {
                            tr {
                                td { code { (key) } @if !required(key) { span.may { "có thể thiếu " span lang="en" { "may be missing" } } } }
                                td { (kind(property)) }
                                td lang="en" { (property["description"].as_str().unwrap_or_default()) }
                            }
                        } }
                    }
                }
                None => p id=(anchor(name)) { (kind(schema)) },
            }
        }
    }
}

/// The anchor of a shape.
fn anchor(name: &str) -> String {
    format!("shape-{name}")
}

/// What may stand where a schema is, in a few words.
pub(super) fn kind(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return html! { a href={ "#" (anchor(name)) } { code { (name) } } };
    }
    if let Some(values) = schema["enum"].as_array() {
        return html! { @for (place, value) in values.iter().enumerate() { @if place > 0 { ", " } code { (super::links::plain(value)) } } };
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            return html! { @for (place, one) in choices.iter().enumerate() { @if place > 0 { " | " } (kind(one)) } };
        }
    }
    let types: Vec<String> = match &schema["type"] {
        Value::Array(types) => types.iter().map(super::links::plain).collect(),
        one => vec![super::links::plain(one)],
    };
    html! {
        (types.join(" | "))
        @if let Some(items) = schema.get("items") { " [" (kind(items)) "]" }
        @if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) { " {… " (kind(values)) "}" }
        @if let Some(format) = schema["format"].as_str().filter(|format| format.starts_with("date")) { " (" (format) ")" }
    }
}
