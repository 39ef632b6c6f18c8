//! Door codes that are no longer on a door: where each leads now, or since when it is gone.

use rustc_hash::FxHashMap;
use time::Date;

use crate::geocode::codes::door_code::compact;

/// A code that was taken from its door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredCode {
    /// Nine symbols, without hyphens.
    pub code: String,
    /// The code to use instead.
    pub successor: Option<String>,
    /// Since when.
    pub retired_on: Option<Date>,
}

/// What is kept of a retired code.
#[derive(Debug)]
struct Retirement {
    successor: Option<Box<str>>,
    on: Option<Date>,
}

/// All retired codes by themselves.
#[derive(Debug, Default)]
pub struct RetiredCodes(FxHashMap<Box<str>, Retirement>);

impl RetiredCodes {
    /// Of a code that stands twice the last row counts.
    pub fn build(rows: Vec<RetiredCode>) -> Self {
        let entry = |row: RetiredCode| {
            let successor = row.successor.map(Into::into);
            (row.code.into(), Retirement { successor, on: row.retired_on })
        };
        Self(rows.into_iter().map(entry).collect())
    }

    /// What became of a code; `None` for one that was never retired.
    pub fn get(&self, code: &str) -> Option<RetiredCode> {
        let code = compact(code);
        let retirement = self.0.get(code.as_str())?;
        let successor = retirement.successor.as_deref().map(str::to_owned);
        Some(RetiredCode { code, successor, retired_on: retirement.on })
    }
}
