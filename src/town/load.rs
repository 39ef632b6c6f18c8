//! From a source to a town: layers, unit tables, indexes, all of one moment.

use thiserror::Error;
use time::OffsetDateTime;

use super::beside::Beside;
use super::gazetteer::gazetteer;
use super::kept::keep_larger;
use super::reference::Reference;
use super::streets::{NamedStreet, Streets};
use super::{Town, UnitNames};
use crate::config::Config;
use crate::geocode::Index;
use crate::planning::{CodeTables, ParcelIndex};
use crate::schema::ReferenceError;
use crate::source::{LoadEvent, Loaded, Location, Session, Source, SourceError, load_snapshot};
use crate::store::Value;
use crate::tile::map_layers;

/// Why no town could be loaded.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum TownError {
    #[error("{0}")]
    Source(#[from] SourceError),
    #[error("a reference table that is part of the program is damaged: {0}")]
    Reference(#[from] ReferenceError),
}

/// Reads everything in one consistent view of the source.
pub async fn load_town(
    source: &Source,
    location: &Location,
    config: &Config,
    watch: impl FnMut(LoadEvent<'_>),
) -> Result<Town, TownError> {
    load_town_after(None, source, location, config, watch).await
}

/// As [`load_town`], beside a town that is served already: a layer that lost more than half its rows is kept.
pub async fn load_town_after(
    previous: Option<&Town>,
    source: &Source,
    location: &Location,
    config: &Config,
    watch: impl FnMut(LoadEvent<'_>),
) -> Result<Town, TownError> {
    let mut loaded = load_snapshot(source, location, config, watch).await?;
    if let Some(previous) = previous.filter(|_| !config.reload_may_lose_rows) {
        keep_larger(&mut loaded, previous);
    }
    let Loaded { mut session, snapshot, configs, history, day } = loaded;
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
    let beside = match has_our_schema {
        true => Beside::read(&mut session, location, config).await?,
        false => Beside::default(),
    };
    let parcels = snapshot.layer("parcels").and_then(|layer| ParcelIndex::build(layer));
    let units = UnitNames::new(&reference.units);
    let streets = Streets::gather(&snapshot, &named, has_own_streets);
    let placeless_streets = streets.placeless;
    let index = Index::build(gazetteer(&snapshot, reference, (streets.rows, streets.segments), &beside));
    let map = map_layers(snapshot.layers().cloned().zip(configs).zip(history));
    Ok(Town {
        snapshot,
        map,
        parcels,
        codes: CodeTables::load()?,
        units,
        index,
        is_generated,
        placeless_streets,
        loaded_at: OffsetDateTime::now_utc(),
        loaded_on: day,
    })
}

/// Whether any data set says of itself that it is invented.
async fn has_generated(session: &mut Session, location: &Location) -> Result<bool, SourceError> {
    let flags =
        session.reference(location, "dataset", &["is_generated"], |row| Some(row[0] == Value::Bool(true)));
    Ok(flags.await?.contains(&true))
}
