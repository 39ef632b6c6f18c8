//! The description of the API holds: the document is OpenAPI 3.1, every operation in it answers its examples with what
//! it says, and refuses what is wrong with what it says.

mod document;
mod requests;
mod routes;
mod sent;
mod shapes;
mod viewer;

use std::sync::OnceLock;

use serde_json::Value;

use crate::support::Server;

/// The demo town, whose examples the document has.
fn server() -> &'static Server {
    static SERVER: OnceLock<(Server, tempfile::TempDir)> = OnceLock::new();
    &SERVER.get_or_init(|| start("")).0
}

/// The demo town with keys of a configuration.
fn start(keys: &str) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let (code, _, log) = Server::run(&["demo", "--out", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{log}");
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, format!("source = \"{}\"\n{keys}", file.display())).unwrap();
    (Server::start(&["serve", "--config", config.to_str().unwrap()]), folder)
}

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let reply = server().get("/openapi.json");
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
        reply.json()
    })
}

/// An operation of the document.
#[derive(Clone, Copy)]
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    is: &'a Value,
}

impl<'a> Operation<'a> {
    fn id(&self) -> &'a str {
        self.is["operationId"].as_str().unwrap()
    }

    fn parameters(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.is["parameters"].as_array().into_iter().flatten()
    }
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap();
        methods.iter().map(move |(method, is)| Operation { method, path, is })
    });
    all.collect()
}

/// All values in a value, itself among them, each with the keys that lead there.
fn within<'a>(value: &'a Value, at: &str, see: &mut dyn FnMut(&str, &'a Value)) {
    see(at, value);
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            within(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), see);
        }),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, value)| within(value, &format!("{at}/{place}"), see));
        }
        _ => {}
    }
}
