//! Archives of the live tiles: one PMTiles or MBTiles file that a web server, a phone or QGIS reads
//! without this program.
//!
//! A tile in an archive is the served tile, byte for byte, packed with gzip. Tiles are drawn on all
//! cores in the order of their PMTiles ids and go into an unfinished archive beside the target
//! ([`Target::unfinished`]), a few hundred in a transaction, so whatever ends an export early, the same
//! command goes on where it stopped. The final name appears when the archive is whole.
//!
//! Left out: updating an archive in place, other servers' tiles, anything that needs a network.

mod describe;
mod draw;
mod error;
mod job;
mod mbtiles;
mod plan;
mod pmtiles;
mod target;
mod unfinished;

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::mpsc;

pub use error::ExportError;
pub use job::{Job, Request};
pub use target::{Format, Target};

use describe::Description;
use unfinished::Unfinished;

/// Batches that may wait for the writer; more only takes memory.
const BATCHES_AHEAD: usize = 2;

/// How far an export is. Tiles are those looked at: some of them turn out to be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "how many are done, of how many")]
pub enum Step {
    /// Finding out how many tiles there are.
    Counting,
    /// Drawing begins; `done` is what an earlier, interrupted export has left.
    Begun { done: u64, of: u64 },
    /// Tiles drawn and safe on disk.
    Drawn { done: u64, of: u64 },
    /// Features that are not in these tiles because they would be too large.
    LeftOut(u64),
    /// All tiles are there, the archive is being put together.
    Assembling,
}

/// Draws the tiles of the job into the target. When `stop` is done first, what is drawn is kept and the
/// error says so.
pub async fn export(
    job: Job,
    target: &Target,
    stop: impl Future<Output = ()>,
    mut watch: impl FnMut(Step),
) -> Result<(), ExportError> {
    let mut stop = pin!(stop);
    let job = Arc::new(job);
    let mut unfinished = Unfinished::open(target, &job).await?;

    watch(Step::Counting);
    let counted = Arc::clone(&job);
    let of = tokio::task::spawn_blocking(move || counted.tiles().count()).await?;
    if of == 0 {
        unfinished.discard().await;
        return Err(ExportError::NothingThere);
    }
    watch(Step::Begun { done: unfinished.done(), of });

    let (sender, mut batches) = mpsc::channel(BATCHES_AHEAD);
    let (drawn, first) = (Arc::clone(&job), unfinished.next());
    let drawing = tokio::task::spawn_blocking(move || {
        draw::in_batches(&drawn, first, |batch| sender.blocking_send(batch).is_ok())
    });
    loop {
        let batch = tokio::select! {
            biased;
            () = &mut stop => return Err(ExportError::Stopped { done: unfinished.done(), of }),
            batch = batches.recv() => batch,
        };
        // the channel ends with the drawing, well or not
        let Some(batch) = batch else { break };
        unfinished.append(&batch).await?;
        let left_out = batch.iter().map(|tile| tile.left_out).sum();
        if left_out > 0 {
            watch(Step::LeftOut(left_out));
        }
        watch(Step::Drawn { done: unfinished.done(), of });
    }
    drawing.await??;

    watch(Step::Assembling);
    let description = Description::of(&job);
    let assembled = async {
        match target.format {
            Format::Mbtiles => mbtiles::finish(unfinished, &description, target).await,
            Format::Pmtiles => pmtiles::assemble(unfinished, &description, target).await,
        }
    };
    tokio::select! {
        biased;
        () = &mut stop => Err(ExportError::Stopped { done: of, of }),
        assembled = assembled => assembled,
    }
}
