//! File descriptors: every connection takes one, and when all are taken nothing can be accepted or opened.

use rlimit::{Resource, increase_nofile_limit};

/// Kept for the source, the log, the runtime, and tables that wait on disk.
const FOR_FILES: u64 = 128;

/// Kept for connections beyond the limit, which are told to come again or asked after the server's health.
const FOR_RESERVE: u64 = 32;

/// How many connections the process can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionRoom {
    /// That are answered.
    pub connections: usize,
    /// Beyond them, for the health of the server.
    pub reserve: usize,
}

/// Raises the soft limit of descriptors to the hard one and shares them out; no more connections than `wanted`.
pub(super) fn share_out(wanted: usize) -> ConnectionRoom {
    let before = Resource::NOFILE.get_soft().unwrap_or(1_024);
    let limit = increase_nofile_limit(u64::MAX).unwrap_or(before);
    let room = room(limit, wanted);
    if room.connections < wanted {
        tracing::warn!(
            descriptors = limit,
            connections = room.connections,
            wanted,
            "too few file descriptors for the connections of the configuration: raise the hard limit (ulimit -Hn, \
             LimitNOFILE=) or lower `connections` in [limits]"
        );
    }
    room
}

fn room(descriptors: u64, wanted: usize) -> ConnectionRoom {
    let reserve = FOR_RESERVE.min(descriptors / 8);
    let files = FOR_FILES.min(descriptors / 2);
    let connections = usize::try_from(descriptors - files - reserve).unwrap_or(usize::MAX);
    ConnectionRoom {
        connections: connections.min(wanted).max(1),
        reserve: usize::try_from(reserve).unwrap_or(usize::MAX).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_left_for_files_and_for_the_health_of_the_server() {
        assert_eq!(room(1_048_576, 4_000), ConnectionRoom { connections: 4_000, reserve: 32 });
        assert_eq!(room(1_024, 4_000), ConnectionRoom { connections: 864, reserve: 32 });
        assert_eq!(room(64, 4_000), ConnectionRoom { connections: 24, reserve: 8 });
        assert_eq!(room(0, 4_000), ConnectionRoom { connections: 1, reserve: 1 });
    }
}
