//! `/catalog`: what this server has.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::App;
use super::problem::Problem;
use crate::geocode::codes::in_groups;
use crate::geometry::ShapeKind;
use crate::planning::Parcel;
use crate::store::Feature;
use crate::tile::MapLayer;
use crate::town::Town;

/// `GET /catalog`.
pub(super) async fn catalog(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let layers: Map<String, Value> =
        town.map().iter().map(|layer| (layer.name().to_owned(), describe(layer))).collect();
    Ok(Json(json!({
        "title": app.config().title,
        "is_generated": town.is_generated(),
        "date": town.today().to_string(),
        "revision": town.snapshot().revision().to_string(),
        "home": home(&town),
        "examples": examples(&town),
        "layers": layers,
        "styles": crate::page::style_names().collect::<Vec<_>>(),
    })))
}

/// Where the map begins: the densest part of the parcels, else of any layer.
fn home(town: &Town) -> Option<[f64; 4]> {
    let layers = ["parcels", "addresses", "units"].into_iter().filter_map(|id| town.snapshot().layer(id));
    let layer = layers.chain(town.snapshot().layers()).find(|layer| !layer.is_empty())?;
    Some(layer.densest().to_degrees())
}

/// Searches that find something here, one of each kind the town has.
fn examples(town: &Town) -> Vec<Value> {
    let mut examples = Vec::new();
    let mut add = |kind: &str, text: Option<String>| {
        examples.extend(text.map(|text| json!({ "kind": kind, "text": text })))
    };
    let address = town.snapshot().layer("addresses").and_then(|layer| {
        // a door with a short number says more than a chain of five
        let number = layer.field("number")?;
        let is_plain = |f: &Feature<'_>| f.value(number).as_text().is_some_and(|n| n.len() <= 3);
        layer.in_box(&layer.densest()).filter(is_plain).find_map(|f| {
            let hit = town.index().address(i64::try_from(f.id()).ok()?)?;
            hit.street.is_some().then_some(hit)
        })
    });
    add("address", address.as_ref().map(|hit| hit.label_old.clone().unwrap_or_else(|| hit.label.clone())));
    add("code", address.and_then(|hit| hit.door_code).map(|code| in_groups(&code)));
    if let Some((layer, row)) =
        town.snapshot().layer("parcels").and_then(|l| l.all().nth(l.len() / 2).map(|f| (l, f)))
    {
        let parcel = Parcel::new(layer, row);
        if let (Some(sheet), Some(number)) = (parcel.sheet(), parcel.number()) {
            let unit = parcel.survey_unit().map(|code| town.units().former(code).label);
            let ward = unit.as_deref().and_then(|label| label.split(',').next()).unwrap_or_default();
            add("parcel", Some(format!("thửa {number} tờ {sheet} {ward}").trim().to_owned()));
        }
        let at = row.point_on().to_lnglat();
        add("coordinates", Some(format!("{:.6}, {:.6}", at.lat, at.lng)));
    }
    examples
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
