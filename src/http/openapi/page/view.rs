//! The page as HTML: operations by group, each with its parameters, requests to try and its answers.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::links::{addresses, plain, shown};
use super::shapes::{kind, shape};
use super::{BASE, MARK};
use crate::http::openapi::vietnamese;

const STYLE: &str = include_str!("docs.css");

/// A method, a path and what stands there.
type Operation<'a> = (&'a str, &'a str, &'a Value);

/// The whole page.
pub(super) fn page(document: &Value) -> Markup {
    let groups: Vec<&Value> = document["tags"].as_array().into_iter().flatten().collect();
    let shapes = document["components"]["schemas"].as_object();
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="theme-color" content="#0b4f94";
                title { "Tài liệu API · bandoso" }
                link rel="icon" href={ (base()) "/icon.svg" } type="image/svg+xml";
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Tài liệu API " span lang="en" { "API documentation" } }
                    p.links {
                        a href={ (base()) "/" } { "Bản đồ " span lang="en" { "Map" } }
                        a href={ (base()) "/openapi.json" } { "openapi.json" }
                    }
                }
                main {
                    section {
                        @for paragraph in vietnamese::DESCRIPTION.split("\n\n") { p { (with_code(paragraph)) } }
                    }
                    section lang="en" {
                        details {
                            summary { span { "About this API, in English" } }
                            @for paragraph in plain(&document["info"]["description"]).split("\n\n") { p { (with_code(paragraph)) } }
                        }
                    }
                    nav { ul {
                        @for group in &groups {
                            li { a href={ "#" (plain(&group["name"])) } { (bilingual(&plain(&group["description"]))) } }
                        }
                        li { a href="#shapes" { "Cấu trúc trả lời " span lang="en" { "Shapes of answers" } } }
                    } }
                    @for group in &groups {
                        section id=(plain(&group["name"])) {
                            h2 { (bilingual(&plain(&group["description"]))) }
                            @for operation in operations(document, &group["name"]) { (described(operation)) }
                        }
                    }
                    section #shapes {
                        h2 { "Cấu trúc trả lời " span lang="en" { "Shapes of answers" } }
                        @for (name, schema) in shapes.into_iter().flatten() { (shape(name, schema)) }
                    }
                }
            }
        }
    }
}

fn base() -> PreEscaped<String> {
    PreEscaped(format!("{MARK}{BASE}{MARK}"))
}

fn operations<'a>(document: &'a Value, group: &Value) -> Vec<Operation<'a>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
    });
    all.filter(|(_, _, operation)| operation["tags"].as_array().is_some_and(|tags| tags.contains(group)))
        .collect()
}

/// `Vietnamese · English`.
fn bilingual(text: &str) -> Markup {
    match text.split_once(" · ") {
        Some((vietnamese, english)) => html! { (vietnamese) " " span lang="en" { (english) } },
        None => html! { (text) },
    }
}

/// A sentence with `code` between backticks.
fn with_code(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn described((method, path, operation): Operation<'_>) -> Markup {
    let summary = plain(&operation["summary"]);
    html! {
        details.operation {
            summary {
                span class={ "method " (method) } { (method.to_uppercase()) }
                code.path { (broken_at_slashes(path)) }
                span.what {
                    @if let Some(vietnamese) = operation["x-summary-vi"].as_str() { (vietnamese) " " }
                    span lang="en" { (with_code(&summary)) }
                }
            }
            // a link to what is inside opens it, without a script
            div.inside id=(plain(&operation["operationId"])) {
                @if let Some(more) = operation["description"].as_str().filter(|more| **more != summary) {
                    p lang="en" { (with_code(more)) }
                }
                @if method == "get" { (to_try(path, operation)) }
                (parameters(operation))
                (body(operation))
                (answers(operation))
            }
        }
    }
}

/// A line may break behind a slash.
fn broken_at_slashes(path: &str) -> Markup {
    html! { @for (place, part) in path.split('/').enumerate() { @if place > 0 { "/" wbr; } (part) } }
}

fn to_try(path: &str, operation: &Value) -> Markup {
    html! {
        h3 { "Thử " span lang="en" { "Try" } }
        ul.try {
            @for address in addresses(path, operation) {
                // escaped already, and the gaps must stay
                li { a href={ (base()) (PreEscaped(address.link.replace('&', "&amp;"))) } { code { (PreEscaped(address.text)) } } }
            }
        }
    }
}

fn parameters(operation: &Value) -> Markup {
    let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    let rows = parameters.iter().map(|parameter| Row {
        name: plain(&parameter["name"]),
        is_required: parameter["required"] == true,
        schema: &parameter["schema"],
        meaning: plain(&parameter["description"]),
        example: &parameter["example"],
        example_from: parameter["x-example-from"].as_str(),
    });
    html! {
        @if !parameters.is_empty() {
            h3 { "Tham số " span lang="en" { "Parameters" } }
            (table(rows.collect()))
        }
    }
}

fn body(operation: &Value) -> Markup {
    let Some(contents) = operation["requestBody"]["content"].as_object() else { return html! {} };
    let fields = contents.get("application/json").map(|content| &content["schema"]);
    let rows: Vec<Row<'_>> = fields
        .and_then(|schema| schema["properties"].as_object())
        .into_iter()
        .flatten()
        .map(|(name, property)| Row {
            name: name.clone(),
            is_required: fields.is_some_and(|schema| {
                schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
            }),
            schema: property,
            meaning: plain(&property["description"]),
            example: &property["examples"][0],
            example_from: property["x-example-from"].as_str(),
        })
        .collect();
    html! {
        h3 { "Nội dung gửi " span lang="en" { "Body" } }
        p { @for (place, name) in contents.keys().enumerate() { @if place > 0 { ", " } code { (name) } } }
        @if !rows.is_empty() { (table(rows)) }
        @if let Some(example) = contents.values().find_map(|content| content["example"].as_str()) { pre { (example) } }
    }
}

/// A parameter or a field.
struct Row<'a> {
    name: String,
    is_required: bool,
    schema: &'a Value,
    meaning: String,
    example: &'a Value,
    example_from: Option<&'a str>,
}

fn table(rows: Vec<Row<'_>>) -> Markup {
    html! {
        table {
            thead { tr {
                th { "Tên " span lang="en" { "Name" } }
                th { "Kiểu " span lang="en" { "Type" } }
                th { "Ý nghĩa " span lang="en" { "Meaning" } }
                th { "Ví dụ " span lang="en" { "Example" } }
            } }
            tbody { @for row in &rows {
                tr {
                    td { code { (row.name) } @if row.is_required { span.must { "bắt buộc " span lang="en" { "required" } } } }
                    td { (kind(row.schema)) }
                    td lang="en" { (with_code(&row.meaning)) }
                    td.example { code { (PreEscaped(shown(row.example, row.example_from))) } }
                }
            } }
        }
    }
}

fn answers(operation: &Value) -> Markup {
    let answers = operation["responses"].as_object().into_iter().flatten();
    html! {
        h3 { "Trả lời " span lang="en" { "Answers" } }
        dl {
            @for (status, answer) in answers {
                div {
                    dt { @if status == "default" { "…" } @else { (status) } }
                    dd {
                        span lang="en" { (with_code(&plain(&answer["description"]))) }
                        @for (media_type, content) in answer["content"].as_object().into_iter().flatten() {
                            div { code { (media_type) } " " @if let Some(schema) = content.get("schema") { (kind(schema)) } }
                        }
                    }
                }
            }
        }
    }
}
