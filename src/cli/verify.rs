//! `bandoso verify`: random tiles of a town's own data, held against other code's drawing of the same rows.

use clap::Args;

use super::failure::Failure;
use super::load::load;
use super::progress::Progress;
use super::town_arguments::TownArguments;
use crate::tile::RENDERER_VERSION;
use crate::town::Clock;
use crate::verify::{Line, Report, verify};

#[derive(Args)]
#[command(after_help = "\
Examples:
  bandoso verify --source land.gpkg
  bandoso verify --source postgres://localhost/town --config bandoso.toml --tiles 20000
  bandoso verify --source land.gpkg --seed 1234          the tiles of an earlier run again

Loads the source as `bandoso serve` does, draws random tiles, reads each to its last byte and holds it against
what the crates `geo` and `mvt` make of the same rows. Nothing is written and no port is opened. The exit code is
0 where nothing differs; every difference is a line with tile, layer, feature id and a sentence without values.")]
pub(super) struct Arguments {
    #[command(flatten)]
    town: TownArguments,

    /// How many tiles; fewer where the town has no more
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    tiles: u32,

    /// The number that decides which tiles: the same number chooses the same tiles of the same data [default: a random one,
    /// which is printed]
    #[arg(long)]
    seed: Option<u32>,
}

/// Loads the town, looks into its tiles and says what differs; that is a failure too, so that a script sees it.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = arguments.town.config()?;
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => getrandom::u32().map_err(|error| format!("no random number for the choice: {error}"))?,
    };
    let town = load(&config, &Clock::system()).await?;
    let revision = town.snapshot().revision();
    let report = tokio::task::spawn_blocking(move || {
        let progress = Progress::new();
        progress.step("looking into tiles");
        let watch = |done: usize, of: usize| progress.advance(done as u64, of as u64);
        let report = verify(town.map(), arguments.tiles as usize, seed.into(), watch);
        progress.finish();
        report
    });
    let report = report.await?;
    let Line { tiles, differing, .. } = report.sum();
    if tiles == 0 {
        return Err("there are no rows, so there are no tiles to look into".into());
    }
    print(&report, &format!("seed {seed}, renderer {RENDERER_VERSION}, data {revision}"));
    match differing {
        0 => Ok(()),
        _ => Err(format!("{differing} of {tiles} tiles differ").into()),
    }
}

#[expect(clippy::print_stdout, reason = "the report is the command's answer, not a log line")]
fn print(report: &Report, of: &str) {
    println!("{of}");
    print!("{report}");
    if report.faults().is_empty() {
        println!("nothing differs");
    }
}
