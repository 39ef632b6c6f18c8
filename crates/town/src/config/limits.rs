//! `[limits]`: how much one client, and all of them, may take of connections, time and disk.

use std::time::Duration;

use super::ConfigError;
use super::section::Section;

/// What bounds connections, slow clients and tables that are uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; fewer where the process may not have so many file descriptors.
    pub connections: usize,
    /// Of these, connections of one client address; a proxy that is trusted has no such limit, its clients have.
    pub connections_per_client: usize,
    /// How long the head of a request may take, and a connection be idle between two.
    pub head_s: u64,
    /// How long a client may be silent in the middle of a body, or read nothing of an answer.
    pub silent_s: u64,
    /// What a client must send or take on average over `silent_s` of waiting for it.
    pub bytes_per_s: u64,
    /// How long a request may take that is no table.
    pub request_s: u64,
    /// How long a table may take from its first byte to the last byte of its answer.
    pub table_s: u64,
    /// Longest table that is taken.
    pub table_mb: u64,
    /// What all tables together may have waiting on disk.
    pub waiting_mb: u64,
    /// Tables that are being sent or answered at once.
    pub tables: usize,
    /// Of these, tables of one client address.
    pub tables_per_client: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_000,
            // a school of a thousand behind one address opens six each for a moment and keeps few
            connections_per_client: 256,
            head_s: 30,
            silent_s: 20,
            bytes_per_s: 1_000,
            request_s: 120,
            table_s: 3_600,
            table_mb: 1_024,
            waiting_mb: 4_096,
            tables: 64,
            tables_per_client: 16,
        }
    }
}

impl Limits {
    /// `silent_s`.
    pub fn silent(&self) -> Duration {
        Duration::from_secs(self.silent_s)
    }

    /// What must come or go while `silent_s` are waited.
    pub fn bytes_per_silence(&self) -> u64 {
        self.silent_s.saturating_mul(self.bytes_per_s)
    }
}

/// Reads `[limits]`.
pub(super) fn read_limits(section: &Section<'_>) -> Result<Limits, ConfigError> {
    section.allow_only(&[
        "connections",
        "connections_per_client",
        "head_s",
        "silent_s",
        "bytes_per_s",
        "request_s",
        "table_s",
        "table_mb",
        "waiting_mb",
        "tables",
        "tables_per_client",
    ])?;
    let default = Limits::default();
    let whole = |key: &str, default: u64, least: u64| match section.whole(key)? {
        None => Ok(default),
        Some(value) => u64::try_from(value)
            .ok()
            // seconds beyond this overflow a clock
            .filter(|value| (least..=1_000_000_000).contains(value))
            .ok_or_else(|| section.wrong(key, if least == 0 { "0 or more" } else { "1 or more" })),
    };
    let count = |key: &str, default: usize| {
        whole(key, default as u64, 1).map(|value| usize::try_from(value).unwrap_or(usize::MAX))
    };
    Ok(Limits {
        connections: count("connections", default.connections)?,
        connections_per_client: count("connections_per_client", default.connections_per_client)?,
        head_s: whole("head_s", default.head_s, 1)?,
        silent_s: whole("silent_s", default.silent_s, 1)?,
        bytes_per_s: whole("bytes_per_s", default.bytes_per_s, 0)?,
        request_s: whole("request_s", default.request_s, 1)?,
        table_s: whole("table_s", default.table_s, 1)?,
        table_mb: whole("table_mb", default.table_mb, 1)?,
        waiting_mb: whole("waiting_mb", default.waiting_mb, 1)?,
        tables: count("tables", default.tables)?,
        tables_per_client: count("tables_per_client", default.tables_per_client)?,
    })
}
