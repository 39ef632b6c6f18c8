//! What one client can do to the others: nothing. Slow bodies, slow reads, endless heads, tables made to be slow, more
//! connections than there are descriptors, a disk that is gone. Over the real binary, all of it on 127.0.0.1, with
//! limits set small by configuration so that they are met within seconds. Statuses, closed connections and memory are
//! asserted, never times.

mod bodies;
mod connections;
mod contract;
mod tables;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::support::Server;

/// Longest that anything here is waited for; only a fault lets it pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// Seconds after which the servers of these tests take a client for silent.
const SILENT: &str = "head_s = 2\nsilent_s = 2\nbytes_per_s = 1000\n";

/// A small town, made once.
fn town() -> &'static str {
    static TOWN: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, file) = TOWN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg");
        let (code, _, log) = Server::run(&["demo", "--parcels", "1000", "--out", file.to_str().unwrap()]);
        assert_eq!(code, 0, "{log}");
        (folder, file)
    });
    file.to_str().unwrap()
}

/// A server of the small town with these lines of configuration, run by this command where one is given.
fn start_by(command: &[&str], config: &str, environment: &[(&str, &str)]) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bandoso.toml");
    std::fs::write(&file, config).unwrap();
    // read before the server is ready
    Server::start_by(command, &["serve", "--source", town(), "--config", file.to_str().unwrap()], environment)
}

fn start(config: &str) -> Server {
    start_by(&[], config, &[])
}

/// A server whose clients may be silent for two seconds.
fn impatient() -> Server {
    start(&format!("[limits]\n{SILENT}"))
}

/// A connection that sends whatever it likes.
struct Raw(TcpStream);

impl Raw {
    fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(server.base_url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    fn send(server: &Server, text: &str) -> Self {
        let mut raw = Self::open(server);
        raw.0.write_all(text.as_bytes()).unwrap();
        raw
    }

    /// All that comes until the server closes the connection.
    fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        match self.0.read_to_end(&mut bytes) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("the server keeps the connection open after {}", String::from_utf8_lossy(&bytes))
            }
            // closed with bytes of ours unread
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The status of the answer; none where the connection was closed without one.
    fn status(&mut self) -> Option<u16> {
        let answer = self.rest();
        answer.strip_prefix("HTTP/1.1 ").and_then(|answer| answer.get(..3)?.parse().ok())
    }

    /// Sends a piece over and over until the server takes no more; how many bytes it took.
    fn fill(&mut self, piece: &[u8], most: usize) -> usize {
        let mut sent = 0;
        while sent < most && self.0.write_all(piece).is_ok() {
            sent += piece.len();
        }
        sent
    }
}

/// Resident memory of a server.
fn memory_mb(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// The value of a metric without labels.
fn metric(server: &Server, name: &str) -> Option<f64> {
    let metrics = server.get("/metrics").text();
    metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

/// Asks until something is so.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
