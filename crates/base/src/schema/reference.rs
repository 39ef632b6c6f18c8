//! The national tables of `data/` as records: administrative units before and after 2025-07-01 with
//! what became of each, and the land-use codes.
//!
//! What older lists add is in `earlier`, how units get their ids in `unit_ids`. The tables are built into the binary,
//! so a town needs no download. What the sources do not say stays unknown (`data/README.md`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use time::{Date, macros::date};

use super::earlier::add_earlier;
use super::national_table::{Day, ReferenceError, rows};
use super::unit_ids::{NEW, id_of, level_of, old_id};
use super::{LandUse, Unit, UnitLink, UnitVersion, Validity};

/// The day districts were abolished and 10,035 communes became 3,321.
pub const REFORM: Date = date!(2025 - 07 - 01);

const PROVINCES: &str = include_str!("../../../../data/units/provinces.csv");
const WARDS: &str = include_str!("../../../../data/units/wards.csv");
const FORMER_UNITS: &str = include_str!("../../../../data/units/former_units.csv");
const CONVERSION: &str = include_str!("../../../../data/units/conversion.csv");
const ALIASES: &str = include_str!("../../../../data/units/aliases.csv");
const LAND_USE: &str = include_str!("../../../../data/land_use.csv");

/// Every administrative unit of the country, old and new.
#[derive(Debug, Clone)]
pub struct NationalUnits {
    /// Parents before children.
    pub units: Vec<Unit>,
    /// What became of every unit that ended on [`REFORM`], and of the wards that ended before.
    pub links: Vec<UnitLink>,
}

impl NationalUnits {
    /// The id of the unit that had this code on the last day before the reform.
    pub fn id_before_reform(&self, code: &str) -> Option<i32> {
        let stood =
            |v: &Validity| v.from.is_none_or(|from| from < REFORM) && v.to.is_none_or(|to| to >= REFORM);
        self.find(|v| v.code == code && stood(&v.validity))
    }

    /// The id of the unit that has had this code since the reform.
    pub fn id_after_reform(&self, code: &str) -> Option<i32> {
        self.find(|v| v.code == code && v.validity.to.is_none_or(|to| to > REFORM))
    }

    /// The name a unit has today, without its kind.
    pub fn name_today(&self, unit_id: i32) -> Option<&str> {
        let unit = self.units.iter().find(|unit| unit.unit_id == unit_id)?;
        unit.versions
            .iter()
            .find(|version| version.validity.to.is_none())
            .map(|version| version.name.as_str())
    }

    fn find(&self, is_it: impl Fn(&UnitVersion) -> bool) -> Option<i32> {
        self.units.iter().find(|u| u.versions.iter().any(&is_it)).map(|u| u.unit_id)
    }
}

#[derive(Deserialize)]
struct ProvinceRow {
    code: String,
    kind: String,
    name: String,
    kind_2025_07: Option<String>,
    name_2025_07: Option<String>,
    since: Option<Day>,
    legal_basis: String,
    communes_by: String,
}

#[derive(Deserialize)]
struct WardRow {
    code: String,
    province_code: String,
    kind: String,
    name: String,
    kind_2025_07: Option<String>,
    name_2025_07: Option<String>,
    since: Option<Day>,
}

#[derive(Deserialize)]
struct FormerRow {
    code: String,
    level: String,
    parent_code: String,
    kind: String,
    name: String,
    other_name: Option<String>,
    other_code: Option<String>,
}

#[derive(Deserialize)]
struct ConversionRow {
    old_code: String,
    new_code: String,
    extent: String,
}

#[derive(Deserialize)]
struct AliasRow {
    code: String,
    list: String,
    what: String,
    alias: String,
    source: String,
}

#[derive(Deserialize)]
struct LandUseRow {
    code: String,
    name_vi: String,
    name_en: String,
    colour: Option<String>,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
}

/// The land-use codes with their periods.
pub fn land_uses() -> Result<Vec<LandUse>, ReferenceError> {
    let uses = rows::<LandUseRow>("land_use.csv", LAND_USE)?.into_iter().map(|row| LandUse {
        code: row.code,
        validity: Validity { from: row.valid_from.map(|d| d.0), to: row.valid_to.map(|d| d.0) },
        name_vi: row.name_vi,
        name_en: row.name_en,
        colour: row.colour,
    });
    Ok(uses.collect())
}

/// All units and links. A unit keeps its id through a new name, kind or parent and ends at a merger
/// or split, so an old unit lives on exactly where it went whole into a new one that took in nothing
/// else; every other unit of the last list before ends on [`REFORM`] and every other new one begins then.
pub fn national_units() -> Result<NationalUnits, ReferenceError> {
    let provinces: Vec<ProvinceRow> = rows("units/provinces.csv", PROVINCES)?;
    let wards: Vec<WardRow> = rows("units/wards.csv", WARDS)?;
    let former: Vec<FormerRow> = rows("units/former_units.csv", FORMER_UNITS)?;
    let conversion: Vec<ConversionRow> = rows("units/conversion.csv", CONVERSION)?;

    let old_parent: BTreeMap<&str, &str> =
        former.iter().map(|f| (f.code.as_str(), f.parent_code.as_str())).collect();
    let new_parent: BTreeMap<&str, &str> =
        wards.iter().map(|w| (w.code.as_str(), w.province_code.as_str())).collect();

    // a district without wards became a special zone: of another level, so neither lives on in the other
    let (districts, conversion): (Vec<_>, Vec<_>) =
        conversion.into_iter().partition(|row| level_of(&row.old_code) == "district");
    let mut fates = Fates::default();
    for row in &conversion {
        fates.add(&row.old_code, &row.new_code, row.extent == "whole");
        let old_province = lookup(&old_parent, lookup(&old_parent, &row.old_code)?)?;
        fates.add(old_province, lookup(&new_parent, &row.new_code)?, true);
    }

    let mut units: BTreeMap<i32, Unit> = BTreeMap::new();
    for row in &former {
        let level = level_of(&row.code);
        let parent = (!row.parent_code.is_empty()).then(|| old_id(&row.parent_code));
        let lives_on = fates.successor(&row.code).is_some();
        let to = (!lives_on).then_some(REFORM);
        let version = UnitVersion {
            code: row.code.clone(),
            kind: row.kind.clone(),
            name: row.name.clone(),
            parent_id: parent,
            validity: Validity { from: None, to: Some(REFORM) },
        };
        let other_list = "another list of units before the reform";
        let aliases = (row.other_name.iter().map(|name| (name.clone(), "name", other_list.to_owned())))
            .chain(row.other_code.iter().map(|code| (code.clone(), "code", other_list.to_owned())))
            .collect();
        let unit_id = old_id(&row.code);
        debug_assert_eq!(level, row.level);
        let validity = Validity { from: None, to };
        units.insert(unit_id, Unit { unit_id, level, validity, versions: vec![version], aliases });
    }
    let mut links = Vec::with_capacity(conversion.len());
    add_earlier(&mut units, &mut links)?;
    let renewed = provinces.iter().map(|p| Renewed {
        code: &p.code,
        province: None,
        now: (&p.kind, &p.name),
        first: (p.kind_2025_07.as_ref(), p.name_2025_07.as_ref()),
        since: p.since,
    });
    let renewed = renewed.chain(wards.iter().map(|w| Renewed {
        code: &w.code,
        province: Some(&w.province_code),
        now: (&w.kind, &w.name),
        first: (w.kind_2025_07.as_ref(), w.name_2025_07.as_ref()),
        since: w.since,
    }));
    for row in renewed {
        row.add_to(&mut units, &fates);
    }
    for alias in rows::<AliasRow>("units/aliases.csv", ALIASES)? {
        let id = if alias.list == "2025-01" { old_id(&alias.code) } else { fates.new_id(&alias.code) };
        let what = if alias.what == "code" { "code" } else { "name" };
        let unit = units.get_mut(&id).ok_or(ReferenceError::UnknownCode(alias.code))?;
        unit.aliases.push((alias.alias, what, alias.source));
    }

    let communes_by: BTreeMap<&str, &str> =
        provinces.iter().map(|p| (p.code.as_str(), p.communes_by.as_str())).collect();
    let province_by: BTreeMap<&str, &str> =
        provinces.iter().map(|p| (p.code.as_str(), p.legal_basis.as_str())).collect();
    for (old, news) in &fates.of_old {
        for (new, &is_whole) in news {
            let (old_unit_id, new_unit_id) = (old_id(old), fates.new_id(new));
            if old_unit_id == new_unit_id {
                continue;
            }
            let legal_basis = match new_parent.get(new) {
                Some(province) => lookup(&communes_by, province)?,
                None => lookup(&province_by, new)?,
            };
            let legal_basis = legal_basis.to_owned();
            links.push(UnitLink { old_unit_id, new_unit_id, is_whole, share: None, legal_basis });
        }
    }
    for row in &districts {
        links.push(UnitLink {
            old_unit_id: old_id(&row.old_code),
            new_unit_id: fates.new_id(&row.new_code),
            is_whole: row.extent == "whole",
            share: None,
            legal_basis: lookup(&communes_by, lookup(&new_parent, &row.new_code)?)?.to_owned(),
        });
    }
    let mut units: Vec<Unit> = units.into_values().collect();
    units.sort_by_key(|u| (["province", "district", "ward"].iter().position(|l| *l == u.level), u.unit_id));
    Ok(NationalUnits { units, links })
}

fn lookup<'a>(table: &BTreeMap<&str, &'a str>, code: &str) -> Result<&'a str, ReferenceError> {
    table.get(code).copied().ok_or_else(|| ReferenceError::UnknownCode(code.to_owned()))
}

/// Which old code went to which new codes, and back; provinces and wards in one table, since their
/// codes differ in length.
#[derive(Default)]
struct Fates<'a> {
    of_old: BTreeMap<&'a str, BTreeMap<&'a str, bool>>,
    of_new: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Fates<'a> {
    fn add(&mut self, old: &'a str, new: &'a str, is_whole: bool) {
        self.of_old.entry(old).or_default().insert(new, is_whole);
        self.of_new.entry(new).or_default().insert(old);
    }

    /// The new code under which an old unit lives on.
    fn successor(&self, old: &str) -> Option<&'a str> {
        let (&new, &is_whole) = self.of_old.get(old).filter(|news| news.len() == 1)?.first_key_value()?;
        (is_whole && self.of_new[new].len() == 1).then_some(new)
    }

    /// The id of a unit of today: the one it has had since before the reform where it lives on.
    fn new_id(&self, new: &str) -> i32 {
        let old =
            self.of_new.get(new).and_then(|olds| olds.first()).filter(|old| self.successor(old).is_some());
        old.map_or_else(|| id_of(NEW, new), |old| old_id(old))
    }
}

/// A unit as it is since the reform.
struct Renewed<'a> {
    code: &'a str,
    province: Option<&'a str>,
    now: (&'a str, &'a str),
    /// Kind and name on the day of the reform where they were different.
    first: (Option<&'a String>, Option<&'a String>),
    since: Option<Day>,
}

impl Renewed<'_> {
    fn add_to(&self, units: &mut BTreeMap<i32, Unit>, fates: &Fates<'_>) {
        let unit_id = fates.new_id(self.code);
        let unit = units.entry(unit_id).or_insert_with(|| Unit {
            unit_id,
            level: level_of(self.code),
            validity: Validity { from: Some(REFORM), to: None },
            versions: Vec::new(),
            aliases: Vec::new(),
        });
        let parent_id = self.province.map(|code| fates.new_id(code));
        let mut add = |kind: &str, name: &str, validity: Validity| {
            if let Some(last) = unit.versions.last_mut()
                && (last.code.as_str(), last.kind.as_str(), last.name.as_str(), last.parent_id)
                    == (self.code, kind, name, parent_id)
            {
                last.validity.to = validity.to;
                return;
            }
            let (code, kind, name) = (self.code.to_owned(), kind.to_owned(), name.to_owned());
            unit.versions.push(UnitVersion { code, kind, name, parent_id, validity });
        };
        let (kind, name) = self.now;
        if let Some(Day(since)) = self.since {
            let first_kind = self.first.0.map_or(kind, String::as_str);
            let first_name = self.first.1.map_or(name, String::as_str);
            add(first_kind, first_name, Validity { from: Some(REFORM), to: Some(since) });
            add(kind, name, Validity { from: Some(since), to: None });
        } else {
            add(kind, name, Validity { from: Some(REFORM), to: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current(units: &NationalUnits) -> Vec<(&Unit, &UnitVersion)> {
        let open = |u: &'_ Unit| u.versions.iter().position(|v| v.validity.to.is_none());
        units.units.iter().filter_map(|u| open(u).map(|i| (u, &u.versions[i]))).collect()
    }

    #[test]
    fn the_country_has_as_many_units_as_the_resolutions_say() {
        let units = national_units().unwrap();
        let now = current(&units);
        let count =
            |kind: &str, level: &str| now.iter().filter(|(u, v)| u.level == level && v.kind == kind).count();
        assert_eq!(
            (count("phuong", "ward"), count("xa", "ward"), count("dac_khu", "ward")),
            (709, 2_599, 13)
        );
        assert_eq!((count("thanh_pho", "province"), count("tinh", "province")), (9, 25));
        assert_eq!(now.len(), 3_321 + 34, "no district is left");
    }

    #[test]
    fn four_hundred_and_forty_old_wards_were_split() {
        let units = national_units().unwrap();
        let mut parts: BTreeMap<i32, usize> = BTreeMap::new();
        for link in &units.links {
            *parts.entry(link.old_unit_id).or_default() += 1;
        }
        assert_eq!(parts.values().filter(|&&n| n > 1).count(), 440);
    }

    /// The statistics office's table has two old wards under one code three times; its notes and names tell them apart.
    #[test]
    fn two_wards_under_one_code_of_the_conversion_table_go_each_its_own_way() {
        let units = national_units().unwrap();
        let goes_to = |code: &str| {
            let old = units.id_before_reform(code).unwrap();
            let links = units.links.iter().filter(|link| link.old_unit_id == old);
            let name = |id| &units.units.iter().find(|u| u.unit_id == id).unwrap().versions[0].name;
            links.map(|link| (name(link.new_unit_id).as_str(), link.is_whole)).collect::<BTreeSet<_>>()
        };
        for (code, to) in
            [("01615", "Bế Văn Đàn"), ("01651", "Phục Hòa"), ("02485", "Trung Sơn"), ("02482", "Thái Bình")]
        {
            assert_eq!(goes_to(code), BTreeSet::from([(to, true)]), "{code}");
        }
        assert_eq!(goes_to("00556"), BTreeSet::from([("Phù Đổng", false), ("Thuận An", false)]));
        assert!(!goes_to("00553").iter().any(|(name, _)| *name == "Thuận An"));
    }

    /// The list of January 2025 has 15 wards more than the conversion table: thirteen had ended before the reform, of
    /// two no source that was read says where they went.
    #[test]
    fn every_ward_of_the_last_day_has_a_successor_but_for_the_two_that_no_source_leads_on() {
        let units = national_units().unwrap();
        let led_on: BTreeSet<i32> = units.links.iter().map(|link| link.old_unit_id).collect();
        let ended =
            units.units.iter().filter(|unit| unit.level != "province" && unit.validity.to == Some(REFORM));
        let (wards, districts): (Vec<_>, Vec<_>) = ended.partition(|unit| unit.level == "ward");
        assert!(wards.len() > 9_900 && districts.len() == 696, "{} {}", wards.len(), districts.len());
        let lost = wards.iter().filter(|unit| !led_on.contains(&unit.unit_id));
        let lost: Vec<&str> = lost.map(|unit| unit.versions[0].name.as_str()).collect();
        assert_eq!(lost, ["Đông Xuân", "Phù Mỹ"]);
        let all_versions = units.units.iter().flat_map(|unit| &unit.versions);
        let with_wards: BTreeSet<i32> = all_versions.filter_map(|version| version.parent_id).collect();
        let islands: Vec<(&str, bool)> = districts
            .iter()
            .filter(|unit| !with_wards.contains(&unit.unit_id))
            .map(|unit| (unit.versions[0].name.as_str(), led_on.contains(&unit.unit_id)))
            .collect();
        let to_zone = |name| (name, true);
        assert_eq!(islands, ["Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo"].map(to_zone));
    }

    #[test]
    fn code_06820_passed_from_trung_vuong_to_vang_danh() {
        let units = national_units().unwrap();
        let (old, new) = (units.id_before_reform("06820").unwrap(), units.id_after_reform("06820").unwrap());
        let name = |id| units.units.iter().find(|u| u.unit_id == id).unwrap().versions[0].name.clone();
        assert_eq!((name(old), name(new)), ("Trưng Vương".to_owned(), "Vàng Danh".to_owned()));
        let targets = units.links.iter().filter(|l| l.old_unit_id == old);
        let targets: Vec<_> = targets.map(|l| (name(l.new_unit_id), l.is_whole)).collect();
        assert_eq!(targets, [("Uông Bí".to_owned(), false), ("Vàng Danh".to_owned(), false)]);
    }

    #[test]
    fn one_unit_at_a_time_has_a_code_and_one_name_at_a_time_a_unit() {
        let units = national_units().unwrap();
        type Periods = Vec<(Option<Date>, Option<Date>)>;
        let mut periods: BTreeMap<String, Periods> = BTreeMap::new();
        for unit in &units.units {
            for v in &unit.versions {
                let period = (v.validity.from, v.validity.to);
                periods.entry(v.code.clone()).or_default().push(period);
                periods.entry(format!("unit {}", unit.unit_id)).or_default().push(period);
            }
        }
        for (what, mut periods) in periods {
            periods.sort();
            for pair in periods.windows(2) {
                assert!(pair[0].1.is_some() && pair[0].1 <= pair[1].0, "{what}: {periods:?}");
            }
        }
    }

    #[test]
    fn a_ward_that_went_on_alone_keeps_its_unit_and_a_new_kind_is_a_new_version() {
        let units = national_units().unwrap();
        let lives_on = |v: Validity| v.to.is_none() && v.from.is_none_or(|from| from < REFORM);
        let lived_on = units.units.iter().filter(|u| u.level == "ward" && lives_on(u.validity));
        assert_eq!(lived_on.count(), 132);
        let dong_nai = units.id_after_reform("75").unwrap();
        let dong_nai = units.units.iter().find(|u| u.unit_id == dong_nai).unwrap();
        let kinds: Vec<_> = dong_nai.versions.iter().map(|v| v.kind.as_str()).collect();
        assert_eq!(kinds, ["tinh", "thanh_pho"]);
    }

    #[test]
    fn every_parent_and_every_end_of_a_link_is_there() {
        let units = national_units().unwrap();
        let ids: BTreeSet<i32> = units.units.iter().map(|u| u.unit_id).collect();
        assert_eq!(ids.len(), units.units.len());
        let parents = units.units.iter().flat_map(|u| u.versions.iter().filter_map(|v| v.parent_id));
        let ends = units.links.iter().flat_map(|l| [l.old_unit_id, l.new_unit_id]);
        assert!(parents.chain(ends).all(|id| ids.contains(&id)));
    }

    #[test]
    fn a_code_of_both_lists_has_a_period_in_each() {
        let uses = land_uses().unwrap();
        let of = |code: &str| uses.iter().filter(|u| u.code == code).map(|u| u.validity).collect::<Vec<_>>();
        let turn = Some(date!(2024 - 08 - 01));
        let both = [Validity { from: turn, to: None }, Validity { from: None, to: turn }];
        assert_eq!(of("SKN"), both);
        assert_eq!(of("CNT"), both[..1], "new in 2024");
        assert_eq!(of("DSH"), both[1..], "ended in 2024");
    }

    /// Decree 102/2024/NĐ-CP, Articles 4 to 6: 66 classes, groups among them. The seven codes that an earlier
    /// edition of the table had wrong are named.
    #[test]
    fn the_list_in_force_is_that_of_the_decree() {
        let uses = land_uses().unwrap();
        let today: BTreeMap<&str, &str> = uses
            .iter()
            .filter(|u| u.validity.to.is_none())
            .map(|u| (u.code.as_str(), u.name_vi.as_str()))
            .collect();
        assert_eq!(today.len(), 66);
        for (code, name) in [
            ("DPC", "Đất công trình phòng, chống thiên tai"),
            ("SKN", "Đất cụm công nghiệp"),
            ("DSK", "Đất xây dựng công trình sự nghiệp khác"),
            ("DNG", "Đất xây dựng cơ sở ngoại giao"),
            ("CSK", "Đất sản xuất, kinh doanh phi nông nghiệp"),
        ] {
            assert_eq!(today.get(code), Some(&name));
        }
        for gone in ["DSH", "DSO", "DDT", "DDL", "DCK", "LUN", "SKX"] {
            assert!(!today.contains_key(gone), "{gone}");
        }
    }
}
