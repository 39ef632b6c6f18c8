//! Three ways to ask for a list of tiles: one after the other, as fast as `wrk` can, and at a steady
//! pace. Latencies are in milliseconds.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::common::connection::Connection;
use super::servers::Encoding;

/// Connections at once, of `wrk` and of the steady client.
const CONNECTIONS: u32 = 8;
/// A first pass may be this much longer than a measured one: it fills caches.
const FIRST_PASS_FACTOR: u32 = 10;

/// Paths of one server, all asked for in one form.
pub struct Target<'a> {
    pub address: SocketAddr,
    pub paths: &'a [String],
    pub encoding: Encoding,
}

/// What one pass, tile after tile, came to.
pub struct Pass {
    pub latencies_ms: Vec<f64>,
    pub body_bytes: Vec<f64>,
}

/// What the server did at most.
pub struct Saturated {
    pub requests_per_s: f64,
    pub megabytes_per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub errors: u64,
}

impl Target<'_> {
    /// Asks for every tile once, to fill caches and page buffers.
    pub fn first_pass(&self, limit: Duration) -> Result<Pass, String> {
        self.serial(limit * FIRST_PASS_FACTOR)
    }

    /// Asks for the tiles one after the other over one connection, as many as the time allows.
    pub fn serial(&self, limit: Duration) -> Result<Pass, String> {
        let mut connection = self.connect()?;
        let mut pass = Pass { latencies_ms: Vec::new(), body_bytes: Vec::new() };
        let started = Instant::now();
        for path in self.paths {
            if started.elapsed() > limit {
                break;
            }
            let asked = Instant::now();
            let answer = connection.get(path, self.encoding.header()).map_err(|e| format!("{path}: {e}"))?;
            pass.latencies_ms.push(milliseconds(asked.elapsed()));
            if answer.status != 200 {
                return Err(format!("{path} is answered with {}", answer.status));
            }
            pass.body_bytes.push(answer.body.len() as f64);
        }
        Ok(pass)
    }

    /// As many requests as 8 connections of `wrk` can make, the tiles in turn.
    pub fn saturate(&self, limit: Duration, folder: &Path) -> Result<Saturated, String> {
        let script = folder.join("tiles.lua");
        std::fs::write(&script, self.lua()).map_err(|e| format!("{}: {e}", script.display()))?;
        let mut wrk = Command::new("wrk");
        wrk.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{}s", limit.as_secs().max(1))]);
        wrk.args(["--timeout", "30s", "-H", &format!("Accept-Encoding: {}", self.encoding.header())]);
        wrk.arg("-s").arg(&script).arg(format!("http://{}/", self.address));
        let output = wrk.output().map_err(|_| "wrk is missing: apt-get install wrk".to_owned())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers = text.lines().find_map(|line| line.strip_prefix("measured "));
        let numbers: Vec<f64> =
            numbers.unwrap_or_default().split(' ').filter_map(|n| n.parse().ok()).collect();
        let &[requests, microseconds, bytes, errors, p50_us, p99_us] = numbers.as_slice() else {
            return Err(format!("wrk said: {}", text.trim()));
        };
        if requests == 0.0 {
            return Err("not one answer under load".to_owned());
        }
        let seconds = microseconds / 1e6;
        Ok(Saturated {
            requests_per_s: requests / seconds,
            megabytes_per_s: bytes / 1e6 / seconds,
            p50_ms: p50_us / 1e3,
            p99_ms: p99_us / 1e3,
            errors: errors as u64,
        })
    }

    fn lua(&self) -> String {
        let mut paths = String::new();
        for path in self.paths {
            let _ = writeln!(paths, "  \"{path}\",");
        }
        format!("local paths = {{\n{paths}}}\n{SCRIPT}")
    }

    /// 99 % of the answers at this rate came within so many milliseconds; nothing where the client or
    /// the server could not keep the pace.
    ///
    /// A request that waits for the one before it counts from when it was due, as `wrk2` counts; one
    /// that waits for the clock counts from when it was sent, since that delay is the client's.
    pub fn steady_p99_ms(&self, rate_per_s: f64, limit: Duration) -> Result<Option<f64>, String> {
        let started = Instant::now();
        let late = limit + limit / 10 + Duration::from_millis(50);
        let every = Duration::from_secs_f64(f64::from(CONNECTIONS) / rate_per_s.max(0.1));
        let workers: Result<Vec<Vec<f64>>, String> = std::thread::scope(|scope| {
            let spawned: Vec<_> = (0..CONNECTIONS)
                .map(|worker| scope.spawn(move || self.steady_worker(started, every, worker, limit)))
                .collect();
            spawned.into_iter().map(|thread| thread.join().map_err(|_| "a client thread ended")?).collect()
        });
        let latencies: Vec<f64> = workers?.into_iter().flatten().collect();
        let kept_pace = started.elapsed() <= late && !latencies.is_empty();
        Ok(kept_pace.then(|| super::common::sample::percentile(latencies, 99)))
    }

    fn steady_worker(
        &self,
        started: Instant,
        every: Duration,
        worker: u32,
        limit: Duration,
    ) -> Result<Vec<f64>, String> {
        let mut connection = self.connect()?;
        let mut latencies_ms = Vec::new();
        // evenly between the workers
        let offset = every * worker / CONNECTIONS;
        for turn in 0.. {
            let due = started + offset + every * turn;
            if due >= started + limit || started.elapsed() > limit * 2 {
                break;
            }
            let asked = match due.checked_duration_since(Instant::now()) {
                Some(wait) => {
                    std::thread::sleep(wait);
                    Instant::now()
                }
                None => due,
            };
            let path = &self.paths[(turn * CONNECTIONS + worker) as usize % self.paths.len()];
            connection.get(path, self.encoding.header()).map_err(|e| format!("{path}: {e}"))?;
            latencies_ms.push(milliseconds(asked.elapsed()));
        }
        Ok(latencies_ms)
    }

    fn connect(&self) -> Result<Connection, String> {
        Connection::open(self.address).map_err(|e| format!("no connection: {e}"))
    }
}

/// `wrk` runs this; requests are made once, not for every call.
const SCRIPT: &str = r#"
local requests, at = {}, 0
function init(args)
  for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("measured %d %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"#;

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
