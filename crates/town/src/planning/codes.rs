//! Names and colours of codes: land use by date, kinds of zones of urban plans.

use std::collections::HashMap;

use serde::Deserialize;
use time::Date;

use crate::schema::{LandUse, ReferenceError, land_uses};

/// Kinds of zones of 1/2,000 plans; source in `data/README.md`.
const PLAN_ZONE_CODES: &str = include_str!("../../../../data/plan_zone_codes.csv");

/// What a code is called and how it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CodeName {
    /// In Vietnamese.
    pub name_vi: String,
    /// In English; ours, not official.
    pub name_en: String,
    /// `#rrggbb`; `None` where no colour is known.
    pub colour: Option<String>,
}

#[derive(Deserialize)]
struct ZoneRow {
    code: String,
    #[serde(flatten)]
    name: CodeName,
}

/// The code tables of `data/`.
#[derive(Debug)]
pub struct CodeTables {
    land_uses: Vec<LandUse>,
    zones: HashMap<String, CodeName>,
}

impl CodeTables {
    /// Reads the tables that are part of the program.
    pub fn load() -> Result<Self, ReferenceError> {
        let rows: Result<Vec<ZoneRow>, csv::Error> =
            csv::Reader::from_reader(PLAN_ZONE_CODES.as_bytes()).deserialize().collect();
        let rows = rows.map_err(|cause| ReferenceError::Table { table: "plan_zone_codes.csv", cause })?;
        Ok(Self {
            land_uses: land_uses()?,
            zones: rows.into_iter().map(|row| (row.code, row.name)).collect(),
        })
    }

    /// What a land-use code means on a day: the list of 2024 words most codes anew.
    pub fn land_use(&self, code: &str, day: Date) -> Option<CodeName> {
        let is_valid = |from: Option<Date>, to: Option<Date>| {
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to)
        };
        let known = || self.land_uses.iter().filter(|known| known.code == code);
        let on_day = known().find(|known| is_valid(known.validity.from, known.validity.to));
        // an old code on a parcel that was never surveyed anew still has its old name
        on_day.or_else(|| known().next_back()).map(|known| CodeName {
            name_vi: known.name_vi.clone(),
            name_en: known.name_en.clone(),
            colour: known.colour.clone(),
        })
    }

    /// What a zone's code means: a land-use code in a land-use plan, else a kind of zone.
    pub fn zone(&self, plan_kind: &str, code: &str, day: Date) -> Option<CodeName> {
        if plan_kind == "land_use" { self.land_use(code, day) } else { self.zones.get(code).cloned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_code_is_named_as_it_was_meant_on_the_day() {
        let tables = CodeTables::load().unwrap();
        let name = |day| tables.land_use("DXH", day).unwrap().name_vi;
        assert_eq!(name(date!(2020 - 01 - 01)), "Đất cơ sở dịch vụ xã hội");
        assert_eq!(name(date!(2026 - 01 - 01)), "Đất xây dựng cơ sở xã hội");
        assert_eq!(tables.land_use("LUC", date!(2026 - 01 - 01)).unwrap().colour.as_deref(), Some("#fffc8c"));
        assert!(tables.land_use("XXX", date!(2026 - 01 - 01)).is_none());
        assert!(tables.zone("zoning", "DAT_O_Nhomnhao", date!(2026 - 01 - 01)).is_some());
    }
}
