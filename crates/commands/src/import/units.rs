//! Shapes of units that are known by code.

use std::collections::HashSet;

use super::report::{FileReport, Refusal};
use super::target::Target;
use super::{File, ImportError, Progress, Source, write_rows};
use crate::schema::UnitArea;

/// A unit has one shape: a new one takes the place of the old.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let dataset_id = target.begin_dataset(file).await?;
    let replaced: Vec<i32> =
        sqlx::query_scalar("SELECT unit_id FROM bandoso.unit_area").fetch_all(target.connection()?).await?;
    let replaced: HashSet<i32> = replaced.into_iter().collect();
    let mut seen = HashSet::new();
    write_rows(source, target, report, |target, row, notes| {
        let code = file.columns.text(&row, "code").ok_or("no unit code")?;
        let unit_id = target.reference.unit(&code)?;
        let checked = file.shaper.area(row.geometry)?;
        if !seen.insert(unit_id) {
            return Err(Refusal::new("the unit stands twice in the file; its first shape is kept", code));
        }
        if checked.is_repaired {
            notes.push(Refusal::new("the polygon crossed itself and was repaired", code.clone()));
        }
        if replaced.contains(&unit_id) {
            notes.push(Refusal::new("the unit had a shape, which is replaced", code));
        }
        Ok(Some(UnitArea { unit_id, dataset_id, shape: checked.shape }))
    })
    .await
}
