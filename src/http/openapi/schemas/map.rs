//! What a map asks for: the catalogue, TileJSON, styles and the index of the sprite.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

use super::geojson::Bbox;

/// What this server has.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Catalog {
    #[schema(required = true)]
    title: Option<String>,
    /// Whether any data set is invented.
    is_generated: bool,
    /// The day that is shown.
    #[schema(format = Date)]
    date: String,
    revision: String,
    /// Where a map begins.
    #[schema(required = true)]
    home: Option<Bbox>,
    /// Searches that find something here.
    examples: Vec<CatalogExample>,
    layers: BTreeMap<String, CatalogLayer>,
    styles: Vec<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum ExampleKind {
    Address,
    Code,
    Parcel,
    Coordinates,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct CatalogExample {
    kind: ExampleKind,
    text: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum LayerKind {
    Point,
    Line,
    Polygon,
    Empty,
}

#[derive(ToSchema)]
enum FieldType {
    String,
    Number,
    Boolean,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct CatalogLayer {
    title: String,
    kind: LayerKind,
    #[schema(maximum = 24)]
    minzoom: u8,
    #[schema(maximum = 24)]
    maxzoom: u8,
    #[schema(required = true)]
    bounds: Option<Bbox>,
    fields: BTreeMap<String, FieldType>,
    rows: u64,
    revision: String,
}

/// TileJSON 3.0.0.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct TileJson {
    tilejson: String,
    #[schema(min_items = 1)]
    tiles: Vec<String>,
    #[schema(min_items = 1)]
    vector_layers: Vec<VectorLayer>,
    bounds: Option<Bbox>,
    /// Longitude, latitude, zoom.
    #[schema(min_items = 3, max_items = 3)]
    center: Option<Vec<f64>>,
    #[schema(maximum = 24)]
    minzoom: u8,
    #[schema(maximum = 24)]
    maxzoom: u8,
    name: String,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct VectorLayer {
    id: String,
    fields: BTreeMap<String, FieldType>,
    description: String,
    minzoom: u8,
    maxzoom: u8,
    /// Which fields the tiles of which zooms have.
    #[schema(min_items = 1)]
    zooms: Vec<ZoomRange>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum TileFeatures {
    Single,
    Dissolved,
}

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct ZoomRange {
    minzoom: u8,
    maxzoom: u8,
    features: TileFeatures,
    fields: Vec<String>,
}

/// A style of MapLibre, whose specification says the rest.
#[derive(ToSchema)]
pub(in crate::http) struct MapStyle {
    #[schema(minimum = 8, maximum = 8)]
    version: u8,
    name: String,
    glyphs: String,
    sprite: String,
    sources: BTreeMap<String, Value>,
    #[schema(min_items = 1)]
    layers: Vec<StyleLayer>,
}

#[derive(ToSchema)]
struct StyleLayer {
    id: String,
    r#type: String,
}

/// Where each pattern lies in the picture.
#[derive(ToSchema)]
pub(in crate::http) struct SpriteIndex(BTreeMap<String, SpritePattern>);

#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
struct SpritePattern {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    #[schema(rename = "pixelRatio")]
    pixel_ratio: u32,
}
