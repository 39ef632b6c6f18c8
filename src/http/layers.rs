//! The `{ids}` of a path: one layer or several, comma separated, each once.

use super::problem::Problem;
use crate::tile::MapLayer;
use crate::town::Town;

/// More in one tile serve nobody and cost everybody.
const MAX_LAYERS: usize = 32;

/// The named layers in the order of the catalogue, so that any order of names is one tile.
pub(super) fn named<'a>(town: &'a Town, ids: &str) -> Result<Vec<&'a MapLayer>, Problem> {
    let names = || ids.split(',').filter(|name| !name.is_empty());
    if !(1..=MAX_LAYERS).contains(&names().take(MAX_LAYERS + 1).count()) {
        return Err(Problem::bad_request(format!("name 1 to {MAX_LAYERS} layers, separated by commas")));
    }
    if let Some(unknown) = names().find(|&name| town.map().iter().all(|layer| layer.name() != name)) {
        let known: Vec<&str> = town.map().iter().map(MapLayer::name).collect();
        // only a short name is repeated: it is the client's own text
        let unknown: String =
            unknown.chars().filter(|c| c.is_alphanumeric() || "_-".contains(*c)).take(40).collect();
        return Err(Problem::not_found(format!("no layer '{unknown}'; there are: {}", known.join(", "))));
    }
    Ok(town.map().iter().filter(|layer| names().any(|name| name == layer.name())).collect())
}
