//! From a source to a town: layers, unit tables, indexes, all of one moment.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use thiserror::Error;
use time::Date;

use super::border_tolerances::BorderTolerances;
use super::gazetteer::gazetteer;
use super::kept::keep_larger;
use super::reference::Reference;
use super::side_tables::SideTables;
use super::streets::{NamedStreet, Streets};
use super::{Clock, ServedDay, Town, UnitNames};
use crate::config::Config;
use crate::geocode::Index;
use crate::planning::{CodeTables, ParcelIndex};
use crate::schema::{ReferenceError, district_streets};
use crate::source::{LoadEvent, Loaded, Location, Session, Source, SourceError, load_snapshot};
use crate::store::Value;
use crate::tile::{DeriveEvent, map_layers};

/// Why no town could be loaded.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum TownError {
    #[error("{0}")]
    Source(#[from] SourceError),
    #[error("a reference table that is part of the program is damaged: {0}")]
    Reference(#[from] ReferenceError),
}

/// What loading a town tells whoever watches it.
#[derive(Debug)]
pub enum TownEvent<'a> {
    /// Of reading rows.
    Read(LoadEvent<'a>),
    /// Of what tiles need beside rows.
    Derived(DeriveEvent<'a>),
    /// An index is being made, of so many rows.
    Indexing(&'static str, usize),
    /// It is there, after so long.
    Indexed(&'static str, usize, Duration),
}

/// Reads everything in one consistent view of the source, as it is in force on the clock's day, and makes everything
/// an answer may need: once a town is there, no request waits for anything.
pub async fn load_town(
    source: &Source,
    location: &Location,
    config: &Config,
    clock: &Clock,
    watch: impl FnMut(TownEvent<'_>),
) -> Result<Town, TownError> {
    load_town_after(None, source, location, config, clock, watch).await
}

/// As [`load_town`], beside a town that is served already: a layer that lost more than half its rows is kept.
pub async fn load_town_after(
    previous: Option<&Town>,
    source: &Source,
    location: &Location,
    config: &Config,
    clock: &Clock,
    mut watch: impl FnMut(TownEvent<'_>),
) -> Result<Town, TownError> {
    let day = clock.today();
    let mut loaded =
        load_snapshot(source, location, config, day, |event| watch(TownEvent::Read(event))).await?;
    if let Some(previous) = previous.filter(|_| !config.reload_may_lose_rows) {
        keep_larger(&mut loaded, previous);
    }
    let Loaded { mut session, snapshot, configs, history } = loaded;
    let has_our_schema = session.has_our_schema().await?;
    let (reference, is_generated) = if has_our_schema {
        (Reference::read(&mut session, location).await?, has_generated(&mut session, location).await?)
    } else {
        (Reference::national()?, false)
    };
    // a town's own table of streets, where it has one, says which there are
    let has_own_streets = config.layers.iter().any(|layer| layer.id == "streets");
    let named = match has_our_schema && !has_own_streets {
        true => NamedStreet::read(&mut session, location).await?,
        false => Vec::new(),
    };
    let side_tables = match has_our_schema {
        true => SideTables::read(&mut session, location, config).await?,
        false => SideTables::default(),
    };
    let border_tolerances =
        BorderTolerances::read(&mut session, location, config, &snapshot, has_our_schema).await?;
    let parcels = snapshot.layer("parcels").and_then(|layer| {
        indexed("parcels by number", layer.len(), &mut watch, || ParcelIndex::build(layer))
    });
    let units = UnitNames::new(&reference.units);
    let streets = Streets::gather(&snapshot, &named, has_own_streets);
    let placeless_streets = streets.placeless;
    let unit_changes: BTreeSet<Date> = reference.change_days().collect();
    let rows = snapshot.layers().map(|layer| layer.len()).sum();
    let district_streets = district_streets()?;
    let index = indexed("names and addresses", rows, &mut watch, || {
        let streets = (streets.rows, streets.segments);
        Index::build(gazetteer(&snapshot, reference, streets, &side_tables, district_streets))
    });
    let layers = snapshot.layers().cloned().zip(configs).zip(history);
    let map = map_layers(layers, |event| watch(TownEvent::Derived(event)));
    Ok(Town {
        snapshot,
        map,
        parcels,
        codes: CodeTables::load()?,
        units,
        index,
        border_tolerances,
        is_generated,
        placeless_streets,
        unit_changes,
        loaded_at: clock.now(),
        day: ServedDay::new(day),
    })
}

/// Makes an index, with word before and after.
fn indexed<T>(
    what: &'static str,
    rows: usize,
    watch: &mut impl FnMut(TownEvent<'_>),
    make: impl FnOnce() -> T,
) -> T {
    watch(TownEvent::Indexing(what, rows));
    let started = Instant::now();
    let made = make();
    watch(TownEvent::Indexed(what, rows, started.elapsed()));
    made
}

/// Whether any data set says of itself that it is invented.
async fn has_generated(session: &mut Session, location: &Location) -> Result<bool, SourceError> {
    let flags =
        session.reference(location, "dataset", &["is_generated"], |row| Some(row[0] == Value::Bool(true)));
    Ok(flags.await?.contains(&true))
}
