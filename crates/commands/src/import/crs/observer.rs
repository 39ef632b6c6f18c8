//! Looks on while the rows of a file pass: keeps places of some for the end, and compares coordinates in columns with
//! the shape beside them.

use super::choice::Chosen;
use super::coordinate_columns::CoordinateColumns;
use super::reading::{Reading, place_of};
use super::samples::{Sample, Samples};
use crate::formats::Content;
use crate::geometry::CrsError;
use crate::import::columns::{Columns, Kind};
use crate::import::report::FileReport;

/// What was seen of the coordinates of a file.
pub struct Observer {
    kind: Kind,
    columns: Columns,
    samples: Samples,
    beside: Option<CoordinateColumns>,
}

impl Observer {
    /// For rows of a kind. `chosen` is the reading of their shapes, where it is known yet.
    pub fn new(
        kind: Kind,
        columns: &Columns,
        rows: &[&Content],
        chosen: Option<&Chosen>,
    ) -> Result<Self, CrsError> {
        let shapes = chosen.map(|chosen| Reading::new(chosen.system, chosen.swaps)).transpose()?;
        let beside = shapes.and_then(|shapes| CoordinateColumns::find(rows, shapes));
        Ok(Self { kind, columns: columns.clone(), samples: Samples::default(), beside })
    }

    /// Takes note of a row.
    pub fn see(&mut self, number: u64, row: &Content) {
        let (columns, field) = (&self.columns, self.kind.ward_field());
        self.samples.add(|| {
            let ward = field.and_then(|field| columns.text(row, field));
            place_of(columns, row).map(|at| Sample { at, ward })
        });
        if let Some(beside) = &mut self.beside {
            beside.see(number, row);
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// What the columns beside the shapes hold.
    pub fn report_columns(&self, report: &mut FileReport) {
        if let Some(beside) = &self.beside {
            beside.tell(report);
        }
    }
}
