//! A peer's process: its output in a file, stopped by its own number when dropped, and by a watchdog
//! when this process ends without dropping anything.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::common::connection::Connection;
use super::servers::Encoding;
use super::support::Watchdog;

/// A running process and the file it writes to.
pub struct Process {
    child: Child,
    _watchdog: Watchdog,
    log: PathBuf,
}

impl Process {
    /// Starts a command; `name` is that of its log in the folder.
    pub fn start(mut command: Command, folder: &Path, name: &str) -> Result<Self, String> {
        let log = folder.join(format!("{name}.log"));
        let output = File::create(&log).and_then(|file| Ok((file.try_clone()?, file)));
        let (out, err) = output.map_err(|e| format!("{}: {e}", log.display()))?;
        let child = command
            // a peer's log of requests would be part of its time
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .map_err(|e| format!("{name} does not start: {e}"))?;
        Ok(Self { _watchdog: Watchdog::over(child.id()), child, log })
    }

    /// Waits until a path is answered with 200.
    pub fn wait_for(&mut self, address: SocketAddr, path: &str, limit: Duration) -> Result<(), String> {
        let started = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended with {status}: {}", self.last_words()));
            }
            let answer = Connection::open(address)
                .and_then(|mut connection| Ok(connection.get(path, Encoding::Identity.header())?.status));
            match answer {
                Ok(200) => return Ok(()),
                answer if started.elapsed() > limit => {
                    return Err(format!("{path} was answered with {answer:?}: {}", self.last_words()));
                }
                _ => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Waits for its end.
    pub fn finish(mut self, limit: Duration) -> Result<(), String> {
        let started = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return self.judge(status),
                Ok(None) if started.elapsed() < limit => std::thread::sleep(Duration::from_millis(100)),
                _ => return Err(format!("not done within {limit:?}")),
            }
        }
    }

    fn judge(&self, status: ExitStatus) -> Result<(), String> {
        if status.success() { Ok(()) } else { Err(format!("it ended with {status}: {}", self.last_words())) }
    }

    /// The last line of its log.
    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
