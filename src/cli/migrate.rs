//! `bandoso migrate`: make or update our schema in a PostGIS database and fill the national tables.

use clap::Args;

use super::failure::Failure;
use crate::database::DatabaseAddress;
use crate::schema::{migrate, seed_reference};

#[derive(Args)]
pub(super) struct Arguments {
    /// The database
    #[arg(long, env = "BANDOSO_SOURCE", hide_env_values = true, value_name = "postgres://…")]
    into: String,

    /// Leave the national tables of units and land uses as they are
    #[arg(long)]
    without_reference: bool,
}

/// Makes the schema, says what was done or which right is missing.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let address: DatabaseAddress = arguments.into.parse()?;
    let report = migrate(&address).await?;
    for step in &report.applied {
        tracing::info!("made {step}");
    }
    tracing::info!(
        new = report.applied.len(),
        were_there = report.were_there,
        "the schema bandoso is up to date"
    );
    if !arguments.without_reference {
        seed_reference(&address).await?;
        tracing::info!("national tables of units and land uses are filled");
    }
    Ok(())
}
