//! TileJSON 3.0.0 for one layer or several in one tile.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tilejson::{Bounds, Center, TileJSON, VectorLayer};

use super::MapLayer;
use crate::geometry::WorldBox;

/// The description of the tiles of these layers; `tiles_url` is absolute and holds `{z}/{x}/{y}`.
pub fn tilejson(layers: &[&MapLayer], tiles_url: String, name: &str) -> TileJSON {
    let mut bounds = WorldBox::EMPTY;
    layers.iter().for_each(|layer| bounds.include_box(&layer.layer().bounds()));
    let minzoom = layers.iter().map(|layer| *layer.zooms().start()).min().unwrap_or(0);
    let maxzoom = layers.iter().map(|layer| *layer.zooms().end()).max().unwrap_or(0);
    let mut json = tilejson::tilejson! { tiles_url };
    json.name = Some(name.to_owned());
    json.vector_layers = Some(layers.iter().map(|layer| describe(layer)).collect());
    json.minzoom = Some(minzoom);
    json.maxzoom = Some(maxzoom);
    if !bounds.is_empty() {
        let [west, south, east, north] = bounds.to_degrees();
        json.bounds = Some(Bounds::new(west, south, east, north));
        json.center = Some(Center::new((west + east) / 2.0, (south + north) / 2.0, minzoom));
    }
    json
}

/// A layer with all fields any of its zooms has; `zooms` says which has which.
fn describe(layer: &MapLayer) -> VectorLayer {
    let ranges = layer.zoom_ranges();
    let fields: BTreeMap<String, String> = ranges
        .iter()
        .flat_map(|range| &range.fields)
        .map(|field| (field.name.clone(), field.column_type.name().to_owned()))
        .collect();
    let zooms: Vec<Value> = ranges
        .iter()
        .map(|range| {
            let names: Vec<&str> = range.fields.iter().map(|field| field.name.as_str()).collect();
            json!({
                "minzoom": range.zooms.start(),
                "maxzoom": range.zooms.end(),
                "features": if range.is_dissolved { "dissolved" } else { "single" },
                "fields": names,
            })
        })
        .collect();
    let mut described = VectorLayer::new(layer.name().to_owned(), fields);
    described.description = Some(layer.config().title.clone());
    described.minzoom = Some(*layer.zooms().start());
    described.maxzoom = Some(*layer.zooms().end());
    described.other.insert("zooms".to_owned(), Value::Array(zooms));
    described
}
