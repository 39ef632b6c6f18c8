//! A small demo town that all tests ask, and an address in it.

use std::sync::OnceLock;

use serde_json::Value;

use crate::support::Server;

/// The demo town's file.
pub fn file() -> &'static str {
    static FILE: OnceLock<(String, tempfile::TempDir)> = OnceLock::new();
    let (file, _) = FILE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg").to_str().unwrap().to_owned();
        let (code, _, log) = Server::run(&["demo", "--parcels", "2000", "--out", &file]);
        assert_eq!(code, 0, "{log}");
        (file, folder)
    });
    file
}

/// The server of all tests.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&["serve", "--source", file()]))
}

/// A server with a configuration of its own.
pub fn server_with(config: &str) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bandoso.toml");
    std::fs::write(&path, config).unwrap();
    let args = ["serve", "--source", file(), "--config", path.to_str().unwrap()];
    (Server::start(&args), folder)
}

/// The JSON answer to a path that is answered with 200.
pub fn json(path: &str) -> Value {
    let reply = server().get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8", "{path}");
    reply.json()
}

/// Percent-encoded.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// An address of the town, as `/v1` knows it.
pub struct Address {
    /// In its old form, with the district.
    pub text: String,
    pub properties: Value,
    pub lon: f64,
    pub lat: f64,
}

impl Address {
    pub fn property(&self, name: &str) -> &str {
        self.properties[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.properties))
    }
}

/// The example of the first screen.
pub fn address() -> &'static Address {
    static ADDRESS: OnceLock<Address> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let catalog = json_of_any("/catalog");
        let examples = catalog["examples"].as_array().unwrap();
        let text = examples.iter().find(|e| e["kind"] == "address").unwrap()["text"].as_str().unwrap();
        let first = json(&format!("/v1/search?text={}", encoded(text)))["features"][0].clone();
        let [lon, lat] = [0, 1].map(|i| first["geometry"]["coordinates"][i].as_f64().unwrap());
        Address { text: text.to_owned(), properties: first["properties"].clone(), lon, lat }
    })
}

fn json_of_any(path: &str) -> Value {
    server().get(path).json()
}

/// Insists that the keys of the first object that begins with `{"first":` stand in this order; keys that are
/// not there are passed over.
pub fn assert_order(text: &str, keys: &[&str]) {
    let mut last = (0, "the beginning");
    for key in keys {
        if let Some(at) = text.find(&format!("\"{key}\":")) {
            assert!(at >= last.0, "{key} stands before {}: {text}", last.1);
            last = (at, key);
        }
    }
}

/// Insists that no value is null.
pub fn assert_no_null(value: &Value) {
    match value {
        Value::Null => panic!("a key is null"),
        Value::Array(values) => values.iter().for_each(assert_no_null),
        Value::Object(object) => object.values().for_each(assert_no_null),
        _ => {}
    }
}
