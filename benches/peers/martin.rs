//! Martin in three forms: on PostGIS without a cache, and on an MBTiles and a PMTiles archive that
//! its own `martin-cp` rendered from the same tables, with the caches Martin comes with.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bandoso::tile::{BUFFER, EXTENT};

use super::common::process::Process;
use super::servers::{Running, Site, Subject};
use super::support::free_port;
use super::tables::PeerTable;

const START_LIMIT: Duration = Duration::from_secs(60);
const RENDER_LIMIT: Duration = Duration::from_secs(8 * 60);
/// Finer tiles are not kept in archives.
const FINEST_ARCHIVED: u8 = 16;

/// Every table a source, drawn by PostGIS at each request.
pub fn on_postgis(site: &Site<'_>) -> Result<Running, String> {
    let config = format!("cache:\n  size_mb: 0\n{}", postgres(site));
    start(site, Subject::MartinPostgis, &config)
}

/// Every table an archive.
pub fn on_mbtiles(site: &Site<'_>) -> Result<Running, String> {
    for table in site.tables.all() {
        render(site, table)?;
    }
    start(site, Subject::MartinMbtiles, &archives(site, "mbtiles"))
}

/// The same archives converted by the `pmtiles` package, because `martin-cp` 1.14 writes MBTiles only.
pub fn on_pmtiles(site: &Site<'_>) -> Result<Running, String> {
    let convert = site.program("pmtiles-convert")?;
    for table in site.tables.all().iter().filter(|table| zooms(site, table).is_some()) {
        let mut command = Command::new(&convert);
        command.arg(archive(site, table, "mbtiles")).arg(archive(site, table, "pmtiles"));
        Process::start(command, site.folder, "pmtiles-convert")?.finish(RENDER_LIMIT)?;
    }
    start(site, Subject::MartinPmtiles, &archives(site, "pmtiles"))
}

fn start(site: &Site<'_>, subject: Subject, config: &str) -> Result<Running, String> {
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let name = format!("{subject:?}");
    let file = write_config(site.folder, &name, &format!("listen_addresses: '{address}'\n{config}"))?;
    let mut command = Command::new(site.program("martin")?);
    command.arg("--config").arg(file);
    let mut process = Process::start(command, site.folder, &name)?;
    process.wait_for(address, "/health", START_LIMIT)?;
    Ok(Running::new(subject, address, process))
}

/// Renders the zooms of a table that are measured into its archive.
fn render(site: &Site<'_>, table: &PeerTable) -> Result<(), String> {
    let Some((first, last)) = zooms(site, table) else { return Ok(()) };
    let config = write_config(site.folder, "martin-cp", &postgres(site))?;
    let mut command = Command::new(site.program("martin-cp")?);
    command.arg("--config").arg(config).args(["--source", &table.name, "--mbtiles-type", "flat"]);
    command.args(["--encoding", "gzip", "--concurrency", "4", "--skip-agg-tiles-hash"]);
    command.args(["--min-zoom", &first.to_string(), "--max-zoom", &last.to_string()]);
    command.arg("--output-file").arg(archive(site, table, "mbtiles"));
    for [west, south, east, north] in site.wards {
        command.arg(format!("--bbox={west},{south},{east},{north}"));
    }
    Process::start(command, site.folder, "martin-cp")?.finish(RENDER_LIMIT)
}

/// First and last zoom of a table that are measured and archived.
fn zooms(site: &Site<'_>, table: &PeerTable) -> Option<(u8, u8)> {
    let measured = &site.arguments.zooms;
    let first = table.first_zoom.max(*measured.start());
    let last = table.last_zoom.min(*measured.end()).min(FINEST_ARCHIVED);
    (first <= last).then_some((first, last))
}

fn archive(site: &Site<'_>, table: &PeerTable, form: &str) -> PathBuf {
    site.folder.join(format!("{}.{form}", table.name))
}

fn archives(site: &Site<'_>, form: &str) -> String {
    let mut config = format!("{form}:\n  sources:\n");
    for table in site.tables.all().iter().filter(|table| zooms(site, table).is_some()) {
        let _ = writeln!(config, "    {}: {}", table.name, archive(site, table, form).display());
    }
    config
}

/// The tables as sources, with our buffer and extent; bounds are given, or Martin would compute them.
fn postgres(site: &Site<'_>) -> String {
    let edge = |side: usize, pick: fn(f64, f64) -> f64| {
        site.wards.iter().map(|ward| ward[side]).reduce(pick).unwrap_or_default()
    };
    let bounds = [edge(0, f64::min), edge(1, f64::min), edge(2, f64::max), edge(3, f64::max)];
    let mut config = format!(
        "postgres:\n  connection_string: {}\n  pool_size: 8\n  auto_publish: false\n  tables:\n",
        site.database.url
    );
    for table in site.tables.all() {
        let _ = write!(
            config,
            "    {name}:\n      layer_id: parcels\n      schema: public\n      table: {name}\n      srid: 4326
      geometry_column: geom\n      geometry_type: MULTIPOLYGON\n      id_column: id\n      bounds: {bounds:?}
      extent: {EXTENT}\n      buffer: {BUFFER}\n      clip_geom: true\n      properties:\n",
            name = table.name,
        );
        for column in &table.columns {
            let _ = writeln!(config, "        {}: {}", column.name, column.sql_type);
        }
    }
    config
}

fn write_config(folder: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let file = folder.join(format!("{name}.yaml"));
    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(file)
}
