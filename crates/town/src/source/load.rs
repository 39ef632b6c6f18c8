//! From a source and a configuration to a snapshot: every layer read in one consistent view.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashSet;
use time::Date;

use super::history::Dated;
use super::id_key::id_key;
use super::personal::{Judged, RefusedColumn, Screened, Watches, names_of_places, refuse_by_name};
use super::roles::{AnyWard, HereWard, Labels, Role, UnitKinds, UnitNames, WardCodes, role, shortcomings};
use super::standard::{REFERENCE_TABLES, came_later};
use super::{
    Location, OurSchema, RowSink, Session, Source, SourceColumn, SourceError, TableQuery, standard_layers,
    standard_table,
};
use crate::config::{Config, LayerConfig, PublicColumn, TableName};
use crate::geometry::SourceSystems;
use crate::privacy::{SharedIdKey, personal_by_name};
use crate::schema::national_units;
use crate::store::{Field, Key, Layer, LayerBuilder, ReadText, Snapshot};

/// What a load tells whoever watches it.
#[derive(Debug)]
pub enum LoadEvent<'a> {
    /// A layer begins: its name, how many are done, how many there are.
    Begun(&'a str, usize, usize),
    /// A layer is ready; its report is in it.
    Loaded(&'a Layer),
    /// Rows of the same layer that are not in force today.
    Historical(&'a Layer),
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
    for layer in &mut configs {
        let is_ours = layer.table == standard_table(location, &format!("layer_{}", layer.id));
        refuse_by_name(layer, is_ours).iter().for_each(|refused| watch(LoadEvent::ColumnRefused(refused)));
    }
    session.check_all(location, &configs).await?;
    shortcomings(&configs).iter().for_each(|sentence| tracing::warn!("{sentence}"));
    let mut context = session.context(location, &configs, config).await?;
    // wards first: codes in other layers are held against them
    let mut order: Vec<usize> = (0..configs.len()).collect();
    order.sort_by_key(|&i| configs[i].id != "units");
    let mut first_readings: Vec<(usize, LayerReading)> = Vec::with_capacity(configs.len());
    for (done, &i) in order.iter().enumerate() {
        watch(LoadEvent::Begun(&configs[i].id, done, configs.len()));
        let reading = read_layer(&mut session, &configs[i], &context, today, None).await?;
        if configs[i].id == "units" {
            context.add_places(&reading.layer);
        }
        first_readings.push((i, reading));
    }
    first_readings.sort_by_key(|(i, _)| *i);
    let first_readings: Vec<LayerReading> = first_readings.into_iter().map(|(_, reading)| reading).collect();
    let mut layers = Vec::with_capacity(configs.len());
    let mut history = Vec::with_capacity(configs.len());
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
            reading = read_layer(&mut session, config, &context, today, Some(judged.watches)).await?;
        }
        watch(LoadEvent::Loaded(&reading.layer));
        if let Some(historical) = &reading.historical {
            watch(LoadEvent::Historical(historical));
        }
        layers.push(Arc::new(reading.layer));
        history.push(reading.historical.map(Arc::new));
    }
    refuse_nothing(layers.iter().map(|layer| &**layer))?;
    Ok(Loaded { session, snapshot: Snapshot::new(layers), configs, history })
}

/// A source of which every row was refused is no source to be ready with.
fn refuse_nothing<'a>(layers: impl Iterator<Item = &'a Layer> + Clone) -> Result<(), SourceError> {
    let reports = || layers.clone().map(Layer::report);
    let is_lost = reports().any(|report| report.read > 0) && reports().all(|report| report.held_rows() == 0);
    if !is_lost {
        return Ok(());
    }
    let reasons = reports().flat_map(|report| &report.refused);
    let commonest = reasons.max_by_key(|(_, problem)| problem.rows);
    let (reason, rows) =
        commonest.map_or((String::new(), 0), |(reason, problem)| (reason.clone(), problem.rows));
    Err(SourceError::AllRefused { reason, rows })
}

/// What the layers of one load have in common.
struct Context {
    /// The coordinate systems the source defines itself.
    systems: Arc<SourceSystems>,
    /// The codes of wards; `None` where no layer of the town's own names any.
    wards: Option<Arc<WardCodes>>,
    /// Layers of the town's own: those of our schema need no repair.
    own: FxHashSet<String>,
    /// Layers whose keys are texts.
    text_keyed: FxHashSet<String>,
    /// By which keys that are texts become ids.
    id_key: SharedIdKey,
}

impl Context {
    fn add_places(&mut self, units: &Layer) {
        if let Some(wards) = self.wards.take().and_then(Arc::into_inner) {
            self.wards = Some(Arc::new(wards.with_places(units)));
        }
    }

    /// The columns whose texts are read, with who reads them: those of the town's own layers only.
    fn readers(&self, layer: &LayerConfig) -> Vec<(usize, Arc<dyn ReadText>)> {
        if !self.own.contains(&layer.id) {
            return Vec::new();
        }
        // a name keeps the word for its kind where no other column says it
        let has_kind = layer.columns.iter().any(|column| column.name == "kind");
        let reader = |column: &PublicColumn| -> Option<Arc<dyn ReadText>> {
            match role(&layer.id, &column.name)? {
                Role::Ward => Some(Arc::new(AnyWard(Arc::clone(self.wards.as_ref()?)))),
                Role::WardHere => Some(Arc::new(HereWard(Arc::clone(self.wards.as_ref()?)))),
                Role::Label => Some(Arc::new(Labels)),
                Role::UnitKind => Some(Arc::new(UnitKinds)),
                Role::UnitName if has_kind => Some(Arc::new(UnitNames)),
                Role::Text | Role::UnitName | Role::Reference(_) | Role::Number => None,
            }
        };
        layer.columns.iter().enumerate().filter_map(|(i, column)| Some((i, reader(column)?))).collect()
    }

    /// The columns with keys of layers whose keys are texts.
    fn text_references(&self, layer: &LayerConfig) -> Vec<usize> {
        let is_one = |column: &PublicColumn| matches!(role(&layer.id, &column.name), Some(Role::Reference(to)) if self.text_keyed.contains(to));
        layer.columns.iter().enumerate().filter(|(_, column)| is_one(column)).map(|(i, _)| i).collect()
    }
}

/// A layer as it was read once.
struct LayerReading {
    layer: Layer,
    /// Rows of other days.
    historical: Option<Layer>,
    columns: Vec<SourceColumn>,
    /// What was seen in its columns.
    watches: Watches,
}

/// Reads a layer, with every value looked at where `watches` says nothing else.
async fn read_layer(
    session: &mut Session,
    layer: &LayerConfig,
    context: &Context,
    today: Date,
    watches: Option<Watches>,
) -> Result<LayerReading, SourceError> {
    let started = Instant::now();
    let query = query_of(layer);
    let columns = session.describe(&query).await?;
    let column_type = |public: &PublicColumn, column: &SourceColumn| {
        role(&layer.id, &public.name).map_or(column.column_type, Role::column_type)
    };
    let fields: Vec<Field> = layer
        .columns
        .iter()
        .zip(&columns)
        .map(|(public, column)| Field { name: public.name.clone(), column_type: column_type(public, column) })
        .collect();
    // numbers of people must not be ids
    let hides_numbers = personal_by_name(&layer.key).is_some();
    let (readers, references) = (context.readers(layer), context.text_references(layer));
    let new_builder = || {
        LayerBuilder::new(&layer.id, fields.clone(), layer.srid)
            .with_systems(Arc::clone(&context.systems))
            .with_readers(readers.clone())
            .with_text_references(references.clone())
            .with_id_key(Arc::clone(&context.id_key), hides_numbers)
    };
    let watches = watches.unwrap_or_else(|| Watches::new(layer, &columns));
    let new_sink = || Screened::new(Dated::new(layer, today, new_builder), watches.clone(), layer);
    let mut sinks = session.read(&query, &columns, new_sink).await?.into_iter();
    let (mut rows, mut watches) = sinks.next().unwrap_or_else(new_sink).into_parts();
    for (other_rows, seen) in sinks.map(Screened::into_parts) {
        rows.absorb(other_rows);
        watches.absorb(seen);
    }
    let (layer, historical) = rows.finish(started.elapsed());
    Ok(LayerReading { layer, historical, columns, watches })
}

fn query_of(layer: &LayerConfig) -> TableQuery {
    TableQuery {
        table: layer.table.clone(),
        key: Some(layer.key.clone()),
        geometry: Some(layer.geometry.clone()),
        columns: layer.columns.iter().map(|c| c.column.clone()).collect(),
    }
}

fn reference_query(location: &Location, table: &str, columns: &[&str]) -> TableQuery {
    TableQuery {
        table: standard_table(location, table),
        key: None,
        geometry: None,
        columns: columns.iter().map(|&c| c.to_owned()).collect(),
    }
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
    fn row(&mut self, row: super::SourceRow<'_>) {
        self.rows.extend((self.convert)(row.values));
    }

    fn refuse(&mut self, _: Key<'_>, reason: &str) {
        tracing::warn!("a row of a reference table is left out: {reason}");
    }

    fn lose(&mut self, _: Key<'_>, _: usize, what: &str) {
        tracing::warn!("a value of a reference table is left out: {what}");
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
        match self.our_schema().await? {
            OurSchema::None => return Ok(there),
            OurSchema::Closed if !config.layers.is_empty() => {
                tracing::warn!(
                    "schema bandoso is there, but this user may read nothing of it: served without it"
                );
                return Ok(there);
            }
            // what is missing is said in full when everything is checked
            OurSchema::Closed | OurSchema::Open => {}
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

    /// Checks that every layer, and where our schema is read its tables beside the layers, is there and may be read.
    async fn check_all(&mut self, location: &Location, configs: &[LayerConfig]) -> Result<(), SourceError> {
        let mut queries: Vec<TableQuery> = configs.iter().map(query_of).collect();
        let is_ours =
            |layer: &LayerConfig| layer.table == standard_table(location, &format!("layer_{}", layer.id));
        if configs.iter().any(is_ours) {
            for (table, columns, is_later) in REFERENCE_TABLES {
                let query = reference_query(location, table, columns);
                if !is_later || self.has_table(&query.table).await? {
                    queries.push(query);
                }
            }
        }
        self.check(&queries).await
    }

    /// What the layers have in common.
    async fn context(
        &mut self,
        location: &Location,
        configs: &[LayerConfig],
        config: &Config,
    ) -> Result<Context, SourceError> {
        let own: FxHashSet<String> = config.layers.iter().map(|layer| layer.id.clone()).collect();
        let mut text_keyed = FxHashSet::default();
        let referred = ["plans", "streets", "parcels"];
        for layer in configs.iter().filter(|layer| referred.contains(&layer.id.as_str())) {
            if self.has_text_key(&query_of(layer)).await? {
                text_keyed.insert(layer.id.clone());
            }
        }
        let names_wards = config.layers.iter().any(|layer| {
            let roles = layer.columns.iter().filter_map(|column| role(&layer.id, &column.name));
            roles.into_iter().any(|role| matches!(role, Role::Ward | Role::WardHere))
        });
        let wards = if names_wards { Some(Arc::new(self.ward_codes(location).await?)) } else { None };
        let id_key = id_key(location, config.feature_id_key);
        Ok(Context { systems: Arc::new(self.systems().await?), wards, own, text_keyed, id_key })
    }

    /// The codes of all wards, old and new: those of the source where it has our tables of units, else the country's.
    async fn ward_codes(&mut self, location: &Location) -> Result<WardCodes, SourceError> {
        if self.has_our_schema().await? {
            let codes = self.reference(location, "reference_units", &["level", "code"], |row| {
                let is_ward = row[0].as_text() == Some("ward");
                row[1].as_text().filter(|_| is_ward).map(str::to_owned)
            });
            return Ok(WardCodes::new(codes.await?));
        }
        let national = national_units().map_err(|e| SourceError::Damaged(e.to_string()))?;
        let wards = national.units.into_iter().filter(|unit| unit.level == "ward");
        Ok(WardCodes::new(wards.flat_map(|unit| unit.versions).map(|version| version.code)))
    }

    async fn has_table(&mut self, table: &TableName) -> Result<bool, SourceError> {
        let query = TableQuery { table: table.clone(), key: None, geometry: None, columns: Vec::new() };
        match self.describe(&query).await {
            Ok(_) => Ok(true),
            // it is there: what may not be read of it is said with everything else
            Err(SourceError::NoRights(_)) => Ok(true),
            Err(SourceError::NoTable { .. }) => Ok(false),
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
        let query = reference_query(location, table, columns);
        let described = self.describe(&query).await?;
        let new_sink = || Collected { rows: Vec::new(), convert: convert.clone() };
        let sinks = self.read(&query, &described, new_sink).await?;
        Ok(sinks.into_iter().flat_map(|sink| sink.rows).collect())
    }
}
