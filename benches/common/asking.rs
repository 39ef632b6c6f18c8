//! Asking a server for paths: one after the other over one connection, and several clients at once. An answer
//! that is not 200 is counted apart and its time is not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::connection::Connection;

/// Clients at once.
pub const CLIENTS: usize = 4;

/// What one or more clients got.
pub struct Answered {
    /// Microseconds of each answer.
    pub times: Vec<f64>,
    pub errors: usize,
    /// Of the clock.
    pub seconds: f64,
}

impl Answered {
    pub fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }
}

/// Asks for so many at most, within about that time.
pub fn serial(
    address: SocketAddr,
    paths: &[String],
    count: usize,
    limit: Duration,
) -> Result<Answered, String> {
    ask(address, paths.iter().cycle().take(count), limit)
}

/// [`CLIENTS`] at once. Every one begins at another place of the list, and goes through it over and over.
pub fn crowd(address: SocketAddr, paths: &[String], limit: Duration) -> Result<Answered, String> {
    let started = Instant::now();
    let each: Result<Vec<Answered>, String> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let first = paths.len() * client / CLIENTS;
                scope.spawn(move || ask(address, paths.iter().cycle().skip(first), limit))
            })
            .collect();
        clients.into_iter().map(|client| client.join().map_err(|_| "a client thread ended")?).collect()
    });
    let mut all = Answered { times: Vec::new(), errors: 0, seconds: started.elapsed().as_secs_f64() };
    for client in each? {
        all.times.extend(client.times);
        all.errors += client.errors;
    }
    Ok(all)
}

fn ask<'a>(
    address: SocketAddr,
    paths: impl Iterator<Item = &'a String>,
    limit: Duration,
) -> Result<Answered, String> {
    let mut connection = Connection::open(address).map_err(|e| format!("no connection: {e}"))?;
    let (started, mut times, mut errors) = (Instant::now(), Vec::new(), 0);
    for path in paths {
        let asked = Instant::now();
        let answer = connection.get(path, "identity").map_err(|e| format!("{path}: {e}"))?;
        match answer.status {
            200 => times.push(asked.elapsed().as_secs_f64() * 1e6),
            _ => errors += 1,
        }
        if started.elapsed() > limit {
            break;
        }
    }
    Ok(Answered { times, errors, seconds: started.elapsed().as_secs_f64() })
}
