//! What streets were called before: a street on record, by id or by name and ward, and its former name.

use std::collections::{HashMap, HashSet};

use sqlx::Row;
use time::Date;
use time::macros::format_description;

use super::reference::street_key;
use super::report::{FileReport, Refusal};
use super::target::Target;
use super::{File, ImportError, Progress, Source, write_rows};
use crate::geocode::street_of_table;
use crate::schema::FormerStreetName;

/// A street may have several former names, each once.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let dataset_id = target.begin_dataset(file).await?;
    target.read_places(file).await?;
    let names = present_names(target, file.job.is_public).await?;
    let mut on_record = on_record(target).await?;
    write_rows(source, target, report, |target, row, notes| {
        let text = |field| file.columns.text(&row, field);
        let name = street_of_table(&text("former_name").ok_or("no former name")?).name;
        let street_id = match text("street_id") {
            Some(id) => street_by_id(&names, &id)?,
            None => street_by_name(target, text("street"), text("ward"))?,
        };
        if names.get(&street_id).is_some_and(|present| street_key(present) == street_key(&name)) {
            return Err(Refusal::new("the street bears this name today", name));
        }
        if !on_record.insert((street_id, name.clone())) {
            return Err(Refusal::new("the street's former name is on record already", name));
        }
        let valid_to = text("valid_to").and_then(|written| {
            let day = day(&written);
            if day.is_none() {
                notes.push(Refusal::new("the day of the new name is not a date and is left out", written));
            }
            day
        });
        let legal_basis = text("legal_basis").unwrap_or_default();
        Ok(Some(FormerStreetName { street_id, dataset_id, name, valid_to, legal_basis }))
    })
    .await
}

fn street_by_id(names: &HashMap<i64, String>, id: &str) -> Result<i64, Refusal> {
    let known = id.parse().ok().filter(|id| names.contains_key(id));
    known.ok_or_else(|| Refusal::new("no street has this id", id))
}

fn street_by_name(target: &Target, name: Option<String>, ward: Option<String>) -> Result<i64, Refusal> {
    let name = street_of_table(&name.ok_or("neither the id nor the name of a street")?).name;
    let ward =
        ward.ok_or_else(|| Refusal::new("no ward code beside the name of the street", name.clone()))?;
    let unit_id = target.reference.ward(&ward)?;
    let known = target.reference.street(unit_id, &name);
    known.ok_or_else(|| Refusal::new("the ward has no street of this name", format!("{name}, {ward}")))
}

/// Streets the rows may refer to, with today's names. Public names never refer to a street only the staff may
/// see.
async fn present_names(target: &mut Target, is_public: bool) -> Result<HashMap<i64, String>, ImportError> {
    let rows = sqlx::query(
        "SELECT s.street_id, s.name FROM bandoso.street s JOIN bandoso.dataset d USING (dataset_id)
         WHERE d.visibility = 'public' OR NOT $1",
    )
    .bind(is_public)
    .fetch_all(target.connection()?)
    .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Names of other datasets; those of this one come again.
async fn on_record(target: &mut Target) -> Result<HashSet<(i64, String)>, ImportError> {
    let own = target.matched_dataset();
    let names = "SELECT street_id, name FROM bandoso.former_street_name WHERE dataset_id IS DISTINCT FROM $1";
    let rows = sqlx::query(names).bind(own).fetch_all(target.connection()?).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// `2015-07-01` or, as written here, `1/7/2015`.
fn day(text: &str) -> Option<Date> {
    let international = format_description!("[year]-[month]-[day]");
    let vietnamese = format_description!("[day padding:none]/[month padding:none]/[year]");
    Date::parse(text, international).or_else(|_| Date::parse(text, vietnamese)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_written_here_and_abroad() {
        let expected = Date::from_calendar_date(2015, time::Month::July, 1).ok();
        for text in ["2015-07-01", "1/7/2015", "01/07/2015"] {
            assert_eq!(day(text), expected, "{text}");
        }
        assert_eq!(day("2015"), None);
    }
}
