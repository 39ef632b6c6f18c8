//! What search knows beside the layers: tables of our schema that no map shows.

use rustc_hash::FxHashMap;

use super::streets::FormerName;
use crate::config::Config;
use crate::geocode::RetiredCode;
use crate::source::{Location, Session, SourceError};

/// Rows beside the layers; none where the source has not our schema, or was made before there was a table.
#[derive(Debug, Default)]
pub(super) struct SideTables {
    /// What streets were called before.
    pub former_names: Vec<FormerName>,
    /// By address: where it lay before, as the source wrote it.
    pub former_places: FxHashMap<i64, String>,
    /// Door codes that are on no door any more.
    pub retired_codes: Vec<RetiredCode>,
}

impl SideTables {
    /// Reads what belongs to the layers of our schema; a town's own layer has its own rows.
    pub async fn read(
        session: &mut Session,
        location: &Location,
        config: &Config,
    ) -> Result<Self, SourceError> {
        let has_own = |id: &str| config.layers.iter().any(|layer| layer.id == id);
        let mut side_tables =
            Self { retired_codes: retired_codes(session, location).await?, ..Self::default() };
        if !has_own("streets") {
            side_tables.former_names = FormerName::read(session, location).await?;
        }
        if !has_own("addresses") {
            side_tables.former_places = former_places(session, location).await?;
        }
        Ok(side_tables)
    }
}

async fn former_places(
    session: &mut Session,
    location: &Location,
) -> Result<FxHashMap<i64, String>, SourceError> {
    let columns = ["address_id", "place"];
    let read = session.later_reference(location, "reference_former_places", &columns, |row| {
        Some((row[0].as_int()?, row[1].as_text()?.to_owned()))
    });
    Ok(read.await?.into_iter().collect())
}

async fn retired_codes(session: &mut Session, location: &Location) -> Result<Vec<RetiredCode>, SourceError> {
    let columns = ["code", "successor", "retired_on"];
    let read = session.later_reference(location, "reference_retired_door_codes", &columns, |row| {
        Some(RetiredCode {
            code: row[0].as_text()?.to_owned(),
            successor: row[1].as_text().map(str::to_owned),
            retired_on: row[2].as_date(),
        })
    });
    read.await
}
