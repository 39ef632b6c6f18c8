//! `bandoso import` and `bandoso check`: files of every format that is read into an existing, migrated database.
//!
//! All files in one transaction, every row accounted for: read = loaded + refused, each refusal with
//! its reason. What is not mapped to a field of ours is not read. Writing is `schema`'s job.

mod addresses;
mod batch;
mod cells;
mod columns;
mod crs;
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
mod sha256;
mod shapes;
mod streets;
mod target;
mod units;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Instant;

use thiserror::Error;
use time::Date;

pub use batch::{BatchSummary, Counts, DatasetSummary, Mode, UndoError};
pub use columns::{Columns, Kind};
pub use former::{Former, FormerPlaces, OldWard};
pub use plans::PlanDescription;
pub use report::{FileReport, Group, Refusal, Report};

use crate::database::DatabaseAddress;
use crate::formats::{self, Content, Layer, NamedCrs, ReadError, ReadOptions, Remark, Row};
use crate::geometry::{CrsError, EpsgCode, UnknownSystem};
use crate::letters::LetterSet;
use crate::schema::{self, ReferenceError, WriteError};
use reference::EndedCodes;
use shapes::Shaper;
use target::Target;

/// What to import and how.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Read one after the other into one transaction.
    pub files: Vec<PathBuf>,
    /// A migrated database.
    pub into: DatabaseAddress,
    /// What the rows are; `None` to tell it from the columns.
    pub kind: Option<Kind>,
    /// The files' coordinate system; `None` for what the file says, else WGS 84.
    pub crs: Option<EpsgCode>,
    /// The files write Y (northing, latitude) before X, whatever their numbers look like.
    pub swap_xy: bool,
    /// Loads rows also where many of them lie outside the ward they name.
    pub allows_outside: bool,
    /// `field`, `column`: wins over what is known by name.
    pub map: Vec<(String, String)>,
    /// Of a file with several layers only these; empty for all.
    pub only: Vec<String>,
    /// The letters of tables; `None` to find them out.
    pub letters: Option<LetterSet>,
    /// Name of the dataset; `None` for the file's name.
    pub name: Option<String>,
    /// Where the data comes from, for the dataset's record.
    pub source: String,
    /// Metres by which lines of the files may lie off; `None` where their source says nothing.
    pub tolerance_m: Option<f64>,
    /// Whether the public may see it.
    pub is_public: bool,
    /// How the rows meet those of a dataset of the same name; `None`: there must be none.
    pub mode: Option<Mode>,
    /// For [`Mode::Replace`] and [`Mode::Update`]: columns of our table that make a row the same; empty for what the
    /// kind's rows are known by.
    pub key: Vec<String>,
    /// Lets a delivery remove more than a fifth of what stands.
    pub allows_removal: bool,
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
    #[error(
        "what are these rows? Say it with --as {kinds}, or leave the layer out with --only; the columns are: {columns}"
    )]
    WhichKind { kinds: String, columns: String },
    #[error(
        "{kind} need a column for `{field}`: name it with --map {field}=COLUMN; the columns are: {columns}"
    )]
    MissingColumn { kind: Kind, field: &'static str, columns: String },
    #[error("there is no layer {name}; the layers are: {layers}")]
    NoLayer { name: String, layers: String },
    #[error("there is no column {column}; the columns are: {columns}")]
    NoColumn { column: String, columns: String },
    #[error("{kind} have no field {name}; the fields are: {fields}")]
    NoField { kind: Kind, name: String, fields: String },
    #[error("in which coordinate system are these coordinates? {proposal}")]
    WhichCrs { proposal: String },
    #[error("{0}: give --crs, such as 9209 for VN-2000 / TM-3 105°30′")]
    UnknownCrs(#[from] UnknownSystem),
    #[error("the file names {named} behind its rows, which were read in {used} by then: give --crs {}", .named.0)]
    CrsBehindRows { named: EpsgCode, used: EpsgCode },
    #[error("{outside} of {of} lie outside the ward they name in {system}; {proposal}")]
    OutsideWards { system: EpsgCode, outside: usize, of: String, proposal: String },
    #[error("{0}")]
    Crs(#[from] CrsError),
    #[error(
        "dataset “{0}” is in the database already: say with --mode append, replace or update how the rows meet those that stand, or give another --name"
    )]
    AlreadyLoaded(String),
    #[error(
        "the delivery would remove {removed} of {standing} rows of dataset “{name}”: is it whole? Give --allow-removal if \
         they are meant to go"
    )]
    ManyRemoved { name: String, removed: u64, standing: u64 },
    #[error(
        "unit codes of the file ended, such as {example} on {ended_on} ({rows} times): are its codes of before? Give \
         --codes-of {}, or --codes-of with today's date where they are of today", .ended_on.previous_day().unwrap_or(*.ended_on)
    )]
    EndedCodes { rows: u64, example: String, ended_on: Date },
    #[error("--key names {column}, which our table does not have; its columns are: {columns}")]
    NoKey { column: String, columns: String },
    #[error(
        "two files of this import go into dataset “{0}”: import them one after the other, the second with --mode append, \
         or leave --name out"
    )]
    SameDatasetTwice(String),
    #[error("there is no dataset “{0}”: `bandoso datasets` lists them")]
    NoDataset(String),
    #[error("{0}")]
    Undo(#[from] UndoError),
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
        let sha256 =
            sha256::of_file(file).map_err(|e| ImportError::from(ReadError::Open(e)).in_file(file))?;
        let options = ReadOptions { letters: job.letters };
        let layers = formats::open_with(file, options).map_err(|e| ImportError::from(e).in_file(file))?;
        for layer in only(layers, &job.only).map_err(|e| e.in_file(file))? {
            let loaded = import_layer(job, (file, &sha256), layer, &mut target, &mut watch).await;
            report.files.push(loaded.map_err(|e| e.in_file(file))?);
        }
    }
    if !job.is_check {
        target.commit().await?;
    }
    Ok(report)
}

/// The layers of these names; all where none is named.
fn only(layers: Vec<Layer>, names: &[String]) -> Result<Vec<Layer>, ImportError> {
    let known: Vec<String> = layers.iter().filter_map(|layer| layer.name.clone()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        return Err(ImportError::NoLayer { name: unknown.clone(), layers: known.join(", ") });
    }
    let is_wanted =
        |layer: &Layer| names.is_empty() || layer.name.as_ref().is_some_and(|name| names.contains(name));
    Ok(layers.into_iter().filter(is_wanted).collect())
}

/// Every dataset of a database with its batches.
pub async fn datasets(from: &DatabaseAddress) -> Result<Vec<DatasetSummary>, ImportError> {
    let mut target = Target::open(from, None).await?;
    Ok(batch::datasets(target.connection()?).await?)
}

/// Removes a dataset; [`undo`] brings it back.
pub async fn remove(from: &DatabaseAddress, name: &str) -> Result<Counts, ImportError> {
    let mut target = Target::open(from, None).await?;
    let removed = batch::remove(target.connection()?, name).await?;
    let counts = removed.ok_or_else(|| ImportError::NoDataset(name.to_owned()))?;
    target.commit().await?;
    Ok(counts)
}

/// Undoes the last batch of a dataset that was not undone yet.
pub async fn undo(from: &DatabaseAddress, name: &str) -> Result<Counts, ImportError> {
    let mut target = Target::open(from, None).await?;
    let counts = batch::undo(target.connection()?, name).await?;
    target.commit().await?;
    Ok(counts)
}

async fn import_layer(
    job: &Job,
    (path, sha256): (&Path, &str),
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
    let named = source.layer.crs();
    let chosen = crs::choose(job, named.clone(), &columns, &samples)?;
    let observer = crs::Observer::new(kind, &columns, &samples, chosen.as_ref())?;
    source.observer = Some(observer);
    let Some(chosen) = chosen else { return Err(which_crs(job, named, &mut source, target).await?) };
    let mut report = FileReport::new(name.clone(), kind);
    report.columns = columns.to_string();
    report.left_out.clone_from(&columns.left_out);
    report.coordinates.clone_from(&chosen.sentences);
    let file = File { job, columns, shaper: Shaper::new(chosen.system, chosen.swaps)?, name: &name, sha256 };
    if kind == Kind::Units {
        // of before: its own shapes would fit any system
        target.read_areas().await?;
    }
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
    if let Some(EndedCodes { rows, example, ended_on }) = target.reference.take_ended_codes() {
        return Err(ImportError::EndedCodes { rows, example, ended_on });
    }
    crs::named_behind_rows(job, chosen.system, named.as_ref(), source.layer.crs())?;
    if let Some(observer) = &source.observer {
        crs::hold_against_wards(job, &chosen, observer, &target.reference, &mut report)?;
        observer.report_columns(&mut report);
    }
    report.counts = target.finish_batch(report.read, report.refused_count()).await?;
    refuse_emptying(&file, report.counts)?;
    for (column, rows) in file.columns.error_values() {
        let what = format!("values in column {column} that say only that their program had none (#N/A, nan)");
        report.remark(Remark { what, rows });
    }
    for remark in source.layer.remarks() {
        report.remark(remark);
    }
    report.took = started.elapsed();
    Ok(report)
}

/// A delivery that lacks much of what stands is more often cut off than meant.
fn refuse_emptying(file: &File<'_>, counts: Counts) -> Result<(), ImportError> {
    /// One in so many rows may go unasked.
    const MOST_REMOVED: u64 = 5;
    let standing = counts.removed + counts.changed + counts.unchanged;
    if counts.removed * MOST_REMOVED <= standing || file.job.allows_removal {
        return Ok(());
    }
    let name = file.dataset_name().to_owned();
    Err(ImportError::ManyRemoved { name, removed: counts.removed, standing })
}

/// Why a file is refused whose system nobody says, after all of its rows were looked at.
async fn which_crs<W: FnMut(Progress<'_>)>(
    job: &Job,
    named: Option<NamedCrs>,
    source: &mut Source<'_, W>,
    target: &mut Target,
) -> Result<ImportError, ImportError> {
    while source.next()?.is_some() {}
    crs::named_behind_rows(job, EpsgCode::WGS84, named.as_ref(), source.layer.crs())?;
    target.read_areas().await?;
    let observer = source.observer.take().ok_or(ImportError::NoRows)?;
    Ok(crs::which(&observer, &target.reference))
}

/// What is known of a file once its first rows were seen.
struct File<'a> {
    job: &'a Job,
    columns: Columns,
    shaper: Shaper,
    name: &'a str,
    sha256: &'a str,
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
    /// Looks at the coordinates of the rows that pass.
    observer: Option<crs::Observer>,
}

impl<'a, W: FnMut(Progress<'_>)> Source<'a, W> {
    fn begin(mut layer: Layer, file: &'a str, watch: &'a mut W) -> Result<Self, ImportError> {
        let seen = layer.by_ref().take(SAMPLES).collect::<Result<VecDeque<_>, _>>()?;
        Ok(Self { file, layer, seen, count: 0, watch, observer: None })
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

    fn next(&mut self) -> Result<Option<Row>, ImportError> {
        let row = match self.seen.pop_front() {
            Some(row) => Some(row),
            None => self.layer.next().transpose()?,
        };
        if let Some(Row { number, content: Ok(content) }) = &row
            && let Some(observer) = &mut self.observer
        {
            observer.see(*number, content);
        }
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
