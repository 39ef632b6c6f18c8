//! `/catalog`: what this server has.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::App;
use super::openapi::responses::NotReady;
use super::openapi::schemas;
use super::problem::Problem;
use crate::answers::Examples;
use crate::geometry::ShapeKind;
use crate::tile::MapLayer;

/// What this server has: its layers, styles, and searches that find something.
#[utoipa::path(
    get, path = "/catalog", tag = "map",
    responses((status = 200, description = "The catalogue.", body = schemas::map::Catalog), NotReady)
)]
pub(super) async fn catalog(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let examples = app.ask(&town, Examples).await?;
    let layers: Map<String, Value> =
        town.map().iter().map(|layer| (layer.name().to_owned(), describe(layer))).collect();
    Ok(Json(json!({
        "title": app.config().title,
        "is_generated": town.is_generated(),
        "date": town.today().to_string(),
        "revision": town.snapshot().revision().to_string(),
        "home": examples.home,
        "examples": examples.searches,
        "layers": layers,
        "styles": crate::page::style_names().collect::<Vec<_>>(),
    })))
}

fn describe(map_layer: &MapLayer) -> Value {
    let (layer, config) = (map_layer.layer(), map_layer.config());
    let kind = match map_layer.kind() {
        Some(ShapeKind::Point) => "point",
        Some(ShapeKind::Line) => "line",
        Some(ShapeKind::Polygon) => "polygon",
        None => "empty",
    };
    let fields: Map<String, Value> =
        layer.fields().iter().map(|f| (f.name.clone(), f.column_type.name().into())).collect();
    let bounds = layer.bounds();
    json!({
        "title": config.title,
        "kind": kind,
        "minzoom": config.minzoom,
        "maxzoom": config.maxzoom,
        "bounds": (!bounds.is_empty()).then(|| bounds.to_degrees()),
        "fields": fields,
        "rows": layer.len(),
        "revision": layer.revision().to_string(),
    })
}
