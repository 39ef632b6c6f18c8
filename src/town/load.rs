//! From a source to a town: layers, unit tables, indexes, all of one moment.

use thiserror::Error;
use time::OffsetDateTime;

use super::gazetteer::gazetteer;
use super::streets::{NamedStreet, Streets};
use super::{Town, UnitNames};
use crate::config::Config;
use crate::geocode::{Index, Level, UnitAliasRow, UnitLinkRow, UnitRow};
use crate::planning::{CodeTables, ParcelIndex};
use crate::schema::{NationalUnits, ReferenceError, national_units};
use crate::source::{LoadEvent, Location, Session, Source, SourceError, load_snapshot};
use crate::store::Value;

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
    let (mut session, snapshot, layers) = load_snapshot(source, location, config, watch).await?;
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
    let parcels = snapshot.layer("parcels").and_then(|layer| ParcelIndex::build(layer));
    let units = UnitNames::new(&reference.units);
    let streets = Streets::gather(&snapshot, &named);
    let placeless_streets = streets.placeless;
    let index = Index::build(gazetteer(&snapshot, reference, streets.rows));
    Ok(Town {
        snapshot,
        layers,
        parcels,
        codes: CodeTables::load()?,
        units,
        index,
        is_generated,
        placeless_streets,
        loaded_at: OffsetDateTime::now_utc(),
    })
}

/// Whether any data set says of itself that it is invented.
async fn has_generated(session: &mut Session, location: &Location) -> Result<bool, SourceError> {
    let flags =
        session.reference(location, "dataset", &["is_generated"], |row| Some(row[0] == Value::Bool(true)));
    Ok(flags.await?.contains(&true))
}

/// Units old and new, what became of them, and other names.
pub(super) struct Reference {
    pub units: Vec<UnitRow>,
    pub links: Vec<UnitLinkRow>,
    pub aliases: Vec<UnitAliasRow>,
}

impl Reference {
    /// From the tables of our schema.
    async fn read(session: &mut Session, location: &Location) -> Result<Self, SourceError> {
        let id = |value: Value<'_>| value.as_int().and_then(|n| i32::try_from(n).ok());
        let text = |value: Value<'_>| value.as_text().map(str::to_owned);
        let columns = ["unit_id", "level", "code", "kind", "name", "parent_id", "valid_from", "valid_to"];
        let units = session.reference(location, "reference_units", &columns, move |row| {
            Some(UnitRow {
                unit_id: id(row[0])?,
                level: level(row[1].as_text()?)?,
                code: text(row[2])?,
                kind: text(row[3])?,
                name: text(row[4])?,
                parent_id: id(row[5]),
                valid_from: row[6].as_date(),
                valid_to: row[7].as_date(),
            })
        });
        let units = units.await?;
        let columns = ["old_unit_id", "new_unit_id", "extent", "share"];
        let links = session.reference(location, "reference_unit_links", &columns, move |row| {
            Some(UnitLinkRow {
                old_unit_id: id(row[0])?,
                new_unit_id: id(row[1])?,
                is_whole: row[2].as_text()? == "whole",
                share: row[3].as_float(),
            })
        });
        let links = links.await?;
        let aliases = session.reference(
            location,
            "reference_unit_aliases",
            &["unit_id", "alias", "what"],
            move |row| {
                Some(UnitAliasRow {
                    unit_id: id(row[0])?,
                    alias: text(row[1])?,
                    is_code: row[2].as_text()? == "code",
                })
            },
        );
        let aliases = aliases.await?;
        Ok(Self { units, links, aliases })
    }

    /// From the national tables that are part of the program, for sources that have none.
    fn national() -> Result<Self, ReferenceError> {
        let NationalUnits { units, links, .. } = national_units()?;
        let mut reference = Self { units: Vec::new(), links: Vec::new(), aliases: Vec::new() };
        for unit in units {
            let Some(level) = level(unit.level) else { continue };
            let versions = unit.versions.into_iter().map(|version| UnitRow {
                unit_id: unit.unit_id,
                level,
                code: version.code,
                kind: version.kind,
                name: version.name,
                parent_id: version.parent_id,
                valid_from: version.validity.from,
                valid_to: version.validity.to,
            });
            reference.units.extend(versions);
            reference.aliases.extend(unit.aliases.into_iter().map(|(alias, what, _)| UnitAliasRow {
                unit_id: unit.unit_id,
                alias,
                is_code: what == "code",
            }));
        }
        reference.links.extend(links.into_iter().map(|link| UnitLinkRow {
            old_unit_id: link.old_unit_id,
            new_unit_id: link.new_unit_id,
            is_whole: link.is_whole,
            share: link.share,
        }));
        Ok(reference)
    }
}

fn level(name: &str) -> Option<Level> {
    match name {
        "province" => Some(Level::Province),
        "district" => Some(Level::District),
        "ward" => Some(Level::Ward),
        _ => None,
    }
}
