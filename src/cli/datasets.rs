//! `bandoso datasets`, `remove` and `undo`: what was imported, and taking it back.

use clap::Args;

use super::failure::Failure;
use crate::import::{BatchSummary, Counts, DatasetSummary, datasets, remove, undo};

/// Where the datasets are.
#[derive(Args)]
pub(super) struct ListArguments {
    /// The database, prepared with `bandoso migrate`
    #[arg(long, env = "BANDOSO_SOURCE", hide_env_values = true, value_name = "postgres://…")]
    from: String,
}

/// Which dataset.
#[derive(Args)]
pub(super) struct OneArguments {
    /// Name of the dataset, as `bandoso datasets` lists it
    name: String,

    /// The database, prepared with `bandoso migrate`
    #[arg(long, env = "BANDOSO_SOURCE", hide_env_values = true, value_name = "postgres://…")]
    from: String,
}

/// Lists every dataset with its rows and its batches.
#[expect(clippy::print_stdout, reason = "the list is the command's answer, not a log line")]
pub(super) async fn list(arguments: ListArguments) -> Result<(), Failure> {
    let datasets = datasets(&arguments.from.parse()?).await?;
    if datasets.is_empty() {
        println!("No datasets yet: `bandoso import` brings some.");
    }
    for dataset in &datasets {
        print!("{}", Listed(dataset));
    }
    Ok(())
}

/// Removes a dataset; `bandoso undo` brings it back.
pub(super) async fn remove_one(arguments: OneArguments) -> Result<(), Failure> {
    let counts = remove(&arguments.from.parse()?, &arguments.name).await?;
    tracing::info!(rows = counts.removed, "removed; `bandoso undo` brings it back");
    Ok(())
}

/// Undoes the last batch of a dataset.
pub(super) async fn undo_last(arguments: OneArguments) -> Result<(), Failure> {
    let Counts { added, changed, removed, .. } = undo(&arguments.from.parse()?, &arguments.name).await?;
    tracing::info!(came_back = added, set_back = changed, removed, "undone");
    Ok(())
}

/// A dataset as the list shows it.
struct Listed<'a>(&'a DatasetSummary);

impl std::fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dataset = self.0;
        let rows: Vec<String> =
            dataset.rows.iter().map(|(table, count)| format!("{count} × {table}")).collect();
        let rows = if rows.is_empty() { "no rows".to_owned() } else { rows.join(", ") };
        let who = if dataset.is_public { "public" } else { "staff" };
        writeln!(f, "{}: {rows} (EPSG:{}, {who})", dataset.name, dataset.srid)?;
        if !dataset.source.is_empty() {
            writeln!(f, "  from {}", dataset.source)?;
        }
        for batch in &dataset.batches {
            let BatchSummary { mode, file, sha256, by, at, refused, counts, is_undone } = batch;
            let Counts { added, changed, unchanged, removed } = counts;
            let undone = if *is_undone { ", undone" } else { "" };
            write!(
                f,
                "  {at} {mode} by {by}{undone}: added {added}, changed {changed}, unchanged {unchanged}, "
            )?;
            writeln!(f, "removed {removed}, refused {refused}")?;
            if !file.is_empty() {
                writeln!(f, "    {file} {sha256}")?;
            }
        }
        Ok(())
    }
}
