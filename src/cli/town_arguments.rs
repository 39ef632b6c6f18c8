//! Which town a verb loads and how: the same three arguments wherever a town is loaded.

use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use crate::config::{Config, SourceText};

/// The source, the configuration that may name it, and the patience with it.
#[derive(Args)]
pub(super) struct TownArguments {
    /// A .gpkg file or postgres://user:password@host/database; without one, the demo town
    #[arg(long, env = "BANDOSO_SOURCE", hide_env_values = true)]
    source: Option<String>,

    /// Configuration file
    #[arg(long, env = "BANDOSO_CONFIG")]
    config: Option<PathBuf>,

    /// Seconds to wait for a database that does not answer [default: 60]
    #[arg(long, env = "BANDOSO_WAIT")]
    wait: Option<u64>,
}

impl TownArguments {
    /// The arguments for one file.
    pub fn for_file(file: String) -> Self {
        Self { source: Some(file), config: None, wait: None }
    }

    /// The configuration: the file, with what the command line says over it.
    pub fn config(&self) -> Result<Config, Failure> {
        let mut config = match &self.config {
            Some(file) => Config::read(file)?,
            None => Config::default(),
        };
        if let Some(source) = &self.source {
            config.source = Some(SourceText(source.clone()));
        }
        if let Some(wait) = self.wait {
            config.wait_s = wait;
        }
        Ok(config)
    }
}
