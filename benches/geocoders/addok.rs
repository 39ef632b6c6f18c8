//! addok: a Redis of its own without files, a document for every street of a ward and the old unit there, its
//! doors inside. As it comes, and with `addok_vietnamese.py`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::common::process::Process;
use super::rows::{Register, Row};
use super::servers::{Running, Site, Subject, WORKERS, output_of, package_version};
use super::support::free_port;

const START_LIMIT: Duration = Duration::from_secs(30);
const LOAD_LIMIT: Duration = Duration::from_secs(10 * 60);

/// What an operator in Viet Nam would set: numbers with slashes, abbreviations, labels with old names.
const VIETNAMESE: &str = include_str!("addok_vietnamese.py");

pub fn start(site: &Site<'_>, is_vietnamese: bool) -> Result<Running, String> {
    let gunicorn = site.arguments.program("addok", "gunicorn")?;
    let subject = if is_vietnamese { Subject::AddokVietnamese } else { Subject::Addok };
    let version = format!("addok {} on Redis {}", package_version(site, "addok", "addok")?, redis_version()?);
    let folder = site.folder.join(format!("{subject:?}"));
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let documents = folder.join("doors.ndjson");
    write(site.register, &documents).map_err(|e| format!("{}: {e}", documents.display()))?;
    let config = folder.join("config.py");
    let text = if is_vietnamese { VIETNAMESE } else { "" };
    std::fs::write(&config, text).map_err(|e| format!("{}: {e}", config.display()))?;

    let (redis, socket) = start_redis(&folder)?;
    let command = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(&folder);
        command
            .env("REDIS_SOCKET", &socket)
            .env("ADDOK_CONFIG_MODULE", &config)
            .env("ADDOK_LOG_DIR", &folder);
        command
    };
    let started = Instant::now();
    let addok = site.arguments.program("addok", "addok")?;
    let mut batch = command(&addok);
    batch.arg("batch").arg(&documents);
    Process::start(batch, &folder, "batch")?.finish(LOAD_LIMIT)?;
    let mut ngrams = command(&addok);
    ngrams.arg("ngrams");
    Process::start(ngrams, &folder, "ngrams")?.finish(LOAD_LIMIT)?;

    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let mut serve = command(&gunicorn);
    serve.args(["--bind", &address.to_string(), "--workers", &WORKERS.to_string(), "addok.http.wsgi"]);
    let mut server = Process::start(serve, &folder, "gunicorn")?;
    server.wait_for(address, "/health", START_LIMIT)?;
    Ok(Running {
        subject,
        address,
        version,
        load_s: started.elapsed().as_secs_f64(),
        processes: vec![redis.id(), server.id()],
        // in the order in which they are to end
        _keep: Box::new((server, redis)),
    })
}

/// A Redis that answers on a socket in the folder only and writes nothing to the disk.
fn start_redis(folder: &Path) -> Result<(Process, std::path::PathBuf), String> {
    let socket = folder.join("redis.sock");
    let mut command = Command::new("redis-server");
    command.args(["--port", "0", "--save", "", "--appendonly", "no"]);
    command.arg("--unixsocket").arg(&socket).arg("--dir").arg(folder);
    let mut redis = Process::start(command, folder, "redis-server")?;
    redis.wait_until(START_LIMIT, || match UnixStream::connect(&socket) {
        Ok(_) => Ok(()),
        Err(e) => Err(format!("redis-server does not answer: {e}")),
    })?;
    Ok((redis, socket))
}

fn redis_version() -> Result<String, String> {
    let text = output_of(Command::new("redis-server").arg("--version"))?;
    Ok(text.split(' ').find_map(|word| word.strip_prefix("v=")).unwrap_or("of unknown version").to_owned())
}

/// Line-delimited JSON. The first of several values is today's; the others are only searched.
fn write(register: &Register, file: &Path) -> std::io::Result<()> {
    type Key<'a> = (i64, &'a str, Option<&'a str>, Option<&'a str>);
    let mut documents: BTreeMap<Key<'_>, Vec<&Row>> = BTreeMap::new();
    for row in &register.rows {
        let key = (row.street_id, &*row.ward_code, row.old_ward.as_deref(), row.old_district.as_deref());
        documents.entry(key).or_default().push(row);
    }
    let mut out = BufWriter::new(File::create(file)?);
    for (id, (_, rows)) in documents.iter().enumerate() {
        serde_json::to_writer(&mut out, &document(register, id, rows))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn document(register: &Register, id: usize, rows: &[&Row]) -> Value {
    let row = rows[0];
    let street = &register.streets[&row.street_id];
    let ward = &register.wards[&row.ward_code];
    let mut cities = vec![ward.name.clone()];
    cities.extend(row.old_ward.clone());
    let mut contexts = vec![ward.province.clone()];
    let old: Vec<&str> =
        [&row.old_district, &row.old_province].into_iter().flatten().map(String::as_str).collect();
    contexts.extend((!old.is_empty()).then(|| old.join(", ")));
    let hamlets: std::collections::BTreeSet<&str> =
        rows.iter().filter_map(|row| row.hamlet.as_deref()).collect();
    let numbers: Map<String, Value> = rows
        .iter()
        .map(|row| (row.number.clone(), json!({ "lat": row.at.lat, "lon": row.at.lng })))
        .collect();
    let middle = rows[rows.len() / 2].at;
    json!({
        "_id": id.to_string(),
        "type": "street",
        "name": [&street.name, &street.long_name()],
        "city": cities,
        "context": contexts,
        "locality": hamlets,
        "lat": middle.lat,
        "lon": middle.lng,
        "importance": 0.1,
        "housenumbers": numbers,
    })
}
