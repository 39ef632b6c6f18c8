//! TileJSON 3.0.0 for one layer or several in one tile.

use std::collections::BTreeMap;

use tilejson::{Bounds, Center, TileJSON, VectorLayer};

use crate::config::LayerConfig;
use crate::geometry::WorldBox;
use crate::store::Layer;

/// The description of the tiles of these layers; `tiles_url` is absolute and holds `{z}/{x}/{y}`.
pub fn tilejson(layers: &[(&Layer, &LayerConfig)], tiles_url: String, name: &str) -> TileJSON {
    let mut bounds = WorldBox::EMPTY;
    layers.iter().for_each(|(layer, _)| bounds.include_box(&layer.bounds()));
    let minzoom = layers.iter().map(|(_, config)| config.minzoom).min().unwrap_or(0);
    let maxzoom = layers.iter().map(|(_, config)| config.maxzoom).max().unwrap_or(0);
    let vector_layers = layers.iter().map(|(layer, config)| describe(layer, config)).collect();
    let mut json = tilejson::tilejson! { tiles_url };
    json.name = Some(name.to_owned());
    json.vector_layers = Some(vector_layers);
    json.minzoom = Some(minzoom);
    json.maxzoom = Some(maxzoom);
    if !bounds.is_empty() {
        let [west, south, east, north] = bounds.to_degrees();
        json.bounds = Some(Bounds::new(west, south, east, north));
        json.center = Some(Center::new((west + east) / 2.0, (south + north) / 2.0, minzoom));
    }
    json
}

fn describe(layer: &Layer, config: &LayerConfig) -> VectorLayer {
    let fields: BTreeMap<String, String> =
        layer.fields().iter().map(|f| (f.name.clone(), f.column_type.name().to_owned())).collect();
    let mut described = VectorLayer::new(layer.id().to_owned(), fields);
    described.description = Some(config.title.clone());
    described.minzoom = Some(config.minzoom);
    described.maxzoom = Some(config.maxzoom);
    described
}
