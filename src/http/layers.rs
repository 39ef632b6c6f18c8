//! The `{ids}` of a path: one layer or several, comma separated, each once.

use std::sync::Arc;

use super::problem::Problem;
use crate::config::LayerConfig;
use crate::store::Layer;
use crate::town::Town;

/// More in one tile serve nobody and cost everybody.
const MAX_LAYERS: usize = 32;

/// The named layers in the order of the catalogue, so that any order of names is one tile.
pub(super) fn named<'a>(
    town: &'a Town,
    ids: &str,
) -> Result<Vec<(&'a Arc<Layer>, &'a LayerConfig)>, Problem> {
    let names: Vec<&str> = ids.split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() || names.len() > MAX_LAYERS {
        return Err(Problem::bad_request(format!("name 1 to {MAX_LAYERS} layers, separated by commas")));
    }
    if let Some(unknown) = names.iter().find(|name| town.snapshot().layer(name).is_none()) {
        let known: Vec<&str> = town.snapshot().layers().map(|layer| layer.id()).collect();
        // only a short name is repeated: it is the client's own text
        let unknown: String =
            unknown.chars().filter(|c| c.is_alphanumeric() || "_-".contains(*c)).take(40).collect();
        return Err(Problem::not_found(format!("no layer '{unknown}'; there are: {}", known.join(", "))));
    }
    Ok(town.layers().filter(|(layer, _)| names.contains(&layer.id())).collect())
}
