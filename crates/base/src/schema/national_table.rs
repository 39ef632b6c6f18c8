//! Reading the CSV tables of `data/` that are built into the binary.

use serde::{Deserialize, de::DeserializeOwned};
use thiserror::Error;
use time::Date;

/// A table in `data/` that does not fit the others: a fault of this build, not of the user.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ReferenceError {
    #[error("data/{table}: {cause}")]
    Table { table: &'static str, cause: csv::Error },
    #[error("data/units names code {0}, which is in neither list")]
    UnknownCode(String),
}

/// A date as the tables write it: `2025-07-01`.
#[derive(Deserialize, Clone, Copy)]
pub(super) struct Day(#[serde(with = "iso_day")] pub Date);

time::serde::format_description!(iso_day, Date, "[year]-[month]-[day]");

/// The rows of a table; `table` names it in an error.
pub(super) fn rows<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<Vec<T>, ReferenceError> {
    let read = csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>();
    read.map_err(|cause| ReferenceError::Table { table, cause })
}
