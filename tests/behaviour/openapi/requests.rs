//! Requests made of the examples of the document, by the rule that its description states, and wrong ones.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::Operation;
use crate::support::{Reply, Server};

/// More than the body of a search may have.
const LONGER_THAN_A_BODY: usize = 17 * 1024;

/// A request to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub post: bool,
    pub path: String,
    /// The media type and the body.
    pub body: Option<(String, String)>,
}

impl Request {
    pub fn send(&self, server: &Server) -> Reply {
        match (&self.body, self.post) {
            (Some((media_type, body)), _) => server.post(&self.path, media_type, body),
            (None, true) => server.post(&self.path, "application/x-www-form-urlencoded", ""),
            (None, false) => server.get(&self.path),
        }
    }
}

/// A parameter, or a field of a body.
#[derive(Clone, Copy)]
struct Field<'a> {
    name: &'a str,
    example: &'a Value,
    schema: &'a Value,
    is_required: bool,
    together: &'a Value,
    alone: bool,
}

/// A name with a value.
type Pair = (String, Value);

/// What an operation takes beside its path.
fn fields<'a>(operation: &Operation<'a>) -> Vec<Field<'a>> {
    let in_query =
        operation.parameters().filter(|parameter| parameter["in"] == "query").map(|parameter| Field {
            name: parameter["name"].as_str().unwrap(),
            example: &parameter["example"],
            schema: &parameter["schema"],
            is_required: parameter["required"] == true,
            together: &parameter["x-together"],
            alone: parameter["x-alone"] == true,
        });
    let body = &operation.is["requestBody"]["content"]["application/json"]["schema"];
    let required = body["required"].as_array();
    let in_body = body["properties"].as_object().into_iter().flatten().map(|(name, field)| Field {
        name,
        example: &field["examples"][0],
        schema: field,
        is_required: required.is_some_and(|names| names.iter().any(|known| known == name)),
        together: &field["x-together"],
        alone: field["x-alone"] == true,
    });
    in_query.chain(in_body).collect()
}

/// Sets of parameters of which one must be given; one of none where there is no choice.
fn sets<'a>(operation: &Operation<'a>) -> Vec<Vec<&'a str>> {
    match operation.is["x-one-of"].as_array() {
        None => vec![Vec::new()],
        Some(sets) => {
            let names = |set: &'a Value| set.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            sets.iter().map(|set| names(set).collect()).collect()
        }
    }
}

/// What is given: what must be, with each optional parameter alone (and what goes with it), and with all of them.
fn choices(operation: &Operation<'_>) -> Vec<Vec<Pair>> {
    let (fields, sets) = (fields(operation), sets(operation));
    let pair = |field: &Field<'_>| (field.name.to_owned(), field.example.clone());
    let is_optional =
        |field: &&Field<'_>| !field.is_required && !sets.iter().any(|set| set.contains(&field.name));
    let mut choices = Vec::new();
    for (place, set) in sets.iter().enumerate() {
        let needed: Vec<Pair> =
            fields.iter().filter(|field| field.is_required || set.contains(&field.name)).map(pair).collect();
        choices.push(needed.clone());
        if place == 0 {
            for field in fields.iter().filter(is_optional) {
                let goes_with = |other: &&Field<'_>| {
                    other.name == field.name
                        || (!field.together.is_null() && other.together == field.together)
                };
                let more = fields.iter().filter(is_optional).filter(goes_with).map(pair);
                choices.push(needed.iter().cloned().chain(more).collect());
            }
        }
        let all = fields.iter().filter(is_optional).filter(|field| !field.alone).map(pair);
        choices.push(needed.into_iter().chain(all).collect());
    }
    choices.dedup();
    choices
}

fn encoded(value: &Value) -> String {
    utf8_percent_encode(&typed(value), NON_ALPHANUMERIC).to_string()
}

/// A value as it is typed.
fn typed(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn query(pairs: &[Pair]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(&Value::from(name.as_str())), encoded(value)))
        .collect();
    pairs.join("&")
}

/// The path with its examples in it, `/` as it stands in them.
fn path(operation: &Operation<'_>) -> String {
    let in_path = operation.parameters().filter(|parameter| parameter["in"] == "path");
    in_path.fold(operation.path.to_owned(), |path, parameter| {
        let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
        path.replace(&name, &encoded(&parameter["example"]))
    })
}

fn with_query(path: &str, pairs: &[Pair]) -> String {
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", query(pairs)) }
}

/// Requests that must be answered with 200.
pub fn right(operation: &Operation<'_>) -> Vec<Request> {
    let path = path(operation);
    let contents = operation.is["requestBody"]["content"].as_object();
    let Some(contents) = contents else {
        let urls = choices(operation).into_iter().map(|pairs| with_query(&path, &pairs));
        return urls.map(|path| Request { post: operation.method == "post", path, body: None }).collect();
    };
    let mut requests = Vec::new();
    for (media_type, content) in contents {
        let post = |path: &str, media_type: &str, body: String| Request {
            post: true,
            path: path.to_owned(),
            body: Some((media_type.to_owned(), body)),
        };
        match media_type.as_str() {
            "application/json" => requests.extend(choices(operation).into_iter().map(|pairs| {
                post(&path, media_type, Value::Object(pairs.into_iter().collect::<Map<_, _>>()).to_string())
            })),
            "application/x-www-form-urlencoded" => {
                requests.extend(choices(operation).iter().map(|pairs| post(&path, media_type, query(pairs))));
            }
            "multipart/form-data" => {
                let data = contents["text/csv"]["example"].as_str().unwrap();
                requests.extend(choices(operation).iter().map(|pairs| {
                    post(&path, "multipart/form-data; boundary=giua-hai-phan", multipart(data, pairs))
                }));
            }
            "text/csv" => requests.extend(
                choices(operation)
                    .iter()
                    .map(|pairs| post(&with_query(&path, pairs), media_type, typed(&content["example"]))),
            ),
            // a list has no columns to name
            "text/plain" => requests.push(post(&path, media_type, typed(&content["example"]))),
            other => panic!("{}: a body as {other} that no test sends", operation.id()),
        }
    }
    requests
}

fn multipart(table: &str, pairs: &[Pair]) -> String {
    let mut form = String::new();
    for (name, value) in pairs {
        form += &format!(
            "--giua-hai-phan\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{}\r\n",
            typed(value)
        );
    }
    form + &format!(
        "--giua-hai-phan\r\ncontent-disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\ncontent-type: \
         text/csv\r\n\r\n{table}\r\n--giua-hai-phan--\r\n"
    )
}

/// Requests that are wrong somewhere, each with what is wrong: whatever answers them must be documented.
pub fn wrong(operation: &Operation<'_>) -> Vec<(String, Request)> {
    let mut requests = Vec::new();
    let mut add = |what: String, request: Request| requests.push((what, request));
    for parameter in operation.parameters().filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap();
        for value in ["%ff", "khong-co", "%C4%91%20%3C", "-1", "1"] {
            let whole = operation.path.replace(&format!("{{{name}}}"), value);
            let others = operation.parameters().filter(|other| other["in"] == "path");
            let whole = others.fold(whole, |path, other| {
                path.replace(&format!("{{{}}}", other["name"].as_str().unwrap()), &encoded(&other["example"]))
            });
            add(format!("{name} is {value}"), Request { post: false, path: whole, body: None });
        }
    }
    let (path, fields, set) = (path(operation), fields(operation), &sets(operation)[0]);
    let needed: Vec<&Field<'_>> =
        fields.iter().filter(|field| field.is_required || set.contains(&field.name)).collect();
    let is_table = operation.is["requestBody"]["content"].get("text/csv");
    let mut ask = |what: String, pairs: &[(String, String)]| {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = pairs.join("&");
        let with_query = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        let request = match is_table {
            Some(table) => Request {
                post: true,
                path: with_query,
                body: Some(("text/csv".to_owned(), typed(&table["example"]))),
            },
            None if operation.method == "post" => Request {
                post: true,
                path: path.clone(),
                body: Some(("application/x-www-form-urlencoded".to_owned(), query)),
            },
            None => Request { post: false, path: with_query, body: None },
        };
        add(what, request);
    };
    let encoded_pair = |field: &&Field<'_>| (field.name.to_owned(), encoded(field.example));
    let all: Vec<(String, String)> = needed.iter().map(encoded_pair).collect();
    ask(
        "a parameter that nobody knows".to_owned(),
        &[all.clone(), vec![("khong_co".to_owned(), "1".to_owned())]].concat(),
    );
    for field in &fields {
        let others: Vec<(String, String)> =
            all.iter().filter(|(name, _)| name != field.name).cloned().collect();
        if field.is_required || set.contains(&field.name) {
            ask(format!("no {}", field.name), &others);
        }
        let mut values = vec!["%ff", "khong-co", "-1e999", "-5", "%20"];
        let long = "a".repeat(field.schema["maxLength"].as_u64().map_or(0, |most| most as usize + 1));
        if !long.is_empty() {
            values.push(&long);
        }
        for value in values {
            let what = format!("{} is {:.20}", field.name, value);
            ask(what, &[others.clone(), vec![(field.name.to_owned(), value.to_owned())]].concat());
        }
    }
    if operation.method == "post" {
        for (media_type, body) in [
            ("application/xml", "<a/>"),
            ("application/json", "{"),
            ("application/json", "[]"),
            ("multipart/form-data", "x"),
            ("multipart/form-data; boundary=x", "--x--\r\n"),
            ("text/csv", ""),
        ] {
            let body = Some((media_type.to_owned(), body.to_owned()));
            add(format!("a body as {media_type}"), Request { post: true, path: path.clone(), body });
        }
        let body = format!("text={}", "a".repeat(LONGER_THAN_A_BODY));
        let body = Some(("application/x-www-form-urlencoded".to_owned(), body));
        add("a body too long".to_owned(), Request { post: true, path: path.clone(), body });
    }
    requests
}
