//! What an answer says, whoever gave it, and whether that is the door that was asked for.
//!
//! The same for all: the number, the street's name and, where the question named one, today's ward are compared
//! without case. The ward counts in whatever field of the place it stands, and so does more than its name.

use serde_json::Value;

/// A place of an answer.
pub struct Found {
    number: String,
    street: String,
    /// Every text in it, in lower case.
    texts: Vec<String>,
}

impl Found {
    /// Whether it is the door asked for; any ward will do where the question named none.
    pub fn is_door(&self, number: &str, street: &str, ward: &str) -> bool {
        self.number == number.to_lowercase()
            && self.street == street.to_lowercase()
            && self.is_in(&ward.to_lowercase())
    }

    fn is_in(&self, ward: &str) -> bool {
        ward.is_empty() || self.texts.iter().any(|text| names(text, ward))
    }
}

/// The places of an answer in their order: GeoJSON with `properties`, or Nominatim's array with `address`.
pub fn places(body: &[u8]) -> Result<Vec<Found>, String> {
    let answer: Value = serde_json::from_slice(body).map_err(|e| format!("no JSON: {e}"))?;
    let places = answer.as_array().or_else(|| answer.get("features")?.as_array());
    let places = places.ok_or("neither features nor an array")?;
    Ok(places.iter().map(found).collect())
}

fn found(place: &Value) -> Found {
    let fields = place.get("properties").or_else(|| place.get("address")).unwrap_or(&Value::Null);
    let field = |names: [&str; 2]| {
        let value = names.iter().find_map(|name| fields.get(name)?.as_str());
        value.unwrap_or_default().to_lowercase()
    };
    let mut texts = Vec::new();
    collect_texts(place, &mut texts);
    Found { number: field(["housenumber", "house_number"]), street: field(["street", "road"]), texts }
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.to_lowercase()),
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| collect_texts(value, texts)),
        _ => {}
    }
}

/// Whether a text has a name in it as whole words: `phường 1` is not in `phường 12`.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
