//! Parameters of the query as tables: a name, a type, a meaning, an example each.
//!
//! One table a dialect, so that operations that read the same parameters say the same of them.

pub(in crate::http) mod ban;
pub(in crate::http) mod map;
pub(in crate::http) mod native;
pub(in crate::http) mod nominatim;
pub(in crate::http) mod pelias;
pub(in crate::http) mod photon;
pub(in crate::http) mod tables;

use serde_json::{Value, json};
use utoipa::openapi::Required;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// Longest text that is searched.
const MAX_TEXT_CHARS: usize = crate::geocode::MAX_CHARS;

/// A parameter of the query.
struct Query {
    name: &'static str,
    meaning: &'static str,
    schema: Object,
    example: Value,
    is_required: bool,
    /// Parameters with the same word here are given together.
    together: Option<&'static str>,
    /// It changes what others mean, so that an example with others would not be of use.
    is_alone: bool,
    /// The kind of example of `/catalog` that stands for this server's own town.
    example_from: Option<&'static str>,
}

fn query(name: &'static str, meaning: &'static str, schema: Object, example: Value) -> Query {
    Query {
        name,
        meaning,
        schema,
        example,
        is_required: false,
        together: None,
        is_alone: false,
        example_from: None,
    }
}

/// Any text.
fn text(name: &'static str, meaning: &'static str, example: &str) -> Query {
    query(name, meaning, Object::with_type(Type::String), json!(example))
}

/// A text that is searched.
fn searched(name: &'static str, meaning: &'static str, example: &str) -> Query {
    let schema = ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX_TEXT_CHARS)).build();
    query(name, meaning, schema, json!(example))
}

/// One of a few words.
fn word(name: &'static str, meaning: &'static str, words: &[&str], example: &str) -> Query {
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.iter().copied()));
    query(name, meaning, schema.build(), json!(example))
}

/// A number of degrees up to a limit either way.
fn degrees(name: &'static str, meaning: &'static str, limit: f64, example: f64) -> Query {
    let schema = ObjectBuilder::new().schema_type(Type::Number).minimum(Some(-limit)).maximum(Some(limit));
    query(name, meaning, schema.build(), json!(example))
}

fn latitude(name: &'static str, meaning: &'static str) -> Query {
    degrees(name, meaning, 90.0, 11.2592).from("coordinates.lat")
}

fn longitude(name: &'static str, meaning: &'static str) -> Query {
    degrees(name, meaning, 180.0, 106.1159).from("coordinates.lon")
}

fn number(name: &'static str, meaning: &'static str, example: f64) -> Query {
    query(name, meaning, Object::with_type(Type::Number), json!(example))
}

/// A whole number; one out of range is brought into it.
fn whole(name: &'static str, meaning: &'static str, example: i64) -> Query {
    query(name, meaning, Object::with_type(Type::Integer), json!(example))
}

/// A switch.
fn flag(name: &'static str, meaning: &'static str) -> Query {
    query(name, meaning, Object::with_type(Type::String), json!("1"))
}

/// What a unit is converted to, and what it is taken for.
fn conversion() -> Vec<Query> {
    vec![
        word("direction", "To units of today, or back to those before the reform", &["new", "old"], "new"),
        word("from", "Whether codes and names are surely those of before the reform", &["any", "old"], "old"),
    ]
}

impl Query {
    fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    fn with(self, together: &'static str) -> Self {
        Self { together: Some(together), ..self }
    }

    fn alone(self) -> Self {
        Self { is_alone: true, ..self }
    }

    fn from(self, kind: &'static str) -> Self {
        Self { example_from: Some(kind), ..self }
    }

    fn build(self) -> Parameter {
        let mut extensions = ExtensionsBuilder::new();
        if let Some(together) = self.together {
            extensions = extensions.add("x-together", together);
        }
        if self.is_alone {
            extensions = extensions.add("x-alone", true);
        }
        if let Some(kind) = self.example_from {
            extensions = extensions.add("x-example-from", kind);
        }
        ParameterBuilder::new()
            .name(self.name)
            .parameter_in(ParameterIn::Query)
            .description(Some(self.meaning))
            .required(if self.is_required { Required::True } else { Required::False })
            .schema(Some(self.schema))
            .example(Some(self.example))
            .extensions(Some(extensions.build()))
            .build()
    }
}

fn table<const N: usize>(parts: [Vec<Query>; N]) -> Vec<Parameter> {
    parts.into_iter().flatten().map(Query::build).collect()
}
