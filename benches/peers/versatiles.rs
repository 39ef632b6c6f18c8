//! VersaTiles as an in-memory server: `from_geo` reads a table's GeoJSON and cuts tiles on request.
//!
//! It draws no buffer around a tile and writes its ClosePath commands with a count of 0 (seen in 5.3).
//! What would simplify, drop or limit is switched off, so that its tiles hold what ours hold.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use super::common::process::Process;
use super::servers::{Running, Site, Subject};
use super::support::free_port;
use super::tables::write_geojson;

/// It parses about 20 MB of GeoJSON in a second.
const START_LIMIT: Duration = Duration::from_secs(5 * 60);
/// Every zoom has its own copy of all geometry in memory, 600 bytes a parcel and more.
const ZOOMS: std::ops::RangeInclusive<u8> = 12..=16;

pub fn in_memory(site: &Site<'_>) -> Result<Running, String> {
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let mut command = Command::new(site.program("versatiles")?);
    command.args(["serve", "-i", "127.0.0.1", "-p", &address.port().to_string()]);
    let mut served = None;
    for table in site.tables.all() {
        let first = table.first_zoom.max(*ZOOMS.start()).max(*site.arguments.zooms.start());
        let last = table.last_zoom.min(*ZOOMS.end()).min(*site.arguments.zooms.end());
        if first > last {
            continue;
        }
        let name = &table.name;
        let rows = site.folder.join(format!("{name}.geojsonl"));
        write_geojson(table, site.database, &rows)?;
        let pipeline = site.folder.join(format!("{name}.vpl"));
        // a line's tolerance would be used for polygons too
        let text = format!(
            "from_geo filename=\"{}\" layer_name=\"parcels\" min_zoom={first} max_zoom={last} \
             polygon_simplify=0 line_simplify=0 polygon_min_area=0 max_tile_bytes=none compression=none\n",
            rows.display()
        );
        std::fs::write(&pipeline, text).map_err(|e| format!("{}: {e}", pipeline.display()))?;
        command.arg(format!("[{name}]{}", pipeline.display()));
        served = Some(format!("/tiles/{name}/tiles.json"));
    }
    let ready = served.ok_or_else(|| format!("zooms {} to {} only", ZOOMS.start(), ZOOMS.end()))?;
    let mut process = Process::start(command, site.folder, "versatiles")?;
    process.wait_for(address, &ready, START_LIMIT)?;
    Ok(Running::new(Subject::Versatiles, address, process))
}
