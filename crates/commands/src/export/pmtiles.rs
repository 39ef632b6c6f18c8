//! PMTiles 3 (<https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>), clustered: tiles in the
//! order of their ids, equal ones stored once. Made of the unfinished archive when that is complete,
//! because a PMTiles file cannot be gone on with.

use std::fs::File;
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use pmtiles::{Compression, PmTilesStreamWriter, PmTilesWriter, PmtError, TileCoord, TileType};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::describe::Description;
use super::unfinished::{Unfinished, row_from_south};
use super::{ExportError, Target};

/// Copies the tiles over, gives the archive its name, and removes what it was made of.
pub(super) async fn assemble(
    mut unfinished: Unfinished,
    description: &Description,
    target: &Target,
) -> Result<(), ExportError> {
    let half = HalfFile(target.assembling());
    let failed = |cause: PmtError| of_pmtiles(&half.0, cause);
    let file = File::create(&half.0).map_err(|cause| ExportError::of_file(&half.0, &cause))?;
    let on_disk = file.try_clone().map_err(|cause| ExportError::of_file(&half.0, &cause))?;
    let mut archive = begin(description, file).map_err(failed)?;

    let source = unfinished.file.clone();
    let unreadable = |cause: sqlx::Error| ExportError::of_sqlite(&source, &cause);
    let mut tiles =
        sqlx::query("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles ORDER BY rowid")
            .fetch(&mut unfinished.connection);
    while let Some(row) = tiles.try_next().await.map_err(unreadable)? {
        add(&mut archive, &row).map_err(failed)?;
    }
    drop(tiles);
    archive.finalize().map_err(failed)?;

    on_disk.sync_all().map_err(|cause| ExportError::of_file(&half.0, &cause))?;
    std::fs::rename(&half.0, &target.file).map_err(|cause| ExportError::of_file(&target.file, &cause))?;
    unfinished.discard().await;
    Ok(())
}

fn begin(about: &Description, file: File) -> Result<PmTilesStreamWriter<File>, PmtError> {
    let [west, south, east, north] = about.bounds;
    let [lng, lat] = about.center;
    let mut metadata = about.words();
    if let serde_json::Value::Object(layers) = about.vector_layers() {
        metadata.extend(layers);
    }
    PmTilesWriter::new(TileType::Mvt)
        .precompressed(Compression::Gzip)
        .min_zoom(about.minzoom)
        .max_zoom(about.maxzoom)
        .bounds(west, south, east, north)
        .center(lng, lat)
        .center_zoom(about.minzoom)
        .metadata(serde_json::Value::Object(metadata).to_string())
        .create(file)
}

fn add(archive: &mut PmTilesStreamWriter<File>, row: &SqliteRow) -> Result<(), PmtError> {
    let (z, x, from_south): (u8, u32, u32) = (row.get(0), row.get(1), row.get(2));
    archive.add_tile(TileCoord::new(z, x, row_from_south(z, from_south))?, row.get(3))
}

fn of_pmtiles(file: &Path, cause: PmtError) -> ExportError {
    match cause {
        PmtError::Reading(cause) => ExportError::of_file(file, &cause),
        other => ExportError::Writing { file: file.to_owned(), problem: other.to_string() },
    }
}

/// A file that is removed unless it has got another name.
struct HalfFile(PathBuf);

impl Drop for HalfFile {
    fn drop(&mut self) {
        // after the rename there is nothing here any more
        let _ = std::fs::remove_file(&self.0);
    }
}
