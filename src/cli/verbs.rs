//! The verbs and their arguments.

use clap::{Subcommand, ValueEnum};

use super::failure::Failure;
use super::{codes, datasets, demo, export, import, migrate, serve, verify};

/// How log lines look.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What `bandoso` can do.
#[derive(Subcommand)]
pub(super) enum Verb {
    /// Make the demo town if it is missing and serve it
    Demo(demo::Arguments),
    /// Serve a GeoPackage or a PostGIS database
    Serve(serve::Arguments),
    /// Make or update the tables in a PostGIS database and fill the national unit tables
    Migrate(migrate::Arguments),
    /// Load files of a land office into a PostGIS database, with an account of every row
    Import(import::Arguments),
    /// Do all that import does, and write nothing
    Check(import::Arguments),
    /// List what was imported: datasets, their rows, and every batch with its file
    Datasets(datasets::ListArguments),
    /// Remove a dataset; `undo` brings it back
    Remove(datasets::OneArguments),
    /// Undo the last import into a dataset, or its removal
    Undo(datasets::OneArguments),
    /// Write the tiles into one PMTiles or MBTiles archive
    Export(export::Arguments),
    /// Hold random tiles against other code's drawing of the same rows, as after an upgrade
    Verify(verify::Arguments),
    /// Give addresses their door codes, and draw plates
    #[command(subcommand)]
    Codes(codes::Verb),
}

impl Verb {
    /// Does it.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Demo(arguments) => demo::run(arguments).await,
            Self::Serve(arguments) => serve::run(arguments).await,
            Self::Migrate(arguments) => migrate::run(arguments).await,
            Self::Import(arguments) => import::run(arguments).await,
            Self::Check(arguments) => import::check(arguments).await,
            Self::Datasets(arguments) => datasets::list(arguments).await,
            Self::Remove(arguments) => datasets::remove_one(arguments).await,
            Self::Undo(arguments) => datasets::undo_last(arguments).await,
            Self::Export(arguments) => export::run(arguments).await,
            Self::Verify(arguments) => verify::run(arguments).await,
            Self::Codes(verb) => codes::run(verb).await,
        }
    }
}
