//! What was found of the letters of a file's columns, in sentences for the report.
//!
//! A few cells are shown as they looked and as they were read, so that a person sees whether it is right. Cells of
//! columns about people, and cells that hold such values, are not shown.

use super::read_rows::Remark;
use crate::letters::{ColumnReport, Confidence, LetterSet, Sample};
use crate::privacy::{hide_numbers, holds_personal_value, personal_by_name};

/// What is said of the columns of these names.
pub fn remarks(names: &[String], reports: &[ColumnReport]) -> Vec<Remark> {
    names.iter().zip(reports).flat_map(|(name, report)| of_column(name, report)).collect()
}

fn of_column(name: &str, report: &ColumnReport) -> Vec<Remark> {
    let set = report.set.name();
    let shown = shown(name, &report.samples);
    let is_converted = report.set != LetterSet::Utf8 && report.cells > 0;
    let read = match report.confidence {
        Confidence::Plain | Confidence::Given => None,
        Confidence::Ambiguous if report.cells > 0 => {
            Some(format!("column {name}: its letters are not clear and were read as {set}{shown}"))
        }
        _ => is_converted.then(|| format!("column {name}: its letters are {set}{shown}")),
    };
    let mended = format!("column {name}: texts that had been read in wrong letters were mended{shown}");
    let broken = format!("column {name}: cells with bytes that are no letters in {set}");
    let lost =
        format!("column {name}: letters that were destroyed before the file came cannot be brought back");
    [
        (read.unwrap_or_default(), report.cells),
        (mended, report.mended_cells),
        (broken, report.broken_cells),
        (lost, report.lost_letters),
    ]
    .into_iter()
    .filter(|(what, rows)| !what.is_empty() && *rows > 0)
    .map(|(what, rows)| Remark { what, rows })
    .collect()
}

fn shown(name: &str, samples: &[Sample]) -> String {
    if personal_by_name(name).is_some() {
        return String::new();
    }
    let pairs: Vec<String> = samples
        .iter()
        .filter(|sample| !holds_personal_value(&sample.after))
        .map(|sample| format!("“{}” is “{}”", hide_numbers(&sample.before), hide_numbers(&sample.after)))
        .collect();
    if pairs.is_empty() { String::new() } else { format!(" ({})", pairs.join(", ")) }
}
