//! Nominatim: a PostgreSQL of its own, the doors as OpenStreetMap data, imported and indexed with two threads.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::common::process::Process;
use super::osm;
use super::servers::{Running, Site, Subject, WORKERS, output_of, package_version};
use super::support::{Cluster, free_port};

const START_LIMIT: Duration = Duration::from_secs(60);
/// It indexes some hundred doors a second.
const IMPORT_LIMIT: Duration = Duration::from_secs(20 * 60);
const THREADS: &str = "2";

/// What its installation guide sets, in the size of a small machine. The cluster does without `fsync` anyway.
pub const SETTINGS: [&str; 6] = [
    "shared_buffers=1GB",
    "maintenance_work_mem=1GB",
    "work_mem=50MB",
    "effective_cache_size=4GB",
    "random_page_cost=1.0",
    "checkpoint_timeout=60min",
];

/// Abbreviations of units that its own list for Vietnamese lacks.
const MORE_VARIANTS: &str = "    -  Tỉnh -> T\n    -  Huyện -> H\n    -  Xã -> X\n";
const VARIANTS: &str = "icu-rules/variants-vi.yaml";

pub fn start(site: &Site<'_>) -> Result<Running, String> {
    let nominatim = site.arguments.program("nominatim", "nominatim")?;
    let gunicorn = site.arguments.program("nominatim", "gunicorn")?;
    output_of(Command::new("osm2pgsql").arg("--version"))?;
    let cluster = Cluster::start(&SETTINGS);
    let version = format!(
        "Nominatim {} on PostgreSQL {}",
        package_version(site, "nominatim", "nominatim-db")?,
        cluster.version()
    );
    let project = site.folder.join("nominatim");
    set_up(site, &project, &cluster).map_err(|e| format!("{}: {e}", project.display()))?;
    let map = project.join("doors.osm");
    osm::write(site.register, &map).map_err(|e| format!("{}: {e}", map.display()))?;

    let started = Instant::now();
    let mut import = Command::new(nominatim);
    import.current_dir(&project).args([
        "import",
        "--no-updates",
        "--offline",
        "--threads",
        THREADS,
        "--osm-file",
    ]);
    import.arg(&map);
    Process::start(import, &project, "import")?.finish(IMPORT_LIMIT)?;

    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let mut serve = Command::new(gunicorn);
    serve.current_dir(&project).args(["--bind", &address.to_string(), "--workers", &WORKERS.to_string()]);
    serve.args(["--worker-class", "uvicorn_worker.UvicornWorker"]);
    serve.arg("nominatim_api.server.falcon.server:run_wsgi()");
    let mut server = Process::start(serve, &project, "gunicorn")?;
    server.wait_for(address, "/status", START_LIMIT)?;
    Ok(Running {
        subject: Subject::Nominatim,
        address,
        version,
        load_s: started.elapsed().as_secs_f64(),
        processes: cluster.guard_id().into_iter().chain([server.id()]).collect(),
        // in the order in which they are to end
        _keep: Box::new((server, cluster)),
    })
}

/// The project folder: which database, how much is imported, and the longer list of abbreviations.
fn set_up(site: &Site<'_>, project: &Path, cluster: &Cluster) -> Result<(), Box<dyn std::error::Error>> {
    let rules = project.join(VARIANTS);
    std::fs::create_dir_all(rules.parent().unwrap_or(project))?;
    let python = site.arguments.program("nominatim", "python")?;
    let script = format!(
        "from importlib.resources import files; \
         print((files('nominatim_db') / 'resources' / 'settings' / '{VARIANTS}').read_text())"
    );
    let known = output_of(Command::new(python).env("PYTHONUTF8", "1").args(["-c", &script]))?;
    std::fs::write(rules, format!("{known}\n{MORE_VARIANTS}"))?;
    let port = cluster.port();
    let settings = format!(
        "NOMINATIM_DATABASE_DSN=\"pgsql:host=127.0.0.1;port={port};user=postgres;dbname=nominatim\"\n\
         NOMINATIM_DATABASE_WEBUSER=postgres\nNOMINATIM_IMPORT_STYLE=address\n"
    );
    Ok(std::fs::write(project.join(".env"), settings)?)
}
