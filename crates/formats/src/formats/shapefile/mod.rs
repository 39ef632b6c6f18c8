//! A shapefile: shapes (`.shp`), their index (`.shx`), a table (`.dbf`), the coordinate system (`.prj`) and what the
//! letters are in (`.cpg`), each a file of its own and all but one of them often missing.
//!
//! Row and shape belong together by their place alone. Where one file is longer than the other the rest of it is still
//! given, and said.

mod dbf;
mod letters;
mod rings;
mod shp;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::counted::Counted;
use super::files::{Files, Member, ReadSeek};
use super::read_rows::{NamedCrs, ReadOptions, ReadRows, Remark};
use super::row::{Content, Header, Row};
use super::{ReadError, letters_found};
use csv::StringRecord;
pub use dbf::is_table;
use dbf::{Cell, Column, Dbf, Mark};
use geo_types::Geometry;
use letters::Letters;
pub use shp::is_shp;
use shp::{Dimension, Shape, Shp};

/// The longest `.prj` or `.cpg` that is read.
const MAX_TEXT_BYTES: u64 = 1 << 16;

type Bytes = Counted<Box<dyn ReadSeek>>;

/// The files of a shapefile.
#[derive(Debug, Clone)]
pub struct Set {
    shp: Option<Member>,
    shx: Option<Member>,
    dbf: Option<Member>,
    prj: Option<Member>,
    cpg: Option<Member>,
}

impl Set {
    /// The shapefile of a `.shp`, whatever it is called, or of a `.shx`, which begins the same.
    pub fn around_shapes(member: &Member, files: &Files) -> Option<Self> {
        let shp = if member.extension() == "shx" { files.companion(member, "shp")? } else { member };
        Some(Self { shp: Some(shp.clone()), ..Self::beside(member, files) })
    }

    /// The shapefile of a `.dbf`, or a table without shapes.
    pub fn around_table(member: &Member, files: &Files) -> Option<Self> {
        Some(Self { dbf: Some(member.clone()), ..Self::beside(member, files) })
    }

    fn beside(member: &Member, files: &Files) -> Self {
        let [shp, shx, dbf, prj, cpg] =
            ["shp", "shx", "dbf", "prj", "cpg"].map(|extension| files.companion(member, extension).cloned());
        Self { shp, shx, dbf, prj, cpg }
    }

    /// Bytes of its shapes and rows.
    pub fn size(&self) -> u64 {
        [&self.shp, &self.dbf].into_iter().flatten().map(|member| member.size).sum()
    }
}

/// The rows of a shapefile.
pub struct Shapefile {
    shapes: Option<Shp<Bytes, Box<dyn ReadSeek>>>,
    table: Option<Dbf<Bytes>>,
    letters: Option<Letters>,
    header: Arc<Header>,
    crs: Option<NamedCrs>,
    number: u64,
    counts: Counts,
}

/// What is said at the end.
#[derive(Debug, Default)]
struct Counts {
    deleted: u64,
    without_row: u64,
    without_shape: u64,
    heights: u64,
    measures: u64,
    turned: u64,
    overflown: u64,
    cut_by_nul: u64,
    /// The index was not followed.
    is_index_refused: bool,
    /// There is an index and no shapes.
    are_shapes_missing: bool,
}

impl Shapefile {
    /// Opens the files of a set. `taken` counts the bytes that are read.
    pub fn open(set: &Set, taken: &Arc<AtomicU64>, options: ReadOptions) -> Result<Self, ReadError> {
        let counted = |member: &Member| Ok::<_, ReadError>(Counted::new(member.open()?, taken));
        let mut counts =
            Counts { are_shapes_missing: set.shp.is_none() && set.shx.is_some(), ..Counts::default() };
        let shapes = match &set.shp {
            Some(member) => {
                let mut shapes = Shp::open(counted(member)?)?;
                if let Some(index) = &set.shx {
                    counts.is_index_refused = !shapes.follow(index.open()?)?;
                }
                Some(shapes)
            }
            None => None,
        };
        let mut table = set.dbf.as_ref().map(|member| Dbf::open(counted(member)?)).transpose()?;
        let cpg = set.cpg.as_ref().map(text_of).transpose()?;
        let letters =
            table.as_mut().map(|table| Letters::of(table, cpg.as_deref(), options.letters)).transpose()?;
        // the table was read once to look at its letters
        taken.store(0, Ordering::Relaxed);
        let names = match (&table, &letters) {
            (Some(table), Some(letters)) => letters.names(&table.columns),
            _ => Vec::new(),
        };
        let header = Header::new(names);
        let crs = set.prj.as_ref().map(text_of).transpose()?.filter(|text| !text.is_empty());
        let crs = crs.map(NamedCrs::Text);
        Ok(Self { shapes, table, letters, header: Arc::new(header), crs, number: 0, counts })
    }

    /// The texts of the row that was read last.
    fn cells(&mut self, mark: Option<Mark>) -> StringRecord {
        let mut cells = StringRecord::new();
        let (Some(table), Some(letters), Some(_)) = (&self.table, &mut self.letters, mark) else {
            return cells;
        };
        for (column, (cell, is_cut)) in table.cells().enumerate() {
            self.counts.cut_by_nul += u64::from(is_cut);
            match cell {
                Cell::Bytes(bytes) => cells.push_field(&letters.read(column, bytes)),
                Cell::Words(words) => cells.push_field(&words),
                Cell::Empty => cells.push_field(""),
                Cell::Overflown => {
                    self.counts.overflown += 1;
                    cells.push_field("");
                }
            }
        }
        cells
    }

    fn geometry(&mut self, shape: Option<Shape>) -> Option<Geometry> {
        let shape = shape?;
        self.counts.heights += u64::from(shape.left_out == Some(Dimension::Heights));
        self.counts.measures += u64::from(shape.left_out == Some(Dimension::Measures));
        self.counts.turned += u64::from(shape.is_turned);
        shape.geometry
    }
}

impl ReadRows for Shapefile {
    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        loop {
            let shape = self.shapes.as_mut().map_or(Ok(None), Shp::next_shape)?;
            let mark = self.table.as_mut().map_or(Ok(None), Dbf::next_row)?;
            if shape.is_none() && mark.is_none() {
                return Ok(None);
            }
            self.number += 1;
            if mark == Some(Mark::Deleted) {
                self.counts.deleted += 1;
                continue;
            }
            self.counts.without_shape += u64::from(shape.is_none() && self.shapes.is_some());
            self.counts.without_row += u64::from(mark.is_none());
            let cells = self.cells(mark);
            let content = shape.transpose().map(|shape| {
                let geometry = self.geometry(shape);
                Content::of_cells(Arc::clone(&self.header), cells, geometry)
            });
            return Ok(Some(Row { number: self.number, content }));
        }
    }

    fn crs(&self) -> Option<NamedCrs> {
        self.crs.clone()
    }

    fn remarks(&self) -> Vec<Remark> {
        let counts = &self.counts;
        let without_row = match &self.table {
            Some(_) => "the .dbf is shorter than the .shp: shapes without texts",
            None => "there is no .dbf beside the .shp: shapes without texts",
        };
        let mut remarks: Vec<Remark> = [
            ("rows deleted in the .dbf were left out", counts.deleted),
            (without_row, counts.without_row),
            ("the .shp is shorter than the .dbf: rows without a shape", counts.without_shape),
            (
                "there is no .shp beside the .shx and .dbf: a table without shapes",
                u64::from(counts.are_shapes_missing),
            ),
            ("heights (Z) were left out", counts.heights),
            ("measures (M) were left out", counts.measures),
            ("rings that run the wrong way round were told from what lies in what", counts.turned),
            (
                "numbers that are only stars (they did not fit when they were written) are empty",
                counts.overflown,
            ),
            (
                "texts cut in the middle of a letter, which was left out",
                self.letters.as_ref().map_or(0, |it| it.halved),
            ),
            ("what stands behind a NUL in a text was left out", counts.cut_by_nul),
            ("the .shx does not fit the .shp and was not used", u64::from(counts.is_index_refused)),
        ]
        .into_iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(what, rows)| Remark { what: what.to_owned(), rows })
        .collect();
        if let Some(letters) = &self.letters {
            remarks.extend(letters_found::remarks(self.header.names(), &letters.reports()));
        }
        if let Some(table) = &self.table {
            if table.room > table.rows {
                let what =
                    format!("the .dbf says {} rows and has room for more, which were not read", table.rows);
                remarks.push(Remark { what, rows: table.room - table.rows });
            }
            let unread: Vec<&str> = unread_columns(&table.columns, &self.header);
            if !unread.is_empty() {
                let what = format!("memos and binary columns are not read: {}", unread.join(", "));
                remarks.push(Remark { what, rows: self.number });
            }
        }
        remarks
    }
}

/// The columns whose cells are not read.
fn unread_columns<'a>(columns: &[Column], header: &'a Header) -> Vec<&'a str> {
    let named = columns.iter().zip(header.names());
    named.filter(|(column, _)| !column.is_read()).map(|(_, name)| name.as_str()).collect()
}

/// A small text, such as a `.prj`.
fn text_of(member: &Member) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    member.open()?.take(MAX_TEXT_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_start_matches('\u{feff}').trim().to_owned())
}
