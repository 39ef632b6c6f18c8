//! Units as they were before the last list of three levels: names, kinds and districts that changed, and units that
//! ended, from October 2019 to January 2025. People and papers still name them.
//!
//! Lists say what was there on a day, not since or until when: a state ends with the first list that no longer has it.

use std::collections::BTreeMap;

use serde::Deserialize;
use time::Date;

use super::national_table::{Day, ReferenceError, rows};
use super::unit_ids::{ENDED, id_of, level_of, old_id};
use super::{Unit, UnitLink, UnitVersion, Validity};

const EARLIER_UNITS: &str = include_str!("../../../../data/units/earlier_units.csv");

#[derive(Deserialize)]
struct EarlierRow {
    code: String,
    level: String,
    parent_code: String,
    kind: String,
    name: String,
    until: Day,
    /// The unit of January 2025 that took over; nothing where this is an earlier state of the unit with that code.
    became: Option<String>,
}

impl EarlierRow {
    fn unit_id(&self) -> i32 {
        if self.became.is_some() { id_of(ENDED, &self.code) } else { old_id(&self.code) }
    }
}

/// Adds earlier states to the units of January 2025, and the units that ended before with what became of them.
pub fn add_earlier(units: &mut BTreeMap<i32, Unit>, links: &mut Vec<UnitLink>) -> Result<(), ReferenceError> {
    let mut earlier: Vec<EarlierRow> = rows("units/earlier_units.csv", EARLIER_UNITS)?;
    earlier.sort_by(|a, b| (&a.code, a.until.0).cmp(&(&b.code, b.until.0)));
    let ended_districts: Vec<(String, Date, i32)> = (earlier.iter())
        .filter(|row| row.level == "district" && row.became.is_some())
        .map(|row| (row.code.clone(), row.until.0, row.unit_id()))
        .collect();
    // the code of a district that ended with or after this state was another unit's at the time
    let parent_of = |row: &EarlierRow| {
        let ended =
            ended_districts.iter().find(|(code, until, _)| *code == row.parent_code && *until >= row.until.0);
        ended.map_or_else(|| old_id(&row.parent_code), |(_, _, id)| *id)
    };
    for of_code in earlier.chunk_by(|a, b| a.code == b.code) {
        let mut since = None;
        let mut states: BTreeMap<i32, Vec<UnitVersion>> = BTreeMap::new();
        for row in of_code {
            let to = Some(row.until.0);
            states.entry(row.unit_id()).or_default().push(UnitVersion {
                code: row.code.clone(),
                kind: row.kind.clone(),
                name: row.name.clone(),
                parent_id: Some(parent_of(row)),
                validity: Validity { from: since, to },
            });
            since = to;
        }
        if let Some(unit) = units.get_mut(&of_code.first().map_or(0, |row| old_id(&row.code))) {
            let mut versions = states.remove(&unit.unit_id).unwrap_or_default();
            if let Some(last) = unit.versions.first_mut() {
                last.validity.from = since;
            }
            versions.append(&mut unit.versions);
            unit.validity.from = versions.first().and_then(|version| version.validity.from);
            unit.versions = versions;
        }
        for (unit_id, versions) in states {
            let Some(row) = of_code.iter().rfind(|row| row.unit_id() == unit_id) else { continue };
            let became = row.became.as_deref().unwrap_or_default();
            if !units.contains_key(&old_id(became)) {
                return Err(ReferenceError::UnknownCode(became.to_owned()));
            }
            let level = level_of(&row.code);
            let validity = Validity { from: None, to: Some(row.until.0) };
            units.insert(unit_id, Unit { unit_id, level, validity, versions, aliases: Vec::new() });
            // a district is where its wards are
            if level == "ward" {
                links.push(UnitLink {
                    old_unit_id: unit_id,
                    new_unit_id: old_id(became),
                    is_whole: true,
                    share: None,
                    legal_basis: String::new(),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::super::{REFORM, national_units};
    use super::*;

    /// The source of `became` took the namesake of another district three times.
    #[test]
    fn no_ward_went_to_another_district_while_its_own_kept_its_name() {
        let rows: Vec<EarlierRow> = rows("units/earlier_units.csv", EARLIER_UNITS).unwrap();
        let national = national_units().unwrap();
        let ended: BTreeMap<&str, &str> = (rows.iter())
            .filter(|row| row.level == "district")
            .filter_map(|row| Some((row.code.as_str(), row.became.as_deref()?)))
            .collect();
        let last = |code: &str| {
            let unit_id = national.id_before_reform(code)?;
            national
                .units
                .iter()
                .find(|unit| unit.unit_id == unit_id)?
                .versions
                .iter()
                .rfind(|version| version.code == code)
        };
        let mut looked_at = 0;
        for row in rows.iter().filter(|row| row.level == "ward") {
            let Some(became) = row.became.as_deref().and_then(last) else { continue };
            let districts = [Some(row.parent_code.as_str()), ended.get(row.parent_code.as_str()).copied()]
                .into_iter()
                .flatten();
            let own: Vec<i32> = districts.map(old_id).collect();
            if became.parent_id.is_none_or(|parent| own.contains(&parent)) {
                continue;
            }
            looked_at += 1;
            let is_namesake = |unit: &&Unit| {
                unit.level == "ward"
                    && unit.versions.iter().any(|version| {
                        version.name == row.name
                            && version.parent_id.is_some_and(|parent| own.contains(&parent))
                            && version.validity.to == Some(REFORM)
                    })
            };
            let namesake = national.units.iter().find(is_namesake).map(|unit| &unit.versions);
            assert!(namesake.is_none(), "{} {} became {}, not {namesake:?}", row.code, row.name, became.code);
        }
        assert!(looked_at > 10, "{looked_at} wards went to another district");
    }

    #[test]
    fn a_ward_merged_away_before_the_reform_leads_on_to_the_one_that_took_it() {
        let national = national_units().unwrap();
        let an_nghiep = national.units.iter().find(|unit| unit.versions[0].code == "31126").unwrap();
        assert_eq!((an_nghiep.versions[0].name.as_str(), an_nghiep.validity.from), ("An Nghiệp", None));
        let taken_by = national.id_before_reform("31123").unwrap();
        let links: Vec<i32> = (national.links.iter())
            .filter(|link| link.old_unit_id == an_nghiep.unit_id)
            .map(|link| link.new_unit_id)
            .collect();
        assert_eq!(links, [taken_by]);
    }

    #[test]
    fn thu_duc_was_three_districts_and_a_ward_of_it_was_in_one_of_them() {
        let national = national_units().unwrap();
        let name = |id: i32| {
            let unit = national.units.iter().find(|unit| unit.unit_id == id).unwrap();
            unit.versions.last().unwrap().name.clone()
        };
        let tang_nhon_phu_a = national.id_before_reform("26839").unwrap();
        let unit = national.units.iter().find(|unit| unit.unit_id == tang_nhon_phu_a).unwrap();
        let districts: Vec<String> =
            unit.versions.iter().map(|version| name(version.parent_id.unwrap())).collect();
        assert_eq!(districts, ["9", "Thủ Đức"]);
        assert_eq!(unit.versions[0].validity.to, Some(date!(2021 - 07 - 10)));
    }

    #[test]
    fn a_code_that_passed_to_a_merged_ward_names_two_units_one_after_the_other() {
        let national = national_units().unwrap();
        let bearers: Vec<_> = (national.units.iter())
            .flat_map(|unit| unit.versions.iter().filter(|version| version.code == "00589"))
            .map(|version| (version.name.as_str(), version.validity.from, version.validity.to.is_some()))
            .collect();
        assert_eq!(bearers.len(), 2);
        assert!(bearers.contains(&("Văn Đức", None, true)));
        assert!(bearers.contains(&("Kim Đức", Some(date!(2025 - 01 - 04)), true)));
    }
}
