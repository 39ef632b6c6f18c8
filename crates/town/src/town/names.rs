//! What a unit's code is called. Before the reform of 1 July 2025 and after it the codes are two name
//! spaces: 06820 was Trưng Vương and is Vàng Danh.

use rustc_hash::FxHashMap;
use serde::Serialize;
use time::Date;

use crate::geocode::UnitRow;
use crate::schema::{REFORM, UNIT_KINDS, without_unit_kind};

/// A unit as answers show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitName {
    /// Five digits for a ward.
    pub code: String,
    /// `Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh`; the code where the name is not known.
    pub label: String,
}

/// Labels by code, before and after the reform.
#[derive(Debug, Default)]
pub struct UnitNames {
    former: FxHashMap<String, String>,
    present: FxHashMap<String, String>,
}

impl UnitNames {
    /// From all versions of all units.
    pub fn new(rows: &[UnitRow]) -> Self {
        let mut former: Vec<&UnitRow> =
            rows.iter().filter(|row| row.valid_from.is_none_or(|from| from < REFORM)).collect();
        // of two that had a code before, the later one
        former.sort_by_key(|row| row.valid_to.unwrap_or(Date::MAX));
        let present = rows.iter().filter(|row| row.valid_to.is_none());
        Self { former: labels(former.into_iter()), present: labels(present) }
    }

    /// The unit that had the code before the reform, else the one that has it today.
    pub fn former(&self, code: &str) -> UnitName {
        name(code, self.former.get(code).or_else(|| self.present.get(code)))
    }

    /// The unit that has the code today, else the one that had it before.
    pub fn present(&self, code: &str) -> UnitName {
        name(code, self.present.get(code).or_else(|| self.former.get(code)))
    }
}

fn name(code: &str, label: Option<&String>) -> UnitName {
    UnitName { code: code.to_owned(), label: label.cloned().unwrap_or_else(|| code.to_owned()) }
}

/// Of several rows for a unit or a code the last one counts.
fn labels<'a>(rows: impl Iterator<Item = &'a UnitRow>) -> FxHashMap<String, String> {
    let rows: Vec<&UnitRow> = rows.collect();
    let by_id: FxHashMap<i32, &UnitRow> = rows.iter().map(|row| (row.unit_id, *row)).collect();
    rows.into_iter()
        .map(|row| {
            let mut label = full_name(row);
            let mut above = row.parent_id;
            // province, district, ward: no chain is longer
            for _ in 0..2 {
                let Some(parent) = above.and_then(|id| by_id.get(&id)) else { break };
                label = format!("{label}, {}", full_name(parent));
                above = parent.parent_id;
            }
            (row.code.clone(), label)
        })
        .collect()
}

/// Kind and name as people write them, also where the name has the word for the kind already.
fn full_name(row: &UnitRow) -> String {
    match UNIT_KINDS.iter().find(|(kind, _)| *kind == row.kind) {
        Some((_, word)) => format!("{word} {}", without_unit_kind(&row.name)),
        None => row.name.clone(),
    }
}
