//! Draws and packs tiles on all cores, a batch at a time.

use libdeflater::{CompressionLvl, Compressor};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::{ExportError, Job};
use crate::tile::{self, Limits, TileId, render_within};

/// Tiles a batch, and so a transaction: a second of work or less.
const BATCH: usize = 256;

/// An archive is packed once and read often; above 6 a tile takes twice the time for a hundredth less.
const GZIP_LEVEL: i32 = 6;

/// A tile that was looked at.
pub(super) struct Drawn {
    /// Its PMTiles id.
    pub id: u64,
    /// Its address.
    pub tile: TileId,
    /// The tile in gzip; `None` where nothing of it is left at this zoom.
    pub packed: Option<Vec<u8>>,
    /// Features that are not in it because it would be too large.
    pub left_out: u64,
}

/// Draws the tiles from id `first` on, in order, until `take` says no.
pub(super) fn in_batches(
    job: &Job,
    first: u64,
    mut take: impl FnMut(Vec<Drawn>) -> bool,
) -> Result<(), ExportError> {
    let mut tiles = job.tiles().from(first);
    loop {
        let batch: Vec<(u64, TileId)> = tiles.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        let drawn = batch.par_iter().map_init(compressor, |gzip, &(id, tile)| {
            let tile::Drawn { bytes, left_out, .. } = draw(job, tile);
            let packed = if bytes.is_empty() { None } else { Some(pack(gzip, &bytes, tile)?) };
            Ok(Drawn { id, tile, packed, left_out })
        });
        if !take(drawn.collect::<Result<_, ExportError>>()?) {
            return Ok(());
        }
    }
}

/// The tile as it is served.
fn draw(job: &Job, tile: TileId) -> tile::Drawn {
    let drawings = job.visible(tile.z()).map(|layer| layer.drawing(tile.z(), None, None, None));
    render_within(drawings, tile, Limits::OF_ARCHIVES)
}

fn compressor() -> Compressor {
    Compressor::new(CompressionLvl::new(GZIP_LEVEL).unwrap_or_default())
}

fn pack(gzip: &mut Compressor, bytes: &[u8], tile: TileId) -> Result<Vec<u8>, ExportError> {
    let mut packed = vec![0; gzip.gzip_compress_bound(bytes.len())];
    let length = gzip.gzip_compress(bytes, &mut packed).map_err(|_| ExportError::Compressing {
        z: tile.z(),
        x: tile.x(),
        y: tile.y(),
    })?;
    packed.truncate(length);
    packed.shrink_to_fit();
    Ok(packed)
}
