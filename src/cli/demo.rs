//! `bandoso demo`: make the demo town if it is missing, and serve it; or only write it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::progress::Progress;
use super::serve;
use crate::demo::{RECORDED_AT, Step, TownOptions, TownReport, town_file, write_town};
use crate::schema::SchemaWriter;

#[derive(Args)]
pub(super) struct Arguments {
    /// About how many parcels
    #[arg(long, default_value_t = TownOptions::default().parcels)]
    parcels: u32,

    /// Address and port to listen on; port 0 picks a free one and prints it [default: 127.0.0.1:8080]
    #[arg(long, env = "BANDOSO_LISTEN")]
    listen: Option<SocketAddr>,

    /// Only write the town into this new .gpkg file
    #[arg(long, conflicts_with_all = ["into", "listen"])]
    out: Option<PathBuf>,

    /// Only write the town into this migrated database, postgres://user:password@host/database
    #[arg(long, conflicts_with = "listen")]
    into: Option<String>,
}

/// Makes and serves, or only makes.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let options = TownOptions { parcels: arguments.parcels, ..TownOptions::default() };
    if let Some(url) = &arguments.into {
        return make(&options, SchemaWriter::postgis(&url.parse()?, RECORDED_AT).await?).await;
    }
    if let Some(file) = &arguments.out {
        return make_file(&options, file).await;
    }
    let file = town_file(arguments.parcels);
    if !file.exists() {
        make_file(&options, &file).await?;
    }
    serve::run(serve::Arguments::for_file(file.display().to_string(), arguments.listen)).await
}

async fn make_file(options: &TownOptions, file: &Path) -> Result<(), Failure> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    make(options, SchemaWriter::geopackage(file, RECORDED_AT).await?).await
}

async fn make(options: &TownOptions, mut writer: SchemaWriter) -> Result<(), Failure> {
    let started = std::time::Instant::now();
    tracing::info!(parcels = options.parcels, "making the demo town");
    let progress = Progress::new();
    let report = write_town(options, &mut writer, |step| match step {
        Step::Units => progress.step("units"),
        Step::Parcels { done, of_about } => {
            progress.step("parcels and addresses");
            progress.advance(done, of_about);
        }
        Step::Plans => progress.step("plans"),
    })
    .await;
    let committed = match report {
        Ok(report) => {
            progress.step("writing");
            writer.commit().await.map(|()| report).map_err(Failure::from)
        }
        Err(error) => Err(Failure::from(error)),
    };
    progress.finish();
    let TownReport { parcels, addresses, streets, zones, landmarks, .. } = committed?;
    tracing::info!(
        parcels,
        addresses,
        streets,
        zones,
        landmarks,
        seconds = started.elapsed().as_secs_f32(),
        "the demo town is made"
    );
    Ok(())
}
