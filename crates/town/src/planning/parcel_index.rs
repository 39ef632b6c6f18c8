//! Parcels by number, with the sheet or without it, in one unit or in any.
//!
//! Sheet and number are a key only together with the unit whose sheets were numbered: since the 2025 mergers
//! the same pair stands several times in one ward, and all of them are given. A number without its sheet is
//! what everybody has typed just before "tờ". Numbers are compared in one form: `08` is `8`. Hashes only say where to look: every row is compared.

use std::ops::Range;

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64;

use super::parcel::{Columns, Parcel, as_key};
use crate::cost::RowBudget;
use crate::geometry::{World, distance_m};
use crate::schema::parcel_number;
use crate::store::{Feature, FeatureId, Layer};

/// So many rows are compared one by one, wherever they lie.
const FEW: usize = 200;

/// Which unit's sheets are meant. Before and after the reform codes are two name spaces: 25633 was
/// Hiệp Tân and is Thanh Điền.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetsOf<'a> {
    /// Any unit's.
    Any,
    /// Those the unit with this code numbered.
    Surveyed(&'a str),
    /// Those that lie in today's ward with this code.
    Today(&'a str),
    /// A bare code: either.
    Either(&'a str),
}

/// The number of a parcel and what is known beside it, both numbers as anybody writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParcelNumber<'a> {
    /// Number of the map sheet (số tờ), where it is known.
    pub sheet: Option<&'a str>,
    /// Number on the sheet (số thửa).
    pub number: &'a str,
    /// Whose sheets.
    pub sheets_of: SheetsOf<'a>,
}

/// Two sorted arrays: 32 bytes a parcel.
#[derive(Debug)]
pub struct ParcelIndex {
    /// In the order of number, sheet and id.
    entries: Vec<Entry>,
    /// Hash of a unit with a number, and the place in `entries`: for the unit that surveyed the parcel and
    /// for the one it lies in today. Of one hash in the order of `entries`.
    by_unit: Vec<(u32, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// Hash.
    number: u32,
    /// What [`sheet_key`] makes of the sheet.
    sheet: u32,
    id: FeatureId,
}

/// What a unit is to a parcel.
#[derive(Debug, Clone, Copy)]
enum UnitRole {
    Surveyed,
    Today,
}

impl ParcelIndex {
    /// Indexes a layer; `None` where it has no numbers.
    pub fn build(layer: &Layer) -> Option<Self> {
        let (sheet, number) = (layer.field("sheet"), layer.field("number")?);
        let columns = Columns::of(layer);
        let entry = |row: Feature<'_>| {
            let number = as_key(&row.value(number))?;
            let sheet = sheet.and_then(|column| as_key(&row.value(column)));
            let parcel = Parcel::with_columns(row, columns);
            let of_unit = |role, code: Option<&str>| code.map(|code| unit_hash(role, code, &number));
            let units =
                [of_unit(UnitRole::Surveyed, parcel.survey_unit()), of_unit(UnitRole::Today, parcel.unit())];
            let sheet = sheet.map_or(NO_SHEET, |sheet| sheet_key(&sheet));
            Some((Entry { number: hash(&number), sheet, id: row.id() }, units))
        };
        let mut rows: Vec<(Entry, [Option<u32>; 2])> = layer.all().filter_map(entry).collect();
        rows.sort_unstable_by_key(|(entry, _)| *entry);
        let of_row = |(at, (_, units)): (usize, &(Entry, [Option<u32>; 2]))| {
            units.map(|hash| hash.map(|hash| (hash, at as u32)))
        };
        let mut by_unit: Vec<(u32, u32)> = rows.iter().enumerate().flat_map(of_row).flatten().collect();
        by_unit.sort_unstable();
        Some(Self { entries: rows.into_iter().map(|(entry, _)| entry).collect(), by_unit })
    }

    /// Up to `limit` parcels that bear one of these numbers, each once: number by number, sheets in the order
    /// of their numbers. Every row that is compared counts against the budget.
    pub fn find<'a>(
        &self,
        layer: &'a Layer,
        wanted: &[ParcelNumber<'_>],
        limit: usize,
        budget: &RowBudget,
    ) -> Vec<Parcel<'a>> {
        let columns = Columns::of(layer);
        let layer = layer.counted(budget);
        let mut found: Vec<Parcel<'a>> = Vec::new();
        let mut known: FxHashSet<FeatureId> = FxHashSet::default();
        for number in wanted {
            let (sheet, digits) = (number.sheet.map(parcel_number), parcel_number(number.number));
            let number = ParcelNumber { sheet: sheet.as_deref(), number: &digits, ..*number };
            for entry in self.entries_of(&number) {
                if found.len() >= limit || budget.is_spent() {
                    return found;
                }
                if known.contains(&entry.id) {
                    continue;
                }
                let Some(row) = layer.by_id(entry.id) else { continue };
                let parcel = Parcel::with_columns(row, columns);
                if number.is_of(&parcel, columns) {
                    known.insert(entry.id);
                    found.push(parcel);
                }
            }
        }
        found
    }

    /// The same, those nearest to a place first. Where many bear the number, rows are looked at from the place
    /// outwards: a number that every sheet has costs no more in a country than in a town.
    pub fn find_near<'a>(
        &self,
        layer: &'a Layer,
        wanted: &[ParcelNumber<'_>],
        at: World,
        limit: usize,
        budget: &RowBudget,
    ) -> Vec<Parcel<'a>> {
        let columns = Columns::of(layer);
        let canonical: Vec<(Option<_>, _)> = wanted
            .iter()
            .map(|wanted| (wanted.sheet.map(parcel_number), parcel_number(wanted.number)))
            .collect();
        let read = wanted.iter().zip(&canonical);
        let wanted: Vec<ParcelNumber<'_>> = read
            .map(|(wanted, (sheet, number))| ParcelNumber { sheet: sheet.as_deref(), number, ..*wanted })
            .collect();
        let count: usize = wanted.iter().map(|number| self.entries_of(number).take(FEW + 1).count()).sum();
        let mut found = if count <= FEW {
            self.find(layer, &wanted, FEW, budget)
        } else {
            let bears_one = |row: &Feature<'a>| {
                let parcel = Parcel::with_columns(*row, columns);
                wanted.iter().any(|number| number.is_of(&parcel, columns))
            };
            let near = layer.counted(budget).nearest(at, limit, f64::MAX, bears_one);
            near.into_iter().map(|(row, _)| Parcel::with_columns(row, columns)).collect()
        };
        // to the point by which an answer says how far away it is, not to the nearest edge
        let away_cm = |row: &Feature<'_>| (distance_m(at, row.point_on()) * 100.0) as u64;
        found.sort_by_cached_key(|parcel| (away_cm(&parcel.feature()), parcel.feature().id()));
        found.truncate(limit);
        found
    }

    /// The entries that may bear a number: those of its unit, or of its sheet where these are fewer.
    fn entries_of(&self, wanted: &ParcelNumber<'_>) -> impl Iterator<Item = &Entry> {
        let number = hash(wanted.number);
        let of_number = match wanted.sheet.map(sheet_key) {
            None => range(&self.entries, |entry| entry.number.cmp(&number)),
            Some(sheet) => range(&self.entries, |entry| (entry.number, entry.sheet).cmp(&(number, sheet))),
        };
        let of_unit = |role, code| {
            let wanted_hash = unit_hash(role, code, wanted.number);
            range(&self.by_unit, |(hash, _)| hash.cmp(&wanted_hash))
        };
        let units = match wanted.sheets_of {
            SheetsOf::Any => None,
            SheetsOf::Surveyed(code) => Some([of_unit(UnitRole::Surveyed, code), 0..0]),
            SheetsOf::Today(code) => Some([of_unit(UnitRole::Today, code), 0..0]),
            SheetsOf::Either(code) => {
                Some([of_unit(UnitRole::Surveyed, code), of_unit(UnitRole::Today, code)])
            }
        };
        let (numbers, units) = match units {
            Some(units) if units.iter().map(Range::len).sum::<usize>() < of_number.len() => (0..0, units),
            _ => (of_number, [0..0, 0..0]),
        };
        let numbered = self.entries.get(numbers).unwrap_or_default().iter();
        let of_units = units.into_iter().flat_map(|range| self.by_unit.get(range).unwrap_or_default());
        numbered.chain(of_units.filter_map(|&(_, at)| self.entries.get(at as usize)))
    }
}

impl ParcelNumber<'_> {
    fn is_of(&self, parcel: &Parcel<'_>, columns: Columns) -> bool {
        self.sheet.is_none_or(|sheet| parcel.has(columns.sheet, sheet))
            && parcel.has(columns.number, self.number)
            && match self.sheets_of {
                SheetsOf::Any => true,
                SheetsOf::Surveyed(code) => parcel.survey_unit() == Some(code),
                SheetsOf::Today(code) => parcel.unit() == Some(code),
                SheetsOf::Either(code) => [parcel.survey_unit(), parcel.unit()].contains(&Some(code)),
            }
    }
}

/// The run of equal items in a sorted slice.
fn range<T>(sorted: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> Range<usize> {
    let start = sorted.partition_point(|item| compare(item).is_lt());
    let rest = sorted.get(start..).unwrap_or_default();
    start..start + rest.partition_point(|item| compare(item).is_eq())
}

fn hash(text: &str) -> u32 {
    xxh3_64(text.as_bytes()) as u32
}

fn unit_hash(role: UnitRole, code: &str, number: &str) -> u32 {
    let role = match role {
        UnitRole::Surveyed => 's',
        UnitRole::Today => 't',
    };
    hash(&format!("{role}{code}\u{1f}{number}"))
}

/// Bits of a sheet's key that tell sheets with the same number apart: `12` and `12A`.
const REST_BITS: u32 = 12;
/// Stands behind all sheets.
const NO_SHEET: u32 = u32::MAX;

/// A number in the order of sheets: what the sheet begins with as a number, then a hash.
fn sheet_key(sheet: &str) -> u32 {
    let digits = sheet.bytes().take_while(u8::is_ascii_digit).count();
    let number: Option<u32> = sheet.get(..digits).and_then(|digits| digits.parse().ok());
    let largest = (1 << (u32::BITS - REST_BITS)) - 2;
    let number = number.map_or(largest, |number| number.min(largest));
    number << REST_BITS | hash(sheet) & ((1 << REST_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_stand_in_the_order_of_their_numbers_and_those_without_one_behind() {
        let sheets = ["1", "2", "9", "10", "12", "100", "99999999", "DC-5"];
        let keys: Vec<u32> = sheets.iter().map(|sheet| sheet_key(sheet) >> REST_BITS).collect();
        assert!(keys.is_sorted() && keys[..6].windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
        assert_ne!(sheet_key("12"), sheet_key("12A"));
        assert!(sheets.iter().all(|sheet| sheet_key(sheet) < NO_SHEET));
    }

    #[test]
    fn a_range_holds_all_equal_items_and_no_other() {
        let sorted = [1, 3, 3, 3, 7];
        let of = |wanted: i32| range(&sorted, |item| item.cmp(&wanted));
        assert_eq!((of(3), of(2).len(), of(7), of(9).len()), (1..4, 0, 4..5, 0));
    }
}
