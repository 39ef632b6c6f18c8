//! Another program under measurement: its output in a file, asked to end when dropped, and by a watchdog
//! when this process ends without dropping anything.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::connection::Connection;
use crate::support::Watchdog;

/// A program gets so long to end once it was asked to.
const END_LIMIT: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(50);

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

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until a path is answered with 200.
    pub fn wait_for(&mut self, address: SocketAddr, path: &str, limit: Duration) -> Result<(), String> {
        self.wait_until(limit, || {
            let answer = Connection::open(address)
                .and_then(|mut connection| Ok(connection.get(path, "identity")?.status));
            if matches!(answer, Ok(200)) {
                Ok(())
            } else {
                Err(format!("{path} was answered with {answer:?}"))
            }
        })
    }

    /// Waits until something about it is so; what it says until then is why not.
    pub fn wait_until(
        &mut self,
        limit: Duration,
        mut is_so: impl FnMut() -> Result<(), String>,
    ) -> Result<(), String> {
        let started = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended with {status}: {}", self.last_words()));
            }
            match is_so() {
                Ok(()) => return Ok(()),
                Err(why) if started.elapsed() > limit => {
                    return Err(format!("{why}: {}", self.last_words()));
                }
                Err(_) => std::thread::sleep(POLL),
            }
        }
    }

    /// Waits for its end.
    pub fn finish(mut self, limit: Duration) -> Result<(), String> {
        match self.ended_within(limit) {
            Some(status) => self.judge(status),
            None => Err(format!("not done within {limit:?}: {}", self.last_words())),
        }
    }

    fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if started.elapsed() < limit => std::thread::sleep(POLL),
                _ => return None,
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
    /// Asks first: one that is killed leaves its own children behind.
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
            if self.ended_within(END_LIMIT).is_none() {
                let _ = self.child.kill();
            }
        }
        let _ = self.child.wait();
    }
}
