//! `bandoso import` and `bandoso check`: files of every format that `formats` reads into an existing, migrated database.
//!
//! All files in one transaction, every row accounted for: read = loaded + refused, each refusal with
//! its reason. What is not mapped to a field of ours is not read. Writing is `schema`'s job.

mod address_line;
mod addresses;
mod columns;
mod door_codes;
mod former;
mod former_names;
mod landmarks;
mod links;
mod parcels;
mod place;
mod plans;
mod reference;
mod report;
mod shapes;
mod streets;
mod target;
mod units;
mod words;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Instant;

use thiserror::Error;
use time::Date;

pub use address_line::{AddressParts, address_parts};
pub use columns::{Columns, Kind};
pub use former::{Former, FormerPlaces, OldWard};
pub use plans::PlanDescription;
pub use report::{FileReport, Group, Refusal, Report};
pub use words::StreetName;

use crate::database::DatabaseAddress;
use crate::formats::{self, Content, Layer, NamedCrs, ReadError, Row};
use crate::geometry::{CrsError, EpsgCode};
use crate::schema::{self, ReferenceError, WriteError};
use shapes::Shaper;
use target::Target;

/// What to import and how.
#[derive(Debug, Clone)]
pub struct Job {
    /// Read one after the other into one transaction.
    pub files: Vec<PathBuf>,
    /// A migrated database.
    pub into: DatabaseAddress,
    /// What the rows are; `None` to tell it from the columns.
    pub kind: Option<Kind>,
    /// The files' coordinate system; `None` for what the file says, else WGS 84.
    pub crs: Option<EpsgCode>,
    /// The files write Y (northing, latitude) before X.
    pub swap_xy: bool,
    /// `field`, `column`: wins over what is known by name.
    pub map: Vec<(String, String)>,
    /// Name of the dataset; `None` for the file's name.
    pub name: Option<String>,
    /// Where the data comes from, for the dataset's record.
    pub source: String,
    /// Metres by which lines of the files may lie off; `None` where their source says nothing.
    pub tolerance_m: Option<f64>,
    /// Whether the public may see it.
    pub is_public: bool,
    /// Removes what an earlier import of the same name brought.
    pub replace: bool,
    /// Does everything except to commit.
    pub is_check: bool,
    /// On which day the unit codes of the files were valid; `None` for today.
    pub codes_of: Option<Date>,
    /// For zones: the plan they belong to.
    pub plan: PlanDescription,
}

/// How far a file is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The file.
    pub file: &'a str,
    /// Bytes of the file taken.
    pub taken: u64,
    /// Bytes of the file.
    pub size: u64,
    /// Rows met.
    pub rows: u64,
}

/// What ends an import; then nothing of it is in the database.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ImportError {
    #[error("{file}: {source}")]
    In { file: String, source: Box<ImportError> },
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("no row can be read: row {number}: {problem}")]
    NoReadableRow { number: u64, problem: String },
    #[error("two columns are called {0}: rename the one that is not meant, or --map another column")]
    DoubledColumn(String),
    #[error("no rows in the file")]
    NoRows,
    #[error("what are these rows? Say it with --as {kinds}; the columns are: {columns}")]
    WhichKind { kinds: String, columns: String },
    #[error(
        "{kind} need a column for `{field}`: name it with --map {field}=COLUMN; the columns are: {columns}"
    )]
    MissingColumn { kind: Kind, field: &'static str, columns: String },
    #[error("there is no column {column}; the columns are: {columns}")]
    NoColumn { column: String, columns: String },
    #[error("{kind} have no field {name}; the fields are: {fields}")]
    NoField { kind: Kind, name: String, fields: String },
    #[error(
        "columns x and y, but in which coordinate system? Give --crs, such as 9209 for VN-2000 / TM-3 105°30′"
    )]
    WhichCrs,
    #[error("{0}")]
    Crs(#[from] CrsError),
    #[error("dataset “{0}” is in the database already: give --replace to load it anew, or another --name")]
    AlreadyLoaded(String),
    #[error("zones need a plan: give at least --plan-name")]
    NoPlan,
    #[error("this database has no bandoso schema, or an older one: run `bandoso migrate` first")]
    NotMigrated,
    #[error("the database has no administrative units: run `bandoso migrate` first")]
    NoUnits,
    #[error("{0}")]
    Reference(#[from] ReferenceError),
    #[error("{0}")]
    Write(#[from] WriteError),
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
}

impl ImportError {
    fn in_file(self, file: &Path) -> Self {
        match self {
            Self::In { .. } | Self::Write(_) | Self::Database(_) => self,
            other => Self::In { file: file.display().to_string(), source: Box::new(other) },
        }
    }
}

/// Rows looked at to tell what a file holds.
const SAMPLES: usize = 100;
/// Rows written at once.
const BATCH: usize = 2_000;

/// Imports all files of the job, or checks them.
pub async fn import(job: &Job, mut watch: impl FnMut(Progress<'_>)) -> Result<Report, ImportError> {
    let mut target = Target::open(&job.into, job.codes_of).await?;
    let mut report = Report { files: Vec::new(), is_check: job.is_check };
    for file in &job.files {
        let layers = formats::open(file).map_err(|e| ImportError::from(e).in_file(file))?;
        for layer in layers {
            let loaded = import_layer(job, file, layer, &mut target, &mut watch).await;
            report.files.push(loaded.map_err(|e| e.in_file(file))?);
        }
    }
    if !job.is_check {
        target.commit().await?;
    }
    Ok(report)
}

async fn import_layer(
    job: &Job,
    path: &Path,
    layer: Layer,
    target: &mut Target,
    watch: &mut impl FnMut(Progress<'_>),
) -> Result<FileReport, ImportError> {
    let started = Instant::now();
    let file_name = path.file_name().map_or_else(|| "?".to_owned(), |n| n.to_string_lossy().into_owned());
    let name = match &layer.name {
        Some(layer) => format!("{file_name}:{layer}"),
        None => file_name,
    };
    let mut source = Source::begin(layer, &name, watch)?;
    let samples = source.samples()?;
    let kind = job.kind.map_or_else(|| Kind::guess(&samples), Ok)?;
    let columns = Columns::choose(kind, &samples, &job.map)?;
    let crs = match job.crs.or(source.named_crs()) {
        Some(crs) => crs,
        None if columns.has("x") && !columns.has("lat") => return Err(ImportError::WhichCrs),
        None => EpsgCode::WGS84,
    };
    let mut report = FileReport::new(name.clone(), kind);
    report.columns = columns.to_string();
    report.left_out.clone_from(&columns.left_out);
    let file = File { job, columns, shaper: Shaper::new(crs, job.swap_xy)?, name: &name };
    match kind {
        Kind::Units => units::load(&file, &mut source, target, &mut report).await?,
        Kind::Links => links::load(&file, &mut source, target, &mut report).await?,
        Kind::Parcels => parcels::load(&file, &mut source, target, &mut report).await?,
        Kind::Zones => plans::load(&file, &mut source, target, &mut report).await?,
        Kind::Streets => streets::load(&file, &mut source, target, &mut report).await?,
        Kind::Addresses => addresses::load(&file, &mut source, target, &mut report).await?,
        Kind::Landmarks => landmarks::load(&file, &mut source, target, &mut report).await?,
        Kind::FormerStreetNames => former_names::load(&file, &mut source, target, &mut report).await?,
    }
    for remark in source.layer.remarks() {
        report.remark(remark);
    }
    report.took = started.elapsed();
    Ok(report)
}

/// What is known of a file once its first rows were seen.
struct File<'a> {
    job: &'a Job,
    columns: Columns,
    shaper: Shaper,
    name: &'a str,
}

impl File<'_> {
    fn dataset_name(&self) -> &str {
        self.job.name.as_deref().unwrap_or(self.name)
    }
}

/// The rows of a layer, the first of which were looked at already.
struct Source<'a, W> {
    file: &'a str,
    layer: Layer,
    seen: VecDeque<Row>,
    count: u64,
    watch: &'a mut W,
}

impl<'a, W: FnMut(Progress<'_>)> Source<'a, W> {
    fn begin(mut layer: Layer, file: &'a str, watch: &'a mut W) -> Result<Self, ImportError> {
        let seen = layer.by_ref().take(SAMPLES).collect::<Result<VecDeque<_>, _>>()?;
        Ok(Self { file, layer, seen, count: 0, watch })
    }

    fn samples(&self) -> Result<Vec<&Content>, ImportError> {
        let samples: Vec<&Content> = self.seen.iter().filter_map(|row| row.content.as_ref().ok()).collect();
        match (self.seen.front(), samples.is_empty()) {
            (None, _) => Err(ImportError::NoRows),
            (Some(Row { number, content: Err(problem) }), true) => {
                Err(ImportError::NoReadableRow { number: *number, problem: problem.clone() })
            }
            _ => Ok(samples),
        }
    }

    fn named_crs(&self) -> Option<EpsgCode> {
        match self.layer.crs() {
            Some(NamedCrs::Epsg(code)) => Some(EpsgCode(code)),
            Some(NamedCrs::Text(_)) | None => None,
        }
    }

    fn next(&mut self) -> Result<Option<Row>, ImportError> {
        let row = match self.seen.pop_front() {
            Some(row) => Some(row),
            None => self.layer.next().transpose()?,
        };
        self.count += u64::from(row.is_some());
        if row.is_none() || self.count.is_multiple_of(500) {
            let (taken, size) = (self.layer.taken(), self.layer.size);
            (self.watch)(Progress { file: self.file, taken, size, rows: self.count });
        }
        Ok(row)
    }
}

/// Notes about a row that is loaded.
type Notes = Vec<Refusal>;

/// Turns row after row into records and writes them, batch by batch.
async fn write_rows<R: schema::SchemaRow, W: FnMut(Progress<'_>)>(
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
    mut convert: impl FnMut(&mut Target, Content, &mut Notes) -> Result<Option<R>, Refusal>,
) -> Result<(), ImportError> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut notes = Notes::new();
    while let Some(row) = source.next()? {
        report.read += 1;
        notes.clear();
        let record = row.content.map_err(Refusal::from).and_then(|c| convert(target, c, &mut notes));
        match record {
            Err(refusal) => report.refuse(row.number, &refusal),
            Ok(record) => {
                report.loaded += 1;
                notes.iter().for_each(|note| report.note(row.number, note));
                batch.extend(record);
            }
        }
        if batch.len() >= BATCH {
            target.write(&batch).await?;
            batch.clear();
        }
    }
    target.write(&batch).await
}

#[cfg(test)]
mod tests {
    mod calibration;
    mod measure;
    mod numbered_streets;
}
