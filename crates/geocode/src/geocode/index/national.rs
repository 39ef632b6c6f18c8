//! The national tables, which are part of the program, in the geocoder's words.

use crate::geocode::index::gazetteer::{Gazetteer, Level, UnitAliasRow, UnitLinkRow, UnitRow};
use crate::schema::{ReferenceError, district_streets, national_units};

/// A gazetteer of the units old and new and of the street names of the country, and nothing else.
pub fn national_gazetteer<'a>() -> Result<Gazetteer<'a>, ReferenceError> {
    let national = national_units()?;
    let mut gazetteer = Gazetteer { district_streets: district_streets()?, ..Gazetteer::default() };
    for unit in national.units {
        let level = match unit.level {
            "province" => Level::Province,
            "district" => Level::District,
            _ => Level::Ward,
        };
        gazetteer.units.extend(unit.versions.into_iter().map(|version| UnitRow {
            unit_id: unit.unit_id,
            level,
            code: version.code,
            kind: version.kind,
            name: version.name,
            parent_id: version.parent_id,
            valid_from: version.validity.from,
            valid_to: version.validity.to,
        }));
        gazetteer.aliases.extend(unit.aliases.into_iter().map(|(alias, what, _)| UnitAliasRow {
            unit_id: unit.unit_id,
            alias,
            is_code: what == "code",
        }));
    }
    gazetteer.links.extend(national.links.into_iter().map(|link| UnitLinkRow {
        old_unit_id: link.old_unit_id,
        new_unit_id: link.new_unit_id,
        is_whole: link.is_whole,
        share: link.share,
    }));
    Ok(gazetteer)
}
