//! `bandoso export`: the tiles of a source as one archive.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::failure::Failure;
use super::load::load;
use super::progress::Progress;
use super::signals::stop_signal;
use super::town_arguments::TownArguments;
use crate::export::{Format, Job, Request, Step, Target, export};
use crate::town::Clock;

/// Between lines in the log of a long export.
const LOG_EVERY: Duration = Duration::from_secs(30);

#[derive(Args)]
#[command(after_help = "\
Examples:
  bandoso export --out town.pmtiles
  bandoso export --source land.gpkg --layers parcels,plan_zones,units --maxzoom 17 --out town.pmtiles
  bandoso export --source postgres://localhost/town --config bandoso.toml --bbox 106.1,11.2,106.2,11.3 \\
      --attribution \"© UBND phường\" --out town.mbtiles

The tiles are those `bandoso serve` answers with, packed with gzip. Until it is complete the archive stands
beside its name as NAME.part; after Ctrl-C, SIGTERM or a crash the same command goes on where it stopped.")]
pub(super) struct Arguments {
    /// The archive to write: NAME.pmtiles or NAME.mbtiles
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Form of the archive [default: by the ending of --out]
    #[arg(long, value_enum)]
    format: Option<Format>,

    #[command(flatten)]
    town: TownArguments,

    /// Layers, separated by commas [default: all]
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME")]
    layers: Vec<String>,

    /// First zoom [default: the first these layers have tiles at]
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=20), value_name = "0-20")]
    minzoom: Option<u8>,

    /// Last zoom; each more takes up to four times the tiles [default: 16, enough for 15 cm]
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=20), value_name = "0-20")]
    maxzoom: Option<u8>,

    /// Only tiles that meet this box, in degrees
    #[arg(long, value_parser = bbox, value_name = "WEST,SOUTH,EAST,NORTH", allow_hyphen_values = true)]
    bbox: Option<[f64; 4]>,

    /// Name of the map in the archive [default: `title` of the configuration, or the layers]
    #[arg(long)]
    name: Option<String>,

    /// Whom the data is owed to; maps show it
    #[arg(long)]
    attribution: Option<String>,

    /// Replace an archive of this name
    #[arg(long)]
    overwrite: bool,

    /// Throw away what an interrupted export has left
    #[arg(long)]
    restart: bool,
}

impl Arguments {
    fn target(&self) -> Result<Target, Failure> {
        let format = self.format.map_or_else(|| Format::of(&self.out), Ok)?;
        Ok(Target { file: self.out.clone(), format, overwrite: self.overwrite, restart: self.restart })
    }

    fn request(self, title: Option<String>) -> Request {
        Request {
            layers: self.layers,
            minzoom: self.minzoom,
            maxzoom: self.maxzoom,
            bbox: self.bbox,
            name: self.name.or(title),
            attribution: self.attribution,
        }
    }
}

/// Loads the town and writes the archive.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (config, target) = (arguments.town.config()?, arguments.target()?);
    // loading can take minutes: what can be said before it is said before it
    target.check()?;
    let town = load(&config, &Clock::system()).await?;
    let job = Job::new(&town, arguments.request(config.title))?;
    // the layers alone are needed from here on
    drop(town);
    let progress = Progress::new();
    let mut account = Account::new();
    let done = export(job, &target, stop_signal()?, |step| account.tell(step, &progress)).await;
    progress.finish();
    done?;
    if account.left_out > 0 {
        tracing::warn!(
            features = account.left_out,
            "left out of tiles that would be too large; they are in tiles of higher zooms"
        );
    }
    let bytes = std::fs::metadata(&target.file)?.len();
    let seconds = account.started.elapsed().as_secs_f32();
    tracing::info!(tiles = account.done, bytes, seconds, "{} is complete", target.file.display());
    Ok(())
}

/// How fast it goes, and when it was last logged.
struct Account {
    started: Instant,
    logged: Instant,
    begun_at: u64,
    done: u64,
    left_out: u64,
}

impl Account {
    fn new() -> Self {
        let now = Instant::now();
        Self { started: now, logged: now, begun_at: 0, done: 0, left_out: 0 }
    }

    fn tell(&mut self, step: Step, progress: &Progress) {
        match step {
            Step::Counting => progress.step("counting tiles"),
            Step::Begun { done, of } => {
                *self = Self { begun_at: done, done, ..Self::new() };
                if done > 0 {
                    progress.aside(|| tracing::info!("going on after {done} of {of} tiles"));
                }
            }
            Step::Drawn { done, of } => {
                self.done = done;
                let rate = self.tiles_a_second();
                progress.step(&format!("{done} of {of} tiles, {rate:.0}/s"));
                progress.advance(done, of);
                if self.logged.elapsed() >= LOG_EVERY {
                    self.logged = Instant::now();
                    progress.aside(|| tracing::info!("{done} of {of} tiles, {rate:.0}/s"));
                }
            }
            Step::LeftOut(features) => self.left_out += features,
            Step::Assembling => progress.step("putting the archive together"),
        }
    }

    fn tiles_a_second(&self) -> f64 {
        (self.done - self.begun_at) as f64 / self.started.elapsed().as_secs_f64().max(1e-3)
    }
}

/// `106.1,11.2,106.2,11.3`
fn bbox(text: &str) -> Result<[f64; 4], String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    let sides: Option<[f64; 4]> = numbers.ok().and_then(|numbers| numbers.try_into().ok());
    let Some([west, south, east, north]) = sides else {
        return Err("write four numbers in degrees, such as 106.1,11.2,106.2,11.3".to_owned());
    };
    let is_on_earth = (-180.0..=180.0).contains(&west) && (-180.0..=180.0).contains(&east);
    if !is_on_earth || !(-90.0..=90.0).contains(&south) || !(-90.0..=90.0).contains(&north) {
        return Err("longitudes are -180 to 180, latitudes -90 to 90; longitude comes first".to_owned());
    }
    if west >= east || south >= north {
        return Err("west must be less than east, south less than north".to_owned());
    }
    Ok([west, south, east, north])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_numbers_west_south_east_north() {
        assert_eq!(bbox("106.1, 11.2,106.2,11.3"), Ok([106.1, 11.2, 106.2, 11.3]));
        assert!(bbox("106.1,11.2,106.2").unwrap_err().contains("four numbers"));
        assert!(bbox("11.2,106.1,11.3,106.2").unwrap_err().contains("longitude comes first"));
        assert!(bbox("106.2,11.2,106.1,11.3").unwrap_err().contains("west must be less"));
        assert!(bbox("NaN,1,2,3").is_err());
    }
}
