//! Where a demo town is kept once it was made.

use std::path::PathBuf;

/// Part of the file's name: a new version of the town's maker makes a new file.
const TOWN_VERSION: u32 = 7;

/// The file of the town of this size, below the folder the server is started in.
pub fn town_file(parcels: u32) -> PathBuf {
    PathBuf::from(format!("demo/town-{parcels}-v{TOWN_VERSION}.gpkg"))
}
