//! What a request chooses of its layers: `?filter=` (CQL2 text), `?properties=` and `?at=` (a day).
//!
//! Both are understood against the fields the zoom has; a field that comes later is answered with the
//! first zoom that has it. With several layers a filter holds for each of them, and each gives those of
//! the properties that it has. A day counts as the layer's last change up to it, so that all days between
//! two changes are one tile.

use std::borrow::Cow;

use axum::http::Uri;
use time::Date;
use time::macros::format_description;

use super::problem::Problem;
use crate::answers::LayerChoice;
use crate::config::Dissolve;
use crate::filter::{Filter, Properties};
use crate::store::Field;
use crate::tile::MapLayer;

/// Which rows and columns of which day a request wants; everything where it says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct TileQuery {
    /// One a layer, where rows are chosen.
    filters: Vec<Filter>,
    /// Names of columns, where columns are chosen.
    properties: Option<Vec<String>>,
    /// One a layer, where a day is chosen on which any of them looked otherwise.
    epochs: Vec<Option<Date>>,
    canonical: Option<Box<str>>,
}

impl TileQuery {
    /// Reads the query of a request for tiles of this zoom.
    pub fn read(uri: &Uri, layers: &[&MapLayer], zoom: u8, today: Date) -> Result<Self, Problem> {
        let mut tile_query = Self::default();
        let Some(query) = uri.query() else { return Ok(tile_query) };
        let mut canonical = String::new();
        if let Some(text) = parameter(query, "filter")? {
            let expression = Filter::parse(&text).map_err(Problem::bad_request)?;
            for layer in layers {
                let filter = Filter::compile(&expression, &layer.fields_at(zoom));
                tile_query.filters.push(filter.map_err(|error| {
                    let later = Filter::compile(&expression, layer.layer().fields())
                        .ok()
                        .and_then(|filter| comes_later(layer, filter.columns(), zoom));
                    later.unwrap_or_else(|| Problem::bad_request(error))
                })?);
            }
            canonical = format!("filter={expression}");
        }
        if let Some(text) = parameter(query, "properties")? {
            let mut fields: Vec<Field> = Vec::new();
            for field in layers.iter().flat_map(|layer| layer.fields_at(zoom)) {
                if fields.iter().all(|known| known.name != field.name) {
                    fields.push(field);
                }
            }
            let chosen = Properties::parse(&text, &fields).map_err(|error| {
                let names = || text.split(',').map(str::trim);
                let later = layers.iter().find_map(|layer| comes_later(layer, names(), zoom));
                later.unwrap_or_else(|| Problem::bad_request(error))
            })?;
            canonical = format!("{canonical}&properties={chosen}");
            tile_query.properties = Some(chosen.columns().iter().map(|&c| fields[c].name.clone()).collect());
        }
        if let Some(text) = parameter(query, "at")? {
            let day = Date::parse(&text, format_description!("[year]-[month]-[day]"));
            let day = day.map_err(|_| Problem::bad_request("`at` must be a day such as 2025-07-01"))?;
            let epochs: Vec<Option<Date>> = layers.iter().map(|layer| layer.epoch(day, today)).collect();
            let shows_today_only = layers
                .iter()
                .zip(&epochs)
                .find(|(layer, epoch)| epoch.is_some() && layer.is_dissolved_at(zoom));
            if let Some((layer, _)) = shows_today_only {
                let name = layer.name();
                let first = Dissolve::SINGLE_FROM;
                let problem =
                    format!("tiles of {name} show another day from zoom {first} on, not at zoom {zoom}");
                return Err(Problem::bad_request(problem));
            }
            if epochs.iter().any(Option::is_some) {
                let days = epochs.iter().map(|epoch| epoch.map_or_else(String::new, |day| day.to_string()));
                canonical = format!("{canonical}&at={}", days.collect::<Vec<_>>().join(","));
                tile_query.epochs = epochs;
            }
        }
        tile_query.canonical = (!canonical.is_empty()).then(|| canonical.into());
        Ok(tile_query)
    }

    /// Equal for choices that mean the same; `None` for everything.
    pub fn canonical(&self) -> Option<Box<str>> {
        self.canonical.clone()
    }

    /// The day on which the layer at this place among those the query was read for is looked at; `None` is the
    /// day that is served.
    pub fn epoch(&self, place: usize) -> Option<Date> {
        self.epochs.get(place).copied().flatten()
    }

    /// What is chosen of the layer at this place among those the query was read for; `number` is its place in
    /// the town.
    pub fn of_layer(&self, place: usize, layer: &MapLayer, number: usize, zoom: u8) -> LayerChoice {
        let attributes = self.properties.as_ref().map(|names| {
            let fields = layer.fields_at(zoom);
            (0..fields.len()).filter(|&i| names.contains(&fields[i].name)).collect()
        });
        LayerChoice {
            layer: number,
            attributes,
            filter: self.filters.get(place).cloned(),
            epoch: self.epoch(place),
        }
    }
}

/// 400 with the first zoom that has one of the names, where this one has not.
fn comes_later<'a>(layer: &MapLayer, names: impl Iterator<Item = &'a str>, zoom: u8) -> Option<Problem> {
    let fields = layer.fields_at(zoom);
    let missing = |name: &&str| fields.iter().all(|field| field.name != *name);
    let (name, first) = names.filter(missing).find_map(|name| Some((name, layer.first_zoom_with(name)?)))?;
    let layer = layer.name();
    Some(Problem::bad_request(format!(
        "tiles of {layer} have the column \"{name}\" from zoom {first} on, not at zoom {zoom}"
    )))
}

/// A parameter of the query, decoded, unless it is blank; 400 where it is given twice or is not UTF-8.
fn parameter<'a>(query: &'a str, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
    let mut values = query.split('&').filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    });
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::bad_request(format!("give `{name}` once")));
    }
    if value.trim_matches('+').is_empty() || value.replace("%20", "").is_empty() {
        return Ok(None);
    }
    // a plus is a space in a query (WHATWG URL, application/x-www-form-urlencoded)
    let spaced: Cow<'_, str> =
        if value.contains('+') { value.replace('+', " ").into() } else { value.into() };
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8();
    let text = decoded.map_err(|_| Problem::bad_request(format!("`{name}` is not UTF-8")))?;
    Ok(Some(Cow::Owned(text.into_owned())))
}
