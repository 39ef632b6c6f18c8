//! JSON with its keys in the order they are set, and no key that has no value: clients of old interfaces
//! compare, print and cache answers as text. Written straight into the body: a tree of values would cost
//! more than the search.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What most objects of an answer take at most, so that few grow.
const USUAL_BYTES: usize = 512;

/// A JSON object under construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object(Vec<u8>);

impl Object {
    /// `{}`
    pub fn new() -> Self {
        let mut text = Vec::with_capacity(USUAL_BYTES);
        text.push(b'{');
        Self(text)
    }

    /// Sets a key, unless there is no value.
    pub fn set<T: Serialize>(&mut self, key: &str, value: Option<T>) -> &mut Self {
        let Some(value) = value else { return self };
        let before = self.0.len();
        self.key(key);
        if serde_json::to_writer(&mut self.0, &value).is_err() {
            // only maps without text keys cannot be written
            self.0.truncate(before);
        }
        self
    }

    /// Sets a key that always has a value.
    pub fn put<T: Serialize>(&mut self, key: &str, value: T) -> &mut Self {
        self.set(key, Some(value))
    }

    /// Sets a key to an object.
    pub fn nest(&mut self, key: &str, object: Object) -> &mut Self {
        self.key(key);
        self.0.extend(object.into_bytes());
        self
    }

    /// Sets a key to a list of objects.
    pub fn nest_all(&mut self, key: &str, objects: impl IntoIterator<Item = Object>) -> &mut Self {
        self.key(key);
        self.0.extend(list(objects));
        self
    }

    /// Whether nothing was set.
    pub fn is_empty(&self) -> bool {
        self.0.len() == 1
    }

    fn key(&mut self, key: &str) {
        if !self.is_empty() {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    /// The text.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

/// A JSON array of objects.
pub(super) fn list(objects: impl IntoIterator<Item = Object>) -> Vec<u8> {
    let mut text = vec![b'['];
    for object in objects {
        if text.len() > 1 {
            text.push(b',');
        }
        text.extend(object.into_bytes());
    }
    text.push(b']');
    text
}

/// An answer in JSON.
pub(super) fn respond(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// A point of GeoJSON.
pub(super) fn point(lon_lat: [f64; 2]) -> Object {
    let mut geometry = Object::new();
    geometry.put("type", "Point").put("coordinates", lon_lat);
    geometry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_none_is_null() {
        let mut inner = Object::new();
        inner.set("z", Some("đ\"")).set("n", None::<i32>).put("a", 1.5);
        let mut object = Object::new();
        object.nest("in", inner).nest_all("all", [Object::new(), Object::new()]).put("b", [1, 2]);
        let text = String::from_utf8(object.into_bytes()).unwrap();
        assert_eq!(text, r#"{"in":{"z":"đ\"","a":1.5},"all":[{},{}],"b":[1,2]}"#);
    }
}
