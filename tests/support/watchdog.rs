//! Stops a process when the test process ends, however it ends.
//!
//! Rust drops no statics and a killed process drops nothing, so the watch is a small shell that waits
//! at the end of a pipe: only this process holds the other end, and the kernel closes it.

use std::process::{Child, Command, Stdio};

/// Ends process `pid` with SIGTERM if this process ends first.
pub struct Watchdog(Child);

impl Watchdog {
    /// Starts watching over a process.
    pub fn over(pid: u32) -> Self {
        let shell = Command::new("sh")
            .args([
                "-c",
                r#"trap '' INT; read -r _; kill -TERM "$1" 2>/dev/null"#,
                "watchdog",
                &pid.to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        Self(shell)
    }
}

impl Drop for Watchdog {
    /// The process has ended on its own: the watch must not meet another one with its number.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
