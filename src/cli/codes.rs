//! `bandoso codes`: give addresses their door codes, and draw plates.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::load::load;
use super::progress::Progress;
use crate::codes::{Assigned, Assignment, assign};
use crate::config::{Config, PublicUrl, SourceText};
use crate::geocode::codes::Issuer;
use crate::geocode::folded_key;
use crate::plate::{Plate, sheet};
use crate::source::Location;
use crate::town::Clock;

/// A sheet is put together in memory; a ward has some thousands of doors.
const MAX_PLATES: usize = 20_000;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Give every address that has no door code one; run again, it goes on where it stopped
    Assign(AssignArguments),
    /// Draw the plates of a ward or a street as PDF, ten on A4
    Plates(PlatesArguments),
}

#[derive(Args)]
struct SourceArguments {
    /// A migrated postgres://user:password@host/database or a .gpkg file
    #[arg(long, env = "BANDOSO_SOURCE", hide_env_values = true)]
    source: Option<String>,

    /// Configuration file
    #[arg(long, env = "BANDOSO_CONFIG")]
    config: Option<PathBuf>,
}

impl SourceArguments {
    /// The configuration, with what the command line says over it.
    fn config(&self) -> Result<Config, Failure> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
        config.source = self.source.clone().map(SourceText).or(config.source);
        match config.source {
            Some(_) => Ok(config),
            None => Err("give --source, or a configuration that names it".into()),
        }
    }
}

#[derive(Args)]
pub(super) struct AssignArguments {
    #[command(flatten)]
    from: SourceArguments,

    /// Two symbols that codes given here begin with, allotted to you alone; wins over `[codes] issuer`
    #[arg(long, value_name = "XX")]
    issuer: Option<Issuer>,

    /// Only say how many addresses have none
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args)]
pub(super) struct PlatesArguments {
    #[command(flatten)]
    from: SourceArguments,

    /// The new .pdf file
    #[arg(long)]
    out: PathBuf,

    /// Only doors of this ward, by its code of today
    #[arg(long, value_name = "CODE")]
    ward: Option<String>,

    /// Only doors of streets of this name
    #[arg(long, value_name = "NAME")]
    street: Option<String>,

    /// Address of the server that QR codes lead to, such as https://bando.example.vn
    #[arg(long, env = "BANDOSO_PUBLIC_URL")]
    public_url: Option<String>,
}

/// Does it.
pub(super) async fn run(verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::Assign(arguments) => give(arguments).await,
        Verb::Plates(arguments) => draw(arguments).await,
    }
}

async fn give(arguments: AssignArguments) -> Result<(), Failure> {
    let config = arguments.from.config()?;
    let issuer = arguments.issuer.or(config.issuer).ok_or(
        "whose codes are these? Give --issuer XX, or `issuer = \"XX\"` under [codes] in the configuration: two symbols allotted to you alone",
    )?;
    let source = config.source.unwrap_or(SourceText(String::new())).0.parse::<Location>()?;
    let job = Assignment { source, issuer, is_dry_run: arguments.dry_run };
    let progress = Progress::new();
    progress.step("door codes");
    let assigned = assign(&job, |so_far| progress.advance(so_far.done, so_far.of)).await;
    progress.finish();
    let Assigned { without, given } = assigned?;
    match job.is_dry_run {
        true => tracing::info!(without, "addresses without a door code; a dry run gives none"),
        false => tracing::info!(without, given, "door codes are given"),
    }
    Ok(())
}

async fn draw(arguments: PlatesArguments) -> Result<(), Failure> {
    let config = arguments.from.config()?;
    let given = arguments.public_url.as_deref().map(str::parse::<PublicUrl>);
    let given = given.transpose().map_err(|problem| format!("--public-url must be {problem}"))?;
    let base_url = given.or_else(|| config.public_url.clone()).ok_or(
        "where do the QR codes lead? Give --public-url https://…, or `public_url` in the configuration",
    )?;
    let base_url = base_url.to_string();
    let town = load(&config, &Clock::system()).await?;
    let street = arguments.street.as_deref().map(folded_key);
    let is_wanted = |name: &Option<String>| street.is_none() || name.as_deref().map(folded_key) == street;
    let doors = town.index().coded_doors(arguments.ward.as_deref()).filter(|door| is_wanted(&door.street));
    let plates: Vec<Plate> =
        doors.filter_map(|door| Plate::of(&door, &base_url)).take(MAX_PLATES + 1).collect();
    if plates.is_empty() {
        return Err(
            "no door with a code there: check --ward and --street, or run `bandoso codes assign`".into()
        );
    }
    if plates.len() > MAX_PLATES {
        return Err(format!(
            "more than {MAX_PLATES} plates: draw one ward or street at a time with --ward, --street"
        )
        .into());
    }
    tokio::fs::write(&arguments.out, sheet(&plates)?)
        .await
        .map_err(|cause| format!("cannot write the PDF: {cause}"))?;
    tracing::info!(plates = plates.len(), "plates are drawn");
    Ok(())
}
