//! From a source and a configuration to a snapshot: every layer read in one consistent view.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Instant;

use time::Date;

use super::history::Dated;
use super::id_key::id_key;
use super::personal::{Judged, RefusedColumn, Screened, Watches, names_of_places, refuse_by_name};
use super::standard::came_later;
use super::{
    Location, RowSink, Session, Source, SourceColumn, SourceError, TableQuery, standard_layers,
    standard_table,
};
use crate::config::{Config, LayerConfig, TableName};
use crate::privacy::personal_by_name;
use crate::store::{Field, Key, Layer, LayerBuilder, SharedIdKey, Snapshot};

/// What a load tells whoever watches it.
#[derive(Debug)]
pub enum LoadEvent<'a> {
    /// A layer begins: its name, how many are done, how many there are.
    Begun(&'a str, usize, usize),
    /// A layer is ready; its report is in it.
    Loaded(&'a Layer),
    /// Rows of the same layer that are not in force today.
    Others(&'a Layer),
    /// A column that is listed and not served, because it holds personal data.
    ColumnRefused(&'a RefusedColumn),
}

/// What was read, all of one moment.
pub struct Loaded {
    /// The view it was read in, for what else is wanted of that moment.
    pub session: Session,
    /// The rows in force on the day.
    pub snapshot: Snapshot,
    /// The layers' configurations, in the snapshot's order.
    pub configs: Vec<LayerConfig>,
    /// The rows of each layer that are not in force, in the same order.
    pub history: Vec<Option<Arc<Layer>>>,
}

/// Reads all layers the configuration names and, where our schema is there, the standard ones, as they are in
/// force on the day `today`.
pub async fn load_snapshot(
    source: &Source,
    location: &Location,
    config: &Config,
    today: Date,
    mut watch: impl FnMut(LoadEvent<'_>),
) -> Result<Loaded, SourceError> {
    let mut session = source.session().await?;
    let mut configs = session.standard_layers(location, config).await?;
    configs.extend(config.layers.iter().cloned());
    if configs.is_empty() {
        return Err(SourceError::NothingToServe);
    }
    let mut layers = Vec::with_capacity(configs.len());
    let mut history = Vec::with_capacity(configs.len());
    let count = configs.len();
    let mut first_readings = Vec::with_capacity(count);
    let id_key = id_key(location, config.feature_id_key);
    for (done, layer) in configs.iter_mut().enumerate() {
        watch(LoadEvent::Begun(&layer.id, done, count));
        let is_ours = layer.table == standard_table(location, &format!("layer_{}", layer.id));
        refuse_by_name(layer, is_ours).iter().for_each(|refused| watch(LoadEvent::ColumnRefused(refused)));
        first_readings.push(read_layer(&mut session, layer, &id_key, today, None).await?);
    }
    // streets, units and landmarks explain columns of people's names, so all layers are there before one is judged
    let places = OnceCell::new();
    let places = || {
        places.get_or_init(|| names_of_places(first_readings.iter().map(|reading| &reading.layer))).clone()
    };
    let judged: Vec<Option<Judged>> = configs
        .iter()
        .zip(&first_readings)
        .map(|(layer, reading)| reading.watches.clone().judge(layer, &reading.columns, places))
        .collect();
    for ((config, mut reading), judged) in configs.iter_mut().zip(first_readings).zip(judged) {
        if let Some(judged) = judged {
            judged.refused.iter().for_each(|refused| watch(LoadEvent::ColumnRefused(refused)));
            *config = judged.layer;
            drop(reading);
            reading = read_layer(&mut session, config, &id_key, today, Some(judged.watches)).await?;
        }
        watch(LoadEvent::Loaded(&reading.layer));
        if let Some(others) = &reading.others {
            watch(LoadEvent::Others(others));
        }
        layers.push(Arc::new(reading.layer));
        history.push(reading.others.map(Arc::new));
    }
    Ok(Loaded { session, snapshot: Snapshot::new(layers), configs, history })
}

/// A layer as it was read once.
struct Reading {
    layer: Layer,
    /// Rows of other days.
    others: Option<Layer>,
    columns: Vec<SourceColumn>,
    /// What was seen in its columns.
    watches: Watches,
}

/// Reads a layer, with every value looked at where `watches` says nothing else.
async fn read_layer(
    session: &mut Session,
    layer: &LayerConfig,
    id_key: &SharedIdKey,
    today: Date,
    watches: Option<Watches>,
) -> Result<Reading, SourceError> {
    let started = Instant::now();
    let query = TableQuery {
        table: layer.table.clone(),
        key: Some(layer.key.clone()),
        geometry: Some(layer.geometry.clone()),
        columns: layer.columns.iter().map(|c| c.column.clone()).collect(),
    };
    let columns = session.describe(&query).await?;
    let fields: Vec<Field> = layer
        .columns
        .iter()
        .zip(&columns)
        .map(|(public, column)| Field { name: public.name.clone(), column_type: column.column_type })
        .collect();
    // numbers of people must not be ids
    let hides_numbers = personal_by_name(&layer.key).is_some();
    let new_builder = || {
        LayerBuilder::new(&layer.id, fields.clone(), layer.srid)
            .with_id_key(Arc::clone(id_key), hides_numbers)
    };
    let watches = watches.unwrap_or_else(|| Watches::new(layer, &columns));
    let new_sink = || Screened::new(Dated::new(layer, today, new_builder), watches.clone(), layer);
    let mut sinks = session.read(&query, &columns, new_sink).await?.into_iter();
    let (mut rows, mut watches) = sinks.next().unwrap_or_else(new_sink).into_parts();
    for (other_rows, seen) in sinks.map(Screened::into_parts) {
        rows.absorb(other_rows);
        watches.absorb(seen);
    }
    let (layer, others) = rows.finish(started.elapsed());
    Ok(Reading { layer, others, columns, watches })
}

/// Rows of a reference table, collected.
struct Collected<T, F> {
    rows: Vec<T>,
    convert: F,
}

impl<T, F> RowSink for Collected<T, F>
where
    T: Send + 'static,
    F: Fn(&[crate::store::Value<'_>]) -> Option<T> + Send + 'static,
{
    fn row(&mut self, row: super::Row<'_>) {
        self.rows.extend((self.convert)(row.values));
    }

    fn refuse(&mut self, _: Key<'_>, reason: &str) {
        tracing::warn!("a row of a reference table is left out: {reason}");
    }
}

impl Session {
    /// The layers of our schema that the configuration does not replace; none where the schema is not there.
    async fn standard_layers(
        &mut self,
        location: &Location,
        config: &Config,
    ) -> Result<Vec<LayerConfig>, SourceError> {
        let mut there = Vec::new();
        if !self.has_our_schema().await? {
            return Ok(there);
        }
        for layer in standard_layers(location) {
            if config.layers.iter().any(|own| own.id == layer.id) {
                continue;
            }
            if came_later(&layer) && !self.has_table(&layer.table).await? {
                tracing::warn!(
                    "the source was made before there was a layer {}: run `bandoso migrate` on a database",
                    layer.id
                );
                continue;
            }
            there.push(layer);
        }
        Ok(there)
    }

    async fn has_table(&mut self, table: &TableName) -> Result<bool, SourceError> {
        let query = TableQuery { table: table.clone(), key: None, geometry: None, columns: Vec::new() };
        match self.describe(&query).await {
            Ok(_) => Ok(true),
            Err(SourceError::NoTable(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Reads a small table of ours that the schema had not from the beginning; nothing where the source was made
    /// before.
    pub async fn later_reference<T: Send + 'static>(
        &mut self,
        location: &Location,
        table: &str,
        columns: &[&str],
        convert: impl Fn(&[crate::store::Value<'_>]) -> Option<T> + Clone + Send + 'static,
    ) -> Result<Vec<T>, SourceError> {
        if self.has_table(&standard_table(location, table)).await? {
            return self.reference(location, table, columns, convert).await;
        }
        tracing::warn!(
            "the source was made before there was a table {table}: run `bandoso migrate` on a database"
        );
        Ok(Vec::new())
    }

    /// Reads a small table of ours without geometry; `convert` sees the values in column order.
    pub async fn reference<T: Send + 'static>(
        &mut self,
        location: &Location,
        table: &str,
        columns: &[&str],
        convert: impl Fn(&[crate::store::Value<'_>]) -> Option<T> + Clone + Send + 'static,
    ) -> Result<Vec<T>, SourceError> {
        let query = TableQuery {
            table: standard_table(location, table),
            key: None,
            geometry: None,
            columns: columns.iter().map(|&c| c.to_owned()).collect(),
        };
        let described = self.describe(&query).await?;
        let new_sink = || Collected { rows: Vec::new(), convert: convert.clone() };
        let sinks = self.read(&query, &described, new_sink).await?;
        Ok(sinks.into_iter().flat_map(|sink| sink.rows).collect())
    }
}
