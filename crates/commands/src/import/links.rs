//! A conversion table: what became of the wards before the reform of 2025-07-01.

use std::collections::HashSet;

use super::report::{FileReport, Refusal};
use super::target::Target;
use super::{File, ImportError, Progress, Source, write_rows};
use crate::schema::UnitLink;
use crate::table::number;

/// Old code, new code, whole or part. Links that are known already are brought up to date.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let mut seen = HashSet::new();
    write_rows(source, target, report, |target, row, notes| {
        let text = |field| file.columns.text(&row, field);
        let old_code = text("old_code").ok_or("no old unit code")?;
        let new_code = text("new_code").ok_or("no new unit code")?;
        let is_whole = match text("extent").ok_or("neither whole nor part")?.to_lowercase().as_str() {
            "whole" | "nhập toàn bộ" | "toàn bộ" | "giữ nguyên" => true,
            "part" | "nhập một phần" | "một phần" => false,
            other => return Err(Refusal::new("neither whole nor part", other)),
        };
        let share = text("share").map(|t| number(&t).ok_or(t)).transpose();
        let share = share.map_err(|t| Refusal::new("the share is not a number", t))?;
        if share.is_some_and(|s| !(s > 0.0 && s <= 1.0)) {
            return Err("the share is not between 0 and 1".into());
        }
        let old_unit_id = target.reference.former_ward(&old_code)?;
        let new_unit_id = target.reference.present_ward(&new_code)?;
        let pair = || format!("{old_code} → {new_code}");
        if !seen.insert((old_unit_id, new_unit_id)) {
            return Err(Refusal::new("the same pair stands twice in the file", pair()));
        }
        if old_unit_id == new_unit_id {
            if !is_whole {
                return Err(Refusal::new("a part of a unit that lived on cannot go into itself", pair()));
            }
            notes.push(Refusal::new("the unit lived on under another name or kind: nothing to link", pair()));
            return Ok(None);
        }
        let legal_basis = text("legal_basis").unwrap_or_default();
        Ok(Some(UnitLink { old_unit_id, new_unit_id, is_whole, share, legal_basis }))
    })
    .await
}
