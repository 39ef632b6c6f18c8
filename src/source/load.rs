//! From a source and a configuration to a snapshot: every layer read in one consistent view.

use std::sync::Arc;
use std::time::Instant;

use super::{Location, RowSink, Session, Source, SourceError, TableQuery, standard_layers};
use crate::config::{Config, LayerConfig};
use crate::store::{Field, Key, Layer, LayerBuilder, Snapshot};

/// What a load tells whoever watches it.
#[derive(Debug)]
pub enum LoadEvent<'a> {
    /// A layer begins: its name, how many are done, how many there are.
    Begun(&'a str, usize, usize),
    /// A layer is ready; its report is in it.
    Loaded(&'a Layer),
}

/// Reads all layers the configuration names and, where our schema is there, the standard ones.
/// Also gives the layer configurations that were used, in the snapshot's order.
pub async fn load_snapshot(
    source: &Source,
    location: &Location,
    config: &Config,
    mut watch: impl FnMut(LoadEvent<'_>),
) -> Result<(Session, Snapshot, Vec<LayerConfig>), SourceError> {
    let mut session = source.session().await?;
    let mut configs = if session.has_our_schema().await? { standard_layers(location) } else { Vec::new() };
    for layer in &config.layers {
        configs.retain(|standard| standard.id != layer.id);
        configs.push(layer.clone());
    }
    if configs.is_empty() {
        return Err(SourceError::NothingToServe);
    }
    let mut layers = Vec::with_capacity(configs.len());
    for (done, layer) in configs.iter().enumerate() {
        watch(LoadEvent::Begun(&layer.id, done, configs.len()));
        let loaded = load_layer(&mut session, layer).await?;
        watch(LoadEvent::Loaded(&loaded));
        layers.push(Arc::new(loaded));
    }
    Ok((session, Snapshot::new(layers), configs))
}

async fn load_layer(session: &mut Session, layer: &LayerConfig) -> Result<Layer, SourceError> {
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
    let new_sink = || LayerBuilder::new(&layer.id, fields.clone(), layer.srid);
    let mut sinks = session.read(&query, &columns, new_sink).await?.into_iter();
    let mut builder = sinks.next().unwrap_or_else(new_sink);
    sinks.for_each(|sink| builder.absorb(sink));
    Ok(builder.finish(started.elapsed()))
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
