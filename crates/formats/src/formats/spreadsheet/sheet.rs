//! The rows of one sheet: which is the header, and what the others say.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use csv::StringRecord;
use unicode_normalization::UnicodeNormalization;

use super::cells::text;
use super::{Workbook, damaged};
use crate::formats::parts::note;
use crate::formats::shape_column::ShapeColumn;
use crate::formats::threaded::Outlet;
use crate::formats::{Content, Header, ReadError, Remark, Row};

/// Rows looked at for the header.
const HEADER_WITHIN: usize = 10;
/// Columns a sheet can have.
const MAX_COLUMNS: u32 = 16_384;

/// A row of a sheet: texts by column.
struct SheetRow {
    /// From 0.
    index: u32,
    cells: BTreeMap<u32, String>,
}

/// Gives all rows after the header.
pub fn read(workbook: &mut Workbook, sheet: &str, outlet: &Outlet) -> Result<Vec<Remark>, ReadError> {
    let mut merged = Merged::of(workbook, sheet)?;
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut reader = Reader {
        outlet,
        first: Vec::new(),
        header: None,
        shapes: ShapeColumn::default(),
        titles: 0,
        without_name: 0,
    };
    let mut row = SheetRow { index: 0, cells: BTreeMap::new() };
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (index, column) = cell.get_position();
        if index != row.index {
            let whole = std::mem::replace(&mut row, SheetRow { index, cells: BTreeMap::new() });
            if !reader.take(merged.fill(whole)) {
                return Ok(Vec::new());
            }
        }
        let text = text(cell.get_value());
        if !text.is_empty() && column < MAX_COLUMNS {
            row.cells.insert(column, text.into_owned());
        }
    }
    reader.take(merged.fill(row));
    reader.end();
    let mut remarks = reader.shapes.remarks();
    note(&mut remarks, "title rows above the header", reader.titles);
    note(&mut remarks, "rows with cells in columns that have no name, left out", reader.without_name);
    note(&mut remarks, "rows that take a value from a cell merged over rows", merged.filled);
    Ok(remarks)
}

/// Cells merged over rows.
struct Merged {
    /// Row and column of the first cell, and the last row.
    starts: HashMap<(u32, u32), u32>,
    /// By column: the last row, and the text that holds up to it.
    holding: HashMap<u32, (u32, String)>,
    filled: u64,
}

impl Merged {
    fn of(workbook: &mut Workbook, sheet: &str) -> Result<Self, ReadError> {
        let areas = workbook.merge_cells_by_sheet_name(sheet).map_err(damaged)?;
        let over_rows = areas.iter().filter(|area| area.end.0 > area.start.0);
        let starts = over_rows.map(|area| (area.start, area.end.0)).collect();
        Ok(Self { starts, holding: HashMap::new(), filled: 0 })
    }

    /// The row with what cells above it say for it.
    fn fill(&mut self, mut row: SheetRow) -> SheetRow {
        for (&column, text) in &row.cells {
            if let Some(&last) = self.starts.get(&(row.index, column)) {
                self.holding.insert(column, (last, text.clone()));
            }
        }
        self.holding.retain(|_, (last, _)| *last >= row.index);
        if row.cells.is_empty() {
            return row;
        }
        let before = row.cells.len();
        for (&column, (_, text)) in &self.holding {
            row.cells.entry(column).or_insert_with(|| text.clone());
        }
        self.filled += u64::from(row.cells.len() > before);
        row
    }
}

struct Reader<'a> {
    outlet: &'a Outlet,
    /// Rows before it is known which of them is the header.
    first: Vec<SheetRow>,
    header: Option<Arc<Header>>,
    shapes: ShapeColumn,
    titles: u64,
    without_name: u64,
}

impl Reader<'_> {
    /// Takes the next row; `false` when nobody wants more.
    fn take(&mut self, row: SheetRow) -> bool {
        if row.cells.is_empty() {
            return true;
        }
        if self.header.is_some() {
            return self.give(row);
        }
        self.first.push(row);
        self.first.len() < HEADER_WITHIN || self.end()
    }

    /// Chooses the header of the rows so far and gives those after it.
    fn end(&mut self) -> bool {
        let mut rows = std::mem::take(&mut self.first);
        let Some(most) = rows.iter().map(|row| row.cells.len()).max() else { return true };
        let Some(at) = rows.iter().position(|row| row.cells.len() == most) else { return true };
        let after = rows.split_off(at + 1);
        self.titles = at as u64;
        self.header = rows.pop().map(|row| Arc::new(header(&row)));
        self.shapes = self.header.as_ref().map(|header| ShapeColumn::of(header.names())).unwrap_or_default();
        after.into_iter().all(|row| self.give(row))
    }

    fn give(&mut self, mut row: SheetRow) -> bool {
        let Some(header) = &self.header else { return true };
        let mut record = StringRecord::new();
        let mut has_lost = false;
        for (column, name) in (0..).zip(header.names()) {
            let cell = row.cells.remove(&column);
            // a column without a name cannot be asked for
            has_lost |= name.is_empty() && cell.is_some();
            record.push_field(&cell.unwrap_or_default());
        }
        self.without_name += u64::from(has_lost || !row.cells.is_empty());
        let shape = self.shapes.read(&record);
        let content = shape.map(|shape| Content::of_cells(Arc::clone(header), record, shape));
        self.outlet.give(Row { number: u64::from(row.index) + 1, content })
    }
}

/// Names in the order of columns. Line breaks within one are blanks.
fn header(row: &SheetRow) -> Header {
    let columns = row.cells.last_key_value().map_or(0, |(last, _)| last + 1);
    let name = |column| {
        let text: String = row.cells.get(&column).map(|text| text.nfc().collect()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    Header::new((0..columns).map(name).collect())
}
