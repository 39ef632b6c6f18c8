//! GeoJSON (RFC 7946): what several answers are made of.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Longitude, latitude in degrees (WGS 84).
pub(in crate::http) struct Position;

/// West, south, east, north in degrees.
pub(in crate::http) struct Bbox;

impl PartialSchema for Position {
    fn schema() -> RefOr<Schema> {
        numbers(2, "Longitude, latitude in degrees (WGS 84).")
    }
}

impl ToSchema for Position {}

impl PartialSchema for Bbox {
    fn schema() -> RefOr<Schema> {
        numbers(4, "West, south, east, north in degrees.")
    }
}

impl ToSchema for Bbox {}

fn numbers(count: usize, meaning: &str) -> RefOr<Schema> {
    let numbers = ArrayBuilder::new().items(Object::with_type(Type::Number)).description(Some(meaning));
    numbers.min_items(Some(count)).max_items(Some(count)).into()
}

#[derive(ToSchema)]
pub(in crate::http) enum CollectionType {
    FeatureCollection,
}

#[derive(ToSchema)]
pub(in crate::http) enum FeatureType {
    Feature,
}

#[derive(ToSchema)]
enum PointType {
    Point,
}

#[derive(ToSchema)]
enum MultiPolygonType {
    MultiPolygon,
}

/// A point.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Point {
    r#type: PointType,
    coordinates: Position,
}

/// Polygons: their rings, the first one the outer one, each closed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct MultiPolygon {
    r#type: MultiPolygonType,
    #[schema(min_items = 1)]
    coordinates: Vec<Vec<Vec<Position>>>,
}

/// Whither from the asked place.
#[derive(ToSchema)]
pub(in crate::http) enum Direction {
    N,
    NE,
    E,
    SE,
    S,
    SW,
    W,
    NW,
}
