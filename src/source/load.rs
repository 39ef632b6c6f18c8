//! From a source and a configuration to a snapshot: every layer read in one consistent view.

use std::sync::Arc;
use std::time::Instant;

use time::Date;

use super::history::Dated;
use super::standard::came_later;
use super::{Location, RowSink, Session, Source, SourceError, TableQuery, standard_layers};
use crate::config::{Config, LayerConfig, TableName};
use crate::store::{Field, Key, Layer, LayerBuilder, Snapshot};

/// What a load tells whoever watches it.
#[derive(Debug)]
pub enum LoadEvent<'a> {
    /// A layer begins: its name, how many are done, how many there are.
    Begun(&'a str, usize, usize),
    /// A layer is ready; its report is in it.
    Loaded(&'a Layer),
    /// Rows of the same layer that are not in force today.
    Others(&'a Layer),
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
    for (done, layer) in configs.iter().enumerate() {
        watch(LoadEvent::Begun(&layer.id, done, configs.len()));
        let (loaded, others) = load_layer(&mut session, layer, today).await?;
        watch(LoadEvent::Loaded(&loaded));
        if let Some(others) = &others {
            watch(LoadEvent::Others(others));
        }
        layers.push(Arc::new(loaded));
        history.push(others.map(Arc::new));
    }
    Ok(Loaded { session, snapshot: Snapshot::new(layers), configs, history })
}

async fn load_layer(
    session: &mut Session,
    layer: &LayerConfig,
    today: Date,
) -> Result<(Layer, Option<Layer>), SourceError> {
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
    let new_builder = || LayerBuilder::new(&layer.id, fields.clone(), layer.srid);
    let new_sink = || Dated::new(layer, today, new_builder);
    let mut sinks = session.read(&query, &columns, new_sink).await?.into_iter();
    let mut rows = sinks.next().unwrap_or_else(new_sink);
    sinks.for_each(|sink| rows.absorb(sink));
    Ok(rows.finish(started.elapsed()))
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
        if self.has_table(&super::standard_table(location, table)).await? {
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
            table: super::standard_table(location, table),
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
