//! Workbooks (.xlsx): a layer each visible sheet that has a cell.
//!
//! The header is, of the first ten rows with anything in them, the first that has most cells filled; titles above
//! it are counted. Cells are texts as one would type them: `12` and not `12.0`, a day as `2025-12-05`, the value
//! of a formula, `#N/A` where there is none. A cell merged over rows holds for each of them; one merged over columns is
//! a heading and stays where it is. Colours, comments and formats of numbers are not looked at.

mod cells;
mod sheet;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use calamine::{Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::ReadError;
use super::layer::Layer;
use super::read_rows::Remark;
use super::spool::Place;
use super::threaded::Threaded;

type Workbook = Xlsx<BufReader<File>>;

/// The layers of a workbook. Whoever calls has looked how large its parts are unpacked.
pub fn layers(place: &Place) -> Result<Vec<Layer>, ReadError> {
    let mut workbook = open(place.path())?;
    let sheets = workbook.sheets_metadata().to_vec();
    let mut names = Vec::new();
    let mut hidden = 0;
    for sheet in sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        if !has_cells(&mut workbook, &sheet.name)? {
            continue;
        }
        if sheet.visible == SheetVisible::Visible {
            names.push(sheet.name);
        } else {
            hidden += 1;
        }
    }
    if names.is_empty() {
        return Err(ReadError::Empty);
    }
    let mut hidden = (hidden > 0).then(|| Remark { what: "hidden sheets not read".to_owned(), rows: hidden });
    let layer = |name: String| {
        let (place, sheet, hidden) = (place.clone(), name.clone(), hidden.take());
        let rows = Threaded::new(None, move |outlet| {
            let mut remarks = sheet::read(&mut open(place.path())?, &sheet, outlet)?;
            remarks.extend(hidden);
            Ok(remarks)
        });
        Layer::new(Some(name), Box::new(rows), Arc::new(AtomicU64::new(0)), 0)
    };
    Ok(names.into_iter().map(layer).collect())
}

fn open(path: &Path) -> Result<Workbook, ReadError> {
    let file = File::open(path).map_err(ReadError::Open)?;
    Xlsx::new(BufReader::new(file)).map_err(damaged)
}

/// New workbooks come with sheets that nobody filled.
fn has_cells(workbook: &mut Workbook, sheet: &str) -> Result<bool, ReadError> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        if !cells::text(cell.get_value()).is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn damaged(error: XlsxError) -> ReadError {
    ReadError::Spreadsheet(match error {
        XlsxError::Password => "it is locked with a password: save it without".to_owned(),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests;
