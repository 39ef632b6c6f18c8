//! `bandoso import` and `bandoso check`: files into a migrated database, with an account of every row.

use std::path::PathBuf;

use clap::Args;
use time::Date;
use time::macros::format_description;

use super::failure::Failure;
use super::progress::Progress;
use crate::database::AddressError;
use crate::geometry::{EpsgCode, system_named};
use crate::import::{Job, Kind, Mode, PlanDescription, import};
use crate::letters::LetterSet;

#[derive(Args)]
#[command(after_help = "\
Examples:
  bandoso import wards.geojson.gz --tolerance 15 --into postgres://localhost/town
  bandoso import thua_dat.geojson --as parcels --crs 9209 --codes-of 2025-06-30 --into postgres://localhost/town
  bandoso import giao_nop.zip --as parcels --crs 9209 --into postgres://localhost/town
  bandoso import so_nha.csv --map number=SO_NHA --map street=TEN_DUONG --into postgres://localhost/town
  bandoso import khu_chuc_nang.geojson --as zones --plan-name \"Quy hoạch phân khu 1/2.000\" --plan-kind zoning \\
      --plan-scale 2000 --crs 9210 --into postgres://localhost/town")]
pub(super) struct Arguments {
    /// Shapefiles (a .shp, or a folder or zip of any number), GeoPackage, GML, KML, GeoJSON, XLSX or CSV, packed with gzip
    /// or not; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,

    /// The database, prepared with `bandoso migrate`
    #[arg(long, env = "BANDOSO_SOURCE", hide_env_values = true, value_name = "postgres://…")]
    into: String,

    /// What the rows are; guessed from the columns where it is clear
    #[arg(long = "as", value_enum, value_name = "KIND")]
    kind: Option<Kind>,

    /// EPSG code of the coordinates, such as 9209 [default: what the file says, else 4326 where they are degrees]
    #[arg(long, value_parser = epsg)]
    crs: Option<EpsgCode>,

    /// The files write Y (northing, latitude) before X. Told from the numbers where nearly all rows do
    #[arg(long)]
    swap_xy: bool,

    /// Load the rows also where more than a fifth of them lie outside the ward they name
    #[arg(long)]
    allow_outside: bool,

    /// Which column holds a field, where its name is not known; may be repeated
    #[arg(long, value_parser = pair, value_name = "FIELD=COLUMN")]
    map: Vec<(String, String)>,

    /// Of a file with several layers (GeoPackage, workbook, zip) only this one; may be repeated
    #[arg(long, value_name = "LAYER")]
    only: Vec<String>,

    /// The letters of tables where they are not found out rightly: utf-8, tcvn3, vni, windows-1258 …
    #[arg(long, value_parser = letters, value_name = "NAME")]
    encoding: Option<LetterSet>,

    /// Name of the dataset [default: the file's name]
    #[arg(long)]
    name: Option<String>,

    /// Where the data comes from: office, decision, delivery
    #[arg(long = "from", default_value = "", value_name = "SOURCE")]
    origin: String,

    /// Metres by which the lines may lie off: beside a border reverse then names both wards. 15 for wards whose
    /// borders were simplified
    #[arg(long, value_parser = metres, value_name = "METRES")]
    tolerance: Option<f64>,

    /// Only for staff: the public server does not show it
    #[arg(long)]
    staff_only: bool,

    /// How the rows meet those of a dataset of the same name: add them, take them for the whole dataset, or update the
    /// rows of the same key and add the others
    #[arg(long, value_enum)]
    mode: Option<Mode>,

    /// Same as --mode replace
    #[arg(long, conflicts_with = "mode")]
    replace: bool,

    /// For --mode replace and update: columns of our table that make a row the same, such as parcel_id [default: by
    /// kind: survey unit, sheet and number of a parcel; number, street and place of an address]
    #[arg(long, value_delimiter = ',', value_name = "COLUMN", value_parser = column)]
    key: Vec<String>,

    /// Let a delivery remove more than a fifth of what stands
    #[arg(long)]
    allow_removal: bool,

    /// Check and report, write nothing
    #[arg(long)]
    dry_run: bool,

    /// Day on which the unit codes in the files were valid, such as 2025-06-30 [default: today]
    #[arg(long, value_parser = day, value_name = "YYYY-MM-DD")]
    codes_of: Option<Date>,

    /// For zones: name of the plan they belong to
    #[arg(long)]
    plan_name: Option<String>,

    /// For zones: kind of the plan
    #[arg(long, value_parser = ["land_use", "general", "zoning", "detailed"])]
    plan_kind: Option<String>,

    /// For zones: 2000 for a plan of 1/2,000
    #[arg(long, value_parser = clap::value_parser!(i32).range(1..))]
    plan_scale: Option<i32>,

    /// For zones: number of the decision
    #[arg(long, default_value = "")]
    plan_number: String,

    /// For zones: day of the decision
    #[arg(long, value_parser = day, value_name = "YYYY-MM-DD")]
    plan_date: Option<Date>,

    /// For zones: who decided
    #[arg(long, default_value = "")]
    plan_authority: String,

    /// For zones: the plan is a draft
    #[arg(long)]
    plan_is_draft: bool,
}

impl Arguments {
    fn job(self) -> Result<Job, AddressError> {
        Ok(Job {
            files: self.files,
            into: self.into.parse()?,
            kind: self.kind,
            crs: self.crs,
            swap_xy: self.swap_xy,
            allows_outside: self.allow_outside,
            map: self.map,
            only: self.only,
            letters: self.encoding,
            name: self.name,
            source: self.origin,
            tolerance_m: self.tolerance,
            is_public: !self.staff_only,
            mode: self.mode.or(self.replace.then_some(Mode::Replace)),
            key: self.key,
            allows_removal: self.allow_removal,
            is_check: self.dry_run,
            codes_of: self.codes_of,
            plan: PlanDescription {
                name: self.plan_name,
                kind: self.plan_kind,
                scale: self.plan_scale,
                number: self.plan_number,
                decided_on: self.plan_date,
                authority: self.plan_authority,
                is_draft: self.plan_is_draft,
            },
        })
    }
}

/// Imports; rows that are refused are no failure, they are in the report.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let is_clean = carry_out(arguments.job()?).await?;
    if !is_clean {
        tracing::warn!("some rows were refused: the report says which and why");
    }
    Ok(())
}

/// Does all that an import does and writes nothing; refused rows make it fail, so that a script sees.
pub(super) async fn check(arguments: Arguments) -> Result<(), Failure> {
    let job = Job { is_check: true, ..arguments.job()? };
    if carry_out(job).await? { Ok(()) } else { Err("some rows would be refused".into()) }
}

#[expect(clippy::print_stdout, reason = "the report is the command's answer, not a log line")]
async fn carry_out(job: Job) -> Result<bool, Failure> {
    let progress = Progress::new();
    let report = import(&job, |at| {
        progress.step(&format!("{}: {} rows", at.file, at.rows));
        progress.advance(at.taken, at.size);
    })
    .await;
    progress.finish();
    let report = report?;
    print!("{report}");
    Ok(report.is_clean())
}

fn epsg(text: &str) -> Result<EpsgCode, String> {
    let named = system_named(text).map(|named| named.system);
    named.map_err(|_| "an EPSG code is a number, such as 9209 or EPSG:9209".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (field, column) = text.split_once('=').ok_or("write it as field=column")?;
    Ok((field.trim().to_owned(), column.trim().to_owned()))
}

fn letters(text: &str) -> Result<LetterSet, String> {
    LetterSet::by_name(text)
        .ok_or_else(|| "no such letters: utf-8, utf-16, windows-1258, tcvn3, vni …".to_owned())
}

/// The name of a column, which becomes part of a statement.
fn column(text: &str) -> Result<String, String> {
    let is_name =
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_name {
        Ok(text.to_owned())
    } else {
        Err("write the names of columns, such as survey_unit_id,sheet,number".to_owned())
    }
}

fn metres(text: &str) -> Result<f64, String> {
    /// What lies off by more is no border.
    const MOST_M: f64 = 1000.0;
    let number = text.trim().parse().ok().filter(|metres| *metres > 0.0 && *metres <= MOST_M);
    number.ok_or_else(|| "write a number of metres above 0 and up to 1000, such as 15".to_owned())
}

fn day(text: &str) -> Result<Date, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| "write the day as 2025-06-30".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn the_arguments_of_a_cadastral_file_become_a_job() {
        let job = Alone::try_parse_from([
            "import",
            "a.geojson",
            "--into",
            "postgres://h/d",
            "--as",
            "parcels",
            "--crs",
            "EPSG:9209",
            "--map",
            "sheet=SO_TO",
            "--codes-of",
            "2025-06-30",
        ])
        .unwrap()
        .arguments
        .job()
        .unwrap();
        assert_eq!((job.kind, job.crs), (Some(Kind::Parcels), Some(EpsgCode(9209))));
        assert_eq!(job.map, [("sheet".to_owned(), "SO_TO".to_owned())]);
        assert!(job.is_public && !job.is_check && job.codes_of.is_some());
    }

    #[test]
    fn arguments_that_cannot_be_meant_are_refused() {
        for wrong in [
            ["--tolerance", "NaN"],
            ["--tolerance", "0"],
            ["--crs", "VN2000"],
            ["--map", "sheet"],
            ["--codes-of", "30/6/2025"],
            ["--as", "lakes"],
            ["--mode", "merge"],
            ["--key", "sheet; DROP"],
        ] {
            let arguments = ["import", "a.csv", "--into", "postgres://h/d", wrong[0], wrong[1]];
            assert!(Alone::try_parse_from(arguments).is_err(), "{wrong:?}");
        }
    }
}
