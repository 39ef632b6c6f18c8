//! The unit tables in the geocoder's words: from our schema where the source has it, else from the
//! national tables that are part of the program.

use time::Date;

use crate::geocode::{Gazetteer, Level, UnitAliasRow, UnitLinkRow, UnitRow, national_gazetteer};
use crate::schema::ReferenceError;
use crate::source::{Location, Session, SourceError};
use crate::store::Value;

/// Units old and new, what became of them, and other names.
pub(super) struct Reference {
    pub units: Vec<UnitRow>,
    pub links: Vec<UnitLinkRow>,
    pub aliases: Vec<UnitAliasRow>,
}

impl Reference {
    /// The days on which a unit came or went.
    pub fn change_days(&self) -> impl Iterator<Item = Date> {
        self.units.iter().flat_map(|unit| [unit.valid_from, unit.valid_to]).flatten()
    }

    /// From the tables of our schema.
    pub async fn read(session: &mut Session, location: &Location) -> Result<Self, SourceError> {
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
    pub fn national() -> Result<Self, ReferenceError> {
        let Gazetteer { units, links, aliases, .. } = national_gazetteer()?;
        Ok(Self { units, links, aliases })
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
